/**
 * @file ptk_python.c
 * @brief What Python cannot declare: slots, whose size only the header knows.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

/** @brief The memory of one loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
/** @brief Its pools: timers, sockets, user event sources. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 8, 16, 4);

/** @brief Creates a loop with the pools above. @return its handle, or an error. */
ptk_handle_t ptk_python_create_loop(void);

ptk_handle_t ptk_python_create_loop(void) {
    return ptk_event_loop_create(slots, 1, &resources);
}
