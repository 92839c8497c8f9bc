# SPDX-License-Identifier: MIT
# Every file that names the version names that of CMakeLists.txt. Where the sources are no clone, only the known files are
# looked at.
# Usage: versions.sh SOURCE_DIRECTORY
. "$(dirname -- "$0")/common.sh"
cd "$1"
scripts/version --check || fail "versions differ"
echo "all have $(scripts/version)"
