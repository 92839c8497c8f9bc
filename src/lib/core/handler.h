/**
 * @file handler.h
 * @brief Setting the handler of an event.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_HANDLER_H
#define PTK_CORE_HANDLER_H

#include "protocol_toolkit.h"

/** @brief Sets the handler of an event, which ptk_set_event_handler() and its protothread form share. */
ptk_err_t ptk_handler_set(ptk_handle_t resource, ptk_event_t event, const ptk_handler_t *handler);

#endif
