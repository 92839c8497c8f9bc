/**
 * @file socket.h
 * @brief Sockets: their states, and what the rest of the loop needs of them.
 *
 * Readable and writable are flags in delivery.raised. Reports of the port set them, ptk_port_report(); only what the system
 * says while receiving, accepting or sending clears them. While a flag is set and has a handler the socket is queued.
 */
#ifndef PTK_CORE_SOCKET_H
#define PTK_CORE_SOCKET_H

#include "core/pool.h"
#include "core/port.h"

/** delivery.state of a socket. */
typedef enum ptk_socket_state {
    PTK_SOCKET_NEW = 0,        /**< Only a slot: the system has no socket yet. */
    PTK_SOCKET_CONNECTING = 1, /**< TCP, on its way. */
    PTK_SOCKET_CONNECTED = 2,  /**< TCP. */
    PTK_SOCKET_LISTENING = 3,  /**< TCP. */
    PTK_SOCKET_DATAGRAM = 4,   /**< UDP. */
    PTK_SOCKET_FAILED = 5      /**< Broken, error says why; what had arrived at a TCP connection can still be read. */
} ptk_socket_state_t;

/** The bits of a socket's flags. */
enum {
    PTK_SOCKET_FLAG_LEVEL = 1,          /**< The port reports readiness again while it lasts. */
    PTK_SOCKET_FLAG_PAUSED = 2,         /**< Not to be read, or accepted from, until something is free again. */
    PTK_SOCKET_FLAG_PEER_CLOSED = 4,    /**< The peer's end of stream was reported: a short read is not the last one. */
    PTK_SOCKET_FLAG_END = 8,            /**< The end of stream, or the failure after the last byte, was received. */
    PTK_SOCKET_FLAG_SHUTDOWN = 16,      /**< The own stream was ended. */
    PTK_SOCKET_FLAG_HAS_PEER = 32,      /**< UDP: connected. */
    PTK_SOCKET_FLAG_CONNECTION = 64,    /**< TCP, connecting or connected: no listener, no UDP socket. */
    PTK_SOCKET_FLAG_URGENT = 128,       /**< Urgent data may be in the stream: a short read is not the last one. */
    PTK_SOCKET_FLAG_END_SEEN = 256,     /**< The loop has seen the end of stream and raised the event for it. */
    PTK_SOCKET_FLAG_PAUSED_WRITE = 512, /**< Not to be sent to until the system has memory again. */
    PTK_SOCKET_FLAG_IPV6 = 1024,        /**< The family it was opened with; else IPv4. */
    PTK_SOCKET_FLAG_STRANGERS = 2048,   /**< UDP: what others had sent before it was connected may be queued. */
    PTK_SOCKET_FLAG_SAME_PORT = 4096 /**< TCP: the own port is the peer's, so the connection may be one with itself. */
};

/** One bit per socket event, in delivery.raised and delivery.enabled. */
#define PTK_SOCKET_BIT(event) ((uint8_t)(1u << ((event)-PTK_EVENT_CONNECTED)))

static inline bool ptk_socket_is_connection(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_CONNECTION) != 0;
}

/** Has the port report what is wanted now, and more. The first call begins the reports. */
ptk_err_t ptk_socket_watch(ptk_socket_internal_t *socket, uint32_t more);

/** @brief What a socket is ready for, and its error or PTK_ERR_OK, as ptk_port_report() has it. */
void ptk_socket_report(ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error);

/** What the port's reports say, and an error of the socket or PTK_ERR_OK: kept until it is consumed. */
void ptk_socket_note(ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error);

/**
 * Whether someone waits for the end of a stream, or its failure, while no handler reads: the loop has to look for it. The
 * reader may be a protothread between two waits, so what is found stays raised for it.
 */
bool ptk_socket_must_look_for_end(const ptk_socket_internal_t *socket);

/** The system has let go of the memory of a socket that was closed. */
void ptk_socket_released(ptk_socket_internal_t *socket);

/** Sets a flag of delivery.raised, and queues the socket if somebody handles the event. */
void ptk_socket_raise(ptk_socket_internal_t *socket, ptk_event_t event);

/** @brief Delivers each event of a live socket that is raised and enabled. Returns false if the loop is gone. */
bool ptk_socket_deliver(ptk_socket_internal_t *socket);

/** Clears a flag of delivery.raised: the port has to report when the socket is ready again. */
void ptk_socket_not_ready(ptk_socket_internal_t *socket, ptk_event_t event);

/** Handlers changed: queues the socket if something is deliverable, or has the port report what is wanted now. */
ptk_err_t ptk_socket_refresh(ptk_socket_internal_t *socket);

/** A handler was set for an event: as above, and what is true of the socket for good is raised once more for it. */
ptk_err_t ptk_socket_handler_set(ptk_socket_internal_t *socket, ptk_event_t event);

/** A socket is of no more use: every later operation returns why, and its events are raised for whoever waits for one. */
void ptk_socket_fail(ptk_socket_internal_t *socket, ptk_err_t error);

/**
 * What a call tells that is not for a socket in this state: of a listener or UDP socket that failed, why; it is not ready
 * any more then.
 */
ptk_err_t ptk_socket_wrong_state(ptk_socket_internal_t *socket);

/** After a successful attempt to connect: PTK_ERR_CONNECTION_REFUSED if the connection is one with itself. */
ptk_err_t ptk_socket_check_peer(ptk_socket_internal_t *socket);

/** The error that a UDP socket has to tell, which is then forgotten: ICMP errors are told once and are never fatal. */
ptk_err_t ptk_socket_take_error(ptk_socket_internal_t *socket);

/** Closes the system's socket and frees the slot, or retires it; listeners are not woken. */
void ptk_socket_close(ptk_socket_internal_t *socket);

/** Frees a retired slot if the system has let go of it by now. */
void ptk_socket_close_retired(ptk_socket_internal_t *socket);

/** Whether accept failed because no slot, descriptor or memory was free: the listener is paused then. */
bool ptk_socket_is_exhaustion(ptk_err_t error);

/**
 * Failures of the network, as against those of the call: reported by PTK_EVENT_ERROR, early or late; of a UDP socket gone
 * once they were returned.
 */
bool ptk_is_network_failure(ptk_err_t error);

/**
 * Whether nothing readable was reported since the last try, so that another one would only tell "would block". False for
 * a socket that does not listen, or that cannot receive: the operation itself has to tell.
 */
bool ptk_socket_is_idle(ptk_handle_t socket, bool listening);

/**
 * Pauses reading, or writing: PTK_EVENT_READABLE or PTK_EVENT_WRITABLE is not raised until ptk_socket_resume_paused(). That
 * is when a socket is destroyed or, with retry, within 100 ms.
 */
void ptk_socket_pause(ptk_socket_internal_t *socket, ptk_event_t event, bool retry);

/** Slots, descriptors or memory may be free again: paused sockets try once more. */
void ptk_socket_resume_paused(ptk_event_loop_slot_t *loop);

/**
 * Whether a destination's scope is none that the system would ignore: that of a multicast group is the interface that
 * PTK_SOCKET_OPTION_MULTICAST_INTERFACE names, or that option is not set and the group is one of which systems use the scope.
 */
bool ptk_socket_scope_fits(const ptk_socket_internal_t *socket, const ptk_address_t *remote);

/** Applies the options that were set before the socket was opened. */
ptk_err_t ptk_socket_apply_options(ptk_socket_internal_t *socket);

static inline ptk_socket_state_t ptk_socket_state(const ptk_socket_internal_t *socket) {
    return (ptk_socket_state_t)socket->delivery.state;
}

/** Whether there is nothing more to receive: a receive returns why, and READABLE is raised once for each who waits. */
static inline bool ptk_socket_has_read_end(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_END) != 0;
}

/** Whether there will be no room to send again: a send returns why, and WRITABLE is raised once for each who waits. */
static inline bool ptk_socket_has_write_end(const ptk_socket_internal_t *socket) {
    return ptk_socket_state(socket) == PTK_SOCKET_FAILED || (socket->flags & PTK_SOCKET_FLAG_SHUTDOWN) != 0;
}

static inline uint8_t ptk_socket_family(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_IPV6) != 0 ? PTK_ADDRESS_IPV6 : PTK_ADDRESS_IPV4;
}

static inline void ptk_socket_set_state(ptk_socket_internal_t *socket, ptk_socket_state_t state) {
    socket->delivery.state = (uint8_t)state;
}

#endif
