/**
 * @file handler.h
 * @brief Setting the handler of an event.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_HANDLER_H
#define PTK_CORE_HANDLER_H

#include "core/handler_slot.h"

/** @brief Sets the handler of an event of a live resource, which ptk_set_event_handler() and its protothread form share. */
ptk_err_t ptk_handler_set(ptk_resource_base_t *slot, const ptk_handler_change_t *change);

#endif
