/**
 * @file handler.h
 * @brief Setting the handler of an event.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_HANDLER_H
#define PTK_CORE_HANDLER_H

#include "core/handler_slot.h"

/**
 * @brief Sets or removes a handler, which all functions for that share. The resource is live, or NULL:
 *        PTK_ERR_INVALID_HANDLE.
 */
ptk_err_t ptk_handler_set(ptk_resource_base_t *slot, const ptk_handler_change_t *change);

#endif
