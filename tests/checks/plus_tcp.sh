# SPDX-License-Identifier: MIT
# The port on FreeRTOS+TCP compiles against declarations of the calls that it uses, for every processor that there is a
# compiler for, and refers to nothing else.
# Usage: plus_tcp.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$2"
source_directory=$1
declarations=$source_directory/tests/freertos/declarations

# What the port refers to: FreeRTOS+TCP, the kernel, core and the C library. Without IPv6 two calls fewer.
stack='FreeRTOS_FindEndPointOnIP_IPv4 FreeRTOS_FindEndPointOnNetMask FreeRTOS_FindGateWay FreeRTOS_GetLocalAddress
    FreeRTOS_GetRemoteAddress FreeRTOS_GetUDPPayloadBuffer_Multi FreeRTOS_ReleaseTCPPayloadBuffer
    FreeRTOS_ReleaseUDPPayloadBuffer FreeRTOS_accept FreeRTOS_bind FreeRTOS_closesocket
    FreeRTOS_connect FreeRTOS_connstatus FreeRTOS_listen FreeRTOS_recv FreeRTOS_recvfrom FreeRTOS_rx_size FreeRTOS_send
    FreeRTOS_sendto FreeRTOS_setsockopt FreeRTOS_shutdown FreeRTOS_socket FreeRTOS_tx_space pvSocketGetSocketID
    xSocketSetSocketID xSocketValid'
ipv6='FreeRTOS_FindEndPointOnIP_IPv6 FreeRTOS_FindEndPointOnNetMask_IPv6'
system='ptk_address_any ptk_port_next_socket ptk_port_report uxTaskPriorityGet vTaskPrioritySet vTaskSuspendAll
    xTaskResumeAll'
# A compiler may do without memcmp() and the like, or call memcpy() where the source does not. The last is a switch on M0.
others='memcmp memcpy memset __gnu_thumb1_case_uqi'

# look NAME NM IPV6 COMPILER OPTION...: compiles all files, and compares what they refer to with the lists.
look() {
    name=$1 nm=$2 has_ipv6=$3
    shift 3
    mkdir "$name"
    for source in "$source_directory"/src/lib/plus_tcp/*.c; do
        "$@" -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-align -Wstrict-prototypes \
            -Wmissing-prototypes -Werror -Os -DNDEBUG -DPTK_PORT_ATOMICS "-DipconfigUSE_IPv6=$has_ipv6" -I "$source_directory/src/include/freertos" \
            -I "$source_directory/src/lib" -I "$source_directory/src/lib/freertos" -I "$declarations" \
            -I "$declarations/plus_tcp" -I "$source_directory/tests/freertos/hosted" -c "$source" \
            -o "$name/$(basename "$source" .c).o" || fail "$name: $source does not compile"
    done
    names="$stack $system"
    [ "$has_ipv6" = 0 ] || names="$names $ipv6"
    compare_references "$name" "$nm" "$names" "$others"
}

look host nm 1 cc
look host_ipv4 nm 0 cc
if command -v arm-none-eabi-gcc >/dev/null; then
    look m0 arm-none-eabi-nm 1 arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb
    look m3 arm-none-eabi-nm 1 arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb
    look m33 arm-none-eabi-nm 0 arm-none-eabi-gcc -mcpu=cortex-m33 -mthumb
fi
if command -v riscv64-unknown-elf-gcc >/dev/null; then
    look rv32 riscv64-unknown-elf-nm 1 riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 --specs=picolibc.specs
fi
