/**
 * @file socket.h
 * @brief Sockets: their states, and what the rest of the loop needs of them.
 *
 * Readable and writable are flags in delivery.raised. The port's reports set them, in ptk_port_report(). Only the
 * outcome of a receive, accept or send clears them. While a flag is set and has a handler the socket is queued.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_SOCKET_H
#define PTK_CORE_SOCKET_H

#include "core/pool.h"
#include "core/port.h"

/** @brief delivery.state of a socket. */
typedef enum ptk_socket_state {
    PTK_SOCKET_NEW = 0,        /**< @brief Only a slot: the system has no socket yet. */
    PTK_SOCKET_CONNECTING = 1, /**< @brief TCP, on its way. */
    PTK_SOCKET_CONNECTED = 2,  /**< @brief TCP. */
    PTK_SOCKET_LISTENING = 3,  /**< @brief TCP. */
    PTK_SOCKET_DATAGRAM = 4,   /**< @brief UDP. */
    PTK_SOCKET_FAILED = 5      /**< @brief Broken, error says why; what TCP had received can still be read. */
} ptk_socket_state_t;

/**
 * @brief The bits of a socket's flags.
 *
 * Where they lie saves code: see ptk_socket_blocked(), ptk_socket_ended(), ptk_socket_note() and interest_of() in
 * socket_watch.c, which shift several at once. socket_event.c checks the places.
 */
enum {
    PTK_SOCKET_FLAG_LEVEL = 1,         /**< @brief The port reports readiness again while it lasts. */
    PTK_SOCKET_FLAG_PAUSED = 2,        /**< @brief Not to be read, or accepted from, until something is free again. */
    PTK_SOCKET_FLAG_PAUSED_WRITE = 4,  /**< @brief Not to be sent to until the system has memory again. */
    PTK_SOCKET_FLAG_END = 8,           /**< @brief The end, or the failure after the last byte, was received. */
    PTK_SOCKET_FLAG_WRITE_END = 16,    /**< @brief The own stream was ended, or the socket failed. */
    PTK_SOCKET_FLAG_HAS_PEER = 32,     /**< @brief UDP: connected. */
    PTK_SOCKET_FLAG_CONNECTION = 64,   /**< @brief TCP, connecting or connected: no listener, no UDP socket. */
    PTK_SOCKET_FLAG_PEER_CLOSED = 128, /**< @brief The end, or a failure, may come: a short read is not the last one. */
    PTK_SOCKET_FLAG_END_SEEN = 256,    /**< @brief The loop has seen the end of stream and raised the event for it. */
    PTK_SOCKET_FLAG_URGENT = 512,      /**< @brief There may be urgent data: a short read is not the last one. */
    PTK_SOCKET_FLAG_IPV6 = 1024,       /**< @brief The family it was opened with; else IPv4. */
    PTK_SOCKET_FLAG_STRANGERS = 2048,  /**< @brief UDP: what others had sent before it was connected may be queued. */
    PTK_SOCKET_FLAG_HAD_ERROR = 4096   /**< @brief UDP: the last call failed: one more such error is not ICMP's. */
};

/** @brief One bit per socket event, in delivery.raised and delivery.enabled. */
#define PTK_SOCKET_BIT(event) ((uint8_t)(1u << ((event)-PTK_EVENT_CONNECTED)))

/** @brief These bits. */
enum {
    PTK_SOCKET_CONNECTED_EVENT = 1, /**< @brief PTK_EVENT_CONNECTED. */
    PTK_SOCKET_READABLE = 2,        /**< @brief PTK_EVENT_READABLE. */
    PTK_SOCKET_WRITABLE = 4,        /**< @brief PTK_EVENT_WRITABLE. */
    PTK_SOCKET_DISCONNECTED = 8,    /**< @brief PTK_EVENT_DISCONNECTED. */
    PTK_SOCKET_ERROR = 16,          /**< @brief PTK_EVENT_ERROR. */
    PTK_SOCKET_READY_BITS = 6       /**< @brief The two that say that a socket is ready. */
};

/** @brief The socket in a slot of the pool of sockets; NULL stays NULL. */
static inline ptk_socket_internal_t *ptk_socket_of(ptk_resource_base_t *slot) {
    return (ptk_socket_internal_t *)(void *)slot;
}

/** @brief The socket that a port's part lies in. */
static inline ptk_socket_internal_t *ptk_socket_of_port(const ptk_platform_socket_t *platform) {
    return (ptk_socket_internal_t *)((uintptr_t)platform - offsetof(ptk_socket_internal_t, platform));
}

/** @brief Whether it is a TCP connection, or an attempt to make one. */
static inline bool ptk_socket_is_connection(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_CONNECTION) != 0;
}

/** @brief Whether the port repeats its reports while a state lasts. An open socket's. */
static inline bool ptk_socket_is_level(const ptk_socket_internal_t *socket) {
    return !PTK_PLATFORM_HAS_EDGES || (socket->flags & PTK_SOCKET_FLAG_LEVEL) != 0;
}

/** @brief Closes the system's socket. False: the system still has the slot's memory. */
static inline bool ptk_socket_close_system(ptk_socket_internal_t *socket) {
    return ptk_port_socket_close(&socket->delivery.loop->platform, &socket->platform) || !PTK_PLATFORM_KEEPS_SLOTS;
}

/** @brief Has the port report what is wanted now, and more. The first call begins the reports. */
ptk_err_t ptk_socket_watch(ptk_socket_internal_t *socket, uint32_t more);

/** @brief As ptk_socket_watch(). If the system refuses, the socket is of no more use. */
ptk_err_t ptk_socket_rewatch(ptk_socket_internal_t *socket, uint32_t more);

/** @brief Takes in what ptk_port_report() reports: what a socket is ready for, and its error or PTK_ERR_OK. */
ptk_err_t ptk_socket_report(ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error);

/** @brief Keeps what a report says, and an error of the socket or PTK_ERR_OK, until it is consumed. */
void ptk_socket_note(ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error);

/**
 * @brief Whether the end of a stream, or its failure, has a handler while no handler reads: then the loop has to peek
 *        for it.
 *
 * The reader may be a protothread between two waits, so what is found stays raised for it.
 */
bool ptk_socket_must_look_for_end(const ptk_socket_internal_t *socket);

/** @brief Sets a flag of delivery.raised, and queues the socket if the event has a handler. */
void ptk_socket_raise(ptk_socket_internal_t *socket, uint8_t event);

/** @brief Delivers each event of a live socket that is raised and enabled. Not PTK_ERR_OK: the loop is gone. */
ptk_err_t ptk_socket_deliver(ptk_resource_base_t *slot);

/**
 * @brief Clears a flag of delivery.raised: the port has to report when the socket is ready again. If that direction has
 *        ended, a protothread that waits for the event is resumed instead: no report follows.
 */
void ptk_socket_not_ready(ptk_socket_internal_t *socket, uint8_t event);

/**
 * @brief After a change of handlers or flags: queues the socket if it has something to deliver, and updates the
 *        interest.
 */
ptk_err_t ptk_socket_refresh(ptk_socket_internal_t *socket);

/**
 * @brief A socket is of no more use: every later operation returns why, and its events are raised for those who
 *        wait.
 */
void ptk_socket_fail(ptk_socket_internal_t *socket, ptk_err_t error);

/**
 * @brief The error of a call that is not for a socket in this state.
 *
 * PTK_ERR_INVALID_STATE or, for a listener or UDP socket that failed, why it failed; it is not ready any more then.
 */
ptk_err_t ptk_socket_wrong_state(ptk_socket_internal_t *socket);

/** @brief Takes the error of a UDP socket, or PTK_ERR_OK: an ICMP error is reported once, and is never fatal. */
ptk_err_t ptk_socket_take_error(ptk_socket_internal_t *socket);

/** @brief Closes the system's socket and frees the slot, or retires it; listeners are not woken. */
void ptk_socket_close(ptk_socket_internal_t *socket);

/** @brief Whether accept failed because no slot, descriptor or memory was free: the listener is paused then. */
bool ptk_socket_is_exhaustion(ptk_err_t error);

/**
 * @brief Whether an error is a failure of the network, not of the call.
 *
 * PTK_EVENT_ERROR reports it, early or late. A UDP socket forgets it once it was returned.
 */
bool ptk_is_network_failure(ptk_err_t error);

/**
 * @brief Whether nothing readable was reported since the last try, so that another one would only return "would block".
 *
 * False for a socket that does not listen, or cannot receive: then the operation has to return the error.
 */
bool ptk_socket_is_idle(ptk_handle_t socket, bool listening);

/**
 * @brief Pauses reading, or writing: PTK_EVENT_READABLE or PTK_EVENT_WRITABLE is not raised until
 *        ptk_socket_resume_paused().
 *
 * That is when a socket is destroyed or, with retry, within 100 ms.
 */
void ptk_socket_pause(ptk_socket_internal_t *socket, uint8_t event, bool retry);

/** @brief Paused sockets try once more if it is time, or NULL: at once. */
void ptk_socket_retry(ptk_event_loop_slot_t *loop, const uint64_t *now_ns);

/** @brief Paused sockets try once more; all others are looked at again as well if they have moved. */
void ptk_socket_resume(ptk_event_loop_slot_t *loop, bool all);

/** @brief Slots, descriptors or memory may be free again: paused sockets try once more. */
void ptk_socket_resume_paused(ptk_event_loop_slot_t *loop);

/** @brief The slot at the cursor, live or not, and moves the cursor, which is 0 at first. NULL after the last one. */
ptk_socket_internal_t *ptk_socket_next(const ptk_event_loop_slot_t *loop, uint32_t *cursor);

/** @brief What sockets do for their loop, but for UDP, see ptk_pool_function_t. */
ptk_err_t ptk_socket_serve(void *subject, uint32_t request, uintptr_t argument, ptk_err_t error);

/** @brief What a public function does with a socket; the argument is one of the public function, or a struct of them. */
typedef ptk_err_t (*ptk_socket_operation_t)(ptk_socket_internal_t *socket, uintptr_t argument);

/**
 * @brief All that public functions have in common: finds the socket, refuses an argument that is NULL, and notes the
 *        last error.
 */
ptk_err_t ptk_socket_do(ptk_handle_t handle, uintptr_t argument, ptk_socket_operation_t operation);

/**
 * @brief Opens a socket and binds it, listening if there is a backlog.
 *
 * PTK_ERR_INVALID_ARGUMENT: no address, or not one to open a socket with.
 */
ptk_err_t ptk_socket_open_bound(ptk_socket_internal_t *socket, const ptk_address_t *local, uint32_t backlog,
                                ptk_socket_state_t state);

/** @brief Asks a socket for what depends on its kind; the error if it does not do that. */
ptk_err_t ptk_socket_ask(ptk_socket_internal_t *socket, uint32_t request, uintptr_t argument, ptk_err_t error);

/** @brief Peeks for one byte: 1 or more, 0 at the end of a stream or for an empty datagram, or an error. */
ptk_err_t ptk_socket_peek(ptk_socket_internal_t *socket);

/** @brief Room for bytes at a buffer's end; a wrapped buffer has no capacity. */
static inline size_t ptk_socket_room(const ptk_buf_t *buf) {
    return buf->capacity < buf->end ? 0 : buf->capacity - buf->end;
}

/** @brief The state of a socket. */
static inline ptk_socket_state_t ptk_socket_state(const ptk_socket_internal_t *socket) {
    return (ptk_socket_state_t)socket->delivery.state;
}

/**
 * @brief The bits of those directions in which nothing changes any more: a receive, or send, returns why, and the event
 *        is raised once for each handler.
 */
static inline uint8_t ptk_socket_ended(const ptk_socket_internal_t *socket) {
    return (uint8_t)(socket->flags >> 2 & PTK_SOCKET_READY_BITS);
}

/** @brief The bits of those directions that are paused or ended: no report raises the event. */
static inline uint8_t ptk_socket_blocked(const ptk_socket_internal_t *socket) {
    return (uint8_t)((socket->flags | socket->flags >> 2) & PTK_SOCKET_READY_BITS);
}

/** @brief The address family of an open socket: PTK_ADDRESS_IPV4 or PTK_ADDRESS_IPV6. */
static inline uint8_t ptk_socket_family(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_IPV6) != 0 ? PTK_ADDRESS_IPV6 : PTK_ADDRESS_IPV4;
}

/** @brief Sets the state of a socket, and nothing else. */
static inline void ptk_socket_set_state(ptk_socket_internal_t *socket, ptk_socket_state_t state) {
    socket->delivery.state = (uint8_t)state;
}

#endif
