/* SPDX-License-Identifier: MIT */
/**
 * @file scenario.h
 * @brief Scenario (f), raising from threads into one loop. Included at the end of each peer's file.
 *
 * Raisers and loop share a processor, where results repeat; the time of a raise is the CPU time of all threads together.
 * With a processor for each it is wall-clock time, and depends on the machine: a loop that is faster than its raisers
 * falls asleep again and again, and then the time is mostly that of waking it.
 *
 * The peer's file defines, for raisers numbered 0 to MAX_RAISERS - 1:
 *
 *     PEER_NAME                                         its name in the results
 *     PEER_MERGES                                       true if several raises can arrive as one
 *     PEER_RAISES                                       how many are raised in a full run
 *     void peer_open(void)                              makes the loop and a source for each raiser
 *     bool peer_raise(uint32_t raiser, uint64_t number) any thread; false if there is no room just now
 *     void peer_run(void)                               runs the loop until peer_quit() was called
 *     void peer_poll(void)                              delivers what is there without waiting
 *     void peer_quit(void)                              called in the loop's thread
 *
 * and calls delivered() in the loop's thread for each delivery. A peer that merges does not know the number: it passes 0.
 */
#include <pthread.h>
#include <sched.h>
#include <time.h>

#define BATCH 512u

static micro_options_t options;
static unsigned round_number;
static uint64_t raises_each;
static uint32_t raisers_left;
static uint32_t number_of_raisers;
static uint64_t deliveries;
static uint64_t next_number[MAX_RAISERS];
static uint32_t go;
static unsigned raisers_processor;                /* the loop is on 0 */
static enum { THROUGHPUT, LATENCY, FINISH } mode; /* set while no raise is on its way */
static uint64_t raised_ns, answered_ns;

static void delivered(uint32_t raiser, uint64_t number) {
    deliveries++;
    if (mode == LATENCY) {
        __atomic_store_n(&answered_ns, micro_now_ns(), __ATOMIC_RELEASE);
    } else if (mode == FINISH) {
        peer_quit();
    } else if (!PEER_MERGES) {
        micro_require(number == next_number[raiser], "every raise delivered once and in order");
        next_number[raiser]++;
        if (deliveries == raises_each * number_of_raisers) {
            peer_quit();
        }
    } else if (__atomic_load_n(&raisers_left, __ATOMIC_ACQUIRE) == 0) {
        peer_quit();
    }
}

/** As an application would: when there is no room it yields the processor and tries again. */
static void raise_certainly(uint32_t raiser, uint64_t number) {
    while (!peer_raise(raiser, number)) {
        (void)sched_yield();
    }
}

static void *raiser_main(void *argument) {
    uint32_t raiser = (uint32_t)(uintptr_t)argument;
    micro_pin(raisers_processor);
    while (__atomic_load_n(&go, __ATOMIC_ACQUIRE) == 0) {
        (void)sched_yield();
    }
    for (uint64_t number = 0; number < raises_each; number++) {
        raise_certainly(raiser, number);
    }
    if (__atomic_sub_fetch(&raisers_left, 1, __ATOMIC_ACQ_REL) == 0 && PEER_MERGES) {
        raise_certainly(raiser, raises_each); /* it ends the loop's run */
    }
    return NULL;
}

/** Starts the threads, lets them raise, and ends when everything is delivered. */
static void throughput(const char *scenario, uint32_t raisers, uint64_t each) {
    pthread_t threads[MAX_RAISERS];
    mode = THROUGHPUT;
    number_of_raisers = raisers;
    raisers_left = raisers;
    raises_each = each;
    deliveries = 0;
    go = 0;
    for (uint32_t i = 0; i < raisers; i++) {
        next_number[i] = 0;
        micro_require(pthread_create(&threads[i], NULL, raiser_main, (void *)(uintptr_t)i) == 0, "threads");
    }
    uint64_t (*clock_ns)(void) = raisers_processor == 0 ? micro_process_cpu_ns : micro_now_ns;
    uint64_t start = clock_ns();
    __atomic_store_n(&go, 1, __ATOMIC_RELEASE);
    peer_run();
    double spent_ns = (double)(clock_ns() - start);
    for (uint32_t i = 0; i < raisers; i++) {
        micro_require(pthread_join(threads[i], NULL) == 0, "threads");
    }
    double total = (double)(each * raisers);
    micro_row(scenario, PEER_NAME, "time", "ns", round_number, spent_ns / total);
    micro_row(scenario, PEER_NAME, "delivered", "%", round_number,
              PEER_MERGES ? 100 * (double)deliveries / total : 100);
}

static void *latency_main(void *argument) {
    uint64_t *samples = (uint64_t *)argument;
    const struct timespec pause = {0, 300000}; /* long enough for the loop to fall asleep */
    micro_pin(1);
    for (uint64_t i = 0; i < raises_each; i++) {
        (void)nanosleep(&pause, NULL);
        __atomic_store_n(&answered_ns, 0, __ATOMIC_RELEASE);
        raised_ns = micro_now_ns();
        raise_certainly(0, i);
        uint64_t answered;
        while ((answered = __atomic_load_n(&answered_ns, __ATOMIC_ACQUIRE)) == 0) {
            (void)sched_yield();
        }
        samples[i] = answered - raised_ns;
    }
    mode = FINISH;
    raise_certainly(0, raises_each);
    return NULL;
}

static void latency(uint64_t count) {
    static uint64_t samples[20000];
    pthread_t thread;
    count = count < 20000 ? count : 20000;
    mode = LATENCY;
    raises_each = count;
    micro_require(pthread_create(&thread, NULL, latency_main, samples) == 0, "a thread");
    peer_run();
    micro_require(pthread_join(thread, NULL) == 0, "a thread");
    micro_row("f-latency", PEER_NAME, "p50", "us", round_number, (double)micro_percentile(samples, count, 0.50) / 1e3);
    micro_row("f-latency", PEER_NAME, "p99", "us", round_number, (double)micro_percentile(samples, count, 0.99) / 1e3);
}

/** For counting instructions: raises in batches from the loop's own thread, each followed by a pass of the loop. */
static void batches(uint64_t count) {
    raises_each = count + 1; /* so that nothing ends the loop */
    number_of_raisers = 1;
    raisers_left = 1;
    for (uint64_t number = 0; number < count; number++) {
        raise_certainly(0, number);
        if (number % BATCH == BATCH - 1 || number == count - 1) {
            peer_poll();
        }
    }
    micro_require(PEER_MERGES || deliveries == count, "every raise delivered");
}

int main(int argc, char **argv) {
    options = micro_parse(argc, argv);
    micro_pin(0);
    peer_open();
    if (options.part != NULL && micro_wants(&options, "batches")) {
        batches(micro_count(&options, 0, 0));
        return 0;
    }
    for (round_number = 1; round_number <= options.rounds; round_number++) {
        uint64_t raises = micro_count(&options, PEER_RAISES, PEER_RAISES / 10);
        raisers_processor = 0;
        if (micro_wants(&options, "raise-1")) {
            throughput("f-raise-1", 1, raises);
        }
        if (micro_wants(&options, "raise-4")) {
            throughput("f-raise-4", 4, raises / 4);
        }
        raisers_processor = 1;
        if (micro_wants(&options, "two-cores")) {
            throughput("f-raise-1-two-cores", 1, raises / 4);
        }
        if (micro_wants(&options, "latency")) {
            latency(micro_count(&options, 5000, 500));
        }
    }
    return 0;
}
