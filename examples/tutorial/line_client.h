/**
 * @file line_client.h
 * @brief The tutorial's client: one request and its response, as a child protothread.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_TUTORIAL_LINE_CLIENT_H
#define EXAMPLES_TUTORIAL_LINE_CLIENT_H

#include "line_protocol.h"

/* [request] */
/** @brief A request on a connection. Set the members above the line, spawn, then look at those below it. */
typedef struct line_request {
    ptk_pt_t pt;
    ptk_handle_t socket;
    ptk_handle_t timer;
    uint64_t deadline_ms; /* for request and response together */
    const char *text;     /* without its end */
    /* ---- */
    ptk_err_t error;
    char response[LINE_SIZE + 1]; /* without its end */
    ptk_buf_t buf;
    uint8_t memory[LINE_SIZE];
} line_request_t;

/** @brief Sends the request and receives its response. */
ptk_pt_status_t line_request_run(ptk_pt_t *pt);
/* [/request] */

#endif
