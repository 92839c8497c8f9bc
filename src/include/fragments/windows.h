/*
 * What is Windows' own in its public header. scripts/make-headers makes the header from this file and common.h.
 *
 * SPDX-License-Identifier: MIT
 */

/*
 * @part about
 * @brief Protocol Toolkit for Windows: event loops, timers, sockets, user events and protothreads without a heap.
 * @part notes
 * For Windows 10 and later, 32-bit and 64-bit. The loop waits on an I/O completion port. This header includes no header
 * of Windows: what the port keeps is plain storage, whose size and alignment are checked when the port is compiled.
 *
 * What differs on Windows:
 * - ptk_event_loop_thread_start() uses a stack that the system makes: Windows takes no other.
 * - The clock also advances while the machine is suspended.
 * - Waits end with the system's timer interrupt, which comes every 15.6 ms unless a program asks for more.
 * - Without PTK_SOCKET_OPTION_REUSE_ADDRESS a socket has its port for itself. With it, a listener can bind its port
 *   while connections of an earlier one linger, and UDP sockets share their port. There is no
 *   PTK_SOCKET_OPTION_REUSE_PORT.
 * - PTK_SOCKET_OPTION_MULTICAST_LOOPBACK is an option of the socket that receives.
 * @part end
 */

/* @part includes */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* @part name */
/** @brief Name of the platform that the header and its archive are for. */
#define PTK_PLATFORM_NAME "windows"

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

/** @brief The lock that guards what other threads may touch in an event loop: an SRWLOCK. */
typedef struct ptk_platform_lock {
    void *word; /**< @brief The lock. */
} ptk_platform_lock_t;

struct ptk_platform_socket;

/** @brief What the port keeps in each event loop. */
typedef struct ptk_platform_loop {
    void *completion_port;                       /**< @brief The I/O completion port that the loop waits on. */
    void *helper;                                /**< @brief Handle of the socket driver for the next sockets. */
    struct ptk_platform_socket *first_completed; /**< @brief Completions to be reported: the first one's socket. */
    struct ptk_platform_socket *last_completed;  /**< @brief The last of them. */
    uint32_t helper_sockets;                     /**< @brief How many sockets share helper. */
    uint32_t late;                               /**< @brief Requests whose completion did not come in time. */
} ptk_platform_loop_t;

/** @brief A request to the socket driver, its AFD_POLL_INFO for one socket. */
typedef struct ptk_platform_poll {
    int64_t timeout;    /**< @brief When to give up; of a completion to be reported, the one before it. */
    uint32_t count;     /**< @brief How many sockets; when it completes, how many are ready. */
    uint32_t exclusive; /**< @brief Whether to end other requests for the socket. */
    void *socket;       /**< @brief The handle that the driver knows the socket by. */
    uint32_t events;    /**< @brief What is requested; when it completes, what is there. */
    int32_t status;     /**< @brief When it completes, the socket's state. */
} ptk_platform_poll_t;

/**
 * @brief What the port keeps in each socket. While a request is in flight the system writes to poll and result, so that
 * the slot must stay where it is; the library ends the request before it lets go of a slot.
 */
typedef struct ptk_platform_socket {
    ptk_platform_poll_t poll; /**< @brief The request. */
    uintptr_t result[2];      /**< @brief Its outcome, an IO_STATUS_BLOCK; the second word as timeout, the next one. */
    uintptr_t descriptor;     /**< @brief The SOCKET; meaningful while the socket is open. */
    void *helper;             /**< @brief The handle of the socket driver that the request is made through. */
    uint16_t requested;       /**< @brief The events of the request. */
    uint8_t interest;         /**< @brief What is wanted. */
    uint8_t outdated;         /**< @brief Of what is reported, what an operation may have changed meanwhile. */
    uint8_t request;          /**< @brief Whether a request is in flight. */
    uint8_t kind;             /**< @brief 1 a UDP socket, 2 PTK_SOCKET_OPTION_REUSE_ADDRESS is set; or both. */
    uint8_t closed;           /**< @brief The SOCKET was closed. */
    uint8_t late;             /**< @brief The completion did not come in time. */
} ptk_platform_socket_t;

/** @brief What the port keeps for a thread that the library runs: its handle. */
typedef void *ptk_platform_thread_t;

/* @part layout */
/** @brief A name with the platform in it, for PTK_LAYOUT_NAME(). @param name the name. */
#define PTK_PLATFORM_LAYOUT(name) name##_windows

/* @part end */
