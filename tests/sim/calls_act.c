/**
 * @file calls_act.c
 * @brief Random calls of loops, timers, user event sources and handlers, and what each must return.
 *
 * SPDX-License-Identifier: MIT
 */
#include "calls.h"

#include <stddef.h>
#include <string.h>

/** @brief The loops' slots. */
static ptk_event_loop_slot_t slots[CALLS_LOOPS];
/** @brief The pools of timers. */
static ptk_timer_internal_t timers[CALLS_LOOPS][CALLS_ARRAYS][CALLS_SLOTS];
/** @brief The pools of sockets. */
static ptk_socket_internal_t sockets[CALLS_LOOPS][CALLS_ARRAYS][CALLS_SLOTS];
/** @brief The pools of user event sources. */
static ptk_user_event_source_internal_t sources[CALLS_LOOPS][CALLS_ARRAYS][CALLS_SLOTS];

/* ------------------------------------------------------------------------------------------ loops */

/** @brief The pools that are made of a loop's arrays. */
static ptk_event_loop_resources_t pools_of(uint32_t place, const uint32_t array[], const uint32_t count[]) {
    const ptk_event_loop_resources_t resources = {
        timers[place][array[CALLS_TIMER]],   count[CALLS_TIMER],
        sockets[place][array[CALLS_SOCKET]], count[CALLS_SOCKET],
        sources[place][array[CALLS_SOURCE]], count[CALLS_SOURCE],
    };
    return resources;
}

/** @brief The first place without a loop, which is the next one's, or CALLS_LOOPS. */
static uint32_t free_place(void) {
    uint32_t place = 0;
    while (place < CALLS_LOOPS && calls.loops[place].handle != 0) {
        place++;
    }
    return place;
}

/** @brief Creates a loop, or tries to with something wrong. */
static void create_loop(void) {
    uint32_t place = free_place();
    uint32_t wrong = calls_random(8);
    uint32_t owner = place < CALLS_LOOPS ? place : 0;
    calls_loop_t loop = {0};
    for (uint32_t kind = 0; kind < CALLS_KINDS; kind++) {
        loop.array[kind] = calls_random(CALLS_ARRAYS);
        loop.count[kind] = calls_random(8) == 0 ? 0 : 1 + calls_random(CALLS_SLOTS);
    }
    uint32_t allowed = place == CALLS_LOOPS ? MAY(PTK_ERR_OUT_OF_MEMORY) : 0;
    static ptk_event_loop_resources_t wrong_resources; /* a loop that is refused leaves it alone */
    wrong_resources = pools_of(owner, loop.array, loop.count);
    ptk_event_loop_resources_t *resources = &wrong_resources;
    ptk_handle_t handle;
    if (wrong == 0) {
        allowed |= MAY(PTK_ERR_INVALID_ARGUMENT);
        handle = ptk_event_loop_create(NULL, CALLS_LOOPS, resources);
    } else if (wrong == 1) {
        allowed |= MAY(PTK_ERR_INVALID_ARGUMENT);
        handle = ptk_event_loop_create(slots, calls_random(2) * 257, resources);
    } else if (wrong == 2) {
        allowed |= MAY(PTK_ERR_INVALID_ARGUMENT);
        handle = ptk_event_loop_create(slots, CALLS_LOOPS, NULL);
    } else if (wrong == 3) {
        wrong_resources.timers = NULL;
        wrong_resources.num_timers = 3;
        allowed |= MAY(PTK_ERR_INVALID_ARGUMENT);
        handle = ptk_event_loop_create(slots, CALLS_LOOPS, resources);
    } else if (wrong == 4 && place > 0) { /* the pools of another loop, if it has any */
        const calls_loop_t *other = &calls.loops[place - 1];
        allowed |= MAY(PTK_ERR_BUSY);
        if (other->count[CALLS_TIMER] + other->count[CALLS_SOCKET] + other->count[CALLS_SOURCE] == 0) {
            return;
        }
        wrong_resources = pools_of(place - 1, other->array, other->count);
        handle = ptk_event_loop_create(slots, CALLS_LOOPS, resources);
    } else if (place == CALLS_LOOPS) {
        handle = ptk_event_loop_create(slots, CALLS_LOOPS, resources);
    } else {
        calls.loops[place] = loop;
        calls.loops[place].resources = wrong_resources;
        handle = ptk_event_loop_create(slots, CALLS_LOOPS, &calls.loops[place].resources);
        allowed = MAY(PTK_ERR_OK);
        calls.loops[place].handle = handle;
        EXPECT(handle > 0 && PTK_HANDLE_EVENT_LOOP_ID(handle) == place &&
               PTK_HANDLE_ID(handle) > calls.last_loop_id[place] && calls_is_new(handle));
        calls.last_loop_id[place] = PTK_HANDLE_ID(handle);
    }
    calls_result("loop_create", 0, handle, allowed);
}

/** @brief Destroys a loop. */
static void destroy_loop(void) {
    ptk_handle_t handle = calls_any_loop();
    uint32_t place = calls_find_loop(handle);
    ptk_err_t error = calls_random(4) == 0 ? ptk_event_loop_abandon(handle) : ptk_event_loop_destroy(handle);
    if (place < CALLS_LOOPS) {
        for (uint32_t i = 0; i < CALLS_ITEMS; i++) {
            calls_item_t *item = &calls.items[i];
            if (item->is_live && item->loop == place) {
                item->is_live = false;
            }
        }
        memset(&calls.loops[place], 0, sizeof calls.loops[place]);
    }
    calls_result("loop_destroy", handle, error, place < CALLS_LOOPS ? MAY(PTK_ERR_OK) : MAY(PTK_ERR_INVALID_HANDLE));
}

/** @brief What a resize to arrays and counts of a loop must return. */
static uint32_t resize_result(uint32_t place, const uint32_t array[], const uint32_t count[]) {
    const calls_loop_t *loop = &calls.loops[place];
    uint32_t allowed = 0;
    for (uint32_t kind = 0; kind < CALLS_KINDS; kind++) {
        if (count[kind] < loop->in_use[kind]) {
            allowed |= MAY(PTK_ERR_OUT_OF_MEMORY);
        }
        if (array[kind] == loop->array[kind] && count[kind] != loop->count[kind] && count[kind] > 0 &&
            loop->count[kind] > 0) {
            allowed |= MAY(PTK_ERR_INVALID_ARGUMENT); /* it overlaps the present one */
        }
    }
    return allowed == 0 ? MAY(PTK_ERR_OK) : allowed;
}

/** @brief Moves a loop to other pools. */
static void resize(void) {
    static ptk_event_loop_resources_t resources[CALLS_LOOPS][2];
    static uint32_t turns[CALLS_LOOPS];
    ptk_handle_t handle = calls_any_loop();
    uint32_t place = calls_find_loop(handle);
    uint32_t owner = place < CALLS_LOOPS ? place : 0;
    calls_loop_t *loop = &calls.loops[owner];
    uint32_t array[CALLS_KINDS];
    uint32_t count[CALLS_KINDS];
    bool is_null = calls_random(16) == 0;
    for (uint32_t kind = 0; kind < CALLS_KINDS; kind++) {
        bool is_kept = calls_random(3) == 0;
        array[kind] = is_kept ? loop->array[kind] : 1 - loop->array[kind];
        count[kind] = is_kept ? loop->count[kind] : loop->in_use[kind] / 2 + calls_random(CALLS_SLOTS + 1);
        count[kind] = count[kind] > CALLS_SLOTS ? CALLS_SLOTS : count[kind];
    }
    turns[owner] ^= 1;
    ptk_event_loop_resources_t *next = &resources[owner][turns[owner]];
    *next = pools_of(owner, array, count);
    uint32_t allowed = place == CALLS_LOOPS ? MAY(PTK_ERR_INVALID_HANDLE) : is_null ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0;
    allowed = allowed == 0 ? resize_result(owner, array, count) : allowed;
    ptk_err_t error = ptk_event_loop_resize_resources(handle, is_null ? NULL : next);
    if (error == PTK_ERR_OK && place < CALLS_LOOPS) {
        memcpy(loop->array, array, sizeof array);
        memcpy(loop->count, count, sizeof count);
    } else {
        turns[owner] ^= 1; /* what the loop has stays */
    }
    calls_result("resize", handle, error, allowed);
}

/** @brief Looks at the statistics of a loop. */
static void look_at_stats(void) {
    ptk_handle_t handle = calls_any_loop();
    uint32_t place = calls_find_loop(handle);
    ptk_event_loop_stats_t stats;
    bool is_null = calls_random(32) == 0;
    ptk_err_t error = ptk_event_loop_get_stats(handle, is_null ? NULL : &stats);
    uint32_t allowed =
        (place == CALLS_LOOPS ? MAY(PTK_ERR_INVALID_HANDLE) : 0) | (is_null ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0);
    calls_result("get_stats", handle, error, allowed == 0 ? MAY(PTK_ERR_OK) : allowed);
    if (error != PTK_ERR_OK) {
        return;
    }
    const calls_loop_t *loop = &calls.loops[place];
    const ptk_pool_stats_t pools[CALLS_KINDS] = {stats.timers, stats.sockets, stats.user_event_sources};
    for (uint32_t kind = 0; kind < CALLS_KINDS; kind++) {
        EXPECT(pools[kind].capacity == loop->count[kind] && pools[kind].in_use == loop->in_use[kind]);
        EXPECT(pools[kind].high_water >= pools[kind].in_use);
    }
    EXPECT(stats.passes == loop->passes && stats.events_delivered == loop->delivered);
    EXPECT(stats.refused_raises == loop->refused);
}

/** @brief Asks what a handle is, or for the last error, or sets that, or wakes a loop. */
static void ask(void) {
    ptk_handle_t handle = calls_random(2) == 0 ? calls_any_loop() : calls_any_handle(calls_random(CALLS_KINDS));
    uint32_t place = calls_find_loop(handle);
    bool is_loop = place < CALLS_LOOPS;
    const calls_item_t *item = NULL;
    for (uint32_t kind = 0; kind < CALLS_KINDS && item == NULL; kind++) {
        item = calls_find(handle, kind);
    }
    place = item != NULL ? item->loop : place;
    bool is_live = is_loop || item != NULL;
    EXPECT(ptk_handle_is_valid(handle) == is_live);
    int32_t type = is_loop ? PTK_TYPE_EVENT_LOOP : item != NULL ? PTK_TYPE_TIMER + (int32_t)item->kind : 0;
    EXPECT(ptk_handle_get_type(handle) == (is_live ? type : PTK_ERR_INVALID_HANDLE));
    EXPECT(ptk_get_owning_event_loop(handle) == (is_live ? calls.loops[place].handle : PTK_ERR_INVALID_HANDLE));
    EXPECT(ptk_get_last_error(handle) == (is_live ? calls.loops[place].last_error : PTK_ERR_INVALID_HANDLE));
    ptk_err_t error = (ptk_err_t)calls_random(4) - 2;
    ptk_err_t result = ptk_set_last_error(handle, error);
    EXPECT(result == (!is_live ? PTK_ERR_INVALID_HANDLE : error > 0 ? PTK_ERR_INVALID_ARGUMENT : PTK_ERR_OK));
    if (result == PTK_ERR_OK) {
        calls.loops[place].last_error = error;
    }
    calls_result("wake", handle, ptk_event_loop_wake(handle), MAY(is_loop ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE));
}

/* ------------------------------------------------------------------------------------------ resources */

/** @brief Creates a resource. */
static void create(void) {
    ptk_handle_t handle = calls_any_loop();
    uint32_t place = calls_find_loop(handle);
    uint32_t kind = calls_random(CALLS_KINDS);
    ptk_handle_t created = kind == CALLS_TIMER    ? ptk_timer_create(handle)
                           : kind == CALLS_SOCKET ? ptk_socket_create(handle)
                                                  : ptk_user_event_source_create(handle);
    uint32_t allowed = MAY(PTK_ERR_INVALID_HANDLE);
    if (place < CALLS_LOOPS) {
        bool is_full = calls.loops[place].in_use[kind] == calls.loops[place].count[kind];
        allowed = MAY(is_full ? PTK_ERR_OUT_OF_MEMORY : PTK_ERR_OK);
    }
    calls_result("create", handle, created, allowed);
    if (created > 0 && !calls.has_failed) {
        (void)calls_add(created, place, kind);
    }
}

/** @brief Destroys a resource. */
static void destroy(void) {
    uint32_t kind = calls_random(CALLS_KINDS);
    ptk_handle_t handle = calls_any_handle(kind);
    calls_item_t *item = calls_find(handle, kind);
    ptk_err_t error = kind == CALLS_TIMER    ? ptk_timer_destroy(handle)
                      : kind == CALLS_SOCKET ? ptk_socket_destroy(handle)
                                             : ptk_user_event_source_destroy(handle);
    calls_result("destroy", handle, error, MAY(item != NULL ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE));
    if (item != NULL) {
        calls_remove(item);
    }
}

/** @brief Starts or stops a timer. */
static void start(void) {
    static const uint64_t wrong[] = {0, PTK_TIME_MAX_MS + 1, UINT64_MAX};
    ptk_handle_t handle = calls_any_handle(CALLS_TIMER);
    calls_item_t *timer = calls_find(handle, CALLS_TIMER);
    uint32_t how = calls_random(5);
    bool is_wrong = how > 0 && calls_random(16) == 0;
    uint64_t interval_ms = is_wrong ? wrong[calls_random(3)] : 1 + calls_random(calls_random(4) == 0 ? 1000 : 5);
    uint64_t before_ns = calls_now_ns();
    ptk_err_t error = how == 0   ? ptk_timer_stop(handle)
                      : how == 1 ? ptk_timer_start_repeating(handle, interval_ms)
                                 : ptk_timer_start(handle, interval_ms);
    uint32_t allowed =
        (timer == NULL ? MAY(PTK_ERR_INVALID_HANDLE) : 0) | (is_wrong ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0);
    calls_result("start", handle, error, allowed == 0 ? MAY(PTK_ERR_OK) : allowed);
    if (error == PTK_ERR_OK && timer != NULL) {
        timer->is_running = how != 0;
        timer->is_started_in_pass = how != 0 && calls.loops[timer->loop].is_running;
        timer->interval_ns = how == 1 ? interval_ms * 1000000u : 0;
        timer->earliest_ns = before_ns + interval_ms * 1000000u;
        timer->latest_ns = interval_ms * 1000000u + (timer->is_started_in_pass ? 0 : calls_now_ns());
    }
}

/** @brief Raises an event. */
static void raise_event(void) {
    static uintptr_t counter;
    ptk_handle_t handle = calls_any_handle(CALLS_SOURCE);
    calls_item_t *source = calls_find(handle, CALLS_SOURCE);
    ptk_event_t event = calls_random(32) == 0 ? 0 : calls_events[CALLS_SOURCE][calls_random(CALLS_EVENTS)];
    ptk_err_t error = ptk_raise_event(handle, event, ++counter);
    uint32_t allowed =
        (source == NULL ? MAY(PTK_ERR_INVALID_HANDLE) : 0) | (event == 0 ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0);
    if (allowed == 0) {
        allowed = MAY(source->queued == PTK_USER_EVENT_QUEUE_SIZE ? PTK_ERR_WOULD_BLOCK : PTK_ERR_OK);
    }
    calls_result("raise", handle, error, allowed);
    if (source != NULL && event != 0 && error == PTK_ERR_WOULD_BLOCK) {
        calls.loops[source->loop].refused++;
    } else if (source != NULL && error == PTK_ERR_OK) {
        source->events[source->queued] = event;
        source->raised_in[source->queued] = calls.loops[source->loop].passes;
        source->data[source->queued++] = counter;
    }
}

/** @brief How many handlers a resource has. */
static uint32_t count_handlers(const calls_item_t *item) {
    uint32_t count = 0;
    for (uint32_t index = 0; index < CALLS_EVENTS; index++) {
        count += (item->enabled >> index) & 1u;
    }
    return count;
}

/** @brief Tries to set a handler that is none, or of an event that there is not. */
static void set_wrong_handler(void) {
    static const ptk_event_t none[CALLS_KINDS] = {PTK_EVENT_READABLE, PTK_EVENT_EXPIRED, 0};
    uint32_t kind = calls_random(CALLS_KINDS);
    ptk_handle_t handle = calls_any_handle(kind);
    uint32_t allowed = calls_find(handle, kind) == NULL ? MAY(PTK_ERR_INVALID_HANDLE) : 0;
    bool is_other = false; /* a resource of another kind may well have such an event */
    for (uint32_t other = 0; other < CALLS_KINDS; other++) {
        is_other = is_other || (other != kind && calls_find(handle, other) != NULL);
    }
    if (is_other) {
        return;
    }
    if (calls_random(2) == 0) {
        calls_result("set_handler", handle, ptk_set_event_handler(handle, calls_events[kind][0], NULL, NULL),
                     allowed | MAY(PTK_ERR_INVALID_ARGUMENT));
    } else {
        calls_result("remove_handler", handle, ptk_remove_event_handler(handle, none[kind]),
                     allowed != 0 ? allowed : MAY(PTK_ERR_INVALID_ARGUMENT));
    }
}

/** @brief Sets or removes a handler. */
static void change_handler(void) {
    uint32_t kind = calls_random(CALLS_KINDS);
    calls_item_t *item = calls_any_live(kind);
    uint32_t index = calls_random(kind == CALLS_TIMER ? 1 : kind == CALLS_SOCKET ? 5 : CALLS_EVENTS);
    if (item == NULL || calls_random(16) == 0) {
        set_wrong_handler();
        return;
    }
    if (calls_random(4) == 0) {
        calls_result("remove_handler", item->handle, ptk_remove_event_handler(item->handle, calls_events[kind][index]),
                     MAY(PTK_ERR_OK));
        item->enabled &= ~(1u << index);
        return;
    }
    bool is_full =
        kind == CALLS_SOURCE && (item->enabled & (1u << index)) == 0 && count_handlers(item) == PTK_USER_EVENT_HANDLERS;
    calls_result("set_handler", item->handle, calls_handle(item, index),
                 MAY(is_full ? PTK_ERR_OUT_OF_MEMORY : PTK_ERR_OK));
    if (!is_full) {
        item->enabled |= 1u << index;
        item->set_in[index] = calls.loops[item->loop].passes;
    }
}

/* ------------------------------------------------------------------------------------------ one of them */

/** @brief Destroys a loop now and then. */
static void seldom_destroy_loop(void) {
    if (calls_random(6) == 0) {
        destroy_loop();
    }
}

/** @brief A call, and how many of a hundred calls are such ones. */
typedef struct share {
    void (*call)(void); /**< @brief The call. */
    uint32_t share;     /**< @brief Out of a hundred. */
} share_t;

void calls_act(void) {
    static const share_t shares[] = {
        {create, 12},
        {destroy, 4},
        {start, 11},
        {change_handler, 12},
        {raise_event, 11},
        {calls_act_socket, 24},
        {resize, 3},
        {look_at_stats, 2},
        {ask, 3},
        {create_loop, 1},
        {seldom_destroy_loop, 1},
        {calls_run, 16},
    };
    uint32_t what = calls_random(100);
    uint32_t i = 0;
    calls.made++;
    if (calls.made < 20) { /* at first there is something to work with */
        create_loop();
        return;
    }
    while (what >= shares[i].share) {
        what -= shares[i++].share;
    }
    shares[i].call();
}
