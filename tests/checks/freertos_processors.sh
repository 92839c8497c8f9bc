# SPDX-License-Identifier: MIT
# Library and Modbus compile for FreeRTOS on each processor without a warning, as release and as Debug libraries, and a program
# that uses all of it but sockets links against the kernel's named calls, four functions of the C library and the compiler's
# own arithmetic, and nothing else: no allocator, no stdio, no atomic operation that the processor lacks.
# Usage: freertos_processors.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
source_directory=$1
fresh_directory "$2"
command -v arm-none-eabi-gcc >/dev/null && command -v riscv64-unknown-elf-gcc >/dev/null ||
    skip "no arm-none-eabi-gcc or no riscv64-unknown-elf-gcc"

# What the declarations of tests/freertos name; the macros of the API end in the port's functions.
kernel='vPortEnterCritical vPortExitCritical ulPortSetInterruptMask vPortClearInterruptMask vPortYieldFromISR
    xPortIsInsideInterrupt vTaskDelay vTaskSetTimeOutState xTaskGetCurrentTaskHandle xSemaphoreCreateBinaryStatic
    xSemaphoreTake xSemaphoreGive xSemaphoreGiveFromISR vSemaphoreDelete'
c_library='memcpy memmove memset memcmp'

# What they do does not matter here. The last line is the counter that FreeRTOSConfig.h of the tests names on RISC-V.
for name in $kernel $c_library; do
    printf 'void %s(void);\nvoid %s(void) {\n}\n' "$name" "$name"
done >kernel_calls.c
echo 'unsigned bare_interrupts;' >>kernel_calls.c

sources=$(find "$source_directory/src/lib/core" "$source_directory/src/lib/freertos" "$source_directory/src/protocols/modbus" \
    -name '*.c')
release_sources=$(printf '%s\n' $sources | grep -v -e /diagnose.c -e /freertos_log.c)

# link NAME OPTION...: the program with what the options have it use.
link() {
    name=$1
    shift
    # shellcheck disable=SC2086
    $compile -DNDEBUG "$@" -c "$source_directory/bench/embedded/program.c" -o "$name.program.o"
    $processor -nostdlib -Wl,--gc-sections -Wl,-e,main "$name.program.o" "$name"/*.o "$name.kernel.o" -lgcc -o "$name.program" ||
        fail "$name: it refers to something that is not named here"
    "$nm" "$name.program" >"$name.symbols"
}

# build NAME NM COMPILER OPTION...
build() {
    name=$1 nm=$2
    shift 2
    processor=$*
    compile="$* -std=c99 -Os -DPTK_PORT_ATOMICS -ffunction-sections -fdata-sections -I $source_directory/bench/embedded
        -I $source_directory/src/include/freertos -I $source_directory/src/lib -I $source_directory/src/lib/freertos
        -I $source_directory/src/protocols/modbus/include -I $source_directory/tests/freertos/declarations
        -I $source_directory/tests/freertos/bare"
    strict='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Wcast-align -Wmissing-prototypes -Werror'
    mkdir "$name"
    # shellcheck disable=SC2086
    $compile $strict -fsyntax-only $sources || fail "$name: not without a warning as Debug"
    # shellcheck disable=SC2086
    (cd "$name" && $compile $strict -DNDEBUG -c $release_sources) || fail "$name: not without a warning"
    # No division of 64 bits, which takes 756 bytes on Arm: neither in the port nor in core, whose passes compute times.
    if "$nm" -A -u "$name"/*.o | grep -E '__(aeabi_u?ldivmod|u?divdi3|u?moddi3)'; then
        fail "$name: this divides 64 bits"
    fi
    $processor -fno-builtin -w -c kernel_calls.c -o "$name.kernel.o"
    link "$name" -DUSES_TIMERS
    if grep -E '[ _]ptk_(port_)?(socket|source|protothread|pt_|raise|user_event|semaphore_(init|wait|signal)|thread_(start|join)|notif)' "$name.symbols"; then
        fail "$name: a program that uses timers alone has these"
    fi
    link "$name" -DUSES_TIMERS -DUSES_EVENTS -DUSES_PROTOTHREADS
    grep -qw ptk_raise_event "$name.symbols" || fail "$name: nothing was linked"
    if grep -E '__(atomic|sync)_| (malloc|free|printf)$' "$name.symbols"; then
        fail "$name: these must not be there"
    fi
}

build cortex_m0 arm-none-eabi-nm arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb
build cortex_m3 arm-none-eabi-nm arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb
build cortex_m33 arm-none-eabi-nm arm-none-eabi-gcc -mcpu=cortex-m33 -mthumb
build rv32ic riscv64-unknown-elf-nm riscv64-unknown-elf-gcc -march=rv32ic -mabi=ilp32 --specs=picolibc.specs
build rv32imac riscv64-unknown-elf-nm riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 --specs=picolibc.specs

# The example whose kernel is the real one: docs/embedded.md says where it ran.
for source in timer_interrupt board; do
    arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -std=c99 -Wall -Wextra -Werror -fsyntax-only \
        -I "$source_directory/examples/freertos" -I "$source_directory/src/include/freertos" \
        -I "$source_directory/tests/freertos/declarations" "$source_directory/examples/freertos/$source.c" ||
        fail "examples/freertos/$source.c does not compile"
done

# The link does fail when something else is referred to.
if arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -nostdlib -Wl,--gc-sections -Wl,-e,main cortex_m3.program.o cortex_m3/*.o -lgcc -o without \
    >log 2>&1; then
    fail "without the kernel's calls it links as well"
fi
grep -q 'undefined reference to .xSemaphoreTake' log || fail "the link failed for another reason"
