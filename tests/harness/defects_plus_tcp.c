/**
 * @file defects_plus_tcp.c
 * @brief What tests/freertos/plus_tcp/plain.c shows of FreeRTOS+TCP V4.4.1 by its own API.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief Why a group of tests is left out. */
#define NO_HALF_CLOSE "FreeRTOS+TCP ends both streams when the first one has ended"
#define NO_ICMP_ERRORS "FreeRTOS+TCP passes no ICMP errors to UDP sockets"
#define NO_GROUPS "FreeRTOS+TCP has no multicast membership"

/** @brief The defects of FreeRTOS+TCP. */
static const harness_defect_t plus_tcp_defects[] = {
    {"multicast.broadcast_needs_the_option", "FreeRTOS+TCP does not deliver a broadcast to its own sockets"},
    {"multicast.only_what_it_has_joined_ipv4", NO_GROUPS},
    {"multicast.only_what_it_has_joined_ipv6", NO_GROUPS},
    {"multicast.refuses_bad_arguments", NO_GROUPS},
    {"multicast.scope_that_contradicts", NO_GROUPS},
    {"multicast.to_a_group_ipv4", NO_GROUPS},
    {"multicast.to_a_group_ipv6", NO_GROUPS},
    {"server_stream.half_closed", NO_HALF_CLOSE},
    {"server_stream.malformed_client_that_stays", NO_HALF_CLOSE},
    {"socket_option.options_of_a_connection", "FreeRTOS+TCP has no hop limit of a socket, and one time for keep-alive"},
    {"tcp.both_families_share_a_port", "FreeRTOS+TCP has one table of ports for both families"},
    {"tcp_close.destroy_after_reading_all", NO_HALF_CLOSE},
    {"tcp_close.destroy_with_unread_input", NO_HALF_CLOSE},
    {"tcp_close.half_close_by_the_client", NO_HALF_CLOSE},
    {"tcp_close.half_close_by_the_server", NO_HALF_CLOSE},
    {"tcp_close.half_close_while_the_end_waits", NO_HALF_CLOSE},
    {"udp_refused.reported_once_by_receive", NO_ICMP_ERRORS},
    {"udp_refused.reported_once_by_send", NO_ICMP_ERRORS},
    {"udp_refused.reported_once_by_the_event", NO_ICMP_ERRORS},
    {"udp_refused.taken_by_another_handler", NO_ICMP_ERRORS},
    {NULL, NULL},
};

const harness_defect_t *harness_defects(void) {
    return plus_tcp_defects;
}
