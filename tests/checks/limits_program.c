/**
 * @file limits_program.c
 * @brief A program of two files, each of which hands pools to the library; C99 and C++11. It is compiled with limits
 *        that are those of the archive, or are not: then it must not build.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#ifdef SECOND_FILE

/** @brief Larger pools, from the second file. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(larger, 1, 1, 2);

#ifdef __cplusplus
/** @brief Moves the loop to the pools of the second file. */
extern "C"
#endif
    ptk_err_t
    second_file(ptk_handle_t loop);

ptk_err_t second_file(ptk_handle_t loop) {
    return ptk_event_loop_resize_resources(loop, &larger);
}

#else

#include <stdio.h>

#ifdef __cplusplus
extern "C"
#endif
    ptk_err_t
    second_file(ptk_handle_t loop);

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 0, 0, 1);

/** @brief Prints how many events a source holds. */
int main(void) {
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &resources);
    ptk_handle_t source = ptk_user_event_source_create(loop);
    uint32_t raised = 0;
    if (second_file(loop) != PTK_ERR_OK) {
        return 1;
    }
    while (ptk_raise_event(source, 1, UINTPTR_MAX) == PTK_ERR_OK) {
        raised++;
    }
    printf("queue %lu\n", (unsigned long)raised);
    return raised == PTK_USER_EVENT_QUEUE_SIZE && ptk_event_loop_destroy(loop) == PTK_ERR_OK ? 0 : 2;
}

#endif
