/**
 * @file calls_model.c
 * @brief What the model knows: handles, last errors, and what handlers are called for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../harness/random.h"
#include "calls.h"

#include <stdio.h>

/** @brief How late a timer may be: waits have a granularity of 1 ms, and as much may pass between two scans. */
#define LATE_NS 2000000u

const ptk_event_t calls_events[CALLS_KINDS][CALLS_EVENTS] = {
    {PTK_EVENT_EXPIRED},
    {PTK_EVENT_CONNECTED, PTK_EVENT_READABLE, PTK_EVENT_WRITABLE, PTK_EVENT_DISCONNECTED, PTK_EVENT_ERROR},
    {1, 2, 3, 16, 2049, 0x80000000u, UINT32_MAX, 5, 6, 7},
};

calls_t calls;

void calls_fail(const char *what, const char *file, int line) {
    if (!calls.has_failed) {
        printf("seed %llu, call %llu: %s (%s:%d)\n", (unsigned long long)calls.seed, (unsigned long long)calls.made,
               what, file, line);
    }
    calls.has_failed = true;
}

uint32_t calls_random(uint32_t limit) {
    return (uint32_t)((harness_random(&calls.random) >> 32) % limit);
}

uint64_t calls_now_ns(void) {
    return ptk_sim_world()->now_ns;
}

/* ------------------------------------------------------------------------------------------ handles */

uint32_t calls_find_loop(ptk_handle_t handle) {
    uint32_t place = 0;
    while (place < CALLS_LOOPS && (calls.loops[place].handle == 0 || calls.loops[place].handle != handle)) {
        place++;
    }
    return place;
}

calls_item_t *calls_find(ptk_handle_t handle, uint32_t kind) {
    for (uint32_t i = 0; i < CALLS_ITEMS; i++) {
        calls_item_t *item = &calls.items[i];
        if (item->is_live && item->handle == handle) {
            return item->kind == kind ? item : NULL;
        }
    }
    return NULL;
}

calls_item_t *calls_any_live(uint32_t kind) {
    uint32_t first = calls_random(CALLS_ITEMS);
    for (uint32_t i = 0; i < CALLS_ITEMS; i++) {
        calls_item_t *item = &calls.items[(first + i) % CALLS_ITEMS];
        if (item->is_live && item->kind == kind) {
            return item;
        }
    }
    return NULL;
}

ptk_handle_t calls_any_handle(uint32_t kind) {
    static const ptk_handle_t none[] = {0, -1, PTK_ERR_OUT_OF_MEMORY, 1, 0x0103, INT64_MAX, INT64_MIN, 0x7FFFFFFF};
    uint32_t how = calls_random(100);
    const calls_item_t *live = calls_any_live(kind);
    ptk_handle_t any = calls.items[calls_random(CALLS_ITEMS)].handle; /* of any kind, often stale */
    if (how < 80) {
        return live == NULL ? any : live->handle;
    }
    if (how < 90) {
        return any;
    }
    if (how < 93) {
        return calls_any_loop();
    }
    if (how < 98) {
        return (ptk_handle_t)((uint64_t)any ^ ((uint64_t)1 << calls_random(64)));
    }
    return how < 99 ? none[calls_random(sizeof none / sizeof none[0])]
                    : (ptk_handle_t)(((uint64_t)calls_random(UINT32_MAX) << 32) | calls_random(UINT32_MAX));
}

ptk_handle_t calls_any_loop(void) {
    uint32_t how = calls_random(40);
    uint32_t place = calls_random(CALLS_LOOPS);
    ptk_handle_t handle = calls.loops[place].handle;
    if (how == 0) {
        return calls.items[calls_random(CALLS_ITEMS)].handle;
    }
    if (how == 1) {
        return (ptk_handle_t)((uint64_t)handle ^ ((uint64_t)1 << calls_random(64)));
    }
    if (how == 2) { /* of an earlier loop in that place */
        return PTK_MAKE_HANDLE(PTK_TYPE_EVENT_LOOP, place, PTK_HANDLE_GENERATION(handle),
                               calls.last_loop_id[place] - 1);
    }
    return handle;
}

/** @brief The place of the loop whose last error a failing call with a handle sets, or CALLS_LOOPS. */
static uint32_t place_of(ptk_handle_t handle) {
    uint32_t place = PTK_HANDLE_EVENT_LOOP_ID(handle);
    uint8_t type = PTK_HANDLE_TYPE(handle);
    if (handle <= 0 || PTK_HANDLE_ID(handle) == 0 || type < PTK_TYPE_EVENT_LOOP || type > PTK_TYPE_USER_EVENT_SOURCE ||
        place >= CALLS_LOOPS || calls.loops[place].handle == 0) {
        return CALLS_LOOPS;
    }
    bool is_other_loop =
        type == PTK_TYPE_EVENT_LOOP && PTK_HANDLE_ID(handle) != PTK_HANDLE_ID(calls.loops[place].handle);
    return is_other_loop ? CALLS_LOOPS : place;
}

void calls_result(const char *name, ptk_handle_t handle, int64_t result, uint32_t allowed) {
    int64_t error = result > 0 ? PTK_ERR_OK : result;
    if (error < PTK_ERR_SYSTEM || (allowed & MAY(error)) == 0) {
        printf("%s(%016llx) returned %lld %s\n", name, (unsigned long long)handle, (long long)result,
               ptk_error_string((ptk_err_t)error));
        calls_fail("the result is none of those that are allowed", __FILE__, __LINE__);
        return;
    }
    uint32_t place = place_of(handle);
    if (place < CALLS_LOOPS && error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK) {
        calls.loops[place].last_error = (ptk_err_t)error;
    }
    for (uint32_t i = 0; i < CALLS_LOOPS; i++) {
        const calls_loop_t *loop = &calls.loops[i];
        EXPECT(loop->handle == 0 || ptk_get_last_error(loop->handle) == loop->last_error);
    }
}

bool calls_is_new(ptk_handle_t handle) {
    enum { PLACES = 1 << 22, MOST = PLACES / 2 };
    static ptk_handle_t given[PLACES];
    static uint32_t count;
    uint64_t hash = (uint64_t)handle * 0x9E3779B97F4A7C15u;
    uint32_t place = (uint32_t)(hash >> 42);
    while (given[place] != 0 && given[place] != handle) {
        place = (place + 1) % PLACES;
    }
    bool is_new = given[place] == 0;
    if (is_new && count < MOST) { /* those of the first ten million calls */
        given[place] = handle;
        count++;
    }
    return is_new;
}

calls_item_t *calls_add(ptk_handle_t handle, uint32_t loop, uint32_t kind) {
    uint32_t place = calls_random(CALLS_ITEMS);
    while (calls.items[place].is_live) {
        place = (place + 1) % CALLS_ITEMS;
    }
    if (!calls_is_new(handle) || PTK_HANDLE_TYPE(handle) != PTK_TYPE_TIMER + kind ||
        PTK_HANDLE_EVENT_LOOP_ID(handle) != loop) {
        calls_fail("a handle came back, or is none", __FILE__, __LINE__);
    }
    calls.items[place] = (calls_item_t){0};
    calls.items[place].handle = handle;
    calls.items[place].is_live = true;
    calls.items[place].loop = loop;
    calls.items[place].kind = kind;
    calls.loops[loop].in_use[kind]++;
    return &calls.items[place];
}

void calls_remove(calls_item_t *item) {
    item->is_live = false;
    calls.loops[item->loop].in_use[item->kind]--;
}

/* ------------------------------------------------------------------------------------------ events */

/** @brief Whether a handler has been there since before the present pass of its loop. */
static bool is_old(const calls_item_t *item, uint32_t index) {
    return (item->enabled & (1u << index)) != 0 && item->set_in[index] < calls.loops[item->loop].passes;
}

/** @brief A timer has expired: it was due, in its order, and missed periods are counted. */
static void expire(calls_item_t *timer, uintptr_t missed) {
    calls_loop_t *loop = &calls.loops[timer->loop];
    uint64_t now_ns = calls_now_ns();
    EXPECT(timer->is_running && !timer->is_started_in_pass && timer->earliest_ns <= now_ns);
    if (is_old(timer, 0) && timer->earliest_ns > loop->pass_end_ns) { /* it cannot have waited for its handler */
        EXPECT(timer->latest_ns >= loop->order_ns);
        loop->order_ns = timer->earliest_ns > loop->order_ns ? timer->earliest_ns : loop->order_ns;
    }
    if (timer->interval_ns == 0) {
        EXPECT(missed == 0);
        timer->is_running = false;
        return;
    }
    EXPECT(missed <= (now_ns - timer->earliest_ns) / timer->interval_ns);
    timer->earliest_ns += (missed + 1) * timer->interval_ns;
    timer->latest_ns += (missed + 1) * timer->interval_ns;
    EXPECT(timer->latest_ns + LATE_NS > loop->pass_start_ns);
}

/** @brief A user event is delivered: it was raised, and no older one could have been delivered. */
static void deliver(calls_item_t *source, ptk_event_t event, uintptr_t data) {
    uint32_t found = 0;
    while (found < source->queued && source->events[found] != event) {
        for (uint32_t index = 0; index < CALLS_EVENTS; index++) {
            EXPECT(calls_events[CALLS_SOURCE][index] != source->events[found] ||
                   (source->enabled & (1u << index)) == 0);
        }
        found++;
    }
    EXPECT(found < source->queued && source->data[found] == data);
    source->queued--;
    for (uint32_t i = found; i < source->queued; i++) {
        source->events[i] = source->events[i + 1];
        source->data[i] = source->data[i + 1];
        source->raised_in[i] = source->raised_in[i + 1];
    }
}

/** @brief An event of a socket: one that it can have now. */
static void happen(calls_item_t *socket, uint32_t index, uintptr_t data) {
    enum { CONNECTED = 1, READABLE = 2, WRITABLE = 4, DISCONNECTED = 8, ERROR = 16 };
    static const uint32_t possible[] = {
        [SOCKET_NEW] = 0,
        [SOCKET_LISTENER] = READABLE,
        [SOCKET_STREAM] = CONNECTED | READABLE | WRITABLE | DISCONNECTED | ERROR,
        [SOCKET_DATAGRAM] = READABLE | WRITABLE | ERROR,
    };
    uint32_t event = 1u << index;
    EXPECT((possible[socket->state] & event) != 0);
    EXPECT(event != CONNECTED || socket->is_client);
    EXPECT(event == ERROR ? PTK_EVENT_ERROR_CODE(data) < 0 && PTK_EVENT_ERROR_CODE(data) >= PTK_ERR_SYSTEM : data == 0);
    if (socket->state == SOCKET_STREAM && (event & (CONNECTED | DISCONNECTED | ERROR)) != 0) {
        EXPECT((socket->seen & event) == 0);
        socket->seen |= event;
    }
    EXPECT(event != ERROR || socket->state != SOCKET_DATAGRAM || socket->has_peer);
    if (event == ERROR) {
        calls.loops[socket->loop].last_error = PTK_EVENT_ERROR_CODE(data);
        EXPECT(ptk_get_last_error(socket->handle) == PTK_EVENT_ERROR_CODE(data));
    }
}

/** @brief Handler: checks that the call is allowed and due, and makes some calls. */
static void on_event(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    calls_item_t *item = user_data;
    uint32_t index = 0;
    EXPECT(item->is_live && item->handle == resource);
    while (index < CALLS_EVENTS && calls_events[item->kind][index] != event) {
        index++;
    }
    EXPECT(index < CALLS_EVENTS && (item->enabled & (1u << index)) != 0);
    calls_loop_t *loop = &calls.loops[item->loop];
    EXPECT(loop->is_running);
    loop->delivered++;
    calls.events[item->kind][index]++;
    if (item->kind == CALLS_TIMER) {
        expire(item, data);
    } else if (item->kind == CALLS_SOURCE) {
        deliver(item, event, data);
    } else {
        happen(item, index, data);
        if (event == PTK_EVENT_READABLE && item->state == SOCKET_LISTENER) {
            calls_accept(resource);
        } else if (event == PTK_EVENT_READABLE && calls_random(2) == 0) {
            calls_transfer(resource, false);
        }
    }
    calls.depth++;
    for (uint32_t i = calls.depth > 3 ? 0 : calls_random(3); i > 0 && !calls.has_failed; i--) {
        calls_act();
    }
    calls.depth--;
}

ptk_err_t calls_handle(calls_item_t *item, uint32_t index) {
    return ptk_set_event_handler(item->handle, calls_events[item->kind][index], on_event, item);
}

/* ------------------------------------------------------------------------------------------ passes */

/** @brief Nothing that was due before a pass, and had a handler, is left after it. */
static void check_pass(uint32_t place) {
    const calls_loop_t *loop = &calls.loops[place];
    for (uint32_t i = 0; i < CALLS_ITEMS; i++) {
        calls_item_t *item = &calls.items[i];
        if (!item->is_live || item->loop != place) {
            continue;
        }
        if (item->kind == CALLS_TIMER && item->is_started_in_pass) {
            item->latest_ns += calls_now_ns(); /* it was the interval */
            item->is_started_in_pass = false;
        } else if (item->kind == CALLS_TIMER && item->is_running && is_old(item, 0)) {
            EXPECT(item->latest_ns + LATE_NS > loop->pass_start_ns);
        }
        for (uint32_t entry = 0; item->kind == CALLS_SOURCE && entry < item->queued; entry++) {
            for (uint32_t index = 0; index < CALLS_EVENTS; index++) {
                EXPECT(calls_events[CALLS_SOURCE][index] != item->events[entry] || !is_old(item, index) ||
                       item->raised_in[entry] >= loop->passes);
            }
        }
    }
}

/** @brief Whether a handle has the ID of a loop that runs: the library looks at the rest only if it does not run. */
static bool has_running_id(ptk_handle_t handle) {
    uint32_t place = PTK_HANDLE_EVENT_LOOP_ID(handle);
    return place < CALLS_LOOPS && PTK_HANDLE_TYPE(handle) == PTK_TYPE_EVENT_LOOP && calls.loops[place].is_running &&
           PTK_HANDLE_ID(calls.loops[place].handle) == PTK_HANDLE_ID(handle);
}

void calls_run(void) {
    static const uint64_t waits[] = {0, 0, 0, 1, 3, 20, PTK_TIME_MAX_MS + 1};
    ptk_handle_t handle = calls_any_loop();
    uint32_t place = calls_find_loop(handle);
    uint64_t wait_ms = waits[calls_random(7)];
    bool is_default = calls_random(16) == 0;
    bool is_wrong = wait_ms > PTK_TIME_MAX_MS && !is_default;
    if (place == CALLS_LOOPS || calls.loops[place].is_running || is_wrong) {
        uint32_t allowed = place == CALLS_LOOPS ? MAY(PTK_ERR_INVALID_HANDLE) : 0;
        allowed |= is_wrong ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0;
        allowed |= has_running_id(handle) ? MAY(PTK_ERR_BUSY) : 0;
        calls_result("run", handle, is_default ? ptk_event_loop_run(handle) : ptk_event_loop_run_for(handle, wait_ms),
                     allowed);
        return;
    }
    calls_loop_t *loop = &calls.loops[place];
    loop->passes++;
    loop->is_running = true;
    loop->pass_start_ns = calls_now_ns();
    loop->order_ns = 0;
    ptk_err_t error = is_default ? ptk_event_loop_run(handle) : ptk_event_loop_run_for(handle, wait_ms);
    if (loop->handle != handle) {
        calls_result("run", handle, error, MAY(PTK_ERR_INVALID_HANDLE));
        return;
    }
    loop->is_running = false;
    loop->pass_end_ns = calls_now_ns();
    calls_result("run", handle, error, MAY(PTK_ERR_OK));
    check_pass(place);
}
