/*
 * What is Zephyr's own in its public header. scripts/make-headers makes the header from this file and common.h.
 *
 * SPDX-License-Identifier: MIT
 */

/*
 * @part about
 * @brief Protocol Toolkit for Zephyr: event loops, timers, sockets, user events and protothreads without a heap.
 * @part notes
 * The loop waits with zsock_poll() and is woken by a poll signal; interrupts may raise events and wake loops. Zephyr's own
 * IP stack, not one that a modem or a driver offloads. Compile it as the rest of Zephyr, with GNU's C dialect.
 * ptk_event_loop_thread_start() takes a stack of K_THREAD_STACK_DEFINE() and its sizeof, and gives the thread the priority of
 * its caller.
 * @part end
 */

/* @part includes */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zephyr/kernel.h>

/* @part name */
/** @brief Name of the platform that the header and its archive are for. */
#define PTK_PLATFORM_NAME "zephyr"

/* @part platform */
/** @brief Core: whether the port reports changes of readiness for some sockets; else each report is repeated. */
#define PTK_PLATFORM_HAS_EDGES 0
/** @brief Core: whether the system keeps what is watched, so that a change of that is a call. */
#define PTK_PLATFORM_KEEPS_INTEREST 0
/** @brief Core: whether the system can refer to a slot for a while after its socket was closed. */
#define PTK_PLATFORM_KEEPS_SLOTS 0
/** @brief Core: whether UDP sockets report ICMP errors of what they have sent. */
#define PTK_PLATFORM_HAS_ICMP_ERRORS 0
/** @brief Core: whether flash counts more than instructions. */
#define PTK_PLATFORM_IS_SMALL 1

/** @brief The lock that guards what other threads and interrupts may touch in an event loop. */
typedef struct ptk_platform_lock {
    struct k_spinlock lock; /**< @brief The lock; it masks interrupts. */
    k_spinlock_key_t key;   /**< @brief What was masked before, while it is held. */
} ptk_platform_lock_t;

/** @brief What the port keeps in each event loop. */
typedef struct ptk_platform_loop {
    struct k_poll_signal signal; /**< @brief What wakes the loop. */
    int32_t wake_descriptor;     /**< @brief The signal, as something that zsock_poll() waits for. */
    uint32_t events;             /**< @brief How many events of k_poll() the loop's sockets can take. */
} ptk_platform_loop_t;

/** @brief What the port keeps in each socket. */
typedef struct ptk_platform_socket {
    int32_t descriptor; /**< @brief The system's descriptor; meaningful while the socket is open. */
    uint16_t interest;  /**< @brief What is wanted, as the port interface says it. */
    uint16_t state;     /**< @brief What the port notes of the socket. */
} ptk_platform_socket_t;

/** @brief What the port keeps for a thread that the library runs. */
typedef struct k_thread ptk_platform_thread_t;

/* @part layout */
/** @brief A name with the platform in it, for PTK_LAYOUT_NAME(). @param name the name. */
#define PTK_PLATFORM_LAYOUT(name) name##_zephyr

/* @part end */
