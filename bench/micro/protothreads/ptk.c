/* SPDX-License-Identifier: MIT */
/** @file ptk.c @brief Scenario (i): what a wait and its resume cost, with 10,000 protothreads. */
#include "micro.h"

#include "protocol_toolkit.h"

#define PROTOTHREADS 10000u
#define EVENT 1u

typedef struct worker {
    ptk_pt_t pt;
    ptk_handle_t source;
    uint64_t resumed;
} worker_t;

PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 0, 0, PROTOTHREADS);
static worker_t workers[PROTOTHREADS];
static ptk_handle_t loop;
static ptk_semaphore_t semaphore;

static ptk_pt_status_t yielding(ptk_pt_t *pt) {
    worker_t *worker = (worker_t *)pt;
    PTK_PT_BEGIN(pt);
    for (;;) {
        PTK_PT_YIELD(pt, loop);
        worker->resumed++;
    }
    PTK_PT_END(pt);
}

static ptk_pt_status_t waiting_for_event(ptk_pt_t *pt) {
    worker_t *worker = (worker_t *)pt;
    PTK_PT_BEGIN(pt);
    for (;;) {
        PTK_PT_WAIT_EVENT(pt, worker->source, EVENT);
        worker->resumed++;
    }
    PTK_PT_END(pt);
}

static ptk_pt_status_t waiting_for_semaphore(ptk_pt_t *pt) {
    worker_t *worker = (worker_t *)pt;
    PTK_PT_BEGIN(pt);
    for (;;) {
        PTK_PT_SEMAPHORE_WAIT(pt, &semaphore);
        worker->resumed++;
    }
    PTK_PT_END(pt);
}

static void start(ptk_pt_function_t function) {
    for (uint32_t i = 0; i < PROTOTHREADS; i++) {
        workers[i].resumed = 0;
        micro_require(ptk_protothread_init(&workers[i].pt, function) == PTK_ERR_OK &&
                          ptk_protothread_run(&workers[i].pt) == PTK_ERR_OK,
                      "protothreads");
    }
}

static void cancel_all(void) {
    for (uint32_t i = 0; i < PROTOTHREADS; i++) {
        micro_require(ptk_protothread_cancel(&workers[i].pt) == PTK_ERR_OK, "protothreads");
    }
}

static void raise_all(void) {
    for (uint32_t i = 0; i < PROTOTHREADS; i++) {
        (void)ptk_raise_event(workers[i].source, EVENT, 0);
    }
}

static void signal_all(void) {
    for (uint32_t i = 0; i < PROTOTHREADS; i++) {
        (void)ptk_semaphore_signal(&semaphore);
    }
}

static void do_nothing(void) {
}

/** Every protothread is resumed once in each pass. */
static void measure(const char *scenario, ptk_pt_function_t function, void (*prepare_pass)(void), uint64_t passes,
                    unsigned round) {
    start(function);
    uint64_t started_ns = micro_cpu_ns();
    for (uint64_t i = 0; i < passes; i++) {
        prepare_pass();
        micro_require(ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK, "a running loop");
    }
    double spent_ns = (double)(micro_cpu_ns() - started_ns);
    for (uint32_t i = 0; i < PROTOTHREADS; i++) {
        micro_require(workers[i].resumed == passes, "each protothread resumed once in a pass");
    }
    micro_row(scenario, "ptk", "wait_and_resume", "ns", round, spent_ns / (double)passes / PROTOTHREADS);
    cancel_all();
}

int main(int argc, char **argv) {
    micro_options_t options = micro_parse(argc, argv);
    uint64_t passes = micro_count(&options, 200, 20);
    micro_pin(0);
    loop = ptk_event_loop_create(slots, 1, &resources);
    micro_require(ptk_semaphore_init(&semaphore, loop, 0) == PTK_ERR_OK, "a semaphore");
    for (uint32_t i = 0; i < PROTOTHREADS; i++) {
        workers[i].source = ptk_user_event_source_create(loop);
        micro_require(workers[i].source > 0, "sources");
    }
    for (unsigned round = 1; round <= options.rounds; round++) {
        if (micro_wants(&options, "yield")) {
            measure("i-yield", yielding, do_nothing, passes, round);
        }
        if (micro_wants(&options, "semaphore")) {
            measure("i-semaphore", waiting_for_semaphore, signal_all, passes, round);
        }
        if (micro_wants(&options, "event")) {
            measure("i-event", waiting_for_event, raise_all, passes, round);
        }
    }
    return 0;
}
