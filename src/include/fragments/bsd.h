/*
 * What is the BSDs' own in its public header. scripts/make-headers makes the header from this file and common.h.
 *
 * SPDX-License-Identifier: MIT
 */

/*
 * @part about
 * @brief Protocol Toolkit for FreeBSD, OpenBSD, NetBSD and DragonFly: event loops, timers, sockets, user events and
 *        protothreads without a heap.
 * @part notes
 * The loop waits with kqueue.
 * @part end
 */

/* @part includes */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* @part name */
/** @brief Name of the platform that the header and its archive are for. */
#define PTK_PLATFORM_NAME "bsd"

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

/** @brief What the port keeps in each event loop: its kqueue, and the sockets whose changes the next wait submits. */
typedef struct ptk_platform_loop {
    int32_t kqueue_descriptor; /**< @brief The kqueue that the loop waits on. */
    int32_t wake_pipe[2];      /**< @brief Wakes the loop where EVFILT_USER is missing. */
    int32_t process;           /**< @brief The process that made them; a child of it has no kqueue. */
    uint32_t changed_count;    /**< @brief How many sockets are listed in changed. */
    int64_t changed[32];       /**< @brief Their handles; if there are more, their changes are submitted at once. */
} ptk_platform_loop_t;

/** @brief What the port keeps in each socket: its descriptor, what it has to report, and what kqueue has of it. */
typedef struct ptk_platform_socket {
    int32_t descriptor; /**< @brief The system's descriptor; meaningful while the socket is open. */
    uint8_t interest;   /**< @brief The filters that are to report, one bit each. */
    uint8_t registered; /**< @brief The filters that kqueue has. */
    uint8_t enabled;    /**< @brief Those of them that report. */
    uint8_t changed;    /**< @brief Its place in the loop's list of changes, counted from 1; 0 if it is not listed. */
    uint8_t kind;       /**< @brief Whether it is a connection, and whether changes of readiness are reported. */
} ptk_platform_socket_t;

/** @brief What the port keeps for a thread that the library runs. */
typedef pthread_t ptk_platform_thread_t;

/* @part layout */
/** @brief A name with the platform in it, for PTK_LAYOUT_NAME(). @param name the name. */
#define PTK_PLATFORM_LAYOUT(name) name##_bsd

/* @part end */
