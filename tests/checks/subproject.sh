# SPDX-License-Identifier: MIT
# As a subproject Protocol Toolkit configures its libraries and nothing else.
# Usage: subproject.sh SOURCE_DIRECTORY WORK CMAKE GENERATOR PLATFORM
. "$(dirname -- "$0")/common.sh"
checks=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
source_directory=$1
cmake=$3
generator=$4
platform=$5
fresh_directory "$2"
# Elsewhere, so that no name of a directory has something in it that needs quotes.
work=$(mktemp -d "${TMPDIR:-/tmp}/ptk-subproject-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
work=$(pwd -P)
cp -R "$checks/subproject" parent

# flags SOURCE: the flags that one of the parent's sources is compiled with, a space between two.
flags() {
    sed -n "s/^ *\"command\": *\"[^ ]* *\(.*\) -o .*\/$1\".*/\1/p" "$name/compile_commands.json" \
        | sed -e 's/  */ /g; s/ $//' | grep . || true
}

# try NAME ARGUMENT...: configures and builds the parent, runs its program, and looks for what must not be there.
try() {
    name=$1
    shift
    "$cmake" -S parent -B "$name" -G "$generator" "-DPTK_SOURCE_DIRECTORY=$source_directory" \
        "-DPTK_PLATFORM=$platform" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "-DCMAKE_INSTALL_PREFIX=$PWD/$name/prefix" "$@" >"$name.log" 2>&1 \
        || { cat "$name.log"; fail "configuring the parent $name"; }
    "$cmake" --build "$name" >>"$name.log" 2>&1 || { cat "$name.log"; fail "building the parent $name"; }
    "$name/with_ptk" || fail "the program of the parent $name ended with status $?"

    # The parent's sources are compiled as if we were not there; one that links us gets our include directory and
    # definitions, which some versions of CMake name relative to the build. What remains is the parent's own.
    case "$*" in *Release*) own='-O3 -DNDEBUG' ;; *MinSizeRel*) own='-Os -DNDEBUG' ;; *) own='' ;; esac
    flags without.c >without
    [ "$(cat without)" = "$own" ] || fail "without.c is compiled with: $(cat without)"
    flags main.c | sed -E -e "s#-I($work/$name/ptk|ptk)/[^ ]*##g" -e 's/-DPTK_[A-Z_]+=[0-9]+//g' \
        -e 's/  +/ /g; s/^ | $//g' >with
    [ "$(cat with)" = "$own" ] || fail "main.c is compiled with: $(cat with)"

    (cd "$name" && ctest -N) | grep -q 'Total Tests: 0' || fail "the parent $name has tests"

    # Nothing to install: there is not even a prefix afterwards.
    "$cmake" --install "$name" >>"$name.log" 2>&1 || { cat "$name.log"; fail "installing the parent $name"; }
    [ ! -e "$name/prefix" ] || { find "$name/prefix"; fail "the parent $name installs files of ours"; }
    [ ! -e "$name/CPackConfig.cmake" ] || fail "the parent $name has package rules"
}

try plain
try typed -DCMAKE_BUILD_TYPE=Release
if [ -f "$source_directory/src/protocols/modbus/CMakeLists.txt" ]; then
    [ -z "$(find plain/ptk -name libptk_modbus.a)" ] || fail "ptk::modbus was built although nothing links it"
    try modbus -DCMAKE_BUILD_TYPE=MinSizeRel -DWITH_MODBUS=ON
fi
