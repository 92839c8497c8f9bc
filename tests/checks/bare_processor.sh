# Core links for a processor without exclusive access, with a port that has neither threads nor a network. It divides no
# 64-bit number: that would be a function of the compiler's library, larger and slower than all else in a pass.
# SPDX-License-Identifier: MIT
# Usage: bare_processor.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$2"
command -v arm-none-eabi-gcc >/dev/null || skip "no arm-none-eabi-gcc"
for source in "$1"/src/lib/core/*.c "$1/tests/checks/bare/bare_port.c" "$1/bench/embedded/program.c"; do
    case $source in */diagnose.c) continue ;; esac
    arm-none-eabi-gcc -std=c99 -Wall -Wextra -Werror -mcpu=cortex-m0 -mthumb -Os -DNDEBUG -DPTK_PORT_ATOMICS \
        -DUSES_TIMERS -DUSES_EVENTS -DUSES_PROTOTHREADS -ffunction-sections -fdata-sections -I "$1/tests/checks/bare" \
        -I "$1/bench/embedded" -I "$1/src/include/linux" -I "$1/src/lib" -c "$source"
done
arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb -nostartfiles -Wl,--gc-sections -Wl,-e,main ./*.o -o program
if arm-none-eabi-nm ./*.o program | grep -E '__(atomic|sync)_'; then
    fail "an atomic operation is the compiler's"
fi
if arm-none-eabi-nm -A ./*.o program | grep -E '__aeabi_u?ldivmod|__u?(div|mod)di3'; then
    fail "a division of 64 bits"
fi
arm-none-eabi-nm program | grep -qw ptk_raise_event || fail "nothing was linked"
