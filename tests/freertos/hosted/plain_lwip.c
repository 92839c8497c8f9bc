/**
 * @file plain_lwip.c
 * @brief What lwIP does otherwise than Linux, by lwIP's own API alone: each line of defects_lwip.c. It fails when lwIP does
 *        as Linux, so that the line can go.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lwip_network.h"

#include <errno.h>
#include <lwip/sockets.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/** @brief What is on its way has arrived. */
static void let_pass(void) {
    (void)usleep(300000);
}

/** @brief An IPv4 address. @param host in host byte order. @param port the same. */
static struct sockaddr_in address_of(uint32_t host, uint16_t port) {
    struct sockaddr_in address;

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(host);
    return address;
}

/** @brief Shows one thing. @param is_so whether lwIP does that. @return is_so. */
static bool show(bool is_so, const char *what) {
    printf("%s: %s\n", is_so ? "seen" : "NOT SEEN", what);
    return is_so;
}

/** @brief A datagram to a port where no one listens. Linux: the next receive fails with ECONNREFUSED. */
static bool no_icmp_errors(void) {
    struct sockaddr_in nowhere = address_of(INADDR_LOOPBACK, 1);
    int error = 0;
    socklen_t length = (socklen_t)sizeof(error);
    char byte = 0;
    const int sender = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    const bool sent = lwip_connect(sender, (struct sockaddr *)(void *)&nowhere, (socklen_t)sizeof(nowhere)) == 0 &&
                      lwip_send(sender, &byte, 1, 0) == 1;

    let_pass();
    const bool none = sent && lwip_recv(sender, &byte, 1, MSG_DONTWAIT) < 0 && errno == EWOULDBLOCK &&
                      lwip_getsockopt(sender, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0;
    (void)lwip_close(sender);
    return show(none, "ICMP errors are not reported to UDP sockets");
}

/** @brief Joins a group on the loopback interface. @param group in host byte order. @return whether that worked. */
static bool join(int descriptor, uint32_t group) {
    struct ip_mreq request;

    request.imr_multiaddr.s_addr = htonl(group);
    request.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
    return lwip_setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, (socklen_t)sizeof(request)) == 0;
}

/** @brief The same group twice. Linux: the second time fails with EADDRINUSE. */
static bool joins_twice(void) {
    const int member = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    const bool twice = join(member, 0xEF010203u) && join(member, 0xEF010203u);

    (void)lwip_close(member);
    return show(twice, "a socket joins a group twice");
}

/** @brief A socket that has joined nothing, and one that has. Linux, without IP_MULTICAST_ALL: only the second one gets
 *  what is sent. */
static bool delivers_to_all(void) {
    struct sockaddr_in group = address_of(0xEF010204u, 5001);
    struct sockaddr_in any = address_of(INADDR_ANY, 5001);
    struct in_addr interface_address;
    char byte = 0;
    const int stranger = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    const int member = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    const int sender = lwip_socket(AF_INET, SOCK_DGRAM, 0);

    interface_address.s_addr = htonl(INADDR_LOOPBACK);
    const bool sent =
        lwip_bind(stranger, (struct sockaddr *)(void *)&any, (socklen_t)sizeof(any)) == 0 &&
        join(member, 0xEF010204u) &&
        lwip_setsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF, &interface_address,
                        (socklen_t)sizeof(interface_address)) == 0 &&
        lwip_sendto(sender, &byte, 1, 0, (struct sockaddr *)(void *)&group, (socklen_t)sizeof(group)) == 1;
    let_pass();
    const bool got = sent && lwip_recv(stranger, &byte, 1, MSG_DONTWAIT) == 1;
    (void)lwip_close(stranger);
    (void)lwip_close(member);
    (void)lwip_close(sender);
    return show(got, "a socket gets what is sent to a group that another one has joined");
}

/** @brief The interface by which datagrams to IPv6 groups leave. Linux: IPV6_MULTICAST_IF, which any socket takes. */
static bool no_interface_of_ipv6(void) {
    int interface_index = 1;
    const int sender = lwip_socket(AF_INET6, SOCK_DGRAM, 0);
    const bool none = lwip_setsockopt(sender, IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface_index,
                                      (socklen_t)sizeof(interface_index)) != 0 &&
                      errno == ENOPROTOOPT;

    (void)lwip_close(sender);
    return show(none, "no option chooses the interface for groups of IPv6");
}

/** @brief Shows all. @return 0 if lwIP does all that. */
int main(void) {
    lwip_network_start();
    const bool all[] = {no_icmp_errors(), joins_twice(), delivers_to_all(), no_interface_of_ipv6()};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (!all[i]) {
            return 1;
        }
    }
    return 0;
}
