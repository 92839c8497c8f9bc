# SPDX-License-Identifier: MIT
# The two files of scripts/amalgamate compile without a warning, and are no larger and no slower than the archives that are
# compiled with the same flags.
# Usage: two_files.sh SOURCE_DIRECTORY INCLUDE_DIRECTORY ARCHIVE MODBUS_ARCHIVE COMPILER WORK
. "$(dirname -- "$0")/common.sh"
source_directory=$1
include=$2
archive=$3
modbus_archive=$4
compiler=$5
checks=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
fresh_directory "$6"

warnings='-pedantic -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef
    -Wcast-align -Wformat=2 -Wold-style-definition -Werror'
size_flags='-std=c99 -Os -ffunction-sections -fdata-sections -fno-unwind-tables -fno-asynchronous-unwind-tables -DNDEBUG'

# compile PLATFORM COMPILER: as a release and as a Debug library.
compile() {
    command -v "$2" >tools || return 0
    for flags in -DNDEBUG -UNDEBUG; do
        # shellcheck disable=SC2086
        "$2" -std=c99 $warnings $flags -fsyntax-only "$1/protocol_toolkit.c" || fail "$1: $2 $flags"
    done
}
for platform in linux posix windows macos bsd freertos; do
    "$source_directory/scripts/amalgamate" $platform $platform || fail "amalgamate $platform"
    if grep -nE '^ *# *include "' $platform/protocol_toolkit.[ch] | grep -vE '"(protocol_toolkit|system_atomic|FreeRTOS|task|semphr)\.h"'; then
        fail "$platform: more than two files"
    fi
    case $platform in
        linux | posix)
            compile $platform gcc
            compile $platform clang
            ;;
        windows)
            compile $platform x86_64-w64-mingw32-gcc
            ;;
    esac
done

# Size: all of it, and programs of what they need.
# shellcheck disable=SC2086
"$compiler" $size_flags -c linux/protocol_toolkit.c -o two.o
machine_code "$archive" ptk.a
machine_code "$modbus_archive" modbus.a
text() {
    size -t "$@" | awk 'END { print $1 }'
}
two=$(text two.o)
archives=$(($(text ptk.a) + $(text modbus.a)))
echo "text: two files $two, archives $archives"
[ "$two" -le "$archives" ] || fail "the two files are larger than the archives"
for program in "$checks/timers_program.c" "$checks/two_files_program.c" \
    "$source_directory/examples/modbus_server.c $source_directory/examples/support/*.c"; do
    # Alignment differs by a few bytes.
    # shellcheck disable=SC2086
    {
        "$compiler" $size_flags -I "$include" -I "$source_directory/examples/support" $program two.o \
            -Wl,--gc-sections -lpthread -o with_two
        "$compiler" $size_flags -I "$include" -I "$source_directory/examples/support" $program modbus.a ptk.a \
            -Wl,--gc-sections -lpthread -o with_archives
    }
    two=$(text with_two)
    archives=$(text with_archives)
    echo "text: with two files $two, with archives $archives: $program"
    [ "$two" -le $((archives + 64)) ] || fail "$program is larger with the two files"
done

# Speed: instructions of a program that raises, starts timers, and encodes, which do not depend on the machine's load. The
# C library's own are the same.
command -v valgrind >tools || { echo "without valgrind: no instructions counted"; exit 0; }
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=profile "$@" >output 2>log || { cat log; fail "$*"; }
    sed -n 's/.*Collected : //p' log
}
# shellcheck disable=SC2086
"$compiler" $size_flags -I "$include" "$checks/two_files_program.c" two.o -Wl,--gc-sections -lpthread -o with_two
# shellcheck disable=SC2086
"$compiler" $size_flags -I "$include" "$checks/two_files_program.c" ptk.a -Wl,--gc-sections -lpthread -o with_archives
two=$(instructions ./with_two)
archives=$(instructions ./with_archives)
echo "instructions: with two files $two, with archives $archives"
[ "$two" -gt 1000000 ] || fail "too few instructions"
[ "$two" -le $((archives + archives / 500)) ] || fail "the two files are slower"
