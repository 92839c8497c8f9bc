/**
 * @file plain.c
 * @brief What NuttX 13.0.1 does otherwise than Linux, by its own sockets, without the library: a line each. It runs on
 *        both, and the lines of Linux say what is expected.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/** @brief Loopback, IPv6, any port. */
static struct sockaddr_in6 loopback6(void) {
    struct sockaddr_in6 address;
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    address.sin6_addr.s6_addr[15] = 1;
    return address;
}

/** @brief Loopback, IPv4, any port. */
static struct sockaddr_in loopback4(void) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/** @brief getpeername() of IPv6 gives the port of the peer. */
static void port_of_the_peer(void) {
    struct sockaddr_in6 address = loopback6();
    struct sockaddr_in6 peer = loopback6();
    socklen_t length = sizeof address;
    int one = socket(AF_INET6, SOCK_DGRAM, 0);
    int other = socket(AF_INET6, SOCK_DGRAM, 0);
    (void)bind(one, (struct sockaddr *)&address, sizeof address);
    (void)getsockname(one, (struct sockaddr *)&address, &length);
    (void)connect(other, (struct sockaddr *)&address, sizeof address);
    length = sizeof peer;
    (void)getpeername(other, (struct sockaddr *)&peer, &length);
    printf("getpeername() of IPv6: %s\n", peer.sin6_port == address.sin6_port ? "the peer's port" : "another port");
    (void)close(one);
    (void)close(other);
}

/** @brief A pair of TCP sockets. */
static void connect_pair(int pair[2]) {
    struct sockaddr_in address = loopback4();
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    pair[0] = socket(AF_INET, SOCK_STREAM, 0);
    (void)bind(listener, (struct sockaddr *)&address, sizeof address);
    (void)listen(listener, 1);
    (void)getsockname(listener, (struct sockaddr *)&address, &length);
    (void)connect(pair[0], (struct sockaddr *)&address, sizeof address);
    pair[1] = accept(listener, NULL, NULL);
    (void)close(listener);
}

/** @brief What was sent before shutdown() arrives. */
static void sent_before_shutdown(void) {
    static char bytes[4096];
    int pair[2];
    long sent = 0;
    long received = 0;
    ssize_t result;
    connect_pair(pair);
    (void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
    while ((result = send(pair[0], bytes, sizeof bytes, 0)) > 0) {
        sent += result;
    }
    /* The reader makes room for a part, so that something is queued when the stream ends. */
    for (int i = 0; i < 8; i++) {
        received += recv(pair[1], bytes, sizeof bytes, 0);
    }
    while ((result = send(pair[0], bytes, sizeof bytes, 0)) > 0) {
        sent += result;
    }
    (void)shutdown(pair[0], SHUT_WR);
    while ((result = recv(pair[1], bytes, sizeof bytes, 0)) > 0) {
        received += result;
    }
    printf("shutdown() of a stream: %ld bytes sent, %s\n", sent, received == sent ? "all received" : "fewer received");
    (void)close(pair[0]);
    (void)close(pair[1]);
}

/** @brief A UDP socket learns that no one has its peer's port. */
static void refused_datagram(void) {
    struct sockaddr_in address = loopback4();
    struct pollfd look;
    char byte = 0;
    int other = socket(AF_INET, SOCK_DGRAM, 0);
    address.sin_port = htons(9);
    (void)connect(other, (struct sockaddr *)&address, sizeof address);
    (void)send(other, &byte, 1, 0);
    look.fd = other;
    look.events = POLLIN;
    int count = poll(&look, 1, 500);
    ssize_t result = recv(other, &byte, 1, MSG_DONTWAIT);
    printf("a datagram to a dead port: poll() %d, recv() %ld, errno %s\n", count, (long)result,
           result < 0 && errno == ECONNREFUSED ? "ECONNREFUSED" : "another");
    (void)close(other);
}

/** @brief Joining the same group a second time fails. */
static void group_twice(void) {
    struct ipv6_mreq request;
    int member = socket(AF_INET6, SOCK_DGRAM, 0);
    int results[2];
    memset(&request, 0, sizeof request);
    request.ipv6mr_multiaddr.s6_addr[0] = 0xFF;
    request.ipv6mr_multiaddr.s6_addr[1] = 0x12;
    request.ipv6mr_multiaddr.s6_addr[15] = 0x42;
    request.ipv6mr_interface = 1;
    for (int i = 0; i < 2; i++) {
        results[i] = setsockopt(member, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
    }
    printf("joining an IPv6 group twice: %d, then %d\n", results[0], results[1]);
    (void)close(member);
}

/** @brief The program. */
int main(void) {
    port_of_the_peer();
    sent_before_shutdown();
    refused_datagram();
    group_twice();
    return 0;
}
