/**
 * @file defects_zephyr.c
 * @brief What the network stack of Zephyr 3.4.99 does otherwise than Linux; docs/embedded.md has more of each.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief A close is never a reset. */
#define NO_RESET "a connection is closed with a FIN, never with a RST, although input was not read"
/** @brief No half-closed connections. */
#define NO_HALF "there are no half-closed connections: shutdown() of one direction is ENOTSUP"
/** @brief No ICMP errors. */
#define NO_ICMP "ICMP errors do not reach UDP sockets"
/** @brief No multicast by sockets. */
#define NO_GROUPS "there are no socket options for multicast"

/** @brief The list. */
static const harness_defect_t defects[] = {
    {"broken.late_reader", NO_RESET},
    {"broken.reader", NO_RESET},
    {"broken.writer", NO_RESET},
    {"broken.writer_and_reader", NO_RESET},
    {"broken.writer_learns_later", NO_RESET},
    {"end.late_reader_hears_of_a_reset", NO_RESET},
    {"end.late_writer_hears_of_a_reset", NO_RESET},
    {"end.reader_between_two_waits_hears_of_a_reset", NO_RESET},
    {"end.reader_is_resumed_though_another_call_got_the_end", NO_RESET},
    {"end.writer_hears_of_the_own_shutdown", NO_HALF},
    {"last_error.success_leaves_it", NO_HALF},
    {"multicast.scope_that_contradicts", NO_GROUPS},
    {"multicast.to_a_group_ipv4", NO_GROUPS},
    {"multicast.to_a_group_ipv6", NO_GROUPS},
    {"rest.ended_directions_come_to_rest_without_a_deed", NO_RESET},
    {"rest.every_state_comes_to_rest", NO_RESET},
    {"tcp_close.calls_after_a_reset", NO_RESET},
    {"tcp_close.calls_after_the_error_event", NO_RESET},
    {"tcp_close.destroy_after_reading_all", NO_HALF},
    {"tcp_close.destroy_with_unread_input", NO_HALF},
    {"tcp_close.half_close_by_the_client", NO_HALF},
    {"tcp_close.half_close_by_the_server", NO_HALF},
    {"tcp_close.half_close_while_the_end_waits", NO_HALF},
    {"tcp_close.reset_is_an_error_event", NO_RESET},
    {"udp_refused.reported_once_by_receive", NO_ICMP},
    {"udp_refused.reported_once_by_send", NO_ICMP},
    {"udp_refused.reported_once_by_the_event", NO_ICMP},
    {"udp_refused.taken_by_another_handler", NO_ICMP},
    {NULL, NULL},
};

const harness_defect_t *harness_defects(void) {
    return defects;
}
