# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# The ways to get the library that scripts/test-packages tests, each a function way_<name> that is run in an empty directory;
# sourced after common.sh. POSIX shell. What such a function returns: 0 it passed, 77 it cannot run here, and why is its last
# line; else it failed.

all_ways="same-bytes contents sbom recipes subdirectory fetch-content meson installed-archive deb deb-chroot cpack-deb rpm cpack-rpm
arch two-files msi autopkgtest"

skip() {
    echo "$*"
    exit 77
}

# each_toolchain COMMAND...: calls it with "COMPILER" "FLAGS" for each compiler, with and without LTO.
each_toolchain() {
    toolchains=0
    for compiler in gcc clang; do
        for flags in '' -flto; do
            "$@" $compiler "$flags"
            toolchains=$((toolchains + 1))
        done
    done
    echo "$toolchains toolchains"
}

# is_ok PROGRAM...: the consumer prints that all is right.
is_ok() {
    printf '$ %s\n' "$*"
    [ -f "$1" ] || command -v "$1" || fail "there is no $1"
    answer=$("$@" | tr -d '\r')
    echo "$answer"
    case $answer in "ok $version "*) ;; *) fail "the consumer printed \"$answer\"" ;; esac
}

# with_cmake "CMAKE ARGUMENTS" COMPILER FLAGS
with_cmake() {
    directory=cmake-$2$3
    # shellcheck disable=SC2086
    show cmake -S "$work/consumer" -B "$directory" -G Ninja "-DCMAKE_C_COMPILER=$2" "-DCMAKE_C_FLAGS=$3" \
        -DCMAKE_BUILD_TYPE=Release $1
    show cmake --build "$directory"
    is_ok "$directory/consumer"
}

# with_pkg_config DIRECTORY COMPILER FLAGS: DIRECTORY has the .pc files; what is installed elsewhere is not seen.
with_pkg_config() {
    # shellcheck disable=SC2046,SC2086
    show "$2" $3 -Wall -Wextra -Werror "$work/consumer/consumer.c" \
        $(PKG_CONFIG_LIBDIR=$1 pkg-config --cflags --libs ptk-modbus) -o "consumer-$2$3"
    is_ok "./consumer-$2$3"
}

# use_tree PREFIX: with find_package and with pkg-config.
use_tree() {
    pc=$(dirname "$(find "$1" -name ptk.pc)")
    [ -d "$pc" ] || fail "no ptk.pc in $1"
    case $(PKG_CONFIG_LIBDIR=$pc pkg-config --cflags --libs ptk) in
        *"-I$1"*) ;;
        *) fail "pkg-config does not name $1" ;;
    esac
    [ "$(PKG_CONFIG_LIBDIR=$pc pkg-config --modversion ptk-modbus)" = "$version" ] || fail "ptk-modbus.pc has another version"
    each_toolchain with_pkg_config "$pc"
    # Where distributions have lib64, their CMake looks there; Debian's does not.
    case $pc in
        */lib64/*) each_toolchain with_cmake "-Dptk_DIR=$(dirname "$pc")/cmake/ptk" ;;
        *) each_toolchain with_cmake "-DCMAKE_PREFIX_PATH=$1" ;;
    esac
}

# has_man_pages PREFIX
has_man_pages() {
    page=$(find "$1/share/man/man3" -name 'ptk_timer_start.3*')
    [ -f "$page" ] || fail "no ptk_timer_start(3)"
    case $page in *.gz) gzip -dc "$page" ;; *) cat "$page" ;; esac | grep -q 'ptk_timer_start' || fail "$page is empty"
}

# ------------------------------------------------------------------------------------------------------------ the files

way_same_bytes() {
    # Elsewhere, without a compiler's cache, and as if it were another day.
    mkdir other
    TMPDIR=$PWD/other env -u CMAKE_C_COMPILER_LAUNCHER "$project_directory/scripts/package" --allow-dirty --output "$PWD/dist" \
        >package.log 2>&1 || { cat package.log; fail "the second scripts/package"; }
    (cd "$dist" && find . -type f | sort) >first
    (cd dist && find . -type f | sort) >second
    diff first second || fail "other files"
    count=0
    while read -r file; do
        case $file in
            *SHA256SUMS | *.cdx.json | *.spdx.json) continue ;; # they have the sums of the others
            *.pkg.tar.zst) # its .BUILDINFO has the directory in which it was built, its .MTREE the sum of that
                for side in "$dist" dist; do
                    mkdir -p tree
                    tar --zstd --exclude=.BUILDINFO --exclude=.MTREE -xf "$side/$file" -C tree
                    tar --sort=name --mtime=@0 -cf - tree | sha256sum
                    rm -rf tree
                done >sums
                [ "$(uniq sums | grep -c .)" = 1 ] || fail "$file differs"
                ;;
            *) cmp "$dist/$file" "dist/$file" || { differing="${differing:-} $file"; } ;;
        esac
        count=$((count + 1))
    done <first
    [ -z "${differing:-}" ] || fail "these differ:$differing"
    [ $count -ge 15 ] || fail "only $count files"
    echo "$count files"
}

way_contents() {
    (cd "$dist" && sha256sum --check --quiet SHA256SUMS) || fail "SHA256SUMS"
    for file in "ptk-$version.tar.gz" "libptk-dev_$version-1_$(dpkg --print-architecture).deb" "libptk-doc_$version-1_all.deb" \
        "ptk_$version-1.dsc" "ptk-devel-$version-1.$(uname -m).rpm" "ptk-doc-$version-1.noarch.rpm" "ptk-$version-1.src.rpm" \
        "ptk-$version-1-$(uname -m).pkg.tar.zst" PKGBUILD "ptk-$version-linux-$(uname -m).tar.gz" \
        "ptk-$version-windows-x86_64.zip" "ptk-$version-windows-x86_64.msi" "ptk-$version.cdx.json" "ptk-$version.spdx.json" \
        two-files/linux/protocol_toolkit.c two-files/windows/protocol_toolkit.h; do
        [ -s "$dist/$file" ] || fail "no $file"
        [ "$file" = SHA256SUMS ] || grep -qF "  $file" "$dist/SHA256SUMS" || fail "$file has no checksum"
    done
    # A dirty tree is refused: in a clone with a change, and with a tag of another version.
    git clone -q "$project_directory" clone
    echo change >>clone/LICENSE
    if clone/scripts/package --output "$PWD/refused" source >log 2>&1; then fail "a dirty tree was packed"; fi
    grep -q 'not committed' log || { cat log; fail "not for this reason"; }
    (cd clone && git checkout -q LICENSE && git tag v99.0.0)
    if clone/scripts/package --output "$PWD/refused" source >log 2>&1; then fail "another version's tag was packed"; fi
    grep -q 'has the tag v99.0.0' log || { cat log; fail "not for this reason"; }
    [ ! -e refused/SHA256SUMS ] || fail "refused, but something was made"
    echo "all files, a dirty tree refused"
}

way_sbom() {
    need python3:python3
    python3 - "$dist/ptk-$version.cdx.json" "$dist/ptk-$version.spdx.json" "$dist" <<'END'
import hashlib
import json
import re
import sys

cyclonedx = json.load(open(sys.argv[1], encoding="utf-8"))
spdx = json.load(open(sys.argv[2], encoding="utf-8"))


def digest(name, algorithm):
    with open(sys.argv[3] + "/" + name, "rb") as file:
        return hashlib.new(algorithm, file.read()).hexdigest()


assert cyclonedx["bomFormat"] == "CycloneDX" and cyclonedx["specVersion"] == "1.4"
assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", cyclonedx["serialNumber"])
names = [part["name"] for part in cyclonedx["components"]]
assert len(names) == len(set(names)) >= 15
for part in cyclonedx["components"]:
    assert part["hashes"][0]["content"] == digest(part["name"], "sha256"), part["name"]
assert spdx["spdxVersion"] == "SPDX-2.3" and spdx["documentDescribes"] == [spdx["packages"][0]["SPDXID"]]
identifiers = [file["SPDXID"] for file in spdx["files"]]
assert len(identifiers) == len(set(identifiers))
assert all(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", identifier) for identifier in identifiers)
assert {file["fileName"][2:] for file in spdx["files"]} == set(names)
for file in spdx["files"]:
    sums = {entry["algorithm"]: entry["checksumValue"] for entry in file["checksums"]}
    assert sums == {kind: digest(file["fileName"][2:], kind.lower()) for kind in ("SHA1", "SHA256")}, file["fileName"]
known = set(identifiers) | {"SPDXRef-DOCUMENT", "SPDXRef-Package-ptk"}
for relation in spdx["relationships"]:
    assert relation["spdxElementId"] in known and relation["relatedSpdxElement"] in known
print(len(names), "files")
END
}

# What no tool here builds is at least what its format says; docs/packaging.md lists it.
way_recipes() {
    need python3:python3 python3-yaml ruby:ruby xmllint:libxml2-utils shellcheck:shellcheck nix-instantiate:nix-bin
    unpack_source
    cd "$source_tree" || fail "no $source_tree"
    shellcheck --shell=bash --exclude=SC2034,SC2154,SC2164 packaging/alpine/APKBUILD packaging/arch/PKGBUILD
    ruby -c packaging/homebrew/ptk.rb
    xmllint --noout packaging/cmsis/ProtocolToolkit.ptk.pdsc packaging/chocolatey/ptk.nuspec packaging/windows/ptk.wxs
    python3 - <<'END'
import ast
import glob
import json

import yaml

for name in ("packaging/vcpkg/ports/ptk/vcpkg.json", "library.json"):
    with open(name, encoding="utf-8") as file:
        assert json.load(file)["name"] == "ptk", name
manifests = {}
for name in glob.glob("packaging/winget/*.yaml") + ["manifest.yml", "packaging/esp-idf/ptk/idf_component.yml"]:
    with open(name, encoding="utf-8") as file:
        manifests[name] = yaml.safe_load(file)
assert sorted(m["ManifestType"] for m in manifests.values() if "ManifestType" in m) == ["defaultLocale", "installer", "version"]
assert len({m["PackageIdentifier"] for m in manifests.values() if "ManifestType" in m}) == 1
for name in ("conanfile.py", "packaging/conan/test_package/conanfile.py", "MODULE.bazel", "BUILD.bazel"):
    with open(name, encoding="utf-8") as file:
        ast.parse(file.read(), name)
END
    # The flake, with a stand-in for nixpkgs: its outputs are evaluated, nothing is built.
    nix-instantiate --parse flake.nix >parsed
    nix-instantiate --parse packaging/nix/package.nix >>parsed
    cat >"$work/recipes/evaluate.nix" <<'END'
{ tree }:
let
  flake = import (tree + "/flake.nix");
  names = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
  lib = {
    genAttrs = list: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) list);
    licenses.mit = "MIT";
    platforms.unix = [ ];
  };
  packagesOf = system: {
    inherit system;
    callPackage = file: given: import file ({ inherit lib; stdenv.mkDerivation = x: x; cmake = 0; ninja = 0; } // given);
    mkShell = x: x;
    clang-tools = 0;
    ninja = 0;
    pkg-config = 0;
    shellcheck = 0;
  };
  self = flake.outputs { inherit self; nixpkgs = { inherit lib; legacyPackages = lib.genAttrs names packagesOf; }; };
in
map (system: self.packages.${system}.default.version + (if self.devShells.${system}.default ? packages then "" else "?")) names
END
    nix-instantiate --eval --strict --arg tree "$source_tree" "$work/recipes/evaluate.nix" >evaluated
    [ "$(cat evaluated)" = "[ \"$version\" \"$version\" \"$version\" \"$version\" ]" ] || { cat evaluated; fail "flake.nix"; }
    echo "syntax, and the flake's outputs"
}

# -------------------------------------------------------------------------------------------------------------- sources

# unpack_source: what a user has who downloads the source archive.
unpack_source() {
    tar -xzf "$dist/ptk-$version.tar.gz"
    source_tree=$PWD/ptk-$version
}

way_subdirectory() {
    unpack_source
    each_toolchain with_cmake "-DCONSUMER_WAY=subdirectory -DPTK_SOURCE=$source_tree"
}

way_fetch_content() {
    each_toolchain with_cmake "-DCONSUMER_WAY=fetch -DPTK_SOURCE=file://$dist/ptk-$version.tar.gz"
}

with_meson() {
    lto=false
    [ -z "$2" ] || lto=true
    show env "CC=$1" meson setup "meson-$1$2" project -Db_lto=$lto --wrap-mode=forcefallback
    show meson compile -C "meson-$1$2"
    is_ok "meson-$1$2/consumer"
}

way_meson() {
    need meson:meson
    unpack_source
    cp -R "$work/consumer" project
    mkdir project/subprojects
    mv "$source_tree" project/subprojects/ptk
    each_toolchain with_meson
}

with_two_files() {
    platform=linux
    # shellcheck disable=SC2086
    show "$1" $2 -std=c99 -O2 -DNDEBUG -Wall -Wextra -Werror -DCONSUMER_TWO_FILES -ffunction-sections -fdata-sections \
        -I files "$work/consumer/consumer.c" files/protocol_toolkit.c -Wl,--gc-sections -lpthread -o "consumer-$1$2"
    is_ok "./consumer-$1$2"
}

way_two_files() {
    cp -R "$dist/two-files/linux" files
    [ "$(find files -type f | grep -c .)" = 2 ] || fail "not two files"
    each_toolchain with_two_files
}

# ------------------------------------------------------------------------------------------------------------- packages

way_installed_archive() {
    tar -xzf "$dist/ptk-$version-linux-$(uname -m).tar.gz"
    mv "ptk-$version-linux-$(uname -m)" moved
    has_man_pages "$PWD/moved"
    use_tree "$PWD/moved"
}

way_deb() {
    for file in "$dist"/libptk-*_"$version"-1_*.deb; do dpkg-deb --extract "$file" root; done
    has_man_pages "$PWD/root/usr"
    [ -f root/usr/share/doc/libptk-dev/copyright ] || fail "no copyright"
    [ -f root/usr/share/doc/libptk-doc/docs/tutorial.md ] || fail "no tutorial"
    use_tree "$PWD/root/usr"
}

way_cpack_deb() {
    dpkg-deb --extract "$dist"/cpack/libptk-dev_*.deb root
    [ -f root/usr/share/doc/libptk-dev/docs/tutorial.md ] || fail "no tutorial"
    has_man_pages "$PWD/root/usr"
    use_tree "$PWD/root/usr"
}

# install_rpm FILE...: into root. Its package database is its own; what it depends on is not in it.
install_rpm() {
    need rpm:rpm
    mkdir -p root
    show rpm --root "$PWD/root" --initdb
    show rpm --root "$PWD/root" --install --nodeps --ignorearch --noscripts "$@"
    rpm --root "$PWD/root" --query --all | sort
}

way_rpm() {
    install_rpm "$dist/ptk-devel-$version-1.$(uname -m).rpm" "$dist/ptk-doc-$version-1.noarch.rpm"
    has_man_pages "$PWD/root/usr"
    [ -f root/usr/share/doc/ptk/docs/tutorial.md ] || fail "no tutorial"
    use_tree "$PWD/root/usr"
}

way_cpack_rpm() {
    install_rpm "$dist"/cpack/ptk-devel-*.rpm
    has_man_pages "$PWD/root/usr"
    use_tree "$PWD/root/usr"
}

way_arch() {
    need zstd:zstd
    mkdir root
    tar --zstd -xf "$dist/ptk-$version-1-$(uname -m).pkg.tar.zst" -C root
    grep -qx "pkgver = $version-1" root/.PKGINFO || fail "not the version in .PKGINFO"
    [ -f root/usr/share/licenses/ptk/LICENSE ] || fail "no licence"
    has_man_pages "$PWD/root/usr"
    use_tree "$PWD/root/usr"
}

way_msi() {
    need msiextract:msitools unzip:unzip x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64 wine:wine wine64
    msiextract -C root "$dist/ptk-$version-windows-x86_64.msi" >files
    prefix=$(find "$PWD/root" -type d -name ptk -path '*PFiles64/ptk' | head -n 1)
    [ -f "$prefix/lib/cmake/ptk/ptk-config.cmake" ] || fail "no CMake package"
    for flags in '' -flto; do
        show cmake -S "$work/consumer" -B "windows$flags" -G Ninja "-DCMAKE_C_FLAGS=$flags" -DCMAKE_BUILD_TYPE=Release \
            "-DCMAKE_TOOLCHAIN_FILE=$project_directory/cmake/toolchains/mingw.cmake" "-Dptk_DIR=$prefix/lib/cmake/ptk"
        show cmake --build "windows$flags"
    done
    unzip -q "$dist/ptk-$version-windows-x86_64.zip"
    diff -r "ptk-$version-windows-x86_64" "$prefix" || fail "the .zip has something else"
    wine_prefix=${PTK_WINE_PREFIX:-$PWD/wine}
    mkdir -p "$wine_prefix"
    for flags in '' -flto; do
        is_ok env -u DISPLAY WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= "WINEPREFIX=$wine_prefix" \
            wine "windows$flags/consumer.exe"
    done
    [ -n "${PTK_WINE_PREFIX:-}" ] || WINEPREFIX=$wine_prefix wineserver --wait
    echo "GCC with and without LTO, run by Wine"
}

# A system of its own, in which the packages are installed by apt, and the tests of packaging/debian/tests are run.
# in_chroot COMMAND...
in_chroot() {
    chroot root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

way_deb_chroot() {
    [ "$(id -u)" = 0 ] || skip "a chroot needs root"
    need mmdebstrap:mmdebstrap
    base=${PTK_CHROOT:-}
    if [ -z "$base" ]; then
        base=$results/chroot.tar
        # The same release as this machine's, from the same servers; kept for the next run.
        [ -f "$base" ] || show timeout 900 mmdebstrap --variant=apt --include=gcc,libc6-dev,pkgconf,cmake,make \
            "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$base" || { rm -f "$base"; skip "mmdebstrap made no system"; }
    fi
    mkdir root
    tar -xf "$base" -C root --exclude='./dev/*'
    cp "$dist"/libptk-dev_"$version"-1_*.deb "$dist/libptk-doc_$version-1_all.deb" root/root
    show in_chroot sh -c 'dpkg --install /root/libptk-*.deb'
    in_chroot dpkg --status libptk-dev | grep -x 'Status: install ok installed' || fail "libptk-dev is not installed"
    unpack_source
    mkdir root/root/source
    cp -R "$source_tree/tests" "$source_tree/packaging/debian" root/root/source
    for test in pkg-config cmake; do
        show in_chroot sh -c "cd /root/source && debian/tests/$test" | tee output
        grep -q "^ok $version " output || fail "the test $test"
    done
    in_chroot dpkg --purge libptk-dev libptk-doc
    if find root/usr -name '*ptk*' ! -path '*/encrypt*' | grep -E '/(lib)?ptk' | grep .; then fail "the files above were left"; fi
    echo "installed by dpkg, used, removed"
}

way_autopkgtest() {
    # The tests of the package, as Debian names and runs them, here without a system of their own.
    unpack_source
    awk '/^Tests:/ { print $2 }' "$source_tree/packaging/debian/tests/control" >tests
    [ "$(grep -c . tests)" = 2 ] || fail "not two tests"
    while read -r test; do
        [ -x "$source_tree/packaging/debian/tests/$test" ] || fail "$test is not there"
    done <tests
    for file in "$dist"/libptk-dev_"$version"-1_*.deb; do dpkg-deb --extract "$file" root; done
    for test in $(cat tests); do
        mkdir "$test"
        (cd "$source_tree" && PKG_CONFIG_LIBDIR=$(dirname "$(find "$work/autopkgtest/root" -name ptk.pc)") \
            CMAKE_PREFIX_PATH=$work/autopkgtest/root/usr AUTOPKGTEST_TMP=$work/autopkgtest/$test \
            "packaging/debian/tests/$test") | tee output
        grep -q "^ok $version " output || fail "the test $test"
    done
    echo "2 tests"
}
