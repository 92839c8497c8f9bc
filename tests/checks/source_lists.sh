# SPDX-License-Identifier: MIT
# Every source of the library is in its CMakeLists.txt; those of core and Modbus are in meson.build, too.
# Usage: source_lists.sh SOURCE_DIRECTORY
. "$(dirname -- "$0")/common.sh"
cd "$1/src/lib"
sources=$(find . -name '*.c' | sed 's/^\.\///')
[ -n "$sources" ] || fail "no sources"
for source in $sources; do
    grep -qwF "$source" CMakeLists.txt || fail "src/lib/$source is not in src/lib/CMakeLists.txt"
done
for source in core/*.c ../protocols/modbus/*.c; do
    path=$(cd "$(dirname "$source")" && pwd)/$(basename "$source")
    grep -qF "'src/${path##*/src/}'" ../../meson.build || fail "src/${path##*/src/} is not in meson.build"
done
