/**
 * @file line_server.h
 * @brief The tutorial's server: a protothread that accepts, and one for each connection.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_TUTORIAL_LINE_SERVER_H
#define EXAMPLES_TUTORIAL_LINE_SERVER_H

#include "line_protocol.h"

/* [structs] */
#define LINE_CONNECTIONS 8                         /**< @brief Connections at a time. */
#define LINE_SERVER_TIMERS LINE_CONNECTIONS        /**< @brief Timer slots that a server needs. */
#define LINE_SERVER_SOCKETS (1 + LINE_CONNECTIONS) /**< @brief Socket slots that it needs: the listener's, too. */

struct line_server;

/** @brief One connection. What has to survive a wait is in here. */
typedef struct line_connection {
    ptk_pt_t pt; /* the first member */
    struct line_server *server;
    ptk_handle_t socket; /* 0 while the entry is free */
    ptk_handle_t timer;
    ptk_err_t error;
    ptk_buf_t in;
    ptk_buf_t out;
    uint8_t in_memory[LINE_SIZE];
    uint8_t out_memory[LINE_SIZE];
} line_connection_t;

/** @brief The server: all the memory that it will ever use. */
typedef struct line_server {
    ptk_pt_t pt;
    ptk_handle_t listener;
    ptk_handle_t accepted;
    uint64_t idle_ms; /* a connection is closed when nothing has come for so long */
    int32_t points[LINE_POINTS];
    line_connection_t connections[LINE_CONNECTIONS];
} line_server_t;
/* [/structs] */

/**
 * @brief Starts a server on a loop that has LINE_SERVER_TIMERS and LINE_SERVER_SOCKETS slots for it.
 * @param[out] server zeroed memory that stays in place. @param loop the loop. @param address where to listen.
 * @param idle_ms 1 and more.
 * @return PTK_ERR_OK, or why it cannot.
 */
ptk_err_t line_server_start(line_server_t *server, ptk_handle_t loop, const ptk_address_t *address, uint64_t idle_ms);

#endif
