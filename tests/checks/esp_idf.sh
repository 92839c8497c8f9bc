# SPDX-License-Identifier: MIT
# What ESP-IDF's component lists compiles against declarations of the calls that it uses, without a warning and for each
# kind of processor that there is a compiler for, and refers to these calls and nothing else. It neither runs nor is it
# built with ESP-IDF: docs/embedded.md says so.
# Usage: esp_idf.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
source_directory=$(cd "$1" && pwd)
fresh_directory "$2"
command -v cmake >tools || skip "no cmake"
component=$source_directory/packaging/esp-idf/ptk

kernel='eTaskGetState spinlock_initialize uxTaskPriorityGet vPortEnterCriticalSafe vPortExitCriticalSafe vTaskDelay vTaskDelete
    vTaskSuspend xPortInIsrContext xTaskCreateStatic xTaskGetCurrentTaskHandle'
system='close esp_timer_get_time eventfd read select write'
stack='ip4_addr_isbroadcast_u32 lock_tcpip_core lwip_accept lwip_bind lwip_close lwip_connect lwip_getpeername lwip_getsockname
    lwip_getsockopt lwip_ioctl lwip_listen lwip_recv lwip_recvmsg lwip_sendto lwip_setsockopt lwip_shutdown lwip_socket
    netif_get_by_index netif_list sys_mutex_lock sys_mutex_unlock sys_thread_tcpip'
ipv6='netif_default netif_get_ip6_addr_match'
# The C library; its errno by the names that it has in newlib, picolibc and glibc; and the compiler's own arithmetic. ESP-IDF
# has __atomic_...() for its processors without the extension A, in the component newlib.
others='memcmp memcpy memmove memset strlen errno __errno __errno_location __udivdi3 __umoddi3 __divdi3 __muldi3 __aeabi_uldivmod
    __aeabi_ldivmod __atomic_exchange_4 __atomic_fetch_add_4 __atomic_compare_exchange_4'
debug_others='__assert_fail __assert_func __assert_no_args' # what assert() calls in these libraries

# what DEBUG WORD: what the component lists of this kind, one in a line.
what() {
    cmake "-DCONFIG_PTK_DEBUG=$1" -DCONFIG_PTK_MODBUS=ON -DCONFIG_PTK_USER_EVENT_QUEUE_SIZE=8 \
        -DCONFIG_PTK_USER_EVENT_HANDLERS=8 -DCONFIG_PTK_EVENT_LOOP_MAX_WAIT_MS=10 "-DCOMPONENT=$component" \
        "-DOUTPUT=$PWD/component" -P "$source_directory/tests/checks/esp_idf_component.cmake" >log 2>&1 ||
        { cat log >&2; fail "cmake does not read the component"; }
    sed -n "s/^$2 //p" component
}

# Every name of a component that is included from is required.
[ "$(what OFF requires | sort | tr '\n' ' ')" = 'esp_timer freertos lwip vfs ' ] || fail "the component requires others"

# look NAME NM IPV6 DEBUG COMPILER OPTION...: compiles all files, and compares what they refer to with the lists.
look() {
    name=$1 nm=$2 has_ipv6=$3 debug=$4
    shift 4
    mkdir "$name"
    directories=$(what "$debug" directory | sed 's/^/-I/')
    options=$(what "$debug" option)
    sources=$(what "$debug" source)
    # shellcheck disable=SC2086
    (cd "$name" && "$@" $options $directories -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow \
        -Wcast-align -Wstrict-prototypes -Wmissing-prototypes -Werror -Os "-DLWIP_IPV6=$has_ipv6" \
        -isystem "$source_directory/tests/declarations/esp_idf" -c $sources) || fail "$name: not without a warning"
    names="$kernel $system $stack"
    [ "$has_ipv6" = 0 ] || names="$names $ipv6"
    may=$others
    [ "$debug" = OFF ] || may="$may $debug_others"
    compare_references "$name" "$nm" "$names" "$may"
}

look host nm 1 OFF cc -fno-pie
look host_debug nm 0 ON cc -fno-pie
if command -v arm-none-eabi-gcc >>tools; then
    look cortex_m3 arm-none-eabi-nm 1 OFF arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb
fi
if command -v riscv64-unknown-elf-gcc >>tools; then
    # The ESP32-C3's instructions, and those of the C6 and the H2.
    look rv32imc riscv64-unknown-elf-nm 1 OFF riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 --specs=picolibc.specs
    look rv32imac riscv64-unknown-elf-nm 1 OFF riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 --specs=picolibc.specs
    look rv32imac_debug riscv64-unknown-elf-nm 0 ON riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 \
        --specs=picolibc.specs
    if grep '^__atomic' rv32imac/refers; then
        fail "these processors change a word in one step"
    fi
fi
