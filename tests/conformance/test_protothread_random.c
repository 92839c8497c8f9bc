/**
 * @file test_protothread_random.c
 * @brief Protothreads that wait for whatever comes to mind, while others resume, cancel and begin them anew at random
 *        times: no unit of a semaphore is lost or made, none is resumed that ended, and none stops for ever.
 *
 * SPDX-License-Identifier: MIT
 */
#include "random_model.h"

#include <string.h>

/** @brief Sizes of the test. */
enum { WORKERS = 5, UNITS = 1, ROUNDS = 250 };

/** @brief A child of a worker. */
typedef struct child {
    ptk_pt_t pt; /* first */
    ptk_handle_t timer;
    uint32_t choice;
    bool holds;
} child_t;

/** @brief A protothread that waits for random things. */
typedef struct worker {
    ptk_pt_t pt; /* first */
    child_t child;
    ptk_handle_t timer;
    ptk_event_t event;
    uint64_t deadline_ms;
    uint32_t choice;
    uint32_t steps; /* waits that are over */
    bool holds;     /* a unit of the semaphore */
    bool child_cancelled;
} worker_t;

/** @brief The pools of a loop. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(small, WORKERS, 0, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(large, 2 * WORKERS, 1, 2);

/** @brief The loop's slot. */
static ptk_event_loop_slot_t slot[1];
/** @brief The loop. */
static ptk_handle_t loop;
/** @brief The source that workers wait for. */
static ptk_handle_t source;
/** @brief The semaphore that they share. */
static ptk_semaphore_t semaphore;
static ptk_notification_t changed; /**< @brief Of clock_hand, although not always said. */
/** @brief The workers. */
static worker_t workers[WORKERS];
static uint32_t clock_hand; /**< @brief What conditions are made of. */
static bool calm;           /**< @brief Nothing interferes any more. */

/** @brief Does something at random with one of the workers. */
static void interfere(void);

/** @brief Gives back a unit that it holds, if any. */
static void release(bool *holds) {
    if (*holds) {
        *holds = false;
        EXPECT(ptk_semaphore_signal(&semaphore) == PTK_ERR_OK);
    }
}

/** @brief What is held never exceeds what there is. */
static void take_note(bool *holds) {
    uint32_t held = 1;

    for (uint32_t i = 0; i < WORKERS; i++) {
        held += (workers[i].holds ? 1u : 0u) + (workers[i].child.holds ? 1u : 0u);
    }
    EXPECT(!*holds && held + semaphore.count <= UNITS);
    *holds = true;
}

/** @brief Protothread: a random wait of a child. */
static ptk_pt_status_t run_child(ptk_pt_t *pt) {
    child_t *child = (child_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    child->choice = model_pick(4);
    if (child->choice == 0) {
        PTK_PT_SEMAPHORE_WAIT(pt, &semaphore);
        CHECK_OR_RETURN(PTK_PT_ERROR(pt) == PTK_ERR_OK, PTK_PT_EXITED);
        take_note(&child->holds);
    } else if (child->choice == 1) {
        PTK_PT_EXIT(pt);
    }
    PTK_PT_SLEEP(pt, child->timer, 1 + model_pick(2));
    release(&child->holds);
    PTK_PT_END(pt);
}

/** @brief Protothread: random waits without end. */
static ptk_pt_status_t run_worker(ptk_pt_t *pt) {
    worker_t *worker = (worker_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    for (;;) {
        worker->steps++;
        if (!calm && model_pick(3) == 0) {
            interfere();
        }
        worker->choice = model_pick(9);
        if (worker->choice == 0) {
            PTK_PT_YIELD(pt, loop);
            CHECK_OR_RETURN(PTK_PT_ERROR(pt) == PTK_ERR_OK, PTK_PT_EXITED);
        } else if (worker->choice == 1) {
            PTK_PT_SLEEP(pt, worker->timer, 1 + model_pick(3));
            CHECK_OR_RETURN(PTK_PT_ERROR(pt) == PTK_ERR_OK, PTK_PT_EXITED);
        } else if (worker->choice == 2) {
            PTK_PT_WAIT_EVENT_TIMEOUT(pt, source, worker->event, worker->timer, 2);
            CHECK_OR_RETURN(PTK_PT_TIMED_OUT(pt) || PTK_PT_WOKEN_EVENT(pt) == worker->event ||
                                (PTK_USER_EVENT_HANDLERS < WORKERS && PTK_PT_ERROR(pt) == PTK_ERR_OUT_OF_MEMORY),
                            PTK_PT_EXITED);
        } else if (worker->choice == 3) {
            PTK_PT_WAIT_UNTIL_TIMEOUT(pt, loop, clock_hand % 4 == 0, worker->timer, 2);
            CHECK_OR_RETURN(PTK_PT_TIMED_OUT(pt) || clock_hand % 4 == 0, PTK_PT_EXITED);
        } else if (worker->choice == 4) {
            PTK_PT_SEMAPHORE_WAIT_TIMEOUT(pt, &semaphore, worker->timer, 1 + model_pick(3));
            if (!PTK_PT_TIMED_OUT(pt)) {
                CHECK_OR_RETURN(PTK_PT_ERROR(pt) == PTK_ERR_OK, PTK_PT_EXITED);
                take_note(&worker->holds);
                PTK_PT_SLEEP(pt, worker->timer, 1 + model_pick(4));
                release(&worker->holds);
            }
        } else if (worker->choice == 5) {
            worker->child.timer = worker->timer;
            worker->child.holds = false;
            worker->child_cancelled = false;
            PTK_PT_SPAWN(pt, &worker->child.pt, run_child);
            CHECK_OR_RETURN(PTK_PT_ERROR(pt) == (worker->child_cancelled ? PTK_ERR_CANCELLED : PTK_ERR_OK),
                            PTK_PT_EXITED);
            CHECK_OR_RETURN(!worker->child.holds, PTK_PT_EXITED);
        } else if (worker->choice == 6) {
            worker->deadline_ms = ptk_clock_now_ms() + model_pick(3);
            PTK_PT_WAIT_NOTIFIED_DEADLINE(pt, &changed, clock_hand % 4 == 1, worker->timer, worker->deadline_ms);
            CHECK_OR_RETURN(PTK_PT_TIMED_OUT(pt) ? ptk_clock_now_ms() >= worker->deadline_ms : clock_hand % 4 == 1,
                            PTK_PT_EXITED);
        } else if (worker->choice == 7) {
            PTK_PT_YIELD(pt, loop);
            PTK_PT_RESTART(pt);
        } else {
            PTK_PT_YIELD(pt, loop);
            PTK_PT_EXIT(pt);
        }
    }
    PTK_PT_END(pt);
}

/** @brief Begins a worker in memory that holds nothing of its former life. */
static void begin(worker_t *worker) {
    const ptk_handle_t timer = worker->timer;
    const uint32_t steps = worker->steps;

    EXPECT(!worker->holds && !worker->child.holds);
    memset(worker, 0xA5, sizeof(*worker));
    worker->timer = timer;
    worker->event = 1 + (ptk_event_t)(worker - workers);
    worker->steps = steps;
    worker->holds = false;
    worker->child.holds = false;
    worker->child_cancelled = false;
    EXPECT(ptk_protothread_init(&worker->pt, run_worker) == PTK_ERR_OK);
    EXPECT(ptk_protothread_run(&worker->pt) == PTK_ERR_OK);
}

/** @brief Cancels a worker, and checks the result. */
static void cancel(worker_t *worker) {
    const bool finished = ptk_protothread_is_finished(&worker->pt);
    const ptk_err_t error = ptk_protothread_cancel(&worker->pt);

    EXPECT(error == (finished ? PTK_ERR_INVALID_ARGUMENT : PTK_ERR_OK) || (!finished && error == PTK_ERR_BUSY));
    if (error == PTK_ERR_OK) {
        EXPECT(ptk_protothread_is_finished(&worker->pt));
        release(&worker->holds); /* what it held is the application's to give back */
        release(&worker->child.holds);
    }
}

/** @brief Cancels the child that a worker waits for, if it does. */
static void cancel_child(worker_t *worker) {
    if (!ptk_protothread_is_finished(&worker->pt) && ptk_protothread_cancel(&worker->child.pt) == PTK_ERR_OK) {
        worker->child_cancelled = true;
        release(&worker->child.holds);
    }
}

/* What may come from outside at any time, from inside of a worker too. */
static void interfere(void) {
    worker_t *worker = &workers[model_pick(WORKERS)];

    switch (model_pick(7)) {
    case 0:
        cancel(worker);
        break;
    case 5:
        cancel_child(worker);
        break;
    case 1:
        if (ptk_protothread_is_finished(&worker->pt)) {
            begin(worker);
        }
        break;
    case 2:
        /* For no reason: it goes on waiting. */
        (void)ptk_protothread_run(&worker->pt);
        break;
    case 3:
        (void)ptk_raise_event(source, 1 + model_pick(WORKERS), 7);
        break;
    case 4:
        EXPECT(ptk_event_loop_resize_resources(loop, model_pick(2) == 0 ? &small : &large) != PTK_ERR_INVALID_HANDLE);
        break;
    default:
        clock_hand++;
        EXPECT(ptk_notify(&changed) == PTK_ERR_OK);
        break;
    }
}

/** @brief Creates everything for a seed. */
static void open_all(uint32_t seed) {
    model_begin(seed);
    calm = false;
    memset(workers, 0, sizeof(workers));
    loop = ptk_event_loop_create(slot, 1, &small);
    EXPECT(loop > 0);
    source = ptk_user_event_source_create(loop);
    EXPECT(source > 0);
    EXPECT(ptk_semaphore_init(&semaphore, loop, UNITS) == PTK_ERR_OK);
    EXPECT(ptk_notification_init(&changed, loop) == PTK_ERR_OK);
    for (uint32_t i = 0; i < WORKERS; i++) {
        workers[i].timer = ptk_timer_create(loop);
        EXPECT(workers[i].timer > 0);
    }
}

/** @brief Everybody gets on: a number of waits of each comes to its end, since all have a time-out. */
static void expect_progress(void) {
    const uint64_t start = ptk_clock_now_ms();
    uint32_t slowest = 0;

    for (uint32_t i = 0; i < WORKERS; i++) {
        workers[i].steps = 0;
    }
    calm = true;
    while (slowest < 3 && !harness_failed()) {
        EXPECT(ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS);
        slowest = UINT32_MAX;
        for (uint32_t i = 0; i < WORKERS; i++) {
            if (ptk_protothread_is_finished(&workers[i].pt)) {
                begin(&workers[i]);
            }
            slowest = workers[i].steps < slowest ? workers[i].steps : slowest;
        }
        EXPECT(ptk_event_loop_run_for(loop, 1) == PTK_ERR_OK);
        clock_hand++;
    }
}

/** @brief Runs one sequence of random waits. */
static void one_seed(uint32_t seed) {
    open_all(seed);
    for (model_step = 0; model_step < ROUNDS && !harness_failed(); model_step++) {
        interfere();
        if (model_pick(3) == 0) {
            EXPECT(ptk_event_loop_run_for(loop, model_pick(2)) == PTK_ERR_OK);
        }
    }
    expect_progress();
    for (uint32_t i = 0; i < WORKERS; i++) {
        cancel(&workers[i]);
    }
    EXPECT(semaphore.count == UNITS && semaphore.waiters.first == NULL);
    EXPECT(ptk_event_loop_destroy(loop) == PTK_ERR_OK);
}

/** @brief Random waits, cancellations and destructions keep every invariant. */
static void random_waits(void) {
    (void)ptk_event_loop_destroy(slot[0].handle); /* what a test that failed has left */
    for (uint32_t seed = 1; seed <= 12 && !harness_failed(); seed++) {
        one_seed(seed);
    }
}

const harness_test_t protothread_random_tests[] = {
    {"protothread_random.random_waits", random_waits},
    {NULL, NULL},
};
