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

/** @brief A call that can be made to fail. */
typedef enum wrapped_failure {
    WRAPPED_NONE = 0,      /**< @brief All work. */
    WRAPPED_OPEN = 1,      /**< @brief Opening a helper of the socket driver. */
    WRAPPED_ASSOCIATE = 2, /**< @brief Having its completions go to the port. */
    WRAPPED_MODES = 3,     /**< @brief Setting how it completes. */
    WRAPPED_DUPLICATE = 4, /**< @brief Giving a socket a handle to it. */
    WRAPPED_CANCEL = 5,    /**< @brief Cancelling a request. */
    WRAPPED_TAKE = 6,      /**< @brief Taking completions. */
    WRAPPED_BIND = 7       /**< @brief Binding: another program has every port for itself. */
} wrapped_failure_t;

/** @brief What was seen of the calls, and which are to fail. */
typedef struct wrapped_calls {
    uint32_t submitted;        /**< @brief Requests to the socket driver. */
    uint32_t cancelled;        /**< @brief Requests that were cancelled. */
    uint32_t opened;           /**< @brief Helpers that were opened. */
    uint32_t events;           /**< @brief What the last request was for. */
    uint32_t handles;          /**< @brief Handles that are open: of completion ports, of helpers, duplicates. */
    uint32_t longest_wait_ms;  /**< @brief The longest wait for completions. */
    void *port;                /**< @brief The completion port that was made last. */
    wrapped_failure_t failure; /**< @brief What fails until it is set to something else. */
    uint32_t refusals;         /**< @brief How many of the next requests the system has no memory for. */
    bool withholds;            /**< @brief Completions do not come; when it is false again, they do. */
} wrapped_calls_t;

extern wrapped_calls_t wrapped;

/** @brief Forgets what was seen; nothing fails. */
void wrapped_reset(void);

/** @brief Posts a completion that is none of the library's to the port that was made last. @return whether it worked. */
bool wrapped_post_foreign(void);

#endif
