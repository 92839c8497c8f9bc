/*
 * What is FreeRTOS' own in its public header. scripts/make-headers makes the header from this file and common.h.
 *
 * SPDX-License-Identifier: MIT
 */

/*
 * @part about
 * @brief Protocol Toolkit for FreeRTOS: event loops, timers, sockets, user events and protothreads without a heap.
 * @part notes
 * For FreeRTOS V10.4 and later with static allocation, and a network that was chosen when the library was built: lwIP,
 * FreeRTOS+TCP or none. A loop waits on a binary semaphore in its slot. What the kernel has to be configured with is in
 * docs/embedded.md.
 *
 * What differs on FreeRTOS:
 * - A loop runs in a task. Before the scheduler runs, loops can be created and polled, but a wait needs a task.
 * - ptk_raise_event() and ptk_event_loop_wake() may also be called in an interrupt whose priority is at or below
 *   configMAX_SYSCALL_INTERRUPT_PRIORITY. They mask the interrupts up to that priority for a bounded handful of
 *   instructions and request a switch of tasks if the loop's task is to run next; the interrupt does not do that itself.
 *   A raise takes some 250 instructions of a Cortex-M3 if the loop sleeps, the kernel's part included, and its handler
 *   runs after 500 to 600. How many can wait is PTK_USER_EVENT_QUEUE_SIZE. Every other function belongs to tasks.
 * - The library has to know whether it runs in an interrupt: FreeRTOSConfig.h can define PTK_IN_INTERRUPT(), and has to
 *   where the processor is no Arm Cortex-M.
 * - The clock is the kernel's tick. A timer expires with the tick in which its time has passed, so it is up to one tick
 *   shorter than asked for, as vTaskDelay() is. Ticks of any length and width will do.
 * - ptk_event_loop_thread_start() makes a task of priority PTK_THREAD_PRIORITY, which FreeRTOSConfig.h can define; it is
 *   tskIDLE_PRIORITY + 1 otherwise. Without eTaskGetState(), vTaskSuspend() or vTaskDelete() it is
 *   PTK_ERR_UNSUPPORTED.
 * @part end
 */

/* @part includes */
#include <FreeRTOS.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* These come after FreeRTOS.h. */
#include <semphr.h>
#include <task.h>

/* @part name */
/** @brief Name of the platform that the header and its archive are for. */
#define PTK_PLATFORM_NAME "freertos"

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

/** @brief The lock that guards what other tasks and interrupts may touch in an event loop: a critical section. */
typedef UBaseType_t ptk_platform_lock_t; /* the interrupts that an interrupt has masked besides */

/** @brief What the port keeps in each event loop. */
typedef struct ptk_platform_loop {
    union {
        StaticSemaphore_t storage; /**< @brief The memory of the semaphore. */
        struct {
            intptr_t descriptor;      /**< @brief The socket that wakes the loop. */
            void *message;            /**< @brief Has lwIP's thread send to it. */
            ptk_platform_lock_t lock; /**< @brief Guards is_pending. */
            uint16_t port;            /**< @brief Of the socket. */
            uint16_t posted;          /**< @brief How often the message is on its way. */
            bool is_pending;          /**< @brief It is on its way. */
        } select;                     /**< @brief Instead, where the loop waits with lwip_select(). */
    } waiter;                         /**< @brief What the loop waits with. */
    SemaphoreHandle_t semaphore;      /**< @brief The binary semaphore that the loop waits on. */
    /**
     * @brief Reports the sockets that are ready and returns whether there was one. The network sets it with the loop's
     * first socket.
     */
    bool (*scan)(struct ptk_platform_loop *loop);
    uint32_t changed; /**< @brief Atomic: a scan may find a socket ready. The network sets it, too. */
} ptk_platform_loop_t;

/** @brief What the port keeps in each socket. */
typedef struct ptk_platform_socket {
    intptr_t descriptor; /**< @brief lwIP's descriptor or FreeRTOS+TCP's Socket_t; meaningful while it is open. */
    uint16_t interest;   /**< @brief What is wanted, as the port interface says it. */
    uint16_t state;      /**< @brief What the network's part of the port notes. */
} ptk_platform_socket_t;

/** @brief What the port keeps for a thread that the library runs: a task. */
typedef struct ptk_platform_thread {
    StaticTask_t storage; /**< @brief The memory of the task's control block. */
    TaskHandle_t task;    /**< @brief The task. */
} ptk_platform_thread_t;

/* @part layout */
/** @brief A name with the platform in it, for PTK_LAYOUT_NAME(). @param name the name. */
#define PTK_PLATFORM_LAYOUT(name) name##_freertos

/* @part end */
