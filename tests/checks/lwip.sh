# SPDX-License-Identifier: MIT
# The port on lwIP compiles against lwIP's own headers for each processor without a warning, as release and as Debug library,
# with either poller, with IPv6 and groups and without, and refers to the named calls of lwIP and nothing else.
# Usage: lwip.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$2"
source_directory=$1
headers=/usr/include/lwip # Debian's liblwip-dev
[ -f $headers/lwip/sockets.h ] || skip "no lwIP in $headers"
command -v arm-none-eabi-gcc >/dev/null && command -v riscv64-unknown-elf-gcc >/dev/null ||
    skip "no arm-none-eabi-gcc or no riscv64-unknown-elf-gcc"

stack='lwip_accept lwip_bind lwip_close lwip_connect lwip_getpeername lwip_getsockname lwip_getsockopt lwip_htonl lwip_htons
    lwip_listen lwip_recv lwip_recvmsg lwip_sendto lwip_setsockopt lwip_shutdown lwip_socket
    ip4_addr_isbroadcast_u32 lock_tcpip_core netif_get_by_index netif_list sys_mutex_lock sys_mutex_unlock'
ipv6='netif_default netif_get_ip6_addr_match'
netconn='err_to_errno lwip_socket_dbg_get_socket ptk_port_poller_wake tcp_shutdown'
select='lwip_ioctl lwip_select pbuf_alloc pbuf_free tcpip_callbackmsg_delete tcpip_callbackmsg_new tcpip_callbackmsg_trycallback
    tcpip_callbackmsg_trycallback_fromisr udp_new udp_remove udp_sendto'
# Core, the port on FreeRTOS, the kernel, and the C library, whose errno has one name in newlib and one in picolibc; and the
# compiler's own arithmetic and switches, of which a Cortex-M0 needs more.
others='ptk_address_any ptk_port_back_off ptk_port_lock ptk_port_next_socket ptk_port_report ptk_port_unlock
    bare_interrupts vPortYieldFromISR xPortIsInsideInterrupt errno __errno memcpy memset
    __aeabi_lmul __aeabi_uidiv __muldi3 __udivsi3 __gnu_thumb1_case_uqi'

# look NAME NM CALLS SOURCES COMPILER OPTION...: compiles the sources, and compares what they refer to with the lists.
look() {
    name=$1 nm=$2 calls=$3 sources=$4
    shift 4
    set -- "$@" -std=c99 -Os -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Wcast-align -Wstrict-prototypes \
        -Wmissing-prototypes -Werror -DPTK_PORT_ATOMICS -D_POSIX_C_SOURCE=200809L -isystem $headers \
        -I "$source_directory/src/lib/lwip" -I "$source_directory/src/include/freertos" -I "$source_directory/src/lib" \
        -I "$source_directory/src/lib/freertos" -I "$source_directory/tests/freertos/declarations" \
        -I "$source_directory/tests/freertos/bare" -I "$source_directory/examples/freertos/lwip"
    mkdir "$name"
    # shellcheck disable=SC2086
    (cd "$name" && "$@" -c $sources) || fail "$name: not without a warning as Debug"
    # shellcheck disable=SC2086
    (cd "$name" && "$@" -DNDEBUG -c $sources) || fail "$name: not without a warning"
    compare_references "$name" "$nm" "$stack $calls" "$others"
}

library=$source_directory/src/lib
all="$(echo "$library"/sockets/*.c "$library"/lwip/lwip_*.c)"
by_callbacks="$all $library/lwip/netconn.c"
by_select="$all $library/lwip/select.c $library/lwip/select_sets.c"
with_all="-I $source_directory/bench/embedded/lwip"

# both NAME NM COMPILER OPTION...
both() {
    processor=$1 nm=$2
    shift 2
    # shellcheck disable=SC2086
    look "$processor" "$nm" "$ipv6 $netconn" "$by_callbacks" "$@" $with_all
    # shellcheck disable=SC2086
    look "${processor}_select" "$nm" "$ipv6 $select" "$by_select" "$@" $with_all
}

both cortex_m0 arm-none-eabi-nm arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb
both cortex_m3 arm-none-eabi-nm arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb
both cortex_m33 arm-none-eabi-nm arm-none-eabi-gcc -mcpu=cortex-m33 -mthumb
both rv32ic riscv64-unknown-elf-nm riscv64-unknown-elf-gcc -march=rv32ic -mabi=ilp32 --specs=picolibc.specs
both rv32imac riscv64-unknown-elf-nm riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 --specs=picolibc.specs
# As the example has it: IPv4 alone, without groups. Debian's sys_arch.h has no such type without the header of Debian's cc.h.
look cortex_m3_ipv4 arm-none-eabi-nm "$netconn" "$by_callbacks" arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb \
    -Dsys_prot_t=unsigned

# The example, whose kernel and lwIP are the real ones: docs/embedded.md says where it ran. lwIP's port to FreeRTOS has these names.
for source in main ethernet; do
    arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -std=c99 -Wall -Wextra -Werror -fsyntax-only -isystem $headers \
        -D_POSIX_C_SOURCE=200809L -Dsys_prot_t=unsigned -DERR_NEED_SCHED=123 -I "$source_directory/examples/freertos" \
        -I "$source_directory/examples/freertos/lwip" -I "$source_directory/src/include/freertos" \
        -I "$source_directory/tests/freertos/declarations" "$source_directory/examples/freertos/$source.c" ||
        fail "examples/freertos/$source.c does not compile"
done
