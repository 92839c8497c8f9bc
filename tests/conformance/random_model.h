/**
 * @file random_model.h
 * @brief What the random tests expect of the library: which handles are live, what each pool holds, what was raised and
 *        not delivered, when a timer may expire at the earliest.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef RANDOM_MODEL_H
#define RANDOM_MODEL_H

#include "support.h"

/** @brief Sizes of the model. */
enum {
    LOOPS = 2,
    ARRAYS = 2, /* to resize to and fro */
    SLOTS = 6,
    ITEMS = 2 * LOOPS * 3 * SLOTS, /* twice as many as can be live, so that stale handles stay in use */
    EVENTS = 5
};

/** @brief Kinds of resources, in the order of their pools. */
enum { TIMER = 0, SOCKET = 1, SOURCE = 2, KINDS = 3 };

/** @brief A resource, live or stale. */
typedef struct item {
    ptk_handle_t handle; /* stays when it is stale */
    bool live;
    uint32_t loop;
    uint32_t kind;
    uint32_t enabled;      /* one bit for each of the events of its kind */
    uint64_t due_ms;       /* timer: not before that; 0 while it is stopped */
    uint32_t interval_ms;  /* timer: 0 for one-shot */
    ptk_address_t address; /* listener: where; else of no family */
    uint32_t queued;       /* source */
    uint32_t queued_event[PTK_USER_EVENT_QUEUE_SIZE];
    uintptr_t queued_data[PTK_USER_EVENT_QUEUE_SIZE];
} item_t;

/** @brief A loop and its pools. */
typedef struct model_loop {
    ptk_handle_t handle; /* 0 while there is none */
    ptk_handle_t running;
    uint32_t array[KINDS];
    uint32_t count[KINDS];
} model_loop_t;

extern const ptk_event_t model_events[KINDS][EVENTS]; /**< @brief The events of each kind that are used. */
extern ptk_event_loop_slot_t model_slots[LOOPS];      /**< @brief The slots of the loops. */
extern model_loop_t model_loops[LOOPS];               /**< @brief The loops. */
extern item_t model_items[ITEMS];                     /**< @brief All resources that are remembered. */
extern uint32_t model_seed;                           /**< @brief Of the run, for messages. */
extern uint32_t model_step;                           /**< @brief In the run, for messages. */

/** @brief As CHECK, with seed and step in place of the values. */
#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            harness_fail(__FILE__, __LINE__, #condition " (seed, step)", model_seed, model_step);                      \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)

/** @brief Forgets everything and begins a run. */
void model_begin(uint32_t seed);
/** @brief A random number below bound. */
uint32_t model_pick(uint32_t bound);
/** @brief How many slots of a pool are in use. */
uint32_t model_in_use(uint32_t loop, uint32_t kind);
/** @brief The live resource that a handle names, or NULL. */
item_t *model_find(ptk_handle_t handle);
/** @brief Any resource of a kind, live or stale; of another kind if there is none. */
item_t *model_any_item(uint32_t kind);
/** @brief A handle that was given out: it must be another one than all that are remembered, stale ones too. */
void model_add(ptk_handle_t handle, uint32_t loop, uint32_t kind);
/** @brief The pools that are made of these arrays and counts. */
ptk_event_loop_resources_t model_resources(uint32_t loop, const uint32_t array[KINDS], const uint32_t count[KINDS]);
/** @brief Checks what the library's statistics say of a loop's pools. */
void model_check_stats(uint32_t loop);
/** @brief A timer has expired: not too early. */
void model_expired(item_t *timer, uintptr_t missed);
/** @brief An event was delivered: raises of one event come in their order. */
void model_delivered(item_t *source, ptk_event_t event, uintptr_t data);
/** @brief Whether something is still to come: an event that has a handler, a one-shot timer that has one. */
bool model_is_owed(void);

#endif
