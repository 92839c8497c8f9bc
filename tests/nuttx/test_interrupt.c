/**
 * @file test_interrupt.c
 * @brief What an interrupt does: the worker writes the eventfd for it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hosted_nuttx.h"
#include "support.h"
#include "thread.h"

/** @brief Longest wait for something that must happen, in ms. */
#define LIMIT_MS 20000u
/** @brief How often the interrupt comes. */
enum { INTERRUPTS = 500 };

/** @brief What the interrupt raises events of. */
static struct {
    ptk_handle_t source;
    uint32_t next;
} device;

/** @brief What arrives, in order. */
static struct {
    uint32_t next;
    uint32_t wrong;
} seen;

/** @brief The handler of the device's event. */
static void on_event(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)user_data;
    seen.wrong += data == seen.next ? 0u : 1u;
    seen.next++;
}

/** @brief The interrupt. */
static void raise_next(void *argument) {
    (void)argument;
    if (ptk_raise_event(device.source, 1, device.next) == PTK_ERR_OK) {
        device.next++;
    }
}

/** @brief Interrupts come while the loop waits; what does not fit into the queue comes again. */
static void device_main(void *argument) {
    (void)argument;
    while (device.next < INTERRUPTS) {
        hosted_interrupt(raise_next, NULL);
        if (device.next % 16 == 0) {
            harness_thread_yield();
        }
    }
}

/** @brief Opens the loop with a source. */
static bool open_device(void) {
    CHECK_OR_RETURN(support_open(), false);
    device.source = ptk_user_event_source_create(support_loop);
    device.next = 0;
    seen.next = 0;
    seen.wrong = 0;
    CHECK_OR_RETURN(ptk_set_event_handler(device.source, 1, on_event, NULL) == PTK_ERR_OK, false);
    return true;
}

/** @brief Nothing is lost, and the loop does not sleep on. */
static void wakes_a_loop_that_waits(void) {
    harness_thread_t thread;
    const uint64_t end_ms = ptk_clock_now_ms() + LIMIT_MS;
    CHECK(open_device());
    CHECK(harness_thread_start(&thread, device_main, NULL));
    while (seen.next < INTERRUPTS && ptk_clock_now_ms() < end_ms) {
        (void)ptk_event_loop_run_for(support_loop, LIMIT_MS);
    }
    CHECK(harness_thread_join(&thread));
    CHECK_EQUAL(seen.next, INTERRUPTS);
    CHECK_EQUAL(seen.wrong, 0);
    CHECK(support_close());
}

/** @brief As long as the worker has not begun. */
static void several_are_one_item_of_work(void) {
    CHECK(open_device());
    hosted_hold_worker(1);
    for (uint32_t i = 0; i < 5; i++) { /* as many as the queue takes */
        hosted_interrupt(raise_next, NULL);
    }
    CHECK(device.next >= 1);
    hosted_hold_worker(0);
    CHECK(support_run_until(&seen.next, device.next));
    CHECK_EQUAL(seen.wrong, 0);
    CHECK(support_close());
}

/** @brief An interrupt now and then, until it is refused because the queue is full. */
static void device_fills_queue(void *argument) {
    uint32_t before;
    (void)argument;
    do {
        const uint64_t next_ms = ptk_clock_now_ms() + 2;
        while (ptk_clock_now_ms() < next_ms) {
            harness_thread_yield();
        }
        before = device.next;
        hosted_interrupt(raise_next, NULL);
    } while (device.next != before && device.next < INTERRUPTS);
}

/** @brief The stand-in ends the program when the file is written that the loop has given back. */
static void work_ends_with_the_loop(void) {
    for (uint32_t i = 0; i < 10; i++) {
        harness_thread_t thread;
        CHECK(open_device());
        hosted_hold_worker(1);
        CHECK(harness_thread_start(&thread, device_fills_queue, NULL));
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 50), PTK_ERR_OK); /* no one wakes it */
        CHECK(harness_thread_join(&thread));
        CHECK(support_close());
        hosted_hold_worker(0);
    }
}

/** @brief The result of a call in an interrupt. */
static ptk_err_t result_in_interrupt;

/** @brief An interrupt that does what it must not. */
static void set_handler(void *argument) {
    (void)argument;
    result_in_interrupt = ptk_set_event_handler(device.source, 2, on_event, NULL);
}

/** @brief A Debug library says so. */
static void is_no_thread_of_the_loop(void) {
    CHECK(open_device());
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    hosted_interrupt(set_handler, NULL);
#ifndef NDEBUG
    CHECK_EQUAL(result_in_interrupt, PTK_ERR_WRONG_THREAD);
#endif
    CHECK(support_close());
}

/** @brief The tests. */
const harness_test_t interrupt_tests[] = {
    {"interrupt.wakes_a_loop_that_waits", wakes_a_loop_that_waits},
    {"interrupt.several_are_one_item_of_work", several_are_one_item_of_work},
    {"interrupt.work_ends_with_the_loop", work_ends_with_the_loop},
    {"interrupt.is_no_thread_of_the_loop", is_no_thread_of_the_loop},
    {NULL, NULL},
};
