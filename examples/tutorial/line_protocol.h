/**
 * @file line_protocol.h
 * @brief The tutorial's protocol: requests and responses are lines of text. Only bytes: no socket, no loop.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_TUTORIAL_LINE_PROTOCOL_H
#define EXAMPLES_TUTORIAL_LINE_PROTOCOL_H

#include <protocol_toolkit.h>

#define LINE_SIZE 64   /**< @brief The longest line in bytes, its end included. */
#define LINE_POINTS 16 /**< @brief Points that a device has, numbered from 0. */

/**
 * @brief Takes one line from what was received.
 * @param in what was received. @param[out] line the line without its end.
 * @return PTK_ERR_OK, PTK_ERR_WOULD_BLOCK (the end has not come yet), PTK_ERR_NO_SPACE (the line is too long).
 */
ptk_err_t line_take(ptk_buf_t *in, ptk_buf_t *line);

/**
 * @brief Carries out a request and makes its response.
 * @param points the device's LINE_POINTS values. @param line the request. @param[out] out the response, end included.
 */
void line_execute(int32_t *points, ptk_buf_t *line, ptk_buf_t *out);

#endif
