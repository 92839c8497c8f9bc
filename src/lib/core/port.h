/**
 * @file port.h
 * @brief The port interface: everything that core asks of a platform, and all that a port may ask of core.
 *
 * A port decides nothing. It turns these calls into the platform's own, and the platform's errors into ptk_err_t. It
 * sees its own two structs, a handle and bits; of core it knows the functions at the end of this file. docs/porting.md
 * says for each function why it is there, and what a new port has to do.
 *
 * Unless a comment says otherwise they are called in the thread that runs the loop, without a lock held, and none
 * blocks. An error that has no code of its own is PTK_ERR_SYSTEM.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_PORT_H
#define PTK_CORE_PORT_H

#include "protocol_toolkit.h"

/* ------------------------------------------------------------------------------------------------ time and callers */

/** @brief Monotonic time in nanoseconds, never 0 and never UINT64_MAX. Any thread. */
uint64_t ptk_port_now_ns(void);

/**
 * @brief Who is calling: different for each living thread, never 0, UINTPTR_MAX or UINTPTR_MAX - 1. Any thread.
 *
 * In an interrupt a value that no thread has. A platform without threads returns 1.
 */
uintptr_t ptk_port_thread_self(void);

/**
 * @brief Sleeps briefly so that a lower-priority lock holder can run. Any thread, never an interrupt.
 *
 * Where all loops run in one thread it is never called.
 */
void ptk_port_back_off(void);

/* ------------------------------------------------------------------------------------------------ the loop's lock */

/** @brief Makes a lock in zeroed memory. It is never undone and never made twice. Any thread. */
ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock);

/**
 * @brief Takes the lock. It is held for a bounded handful of instructions, without a call to the system, and never
 *        nested, so taking it may mean "interrupts off". Any thread, on an RTOS also an interrupt.
 */
void ptk_port_lock(ptk_platform_lock_t *lock);

/** @brief Gives the lock back. The next holder sees what was written under it. */
void ptk_port_unlock(ptk_platform_lock_t *lock);

/* ------------------------------------------------------------------------------------------------ waiting */

/** @brief What a socket is ready for, as the port reports it. */
enum {
    PTK_READY_READ = 1,       /**< @brief Data, end of stream, or a connection to accept. */
    PTK_READY_WRITE = 2,      /**< @brief Room to send, or an attempt to connect that ended. */
    PTK_READY_CLOSED = 4,     /**< @brief The peer may have ended its stream; data may still come before the end. */
    PTK_READY_ERROR = 8,      /**< @brief An error waits in the socket: core fetches it. */
    PTK_READY_URGENT = 16,    /**< @brief The stream may hold urgent data, at which a receive stops short. */
    PTK_READY_CONNECTED = 32, /**< @brief Something came from the peer: an attempt to connect has ended. */
    PTK_READY_UNWATCHED = 64  /**< @brief The system does not watch the socket any more; the error says why. */
};

/**
 * @brief Makes what the loop waits on. After an error nothing is left open. Any thread.
 *
 * PTK_ERR_OUT_OF_DESCRIPTORS, PTK_ERR_OUT_OF_SYSTEM_MEMORY, PTK_ERR_SYSTEM.
 */
ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop);

/**
 * @brief Undoes ptk_port_poller_open(). All sockets were closed before, and no thread is inside
 *        ptk_port_poller_wake().
 */
void ptk_port_poller_close(ptk_platform_loop_t *loop);

/**
 * @brief Waits until a socket is ready, the loop is woken or the deadline is reached, and calls ptk_port_report() for
 *        each ready socket, a bounded number. Blocks; interruption by a signal does not end it.
 *
 * deadline_ns 0 polls, UINT64_MAX is no deadline; now_ns is the present time where there is another deadline. To return
 * early is correct, but costs a pass in which nothing happens. An error is what the run of the loop returns; it is not
 * PTK_ERR_INVALID_HANDLE.
 */
ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns);

/**
 * @brief Ends the present wait, or the next one; several wake-ups may end one wait. Between open and close only. Any
 *        thread; where the platform can, a signal handler, for which errno stays as it was, or an interrupt.
 */
void ptk_port_poller_wake(ptk_platform_loop_t *loop);

/* ------------------------------------------------------------------------------------------------ sockets */

/**
 * @brief Makes a non-blocking system socket that no child process inherits; IPv6 takes IPv6 only. After an error
 *        none is open.
 */
ptk_err_t ptk_port_socket_open(ptk_platform_socket_t *socket, uint8_t family, bool datagram);

/** @brief Binds; with a backlog above 0 it listens as well. */
ptk_err_t ptk_port_socket_bind(ptk_platform_socket_t *socket, const ptk_address_t *local, uint32_t backlog);

/**
 * @brief Connects. PTK_ERR_OK: connected. PTK_ERR_WOULD_BLOCK: on its way, and a report says when it ended.
 *
 * The socket's own address has its port by then, or is PTK_ERR_NOT_CONNECTED: an attempt that is on its way may have
 * failed already, and a system may know no address afterwards. Core has checked the address: without a route to it
 * PTK_ERR_NETWORK_UNREACHABLE or PTK_ERR_HOST_UNREACHABLE, however the system calls that; the same when sending. A port
 * whose system does not keep the outcome notes in its struct that the attempt is on its way. UDP: sets the peer, also
 * again.
 */
ptk_err_t ptk_port_socket_connect(ptk_platform_socket_t *socket, const ptk_address_t *remote);

/**
 * @brief Accepts into accepted, which is then as after open and connect. Connections that have failed are passed
 *        over.
 */
ptk_err_t ptk_port_socket_accept(ptk_platform_socket_t *listener, ptk_platform_socket_t *accepted,
                                 ptk_address_t *remote);

/**
 * @brief Fetches and clears the error that waits in the socket, or PTK_ERR_OK. PTK_ERR_PACKET_TOO_BIG is ICMP's.
 *
 * Also the outcome of an attempt to connect, which a port whose system does not keep it concludes from the socket's
 * state.
 */
ptk_err_t ptk_port_socket_error(ptk_platform_socket_t *socket);

/**
 * @brief Sends what fits now; remote is NULL on a connected socket. The bytes sent, or an error. Never raises a
 *        signal.
 *
 * No object is larger than PTRDIFF_MAX, so the number of bytes is not negative, here and of a receive. A system that
 * takes less in one call sends a part of a stream.
 */
intptr_t ptk_port_socket_send(ptk_platform_socket_t *socket, const void *bytes, size_t length,
                              const ptk_address_t *remote);

/** @brief What is received. */
typedef enum ptk_receive_mode {
    PTK_RECEIVE_STREAM = 0,  /**< @brief Bytes of a stream; none at its end. */
    PTK_RECEIVE_PEEK = 1,    /**< @brief The same, but the bytes stay there. */
    PTK_RECEIVE_DATAGRAM = 2 /**< @brief One datagram. */
} ptk_receive_mode_t;

/**
 * @brief Receives. The number of bytes, or an error; PTK_ERR_PACKET_TOO_BIG for ICMP's. remote, for datagrams, may be
 *        NULL.
 *
 * For a datagram that is larger than room it is the datagram's size, or room + 1 where the system does not report that;
 * the rest is dropped. UDP sockets are peeked as well, with room for one byte; PTK_ERR_UNSUPPORTED where that is not
 * possible.
 */
intptr_t ptk_port_socket_receive(ptk_platform_socket_t *socket, ptk_receive_mode_t mode, void *bytes, size_t room,
                                 ptk_address_t *remote);

/**
 * @brief Ends the stream to the peer, not the one from it. PTK_ERR_UNSUPPORTED where there are no half-closed
 *        connections.
 */
ptk_err_t ptk_port_socket_shutdown(ptk_platform_socket_t *socket);

/** @brief Sets an option whose range core has checked. PTK_ERR_UNSUPPORTED if the platform has no such thing. */
ptk_err_t ptk_port_socket_set_option(ptk_platform_socket_t *socket, uint8_t family, ptk_socket_option_t option,
                                     int32_t value);

/** @brief Joins or leaves a multicast group of the socket's family; interface_index 0 is the system's choice. */
ptk_err_t ptk_port_socket_multicast(ptk_platform_socket_t *socket, const ptk_address_t *group, uint32_t interface_index,
                                    bool join);

/** @brief The address of the socket or, with remote, of its peer. */
ptk_err_t ptk_port_socket_address(ptk_platform_socket_t *socket, bool remote, ptk_address_t *address);

/** @brief What core wants of the port's reports, and the facts that a port may need to arrange them. */
enum {
    PTK_WANT_READ = 1,       /**< @brief Report what can be received, or accepted. */
    PTK_WANT_WRITE = 2,      /**< @brief Report room to send, or the end of an attempt to connect. */
    PTK_WANT_FAILURE = 4,    /**< @brief Report a failure also where neither of the two is wanted. */
    PTK_WANT_ICMP = 8,       /**< @brief UDP with a peer: report ICMP errors where they look readable. */
    PTK_WANT_NO_READ = 16,   /**< @brief Readable must not end a wait: it is paused, or was reported. */
    PTK_WANT_LATER = 32,     /**< @brief An event is about to be delivered, and the next call follows after it. */
    PTK_WANT_CONNECTION = 64 /**< @brief A fact: it is a TCP connection, or an attempt; no listener, no UDP socket. */
};

/**
 * @brief What a port's reports are: PTK_READY_READ and PTK_READY_WRITE are repeated while they last, or report a
 *        change.
 */
enum { PTK_WATCH_LEVELS = 0, PTK_WATCH_EDGES = 1 };

/**
 * @brief Has the system report the socket's readiness under its handle. PTK_WATCH_LEVELS or PTK_WATCH_EDGES, the same
 *        each time for one socket, or an error.
 *
 * Called when the socket was opened. With levels also whenever the interest may have changed, even from within
 * ptk_port_report(): what is wanted has to be reported from now on, what is not wanted must not end one wait after the
 * other. With edges everything is reported at all times, and it is called again with PTK_WANT_WRITE when there was no
 * room: the next change has to be reported.
 */
int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest);

/**
 * @brief Makes the system release the socket's struct, which is about to move: afterwards nothing in flight refers to
 *        it.
 *
 * Only where PTK_PLATFORM_KEEPS_SLOTS is 1. When it has moved, or stays after all, ptk_port_socket_watch() follows for a
 * socket with levels. A port that has to wait for the system waits for a bounded time. False: the system still has the
 * memory, which must stay. Also called for a socket that was closed, until it returns true. Reports nothing.
 */
bool ptk_port_socket_quiesce(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket);

/**
 * @brief Ends the reports, if there are any, and closes. Nothing is reported for the socket afterwards.
 *
 * From any state after open or accept, watched or not. False: closed, but the system still has the struct's memory.
 * Then ptk_port_released() follows from a wait, unless ptk_port_socket_quiesce() has returned true before. May be
 * called again then. Reports nothing.
 */
bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket);

/* ------------------------------------------------------------------------------------------------ from port to core */

/**
 * @brief The port reports what a socket is ready for, or its error, or both. Only from within ptk_port_poller_wait():
 *        at other times core may be half dismantled. A stale handle is ignored. No application code is called.
 *
 * error is PTK_ERR_OK, or the socket's error, if the port has it already; then it does not have to be fetched. Whether
 * it still waits in the system as well does not matter, but a UDP socket's must have been fetched.
 *
 * Before it returns core may peek into this socket, fetch its error and its addresses, and call ptk_port_socket_watch()
 * for it. So the port must not hold a lock that these calls take. It neither closes nor moves a socket.
 */
void ptk_port_report(ptk_platform_loop_t *loop, ptk_handle_t handle, uint32_t readiness, ptk_err_t error);

/**
 * @brief The system has released the memory of a socket for which ptk_port_socket_close() returned false. From
 *        a wait.
 */
void ptk_port_released(ptk_platform_socket_t *platform);

/**
 * @brief The open sockets of a loop, one with each call, for ports that go through a list. NULL after the last one.
 *
 * cursor is 0 at first. From a wait, in which the list stays the same: going through it twice gives the same order.
 */
ptk_platform_socket_t *ptk_port_next_socket(ptk_platform_loop_t *loop, uint32_t *cursor, ptk_handle_t *handle);

/** @brief The handle of a socket, for systems that hand back its address. */
ptk_handle_t ptk_port_handle_of(const ptk_platform_socket_t *socket);

/** @brief The open socket with this ID, and its handle; or NULL. For systems that hand back less than a handle. */
ptk_platform_socket_t *ptk_port_find_socket(ptk_platform_loop_t *loop, uint32_t id, ptk_handle_t *handle);

#endif
