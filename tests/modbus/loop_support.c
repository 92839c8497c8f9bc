/**
 * @file loop_support.c
 * @brief The loop of the Modbus tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "loop_support.h"

/** @brief The slot of test_loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(test_slots, 1);

/** @brief The loop of the test that runs. */
ptk_handle_t test_loop;

bool loop_open(const ptk_event_loop_resources_t *resources) {
    /* What this returns does not matter: mostly nothing was left. */
    (void)ptk_event_loop_destroy(test_slots[0].handle);
    test_loop = ptk_event_loop_create(test_slots, 1, resources);
    CHECK_OR_RETURN(test_loop > 0, false);
    return true;
}

void run_for_ms(uint64_t duration_ms) {
    const uint64_t begin_ms = ptk_clock_now_ms();

    while (ptk_clock_now_ms() - begin_ms < duration_ms) {
        CHECK_EQUAL(ptk_event_loop_run_for(test_loop, 1), PTK_ERR_OK);
    }
}

void run_some(void) {
    for (int i = 0; i < 8; i++) {
        CHECK_EQUAL(ptk_event_loop_run_for(test_loop, 1), PTK_ERR_OK);
    }
}

void wait_for_delivery(void) {
    support_stand_still_until(ptk_clock_now_ms() + LOOP_DELIVERY_MS);
}

bool make_send_buffer_small(ptk_handle_t socket) {
    const ptk_err_t error = ptk_socket_set_option(socket, PTK_SOCKET_OPTION_SEND_BUFFER, 4096);

    return error == PTK_ERR_OK || error == PTK_ERR_UNSUPPORTED;
}

bool run_patiently(uint64_t begin_ms, const char *file, int line, const char *what) {
    if (harness_failed()) {
        return false;
    }
    if (ptk_clock_now_ms() - begin_ms > PATIENCE_MS) {
        harness_fail(file, line, what, 0, 1);
        return false;
    }
    CHECK_OR_RETURN(ptk_event_loop_run_for(test_loop, 1) == PTK_ERR_OK, false);
    return true;
}
