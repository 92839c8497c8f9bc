/**
 * @file waits.c
 * @brief The parts of docs/protothreads.md that are no whole program, and what tries them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include <stdio.h>

/** @brief What the first part needs. */
typedef struct request {
    ptk_pt_t pt;
    ptk_handle_t socket;
    ptk_handle_t timer;
    ptk_address_t server;
    uint64_t deadline_ms;
    ptk_buf_t out;
    ptk_buf_t in;
    ptk_err_t result;
} request_t;

/* [deadline] */
/** @brief Connects, sends a request and receives its response, all within two seconds. */
static ptk_pt_status_t request_run(ptk_pt_t *pt) {
    request_t *request = (request_t *)pt;

    PTK_PT_BEGIN(pt);
    request->deadline_ms = ptk_clock_now_ms() + 2000;
    PTK_PT_CONNECT_DEADLINE(pt, request->socket, &request->server, request->timer, request->deadline_ms);
    if (PTK_PT_ERROR(pt) == PTK_ERR_OK) {
        PTK_PT_SEND_ALL_DEADLINE(pt, request->socket, &request->out, request->timer, request->deadline_ms);
    }
    if (PTK_PT_ERROR(pt) == PTK_ERR_OK) {
        PTK_PT_RECEIVE_EXACTLY_DEADLINE(pt, request->socket, &request->in, 16, request->timer, request->deadline_ms);
    }
    request->result = PTK_PT_ERROR(pt);
    PTK_PT_END(pt);
}
/* [/deadline] */

struct queue;

/** @brief What the second part needs. */
typedef struct worker {
    ptk_pt_t pt;
    struct queue *queue;
} worker_t;

/* [notification] */
/** @brief Something to be worked on, and who waits for it. */
typedef struct queue {
    ptk_notification_t changed;
    uint32_t length;
} queue_t;

/** @brief There is more to do. */
static void on_request(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    queue_t *queue = (queue_t *)user_data;
    (void)source;
    (void)event;
    (void)data;
    queue->length++;
    (void)ptk_notify(&queue->changed);
}

/** @brief Takes one thing after the other. */
static ptk_pt_status_t worker_run(ptk_pt_t *pt) {
    queue_t *queue = ((worker_t *)pt)->queue;

    PTK_PT_BEGIN(pt);
    for (;;) {
        PTK_PT_WAIT_NOTIFIED(pt, &queue->changed, queue->length > 0);
        if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
            PTK_PT_EXIT(pt); /* the loop is gone */
        }
        queue->length--;
    }
    PTK_PT_END(pt);
}
/* [/notification] */

/** @brief What the third part needs: the half that reads. */
typedef struct reader {
    ptk_pt_t pt;
} reader_t;

/** @brief What the third part needs: both halves. */
typedef struct session {
    ptk_handle_t socket;
    ptk_semaphore_t to_write;
    ptk_buf_t out;
    reader_t reader;
} session_t;

/** @brief What the third part needs: the half that writes. */
typedef struct writer {
    ptk_pt_t pt;
    session_t *session;
} writer_t;

/* [cancel] */
/** @brief A session that lives as long as both of its halves: the half that meets an error ends the other one. */
static ptk_pt_status_t writer_run(ptk_pt_t *pt) {
    session_t *session = ((writer_t *)pt)->session;

    PTK_PT_BEGIN(pt);
    do {
        PTK_PT_SEMAPHORE_WAIT(pt, &session->to_write);
        PTK_PT_SEND_ALL(pt, session->socket, &session->out);
    } while (PTK_PT_ERROR(pt) == PTK_ERR_OK);
    (void)ptk_protothread_cancel(&session->reader.pt); /* its parent goes on, with PTK_ERR_CANCELLED */
    PTK_PT_END(pt);
}
/* [/cancel] */

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 1, 2, 1);

/** @brief The timer of all that wait here. */
static ptk_handle_t timer;

/** @brief A reader that waits until it is cancelled. */
static ptk_pt_status_t reader_run(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_SLEEP(pt, timer, PTK_WAIT_FOREVER);
    PTK_PT_END(pt);
}

/** @brief A request to a port at which no one listens. Returns whether it fails. */
static bool try_request(ptk_handle_t loop) {
    static request_t request;
    ptk_handle_t listener = ptk_socket_create(loop);

    (void)ptk_address_parse("127.0.0.1", 0, &request.server);
    (void)ptk_socket_listen(listener, &request.server, 1);
    (void)ptk_socket_get_local_address(listener, &request.server);
    (void)ptk_socket_destroy(listener);
    request.socket = ptk_socket_create(loop);
    request.timer = timer;
    (void)ptk_protothread_init(&request.pt, request_run);
    (void)ptk_protothread_run(&request.pt);
    while (!ptk_protothread_is_finished(&request.pt)) {
        (void)ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    return request.result != PTK_ERR_OK;
}

/** @brief Three events. Returns whether the worker takes three things from its queue. */
static bool try_worker(ptk_handle_t loop) {
    static worker_t worker;
    static queue_t queue;
    ptk_handle_t source = ptk_user_event_source_create(loop);

    worker.queue = &queue;
    (void)ptk_notification_init(&queue.changed, loop);
    (void)ptk_set_event_handler(source, 1, on_request, &queue);
    (void)ptk_protothread_init(&worker.pt, worker_run);
    (void)ptk_protothread_run(&worker.pt);
    for (int i = 0; i < 3; i++) {
        (void)ptk_raise_event(source, 1, 0);
    }
    for (int passes = 0; passes < 5; passes++) {
        (void)ptk_event_loop_run_for(loop, 0);
    }
    return queue.length == 0 && ptk_protothread_cancel(&worker.pt) == PTK_ERR_OK;
}

/** @brief A writer without a connection. Returns whether it ends, and ends the reader. */
static bool try_session(ptk_handle_t loop) {
    static session_t session;
    static writer_t writer;

    writer.session = &session;
    (void)ptk_semaphore_init(&session.to_write, loop, 1);
    (void)ptk_buf_wrap(&session.out, "x", 1);
    (void)ptk_protothread_init(&session.reader.pt, reader_run);
    (void)ptk_protothread_run(&session.reader.pt);
    (void)ptk_protothread_init(&writer.pt, writer_run);
    (void)ptk_protothread_run(&writer.pt);
    return ptk_protothread_is_finished(&writer.pt) && ptk_protothread_is_finished(&session.reader.pt);
}

/** @brief Tries the three. */
int main(void) {
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);

    timer = ptk_timer_create(loop);
    bool request_fails = try_request(loop);
    bool worker_works = try_worker(loop);
    bool session_ends = try_session(loop);
    (void)printf("request %d, worker %d, session %d\n", request_fails, worker_works, session_ends);
    (void)ptk_event_loop_destroy(loop);
    return request_fails && worker_works && session_ends ? 0 : 1;
}
