/**
 * @file plus_tcp_network.h
 * @brief The stand-in for FreeRTOS+TCP: what its two files share. See plus_tcp_network.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PLUS_TCP_NETWORK_H
#define PLUS_TCP_NETWORK_H

#include <FreeRTOS.h>
/* These come after FreeRTOS.h. */
#include <semphr.h>
#include <task.h>

#include <FreeRTOS_IP.h>
/* These come after FreeRTOS_IP.h. */
#include <FreeRTOS_Routing.h>
#include <FreeRTOS_Sockets.h>
#include <FreeRTOS_TCP_IP.h>

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

/** @brief A socket. */
struct xSOCKET {
    struct xSOCKET *next;               /**< @brief In the list of all, or of those that wait to be accepted. */
    struct xSOCKET *waiting;            /**< @brief A listener's connections, the oldest first. */
    void (*callback)(struct xSOCKET *); /**< @brief See FREERTOS_SO_WAKEUP_CALLBACK. */
    SemaphoreHandle_t semaphore;        /**< @brief See FREERTOS_SO_SET_SEMAPHORE. */
    void *id;                           /**< @brief The owner's. */
    uint8_t *payload;                   /**< @brief What was handed out by a peek; made with the first one. */
    struct freertos_sockaddr remote;    /**< @brief The peer of a connection. */
    eIPTCPState_t state;                /**< @brief TCP. */
    int descriptor;                     /**< @brief The system's socket. */
    int family;                         /**< @brief AF_INET or AF_INET6. */
    bool is_datagram;                   /**< @brief UDP. */
    bool is_bound;                      /**< @brief It has a port. */
    bool must_close;                    /**< @brief Its callback has asked for it. */
};

/** @brief An address of the system. */
typedef union system_address {
    struct sockaddr any;      /**< @brief The common part. */
    struct sockaddr_in ipv4;  /**< @brief IPv4. */
    struct sockaddr_in6 ipv6; /**< @brief IPv6. */
} system_address_t;

/** @brief Ends the program if something fails that cannot. @param holds what has to hold. */
void network_must(bool holds);
/** @brief Makes a socket of the system's socket, and has the thread watch it. Under the mutex. */
struct xSOCKET *network_adopt(int descriptor, int family, bool is_datagram);
/** @brief Goes to another state, and wakes the owner. Under the mutex. */
void network_go_to(struct xSOCKET *socket, eIPTCPState_t state);
/** @brief Takes the connections that have come to a listener. Under the mutex. */
void network_take_connections(struct xSOCKET *listener);
/** @brief The oldest connection of a listener, or NULL. Under the mutex. */
struct xSOCKET *network_accept(struct xSOCKET *listener);
/** @brief Closes: at once or, in the thread, when it is done with the socket. Under the mutex. */
void network_close(struct xSOCKET *socket);
/** @brief From the system's address. */
struct freertos_sockaddr network_from_system(const system_address_t *address);
/** @brief To the system's address. @return its length. */
socklen_t network_to_system(const struct freertos_sockaddr *address, system_address_t *result);
/** @brief Starts the thread, the first time. */
void network_begin(void);
/** @brief Whether the stack's task does not run now: nothing is sent until it does. Under the mutex. */
bool network_is_held(void);
/** @brief 127.0.0.1/8 and ::1. */
NetworkEndPoint_t *network_end_point(void);

#endif
