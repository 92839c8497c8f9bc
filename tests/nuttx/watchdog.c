/**
 * @file watchdog.c
 * @brief ptk_interrupt: a watchdog timer of the real kernel expires in the interrupt of the system's clock and raises
 *        an event each time, while the loop sleeps. All have to arrive, in order. Flat builds with SCHED_HPWORK.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include <nuttx/arch.h>
#include <nuttx/wdog.h>

#include <stdbool.h>
#include <stdio.h>

/** @brief Events that are raised. */
#define EVENTS 1000u
/** @brief The event. */
#define SAMPLE 1u
/** @brief The test ends after this time, in ms. */
#define LIMIT_MS 20000u

/** @brief The loop's slot. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
/** @brief The loop's pools. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 1, 0, 1);

/** @brief What the watchdog does. */
static struct {
    struct wdog_s watchdog;
    ptk_handle_t source;
    uint32_t raised;
    uint32_t outside; /**< @brief Expiries that were not in an interrupt. */
    uint32_t refused; /**< @brief The queue was full; the event is raised again. */
} device;

/** @brief What arrives. */
static struct {
    uint32_t received;
    uint32_t wrong;
} seen;

/** @brief The watchdog has expired. */
static void on_expiry(wdparm_t argument) {
    (void)argument;
    device.outside += up_interrupt_context() ? 0u : 1u;
    if (ptk_raise_event(device.source, SAMPLE, device.raised) == PTK_ERR_OK) {
        device.raised++;
    } else {
        device.refused++;
    }
    if (device.raised < EVENTS && wd_start(&device.watchdog, 1, on_expiry, 0) < 0) {
        device.outside++;
    }
}

/** @brief The handler of the event. */
static void on_sample(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)source;
    (void)event;
    (void)user_data;
    seen.wrong += data == seen.received ? 0u : 1u;
    seen.received++;
}

/** @brief Receives until all have arrived or the time is over. */
static ptk_err_t receive(ptk_handle_t loop) {
    uint64_t end_ms = ptk_clock_now_ms() + LIMIT_MS;
    ptk_err_t error = ptk_set_event_handler(device.source, SAMPLE, on_sample, NULL);
    if (error == PTK_ERR_OK && wd_start(&device.watchdog, 1, on_expiry, 0) < 0) {
        error = PTK_ERR_SYSTEM;
    }
    while (error == PTK_ERR_OK && seen.received < EVENTS && ptk_clock_now_ms() < end_ms) {
        error = ptk_event_loop_run_for(loop, 1000);
    }
    (void)wd_cancel(&device.watchdog); /* fails if it does not run */
    return error;
}

/** @brief The program. */
int main(void) {
    device.raised = device.outside = device.refused = 0;
    seen.received = seen.wrong = 0;
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &resources);
    device.source = loop < 0 ? loop : ptk_user_event_source_create(loop);
    ptk_err_t error = device.source < 0 ? (ptk_err_t)device.source : receive(loop);
    (void)ptk_event_loop_destroy(loop);
    printf("%u raised in interrupts, %u received, %u out of order, %u refused, %u not in an interrupt: %s\n",
           (unsigned)device.raised, (unsigned)seen.received, (unsigned)seen.wrong, (unsigned)device.refused,
           (unsigned)device.outside, ptk_error_string(error));
    return error == PTK_ERR_OK && seen.received == EVENTS && seen.wrong + device.outside == 0 ? 0 : 1;
}
