/*
 * What is NuttX's own in its public header. scripts/make-headers makes the header from this file and common.h.
 *
 * SPDX-License-Identifier: MIT
 */

/*
 * @part about
 * @brief Protocol Toolkit for NuttX: event loops, timers, sockets, user events and protothreads without a heap.
 * @part notes
 * For NuttX 13. The loop waits with epoll and is woken by an eventfd (CONFIG_EVENT_FD). Which options the system needs is
 * in docs/embedded.md.
 *
 * What differs on NuttX:
 * - A loop belongs to the task that created it, and to the threads of that task: descriptors are a task's own.
 * - In a flat build with CONFIG_SCHED_HPWORK, ptk_raise_event() and ptk_event_loop_wake() may also be called in an
 *   interrupt, and by other tasks. An interrupt does not write the eventfd itself: it queues one item of work, which the
 *   high-priority worker does, so the wake-up comes two switches of tasks later. Without these options threads of the
 *   loop's own task may call them.
 * - The clock is CLOCK_MONOTONIC, whose resolution is the system's tick unless it is tickless.
 * @part end
 */

/* @part includes */
#include <nuttx/config.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* Where the library is an application of NuttX, the compile-time limits are Kconfig's. */
#ifdef CONFIG_PTK
#define PTK_EVENT_LOOP_MAX_WAIT_MS CONFIG_PTK_EVENT_LOOP_MAX_WAIT_MS
#define PTK_USER_EVENT_QUEUE_SIZE CONFIG_PTK_USER_EVENT_QUEUE_SIZE
#define PTK_USER_EVENT_HANDLERS CONFIG_PTK_USER_EVENT_HANDLERS
#define PTK_LOG_LEVEL CONFIG_PTK_LOG_LEVEL
#define PTK_SLOW_HANDLER_MS CONFIG_PTK_SLOW_HANDLER_MS
#define PTK_MODBUS_SERVER_BUFFER_SIZE CONFIG_PTK_MODBUS_SERVER_BUFFER_SIZE
#endif

/* @part name */
/** @brief Name of the platform that the header and its archive are for. */
#define PTK_PLATFORM_NAME "nuttx"

/* @part platform */
/** @brief Core: whether the port reports changes of readiness for some sockets; else each report is repeated. */
#define PTK_PLATFORM_HAS_EDGES 0
/** @brief Core: whether the system keeps what is watched, so that a change of that is a call. */
#define PTK_PLATFORM_KEEPS_INTEREST 1
/** @brief Core: whether the system can refer to a slot for a while after its socket was closed. */
#define PTK_PLATFORM_KEEPS_SLOTS 0
/** @brief Core: whether UDP sockets report ICMP errors of what they have sent. */
#define PTK_PLATFORM_HAS_ICMP_ERRORS 0
/** @brief Core: whether flash counts more than instructions. */
#define PTK_PLATFORM_IS_SMALL 1

#if defined(CONFIG_BUILD_FLAT) && defined(CONFIG_SCHED_HPWORK)
/** @brief Whether interrupts and other tasks may raise events. */
#define PTK_NUTTX_HAS_INTERRUPTS 1
/** @brief The lock that guards what others may touch in an event loop: a critical section, and its state before. */
typedef uintptr_t ptk_platform_lock_t;
#else
/** @brief Whether interrupts and other tasks may raise events. */
#define PTK_NUTTX_HAS_INTERRUPTS 0
/** @brief The lock that guards what other threads may touch in an event loop. */
typedef pthread_mutex_t ptk_platform_lock_t;
#endif

/** @brief What the port keeps in each event loop: the descriptors of epoll and eventfd. */
typedef struct ptk_platform_loop {
    int32_t epoll_descriptor; /**< @brief The epoll instance that the loop waits on. */
    int32_t wake_descriptor;  /**< @brief The eventfd that wakes the loop. */
#if PTK_NUTTX_HAS_INTERRUPTS
    struct file *wake_file; /**< @brief What the descriptor means in the loop's task, for all others. */
    union {
        uintptr_t words[6];
        uint64_t aligned;
    } work; /**< @brief The memory of a struct work_s: what interrupts ask the worker for. */
#endif
} ptk_platform_loop_t;

/** @brief What the port keeps in each socket. */
typedef struct ptk_platform_socket {
    int32_t descriptor; /**< @brief The system's descriptor; meaningful while the socket is open. */
    uint8_t interest;   /**< @brief The epoll event mask that is registered now. */
    uint8_t set_aside;  /**< @brief The mask that is registered again at the end of the wait. */
    uint8_t state;      /**< @brief 1: UDP. 2: an attempt to connect is on its way. */
} ptk_platform_socket_t;

/** @brief What the port keeps for a thread that the library runs. */
typedef pthread_t ptk_platform_thread_t;

/* @part layout */
/** @brief A name with the platform in it, for PTK_LAYOUT_NAME(). @param name the name. */
#define PTK_PLATFORM_LAYOUT(name) name##_nuttx

/* @part end */
