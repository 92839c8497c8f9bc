/**
 * @file main.c
 * @brief The interrupt of a kernel's timer raises events; their handler runs in the loop's thread.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

/** @brief How many events are raised. */
#define EVENTS 100u
/** @brief What is raised. */
#define SAMPLE_EVENT 1u

/** @brief Memory of the loop: no timer, no socket, one source. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, 0, 0, 1);

static ptk_handle_t source;    /**< @brief The source of the events. */
static uint32_t raised;        /**< @brief Events that the interrupt has raised. */
static uint32_t in_interrupts; /**< @brief Those for which the kernel says that it was one. */
static uint32_t handled;       /**< @brief Events that came, in the order of their numbers. */

/** @brief Runs in the interrupt of the system's clock. */
static void on_tick(struct k_timer *timer) {
    if (ptk_raise_event(source, SAMPLE_EVENT, raised) == PTK_ERR_OK) {
        in_interrupts += k_is_in_isr() ? 1u : 0u;
        raised++;
    }
    if (raised == EVENTS) {
        k_timer_stop(timer);
    }
}

/** @brief Runs in the loop's thread. */
static void on_event(ptk_handle_t resource, ptk_event_t event, uintptr_t number, void *user_data) {
    ARG_UNUSED(resource);
    ARG_UNUSED(event);
    ARG_UNUSED(user_data);
    handled += number == handled && !k_is_in_isr() ? 1u : 0u;
}

/** @brief Runs the loop until all events have come. @return 0, or 1 after an error. */
int main(void) {
    static struct k_timer timer;
    const ptk_handle_t loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    ptk_err_t error;

    source = ptk_user_event_source_create(loop);
    error = ptk_set_event_handler(source, SAMPLE_EVENT, on_event, NULL);
    k_timer_init(&timer, on_tick, NULL);
    k_timer_start(&timer, K_MSEC(10), K_MSEC(10));
    while (error == PTK_ERR_OK && handled < EVENTS) {
        error = ptk_event_loop_run_for(loop, 2000); /* the loop sleeps; only the interrupt wakes it */
        if (error == PTK_ERR_OK && handled != raised) {
            error = PTK_ERR_SYSTEM;
        }
    }
    printk("%u raised in interrupts, %u handled: %s\n", in_interrupts, handled, ptk_error_string(error));
    return error == PTK_ERR_OK ? 0 : 1;
}
