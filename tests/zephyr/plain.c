/**
 * @file plain.c
 * @brief What Zephyr 3.4.99 does otherwise than Linux, by Zephyr's own sockets, without the library: a line for each of
 *        docs/embedded.md. With the stand-in for Zephyr, which has Linux' sockets, each line is as on Linux.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>

#if !defined(IP_ADD_MEMBERSHIP)
#define IP_ADD_MEMBERSHIP 35 /* since 3.5 */
#endif

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

/** @brief 127.0.0.1. @param port in host byte order. @return the socket address. */
static struct sockaddr_in loopback(uint16_t port) {
    static const uint8_t bytes[] = {127, 0, 0, 1};
    struct sockaddr_in address;
    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    memcpy(&address.sin_addr, bytes, sizeof(bytes));
    return address;
}

/** @brief A socket that is bound to a port of 127.0.0.1. @param type SOCK_... @param port the port. @return it. */
static int bound(int type, uint16_t port) {
    struct sockaddr_in address = loopback(port);
    int descriptor = zsock_socket(AF_INET, type, 0);
    (void)zsock_bind(descriptor, (struct sockaddr *)&address, sizeof(address));
    return descriptor;
}

/** @brief Connects to 127.0.0.1. @param descriptor who. @param port where to. @return the call's result. */
static int connect_to(int descriptor, uint16_t port) {
    struct sockaddr_in address = loopback(port);
    return zsock_connect(descriptor, (struct sockaddr *)&address, sizeof(address));
}

/** @brief A connection. @param port the listener's, which is not used again. @param pair the client, the accepted one. */
static void connect_pair(uint16_t port, int pair[2]) {
    int listener = bound(SOCK_STREAM, port);
    (void)zsock_listen(listener, 1);
    pair[0] = zsock_socket(AF_INET, SOCK_STREAM, 0);
    (void)connect_to(pair[0], port);
    pair[1] = zsock_accept(listener, NULL, NULL);
    (void)zsock_close(listener);
}

/** @brief Waits until a socket is readable, for a second at most. @param descriptor it. @return what zsock_poll() says. */
static int wait_for_input(int descriptor) {
    struct zsock_pollfd look = {descriptor, ZSOCK_POLLIN, 0};
    return zsock_poll(&look, 1, 1000);
}

/** @brief A connection is closed although input was not read: the peer's receive fails with ECONNRESET. */
static void close_with_unread_input(void) {
    char byte = 0;
    int pair[2];
    connect_pair(5001, pair);
    (void)zsock_sendto(pair[0], &byte, 1, 0, NULL, 0);
    (void)wait_for_input(pair[1]);
    (void)zsock_close(pair[1]);
    (void)wait_for_input(pair[0]);
    long result = (long)zsock_recv(pair[0], &byte, 1, 0);
    show("close_with_unread_input", result, errno, result < 0 && errno == ECONNRESET);
    (void)zsock_close(pair[0]);
}

/** @brief One direction is shut down, and the peer reads the end. */
static void shutdown_of_one_direction(void) {
    int pair[2];
    connect_pair(5002, pair);
    int result = zsock_shutdown(pair[0], ZSOCK_SHUT_WR);
    show("shutdown_of_one_direction", result, errno, result == 0);
    (void)zsock_close(pair[0]);
    (void)zsock_close(pair[1]);
}

/** @brief A datagram to a port that no one has: the next receive fails with ECONNREFUSED. */
static void datagram_to_a_dead_port(void) {
    char byte = 0;
    int sender = zsock_socket(AF_INET, SOCK_DGRAM, 0);
    (void)connect_to(sender, 9);
    (void)zsock_sendto(sender, &byte, 1, 0, NULL, 0);
    int result = wait_for_input(sender);
    show("datagram_to_a_dead_port", result, errno, result == 1);
    (void)zsock_close(sender);
}

/** @brief Joining a group: Linux takes an interface by its number, and says ENODEV of one that is not there. */
static void joining_a_group(void) {
    static const uint8_t group[] = {239, 1, 2, 3};
    struct {
        uint8_t group[4];             /**< @brief The group. */
        uint8_t interface_address[4]; /**< @brief The interface's. */
        int interface_number;         /**< @brief Or its number. */
    } request;
    int member = bound(SOCK_DGRAM, 0);
    memset(&request, 0, sizeof(request));
    memcpy(request.group, group, sizeof(group));
    request.interface_number = 1;
    int result = zsock_setsockopt(member, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request));
    show("joining_a_group", result, errno, result == 0);
    (void)zsock_close(member);
}

/** @brief SO_ERROR. */
static void fetching_so_error(void) {
    int error = 0;
    socklen_t length = sizeof(error);
    int descriptor = zsock_socket(AF_INET, SOCK_STREAM, 0);
    int result = zsock_getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
    show("fetching_so_error", result, errno, result == 0);
    (void)zsock_close(descriptor);
}

/** @brief An attempt to connect to the own address where no one listens: ECONNREFUSED. */
static void connecting_without_a_listener(void) {
    int descriptor = zsock_socket(AF_INET, SOCK_STREAM, 0);
    int result = connect_to(descriptor, 5003);
    show("connecting_without_a_listener", result, errno, result < 0 && errno == ECONNREFUSED);
    (void)zsock_close(descriptor);
}

/** @brief The port of an accepted connection is the listener's. */
static void port_of_an_accepted_connection(void) {
    struct sockaddr_in address;
    socklen_t length = sizeof(address);
    int pair[2];
    connect_pair(5004, pair);
    (void)zsock_getsockname(pair[1], (struct sockaddr *)&address, &length);
    show("port_of_an_accepted_connection", ntohs(address.sin_port), 0, ntohs(address.sin_port) == 5004);
    (void)zsock_close(pair[0]);
    (void)zsock_close(pair[1]);
}

/** @brief The address of a socket that is connected and was bound to none: one that packets to the peer have. */
static void address_of_a_connected_socket(void) {
    struct sockaddr_in address;
    socklen_t length = sizeof(address);
    uint8_t bytes[4];
    int descriptor = zsock_socket(AF_INET, SOCK_DGRAM, 0);
    (void)connect_to(descriptor, 5005);
    (void)zsock_getsockname(descriptor, (struct sockaddr *)&address, &length);
    memcpy(bytes, &address.sin_addr, sizeof(bytes));
    show("address_of_a_connected_socket", bytes[0], 0, bytes[0] == 127);
    (void)zsock_close(descriptor);
}

/** @brief A port is bound that another socket has: EADDRINUSE. */
static void port_in_use(void) {
    struct sockaddr_in address = loopback(5006);
    int first = bound(SOCK_DGRAM, 5006);
    int second = zsock_socket(AF_INET, SOCK_DGRAM, 0);
    int result = zsock_bind(second, (struct sockaddr *)&address, sizeof(address));
    show("port_in_use", result, errno, result < 0 && errno == EADDRINUSE);
    (void)zsock_close(first);
    (void)zsock_close(second);
}

/** @brief An address is bound that no interface has: EADDRNOTAVAIL. */
static void address_of_no_interface(void) {
    static const uint8_t bytes[] = {192, 0, 2, 77};
    struct sockaddr_in address = loopback(5007);
    memcpy(&address.sin_addr, bytes, sizeof(bytes));
    int descriptor = zsock_socket(AF_INET, SOCK_DGRAM, 0);
    int result = zsock_bind(descriptor, (struct sockaddr *)&address, sizeof(address));
    show("address_of_no_interface", result, errno, result < 0 && errno == EADDRNOTAVAIL);
    (void)zsock_close(descriptor);
}

/** @brief A datagram that no packet has room for: EMSGSIZE. */
static void datagram_that_is_too_long(void) {
    static char bytes[65508];
    int descriptor = zsock_socket(AF_INET, SOCK_DGRAM, 0);
    (void)connect_to(descriptor, 5008);
    long result = (long)zsock_sendto(descriptor, bytes, sizeof(bytes), 0, NULL, 0);
    show("datagram_that_is_too_long", result, errno, result < 0 && errno == EMSGSIZE);
    (void)zsock_close(descriptor);
}

/** @brief The program. @return 0. */
int main(void) {
    close_with_unread_input();
    shutdown_of_one_direction();
    datagram_to_a_dead_port();
    joining_a_group();
    fetching_so_error();
    connecting_without_a_listener();
    port_of_an_accepted_connection();
    address_of_a_connected_socket();
    port_in_use();
    address_of_no_interface();
    datagram_that_is_too_long();
    printf("%d of %d not as Linux\n", others, cases);
    return 0;
}
