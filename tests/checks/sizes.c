/**
 * @file sizes.c
 * @brief Sizes of the slots, which the application pays for each resource.
 *
 * Compiling asserts the limits, for 64-bit platforms with 8 queue entries and 8 handlers in each user event source;
 * running prints them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include <stdio.h>

#define ASSERT_AT_MOST(type, limit)                                                                                    \
    typedef char type##_is_too_large[(sizeof(void *) > 8 || sizeof(type) <= (limit)) ? 1 : -1]

/** @brief What a slot may take. */
ASSERT_AT_MOST(ptk_timer_internal_t, 96);
ASSERT_AT_MOST(ptk_socket_internal_t, 256);
#if PTK_USER_EVENT_QUEUE_SIZE == 8 && PTK_USER_EVENT_HANDLERS == 8
/** @brief Of a source with a queue and handlers of the default size. */
ASSERT_AT_MOST(ptk_user_event_source_internal_t, 384);
#endif

/** @brief Prints the sizes. */
int main(void) {
    printf("timer slot               %4lu bytes\n", (unsigned long)sizeof(ptk_timer_internal_t));
    printf("socket slot              %4lu bytes\n", (unsigned long)sizeof(ptk_socket_internal_t));
    printf("user event source slot   %4lu bytes\n", (unsigned long)sizeof(ptk_user_event_source_internal_t));
    printf("event loop slot          %4lu bytes\n", (unsigned long)sizeof(ptk_event_loop_slot_t));
    printf("protothread              %4lu bytes\n", (unsigned long)sizeof(ptk_pt_t));
    return 0;
}
