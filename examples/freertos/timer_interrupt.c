/**
 * @file timer_interrupt.c
 * @brief Events from an interrupt: a timer samples 1,000 times a second and raises each sample to the loop, which counts
 *        them and says each second how many have come. Ends after 10 s: with 0 if each that was raised has come, once.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include "board.h"

/** @brief How often the interrupt comes. */
#define SAMPLES_PER_SECOND 1000u
/** @brief How long it does. */
#define SECONDS 10u
/** @brief The event that it raises; its data is the sample. */
#define EVENT_SAMPLE 1u

/** @brief The loop's slot and pools: one timer, no sockets, one source. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 1, 0, 1);

static ptk_handle_t source;              /**< @brief Where the interrupt raises. */
static volatile uint32_t samples_raised; /**< @brief What it has raised; the last one's number. */
static volatile uint32_t samples_left;   /**< @brief What it could not raise, because the queue was full. */
static uint32_t samples_received;        /**< @brief What the loop's task has got. */
static uint32_t samples_strange;         /**< @brief Those of them that were not the next one. */
static uint32_t seconds;                 /**< @brief Since the start. */

/** @brief In the interrupt: raises a sample, which has a number here. */
static void on_timer(void) {
    if (ptk_raise_event(source, EVENT_SAMPLE, samples_raised + 1) == PTK_ERR_OK) {
        samples_raised++;
    } else {
        samples_left++;
    }
}

/** @brief Handler, in the loop's task: takes a sample. */
static void on_sample(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource, (void)event, (void)user_data;
    samples_received++;
    samples_strange += data != samples_received;
}

/** @brief Prints a number and a text. @param number the number. @param text what follows it. */
static void print_number(uint32_t number, const char *text) {
    char digits[11];
    char *at = digits + sizeof(digits) - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    board_print(at);
    board_print(text);
}

/** @brief Handler: says what came, and ends after the last second. */
static void on_second(ptk_handle_t timer, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)timer, (void)event, (void)data, (void)user_data;
    seconds++;
    if (seconds == SECONDS) {
        board_timer(NULL, 0); /* what was raised by now comes in the next pass */
    }
    print_number(samples_received, " samples received, ");
    print_number(samples_left, " without room\n");
    if (seconds > SECONDS) {
        board_exit(samples_received == samples_raised && samples_strange == 0 ? 0 : 1);
    }
}

/** @brief Makes what the loop has. @return PTK_ERR_OK or the first error. */
static ptk_err_t set_up(ptk_handle_t loop) {
    ptk_handle_t timer = ptk_timer_create(loop);
    source = ptk_user_event_source_create(loop);
    ptk_err_t error = ptk_set_event_handler(source, EVENT_SAMPLE, on_sample, NULL);
    if (error == PTK_ERR_OK) {
        error = ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, on_second, NULL);
    }
    return error == PTK_ERR_OK ? ptk_timer_start_repeating(timer, 1000) : error;
}

/** @brief The loop's task. */
static void loop_task(void *argument) {
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &resources);
    ptk_err_t error = set_up(loop);

    (void)argument;
    board_timer(on_timer, configCPU_CLOCK_HZ / SAMPLES_PER_SECOND);
    while (error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    board_print(ptk_error_string(error));
    board_exit(1);
}

/** @brief Starts the task. */
int main(void) {
    static StaticTask_t task;
    static StackType_t stack[512];

    (void)xTaskCreateStatic(loop_task, "loop", 512, NULL, tskIDLE_PRIORITY + 1, stack, &task);
    vTaskStartScheduler();
    return 1;
}
