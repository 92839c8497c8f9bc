/*
 * What is ESP-IDF's own in its public header. scripts/make-headers makes the header from this file and common.h.
 *
 * SPDX-License-Identifier: MIT
 */

/*
 * @part about
 * @brief Protocol Toolkit for ESP-IDF: event loops, timers, sockets, user events and protothreads.
 * @part notes
 * For ESP-IDF 5.0 and later, with one or two cores, and its lwIP. A loop waits with the VFS's select() and is woken by
 * an eventfd. The library was compiled against declarations of what it calls, and never built with ESP-IDF:
 * docs/embedded.md.
 *
 * What differs on ESP-IDF:
 * - Before the first loop is created, the application calls esp_vfs_eventfd_register() with an eventfd for each loop;
 *   without that ptk_event_loop_create() is PTK_ERR_SYSTEM, and PTK_ERR_OUT_OF_DESCRIPTORS with too few.
 * - The library takes no memory from a heap, but select() does, and gives it back, in each wait.
 * - Slots, and the stack of ptk_event_loop_thread_start(), belong into internal RAM: locks, atomic words and the
 *   control blocks of tasks do not work in external RAM on every chip.
 * - ptk_raise_event() and ptk_event_loop_wake() may also be called in an interrupt, on either core, but not in one that
 *   runs while the flash cache is disabled (ESP_INTR_FLAG_IRAM). Every other function belongs to tasks.
 * - The clock is esp_timer_get_time(). A wait is of whole milliseconds with a socket, of ticks without, and no timer is
 *   early.
 * - ptk_event_loop_thread_start() makes a task of the caller's priority that runs on any core.
 * @part end
 */

/* @part includes */
#include <freertos/FreeRTOS.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* This one comes after FreeRTOS.h. */
#include <freertos/task.h>

/* @part name */
/** @brief Name of the platform that the header and its archive are for. */
#define PTK_PLATFORM_NAME "esp_idf"

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

/** @brief The lock that guards what other tasks and interrupts, on both cores, may touch in an event loop. */
typedef portMUX_TYPE ptk_platform_lock_t;

/** @brief What the port keeps in each event loop. */
typedef struct ptk_platform_loop {
    int32_t wake_descriptor; /**< @brief The eventfd that wakes the loop. */
} ptk_platform_loop_t;

/** @brief What the port keeps in each socket. */
typedef struct ptk_platform_socket {
    intptr_t descriptor; /**< @brief lwIP's descriptor; meaningful while the socket is open. */
    uint16_t interest;   /**< @brief What is wanted, as the port interface says it. */
    uint16_t state;      /**< @brief What the port notes of the socket. */
} ptk_platform_socket_t;

/** @brief What the port keeps for a thread that the library runs: a task. */
typedef struct ptk_platform_thread {
    StaticTask_t storage; /**< @brief The memory of the task's control block. */
    TaskHandle_t task;    /**< @brief The task. */
} ptk_platform_thread_t;

/* @part layout */
/** @brief A name with the platform in it, for PTK_LAYOUT_NAME(). @param name the name. */
#define PTK_PLATFORM_LAYOUT(name) name##_esp_idf

/* @part end */
