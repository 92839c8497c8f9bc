/**
 * @file slots.c
 * @brief Symbols whose sizes are those of the slots.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

char event_loop_slot[sizeof(ptk_event_loop_slot_t)];                   /**< @brief An event loop. */
char timer_slot[sizeof(ptk_timer_internal_t)];                         /**< @brief A timer. */
char socket_slot[sizeof(ptk_socket_internal_t)];                       /**< @brief A socket. */
char user_event_source_slot[sizeof(ptk_user_event_source_internal_t)]; /**< @brief A source. */
char protothread[sizeof(ptk_pt_t)];                                    /**< @brief A protothread. */
