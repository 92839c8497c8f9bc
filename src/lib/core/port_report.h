/**
 * @file port_report.h
 * @brief From a port's report to the socket it is about.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_PORT_REPORT_H
#define PTK_CORE_PORT_REPORT_H

#include "protocol_toolkit.h"

/** @brief The slot of the loop that a port's part lies in. */
static inline ptk_event_loop_slot_t *ptk_loop_of_port(ptk_platform_loop_t *platform) {
    return (ptk_event_loop_slot_t *)((uintptr_t)platform - offsetof(ptk_event_loop_slot_t, platform));
}

#endif
