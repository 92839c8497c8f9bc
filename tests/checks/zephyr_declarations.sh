# SPDX-License-Identifier: MIT
# The Zephyr port compiles strictly against the declarations of what it uses, for this machine and for a Cortex-M3, and refers
# to nothing else.
# Usage: zephyr_declarations.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$2"
declarations=$1/tests/declarations/zephyr
flags='-std=c99 -pedantic -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wundef -Wstrict-prototypes -Os -DNDEBUG'

# compile COMPILER FLAG...: the port, with sockets and without.
compile() {
    compiler=$1
    shift
    for source in "$1"/src/lib/zephyr/*.c "$1"/src/lib/sockets/*.c "$1"/src/lib/unix/posix_socket_option.c; do
        # shellcheck disable=SC2086
        "$compiler" $flags $processor -I "$declarations" -I "$1/src/include/zephyr" -I "$1/src/lib/zephyr" -I "$1/src/lib" \
            -c "$source" -o "$compiler-$(basename "$source").o"
    done
}

processor=
compile "${CC:-gcc}" "$1"
if command -v arm-none-eabi-gcc >/dev/null; then
    processor='-mcpu=cortex-m3 -mthumb'
    compile arm-none-eabi-gcc "$1"
    arm-none-eabi-size -t arm-none-eabi-gcc-*.o | sed -n '1p;$p'
fi

# What is declared, what the objects define, core's, and C's own and the compiler's.
allowed=$(grep -rhoE '\b(k|z|zsock|net|htons|ntohs)[a-z_0-9]*\(' "$declarations" | tr -d '(' | sort -u)
for object in *.o; do
    for name in $(nm -u "$object" | sed 's/.* U //'); do
        case $name in ptk_* | mem* | __aeabi_* | __errno* | _GLOBAL_OFFSET_TABLE_ | __stack_chk_fail) continue ;; esac
        printf '%s\n' "$allowed" | grep -qx "$name" || fail "$object refers to $name, which is not declared"
    done
done
