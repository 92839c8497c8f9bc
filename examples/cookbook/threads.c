/**
 * @file threads.c
 * @brief Cookbook: a request from another thread, and its response.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cookbook.h"

/** @brief Memory of the loops. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(network_pools, 0, 0, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(worker_pools, 1, 0, 1);

/* [request] */
/** @brief The events of both sources: any numbers but 0. */
enum { EVENT_REQUEST = 1, EVENT_RESPONSE = 2 };

/** @brief Belongs to the thread that made it; from the raise until the response, to the network's thread. */
typedef struct request {
    ptk_handle_t respond_to; /* a user event source of the requesting loop */
    uint32_t number;
    uint32_t result;
} request_t;

/** @brief In the network's thread: no lock is needed. */
static void on_request(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    request_t *request = (request_t *)data;
    (void)source, (void)event, (void)user_data;
    request->result = request->number * 2;
    (void)ptk_raise_event(request->respond_to, EVENT_RESPONSE, data); /* its queue has room for each open request */
}
/* [/request] */

/* [ask] */
/** @brief A thread that makes requests, with a loop of its own. */
typedef struct worker {
    ptk_pt_t pt;
    ptk_handle_t loop;
    ptk_handle_t timer;
    ptk_handle_t responses; /* a source of its own loop */
    ptk_handle_t network;   /* a source of the network's loop */
    request_t request;
    ptk_err_t error;
    uint32_t answered;
} worker_t;

/** @brief In the worker's thread. */
static ptk_pt_status_t worker_run(ptk_pt_t *pt) {
    worker_t *worker = (worker_t *)pt;

    PTK_PT_BEGIN(pt);
    PTK_PT_YIELD(pt, worker->loop); /* what follows runs in the loop's thread */
    for (worker->request.number = 1; worker->request.number <= 100; worker->request.number++) {
        worker->request.respond_to = worker->responses;
        worker->error = ptk_raise_event(worker->network, EVENT_REQUEST, (uintptr_t)&worker->request);
        while (worker->error == PTK_ERR_WOULD_BLOCK) { /* the queue is full: nothing was lost, try again later */
            PTK_PT_SLEEP(pt, worker->timer, 1);
            worker->error = ptk_raise_event(worker->network, EVENT_REQUEST, (uintptr_t)&worker->request);
        }
        if (worker->error != PTK_ERR_OK) {
            PTK_PT_EXIT(pt); /* the network's loop is gone */
        }
        PTK_PT_WAIT_EVENT(pt, worker->responses, EVENT_RESPONSE);
        worker->answered += worker->request.result == worker->request.number * 2 ? 1 : 0;
    }
    (void)ptk_raise_event(worker->network, EVENT_RESPONSE, 0); /* it has finished */
    PTK_PT_END(pt);
}
/* [/ask] */

/** @brief The worker has finished. */
static void on_finished(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)source, (void)event, (void)data;
    *(bool *)user_data = true;
}

bool cookbook_try_threads(void) {
    static worker_t worker;
    static ptk_thread_t thread;
    static union {
        uint8_t bytes[1024 * 1024];
        long double aligned;
    } stack;
    bool finished = false;
    ptk_handle_t loop = ptk_event_loop_create(loops, 2, &network_pools);

    worker.network = ptk_user_event_source_create(loop);
    worker.loop = ptk_event_loop_create(loops, 2, &worker_pools);
    worker.responses = ptk_user_event_source_create(worker.loop);
    worker.timer = ptk_timer_create(worker.loop);
    (void)ptk_set_event_handler(worker.network, EVENT_REQUEST, on_request, NULL);
    (void)ptk_set_event_handler(worker.network, EVENT_RESPONSE, on_finished, &finished);
    (void)ptk_protothread_init(&worker.pt, worker_run);
    ptk_err_t error = ptk_protothread_run(&worker.pt);
    if (error == PTK_ERR_OK) {
        error = ptk_event_loop_thread_start(worker.loop, &thread, stack.bytes, sizeof stack.bytes);
    }
    while (error == PTK_ERR_OK && !finished) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    bool stopped = ptk_event_loop_thread_stop(&thread) == PTK_ERR_OK;
    (void)ptk_event_loop_destroy(worker.loop);
    return ptk_event_loop_destroy(loop) == PTK_ERR_OK && stopped && worker.answered == 100;
}
