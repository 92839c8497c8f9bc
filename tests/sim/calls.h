/**
 * @file calls.h
 * @brief Random calls of the public interface, from outside and from handlers, and a model of what it promises: the result
 *        of each call, the state of each resource, the events that are due.
 *
 * The model knows what the header says, not how the library does it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_SIM_CALLS_H
#define TESTS_SIM_CALLS_H

#include <ptk_sim.h>

/** @brief Sizes of the model. */
enum {
    CALLS_LOOPS = 3,
    CALLS_ARRAYS = 2, /* to resize from one to the other */
    CALLS_SLOTS = 6,
    CALLS_ITEMS = CALLS_LOOPS * 3 * CALLS_SLOTS + 24, /* live ones, and stale ones that are remembered */
    CALLS_EVENTS = 10
};

/** @brief Kinds of resources, in the order of their pools. */
enum { CALLS_TIMER = 0, CALLS_SOCKET = 1, CALLS_SOURCE = 2, CALLS_KINDS = 3 };

/** @brief What a socket is. */
enum { SOCKET_NEW = 0, SOCKET_LISTENER = 1, SOCKET_STREAM = 2, SOCKET_DATAGRAM = 3 };

/** @brief A resource, live or stale. */
typedef struct calls_item {
    ptk_handle_t handle;                           /**< @brief Stays when it is stale. */
    bool is_live;                                  /**< @brief It was created, and not destroyed. */
    uint32_t loop;                                 /**< @brief The place of its loop. */
    uint32_t kind;                                 /**< @brief Of which pool it is. */
    uint32_t enabled;                              /**< @brief A bit for each event that has a handler. */
    uint64_t set_in[CALLS_EVENTS];                 /**< @brief In which pass each handler was set, or after which. */
    bool is_running;                               /**< @brief Timer: it was started. */
    bool is_started_in_pass;                       /**< @brief Timer: its time begins at the end of the pass. */
    uint64_t earliest_ns;                          /**< @brief Timer: its deadline is not before. */
    uint64_t latest_ns;                            /**< @brief Timer: its deadline is not after. */
    uint64_t interval_ns;                          /**< @brief Timer: of a repeating one; 0. */
    uint32_t queued;                               /**< @brief Source: events that were raised and not delivered. */
    ptk_event_t events[PTK_USER_EVENT_QUEUE_SIZE]; /**< @brief Source: which. */
    uintptr_t data[PTK_USER_EVENT_QUEUE_SIZE];     /**< @brief Source: with what. */
    uint64_t raised_in[PTK_USER_EVENT_QUEUE_SIZE]; /**< @brief Source: in which pass, or after which. */
    uint32_t state;                                /**< @brief Socket: what it is. */
    uint32_t options;    /**< @brief Socket: a bit for each option that was set before it was opened. */
    uint32_t seen;       /**< @brief Socket: a bit for each event that comes once. */
    uint32_t groups;     /**< @brief Socket: a bit for each group that it has joined. */
    bool is_client;      /**< @brief Socket: it has connected. */
    bool has_peer;       /**< @brief Socket: UDP with a peer. */
    ptk_address_t local; /**< @brief Socket: where it listens or receives. */
} calls_item_t;

/** @brief A loop. */
typedef struct calls_loop {
    ptk_handle_t handle;                  /**< @brief 0 while there is none. */
    bool is_running;                      /**< @brief It is inside of a pass. */
    uint32_t array[CALLS_KINDS];          /**< @brief Which arrays it has. */
    uint32_t count[CALLS_KINDS];          /**< @brief And how much of them. */
    uint32_t in_use[CALLS_KINDS];         /**< @brief Slots in use. */
    uint64_t passes;                      /**< @brief Statistics. */
    uint64_t delivered;                   /**< @brief Statistics. */
    uint64_t refused;                     /**< @brief Statistics. */
    ptk_err_t last_error;                 /**< @brief Its last error. */
    uint64_t pass_start_ns;               /**< @brief When the present pass began. */
    uint64_t pass_end_ns;                 /**< @brief When the last one ended. */
    uint64_t order_ns;                    /**< @brief In this pass no timer may come that was due before. */
    ptk_event_loop_resources_t resources; /**< @brief Its pools. */
} calls_loop_t;

/** @brief All of it. */
typedef struct calls {
    uint64_t seed;                              /**< @brief Of the run. */
    uint64_t made;                              /**< @brief Calls in this run so far. */
    uint64_t random;                            /**< @brief The state of the generator. */
    uint32_t depth;                             /**< @brief Handlers inside of each other. */
    uint64_t events[CALLS_KINDS][CALLS_EVENTS]; /**< @brief How often each was delivered, in all runs. */
    bool has_failed;                            /**< @brief Something was not as it should be. */
    uint32_t last_loop_id[CALLS_LOOPS];         /**< @brief The highest ID of a loop. */
    calls_loop_t loops[CALLS_LOOPS];            /**< @brief The loops. */
    calls_item_t items[CALLS_ITEMS];            /**< @brief The resources. */
} calls_t;

extern calls_t calls;                                             /**< @brief The present run. */
extern const ptk_event_t calls_events[CALLS_KINDS][CALLS_EVENTS]; /**< @brief The events of each kind; 0: no more. */

/** @brief As assert(), with seed and number of the call; the function returns. */
#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            calls_fail(#condition, __FILE__, __LINE__);                                                                \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)

/** @brief The bit of an error, or of success, in a set of results. */
#define MAY(error) (1u << (uint32_t)(-(error)))

/** @brief Says what does not hold, once for each run. */
void calls_fail(const char *what, const char *file, int line);

/** @brief A random number below a limit, which is at least 1. */
uint32_t calls_random(uint32_t limit);

/** @brief The time of the world. */
uint64_t calls_now_ns(void);

/** @brief A call with a handle has returned something: it is one of these, and the last errors are as they should be. */
void calls_result(const char *name, ptk_handle_t handle, int64_t result, uint32_t allowed);

/** @brief The live resource of a kind that a handle names, or NULL. */
calls_item_t *calls_find(ptk_handle_t handle, uint32_t kind);

/** @brief The place of the live loop that a handle names, or CALLS_LOOPS. */
uint32_t calls_find_loop(ptk_handle_t handle);

/** @brief A handle, mostly of a kind: live, stale, of another kind, damaged, or none. */
ptk_handle_t calls_any_handle(uint32_t kind);

/** @brief A loop's handle, mostly a live one. */
ptk_handle_t calls_any_loop(void);

/** @brief A random live resource of a kind, or NULL. */
calls_item_t *calls_any_live(uint32_t kind);

/** @brief Whether a handle was never given out before, in any run; from now on it was. */
bool calls_is_new(ptk_handle_t handle);

/** @brief A handle was given out: it never was before. */
calls_item_t *calls_add(ptk_handle_t handle, uint32_t loop, uint32_t kind);

/** @brief A resource is gone. */
void calls_remove(calls_item_t *item);

/** @brief Sets the handler of an event in the library. */
ptk_err_t calls_handle(calls_item_t *item, uint32_t index);

/** @brief Makes one random call. */
void calls_act(void);

/** @brief Makes one random call of a socket. */
void calls_act_socket(void);

/** @brief Runs a loop, or not. */
void calls_run(void);

/** @brief Accepts on a listener. */
void calls_accept(ptk_handle_t handle);

/** @brief Sends or receives on a socket. */
void calls_transfer(ptk_handle_t handle, bool sends);

#endif
