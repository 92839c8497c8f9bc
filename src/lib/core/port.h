/**
 * @file port.h
 * @brief The seam: everything that core asks of a platform.
 *
 * A port decides nothing. It turns these calls into the platform's own and the platform's errors into ptk_err_t.
 * Unless a comment says otherwise they are called in the thread that runs the loop, and none blocks.
 */
#ifndef PTK_CORE_PORT_H
#define PTK_CORE_PORT_H

#include "protocol_toolkit.h"

/* ------------------------------------------------------------------------------------------------ time and threads */

/** Monotonic time in nanoseconds, never 0 and never UINT64_MAX. Any thread. */
uint64_t ptk_port_now_ns(void);

/** Who is calling: different for each living thread, never 0 and never UINTPTR_MAX. Any thread. */
uintptr_t ptk_port_thread_self(void);

/** Lets a thread of lower priority go on that holds what the caller spins for. Any thread, never from an interrupt. */
void ptk_port_back_off(void);

/** Makes a lock in zeroed memory. It is never undone and never made twice. Any thread. */
ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock);

/**
 * Takes the lock. Raising holds it for a bounded handful of instructions; creating, resizing and destroying a loop hold
 * it over their pools, without a call to the system. Any thread, on an RTOS also an interrupt.
 */
void ptk_port_lock(ptk_platform_lock_t *lock);

/** Gives the lock back. */
void ptk_port_unlock(ptk_platform_lock_t *lock);

/** Starts a thread on the given stack that calls ptk_loop_thread_main(thread). Optional: may be PTK_ERR_UNSUPPORTED. */
ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size);

/** Waits until the thread, which is not the caller, has ended. Blocks. */
ptk_err_t ptk_port_thread_join(ptk_thread_t *thread);

/* ------------------------------------------------------------------------------------------------ waiting */

/** What a socket is ready for, as the port reports it. */
enum {
    PTK_READY_READ = 1,   /**< Data, end of stream, or a connection to accept. */
    PTK_READY_WRITE = 2,  /**< Room to send, or a connection attempt that ended. */
    PTK_READY_CLOSED = 4, /**< The peer may have ended its stream; data may still wait in front of the end. */
    PTK_READY_ERROR = 8,  /**< An error waits to be fetched. */
    PTK_READY_URGENT = 16 /**< With READ: the stream may hold urgent data, at which a receive stops short. */
};

/** Makes what the loop waits on. PTK_ERR_OUT_OF_DESCRIPTORS, PTK_ERR_OUT_OF_SYSTEM_MEMORY, PTK_ERR_SYSTEM. */
ptk_err_t ptk_port_poller_open(ptk_event_loop_slot_t *loop);

/** Undoes ptk_port_poller_open(). All sockets were closed before, and no thread is inside ptk_port_poller_wake(). */
void ptk_port_poller_close(ptk_event_loop_slot_t *loop);

/**
 * Waits until a socket is ready, the loop is woken or the deadline is reached, and calls ptk_socket_report() for each
 * ready socket, a bounded number. Interruption by a signal does not end the wait.
 * now_ns is the present time; deadline_ns 0 polls, UINT64_MAX is no deadline.
 */
ptk_err_t ptk_port_poller_wait(ptk_event_loop_slot_t *loop, uint64_t now_ns, uint64_t deadline_ns);

/** Ends the present wait, or the next one. Any thread; where the platform can, a signal handler or an interrupt. */
void ptk_port_poller_wake(ptk_event_loop_slot_t *loop);

/* ------------------------------------------------------------------------------------------------ sockets */

/** Makes a non-blocking system socket that no child process inherits; IPv6 sockets take IPv6 only. */
ptk_err_t ptk_port_socket_open(ptk_platform_socket_t *socket, uint8_t family, bool datagram);

/** Binds; with a backlog above 0 it listens as well. */
ptk_err_t ptk_port_socket_bind(ptk_platform_socket_t *socket, const ptk_address_t *local, uint32_t backlog);

/**
 * PTK_ERR_OK: connected. PTK_ERR_WOULD_BLOCK: on its way, readiness to write will tell. Core has checked the address: without
 * a route to it PTK_ERR_NETWORK_UNREACHABLE or PTK_ERR_HOST_UNREACHABLE, however the system calls that. The same when sending.
 */
ptk_err_t ptk_port_socket_connect(ptk_platform_socket_t *socket, const ptk_address_t *remote);

/** Accepts into accepted, which is then as after open and connect. */
ptk_err_t ptk_port_socket_accept(ptk_platform_socket_t *listener, ptk_platform_socket_t *accepted,
                                 ptk_address_t *remote);

/** Fetches and clears the error that waits in the socket; PTK_ERR_OK if there is none. PTK_ERR_PACKET_TOO_BIG: ICMP's. */
ptk_err_t ptk_port_socket_error(ptk_platform_socket_t *socket);

/** Sends; remote is NULL on a connected socket. The number of bytes sent, or an error. Never raises a signal. */
int64_t ptk_port_socket_send(ptk_platform_socket_t *socket, const void *bytes, size_t length,
                             const ptk_address_t *remote);

/** What is received. */
typedef enum ptk_receive_mode {
    PTK_RECEIVE_STREAM = 0,  /**< Bytes of a stream; none at its end. */
    PTK_RECEIVE_PEEK = 1,    /**< The same, but the bytes stay there. */
    PTK_RECEIVE_DATAGRAM = 2 /**< One datagram. */
} ptk_receive_mode_t;

/**
 * Receives. The number of bytes, or an error; PTK_ERR_PACKET_TOO_BIG for ICMP's. For a datagram that is larger than room it is
 * its size, or room + 1 where the system tells only that it was larger. remote, for datagrams, may be NULL.
 */
int64_t ptk_port_socket_receive(ptk_platform_socket_t *socket, ptk_receive_mode_t mode, void *bytes, size_t room,
                                ptk_address_t *remote);

/** Ends the stream to the peer. */
ptk_err_t ptk_port_socket_shutdown(ptk_platform_socket_t *socket);

/** Sets an option whose range core has checked. PTK_ERR_UNSUPPORTED if the platform has no such thing. */
ptk_err_t ptk_port_socket_set_option(ptk_platform_socket_t *socket, uint8_t family, ptk_socket_option_t option,
                                     int32_t value);

/** Joins or leaves a multicast group of the socket's family. */
ptk_err_t ptk_port_socket_multicast(ptk_platform_socket_t *socket, const ptk_address_t *group, uint32_t interface_index,
                                    bool join);

/** The address of the socket or, with remote, of its peer. */
ptk_err_t ptk_port_socket_address(ptk_platform_socket_t *socket, bool remote, ptk_address_t *address);

/**
 * Begins to report readiness under the socket's handle. A port whose reports are levels, repeated while the state
 * lasts, sets PTK_SOCKET_FLAG_LEVEL; one that reports changes does not.
 */
ptk_err_t ptk_port_socket_watch(ptk_socket_internal_t *socket);

/**
 * Called for sockets with PTK_SOCKET_FLAG_LEVEL when ptk_socket_wanted() may have changed. What is wanted has to be
 * reported from now on; what is not wanted must not make the wait return again and again. Called for the others when there
 * was no room to send: the next change has to be reported.
 */
ptk_err_t ptk_port_socket_interest(ptk_socket_internal_t *socket);

/**
 * Makes the system let go of the slot's memory, which is about to move: afterwards nothing in flight refers to it. When
 * it has moved, or stays after all, ptk_port_socket_interest() follows for a socket with PTK_SOCKET_FLAG_LEVEL. A port
 * that has to wait for the system waits for a bounded time. False: the system still has the memory, which must stay.
 * Also called for a socket that was closed, until it says true. Reports nothing.
 */
bool ptk_port_socket_quiesce(ptk_socket_internal_t *socket);

/**
 * Ends the reports, if there are any, and closes. Nothing is reported for the socket afterwards. False: closed, but the
 * system still has the slot's memory. Then ptk_socket_released() follows from a wait, unless ptk_port_socket_quiesce()
 * has said true before. May be called again then. Reports nothing.
 */
bool ptk_port_socket_close(ptk_socket_internal_t *socket);

/* ------------------------------------------------------------------------------------------------ from port to core */

/** What a socket's flags say; the ones a port may look at. */
enum {
    PTK_SOCKET_FLAG_LEVEL = 1,      /**< Set by the port: readiness is reported again while it lasts. */
    PTK_SOCKET_FLAG_PAUSED = 2,     /**< Not to be read, or accepted from, until something is free again. */
    PTK_SOCKET_FLAG_HAS_PEER = 32,  /**< UDP: connected. */
    PTK_SOCKET_FLAG_CONNECTION = 64 /**< TCP, connecting or connected: no listener, no UDP socket. */
};

static inline bool ptk_socket_is_connection(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_CONNECTION) != 0;
}

/** One bit per socket event, in delivery.raised and delivery.enabled. */
#define PTK_SOCKET_BIT(event) ((uint8_t)(1u << ((event)-PTK_EVENT_CONNECTED)))

/**
 * The port tells what a socket is ready for. A stale handle is ignored. No application code is called. This and the next
 * two only from within ptk_port_poller_wait(): at other times core may be half dismantled.
 */
void ptk_socket_report(ptk_event_loop_slot_t *loop, ptk_handle_t handle, uint32_t readiness);

/**
 * The same, by a port that was told which error it is: as PTK_READY_ERROR, but nothing has to be fetched. Whether it still
 * waits in the system as well does not matter, but a UDP socket's must have been fetched.
 */
void ptk_socket_report_error(ptk_event_loop_slot_t *loop, ptk_handle_t handle, ptk_err_t error);

/** The system has let go of the memory of a socket for which ptk_port_socket_close() had said false. */
void ptk_socket_released(ptk_socket_internal_t *socket);

/**
 * What core wants to hear of a level-triggered socket: the bits of PTK_EVENT_READABLE and PTK_EVENT_WRITABLE, and the bit of
 * PTK_EVENT_ERROR while a failure of a connection has to be reported even if neither of the other two is wanted.
 */
uint8_t ptk_socket_wanted(const ptk_socket_internal_t *socket);

/** What the thread that ptk_port_thread_start() made has to call. */
void ptk_loop_thread_main(ptk_thread_t *thread);

#endif
