/**
 * @file two_files_program.c
 * @brief Raises events, starts timers, encodes and decodes, many times: to compare two builds of the library.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

/** @brief How often. */
#define ROUNDS 5000
/** @brief Timers that run at the same time. */
#define TIMERS 64
/** @brief Numbers in a frame. */
#define NUMBERS 8

/** @brief The loop's slot. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
/** @brief Its pools. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, TIMERS, 1, 1);

/** @brief The sum of the data of all events. */
static uintptr_t delivered;

/** @brief Handler: adds the event's data. */
static void on_event(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)source;
    (void)event;
    (void)user_data;
    delivered += data;
}

/** @brief Encodes and decodes a frame. @return The sum of its numbers. */
static uint32_t exchange_frame(void) {
    uint8_t memory[NUMBERS * sizeof(uint32_t)];
    ptk_buf_t buf;
    uint32_t sum = 0;
    (void)ptk_buf_init(&buf, memory, sizeof memory);
    for (uint32_t number = 0; number < NUMBERS; number++) {
        ptk_buf_put_u32_be(&buf, number);
    }
    for (uint32_t number = 0; number < NUMBERS; number++) {
        sum += ptk_buf_get_u32_be(&buf);
    }
    return ptk_buf_error(&buf) == PTK_ERR_OK ? sum : 0;
}

/** @brief Does all of it. @return 0 if each event came and each frame was right. */
int main(void) {
    ptk_handle_t timers[TIMERS];
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &resources);
    ptk_handle_t source = ptk_user_event_source_create(loop);
    uint32_t sum = 0;
    (void)ptk_set_event_handler(source, 1, on_event, NULL);
    for (int i = 0; i < TIMERS; i++) {
        timers[i] = ptk_timer_create(loop);
        (void)ptk_set_event_handler(timers[i], PTK_EVENT_EXPIRED, on_event, NULL);
    }
    for (unsigned i = 0; i < ROUNDS; i++) {
        (void)ptk_raise_event(source, 1, 1);
        (void)ptk_timer_start(timers[i % TIMERS], 3600000u + i);
        (void)ptk_event_loop_run_for(loop, 0);
        sum += exchange_frame();
    }
    return delivered == ROUNDS && sum == ROUNDS * (NUMBERS * (NUMBERS - 1) / 2) ? 0 : 1;
}
