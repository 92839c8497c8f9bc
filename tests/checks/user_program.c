/**
 * @file user_program.c
 * @brief The program that the API's names and shapes were given by.
 *
 * Below the include nothing may be changed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

/** @brief clang-format off */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(main_resources, 8, 16, 4);
PTK_DECLARE_EVENT_LOOP_RESOURCES(network_resources, 4, 32, 2);
int main() {
    ptk_handle_t main_loop = ptk_event_loop_create(app_event_loops, 2, &main_resources);
    ptk_handle_t network_loop = ptk_event_loop_create(app_event_loops, 2, &network_resources);
    ptk_handle_t timer = ptk_timer_create(main_loop);
    ptk_handle_t socket = ptk_socket_create(network_loop);
    while (1) {
        ptk_event_loop_run(main_loop);
        ptk_event_loop_run(network_loop);
    }
}
