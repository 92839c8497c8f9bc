/*
 * What is the simulated platform's own in its public header. scripts/make-headers makes the header from this file and
 * common.h.
 *
 * SPDX-License-Identifier: MIT
 */

/*
 * @part about
 * @brief Protocol Toolkit, simulated: event loops, timers, sockets, user events and protothreads without a heap.
 * @part notes
 * Time and network are simulated: a wait moves a virtual clock to what happens next. A program made for another
 * platform runs unchanged, with both ends of its connections in one process; ptk_sim.h gives it several hosts, links,
 * and faults. There is one thread.
 * @part end
 */

/* @part includes */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* @part name */
/** @brief Name of the platform that the header and its archive are for. */
#define PTK_PLATFORM_NAME "sim"

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

/** @brief The lock that guards what other threads may touch in an event loop: there are none, it only counts. */
typedef uint32_t ptk_platform_lock_t;

/** @brief What the port keeps in each event loop. */
typedef struct ptk_platform_loop {
    uint64_t deadline_ns; /**< @brief Until when its last wait would have lasted; time of the world. */
    uint16_t host;        /**< @brief The host that it runs on. */
    bool is_woken;        /**< @brief It was woken since its last wait. */
    bool is_changed;      /**< @brief One of its sockets may have become ready. */
} ptk_platform_loop_t;

/** @brief What the port keeps in each socket. */
typedef struct ptk_platform_socket {
    uint32_t reference; /**< @brief The socket of the simulated host. */
    uint32_t interest;  /**< @brief What core wants of it. */
} ptk_platform_socket_t;

/** @brief What the port keeps for a thread that the library runs: there are none. */
typedef uint8_t ptk_platform_thread_t;

/* @part layout */
/** @brief A name with the platform in it, for PTK_LAYOUT_NAME(). @param name the name. */
#define PTK_PLATFORM_LAYOUT(name) name##_sim

/* @part end */
