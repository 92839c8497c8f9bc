/**
 * @file plain.c
 * @brief What NuttX 13.0.1 does otherwise than Linux, by its own sockets, without the library: a line for each case of
 *        docs/embedded.md. It runs on both; on Linux each line is as on Linux.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/** @brief How many cases there were, and how many that are otherwise than on Linux. */
static int cases;
static int others; /**< @brief See above. */

/** @brief Prints a case. @param name its name. @param result, @param error what the call gave. @param is_as_on_linux that. */
static void show(const char *name, long result, int error, bool is_as_on_linux) {
    printf("%s: %ld, errno %d, %s\n", name, result, result < 0 ? error : 0,
           is_as_on_linux ? "as Linux" : "not as Linux");
    cases++;
    others += is_as_on_linux ? 0 : 1;
}

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
    show("port_of_the_peer", peer.sin6_port == address.sin6_port, 0, peer.sin6_port == address.sin6_port);
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
    show("sent_before_shutdown", received == sent, 0, received == sent);
    (void)close(pair[0]);
    (void)close(pair[1]);
}

/** @brief A UDP socket learns that no one has its peer's port. */
static void datagram_to_a_dead_port(void) {
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
    show("datagram_to_a_dead_port", count, errno, count == 1);
    (void)close(other);
}

/** @brief Joining the same group a second time fails. */
static void group_twice(void) {
    struct ipv6_mreq request;
    int member = socket(AF_INET6, SOCK_DGRAM, 0);
    int result = -1;
    memset(&request, 0, sizeof request);
    request.ipv6mr_multiaddr.s6_addr[0] = 0xFF;
    request.ipv6mr_multiaddr.s6_addr[1] = 0x12;
    request.ipv6mr_multiaddr.s6_addr[15] = 0x42;
    request.ipv6mr_interface = 1;
    for (int i = 0; i < 2; i++) {
        result = setsockopt(member, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
    }
    show("group_twice", result, errno, result < 0);
    (void)close(member);
}

/** @brief A connection is closed although input was not read: the peer's receive fails with ECONNRESET. */
static void close_with_unread_input(void) {
    struct pollfd look;
    char byte = 0;
    int pair[2];
    connect_pair(pair);
    look.fd = pair[1];
    look.events = POLLIN;
    (void)send(pair[0], &byte, 1, 0);
    (void)poll(&look, 1, 500);
    (void)close(pair[1]);
    look.fd = pair[0];
    (void)poll(&look, 1, 500);
    ssize_t result = recv(pair[0], &byte, 1, 0);
    show("close_with_unread_input", (long)result, errno, result < 0 && errno == ECONNRESET);
    (void)close(pair[0]);
}

/** @brief MSG_TRUNC gives the real size of a datagram that does not fit: recv(2). */
static void datagram_that_does_not_fit(void) {
    struct sockaddr_in address = loopback4();
    socklen_t length = sizeof address;
    char bytes[10] = {0};
    int one = socket(AF_INET, SOCK_DGRAM, 0);
    int other = socket(AF_INET, SOCK_DGRAM, 0);
    (void)bind(one, (struct sockaddr *)&address, sizeof address);
    (void)getsockname(one, (struct sockaddr *)&address, &length);
    (void)sendto(other, bytes, sizeof bytes, 0, (struct sockaddr *)&address, sizeof address);
    ssize_t result = recv(one, bytes, 4, MSG_TRUNC);
    show("datagram_that_does_not_fit", (long)result, errno, result == 10);
    (void)close(one);
    (void)close(other);
}

/** @brief Sets an option that takes an int. @param name of the case. */
static void set_option(const char *name, int domain, int level, int option, int value) {
    int descriptor = socket(domain, SOCK_STREAM, 0);
    int result = setsockopt(descriptor, level, option, &value, sizeof value);
    show(name, result, errno, result == 0);
    (void)close(descriptor);
}

/** @brief With EPOLLET what stays readable is reported once. */
static void edge(void) {
    struct epoll_event event;
    char byte = 0;
    int pair[2];
    int poller = epoll_create1(0);
    int count = 0;
    connect_pair(pair);
    memset(&event, 0, sizeof event);
    event.events = EPOLLIN | EPOLLET;
    (void)epoll_ctl(poller, EPOLL_CTL_ADD, pair[1], &event);
    (void)send(pair[0], &byte, 1, 0);
    for (int i = 0; i < 2; i++) {
        count = epoll_wait(poller, &event, 1, 300);
    }
    show("edge", count, errno, count == 0);
    (void)close(poller);
    (void)close(pair[0]);
    (void)close(pair[1]);
}

/** @brief The program. */
int main(void) {
    port_of_the_peer();
    sent_before_shutdown();
    datagram_to_a_dead_port();
    group_twice();
    close_with_unread_input();
    datagram_that_does_not_fit();
    set_option("only_ipv6", AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set_option("delaying_again", AF_INET, IPPROTO_TCP, TCP_NODELAY, 0);
    edge();
    printf("%d of %d not as Linux\n", others, cases);
    return 0;
}
