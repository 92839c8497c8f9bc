/**
 * @file plain.c
 * @brief What FreeRTOS+TCP does otherwise than Linux, shown by its own API alone. Built by hand with the stack, as
 *        docs/embedded.md says: the library's tests have no copy of it.
 *
 * A task calls plus_tcp_plain() when the loopback interface with 127.0.0.1 is up and has an ARP entry. Each line is what
 * was done, what the stack answered, and in brackets what Linux does.
 *
 * SPDX-License-Identifier: MIT
 */
#include <FreeRTOS.h>
#include <task.h>

#include <FreeRTOS_IP.h>

#include <FreeRTOS_Sockets.h>
#include <string.h>

/** @brief Supplied by the target: writes a line. @param what was done. @param got the answer. @param elsewhere that of
 *  Linux. */
void plus_tcp_print(const char *what, long got, const char *elsewhere);
/** @brief Shows everything. */
void plus_tcp_plain(void);

/** @brief A port that no one else uses. */
enum { PORT = 7000 };

/** @brief An address of loopback. @param octets the last three of an IPv4 address. */
static struct freertos_sockaddr loopback(uint32_t octets, uint16_t port) {
    struct freertos_sockaddr address;
    memset(&address, 0, sizeof address);
    address.sin_len = (uint8_t)sizeof address;
    address.sin_family = FREERTOS_AF_INET;
    address.sin_port = FreeRTOS_htons(port);
    address.sin_address.ulIP_IPv4 = FreeRTOS_htonl(0x7F000000u | octets);
    return address;
}

/** @brief A socket that does not block. */
static Socket_t make(BaseType_t family, BaseType_t type, BaseType_t protocol) {
    static const TickType_t no_time = 0;
    Socket_t made = FreeRTOS_socket(family, type, protocol);
    (void)FreeRTOS_setsockopt(made, 0, FREERTOS_SO_RCVTIMEO, &no_time, sizeof no_time);
    (void)FreeRTOS_setsockopt(made, 0, FREERTOS_SO_SNDTIMEO, &no_time, sizeof no_time);
    return made;
}

/** @brief A TCP socket. */
static Socket_t make_stream(void) {
    return make(FREERTOS_AF_INET, FREERTOS_SOCK_STREAM, FREERTOS_IPPROTO_TCP);
}

/** @brief A UDP socket. */
static Socket_t make_datagram(void) {
    return make(FREERTOS_AF_INET, FREERTOS_SOCK_DGRAM, FREERTOS_IPPROTO_UDP);
}

/** @brief Lets the stack work. */
static void settle(void) {
    vTaskDelay(pdMS_TO_TICKS(100));
}

/** @brief A connection. @param listener a listener at PORT. @param[out] client one end. @param[out] server the other
 *  one. */
static void connect_pair(Socket_t listener, Socket_t *client, Socket_t *server) {
    struct freertos_sockaddr address = loopback(1, PORT);
    *client = make_stream();
    (void)FreeRTOS_connect(*client, &address, sizeof address);
    settle();
    *server = FreeRTOS_accept(listener, NULL, NULL);
}

/** @brief Ends of connections. */
static void show_ends(Socket_t listener) {
    Socket_t client;
    Socket_t server;
    connect_pair(listener, &client, &server);
    (void)FreeRTOS_shutdown(client, FREERTOS_SHUT_RDWR);
    settle();
    plus_tcp_print("the peer has ended its stream: send", FreeRTOS_send(server, "x", 1, 0), "1: half-closed");
    plus_tcp_print("the peer has ended its stream: state", FreeRTOS_connstatus(server),
                   "eCLOSE_WAIT follows on our close");
    (void)FreeRTOS_closesocket(client);
    (void)FreeRTOS_closesocket(server);
    connect_pair(listener, &client, &server);
    (void)FreeRTOS_closesocket(client);
    settle();
    plus_tcp_print("the peer was closed without shutdown: state", FreeRTOS_connstatus(server), "it has got FIN");
    (void)FreeRTOS_closesocket(server);
}

/** @brief The backlog, which counts what was accepted as well. */
static void show_backlog(Socket_t listener) {
    Socket_t clients[2];
    Socket_t servers[2];
    for (int i = 0; i < 2; i++) {
        connect_pair(listener, &clients[i], &servers[i]);
    }
    plus_tcp_print("second connection of backlog 1, the first one was accepted: state", FreeRTOS_connstatus(clients[1]),
                   "5: eESTABLISHED");
    for (int i = 0; i < 2; i++) {
        (void)FreeRTOS_closesocket(clients[i]);
        if (servers[i] != NULL) {
            (void)FreeRTOS_closesocket(servers[i]);
        }
    }
}

/** @brief Ports. */
static void show_ports(void) {
    struct freertos_sockaddr address = loopback(1, PORT + 1);
    Socket_t first = make_stream();
    (void)FreeRTOS_bind(first, &address, sizeof address);
    Socket_t second = make_stream();
    plus_tcp_print("bind to a port in use", FreeRTOS_bind(second, &address, sizeof address), "an error of its own");
    memset(&address.sin_address, 0, sizeof address.sin_address);
    address.sin_address.xIP_IPv6.ucBytes[15] = 1;
    address.sin_family = FREERTOS_AF_INET6;
    Socket_t third = make(FREERTOS_AF_INET6, FREERTOS_SOCK_STREAM, FREERTOS_IPPROTO_TCP);
    plus_tcp_print("bind an IPv6 socket to the port of an IPv4 socket", FreeRTOS_bind(third, &address, sizeof address),
                   "0");
    address = loopback(0, PORT + 2);
    address.sin_address.ulIP_IPv4 = FreeRTOS_htonl(0xC0000201u);
    Socket_t fourth = make_datagram();
    plus_tcp_print("bind to an address of no interface", FreeRTOS_bind(fourth, &address, sizeof address), "an error");
    Socket_t all[] = {first, second, third, fourth};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        (void)FreeRTOS_closesocket(all[i]);
    }
}

/** @brief Datagrams. */
static void show_datagrams(void) {
    static char bytes[1473];
    struct freertos_sockaddr address = loopback(1, PORT + 3);
    Socket_t own = make_datagram();
    Socket_t other = make_datagram();
    (void)FreeRTOS_bind(own, &address, sizeof address);
    plus_tcp_print("connect a UDP socket", FreeRTOS_connect(other, &address, sizeof address), "0");
    plus_tcp_print("send 1473 octets", FreeRTOS_sendto(other, bytes, sizeof bytes, 0, &address, sizeof address),
                   "1473, in fragments");
    (void)FreeRTOS_sendto(other, bytes, 8, 0, &address, sizeof address);
    settle();
    plus_tcp_print("receive 8 octets where there is room for 3", FreeRTOS_recvfrom(own, bytes, 3, 0, NULL, NULL),
                   "8 with MSG_TRUNC");
    address = loopback(1, PORT + 4);
    (void)FreeRTOS_sendto(other, bytes, 8, 0, &address, sizeof address);
    settle();
    plus_tcp_print("sent to a port that is closed: receive", FreeRTOS_recvfrom(other, bytes, 8, 0, NULL, NULL),
                   "connection refused");
    address = loopback(0xFFFFFFu, PORT + 3);
    plus_tcp_print("send to the network's broadcast address",
                   FreeRTOS_sendto(other, bytes, 8, 0, &address, sizeof address),
                   "permission denied without an option");
    settle();
    plus_tcp_print("receive it in another socket", FreeRTOS_recvfrom(own, bytes, 8, 0, NULL, NULL), "8");
    (void)FreeRTOS_closesocket(own);
    (void)FreeRTOS_closesocket(other);
}

void plus_tcp_plain(void) {
    struct freertos_sockaddr address = loopback(1, PORT);
    Socket_t listener = make_stream();
    (void)FreeRTOS_bind(listener, &address, sizeof address);
    (void)FreeRTOS_listen(listener, 1);
    show_ends(listener);
    show_backlog(listener);
    (void)FreeRTOS_closesocket(listener);
    show_ports();
    show_datagrams();
}
