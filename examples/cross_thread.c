/**
 * @file cross_thread.c
 * @brief Four threads raise events to one loop.
 *
 * Any thread may call ptk_raise_event(). Each thread here runs a small loop of its own, in which a protothread raises
 * events, numbered from 1 on. Each thread has a source of its own in the main loop; the handler runs in the main loop's
 * thread and checks that all numbers of each thread come, in order. A user event source holds a fixed number of
 * events. When it is full the raiser gets PTK_ERR_WOULD_BLOCK and tries again after a pause, so nothing is ever lost.
 *
 * Try it:  ./cross_thread
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include <stdio.h>

#define THREADS 4
#define EVENTS_PER_THREAD 2500u
#define STACK_SIZE (1024 * 1024)

/** @brief Memory of the loops. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1 + THREADS);
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, 0, 0, THREADS);

/** @brief One raising thread. Only that thread writes here until it was stopped. */
typedef struct raiser {
    ptk_pt_t pt;
    ptk_handle_t loop;
    ptk_handle_t timer;
    ptk_timer_internal_t timer_slot; /* all the memory that its loop needs */
    ptk_handle_t source;             /* of the main loop */
    ptk_event_t event;
    unsigned refused; /* how often the source was full */
    uintptr_t number;
    ptk_thread_t thread;
} raiser_t;

/** @brief What the main loop's thread counts. */
typedef struct app {
    uintptr_t last[THREADS]; /* the last number from each thread */
    unsigned delivered;
    unsigned out_of_order;
} app_t;

/** @brief The threads. */
static raiser_t raisers[THREADS];
/** @brief Of the main loop. */
static app_t app;

/** @brief The library allocates nothing, so the threads' stacks are ours as well. */
static union {
    uint8_t bytes[STACK_SIZE];
    long double aligned;
} stacks[THREADS];

/** @brief Runs in a thread of its own, from the first wait on. */
static ptk_pt_status_t raise_events(ptk_pt_t *pt) {
    raiser_t *raiser = (raiser_t *)pt;
    ptk_err_t error;

    PTK_PT_BEGIN(pt);
    PTK_PT_SLEEP(pt, raiser->timer, 1);
    while (raiser->number <= EVENTS_PER_THREAD) {
        error = ptk_raise_event(raiser->source, raiser->event, raiser->number);
        if (error == PTK_ERR_OK) {
            raiser->number++;
        } else if (error == PTK_ERR_WOULD_BLOCK) {
            raiser->refused++;
            PTK_PT_SLEEP(pt, raiser->timer, 1);
        } else {
            PTK_PT_EXIT(pt); /* the main loop is gone */
        }
    }
    PTK_PT_END(pt);
}

/** @brief Runs in the main loop's thread, so that it needs no lock. */
static void on_event(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)source;
    (void)user_data;
    if (data != app.last[event - 1] + 1) {
        app.out_of_order++;
    }
    app.last[event - 1] = data;
    app.delivered++;
}

/** @brief A loop with one timer, a protothread that waits in it, and a thread that runs it. */
static ptk_err_t raiser_start(unsigned index, ptk_handle_t main_loop) {
    raiser_t *raiser = &raisers[index];
    const ptk_event_loop_resources_t resources = {&raiser->timer_slot, 1, NULL, 0, NULL, 0};
    ptk_handle_t source = ptk_user_event_source_create(main_loop);
    ptk_err_t error = ptk_set_event_handler(source, index + 1, on_event, NULL);

    raiser->loop = ptk_event_loop_create(app_event_loops, 1 + THREADS, &resources);
    raiser->timer = ptk_timer_create(raiser->loop);
    raiser->source = source;
    raiser->event = index + 1;
    raiser->number = 1;
    if (raiser->timer < 0) {
        return (ptk_err_t)raiser->timer;
    }
    if (error == PTK_ERR_OK) {
        error = ptk_protothread_init(&raiser->pt, raise_events);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_protothread_run(&raiser->pt);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_event_loop_thread_start(raiser->loop, &raiser->thread, stacks[index].bytes, STACK_SIZE);
    }
    return error;
}

/** @brief Starts the threads, and counts until all events are there. */
int main(int argc, char **argv) {
    ptk_handle_t loop = ptk_event_loop_create(app_event_loops, 1 + THREADS, &app_resources);
    ptk_err_t error = PTK_ERR_OK;
    unsigned refused = 0;
    unsigned i;

    if (argc > 1) {
        fprintf(stderr, "cross_thread: unexpected argument '%s'\n", argv[1]);
        return 2;
    }
    for (i = 0; i < THREADS && error == PTK_ERR_OK; i++) {
        error = raiser_start(i, loop);
    }
    while (error == PTK_ERR_OK && app.delivered < THREADS * EVENTS_PER_THREAD) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    for (i = 0; i < THREADS; i++) {
        (void)ptk_event_loop_thread_stop(&raisers[i].thread); /* an error only means that it was not started */
        (void)ptk_event_loop_destroy(raisers[i].loop);
    }
    ptk_event_loop_destroy(loop);
    if (error != PTK_ERR_OK) {
        fprintf(stderr, "cross_thread: %s\n", ptk_error_string(error));
        return 1;
    }
    for (i = 0; i < THREADS; i++) {
        printf("thread %u: %lu events, %u times the queue was full\n", i + 1, (unsigned long)app.last[i],
               raisers[i].refused);
        refused += raisers[i].refused;
    }
    printf("%u of %u events delivered, %u out of order, %u raises tried again\n", app.delivered,
           THREADS * EVENTS_PER_THREAD, app.out_of_order, refused);
    return app.out_of_order == 0 && app.delivered == THREADS * EVENTS_PER_THREAD ? 0 : 1;
}
