/**
 * @file wrapped_calls.h
 * @brief The library's own calls of the system, counted, and failing on purpose.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WRAPPED_CALLS_H
#define WRAPPED_CALLS_H

#include <stdbool.h>
#include <stdint.h>

/** @brief What was seen of the calls, and which are to fail. */
typedef struct wrapped_calls {
    uint32_t asked;     /**< @brief Questions to the socket driver. */
    uint32_t cancelled; /**< @brief Questions that were cancelled. */
    uint32_t events;    /**< @brief What the last question asked for. */
    void *asked_handle; /**< @brief What the last question was put to. */
    uint32_t refusals;  /**< @brief How many of the next questions the system has no memory for. */
    bool is_held;       /**< @brief Whether another program has every port for itself. */
} wrapped_calls_t;

extern wrapped_calls_t wrapped;

#endif
