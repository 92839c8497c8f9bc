/**
 * @file FreeRTOS_Sockets.h
 * @brief Sockets of FreeRTOS+TCP: what the port calls, as the API reference of V4 has it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FREERTOS_SOCKETS_H
#define FREERTOS_SOCKETS_H

#ifndef FREERTOS_IP_H
#error "FreeRTOS_IP.h comes before FreeRTOS_Sockets.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define FREERTOS_AF_INET (2)                     /**< @brief A family. */
#define FREERTOS_AF_INET6 (10)                   /**< @brief The other one. */
#define FREERTOS_SOCK_DGRAM (2)                  /**< @brief A type. */
#define FREERTOS_IPPROTO_UDP (17)                /**< @brief Its protocol. */
#define FREERTOS_SOCK_STREAM (1)                 /**< @brief The other one. */
#define FREERTOS_IPPROTO_TCP (6)                 /**< @brief Its protocol. */
#define FREERTOS_INADDR_ANY (0U)                 /**< @brief 0.0.0.0. */
#define FREERTOS_INADDR_BROADCAST (0xffffffffUL) /**< @brief 255.255.255.255. */
#define FREERTOS_SHUT_RDWR (2)                   /**< @brief The only value. */
#define FREERTOS_ZERO_COPY (1)                   /**< @brief A flag of both receives: hands out a pointer. */
#define FREERTOS_MSG_PEEK (4)                    /**< @brief What is received stays there. */
#define FREERTOS_MSG_DONTWAIT (16)               /**< @brief A flag of all four. */

#define FREERTOS_SO_RCVTIMEO (0)         /**< @brief TickType_t. */
#define FREERTOS_SO_SNDTIMEO (1)         /**< @brief TickType_t. */
#define FREERTOS_SO_SET_SEMAPHORE (3)    /**< @brief SemaphoreHandle_t, which is given with each event. */
#define FREERTOS_SO_SNDBUF (4)           /**< @brief uint32_t. */
#define FREERTOS_SO_RCVBUF (5)           /**< @brief uint32_t. */
#define FREERTOS_SO_SET_FULL_SIZE (14)   /**< @brief BaseType_t. */
#define FREERTOS_SO_WAKEUP_CALLBACK (17) /**< @brief The function itself, which the stack's task calls. */

/** @brief A length. */
typedef uint32_t socklen_t;

/** @brief An address with a port. */
struct freertos_sockaddr {
    uint8_t sin_len;          /**< @brief The size of this struct. */
    uint8_t sin_family;       /**< @brief FREERTOS_AF_INET or FREERTOS_AF_INET6. */
    uint16_t sin_port;        /**< @brief In network order. */
    uint32_t sin_flowinfo;    /**< @brief Not used. */
    IP_Address_t sin_address; /**< @brief The address. */
};

struct xSOCKET;
typedef struct xSOCKET *Socket_t;            /**< @brief A socket. */
typedef struct xSOCKET const *ConstSocket_t; /**< @brief A socket that is only looked at. */

/** @brief Whether a socket was made. @return pdFALSE: NULL, or FREERTOS_INVALID_SOCKET. */
BaseType_t xSocketValid(const ConstSocket_t xSocket);
/** @brief Makes a socket. */
Socket_t FreeRTOS_socket(BaseType_t xDomain, BaseType_t xType, BaseType_t xProtocol);
/** @brief Binds it. @return 0, or an error number below 0. */
BaseType_t FreeRTOS_bind(Socket_t xSocket, struct freertos_sockaddr const *pxAddress, socklen_t xAddressLength);
/** @brief Sets an option. @return 0, or an error number below 0. */
BaseType_t FreeRTOS_setsockopt(Socket_t xSocket, int32_t lLevel, int32_t lOptionName, const void *pvOptionValue,
                               size_t uxOptionLength);
/** @brief Closes it. @return 1, or 0 or less. */
BaseType_t FreeRTOS_closesocket(Socket_t xSocket);
/** @brief Keeps a pointer of the owner. @return 0. */
BaseType_t xSocketSetSocketID(const Socket_t xSocket, void *pvSocketID);
/** @brief That pointer, or NULL. */
void *pvSocketGetSocketID(const ConstSocket_t xSocket);
/** @brief The own address. @return its size. */
size_t FreeRTOS_GetLocalAddress(ConstSocket_t xSocket, struct freertos_sockaddr *pxAddress);

/** @brief UDP: sends a datagram. @return its length, or 0. */
int32_t FreeRTOS_sendto(Socket_t xSocket, const void *pvBuffer, size_t uxTotalDataLength, BaseType_t xFlags,
                        const struct freertos_sockaddr *pxDestinationAddress, socklen_t xDestinationAddressLength);
/** @brief UDP: receives a datagram. @return its length, or an error number below 0. */
int32_t FreeRTOS_recvfrom(const ConstSocket_t xSocket, void *pvBuffer, size_t uxBufferLength, BaseType_t xFlags,
                          struct freertos_sockaddr *pxSourceAddress, socklen_t *pxSourceAddressLength);

/** @brief TCP: begins to connect. @return 0, or an error number below 0. */
BaseType_t FreeRTOS_connect(Socket_t xClientSocket, const struct freertos_sockaddr *pxAddress,
                            socklen_t xAddressLength);
/** @brief TCP: listens. @return 0, or an error number below 0. */
BaseType_t FreeRTOS_listen(Socket_t xSocket, BaseType_t xBacklog);
/** @brief TCP: accepts. @return a socket, NULL, or FREERTOS_INVALID_SOCKET. */
Socket_t FreeRTOS_accept(Socket_t xServerSocket, struct freertos_sockaddr *pxAddress, socklen_t *pxAddressLength);
/** @brief TCP: sends what fits. @return how much, or an error number below 0. */
BaseType_t FreeRTOS_send(Socket_t xSocket, const void *pvBuffer, size_t uxDataLength, BaseType_t xFlags);
/** @brief TCP: receives what is there. @return how much, or an error number below 0. */
BaseType_t FreeRTOS_recv(Socket_t xSocket, void *pvBuffer, size_t uxBufferLength, BaseType_t xFlags);
/** @brief TCP: gives back what FreeRTOS_recv() handed out without a copy. @return pdPASS or pdFAIL. */
BaseType_t FreeRTOS_ReleaseTCPPayloadBuffer(Socket_t xSocket, void const *pvBuffer, BaseType_t xByteCount);
/** @brief TCP: ends the connection after what was sent. @return 0, or an error number below 0. */
BaseType_t FreeRTOS_shutdown(Socket_t xSocket, BaseType_t xHow);
/** @brief TCP: how much can be received. */
BaseType_t FreeRTOS_rx_size(ConstSocket_t xSocket);
/** @brief TCP: how much can be sent. */
BaseType_t FreeRTOS_tx_space(ConstSocket_t xSocket);
/** @brief TCP: the peer's address. @return its size, or an error number below 0. */
BaseType_t FreeRTOS_GetRemoteAddress(ConstSocket_t xSocket, struct freertos_sockaddr *pxAddress);
/** @brief TCP: the state, one of eIPTCPState_t. */
BaseType_t FreeRTOS_connstatus(ConstSocket_t xSocket);

#ifdef __cplusplus
}
#endif

#endif
