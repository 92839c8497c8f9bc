/**
 * @file defects_nuttx.c
 * @brief What NuttX 13.0.1 does otherwise than the systems that the suite was written on; docs/embedded.md has programs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief The list. */
static const harness_defect_t defects[] = {
    {"multicast.scope_names_the_interface", "NuttX lets a socket join an IPv6 group twice"},
    {"server_stream.malformed_client_that_stays", "NuttX' loopback is busy for ever with connections that have ended"},
    {"server_stream.responses_before_a_close_are_not_lost", "NuttX' shutdown() drops what is queued to be sent"},
    {"tcp.connect_accept_echo_ipv6", "NuttX' getpeername() of IPv6 gives the port of the own end"},
    {"tcp_flow.big_transfer_to_a_slow_reader", "NuttX' shutdown() drops what is queued to be sent"},
    {"udp.connected_socket_ipv6", "NuttX' getpeername() of IPv6 gives the port of the own end"},
    {"udp_peer.keeps_what_the_peer_had_sent_ipv6", "NuttX' getpeername() of IPv6 gives the port of the own end"},
    {"udp_refused", "NuttX reports no ICMP errors of UDP"},
    {NULL, NULL},
};

const harness_defect_t *harness_defects(void) {
    return defects;
}
