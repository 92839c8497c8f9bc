/**
 * @file test_user_event.c
 * @brief User event sources: any value, order, full queues, fairness.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

/** @brief Sizes of a source. */
enum {
    QUEUE_SIZE = PTK_USER_EVENT_QUEUE_SIZE,
    HANDLERS = PTK_USER_EVENT_HANDLERS,
    AT_ONCE = QUEUE_SIZE < HANDLERS ? QUEUE_SIZE : HANDLERS /* events that can be raised and handled */
};

/** @brief Events in the order of their delivery. */
typedef struct order_log {
    ptk_event_t events[64];
    uintptr_t data[64];
    uint32_t count;
} order_log_t;

/** @brief Handler: logs the event. */
static void log_order(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    order_log_t *log = user_data;

    (void)resource;
    CHECK(log->count < 64);
    log->events[log->count] = event;
    log->data[log->count] = data;
    log->count++;
}

/** @brief Any number but 0 can be an event. */
static void any_value_is_an_event(void) {
    static const ptk_event_t events[] = {1,           16, 2049, 0xFFFFFFFFu, PTK_EVENT_READABLE, PTK_EVENT_ERROR,
                                         0x80000000u, 255};
    order_log_t log = {{0}, {0}, 0};

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    for (uint32_t first = 0, next = 0; first < 8; first = next) {
        for (next = first; next < 8 && next - first < AT_ONCE; next++) {
            CHECK_EQUAL(ptk_set_event_handler(source, events[next], log_order, &log), PTK_ERR_OK);
        }
        for (uint32_t i = first; i < next; i++) {
            CHECK_EQUAL(ptk_raise_event(source, events[i], UINTPTR_MAX - i), PTK_ERR_OK);
        }
        CHECK(support_poll(support_loop, 20));
        for (uint32_t i = first; i < next; i++) {
            CHECK_EQUAL(ptk_remove_event_handler(source, events[i]), PTK_ERR_OK);
        }
    }
    CHECK_EQUAL(log.count, 8);
    for (uint32_t i = 0; i < 8; i++) {
        CHECK_EQUAL(log.events[i], events[i]);
        CHECK(log.data[i] == UINTPTR_MAX - i);
    }
    CHECK_EQUAL(ptk_raise_event(source, 0, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(log.count, 8);
    CHECK(support_close());
}

/** @brief A source has as many handlers as the header says. */
static void handlers_are_limited(void) {
    support_record_t record = {0};
    const ptk_event_t last = HANDLERS * 1000;

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    for (uint32_t i = 1; i <= HANDLERS; i++) {
        CHECK_EQUAL(ptk_set_event_handler(source, i * 1000, support_record, &record), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_set_event_handler(source, 5, support_record, &record), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_remove_event_handler(source, 5), PTK_ERR_OK); /* there is none */
    /* Replacing takes no room, and removing gives it back. */
    CHECK_EQUAL(ptk_set_event_handler(source, 1000, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_remove_event_handler(source, last), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, 5, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, last, support_record, &record), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_raise_event(source, 5, 0), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(record.count, 1);
    CHECK(support_close());
}

/** @brief What a handler counted of a sequence of numbers. */
typedef struct sequence {
    uint32_t count;
    uint32_t wrong; /* events whose data is not the next number, from 1 on */
} sequence_t;

/** @brief Handler: expects the next number. */
static void expect_next(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    sequence_t *sequence = user_data;

    (void)resource;
    (void)event;
    sequence->count++;
    sequence->wrong += data != sequence->count;
}

/** @brief A full queue refuses an event, and keeps what it has. */
static void full_queue_refuses_and_loses_nothing(void) {
    sequence_t sequence = {0, 0};
    uintptr_t next = 1;

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 3, expect_next, &sequence), PTK_ERR_OK);
    /* Several rounds, so that the queue's indices go round. */
    for (uint32_t round = 0; round < 3; round++) {
        const uint32_t before = sequence.count;

        for (uint32_t i = 0; i < QUEUE_SIZE; i++) {
            CHECK_EQUAL(ptk_raise_event(source, 3, next), PTK_ERR_OK);
            next++;
        }
        CHECK_EQUAL(ptk_raise_event(source, 3, 9999), PTK_ERR_WOULD_BLOCK);
        CHECK_EQUAL(ptk_raise_event(source, 4, 9999), PTK_ERR_WOULD_BLOCK);
        CHECK(support_poll(support_loop, QUEUE_SIZE + 2));
        CHECK_EQUAL(sequence.count - before, QUEUE_SIZE);
    }
    CHECK_EQUAL(sequence.wrong, 0);
    CHECK(support_close());
}

/** @brief Each raise is delivered. */
static void equal_raises_are_not_merged(void) {
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 3, support_record, &record), PTK_ERR_OK);
    for (uint32_t i = 1; i <= 5; i++) {
        CHECK_EQUAL(ptk_raise_event(source, 3, 8), SUPPORT_NTH_RAISE(i));
    }
    CHECK(support_poll(support_loop, 10));
    CHECK_EQUAL(record.count, QUEUE_SIZE < 5 ? QUEUE_SIZE : 5);
    CHECK(support_close());
}

/** @brief An event without a handler waits; those after it that have one are not held up. */
static void unhandled_event_does_not_block_others(void) {
    order_log_t log = {{0}, {0}, 0};

    if (!support_has_limits(4, 2)) {
        return;
    }
    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 2, log_order, &log), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 10), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 2, 20), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 11), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 2, 21), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 6));
    CHECK_EQUAL(log.count, 2);
    CHECK_EQUAL(log.data[0], 20);
    CHECK_EQUAL(log.data[1], 21);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, log_order, &log), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 6));
    CHECK_EQUAL(log.count, 4);
    CHECK_EQUAL(log.data[2], 10);
    CHECK_EQUAL(log.data[3], 11);
    CHECK(support_close());
}

/** @brief A source that raises its own event. */
typedef struct again {
    ptk_handle_t source;
    uint32_t calls;
    uint32_t refused;
} again_t;

/** @brief Handler: raises its event again. */
static void raise_again(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    again_t *again = user_data;

    again->calls++;
    again->refused += ptk_raise_event(resource, event, data) != PTK_ERR_OK;
}

/** @brief A handler that is set during delivery. */
typedef struct late_handler {
    order_log_t *log;
    ptk_event_t event;
} late_handler_t;

/** @brief Handler: sets another handler. */
static void set_late_handler(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    const late_handler_t *late = user_data;

    (void)event;
    (void)data;
    CHECK_EQUAL(ptk_set_event_handler(resource, late->event, log_order, late->log), PTK_ERR_OK);
}

/** @brief The handler comes between two raises of its event, in the middle of a pass: the older one is still the
 *  first. */
static void late_handler_keeps_the_order(void) {
    order_log_t log = {{0}, {0}, 0};
    late_handler_t late = {&log, 2};

    if (!support_has_limits(4, 2)) {
        return;
    }
    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, set_late_handler, &late), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 2, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 2, 2), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 2, 3), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(log.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(log.data[i], i + 1);
    }
    CHECK(support_close());
}

/** @brief A handler that raises its own event does not keep other resources waiting. */
static void raising_again_starves_no_one(void) {
    again_t again = {0, 0, 0};
    support_record_t other = {0};
    support_record_t expired = {0};
    ptk_handle_t source;

    CHECK(support_open());
    again.source = ptk_user_event_source_create(support_loop);
    source = ptk_user_event_source_create(support_loop);
    ptk_handle_t timer = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(again.source, 1, raise_again, &again), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &expired), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 5), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(again.source, 1, 0), PTK_ERR_OK);
    for (uint32_t pass = 1; pass <= 20; pass++) {
        CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
        CHECK_EQUAL(again.calls, pass);
        CHECK_EQUAL(other.count, pass);
    }
    CHECK(support_run_until(&expired.count, 1));
    CHECK_EQUAL(again.refused, 0);
    CHECK(support_close());
}

/** @brief Events of a destroyed source are dropped. */
static void destroying_drops_what_was_raised(void) {
    support_record_t record = {0};
    support_record_t own = {0};

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_user_event_source_destroy(source), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_INVALID_HANDLE);
    /* Each slot is used again; none inherits events or handlers, and none loses its own. */
    for (uint32_t i = 0; i < SUPPORT_SOURCES; i++) {
        const ptk_handle_t fresh = ptk_user_event_source_create(support_loop);

        CHECK(fresh > 0);
        CHECK_EQUAL(ptk_set_event_handler(fresh, 2, support_record, &own), PTK_ERR_OK);
        CHECK_EQUAL(ptk_raise_event(fresh, 2, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_raise_event(fresh, 1, 0), SUPPORT_NTH_RAISE(2));
    }
    CHECK_EQUAL(ptk_user_event_source_create(support_loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK(support_poll(support_loop, 5));
    CHECK_EQUAL(record.count, 0);
    CHECK_EQUAL(own.count, SUPPORT_SOURCES);
    CHECK(support_close());
}

/** @brief A handler can raise events at a source of another loop. */
static void raising_on_another_loop(void) {
    support_record_t record = {0};

    CHECK(support_open_two());
    ptk_handle_t source = ptk_user_event_source_create(support_other);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 3), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(record.count, 0);
    CHECK_EQUAL(ptk_event_loop_run_for(support_other, PTK_WAIT_FOREVER), PTK_ERR_OK);
    CHECK_EQUAL(record.count, 1);
    CHECK(support_close());
}

const harness_test_t user_event_tests[] = {
    {"user_event.any_value_is_an_event", any_value_is_an_event},
    {"user_event.handlers_are_limited", handlers_are_limited},
    {"user_event.full_queue_refuses_and_loses_nothing", full_queue_refuses_and_loses_nothing},
    {"user_event.equal_raises_are_not_merged", equal_raises_are_not_merged},
    {"user_event.unhandled_event_does_not_block_others", unhandled_event_does_not_block_others},
    {"user_event.late_handler_keeps_the_order", late_handler_keeps_the_order},
    {"user_event.raising_again_starves_no_one", raising_again_starves_no_one},
    {"user_event.destroying_drops_what_was_raised", destroying_drops_what_was_raised},
    {"user_event.raising_on_another_loop", raising_on_another_loop},
    {NULL, NULL},
};
