/*
 * What is plain POSIX's own in its public header. scripts/make-headers makes the header from this file and common.h.
 *
 * SPDX-License-Identifier: MIT
 */

/*
 * @part about
 * @brief Protocol Toolkit for POSIX systems: event loops, timers, sockets, user events and protothreads without a heap.
 * @part notes
 * For any POSIX system with BSD sockets. The loop waits with select(), so the descriptor of a socket has to be below
 * FD_SETSIZE.
 * @part end
 */

/* @part includes */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>

/* @part name */
/** @brief Name of the platform that the header and its archive are for. */
#define PTK_PLATFORM_NAME "posix"

/* @part platform */
/** @brief Core: whether the port reports changes of readiness for some sockets; else each report is repeated. */
#define PTK_PLATFORM_HAS_EDGES 1
/** @brief Core: whether the system keeps what is watched, so that a change of that is a call. */
#define PTK_PLATFORM_KEEPS_INTEREST 1
/** @brief Core: whether the system can refer to a slot for a while after its socket was closed. */
#define PTK_PLATFORM_KEEPS_SLOTS 1
/** @brief Core: whether UDP sockets report ICMP errors of what they have sent. */
#define PTK_PLATFORM_HAS_ICMP_ERRORS 1
/** @brief Core: whether flash counts more than instructions. */
#define PTK_PLATFORM_IS_SMALL 0

/** @brief The lock that guards what other threads may touch in an event loop. */
typedef pthread_mutex_t ptk_platform_lock_t;

/**
 * @brief What the port keeps in each event loop: the sets for select() and a pipe to itself.
 *
 * Where a program can choose FD_SETSIZE it has to leave it as it was when the archive was compiled.
 */
typedef struct ptk_platform_loop {
    fd_set read_set;      /**< @brief Descriptors that have to be readable to end the wait. */
    fd_set write_set;     /**< @brief Descriptors that have to be writable to end the wait. */
    int32_t limit;        /**< @brief One more than the highest descriptor in the sets. */
    int32_t wake_pipe[2]; /**< @brief The pipe that wakes the loop from another thread: read end, write end. */
    uint32_t looked_at;   /**< @brief Sockets whose failure select() cannot report: the loop looks for it. */
    uint64_t look_ns;     /**< @brief When it looks next; 0: an interval from the next wait on. */
} ptk_platform_loop_t;

/** @brief What the port keeps in each socket: its descriptor and the sets that it is in. */
typedef struct ptk_platform_socket {
    int32_t descriptor; /**< @brief The system's descriptor; meaningful while the socket is open. */
    uint32_t interest;  /**< @brief What it is looked at for: 1 reading, 2 writing, 4 failures alone. */
} ptk_platform_socket_t;

/** @brief What the port keeps for a thread that the library runs. */
typedef pthread_t ptk_platform_thread_t;

/* @part layout */
/** @brief A name with the platform in it, for PTK_LAYOUT_NAME(). @param name the name. */
#define PTK_PLATFORM_LAYOUT(name) name##_posix

/* @part end */
