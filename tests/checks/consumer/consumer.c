/**
 * @file consumer.c
 * @brief A program that uses an installed Protocol Toolkit; C99 and C++11.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include <stdio.h>
#include <string.h>

/* The archive was built with other limits than the header's defaults: they must have come along. */
#if PTK_USER_EVENT_QUEUE_SIZE != 16 || PTK_EVENT_LOOP_MAX_WAIT_MS != 5
#error "The compile-time limits of the archive did not come with the package."
#endif

/** @brief The loop's slot and its pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
/** @brief The pools of a loop. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 0, 0, 1);

/** @brief The sum of the data of all events. */
static unsigned delivered;

/** @brief Handler: adds the event's data. */
static void on_event(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)source;
    (void)event;
    (void)user_data;
    delivered += (unsigned)data;
}

/** @brief Raises events until the queue is full, delivers them, and prints "ok" if all came. */
int main(void) {
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &resources);
    ptk_handle_t source = ptk_user_event_source_create(loop);
    unsigned count;
    if (ptk_set_event_handler(source, 2049, on_event, NULL) != PTK_ERR_OK) {
        return 1;
    }
    for (count = 0; count < PTK_USER_EVENT_QUEUE_SIZE; count++) {
        if (ptk_raise_event(source, 2049, 1) != PTK_ERR_OK) {
            return 2;
        }
    }
    if (ptk_raise_event(source, 2049, 1) != PTK_ERR_WOULD_BLOCK) {
        return 3;
    }
    for (count = 0; count < PTK_USER_EVENT_QUEUE_SIZE; count++) {
        if (ptk_event_loop_run_for(loop, 0) != PTK_ERR_OK) {
            return 4;
        }
    }
    if (delivered != PTK_USER_EVENT_QUEUE_SIZE || strcmp(ptk_version_string(), PTK_VERSION_STRING) != 0) {
        return 5;
    }
    printf("ok\n");
    return ptk_event_loop_destroy(loop) == PTK_ERR_OK ? 0 : 6;
}
