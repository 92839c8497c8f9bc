/**
 * @file client_main.c
 * @brief line_client: sends requests to the tutorial's server, prints the responses.
 *        Usage: line_client ADDRESS:PORT REQUEST...
 *
 * SPDX-License-Identifier: MIT
 */
#include "line_client.h"

#include <stdio.h>

#define TIMEOUT_MS 2000 /**< @brief Time for connecting, and for each request. */

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 1, 1, 0); /* one timer, one socket */

/* [session] */
/** @brief A session: connects, and makes one request after the other. */
typedef struct session {
    ptk_pt_t pt;
    line_request_t request;
    ptk_address_t server;
    char **texts; /* the requests, NULL after the last */
    ptk_err_t error;
} session_t;

/** @brief Connects, and makes the requests. */
static ptk_pt_status_t session_run(ptk_pt_t *pt) {
    session_t *session = (session_t *)pt;

    PTK_PT_BEGIN(pt);
    PTK_PT_CONNECT_TIMEOUT(pt, session->request.socket, &session->server, session->request.timer, TIMEOUT_MS);
    session->error = PTK_PT_ERROR(pt);
    for (; session->error == PTK_ERR_OK && *session->texts != NULL; session->texts++) {
        session->request.text = *session->texts;
        session->request.deadline_ms = ptk_clock_now_ms() + TIMEOUT_MS;
        PTK_PT_SPAWN(pt, &session->request.pt, line_request_run);
        session->error = session->request.error;
        if (session->error == PTK_ERR_OK) {
            (void)printf("%s\n", session->request.response);
        }
    }
    (void)ptk_socket_destroy(session->request.socket);
    PTK_PT_END(pt);
}
/* [/session] */

/** @brief Runs the session until it is over. */
int main(int argc, char **argv) {
    static session_t session;

    if (argc < 3 || ptk_address_parse(argv[1], 7001, &session.server) != PTK_ERR_OK) {
        (void)fprintf(stderr, "usage: line_client ADDRESS:PORT REQUEST...\n");
        return 2;
    }
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);
    session.request.socket = ptk_socket_create(loop);
    session.request.timer = ptk_timer_create(loop);
    session.texts = argv + 2;
    ptk_err_t error = ptk_protothread_init(&session.pt, session_run);
    if (error == PTK_ERR_OK) {
        error = ptk_protothread_run(&session.pt);
    }
    while (error == PTK_ERR_OK && !ptk_protothread_is_finished(&session.pt)) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    if (error == PTK_ERR_OK) {
        error = session.error;
    }
    if (error != PTK_ERR_OK) {
        (void)fprintf(stderr, "line_client: %s\n", ptk_error_string(error));
    }
    return error == PTK_ERR_OK ? 0 : 1;
}
