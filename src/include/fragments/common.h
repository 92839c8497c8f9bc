/*
 * What the public headers of all platforms have in common. scripts/make-headers makes each platform's header from this
 * file and the platform's fragment beside it. Fragments are not installed, and nothing includes them.
 *
 * SPDX-License-Identifier: MIT
 */

/* @part header */
/**
 * @file protocol_toolkit.h
 * @insert about
 *
 * A program declares memory, creates a loop and its resources, sets handlers, and runs the loop:
 * @code
 * #include <protocol_toolkit.h>
 * #include <stdio.h>
 *
 * PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
 * PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 1, 0, 0);
 *
 * static void on_expired(ptk_handle_t timer, ptk_event_t event, uintptr_t missed, void *user_data) {
 *     puts("tick");
 * }
 *
 * int main(void) {
 *     ptk_handle_t loop = ptk_event_loop_create(loops, 1, &resources);
 *     ptk_handle_t timer = ptk_timer_create(loop);
 *     ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, on_expired, NULL);
 *     ptk_timer_start_repeating(timer, 1000);
 *     while (ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER) == PTK_ERR_OK) {
 *     }
 *     return 1;
 * }
 * @endcode
 * The loop above has room for 1 timer, 0 sockets and 0 user event sources. A failed create returns a negative error
 * code instead of a handle. Every function refuses that code as a handle, so a program may check once, at the end.
 *
 * | event                  | of                | means                                                             |
 * | ---------------------- | ----------------- | ----------------------------------------------------------------- |
 * | PTK_EVENT_EXPIRED      | timer             | The deadline was reached.                                         |
 * | PTK_EVENT_CONNECTED    | TCP socket        | The connection is established.                                    |
 * | PTK_EVENT_READABLE     | socket            | There is something to receive; on a listener, to accept.          |
 * | PTK_EVENT_WRITABLE     | socket            | There is room to send.                                            |
 * | PTK_EVENT_DISCONNECTED | TCP socket        | The peer ended its stream, and all of it was received.            |
 * | PTK_EVENT_ERROR        | socket            | The socket failed; PTK_EVENT_ERROR_CODE(data) is the cause.       |
 * | any non-zero value     | user event source | Some thread called ptk_raise_event().                             |
 *
 * Threads: one thread runs a loop, and only that thread uses the loop and its resources. Other threads may call
 * ptk_raise_event() and ptk_event_loop_wake(). The note of each function says where it may be called: "loop thread" is
 * the thread that runs the loop, handlers included; "any thread" includes handlers, too.
 *
 * @insert notes
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROTOCOL_TOOLKIT_H
#define PROTOCOL_TOOLKIT_H

/* @insert includes */

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------ version, limits */

/**
 * @name Version
 * @{
 */
#define PTK_VERSION_MAJOR 0        /**< @brief Changes when source code that uses the library must change. */
#define PTK_VERSION_MINOR 1        /**< @brief Changes when something is added. */
#define PTK_VERSION_PATCH 0        /**< @brief Changes when something is fixed. */
#define PTK_VERSION_STRING "0.1.0" /**< @brief The three numbers as text. */
/** @} */

/* @insert name */

/**
 * @brief The version of the archive, to compare with PTK_VERSION_STRING of the header.
 * @return A constant string.
 * @note Any thread.
 */
const char *ptk_version_string(void);

/**
 * @name Compile-time limits
 * Each is a CMake cache variable of the same name. The header that CMake uses and installs carries the values of its
 * archive; a program that defines another value does not compile. See PTK_LAYOUT_NAME as well.
 * @{
 */
#ifndef PTK_EVENT_LOOP_MAX_WAIT_MS
#define PTK_EVENT_LOOP_MAX_WAIT_MS 10 /**< @brief Longest wait of one ptk_event_loop_run() pass, in ms, 1 to 60000. */
#endif
#ifndef PTK_USER_EVENT_QUEUE_SIZE
#define PTK_USER_EVENT_QUEUE_SIZE 8 /**< @brief Raised events that one user event source holds, 1 to 32768. */
#endif
#ifndef PTK_USER_EVENT_HANDLERS
#define PTK_USER_EVENT_HANDLERS 8 /**< @brief Different events that one user event source can handle, 1 to 255. */
#endif
#ifndef PTK_LOG_LEVEL
#define PTK_LOG_LEVEL 2 /**< @brief What a Debug library logs: 0 nothing, 1 errors, 2 warnings, 3 information, 4 all. */
#endif
#ifndef PTK_SLOW_HANDLER_MS
#define PTK_SLOW_HANDLER_MS 100 /**< @brief A Debug library logs handlers that run this long, 0 to 60000 ms; 0: none. */
#endif
/** @} */

/* ------------------------------------------------------------------------------------------ errors */

/** @brief An error code: PTK_ERR_OK or one of the negative values below. */
typedef int32_t ptk_err_t;

/** @brief The error codes. Every error is negative, every handle positive. */
enum {
    PTK_ERR_OK = 0,                      /**< @brief No error. */
    PTK_ERR_INVALID_HANDLE = -1,         /**< @brief The handle is stale, of another type or loop, or no handle. */
    PTK_ERR_INVALID_ARGUMENT = -2,       /**< @brief NULL, out of range, or not possible for this resource. */
    PTK_ERR_OUT_OF_MEMORY = -3,          /**< @brief The pool that the application declared has no free slot. */
    PTK_ERR_WOULD_BLOCK = -4,            /**< @brief Not possible now; wait for the event and try again. */
    PTK_ERR_CLOSED = -5,                 /**< @brief End of stream: the peer will send no more. */
    PTK_ERR_TIMED_OUT = -6,              /**< @brief The time is over. */
    PTK_ERR_CONNECTION_REFUSED = -7,     /**< @brief The peer does not listen on that port. */
    PTK_ERR_CONNECTION_RESET = -8,       /**< @brief The connection was aborted. */
    PTK_ERR_NETWORK_UNREACHABLE = -9,    /**< @brief There is no route to the network. */
    PTK_ERR_HOST_UNREACHABLE = -10,      /**< @brief There is no route to the host. */
    PTK_ERR_ADDRESS_IN_USE = -11,        /**< @brief Another socket is bound to that address. */
    PTK_ERR_ADDRESS_NOT_AVAILABLE = -12, /**< @brief The address does not belong to this machine. */
    PTK_ERR_MESSAGE_TOO_LONG = -13,      /**< @brief The datagram does not fit. */
    PTK_ERR_NOT_CONNECTED = -14,         /**< @brief The socket has no peer. */
    PTK_ERR_INVALID_STATE = -15,         /**< @brief The resource is in a state that does not allow the call. */
    PTK_ERR_BUSY = -16,                  /**< @brief The loop is running already, or the memory is in use. */
    PTK_ERR_WRONG_THREAD = -17,          /**< @brief This thread may not make the call; see ptk_log_write(). */
    PTK_ERR_UNSUPPORTED = -18,           /**< @brief Not available on this platform. */
    PTK_ERR_PERMISSION_DENIED = -19,     /**< @brief The system does not allow it. */
    PTK_ERR_OUT_OF_DESCRIPTORS = -20,    /**< @brief The process or the system has no free descriptor. */
    PTK_ERR_OUT_OF_SYSTEM_MEMORY = -21,  /**< @brief The system is out of memory. */
    PTK_ERR_NO_SPACE = -22,              /**< @brief The buffer is too small. */
    PTK_ERR_NO_DATA = -23,               /**< @brief The buffer holds too few bytes. */
    PTK_ERR_CANCELLED = -24,             /**< @brief The operation was cancelled. */
    PTK_ERR_PACKET_TOO_BIG = -25,        /**< @brief ICMP: an earlier datagram was too big for a link on its way. */
    PTK_ERR_SYSTEM = -26                 /**< @brief The system reported an error that has no code of its own. */
};

/**
 * @brief The name of an error code, such as "PTK_ERR_TIMED_OUT".
 * @param error any value.
 * @return A constant string, never NULL; "unknown error" for a value that is not an error code.
 * @note Any thread.
 */
const char *ptk_error_string(ptk_err_t error);

/* ------------------------------------------------------------------------------------------ handles */

/**
 * @brief Identifies a loop, timer, socket or user event source. A valid handle is positive; a negative value is a
 *        ptk_err_t.
 *
 * The handle of a destroyed resource is stale: it is refused for ever, also after the slot was used again.
 */
typedef int64_t ptk_handle_t;

/** @brief The type of a resource, the low 8 bits of its handle. */
enum {
    PTK_TYPE_EVENT_LOOP = 1,       /**< @brief An event loop. */
    PTK_TYPE_TIMER = 2,            /**< @brief A timer. */
    PTK_TYPE_SOCKET = 3,           /**< @brief A socket. */
    PTK_TYPE_USER_EVENT_SOURCE = 4 /**< @brief A source of user events. */
};

/** @brief The type of a handle, bits 7 to 0. @param h a handle. */
#define PTK_HANDLE_TYPE(h) ((uint8_t)((uint64_t)(h)&0xFFu))
/** @brief The event loop ID of a handle, bits 15 to 8. @param h a handle. */
#define PTK_HANDLE_EVENT_LOOP_ID(h) ((uint8_t)(((uint64_t)(h) >> 8) & 0xFFu))
/** @brief The generation of a handle, bits 31 to 16. @param h a handle. */
#define PTK_HANDLE_GENERATION(h) ((uint16_t)(((uint64_t)(h) >> 16) & 0xFFFFu))
/** @brief The ID of a handle, bits 63 to 32; 1 to 0x7FFFFFFF in a valid one. @param h a handle. */
#define PTK_HANDLE_ID(h) ((uint32_t)((uint64_t)(h) >> 32))
/**
 * @brief Makes a handle from its parts.
 * @param type 8 bits. @param loop_id 8 bits. @param gen 16 bits. @param id 31 bits.
 */
#define PTK_MAKE_HANDLE(type, loop_id, gen, id)                                                                        \
    ((ptk_handle_t)(((uint64_t)(uint32_t)(id) << 32) | ((uint32_t)(uint16_t)(gen) << 16) |                             \
                    ((uint32_t)(uint8_t)(loop_id) << 8) | (uint8_t)(type)))

/**
 * @brief Whether a handle belongs to a live loop or resource. Never sets the last error.
 * @param handle any value.
 * @return true if it does; false for a stale or negative handle and for any other number.
 * @note Loop thread. Another thread while the loop is not in use.
 */
bool ptk_handle_is_valid(ptk_handle_t handle);

/**
 * @brief The type of a live resource. PTK_HANDLE_TYPE() reads the type from the number alone, without checking it.
 * @param handle any value.
 * @return PTK_TYPE_EVENT_LOOP, PTK_TYPE_TIMER, PTK_TYPE_SOCKET, PTK_TYPE_USER_EVENT_SOURCE, or PTK_ERR_INVALID_HANDLE.
 * @note Loop thread.
 */
int32_t ptk_handle_get_type(ptk_handle_t handle);

/**
 * @brief The loop that owns a resource.
 * @param handle any value.
 * @return The loop's handle, or PTK_ERR_INVALID_HANDLE. A loop owns itself.
 * @note Loop thread.
 */
ptk_handle_t ptk_get_owning_event_loop(ptk_handle_t handle);

/**
 * @brief The last error of a loop, PTK_ERR_OK if there was none yet.
 *
 * A call that fails sets the last error of the loop that its handle leads to; success and PTK_ERR_WOULD_BLOCK leave it.
 * A resource leads to its loop. So does a stale handle, or one of the wrong type, while a loop with its event loop ID
 * exists. Semaphores, notifications, protothreads and thread objects lead to the loop that they are used with. Calls in
 * another thread than the one that ran the loop last do not set it. While a handler of PTK_EVENT_ERROR runs, the last
 * error is the cause.
 * @param any_handle a loop or one of its resources.
 * @return The error, or PTK_ERR_INVALID_HANDLE.
 * @note Loop thread.
 */
ptk_err_t ptk_get_last_error(ptk_handle_t any_handle);

/**
 * @brief Sets the last error of a loop.
 * @param any_handle a loop or one of its resources.
 * @param error the error, 0 or negative.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (a positive error: nothing was changed).
 * @note Loop thread.
 */
ptk_err_t ptk_set_last_error(ptk_handle_t any_handle, ptk_err_t error);

/* ------------------------------------------------------------------------------------------ time */

/** @brief The longest time in ms that the library can count, 584 years. Longer times are refused. */
#define PTK_TIME_MAX_MS (UINT64_MAX / 1000000u)

/** @brief No time limit, for ptk_event_loop_run_for() and the waits of protothreads. */
#define PTK_WAIT_FOREVER UINT64_MAX

/**
 * @brief The time of the monotonic clock that timers use, in ms. Its zero is arbitrary.
 *
 * The clock never steps. Whether it advances while the machine is suspended depends on the system: on Windows and macOS
 * it does, on Linux it does not.
 * @return The time in ms.
 * @note Any thread.
 */
uint64_t ptk_clock_now_ms(void);

/* ------------------------------------------------------------------------------------------ event loops */

/** @brief An event loop's slot; PTK_DECLARE_EVENT_LOOP_SLOTS() declares an array of them. */
typedef struct ptk_event_loop_slot ptk_event_loop_slot_t;
/** @brief A timer's slot, an element of a loop's timer pool. */
typedef struct ptk_timer_internal ptk_timer_internal_t;
/** @brief A socket's slot, an element of a loop's socket pool. */
typedef struct ptk_socket_internal ptk_socket_internal_t;
/** @brief A user event source's slot, an element of a loop's pool of sources. */
typedef struct ptk_user_event_source_internal ptk_user_event_source_internal_t;

/**
 * @brief The pools of one event loop. PTK_DECLARE_EVENT_LOOP_RESOURCES() fills it in, or the application does.
 *
 * The struct and its arrays stay in place until the loop is destroyed, or is resized to other ones.
 */
typedef struct ptk_event_loop_resources {
    ptk_timer_internal_t *timers;                         /**< @brief Timer slots, zeroed; NULL if there are none. */
    size_t num_timers;                                    /**< @brief How many, 0 to 0x0FFFFFFF. */
    ptk_socket_internal_t *sockets;                       /**< @brief Socket slots, zeroed; NULL if there are none. */
    size_t num_sockets;                                   /**< @brief How many, 0 to 0x0FFFFFFF. */
    ptk_user_event_source_internal_t *user_event_sources; /**< @brief Source slots, zeroed; NULL if there are none. */
    size_t num_user_event_sources;                        /**< @brief How many, 0 to 0x0FFFFFFF. */
} ptk_event_loop_resources_t;

/**
 * @brief Declares a static array of event loop slots.
 * @param name name of the array. @param max_loops number of slots, 1 to 256.
 */
#define PTK_DECLARE_EVENT_LOOP_SLOTS(name, max_loops) static ptk_event_loop_slot_t name[max_loops]

/** @brief The size of an array for count elements; C has no empty arrays. @param count a constant, may be 0. */
#define PTK_AT_LEAST_ONE(count) ((count) > 0 ? (count) : 1)

/**
 * @brief Declares static pools, and a ptk_event_loop_resources_t that refers to them.
 * @param name name of the variable. @param timers number of timers. @param sockets number of sockets.
 * @param user_events number of user event sources. Each number may be 0.
 */
#define PTK_DECLARE_EVENT_LOOP_RESOURCES(name, timers, sockets, user_events)                                           \
    static ptk_timer_internal_t name##_timers[PTK_AT_LEAST_ONE(timers)];                                               \
    static ptk_socket_internal_t name##_sockets[PTK_AT_LEAST_ONE(sockets)];                                            \
    static ptk_user_event_source_internal_t name##_user_event_sources[PTK_AT_LEAST_ONE(user_events)];                  \
    static ptk_event_loop_resources_t name = {                                                                         \
        name##_timers, (timers), name##_sockets, (sockets), name##_user_event_sources, (user_events)}

/**
 * @brief Creates an event loop in a free slot of the array.
 * @param slots array of event loop slots, zeroed before its first use. It must stay in place for as long as any thread
 *        may use a handle that came from it, see struct ptk_event_loop_slot.
 * @param num_slots number of slots in the array, 1 to 256; the same in each call for one array.
 * @param resources the pools. They belong to the loop until it is destroyed or resized.
 * @return The loop's handle, or PTK_ERR_INVALID_ARGUMENT (NULL, a count out of range, a pool or array that overlaps
 *         another one, more than 256 slots in all), PTK_ERR_BUSY (a pool is in use by another loop, or was not zeroed),
 *         PTK_ERR_OUT_OF_MEMORY (no free slot), PTK_ERR_OUT_OF_DESCRIPTORS, PTK_ERR_OUT_OF_SYSTEM_MEMORY,
 *         PTK_ERR_SYSTEM.
 * @note Any thread.
 */
ptk_handle_t ptk_event_loop_create(ptk_event_loop_slot_t *slots, size_t num_slots,
                                   const ptk_event_loop_resources_t *resources);

/**
 * @brief Runs one pass: waits for work, at most PTK_EVENT_LOOP_MAX_WAIT_MS, then delivers it.
 * @param loop the loop.
 * @return As ptk_event_loop_run_for().
 * @note Any thread, one at a time. Not from a handler of the same loop.
 */
ptk_err_t ptk_event_loop_run(ptk_handle_t loop);

/**
 * @brief Runs one pass with a time limit for the wait.
 *
 * The pass delivers what is ready when the wait ends, each raised event at most once, and returns. A signal that
 * interrupts the wait does not end it; a signal handler ends it with ptk_event_loop_wake().
 * @param loop the loop.
 * @param max_wait_ms longest wait, 0 to PTK_TIME_MAX_MS ms; 0 polls, PTK_WAIT_FOREVER waits until there is work.
 * @return PTK_ERR_OK (also if nothing happened), PTK_ERR_INVALID_HANDLE (also if a handler destroyed the loop),
 *         PTK_ERR_INVALID_ARGUMENT (max_wait_ms out of range: nothing was done), PTK_ERR_BUSY (called from a handler of
 *         the loop, another thread runs or destroys it, or a thread of the library runs it), PTK_ERR_SYSTEM.
 * @note Any thread, one at a time: the others get PTK_ERR_BUSY, also while one destroys the loop. Not from a handler of
 *       the same loop.
 */
ptk_err_t ptk_event_loop_run_for(ptk_handle_t loop, uint64_t max_wait_ms);

/**
 * @brief Ends the wait of the loop, or the next wait if it is not waiting.
 * @param loop the loop.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE.
 * @note Any thread; also a POSIX signal handler.
 */
ptk_err_t ptk_event_loop_wake(ptk_handle_t loop);

/**
 * @brief Destroys a loop and all its resources. Sockets are closed, no handler is called, all its handles become stale.
 *
 * In a child process made by fork(), call ptk_event_loop_abandon() instead.
 * @param loop the loop.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_BUSY: another thread runs the loop, or a thread of the library
 *         does. Or, on Windows only, the system still uses the slot of a socket after 5 s, which should never happen:
 *         the sockets are closed, but the loop still exists and its pools must stay in place. Call again.
 * @note Loop thread; any thread while the loop is not running.
 */
ptk_err_t ptk_event_loop_destroy(ptk_handle_t loop);

/**
 * @brief In a child process made by fork(): gives up the child's copy of a loop. Its descriptors are closed, no handler
 *        is called, all its handles become stale in the child, and its memory is free there. The parent's loop does not
 *        change.
 *
 * The loop and its connections stay the parent's. A child must not run the loop, raise events on it, or send and
 * receive on its sockets: it would take the parent's data. While a child keeps its copy, a connection that the parent
 * closes does not end for the peer, so a child that goes on running calls this first. exec() closes everything by
 * itself. ptk_event_loop_destroy() might wait for ever for threads that only the parent has; this function does not.
 * @param loop the loop, created before fork().
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_BUSY (Windows only, which has no fork(): as for
 *         ptk_event_loop_destroy()).
 * @note The child's only thread. If no other thread of the process uses the loop, this is the same as
 *       ptk_event_loop_destroy().
 */
ptk_err_t ptk_event_loop_abandon(ptk_handle_t loop);

/**
 * @brief Moves a loop to other pools, larger or smaller. Handles stay valid, raised events are kept.
 * @param loop the loop.
 * @param new_resources the new pools; a pool that is the same array with the same count stays as it is.
 * @return PTK_ERR_OK: the old struct and arrays belong to the application again. After an error nothing was changed:
 *         PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL, a count out of range, a new pool overlaps another
 *         one, a present one or an array of loop slots), PTK_ERR_OUT_OF_MEMORY (a new pool has fewer slots than are in
 *         use), PTK_ERR_BUSY (a new pool is in use; Windows: the system still uses the slot of a socket after 5 s).
 * @note Loop thread.
 */
ptk_err_t ptk_event_loop_resize_resources(ptk_handle_t loop, const ptk_event_loop_resources_t *new_resources);

/** @brief Use of one pool. */
typedef struct ptk_pool_stats {
    uint32_t capacity;   /**< @brief Slots in the pool. */
    uint32_t in_use;     /**< @brief Slots in use now. */
    uint32_t high_water; /**< @brief Most slots that were in use at once. */
} ptk_pool_stats_t;

/** @brief The statistics of a loop. Counters start at 0 when the loop is created. */
typedef struct ptk_event_loop_stats {
    ptk_pool_stats_t timers;             /**< @brief The timer pool. */
    ptk_pool_stats_t sockets;            /**< @brief The socket pool. */
    ptk_pool_stats_t user_event_sources; /**< @brief The pool of user event sources. */
    uint64_t passes;                     /**< @brief Passes of the loop. */
    uint64_t events_delivered;           /**< @brief Handlers called and protothreads resumed by events. */
    uint64_t wakeups;                    /**< @brief Waits ended by a raised event or ptk_event_loop_wake(). */
    uint64_t refused_raises;             /**< @brief Raises refused: the source's queue was full. */
    uint64_t refused_accepts;            /**< @brief Times a listener was paused: no free slot or descriptor. */
} ptk_event_loop_stats_t;

/**
 * @brief Reads the statistics of a loop, for instance to size its pools.
 * @param loop the loop.
 * @param[out] stats the result; unchanged on error.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL).
 * @note Loop thread.
 */
ptk_err_t ptk_event_loop_get_stats(ptk_handle_t loop, ptk_event_loop_stats_t *stats);

/** @brief A thread in which the library runs a loop. Declared by the application, zeroed. */
typedef struct ptk_thread ptk_thread_t;

/**
 * @brief Runs a loop in a new thread until ptk_event_loop_thread_stop(). For convenience: a program can as well run the
 *        loop in a thread of its own.
 *
 * The loop belongs to the new thread until it is stopped, also between passes: no other thread can run or destroy it.
 * @param loop the loop; it must not be running.
 * @param[out] thread zeroed memory that stays in place until ptk_event_loop_thread_stop() returned.
 * @param stack memory for the thread's stack, aligned as the platform requires (16 bytes on POSIX systems). On the
 *        BSDs, macOS and plain POSIX the whole pages of it are used. On Windows it is not used: the system makes the
 *        stack.
 * @param stack_size its size in bytes, at least the platform's minimum (PTHREAD_STACK_MIN on POSIX systems). On Windows
 *        the size that the system reserves.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL, stack too small), PTK_ERR_BUSY (the loop
 *         is running or has a thread, or the thread object is in use), PTK_ERR_OUT_OF_SYSTEM_MEMORY, PTK_ERR_SYSTEM.
 * @note Any thread.
 */
ptk_err_t ptk_event_loop_thread_start(ptk_handle_t loop, ptk_thread_t *thread, void *stack, size_t stack_size);

/**
 * @brief Stops the thread after its present pass and waits for its end. The loop still exists, and can be run or
 *        destroyed.
 * @param thread a started thread.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (not started), PTK_ERR_WRONG_THREAD
 *         (called by that thread itself, whether or not it has destroyed the loop), PTK_ERR_SYSTEM.
 * @note Any thread but the one to be stopped; one at a time.
 */
ptk_err_t ptk_event_loop_thread_stop(ptk_thread_t *thread);

/* ------------------------------------------------------------------------------------------ timers */

/**
 * @brief Creates a timer. It is stopped.
 * @param loop the loop that will own it.
 * @return Its handle, or PTK_ERR_INVALID_HANDLE, PTK_ERR_OUT_OF_MEMORY (no free slot).
 * @note Loop thread.
 */
ptk_handle_t ptk_timer_create(ptk_handle_t loop);

/**
 * @brief Starts a timer that expires once, interval_ms from now. A running timer is restarted.
 *
 * A timer never expires early. By itself it is at most about a millisecond late; handlers and other processes can delay
 * it further. In a handler, "now" is the end of the pass, so restarting a timer for every message reads no clock.
 * @param timer the timer.
 * @param interval_ms 1 to PTK_TIME_MAX_MS ms, and not beyond the end of the monotonic clock's range.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (0 ms or too long: nothing was changed).
 * @note Loop thread.
 */
ptk_err_t ptk_timer_start(ptk_handle_t timer, uint64_t interval_ms);

/**
 * @brief Starts a timer that expires every interval_ms, without drift: each deadline is the last one plus the interval.
 *
 * If the loop is late by more than an interval the event comes once; its data is the number of periods missed.
 * @param timer the timer.
 * @param interval_ms 1 to PTK_TIME_MAX_MS ms, and not beyond the end of the monotonic clock's range.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (0 ms or too long: nothing was changed).
 * @note Loop thread.
 */
ptk_err_t ptk_timer_start_repeating(ptk_handle_t timer, uint64_t interval_ms);

/**
 * @brief Stops a timer. An expiry that was not delivered yet is dropped.
 * @param timer the timer, running or not.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE.
 * @note Loop thread.
 */
ptk_err_t ptk_timer_stop(ptk_handle_t timer);

/**
 * @brief Stops a timer and frees its slot.
 * @param timer the timer.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE.
 * @note Loop thread; also from the timer's own handler.
 */
ptk_err_t ptk_timer_destroy(ptk_handle_t timer);

/* ------------------------------------------------------------------------------------------ events and handlers */

/** @brief An event of a resource. For user event sources any non-zero value. */
typedef uint32_t ptk_event_t;

/**
 * @brief The events of timers and sockets.
 *
 * | event        | is raised when                                  | stays raised until             | unhandled    |
 * | ------------ | ----------------------------------------------- | ------------------------------ | ------------ |
 * | EXPIRED      | the deadline is reached                         | delivered, started, stopped    | stays raised |
 * | CONNECTED    | the connection is established                   | delivered                      | stays raised |
 * | READABLE     | data, a connection, the end or a failure came   | a receive or accept finds none | stays raised |
 * | WRITABLE     | there is room to send, or sending has failed    | a send finds no room           | stays raised |
 * | DISCONNECTED | the stream of the peer ended and was received   | delivered                      | stays raised |
 * | ERROR        | an attempt or connection failed; UDP: by ICMP   | delivered; UDP: or returned    | is returned  |
 * | user events  | ptk_raise_event() is called, once for each call | delivered                      | stays queued |
 *
 * An event without a handler costs nothing and is not lost: a handler that is set later is called for what is true
 * then. User events keep their place in the source's queue, and a full queue refuses raises.
 *
 * The handlers of readable and writable are called in every pass while the event is raised. A handler that does not
 * receive, or has nothing to send, keeps the processor busy: remove it, and set it again when there is a use for it.
 *
 * Final states are delivered once to each handler that is set: readable after the end of stream was received, readable
 * and writable after a failure, writable after ptk_socket_shutdown(). If readable has no handler, but disconnected or
 * error has one, disconnected is raised as soon as nothing but the end of stream is left to be received.
 *
 * The events of a socket come in the order of their numbers. A destroyed resource has no events. See docs/events.md.
 */
enum {
    PTK_EVENT_EXPIRED = 1,      /**< @brief Timer: the deadline was reached. Data: the number of periods missed. */
    PTK_EVENT_CONNECTED = 2,    /**< @brief TCP socket: the connection is established. */
    PTK_EVENT_READABLE = 3,     /**< @brief Socket: there is something to receive; on a listener, to accept. */
    PTK_EVENT_WRITABLE = 4,     /**< @brief Socket: there is room to send. */
    PTK_EVENT_DISCONNECTED = 5, /**< @brief TCP socket: the peer ended its stream and all of it was received. */
    PTK_EVENT_ERROR = 6         /**< @brief Socket: it failed. Data: see PTK_EVENT_ERROR_CODE(). */
};

/**
 * @brief The error in the data of PTK_EVENT_ERROR, a ptk_err_t. In the handler it is also the loop's last error.
 * @param data the handler's data, or PTK_PT_WOKEN_DATA() in a protothread that the event woke.
 */
#define PTK_EVENT_ERROR_CODE(data) ((ptk_err_t)(0 - (int64_t)(data)))

/**
 * @brief A handler. The loop calls it in the loop thread.
 *
 * It may call every function but ptk_event_loop_run() and ptk_event_loop_run_for() on its own loop. It may destroy any
 * resource, its own and the loop included, and resize the pools.
 *
 * It must return. A C++ exception, or longjmp(), must not leave it: the library is C and has no unwind tables in release
 * builds, so the program ends or the loop stays inside of its pass for ever. Catch everything in the handler (or declare
 * it noexcept), store what happened and look at it after ptk_event_loop_run().
 * @param resource the resource that has the event.
 * @param event the event.
 * @param data depends on the event: periods missed, an error, or the data of ptk_raise_event(); else 0.
 * @param user_data what was passed to ptk_set_event_handler().
 */
typedef void (*ptk_event_handler_t)(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data);

/**
 * @brief Sets the handler of an event, in place of the one that was there. It stays until it is removed.
 *
 * If the event is raised already, the handler is called in the next pass at the latest, without a wait.
 * @param resource a timer, socket or user event source.
 * @param event an event of that kind of resource; for a user event source any non-zero value.
 * @param handler the function.
 * @param user_data passed to the function; may be NULL.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL handler, or the resource has no such
 *         event), PTK_ERR_OUT_OF_MEMORY (the source has PTK_USER_EVENT_HANDLERS handlers), PTK_ERR_WRONG_THREAD (Debug
 *         builds).
 * @note Loop thread.
 */
ptk_err_t ptk_set_event_handler(ptk_handle_t resource, ptk_event_t event, ptk_event_handler_t handler, void *user_data);

/**
 * @brief Removes the handler of an event. A raised event stays raised.
 * @param resource a timer, socket or user event source.
 * @param event the event.
 * @return PTK_ERR_OK (also if there was no handler), PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (the resource has
 *         no such event).
 * @note Loop thread.
 */
ptk_err_t ptk_remove_event_handler(ptk_handle_t resource, ptk_event_t event);

/** @brief A protothread; see the section on protothreads. */
typedef struct ptk_pt ptk_pt_t;

/**
 * @brief Resumes a protothread at the next such event, once, in place of the handler that was there.
 * @param resource a timer, socket or user event source.
 * @param event an event of that kind of resource; for a user event source any non-zero value.
 * @param pt an initialised protothread that has not waited on another loop that still exists.
 * @return As ptk_set_event_handler(); PTK_ERR_INVALID_ARGUMENT also for a protothread that is not initialised or is
 *         finished.
 * @note Loop thread.
 */
ptk_err_t ptk_set_protothread_event_handler(ptk_handle_t resource, ptk_event_t event, ptk_pt_t *pt);

/* ------------------------------------------------------------------------------------------ addresses */

/** @brief Address families. */
enum {
    PTK_ADDRESS_NONE = 0, /**< @brief No address. */
    PTK_ADDRESS_IPV4 = 4, /**< @brief IPv4: the address is in the first four bytes. */
    PTK_ADDRESS_IPV6 = 6  /**< @brief IPv6: the address is in all sixteen bytes. */
};

/** @brief A numeric IPv4 or IPv6 address with a port. A plain value. */
typedef struct ptk_address {
    uint8_t bytes[16]; /**< @brief The address in network byte order. */
    uint32_t scope_id; /**< @brief IPv6: the interface index of a link-local address; else 0. */
    uint16_t port;     /**< @brief The port, in host byte order. */
    uint8_t family;    /**< @brief PTK_ADDRESS_IPV4 or PTK_ADDRESS_IPV6. */
    uint8_t reserved;  /**< @brief 0. */
} ptk_address_t;

/** @brief Size of a buffer that is large enough for the text of any address, the final zero included. */
#define PTK_ADDRESS_TEXT_SIZE 64

/**
 * @brief Parses a numeric address: "192.0.2.1", "192.0.2.1:502", "::1", "fe80::1%2", "[::1]:502".
 *
 * Names are not resolved.
 * @param text zero-terminated text.
 * @param default_port the port if the text has none, 0 to 65535.
 * @param[out] address the result; unchanged on error.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, or the text is not an address).
 * @note Any thread.
 */
ptk_err_t ptk_address_parse(const char *text, uint16_t default_port, ptk_address_t *address);

/**
 * @brief Formats an address with its port: "192.0.2.1:502" or "[fe80::1%2]:502" (RFC 5952).
 * @param address the address.
 * @param[out] text the result, zero-terminated; unchanged on error.
 * @param size bytes at text; PTK_ADDRESS_TEXT_SIZE is always enough.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, or an unknown family), PTK_ERR_NO_SPACE.
 * @note Any thread.
 */
ptk_err_t ptk_address_format(const ptk_address_t *address, char *text, size_t size);

/**
 * @brief The address that stands for all addresses of this machine, for listening and opening UDP sockets.
 * @param family PTK_ADDRESS_IPV4 or PTK_ADDRESS_IPV6.
 * @param port 0 to 65535; 0 lets the system choose.
 * @return The address; its family is PTK_ADDRESS_NONE if family is unknown.
 * @note Any thread.
 */
ptk_address_t ptk_address_any(uint8_t family, uint16_t port);

/**
 * @brief Compares family, address, scope and port.
 * @param a an address. @param b another.
 * @return true if both are the same; false also for NULL.
 * @note Any thread.
 */
bool ptk_address_equal(const ptk_address_t *a, const ptk_address_t *b);

/* ------------------------------------------------------------------------------------------ sockets */

/** @brief A buffer; see the section on buffers. */
typedef struct ptk_buf ptk_buf_t;

/**
 * @brief Creates a socket. It is opened by its first operation: connect, listen or open UDP.
 * @param loop the loop that will own it.
 * @return Its handle, or PTK_ERR_INVALID_HANDLE, PTK_ERR_OUT_OF_MEMORY (no free slot).
 * @note Loop thread.
 */
ptk_handle_t ptk_socket_create(ptk_handle_t loop);

/**
 * @brief Starts a TCP connection, or sets the peer of an open UDP socket.
 *
 * TCP: the outcome is PTK_EVENT_CONNECTED or PTK_EVENT_ERROR, and comes after the call has returned.
 * - How long it takes to fail depends on the system: Windows takes about two seconds to report a refused connection, on
 *   loopback as well. If there is no route, the error is PTK_ERR_NETWORK_UNREACHABLE or PTK_ERR_HOST_UNREACHABLE.
 * - If the peer sends something and then resets the connection, the connected event comes, the data can be received,
 *   and the error event follows. Windows and some BSDs drop the data on a reset; there only the error is reported.
 * - A connection of a socket to itself, which TCP allows when the system happens to choose the port that is connected
 *   to, is refused: PTK_ERR_CONNECTION_REFUSED.
 *
 * UDP: the socket is connected at once, and from then on receives from that peer only. What others sent earlier is
 * dropped, what the peer sent is kept. ICMP errors of the peer are reported, each once. The socket can be connected
 * again, to another peer; errors of the former one are not reported any more.
 * @param socket a new socket, or an open UDP socket.
 * @param remote the peer.
 * @return PTK_ERR_OK (TCP: the attempt has begun), PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL, port 0,
 *         other family; IPv6: a link-local address without a scope, or a scope as for ptk_socket_send_to()),
 *         PTK_ERR_INVALID_STATE (open already), PTK_ERR_OUT_OF_DESCRIPTORS, PTK_ERR_PERMISSION_DENIED (a broadcast
 *         address without PTK_SOCKET_OPTION_BROADCAST; a route or a filter prohibits it), PTK_ERR_ADDRESS_NOT_AVAILABLE
 *         (no local address or port for that peer); UDP also PTK_ERR_NETWORK_UNREACHABLE, PTK_ERR_HOST_UNREACHABLE.
 *         After an error the socket is as before.
 * @note Loop thread.
 */
ptk_err_t ptk_socket_connect(ptk_handle_t socket, const ptk_address_t *remote);

/**
 * @brief Listens for TCP connections.
 *
 * To restart a server on its port while connections of its last run linger, set PTK_SOCKET_OPTION_REUSE_ADDRESS before.
 * @param socket a new socket.
 * @param local address to bind; port 0 lets the system choose (see ptk_socket_get_local_address()). IPv6 sockets take
 *        IPv6 only.
 * @param backlog connections that can wait to be accepted, 1 to 65535; the system may lower it.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT, PTK_ERR_INVALID_STATE (open already),
 *         PTK_ERR_ADDRESS_IN_USE, PTK_ERR_ADDRESS_NOT_AVAILABLE, PTK_ERR_PERMISSION_DENIED, PTK_ERR_OUT_OF_DESCRIPTORS.
 *         After an error the socket is as before.
 * @note Loop thread.
 */
ptk_err_t ptk_socket_listen(ptk_handle_t socket, const ptk_address_t *local, uint32_t backlog);

/**
 * @brief Accepts a connection as a new socket of the listener's loop.
 *
 * Without a free slot or descriptor the connection stays in the backlog and the listener is paused. It becomes readable
 * again when a socket of the loop is destroyed or the pools are resized or, if the pool had a free slot, within 100 ms.
 * @param listener a listening socket.
 * @param[out] remote the peer; may be NULL.
 * @return The new socket's handle, or PTK_ERR_WOULD_BLOCK (no connection waits), PTK_ERR_OUT_OF_MEMORY (no free slot),
 *         PTK_ERR_OUT_OF_DESCRIPTORS, PTK_ERR_OUT_OF_SYSTEM_MEMORY, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_STATE (not
 *         a listener).
 * @note Loop thread.
 */
ptk_handle_t ptk_socket_accept(ptk_handle_t listener, ptk_address_t *remote);

/**
 * @brief Opens a UDP socket.
 * @param socket a new socket.
 * @param local address to bind; port 0 lets the system choose.
 * @return As ptk_socket_listen().
 * @note Loop thread.
 */
ptk_err_t ptk_socket_open_udp(ptk_handle_t socket, const ptk_address_t *local);

/**
 * @brief Sends from a buffer, and takes from it what was sent. UDP: the whole buffer is one datagram.
 * @param socket a connected socket.
 * @param buf the bytes to send.
 * @return PTK_ERR_OK (TCP: some or all bytes were sent), PTK_ERR_WOULD_BLOCK (nothing was sent; wait for
 *         PTK_EVENT_WRITABLE), PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL, a buffer in error),
 *         PTK_ERR_NO_DATA (TCP: the buffer is empty), PTK_ERR_NOT_CONNECTED, PTK_ERR_CONNECTION_RESET (also after
 *         ptk_socket_shutdown()), PTK_ERR_OUT_OF_SYSTEM_MEMORY; UDP: PTK_ERR_MESSAGE_TOO_LONG (this datagram),
 *         PTK_ERR_CONNECTION_REFUSED and PTK_ERR_PACKET_TOO_BIG (ICMP errors of an earlier datagram; this one was not
 *         sent), PTK_ERR_NETWORK_UNREACHABLE, PTK_ERR_HOST_UNREACHABLE, PTK_ERR_PERMISSION_DENIED (broadcast without
 *         the option, or prohibited).
 * @note Loop thread.
 */
ptk_err_t ptk_socket_send(ptk_handle_t socket, ptk_buf_t *buf);

/**
 * @brief Receives into a buffer: appends what has come, as much as there is room for. UDP: one datagram.
 * @param socket a connected TCP socket, or a UDP socket.
 * @param buf where to append.
 * @return PTK_ERR_OK, PTK_ERR_WOULD_BLOCK (nothing has come; wait for PTK_EVENT_READABLE), PTK_ERR_CLOSED (end of
 *         stream), PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL, a buffer in error), PTK_ERR_NO_SPACE (no
 *         room: nothing was received), PTK_ERR_NOT_CONNECTED, PTK_ERR_CONNECTION_RESET, PTK_ERR_OUT_OF_SYSTEM_MEMORY,
 *         or another error of the network. UDP: PTK_ERR_MESSAGE_TOO_LONG (the datagram did not fit and was dropped; for
 *         its size see ptk_socket_get_datagram_size()). Connected UDP, once per ICMP error, after which the socket can
 *         still be used: PTK_ERR_CONNECTION_REFUSED, PTK_ERR_PACKET_TOO_BIG (a datagram that was sent earlier was too
 *         big for a link on its way and is lost; later ones are sent in fragments that fit).
 * @note Loop thread.
 */
ptk_err_t ptk_socket_receive(ptk_handle_t socket, ptk_buf_t *buf);

/**
 * @brief Sends a whole buffer as one datagram.
 * @param socket an open UDP socket without a peer.
 * @param buf the datagram, taken on success; may be empty.
 * @param remote the receiver.
 * @return As ptk_socket_send(); PTK_ERR_INVALID_STATE (not a UDP socket, or a connected one); PTK_ERR_INVALID_ARGUMENT
 *         (NULL, port 0, other family) also for the scope of an IPv6 multicast group: if
 *         PTK_SOCKET_OPTION_MULTICAST_INTERFACE is set, one that is not that interface; if it is not set, one of a
 *         group that is wider than link-local, where systems ignore it.
 * @note Loop thread.
 */
ptk_err_t ptk_socket_send_to(ptk_handle_t socket, ptk_buf_t *buf, const ptk_address_t *remote);

/**
 * @brief Receives one datagram and its sender's address.
 * @param socket an open UDP socket.
 * @param buf where to append.
 * @param[out] remote the sender; may be NULL; unchanged on error.
 * @return As ptk_socket_receive(); PTK_ERR_INVALID_STATE (not a UDP socket).
 * @note Loop thread.
 */
ptk_err_t ptk_socket_receive_from(ptk_handle_t socket, ptk_buf_t *buf, ptk_address_t *remote);

/**
 * @brief The size of the last datagram that was received, or dropped because it did not fit.
 * @param socket an open UDP socket.
 * @param[out] size bytes; of a dropped one, on a system that does not report its size, one more than there was room
 *             for. Unchanged on error.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (not a UDP
 *         socket).
 * @note Loop thread.
 */
ptk_err_t ptk_socket_get_datagram_size(ptk_handle_t socket, size_t *size);

/**
 * @brief Half-close: ends the stream to the peer, after everything that was sent. Receiving is still possible.
 * @param socket a connected TCP socket.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_STATE (not a TCP connection), PTK_ERR_NOT_CONNECTED.
 * @note Loop thread.
 */
ptk_err_t ptk_socket_shutdown(ptk_handle_t socket);

/**
 * @brief Closes a socket and frees its slot. Listeners that were paused because there was no free slot accept again.
 *
 * The system still delivers what was sent on a TCP connection. But if received bytes are left unread, Linux and Windows
 * reset the connection (RFC 1122, 4.2.2.13), and the peer can lose what it has not read yet. To end a connection after
 * its last reply, a server calls ptk_socket_shutdown(), receives until PTK_ERR_CLOSED, with a deadline, and then
 * destroys the socket.
 *
 * If Windows still uses the slot after 5 s, it stays in use until a later pass of the loop finds it free.
 * @param socket the socket.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE.
 * @note Loop thread; also from the socket's own handler.
 */
ptk_err_t ptk_socket_destroy(ptk_handle_t socket);

/**
 * @brief Socket options. An option can be set before the socket is opened, or later where the system allows it.
 *
 * An option that was not set has the system's default. The default of options that are 0 or 1 is 0 on every platform,
 * except for multicast loopback.
 */
typedef enum ptk_socket_option {
    PTK_SOCKET_OPTION_NO_DELAY = 0,      /**< @brief TCP: 1 sends small segments at once, 0 collects them. */
    PTK_SOCKET_OPTION_KEEP_ALIVE = 1,    /**< @brief TCP: idle seconds before the first probe, 1 to 32767; 0: off. */
    PTK_SOCKET_OPTION_REUSE_ADDRESS = 2, /**< @brief 1 binds while old connections linger. Before opening. */
    PTK_SOCKET_OPTION_REUSE_PORT = 3,    /**< @brief 1 shares the port with other sockets. Before opening. */
    PTK_SOCKET_OPTION_BROADCAST = 4,     /**< @brief UDP: 1 allows sending to broadcast addresses. */
    PTK_SOCKET_OPTION_TTL = 5,           /**< @brief Hop limit of unicast packets, 1 to 255. */
    PTK_SOCKET_OPTION_MULTICAST_TTL = 6, /**< @brief UDP: hop limit of multicast packets, 0 to 255. */
    PTK_SOCKET_OPTION_MULTICAST_LOOPBACK = 7,  /**< @brief UDP: 1 also delivers to this machine, 0 does not. */
    PTK_SOCKET_OPTION_MULTICAST_INTERFACE = 8, /**< @brief UDP: index of the interface to send on, 0: any. */
    PTK_SOCKET_OPTION_SEND_BUFFER = 9,         /**< @brief Wanted size of the send buffer in bytes, 1 or more. */
    PTK_SOCKET_OPTION_RECEIVE_BUFFER = 10      /**< @brief Wanted size of the receive buffer. Before opening. */
} ptk_socket_option_t;

/**
 * @brief Sets an option.
 * @param socket the socket; before it is opened the value is kept, and applied then.
 * @param option the option.
 * @param value see ptk_socket_option_t.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (unknown option, value out of range, or no
 *         option of such a socket), PTK_ERR_INVALID_STATE (too late), PTK_ERR_UNSUPPORTED (not on this platform).
 * @note Loop thread.
 */
ptk_err_t ptk_socket_set_option(ptk_handle_t socket, ptk_socket_option_t option, int32_t value);

/**
 * @brief Joins a multicast group. The socket receives what is sent to the groups that it has joined and, on NetBSD,
 *        OpenBSD and Linux before 4.20 (IPv6), to groups that other sockets have joined.
 * @param socket an open UDP socket of the group's family.
 * @param group the group's address; its port is ignored.
 * @param interface_index the interface to join on. 0 stands for the scope_id of an IPv6 group; if that is 0 as well,
 *        the system chooses.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL, not a multicast address, other family, a
 *         scope_id that differs from interface_index), PTK_ERR_INVALID_STATE (not a UDP socket), PTK_ERR_ADDRESS_IN_USE
 *         (joined already), PTK_ERR_ADDRESS_NOT_AVAILABLE (no such interface), PTK_ERR_OUT_OF_SYSTEM_MEMORY (too many
 *         groups).
 * @note Loop thread.
 */
ptk_err_t ptk_socket_join_multicast(ptk_handle_t socket, const ptk_address_t *group, uint32_t interface_index);

/**
 * @brief Leaves a multicast group.
 * @param socket the socket that joined.
 * @param group the group's address.
 * @param interface_index the same as for the join.
 * @return As ptk_socket_join_multicast(); PTK_ERR_ADDRESS_NOT_AVAILABLE (not joined).
 * @note Loop thread.
 */
ptk_err_t ptk_socket_leave_multicast(ptk_handle_t socket, const ptk_address_t *group, uint32_t interface_index);

/**
 * @brief The address that the socket is bound to.
 * @param socket an open socket.
 * @param[out] address the result; unchanged on error.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (not open).
 * @note Loop thread.
 */
ptk_err_t ptk_socket_get_local_address(ptk_handle_t socket, ptk_address_t *address);

/**
 * @brief The address of the peer.
 * @param socket a connected socket.
 * @param[out] address the result; unchanged on error.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (not open),
 *         PTK_ERR_NOT_CONNECTED.
 * @note Loop thread.
 */
ptk_err_t ptk_socket_get_remote_address(ptk_handle_t socket, ptk_address_t *address);

/* ------------------------------------------------------------------------------------------ user events */

/**
 * @brief Creates a source of user events.
 * @param loop the loop that will own it.
 * @return Its handle, or PTK_ERR_INVALID_HANDLE, PTK_ERR_OUT_OF_MEMORY (no free slot).
 * @note Loop thread.
 */
ptk_handle_t ptk_user_event_source_create(ptk_handle_t loop);

/**
 * @brief Destroys a source. Events that were not delivered yet are dropped; threads that raise on it get an error.
 * @param source the source.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE.
 * @note Loop thread; also from the source's own handler.
 */
ptk_err_t ptk_user_event_source_destroy(ptk_handle_t source);

/**
 * @brief Raises an event: puts it into the source's queue, and wakes the loop if it waits.
 *
 * The events of one raiser stay in order. Two raises are never merged into one.
 * @param source the source.
 * @param event any non-zero value.
 * @param data passed to the handler.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (event 0), PTK_ERR_WOULD_BLOCK (the queue is
 *         full: nothing was raised).
 * @note Any thread; on an RTOS also an interrupt. Not a POSIX signal handler: it uses ptk_event_loop_wake().
 */
ptk_err_t ptk_raise_event(ptk_handle_t source, ptk_event_t event, uintptr_t data);

/* ------------------------------------------------------------------------------------------ buffers */

/**
 * @brief A buffer in the caller's memory: bytes are put at its end and taken from its start. For one thread at a time.
 *
 * The first error is kept: after it every put and get does nothing, and a get returns 0. So a whole frame can be
 * encoded or decoded, and checked once, with ptk_buf_error(). ptk_buf_clear() clears the error.
 */
struct ptk_buf {
    uint8_t *data;   /**< @brief The memory. */
    size_t capacity; /**< @brief Its size in bytes; 0 if the buffer is read-only. */
    size_t start;    /**< @brief Offset of the next byte to take. */
    size_t end;      /**< @brief Offset at which the next byte is put. */
    ptk_err_t error; /**< @brief The first error, or PTK_ERR_OK. */
};

/**
 * @brief Makes an empty buffer.
 * @param[out] buf the buffer.
 * @param memory its memory; may be NULL if capacity is 0.
 * @param capacity bytes at memory.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_buf_init(ptk_buf_t *buf, void *memory, size_t capacity);

/**
 * @brief Makes a read-only buffer that holds the bytes at memory.
 *
 * The library never writes to them: there is no room for a put, not even after ptk_buf_clear(), and a patch sets
 * PTK_ERR_INVALID_ARGUMENT. The views of the buffer are read-only as well.
 * @param[out] buf the buffer.
 * @param memory the bytes; may be NULL if length is 0.
 * @param length bytes at memory.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_buf_wrap(ptk_buf_t *buf, const void *memory, size_t length);

/** @brief Empties a buffer and clears its error. @param buf the buffer; NULL does nothing. */
void ptk_buf_clear(ptk_buf_t *buf);

/**
 * @brief Moves the bytes that were not taken to the start of the memory, to make room after them.
 * @param buf the buffer; NULL or a read-only buffer does nothing.
 */
void ptk_buf_compact(ptk_buf_t *buf);

/** @brief The number of bytes to take. @param buf the buffer. @return Bytes; 0 for NULL. */
size_t ptk_buf_length(const ptk_buf_t *buf);

/** @brief The number of bytes that can be put. @param buf the buffer. @return Bytes; 0 for NULL. */
size_t ptk_buf_room(const ptk_buf_t *buf);

/**
 * @brief The next byte to take.
 * @param buf the buffer.
 * @return A pointer into its memory, NULL if the buffer has none. Do not write there if ptk_buf_wrap() got constant
 *         bytes.
 */
uint8_t *ptk_buf_first(const ptk_buf_t *buf);

/** @brief The error of a buffer. @param buf the buffer. @return The first error; PTK_ERR_INVALID_ARGUMENT for NULL. */
ptk_err_t ptk_buf_error(const ptk_buf_t *buf);

/**
 * @brief The offset at which the next byte is put, to patch a field later.
 * @param buf the buffer.
 * @return The offset from the start of the memory, valid until ptk_buf_compact() or ptk_buf_clear(); 0 for NULL.
 */
size_t ptk_buf_offset(const ptk_buf_t *buf);

/**
 * @name Putting
 * Each appends to the end. If there is too little room it appends nothing and sets PTK_ERR_NO_SPACE. NULL does nothing.
 * @{
 */
void ptk_buf_put_u8(ptk_buf_t *buf, uint8_t value);                       /**< @brief One byte. */
void ptk_buf_put_i8(ptk_buf_t *buf, int8_t value);                        /**< @brief One byte, signed. */
void ptk_buf_put_u16_be(ptk_buf_t *buf, uint16_t value);                  /**< @brief 16 bits, big endian. */
void ptk_buf_put_u16_le(ptk_buf_t *buf, uint16_t value);                  /**< @brief 16 bits, little endian. */
void ptk_buf_put_i16_be(ptk_buf_t *buf, int16_t value);                   /**< @brief 16 bits, signed, big endian. */
void ptk_buf_put_i16_le(ptk_buf_t *buf, int16_t value);                   /**< @brief 16 bits, signed, little endian. */
void ptk_buf_put_u32_be(ptk_buf_t *buf, uint32_t value);                  /**< @brief 32 bits, big endian. */
void ptk_buf_put_u32_le(ptk_buf_t *buf, uint32_t value);                  /**< @brief 32 bits, little endian. */
void ptk_buf_put_i32_be(ptk_buf_t *buf, int32_t value);                   /**< @brief 32 bits, signed, big endian. */
void ptk_buf_put_i32_le(ptk_buf_t *buf, int32_t value);                   /**< @brief 32 bits, signed, little endian. */
void ptk_buf_put_u64_be(ptk_buf_t *buf, uint64_t value);                  /**< @brief 64 bits, big endian. */
void ptk_buf_put_u64_le(ptk_buf_t *buf, uint64_t value);                  /**< @brief 64 bits, little endian. */
void ptk_buf_put_i64_be(ptk_buf_t *buf, int64_t value);                   /**< @brief 64 bits, signed, big endian. */
void ptk_buf_put_i64_le(ptk_buf_t *buf, int64_t value);                   /**< @brief 64 bits, signed, little endian. */
void ptk_buf_put_f32_be(ptk_buf_t *buf, float value);                     /**< @brief IEEE 754 single, big endian. */
void ptk_buf_put_f32_le(ptk_buf_t *buf, float value);                     /**< @brief IEEE 754 single, little endian. */
void ptk_buf_put_f64_be(ptk_buf_t *buf, double value);                    /**< @brief IEEE 754 double, big endian. */
void ptk_buf_put_f64_le(ptk_buf_t *buf, double value);                    /**< @brief IEEE 754 double, little endian. */
void ptk_buf_put_bytes(ptk_buf_t *buf, const void *bytes, size_t length); /**< @brief length bytes. */
void ptk_buf_put_fill(ptk_buf_t *buf, uint8_t value, size_t length);      /**< @brief The same byte, length times. */
/** @} */

/**
 * @name Taking
 * Each takes from the start. If there are too few bytes it takes nothing, sets PTK_ERR_NO_DATA and returns 0. NULL
 * returns 0.
 * @{
 */
uint8_t ptk_buf_get_u8(ptk_buf_t *buf);                             /**< @brief One byte. */
int8_t ptk_buf_get_i8(ptk_buf_t *buf);                              /**< @brief One byte, signed. */
uint16_t ptk_buf_get_u16_be(ptk_buf_t *buf);                        /**< @brief 16 bits, big endian. */
uint16_t ptk_buf_get_u16_le(ptk_buf_t *buf);                        /**< @brief 16 bits, little endian. */
int16_t ptk_buf_get_i16_be(ptk_buf_t *buf);                         /**< @brief 16 bits, signed, big endian. */
int16_t ptk_buf_get_i16_le(ptk_buf_t *buf);                         /**< @brief 16 bits, signed, little endian. */
uint32_t ptk_buf_get_u32_be(ptk_buf_t *buf);                        /**< @brief 32 bits, big endian. */
uint32_t ptk_buf_get_u32_le(ptk_buf_t *buf);                        /**< @brief 32 bits, little endian. */
int32_t ptk_buf_get_i32_be(ptk_buf_t *buf);                         /**< @brief 32 bits, signed, big endian. */
int32_t ptk_buf_get_i32_le(ptk_buf_t *buf);                         /**< @brief 32 bits, signed, little endian. */
uint64_t ptk_buf_get_u64_be(ptk_buf_t *buf);                        /**< @brief 64 bits, big endian. */
uint64_t ptk_buf_get_u64_le(ptk_buf_t *buf);                        /**< @brief 64 bits, little endian. */
int64_t ptk_buf_get_i64_be(ptk_buf_t *buf);                         /**< @brief 64 bits, signed, big endian. */
int64_t ptk_buf_get_i64_le(ptk_buf_t *buf);                         /**< @brief 64 bits, signed, little endian. */
float ptk_buf_get_f32_be(ptk_buf_t *buf);                           /**< @brief IEEE 754 single, big endian. */
float ptk_buf_get_f32_le(ptk_buf_t *buf);                           /**< @brief IEEE 754 single, little endian. */
double ptk_buf_get_f64_be(ptk_buf_t *buf);                          /**< @brief IEEE 754 double, big endian. */
double ptk_buf_get_f64_le(ptk_buf_t *buf);                          /**< @brief IEEE 754 double, little endian. */
void ptk_buf_get_bytes(ptk_buf_t *buf, void *bytes, size_t length); /**< @brief length bytes, copied. */
void ptk_buf_skip(ptk_buf_t *buf, size_t length);                   /**< @brief length bytes, dropped. */
/** @} */

/**
 * @name Peeking
 * Each reads as a get does, but takes nothing; offset counts from the next byte to take. Use it to read the length of a
 * frame that may not be complete. If there are too few bytes it sets PTK_ERR_NO_DATA and returns 0, so check
 * ptk_buf_length() first. NULL returns 0.
 * @{
 */
uint8_t ptk_buf_peek_u8(ptk_buf_t *buf, size_t offset);      /**< @brief One byte. */
int8_t ptk_buf_peek_i8(ptk_buf_t *buf, size_t offset);       /**< @brief One byte, signed. */
uint16_t ptk_buf_peek_u16_be(ptk_buf_t *buf, size_t offset); /**< @brief 16 bits, big endian. */
uint16_t ptk_buf_peek_u16_le(ptk_buf_t *buf, size_t offset); /**< @brief 16 bits, little endian. */
int16_t ptk_buf_peek_i16_be(ptk_buf_t *buf, size_t offset);  /**< @brief 16 bits, signed, big endian. */
int16_t ptk_buf_peek_i16_le(ptk_buf_t *buf, size_t offset);  /**< @brief 16 bits, signed, little endian. */
uint32_t ptk_buf_peek_u32_be(ptk_buf_t *buf, size_t offset); /**< @brief 32 bits, big endian. */
uint32_t ptk_buf_peek_u32_le(ptk_buf_t *buf, size_t offset); /**< @brief 32 bits, little endian. */
int32_t ptk_buf_peek_i32_be(ptk_buf_t *buf, size_t offset);  /**< @brief 32 bits, signed, big endian. */
int32_t ptk_buf_peek_i32_le(ptk_buf_t *buf, size_t offset);  /**< @brief 32 bits, signed, little endian. */
uint64_t ptk_buf_peek_u64_be(ptk_buf_t *buf, size_t offset); /**< @brief 64 bits, big endian. */
uint64_t ptk_buf_peek_u64_le(ptk_buf_t *buf, size_t offset); /**< @brief 64 bits, little endian. */
int64_t ptk_buf_peek_i64_be(ptk_buf_t *buf, size_t offset);  /**< @brief 64 bits, signed, big endian. */
int64_t ptk_buf_peek_i64_le(ptk_buf_t *buf, size_t offset);  /**< @brief 64 bits, signed, little endian. */
float ptk_buf_peek_f32_be(ptk_buf_t *buf, size_t offset);    /**< @brief IEEE 754 single, big endian. */
float ptk_buf_peek_f32_le(ptk_buf_t *buf, size_t offset);    /**< @brief IEEE 754 single, little endian. */
double ptk_buf_peek_f64_be(ptk_buf_t *buf, size_t offset);   /**< @brief IEEE 754 double, big endian. */
double ptk_buf_peek_f64_le(ptk_buf_t *buf, size_t offset);   /**< @brief IEEE 754 double, little endian. */
void ptk_buf_peek_bytes(ptk_buf_t *buf, size_t offset, void *bytes, size_t length); /**< @brief length bytes, copied. */
/** @} */

/**
 * @brief Takes bytes as a buffer of their own, without copying them.
 * @param buf the buffer.
 * @param length number of bytes; if there are too few, PTK_ERR_NO_DATA is set and the view is empty.
 * @return A buffer that holds these bytes of buf's memory, with buf's error.
 */
ptk_buf_t ptk_buf_get_view(ptk_buf_t *buf, size_t length);

/**
 * @name Patching
 * Each overwrites bytes that were put before, at an offset from ptk_buf_offset(). If they were not all put, or were
 * taken already, or if the buffer is read-only, it changes nothing and sets PTK_ERR_INVALID_ARGUMENT. NULL does nothing.
 * @{
 */
void ptk_buf_patch_u8(ptk_buf_t *buf, size_t offset, uint8_t value);      /**< @brief One byte. */
void ptk_buf_patch_u16_be(ptk_buf_t *buf, size_t offset, uint16_t value); /**< @brief 16 bits, big endian. */
void ptk_buf_patch_u16_le(ptk_buf_t *buf, size_t offset, uint16_t value); /**< @brief 16 bits, little endian. */
void ptk_buf_patch_u32_be(ptk_buf_t *buf, size_t offset, uint32_t value); /**< @brief 32 bits, big endian. */
void ptk_buf_patch_u32_le(ptk_buf_t *buf, size_t offset, uint32_t value); /**< @brief 32 bits, little endian. */
/** @} */

/* ------------------------------------------------------------------------------------------ protothreads */

/** @brief What the function of a protothread returns. The macros below return these values. */
typedef enum ptk_pt_status {
    PTK_PT_WAITING = 0,   /**< @brief It waits and will be resumed. */
    PTK_PT_SPAWNED = 1,   /**< @brief It started a child and waits for its end. */
    PTK_PT_RESTARTED = 2, /**< @brief It begins again at once. */
    PTK_PT_EXITED = 3,    /**< @brief It ended early. */
    PTK_PT_ENDED = 4,     /**< @brief It ran to its end. */
    PTK_PT_LOST = 5       /**< @brief It ended: there is no wait at the line where it was to be resumed. */
} ptk_pt_status_t;

/**
 * @brief The function of a protothread. Its variables are in the application's context struct, which begins with a
 *        ptk_pt_t:
 * @code
 * typedef struct session {
 *     ptk_pt_t pt;
 *     ptk_handle_t socket;
 *     ptk_buf_t buf;
 * } session_t;
 *
 * static ptk_pt_status_t echo(ptk_pt_t *pt) {
 *     session_t *session = (session_t *)pt;
 *     PTK_PT_BEGIN(pt);
 *     for (;;) {
 *         PTK_PT_RECEIVE(pt, session->socket, &session->buf);
 *         if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
 *             break;
 *         }
 *         PTK_PT_SEND_ALL(pt, session->socket, &session->buf);
 *         ptk_buf_clear(&session->buf);
 *     }
 *     ptk_socket_destroy(session->socket);
 *     PTK_PT_END(pt);
 * }
 * @endcode
 */
typedef ptk_pt_status_t (*ptk_pt_function_t)(ptk_pt_t *pt);

/**
 * @brief Initialises a protothread, which has then not begun.
 *
 * It must stay in place until it is finished or cancelled. All its waits are on one loop.
 * @param[out] pt the first member of the context struct. It must not be waiting: cancel it first.
 * @param function its function.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL).
 * @note The thread of the loop that it will wait on.
 */
ptk_err_t ptk_protothread_init(ptk_pt_t *pt, ptk_pt_function_t function);

/**
 * @brief Begins a protothread, or resumes one. It runs until its next wait; from then on events resume it.
 *
 * If it is resumed here while it waits, it goes on waiting unless the wait is over.
 * @param pt the protothread.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, not initialised, finished), PTK_ERR_BUSY (it is running).
 * @note Loop thread.
 */
ptk_err_t ptk_protothread_run(ptk_pt_t *pt);

/**
 * @brief Ends a protothread and its children where they wait. Nothing resumes them any more. A running protothread
 *        cannot be cancelled: it uses PTK_PT_EXIT().
 *
 * A parent that waits for it is resumed in the next pass; the outcome of its wait is PTK_ERR_CANCELLED.
 * @param pt the protothread; its memory belongs to the application again.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, not initialised, finished), PTK_ERR_BUSY (it is running).
 * @note Loop thread.
 */
ptk_err_t ptk_protothread_cancel(ptk_pt_t *pt);

/**
 * @brief Whether a protothread has ended or was cancelled.
 * @param pt the protothread.
 * @return true also for NULL and for memory that holds no protothread.
 */
bool ptk_protothread_is_finished(const ptk_pt_t *pt);

/** @brief A counting semaphore for the protothreads of one loop. Declared by the application. */
typedef struct ptk_semaphore ptk_semaphore_t;

/**
 * @brief Initialises a semaphore.
 * @param[out] semaphore the semaphore; no protothread may be waiting on it.
 * @param loop the loop whose protothreads use it.
 * @param count units that are free at first.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL).
 * @note Loop thread.
 */
ptk_err_t ptk_semaphore_init(ptk_semaphore_t *semaphore, ptk_handle_t loop, uint32_t count);

/**
 * @brief Returns one unit. If protothreads wait, the one that has waited longest gets it; it runs after everything that
 *        is ready now.
 * @param semaphore the semaphore.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_HANDLE (its loop no longer exists),
 *         PTK_ERR_INVALID_STATE (the count is UINT32_MAX).
 * @note Loop thread. Another thread raises an event instead.
 */
ptk_err_t ptk_semaphore_signal(ptk_semaphore_t *semaphore);

/**
 * @brief A notification: protothreads of one loop wait on it until ptk_notify() says that something has changed.
 *        Declared by the application.
 */
typedef struct ptk_notification ptk_notification_t;

/**
 * @brief Initialises a notification.
 * @param[out] notification the notification; no protothread may be waiting on it.
 * @param loop the loop whose protothreads wait on it.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL).
 * @note Loop thread.
 */
ptk_err_t ptk_notification_init(ptk_notification_t *notification, ptk_handle_t loop);

/**
 * @brief Says that something has changed. All protothreads that wait on it evaluate their conditions after everything
 *        that is ready now. If none waits it does nothing: a later one evaluates its condition first.
 * @param notification the notification.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_HANDLE (its loop no longer exists).
 * @note Loop thread. Another thread raises an event instead.
 */
ptk_err_t ptk_notify(ptk_notification_t *notification);

/**
 * @name Beginning and ending
 * One macro per source line, and one protothread per function. Local variables do not keep their values over a wait.
 * @{
 */
/** @brief Begins the body. @param pt the protothread. */
#define PTK_PT_BEGIN(pt)                                                                                               \
    switch ((pt)->line) {                                                                                              \
    case 0:;

/** @brief Ends the body, and the protothread that gets here. @param pt the protothread. */
#define PTK_PT_END(pt)                                                                                                 \
    break;                                                                                                             \
    default:                                                                                                           \
        return PTK_PT_LOST;                                                                                            \
        }                                                                                                              \
        (pt)->line = 0;                                                                                                \
        return PTK_PT_ENDED

/** @brief Ends the protothread here. @param pt the protothread. */
#define PTK_PT_EXIT(pt)                                                                                                \
    do {                                                                                                               \
        (pt)->line = 0;                                                                                                \
        return PTK_PT_EXITED;                                                                                          \
    } while (0)

/** @brief Begins again from the start, at once. @param pt the protothread. */
#define PTK_PT_RESTART(pt)                                                                                             \
    do {                                                                                                               \
        (pt)->line = 0;                                                                                                \
        return PTK_PT_RESTARTED;                                                                                       \
    } while (0)
/** @} */

/**
 * @name After a wait
 * @{
 */
#define PTK_PT_ERROR(pt) ((pt)->error)                          /**< @brief Outcome of the last wait, a ptk_err_t. */
#define PTK_PT_TIMED_OUT(pt) ((pt)->error == PTK_ERR_TIMED_OUT) /**< @brief Whether the last wait timed out. */
#define PTK_PT_WOKEN_RESOURCE(pt) ((pt)->woken_resource)        /**< @brief Resource of the event that woke it, or 0. */
#define PTK_PT_WOKEN_EVENT(pt) ((pt)->woken_event)              /**< @brief The event that woke it. */
#define PTK_PT_WOKEN_DATA(pt) ((pt)->woken_data)                /**< @brief The data of that event. */
/** @} */

/**
 * @name Waiting
 * Every wait leaves its outcome in PTK_PT_ERROR(pt). Arguments are evaluated again each time the protothread resumes.
 *
 * Most waits have two more forms, which end with PTK_ERR_TIMED_OUT when the time is over. They need a timer of the same
 * loop that nothing else uses meanwhile.
 * - _TIMEOUT waits for at most timeout_ms, 1 to PTK_TIME_MAX_MS ms, or PTK_WAIT_FOREVER.
 * - _DEADLINE waits until the clock of ptk_clock_now_ms() shows deadline_ms, 0 to PTK_TIME_MAX_MS ms, or
 *   PTK_WAIT_FOREVER. If the deadline has passed it still tries, and returns to the loop once before it times out.
 *
 * The time limit is read when the wait begins. One out of range is PTK_ERR_INVALID_ARGUMENT if there is anything to
 * wait for.
 * @{
 */
/** @brief As the timer of a timed wait: wait without a time limit. */
#define PTK_NO_TIMER ((ptk_handle_t)0)

/**
 * @brief Lets others run; goes on after everything that is ready now.
 * @param pt the protothread. @param loop the loop.
 */
#define PTK_PT_YIELD(pt, loop) PTK_PT_AWAIT(pt, ptk_protothread_step_yield((pt), (loop)), PTK_PT_WAITING)

/** @brief Waits for some time. @param pt the protothread. @param timer its timer. @param interval_ms how long. */
#define PTK_PT_SLEEP(pt, timer, interval_ms)                                                                           \
    PTK_PT_AWAIT(pt, ptk_protothread_step_sleep((pt), (timer), (interval_ms)), PTK_PT_WAITING)

/**
 * @brief Waits until a point in time.
 * @param pt the protothread. @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_SLEEP_DEADLINE(pt, timer, deadline_ms)                                                                  \
    PTK_PT_AWAIT_DEADLINE(pt, ptk_protothread_step_sleep((pt), (timer), (deadline_ms)))

/**
 * @brief Starts a child and waits for its end.
 * @param pt the protothread. @param child the child's ptk_pt_t, which need not be initialised.
 * @param function the child's function.
 */
#define PTK_PT_SPAWN(pt, child, function)                                                                              \
    PTK_PT_AWAIT(pt, ptk_protothread_step_spawn((pt), (child), (function)), PTK_PT_SPAWNED)

/**
 * @brief Waits for an event.
 * @param pt the protothread. @param resource a timer, socket or user event source. @param event the event.
 */
#define PTK_PT_WAIT_EVENT(pt, resource, event)                                                                         \
    PTK_PT_AWAIT(pt, ptk_protothread_step_event((pt), (resource), (event), PTK_NO_TIMER, 0), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_WAIT_EVENT(), for at most timeout_ms.
 * @param pt the protothread. @param resource a timer, socket or user event source. @param event the event.
 * @param timer its timer. @param timeout_ms longest wait in ms.
 */
#define PTK_PT_WAIT_EVENT_TIMEOUT(pt, resource, event, timer, timeout_ms)                                              \
    PTK_PT_AWAIT(pt, ptk_protothread_step_event((pt), (resource), (event), (timer), (timeout_ms)), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_WAIT_EVENT(), until deadline_ms.
 * @param pt the protothread. @param resource a timer, socket or user event source. @param event the event.
 * @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_WAIT_EVENT_DEADLINE(pt, resource, event, timer, deadline_ms)                                            \
    PTK_PT_AWAIT_DEADLINE(pt, ptk_protothread_step_event((pt), (resource), (event), (timer), (deadline_ms)))

/**
 * @brief Waits until a condition is true. It is evaluated in each pass, at least every PTK_EVENT_LOOP_MAX_WAIT_MS.
 * @param pt the protothread. @param loop the loop. @param condition an expression.
 */
#define PTK_PT_WAIT_UNTIL(pt, loop, condition)                                                                         \
    PTK_PT_AWAIT(pt, ptk_protothread_step_condition((pt), (loop), (condition), PTK_NO_TIMER, 0), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_WAIT_UNTIL(), for at most timeout_ms.
 * @param pt the protothread. @param loop the loop. @param condition an expression.
 * @param timer its timer. @param timeout_ms longest wait in ms.
 */
#define PTK_PT_WAIT_UNTIL_TIMEOUT(pt, loop, condition, timer, timeout_ms)                                              \
    PTK_PT_AWAIT(pt, ptk_protothread_step_condition((pt), (loop), (condition), (timer), (timeout_ms)), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_WAIT_UNTIL(), until deadline_ms.
 * @param pt the protothread. @param loop the loop. @param condition an expression.
 * @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_WAIT_UNTIL_DEADLINE(pt, loop, condition, timer, deadline_ms)                                            \
    PTK_PT_AWAIT_DEADLINE(pt, ptk_protothread_step_condition((pt), (loop), (condition), (timer), (deadline_ms)))

/**
 * @brief Waits until a condition is true. It is evaluated at once and after each ptk_notify(): there is no polling.
 * @param pt the protothread. @param notification a notification.
 * @param condition an expression.
 */
#define PTK_PT_WAIT_NOTIFIED(pt, notification, condition)                                                              \
    PTK_PT_AWAIT(pt, ptk_protothread_step_notified((pt), (notification), (condition), PTK_NO_TIMER, 0), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_WAIT_NOTIFIED(), for at most timeout_ms.
 * @param pt the protothread. @param notification a notification.
 * @param condition an expression.
 * @param timer its timer. @param timeout_ms longest wait in ms.
 */
#define PTK_PT_WAIT_NOTIFIED_TIMEOUT(pt, notification, condition, timer, timeout_ms)                                   \
    PTK_PT_AWAIT(pt, ptk_protothread_step_notified((pt), (notification), (condition), (timer), (timeout_ms)),          \
                 PTK_PT_WAITING)

/**
 * @brief As PTK_PT_WAIT_NOTIFIED(), until deadline_ms.
 * @param pt the protothread. @param notification a notification.
 * @param condition an expression.
 * @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_WAIT_NOTIFIED_DEADLINE(pt, notification, condition, timer, deadline_ms)                                 \
    PTK_PT_AWAIT_DEADLINE(pt, ptk_protothread_step_notified((pt), (notification), (condition), (timer), (deadline_ms)))

/**
 * @brief Takes a unit of a semaphore; waits if none is free.
 * @param pt the protothread. @param semaphore the semaphore.
 */
#define PTK_PT_SEMAPHORE_WAIT(pt, semaphore)                                                                           \
    PTK_PT_AWAIT(pt, ptk_protothread_step_semaphore((pt), (semaphore), PTK_NO_TIMER, 0), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_SEMAPHORE_WAIT(), for at most timeout_ms.
 * @param pt the protothread. @param semaphore the semaphore.
 * @param timer its timer. @param timeout_ms longest wait in ms.
 */
#define PTK_PT_SEMAPHORE_WAIT_TIMEOUT(pt, semaphore, timer, timeout_ms)                                                \
    PTK_PT_AWAIT(pt, ptk_protothread_step_semaphore((pt), (semaphore), (timer), (timeout_ms)), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_SEMAPHORE_WAIT(), until deadline_ms.
 * @param pt the protothread. @param semaphore the semaphore.
 * @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_SEMAPHORE_WAIT_DEADLINE(pt, semaphore, timer, deadline_ms)                                              \
    PTK_PT_AWAIT_DEADLINE(pt, ptk_protothread_step_semaphore((pt), (semaphore), (timer), (deadline_ms)))

/**
 * @brief Connects over TCP. If it fails or times out, destroy the socket.
 * @param pt the protothread. @param socket a new socket. @param remote the peer.
 */
#define PTK_PT_CONNECT(pt, socket, remote)                                                                             \
    PTK_PT_AWAIT(pt, ptk_protothread_step_connect((pt), (socket), (remote), PTK_NO_TIMER, 0), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_CONNECT(), for at most timeout_ms.
 * @param pt the protothread. @param socket a new socket. @param remote the peer.
 * @param timer its timer. @param timeout_ms longest wait in ms.
 */
#define PTK_PT_CONNECT_TIMEOUT(pt, socket, remote, timer, timeout_ms)                                                  \
    PTK_PT_AWAIT(pt, ptk_protothread_step_connect((pt), (socket), (remote), (timer), (timeout_ms)), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_CONNECT(), until deadline_ms.
 * @param pt the protothread. @param socket a new socket. @param remote the peer.
 * @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_CONNECT_DEADLINE(pt, socket, remote, timer, deadline_ms)                                                \
    PTK_PT_AWAIT_DEADLINE(pt, ptk_protothread_step_connect((pt), (socket), (remote), (timer), (deadline_ms)))

/**
 * @brief Accepts a connection. If there is no free slot or descriptor it waits for one.
 * @param pt the protothread. @param listener a listening socket.
 * @param accepted where the new handle is stored. @param remote where the address of the peer is stored, or NULL.
 */
#define PTK_PT_ACCEPT(pt, listener, accepted, remote)                                                                  \
    PTK_PT_AWAIT(pt, ptk_protothread_step_accept((pt), (listener), (accepted), (remote), PTK_NO_TIMER, 0),             \
                 PTK_PT_WAITING)

/**
 * @brief As PTK_PT_ACCEPT(), for at most timeout_ms.
 * @param pt the protothread. @param listener a listening socket.
 * @param accepted where the new handle is stored. @param remote where the address of the peer is stored, or NULL.
 * @param timer its timer. @param timeout_ms longest wait in ms.
 */
#define PTK_PT_ACCEPT_TIMEOUT(pt, listener, accepted, remote, timer, timeout_ms)                                       \
    PTK_PT_AWAIT(pt, ptk_protothread_step_accept((pt), (listener), (accepted), (remote), (timer), (timeout_ms)),       \
                 PTK_PT_WAITING)

/**
 * @brief As PTK_PT_ACCEPT(), until deadline_ms.
 * @param pt the protothread. @param listener a listening socket.
 * @param accepted where the new handle is stored. @param remote where the address of the peer is stored, or NULL.
 * @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_ACCEPT_DEADLINE(pt, listener, accepted, remote, timer, deadline_ms)                                     \
    PTK_PT_AWAIT_DEADLINE(pt,                                                                                          \
                          ptk_protothread_step_accept((pt), (listener), (accepted), (remote), (timer), (deadline_ms)))

/**
 * @brief Sends a buffer until it is empty. What was not sent stays in the buffer.
 * @param pt the protothread. @param socket the socket. @param buf the bytes.
 */
#define PTK_PT_SEND_ALL(pt, socket, buf)                                                                               \
    PTK_PT_AWAIT(pt, ptk_protothread_step_send_all((pt), (socket), (buf), PTK_NO_TIMER, 0), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_SEND_ALL(), for at most timeout_ms.
 * @param pt the protothread. @param socket the socket. @param buf the bytes.
 * @param timer its timer. @param timeout_ms longest wait in ms.
 */
#define PTK_PT_SEND_ALL_TIMEOUT(pt, socket, buf, timer, timeout_ms)                                                    \
    PTK_PT_AWAIT(pt, ptk_protothread_step_send_all((pt), (socket), (buf), (timer), (timeout_ms)), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_SEND_ALL(), until deadline_ms.
 * @param pt the protothread. @param socket the socket. @param buf the bytes.
 * @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_SEND_ALL_DEADLINE(pt, socket, buf, timer, deadline_ms)                                                  \
    PTK_PT_AWAIT_DEADLINE(pt, ptk_protothread_step_send_all((pt), (socket), (buf), (timer), (deadline_ms)))

/**
 * @brief Receives at least one byte, or one datagram.
 * @param pt the protothread. @param socket the socket. @param buf where to append.
 */
#define PTK_PT_RECEIVE(pt, socket, buf)                                                                                \
    PTK_PT_AWAIT(pt, ptk_protothread_step_receive((pt), (socket), (buf), PTK_NO_TIMER, 0), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_RECEIVE(), for at most timeout_ms.
 * @param pt the protothread. @param socket the socket. @param buf where to append.
 * @param timer its timer. @param timeout_ms longest wait in ms.
 */
#define PTK_PT_RECEIVE_TIMEOUT(pt, socket, buf, timer, timeout_ms)                                                     \
    PTK_PT_AWAIT(pt, ptk_protothread_step_receive((pt), (socket), (buf), (timer), (timeout_ms)), PTK_PT_WAITING)

/**
 * @brief As PTK_PT_RECEIVE(), until deadline_ms.
 * @param pt the protothread. @param socket the socket. @param buf where to append.
 * @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_RECEIVE_DEADLINE(pt, socket, buf, timer, deadline_ms)                                                   \
    PTK_PT_AWAIT_DEADLINE(pt, ptk_protothread_step_receive((pt), (socket), (buf), (timer), (deadline_ms)))

/**
 * @brief Receives from a stream until the buffer holds exactly length bytes, and not one more.
 * @param pt the protothread. @param socket the socket. @param buf where to append.
 * @param length bytes that the buffer will hold, those that it holds already included.
 */
#define PTK_PT_RECEIVE_EXACTLY(pt, socket, buf, length)                                                                \
    PTK_PT_AWAIT(pt, ptk_protothread_step_receive_exactly((pt), (socket), (buf), (length), PTK_NO_TIMER, 0),           \
                 PTK_PT_WAITING)

/**
 * @brief As PTK_PT_RECEIVE_EXACTLY(), for at most timeout_ms.
 * @param pt the protothread. @param socket the socket. @param buf where to append.
 * @param length bytes that the buffer will hold, those that it holds already included.
 * @param timer its timer. @param timeout_ms longest wait in ms.
 */
#define PTK_PT_RECEIVE_EXACTLY_TIMEOUT(pt, socket, buf, length, timer, timeout_ms)                                     \
    PTK_PT_AWAIT(pt, ptk_protothread_step_receive_exactly((pt), (socket), (buf), (length), (timer), (timeout_ms)),     \
                 PTK_PT_WAITING)

/**
 * @brief As PTK_PT_RECEIVE_EXACTLY(), until deadline_ms.
 * @param pt the protothread. @param socket the socket. @param buf where to append.
 * @param length bytes that the buffer will hold, those that it holds already included.
 * @param timer its timer. @param deadline_ms a time of ptk_clock_now_ms().
 */
#define PTK_PT_RECEIVE_EXACTLY_DEADLINE(pt, socket, buf, length, timer, deadline_ms)                                   \
    PTK_PT_AWAIT_DEADLINE(                                                                                             \
        pt, ptk_protothread_step_receive_exactly((pt), (socket), (buf), (length), (timer), (deadline_ms)))

/** @} */

/**
 * @name Steps
 * The waits above are made of these; with them an application can make its own. A step is called each time the
 * protothread resumes. While it returns PTK_ERR_WOULD_BLOCK the protothread waits; any other value is the outcome, which
 * is also stored for PTK_PT_ERROR().
 *
 * timer is a timer of the same loop that nothing else uses meanwhile, or PTK_NO_TIMER. time_ms is how long to wait, 1
 * to PTK_TIME_MAX_MS; or, if PTK_PT_AWAIT_DEADLINE() makes the call, until when, 0 to PTK_TIME_MAX_MS; or
 * PTK_WAIT_FOREVER. Without a timer it is not used.
 * @{
 */
/**
 * @brief Waits while a step returns PTK_ERR_WOULD_BLOCK.
 * @param pt the protothread. @param step an expression, evaluated at once and at each resume.
 * @param status what the function returns while it waits.
 */
#define PTK_PT_AWAIT(pt, step, status)                                                                                 \
    do {                                                                                                               \
        (pt)->line = (uint32_t)__LINE__;                                                                               \
        if (0) {                                                                                                       \
        case __LINE__:;                                                                                                \
        }                                                                                                              \
        if ((step) == PTK_ERR_WOULD_BLOCK) {                                                                           \
            return (status);                                                                                           \
        }                                                                                                              \
    } while (0)

/**
 * @brief Waits while a step returns PTK_ERR_WOULD_BLOCK; the time of the step is a deadline.
 * @param pt the protothread. @param step a call of a step with a timer and a deadline.
 */
#define PTK_PT_AWAIT_DEADLINE(pt, step) PTK_PT_AWAIT(pt, ((pt)->deadline = 1, (step)), PTK_PT_WAITING)

/** @brief Step of PTK_PT_YIELD. */
ptk_err_t ptk_protothread_step_yield(ptk_pt_t *pt, ptk_handle_t loop);
/** @brief Step of PTK_PT_WAIT_UNTIL. */
ptk_err_t ptk_protothread_step_condition(ptk_pt_t *pt, ptk_handle_t loop, bool condition, ptk_handle_t timer,
                                         uint64_t time_ms);
/** @brief Step of PTK_PT_WAIT_EVENT. */
ptk_err_t ptk_protothread_step_event(ptk_pt_t *pt, ptk_handle_t resource, ptk_event_t event, ptk_handle_t timer,
                                     uint64_t time_ms);
/** @brief Step of PTK_PT_SLEEP. */
ptk_err_t ptk_protothread_step_sleep(ptk_pt_t *pt, ptk_handle_t timer, uint64_t time_ms);
/** @brief Step of PTK_PT_SPAWN: starts the child, or reports its end. */
ptk_err_t ptk_protothread_step_spawn(ptk_pt_t *pt, ptk_pt_t *child, ptk_pt_function_t function);
/** @brief Step of PTK_PT_SEMAPHORE_WAIT. */
ptk_err_t ptk_protothread_step_semaphore(ptk_pt_t *pt, ptk_semaphore_t *semaphore, ptk_handle_t timer,
                                         uint64_t time_ms);
/** @brief Step of PTK_PT_WAIT_NOTIFIED. */
ptk_err_t ptk_protothread_step_notified(ptk_pt_t *pt, ptk_notification_t *notification, bool condition,
                                        ptk_handle_t timer, uint64_t time_ms);
/** @brief Step of PTK_PT_CONNECT. */
ptk_err_t ptk_protothread_step_connect(ptk_pt_t *pt, ptk_handle_t socket, const ptk_address_t *remote,
                                       ptk_handle_t timer, uint64_t time_ms);
/** @brief Step of PTK_PT_ACCEPT. */
ptk_err_t ptk_protothread_step_accept(ptk_pt_t *pt, ptk_handle_t listener, ptk_handle_t *accepted,
                                      ptk_address_t *remote, ptk_handle_t timer, uint64_t time_ms);
/** @brief Step of PTK_PT_SEND_ALL. */
ptk_err_t ptk_protothread_step_send_all(ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, ptk_handle_t timer,
                                        uint64_t time_ms);
/** @brief Step of PTK_PT_RECEIVE. */
ptk_err_t ptk_protothread_step_receive(ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, ptk_handle_t timer,
                                       uint64_t time_ms);
/** @brief Step of PTK_PT_RECEIVE_EXACTLY. */
ptk_err_t ptk_protothread_step_receive_exactly(ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, size_t length,
                                               ptk_handle_t timer, uint64_t time_ms);
/** @} */

/* ------------------------------------------------------------------------------------------ arena */

/** @brief An arena: allocates from the caller's memory, and frees all of it at once. For one thread at a time. */
typedef struct ptk_arena {
    uint8_t *memory;   /**< @brief The memory. */
    size_t size;       /**< @brief Its size in bytes. */
    size_t used;       /**< @brief Bytes allocated, padding included. */
    size_t high_water; /**< @brief Most bytes that were allocated at once. */
} ptk_arena_t;

/**
 * @brief Makes an empty arena.
 * @param[out] arena the arena. @param memory its memory. @param size bytes at memory, at least 1.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_arena_init(ptk_arena_t *arena, void *memory, size_t size);

/**
 * @brief Allocates. The memory is not zeroed.
 * @param arena the arena.
 * @param size bytes, at least 1.
 * @param alignment a power of two.
 * @return The memory, or NULL (too little is left, or an invalid argument): nothing was changed.
 */
void *ptk_arena_alloc(ptk_arena_t *arena, size_t size, size_t alignment);

/** @brief The present state, for ptk_arena_rewind(). @param arena the arena. @return The mark; 0 for NULL. */
size_t ptk_arena_mark(const ptk_arena_t *arena);

/**
 * @brief Frees everything that was allocated since a mark.
 * @param arena the arena. @param mark from ptk_arena_mark().
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, or the mark is above what is in use).
 */
ptk_err_t ptk_arena_rewind(ptk_arena_t *arena, size_t mark);

/** @brief Frees everything. The high-water mark stays. @param arena the arena; NULL does nothing. */
void ptk_arena_reset(ptk_arena_t *arena);

/** @brief Most bytes that were in use at once. @param arena the arena. @return The number; 0 for NULL. */
size_t ptk_arena_high_water(const ptk_arena_t *arena);

/* ------------------------------------------------------------------------------------------ log */

/**
 * @brief Writes one line of a Debug library's log to where the platform's log is: stderr; syslog() on NuttX;
 *        FreeRTOS has none. An application that defines this function itself gets the lines instead. A release library
 *        neither calls nor contains it.
 *
 * A Debug library logs mistakes that a release library reports by an error code alone, or not at all:
 * - handles that are stale, of another type, or no handles; pools without a free slot;
 * - errors without a handler; handlers that are called 1,000 times in a row and consume nothing, or that run for
 *   PTK_SLOW_HANDLER_MS;
 * - protothreads that lose their event to another one, are initialised again while they wait, are resumed at an unknown
 *   line, or are overwritten.
 *
 * Each fault is logged once. A Debug library also checks the thread: a function for the loop thread returns
 * PTK_ERR_WRONG_THREAD in another one. The loop thread is the one that ran the loop last; before the first pass there
 * is none.
 * @param level 1 error, 2 warning, 3 information, 4 detail; at most PTK_LOG_LEVEL.
 * @param function name of the public function that was called, or of the one in the library that logs.
 * @param message what happened; valid during the call.
 * @param value a number that belongs to it: a handle, an address, an error or a count.
 * @note Called in any thread that uses the library, and in interrupts that do. It must not call the library.
 */
void ptk_log_write(int level, const char *function, const char *message, int64_t value);

/* ------------------------------------------------------------------------------------------ storage */

/*
 * The application declares these structs, so their sizes have to be known. Their members are for the library alone.
 */

/* @insert platform */

/** @brief First member of the slot of every timer, socket and user event source. */
typedef struct ptk_resource_base {
    ptk_handle_t handle;     /**< @brief The resource's handle; its ID is 0 while the slot is free. */
    ptk_handle_t event_loop; /**< @brief The loop that owns the resource; while the slot is free, its last ID. */
} ptk_resource_base_t;

/** @brief The handler of an event: a function, a protothread (function NULL, context set) or none (both NULL). */
typedef struct ptk_handler {
    ptk_event_handler_t function; /**< @brief The function, or NULL. */
    void *context;                /**< @brief Its user_data, or the protothread. */
} ptk_handler_t;

/** @brief What a loop needs to deliver the events of a resource. Second member of the slot, after its base. */
typedef struct ptk_delivery {
    struct ptk_event_loop_slot *loop; /**< @brief The loop's slot, which never moves. */
    ptk_resource_base_t *links[2];    /**< @brief The next ones on two rings, see ready_queue.h. */
    uint8_t slot;                     /**< @brief What is true of the slot, whether it is live or not. */
    uint8_t raised;                   /**< @brief One bit per event: it happened and was not consumed. */
    uint8_t enabled;                  /**< @brief One bit per event: it has a handler. */
    uint8_t state;                    /**< @brief Depends on the kind of resource. */
} ptk_delivery_t;

/** @brief A timer's slot. */
struct ptk_timer_internal {
    ptk_resource_base_t base; /**< @brief Handle and owner. */
    ptk_delivery_t delivery;  /**< @brief Raised and enabled. */
    uint64_t deadline_ns;     /**< @brief When it expires next, 0 while it is stopped. */
    ptk_handler_t handler;    /**< @brief The handler of PTK_EVENT_EXPIRED. */
    uint32_t interval_ms;     /**< @brief Period of a repeating timer, or its low 31 bits; 0 for one-shot. */
    uint32_t missed;          /**< @brief Periods missed since the last delivery, see timer_expiry.c. */
};

/** @brief Number of different events of a socket. */
#define PTK_SOCKET_EVENT_COUNT 5
/** @brief Number of socket options. */
#define PTK_SOCKET_OPTION_COUNT 11

/** @brief Number of the first options, whose values take 16 bits; those after them take 32. */
#define PTK_SOCKET_NARROW_OPTIONS 8

/** @brief A socket's slot. */
struct ptk_socket_internal {
    ptk_resource_base_t base;       /**< @brief Handle and owner. */
    ptk_delivery_t delivery;        /**< @brief Raised and enabled. */
    ptk_platform_socket_t platform; /**< @brief The port's part. */
    ptk_err_t error;                /**< @brief Failure that later calls return. */
    uint32_t detail;                /**< @brief UDP: size of the last datagram. TCP: both ports are the same. */
    uint16_t flags;                 /**< @brief Its family, and what is known. */
    uint16_t options_set;           /**< @brief One bit per option with a value. */
    ptk_err_t (*apply_options)(struct ptk_socket_internal *socket); /**< @brief NULL if no option was set. */
    ptk_handler_t handlers[PTK_SOCKET_EVENT_COUNT];                 /**< @brief From PTK_EVENT_CONNECTED on. */
    uint16_t narrow_options[PTK_SOCKET_NARROW_OPTIONS];             /**< @brief Values to apply when opened. */
    int32_t wide_options[PTK_SOCKET_OPTION_COUNT - PTK_SOCKET_NARROW_OPTIONS]; /**< @brief The same. */
};

/** @brief One raised user event. */
typedef struct ptk_user_event {
    uintptr_t data;    /**< @brief What the raiser passed. */
    ptk_event_t event; /**< @brief Which event. */
} ptk_user_event_t;

/** @brief A user event source's slot. */
struct ptk_user_event_source_internal {
    ptk_resource_base_t base;                          /**< @brief Handle and owner; changed under the loop's lock. */
    ptk_delivery_t delivery;                           /**< @brief For the loop's thread; links[1] is under the lock. */
    uint32_t tail;                                     /**< @brief Atomic: events raised; moved under the lock. */
    uint32_t head;                                     /**< @brief Atomic: events consumed; the loop's thread. */
    ptk_handler_t handlers[PTK_USER_EVENT_HANDLERS];   /**< @brief The handlers. */
    ptk_event_t events[PTK_USER_EVENT_HANDLERS];       /**< @brief The event of each handler, or 0. */
    ptk_user_event_t queue[PTK_USER_EVENT_QUEUE_SIZE]; /**< @brief The raised events. */
};

/** @brief A list of protothreads. */
typedef struct ptk_pt_list {
    struct ptk_pt *first; /**< @brief The one that has waited longest. */
    struct ptk_pt *last;  /**< @brief The one that came last. */
} ptk_pt_list_t;

/** @brief A protothread, the first member of the application's context struct. */
struct ptk_pt {
    uint32_t magic;                /**< @brief Says whether it is live, finished, or no protothread. */
    uint32_t line;                 /**< @brief The line at which it is resumed. */
    ptk_pt_function_t function;    /**< @brief Its function. */
    ptk_pt_t *parent;              /**< @brief The protothread that waits for its end, or NULL. */
    ptk_pt_t *child;               /**< @brief The protothread whose end it waits for, or NULL. */
    struct ptk_semaphore *granted; /**< @brief Semaphore that gave it a unit it has not taken yet. */
    ptk_pt_list_t *list;           /**< @brief The list it is on, or NULL. */
    ptk_pt_t *next;                /**< @brief The next one on the list. */
    ptk_pt_t *previous;            /**< @brief The previous one on the list. */
    ptk_handle_t loop;             /**< @brief The loop it waits on, 0 before its first wait. */
    ptk_handle_t woken_resource;   /**< @brief Resource of the event that woke it, or 0. */
    uintptr_t woken_data;          /**< @brief The data of that event. */
    ptk_event_t woken_event;       /**< @brief The event that woke it. */
    ptk_err_t error;               /**< @brief Outcome of the last wait or operation. */
    uint8_t running;               /**< @brief 1 while its function runs. */
    uint8_t waiting;               /**< @brief 1 in the middle of a wait or an operation. */
    uint8_t deadline;              /**< @brief 1 if the time of the step that follows is a deadline. */
    uint8_t reserved[5];           /**< @brief 0. */
};

/** @brief A counting semaphore. */
struct ptk_semaphore {
    ptk_handle_t loop;     /**< @brief The loop whose protothreads use it. */
    uint32_t count;        /**< @brief Units that are free. */
    uint32_t reserved;     /**< @brief 0. */
    ptk_pt_list_t waiters; /**< @brief Those that wait, first come first. */
};

/** @brief A notification. */
struct ptk_notification {
    ptk_handle_t loop;     /**< @brief The loop whose protothreads wait on it. */
    ptk_pt_list_t waiters; /**< @brief Those that wait, first come first. */
};

/**
 * @brief What a kind of resource does for its loop. A pool has it once a resource of the kind was created, so a program links
 *        the code of those kinds alone that it creates. Subject is a loop or a resource, as the request says.
 */
typedef ptk_err_t (*ptk_pool_function_t)(void *subject, uint32_t request, uintptr_t argument, ptk_err_t error);

struct ptk_pool;

/**
 * @brief Finds a resource that a resize has moved away from where its ID says. locked: the loop whose lock the caller
 *        holds, or NULL.
 */
typedef ptk_resource_base_t *(*ptk_find_function_t)(const struct ptk_pool *pool, struct ptk_event_loop_slot *locked,
                                                    ptk_handle_t handle);

/** @brief A pool of a loop, whatever its type. */
typedef struct ptk_pool {
    uint8_t *slots;            /**< @brief The application's array. */
    uint32_t slot_size;        /**< @brief Bytes of a slot. */
    uint32_t next_index;       /**< @brief The slot that was given out last. */
    ptk_find_function_t find;  /**< @brief NULL if all slots are where their ID says; else finds one. */
    uint32_t count;            /**< @brief Slots in the array. */
    uint32_t in_use;           /**< @brief Slots in use. */
    uint32_t high_water;       /**< @brief Most that were in use at once. */
    ptk_pool_function_t serve; /**< @brief What the kind of resource does; NULL before the first was created. */
} ptk_pool_t;

/**
 * @brief An event loop's slot, an element of an array.
 *
 * The array must stay in place, readable and writable, for as long as any thread may use a handle that came from it: a
 * late ptk_raise_event() takes the lock in it, a late ptk_event_loop_wake() or ptk_event_loop_run() notes itself in it
 * for a moment. A static array is always right.
 */
struct ptk_event_loop_slot {
    /* What most code reads comes first, where a short instruction of Thumb reaches it: within 124 bytes. */
    ptk_handle_t handle;                         /**< @brief The loop's handle; its ID is 0 if the slot is free. */
    const ptk_event_loop_resources_t *resources; /**< @brief The pools, as passed in; NULL while the slot is free. */
    ptk_err_t last_error;                        /**< @brief Atomic: see ptk_get_last_error(). */
    uint32_t live_id;                /**< @brief Atomic: the ID; if free, the last one and bit 31; 0: no lock. */
    uint32_t wakers;                 /**< @brief Atomic: threads that destroying has to wait for. */
    uintptr_t runner;                /**< @brief Atomic: the thread that runs the loop, or 0. */
    uintptr_t owner;                 /**< @brief Atomic: the thread that ran the loop last. */
    uint32_t last_id;                /**< @brief Highest ID of a resource so far; survives the loop. */
    uintptr_t next_array;            /**< @brief Atomic, in the first slot: next array of the list. */
    uint32_t array_ids;              /**< @brief Atomic, in the first slot: see registry.h. */
    uint32_t wake_state;             /**< @brief Atomic: awake, sleeping or signalled. From here on zero at first. */
    ptk_resource_base_t *raised;     /**< @brief Under the lock: ring of the sources with new events. */
    ptk_resource_base_t *ready;      /**< @brief Ring of what the next pass delivers. */
    ptk_resource_base_t *delivering; /**< @brief Ring of what is left of this pass. */
    ptk_resource_base_t *started;    /**< @brief Ring of the timers that handlers started in this pass. */
    ptk_pt_list_t yielded;           /**< @brief Protothreads that run in the next pass. */
    ptk_pt_list_t polling;           /**< @brief Protothreads that check a condition in each pass. */
    bool (*run_protothreads)(struct ptk_event_loop_slot *loop); /**< @brief NULL before the first has waited. */
    void (*wake_protothread)(ptk_resource_base_t *slot, const ptk_handler_t *handler, ptk_event_t event,
                             uintptr_t data); /**< @brief The same. */
    uint32_t paused_sockets;                  /**< @brief Sockets that wait for a slot, a descriptor or memory. */
    ptk_pool_t pools[3];                      /**< @brief Timers, sockets; under the lock: user event sources. */
    uint64_t earliest_deadline_ns;            /**< @brief No timer expires before, and no paused socket tries again. */
    uint64_t retry_ns;                        /**< @brief When paused sockets try again; UINT64_MAX: never. */
    uint64_t refused_raises;                  /**< @brief Under the lock: statistics. */
    uint64_t passes;                          /**< @brief Statistics. */
    uint64_t events_delivered;                /**< @brief Statistics. */
    uint64_t wakeups;                         /**< @brief Statistics. */
    uint64_t refused_accepts;                 /**< @brief Statistics. */
    ptk_platform_loop_t platform;             /**< @brief The port's part. It and what follows stay as they are. */
    ptk_platform_lock_t lock;                 /**< @brief Guards what other threads may touch. */
};

/** @brief A thread in which the library runs a loop. */
struct ptk_thread {
    ptk_platform_thread_t platform; /**< @brief The port's part. */
    ptk_handle_t loop;              /**< @brief The loop it runs. */
    uintptr_t self;                 /**< @brief Atomic: the thread itself while it runs, else 0. */
    uint32_t stop;                  /**< @brief Atomic: it was asked to end. */
    uint32_t started;               /**< @brief Atomic: 1 between start and stop. */
};

/* @insert layout */

/** @cond */
#define PTK_LAYOUT_EXPAND(name, queue, handlers) PTK_LAYOUT_PASTE(name, queue, handlers)
#define PTK_LAYOUT_PASTE(name, queue, handlers) name##_queue_##queue##_handlers_##handlers
/** @endcond */
/**
 * @brief The name under which a program links a function that takes pools. It contains everything that the layout of
 *        the pools depends on, so that a program does not link with an archive whose layout differs from its header's.
 *        The archive also has the plain name, for other languages.
 * @param name the function's plain name.
 */
#define PTK_LAYOUT_NAME(name)                                                                                          \
    PTK_LAYOUT_EXPAND(PTK_PLATFORM_LAYOUT(name), PTK_USER_EVENT_QUEUE_SIZE, PTK_USER_EVENT_HANDLERS)
/** @cond */
ptk_handle_t PTK_LAYOUT_NAME(ptk_event_loop_create)(ptk_event_loop_slot_t *slots, size_t num_slots,
                                                    const ptk_event_loop_resources_t *resources);
ptk_err_t PTK_LAYOUT_NAME(ptk_event_loop_resize_resources)(ptk_handle_t loop,
                                                           const ptk_event_loop_resources_t *new_resources);
#define ptk_event_loop_create PTK_LAYOUT_NAME(ptk_event_loop_create)
#define ptk_event_loop_resize_resources PTK_LAYOUT_NAME(ptk_event_loop_resize_resources)
/** @endcond */

#ifdef __cplusplus
}
#endif

#endif
/* @part end */
