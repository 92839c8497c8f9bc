/**
 * @file random_model.c
 * @brief What the random tests expect of the library: see random_model.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "random_model.h"

const ptk_event_t model_events[KINDS][EVENTS] = {
    {PTK_EVENT_EXPIRED, PTK_EVENT_EXPIRED, PTK_EVENT_EXPIRED, PTK_EVENT_EXPIRED, PTK_EVENT_EXPIRED},
    {PTK_EVENT_CONNECTED, PTK_EVENT_READABLE, PTK_EVENT_WRITABLE, PTK_EVENT_DISCONNECTED, PTK_EVENT_ERROR},
    {1, 16, 2049, PTK_EVENT_READABLE, UINT32_MAX},
};

ptk_event_loop_slot_t model_slots[LOOPS];
/** @brief The pools of timers: each loop has some to move between. */
static ptk_timer_internal_t timers[LOOPS][ARRAYS][SLOTS];
/** @brief The pools of sockets. */
static ptk_socket_internal_t sockets[LOOPS][ARRAYS][SLOTS];
/** @brief The pools of user event sources. */
static ptk_user_event_source_internal_t sources[LOOPS][ARRAYS][SLOTS];

model_loop_t model_loops[LOOPS];
item_t model_items[ITEMS];
uint32_t model_seed;
uint32_t model_step;
/** @brief The state of the generator of random numbers. */
static uint32_t random_state;

void model_begin(uint32_t seed) {
    for (uint32_t i = 0; i < ITEMS; i++) {
        model_items[i] = (item_t){0};
    }
    for (uint32_t loop = 0; loop < LOOPS; loop++) {
        model_loops[loop] = (model_loop_t){0};
    }
    model_seed = seed;
    model_step = 0;
    random_state = seed;
}

/* Marsaglia, "Xorshift RNGs", 2003. */
uint32_t model_pick(uint32_t bound) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return (random_state >> 4) % bound;
}

uint32_t model_in_use(uint32_t loop, uint32_t kind) {
    uint32_t count = 0;

    for (uint32_t i = 0; i < ITEMS; i++) {
        count += model_items[i].live && model_items[i].loop == loop && model_items[i].kind == kind ? 1 : 0;
    }
    return count;
}

item_t *model_find(ptk_handle_t handle) {
    for (uint32_t i = 0; i < ITEMS; i++) {
        if (model_items[i].live && model_items[i].handle == handle) {
            return &model_items[i];
        }
    }
    return NULL;
}

void model_add(ptk_handle_t handle, uint32_t loop, uint32_t kind) {
    uint32_t place = model_pick(ITEMS);

    for (uint32_t i = 0; i < ITEMS; i++) {
        EXPECT(model_items[i].handle != handle);
    }
    while (model_items[place].live) {
        place = (place + 1) % ITEMS;
    }
    model_items[place] = (item_t){0};
    model_items[place].handle = handle;
    model_items[place].live = true;
    model_items[place].loop = loop;
    model_items[place].kind = kind;
}

ptk_event_loop_resources_t model_resources(uint32_t loop, const uint32_t array[KINDS], const uint32_t count[KINDS]) {
    const ptk_event_loop_resources_t resources = {
        timers[loop][array[TIMER]],   count[TIMER],  sockets[loop][array[SOCKET]], count[SOCKET],
        sources[loop][array[SOURCE]], count[SOURCE],
    };
    return resources;
}

void model_check_stats(uint32_t loop) {
    ptk_event_loop_stats_t stats;

    if (ptk_event_loop_get_stats(model_loops[loop].handle, &stats) != PTK_ERR_OK) {
        EXPECT(model_loops[loop].handle == 0);
        return;
    }
    EXPECT(stats.timers.in_use == model_in_use(loop, TIMER) && stats.timers.capacity == model_loops[loop].count[TIMER]);
    EXPECT(stats.sockets.in_use == model_in_use(loop, SOCKET) &&
           stats.sockets.capacity == model_loops[loop].count[SOCKET]);
    EXPECT(stats.user_event_sources.in_use == model_in_use(loop, SOURCE));
    EXPECT(stats.user_event_sources.capacity == model_loops[loop].count[SOURCE]);
}

item_t *model_any_item(uint32_t kind) {
    uint32_t place = model_pick(ITEMS);

    for (uint32_t i = 0; i < ITEMS && model_items[place].kind != kind; i++) {
        place = (place + 1) % ITEMS;
    }
    return &model_items[place];
}

void model_expired(item_t *timer, uintptr_t missed) {
    EXPECT(timer->due_ms != 0 && ptk_clock_now_ms() >= timer->due_ms);
    EXPECT(timer->interval_ms != 0 || missed == 0);
    timer->due_ms = timer->interval_ms == 0 ? 0 : timer->due_ms + timer->interval_ms * ((uint64_t)missed + 1);
}

void model_delivered(item_t *source, ptk_event_t event, uintptr_t data) {
    uint32_t i = 0;

    while (i < source->queued && source->queued_event[i] != event) {
        i++;
    }
    EXPECT(i < source->queued && source->queued_data[i] == data);
    source->queued--;
    for (; i < source->queued; i++) {
        source->queued_event[i] = source->queued_event[i + 1];
        source->queued_data[i] = source->queued_data[i + 1];
    }
}

bool model_is_owed(void) {
    for (uint32_t i = 0; i < ITEMS; i++) {
        for (uint32_t entry = 0; model_items[i].live && entry < model_items[i].queued; entry++) {
            for (uint32_t index = 0; index < EVENTS; index++) {
                if (model_events[SOURCE][index] == model_items[i].queued_event[entry] &&
                    (model_items[i].enabled & (1u << index)) != 0) {
                    return true;
                }
            }
        }
        if (model_items[i].live && model_items[i].due_ms != 0 && model_items[i].interval_ms == 0 &&
            model_items[i].enabled != 0) {
            return true;
        }
    }
    return false;
}
