/**
 * @file main.c
 * @brief A program of a parent project.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

/** @brief The loop's slot and its pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
/** @brief The pools of a loop. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 1, 0, 0);

/** @brief Creates a loop, runs one pass and destroys it. */
int main(void) {
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &resources);
    return ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK && ptk_event_loop_destroy(loop) == PTK_ERR_OK ? 0 : 1;
}
