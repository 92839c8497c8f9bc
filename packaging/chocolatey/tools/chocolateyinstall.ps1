# SPDX-License-Identifier: MIT
$ErrorActionPreference = 'Stop'
$arguments = @{
    packageName    = $env:ChocolateyPackageName
    fileType       = 'msi'
    url64bit       = "https://protocol-toolkit.example/ptk-$env:ChocolateyPackageVersion-windows-x86_64.msi"
    checksum64     = '0000000000000000000000000000000000000000000000000000000000000000'
    checksumType64 = 'sha256'
    silentArgs     = '/qn /norestart'
    validExitCodes = @(0, 3010)
}
Install-ChocolateyPackage @arguments
