/*
 * cross_thread: four threads raise events to one loop.
 *
 * ptk_raise_event() is the one function that any thread may call. Each thread here raises its own event, numbered from
 * 1 on; the handler runs in the loop's thread and checks that every number of every thread comes, in order. A user event
 * source holds a fixed number of events: when it is full the raiser is told so (PTK_ERR_WOULD_BLOCK) and tries again
 * after a pause, so nothing is ever lost in silence.
 *
 * Try it:  ./cross_thread
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#define THREADS 4
#define EVENTS_PER_THREAD 25000u

PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, 0, 0, 1);

/* One raising thread. Only that thread writes here until it was joined. */
typedef struct raiser {
    pthread_t thread;
    ptk_handle_t source;
    ptk_event_t event;
    unsigned refused; /* how often the source was full */
} raiser_t;

/* What the loop's thread counts. */
typedef struct app {
    uintptr_t last[THREADS]; /* the last number from each thread */
    unsigned delivered;
    unsigned out_of_order;
} app_t;

/* Runs in a thread of its own. */
static void *raise_events(void *argument) {
    raiser_t *raiser = (raiser_t *)argument;
    uintptr_t number = 1;

    while (number <= EVENTS_PER_THREAD) {
        ptk_err_t error = ptk_raise_event(raiser->source, raiser->event, number);
        if (error == PTK_ERR_OK) {
            number++;
        } else if (error == PTK_ERR_WOULD_BLOCK) {
            raiser->refused++;
            sched_yield();
        } else {
            break; /* the loop is gone */
        }
    }
    return NULL;
}

/* Runs in the loop's thread, so that it needs no lock. */
static void on_event(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    app_t *app = (app_t *)user_data;

    (void)source;
    if (data != app->last[event - 1] + 1) {
        app->out_of_order++;
    }
    app->last[event - 1] = data;
    app->delivered++;
}

/* Creates the source and sets a handler for each thread's event. */
static ptk_handle_t create_source(ptk_handle_t loop, app_t *app) {
    ptk_handle_t source = ptk_user_event_source_create(loop);
    ptk_event_t event;

    for (event = 1; event <= THREADS; event++) {
        ptk_err_t error = ptk_set_event_handler(source, event, on_event, app);
        if (error != PTK_ERR_OK) {
            return error;
        }
    }
    return source;
}

/* Runs the loop until everything was delivered. Returns the first thread that could not be started, or THREADS. */
static unsigned run(ptk_handle_t loop, ptk_handle_t source, raiser_t *raisers, const app_t *app) {
    unsigned started;
    unsigned i;

    for (started = 0; started < THREADS; started++) {
        raisers[started].source = source;
        raisers[started].event = (ptk_event_t)(started + 1);
        if (pthread_create(&raisers[started].thread, NULL, raise_events, &raisers[started]) != 0) {
            break;
        }
    }
    while (app->delivered < started * EVENTS_PER_THREAD) {
        if (ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER) != PTK_ERR_OK) {
            ptk_event_loop_destroy(loop); /* so that the threads give up */
            break;
        }
    }
    for (i = 0; i < started; i++) {
        pthread_join(raisers[i].thread, NULL);
    }
    return started;
}

int main(void) {
    static raiser_t raisers[THREADS];
    app_t app;
    ptk_handle_t loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    ptk_handle_t source;
    unsigned refused = 0;
    unsigned i;

    memset(&app, 0, sizeof app);
    source = create_source(loop, &app);
    if (source < 0) {
        fprintf(stderr, "cross_thread: cannot start: %s\n", ptk_error_string((ptk_err_t)source));
        return 1;
    }
    if (run(loop, source, raisers, &app) != THREADS) {
        fprintf(stderr, "cross_thread: cannot start %d threads\n", THREADS);
        return 1;
    }
    for (i = 0; i < THREADS; i++) {
        printf("thread %u: %lu events, %u times the queue was full\n", i + 1, (unsigned long)app.last[i],
               raisers[i].refused);
        refused += raisers[i].refused;
    }
    printf("%u of %u events delivered, %u out of order, %u raises tried again\n", app.delivered,
           THREADS * EVENTS_PER_THREAD, app.out_of_order, refused);
    ptk_event_loop_destroy(loop);
    return app.out_of_order == 0 && app.delivered == THREADS * EVENTS_PER_THREAD ? 0 : 1;
}
