/* SPDX-License-Identifier: MIT */
/**
 * @file scenario.h
 * @brief Scenario (e), timers. Included at the end of each peer's file, so that the peer's operations are compiled into it.
 *
 * The peer's file defines, for timers numbered 0 to TIMERS - 1 and one more, TIMERS, that controls the run:
 *
 *     PEER_NAME                                      its name in the results
 *     void peer_open(void)                           makes the loop and all timers, stopped
 *     void peer_start(uint32_t index, uint32_t ms)   one expiry from now
 *     void peer_repeat(uint32_t index, uint32_t ms)  repeats from now
 *     void peer_stop(uint32_t index)
 *     void peer_update_clock(void)                   makes a loop that caches the time read the clock
 *     void peer_run(void)                            runs the loop until peer_quit() was called
 *     void peer_quit(void)
 *
 * and calls expired() for each expiry, with the number of periods that it stands for. Timers are started and stopped in a
 * handler, as applications do.
 */
#define SAMPLES 4096u /* a power of two */
#define EQUAL_INTERVAL_MS 20u
#define RANDOM_INTERVAL_NS ((uint64_t)100000000u)
#define PHASE_NS (RANDOM_INTERVAL_NS / TIMERS)
#define TOLERANCE_NS 200000u

static micro_options_t options;
static unsigned round_number;
static uint32_t delays[SAMPLES];
static uint32_t victims[SAMPLES];
static uint64_t expiries;
static uint64_t started_ns, started_cpu_ns, started_sleeps;
static void (*conduct)(void);

static void expired(uint32_t index, uint64_t periods) {
    if (index == TIMERS) {
        conduct();
    } else {
        expiries += periods;
    }
}

static void row(const char *scenario, const char *metric, const char *unit, double value) {
    micro_row(scenario, PEER_NAME, metric, unit, round_number, value);
}

static void start_stop(uint32_t probe) {
    uint64_t count = micro_count(&options, 4000000, 400000);
    uint64_t start = micro_cpu_ns();
    for (uint64_t i = 0; i < count; i++) {
        peer_start(probe, delays[i % SAMPLES]);
        peer_stop(probe);
    }
    row("e-start-stop", "time", "ns", (double)(micro_cpu_ns() - start) / (double)count);
}

static void restart_random(void) {
    uint64_t count = micro_count(&options, 4000000, 400000);
    uint64_t start = micro_cpu_ns();
    for (uint64_t i = 0; i < count; i++) {
        peer_stop(victims[i % SAMPLES]);
        peer_start(victims[i % SAMPLES], delays[(i + 1) % SAMPLES]);
    }
    row("e-restart-random", "time", "ns", (double)(micro_cpu_ns() - start) / (double)count);
}

/** All timers but the probe are armed, far away and in random order; nothing expires meanwhile. */
static void conduct_operations(void) {
    for (uint32_t i = 0; i < TIMERS - 1; i++) {
        peer_start(i, 100000 + micro_random() % 1000000);
    }
    if (micro_wants(&options, "start-stop")) {
        start_stop(TIMERS - 1);
    }
    peer_start(TIMERS - 1, 500000);
    if (micro_wants(&options, "restart-random")) {
        restart_random();
    }
    for (uint32_t i = 0; i < TIMERS; i++) {
        peer_stop(i);
    }
    peer_quit();
}

static void begin_measuring(void) {
    expiries = 0;
    started_ns = micro_now_ns();
    started_cpu_ns = micro_cpu_ns();
    started_sleeps = micro_sleeps();
}

static void stop_all(void) {
    for (uint32_t i = 0; i < TIMERS; i++) {
        peer_stop(i);
    }
    peer_quit();
}

static void end_equal_phases(void) {
    double cpu_ns = (double)(micro_cpu_ns() - started_cpu_ns);
    micro_require(expiries > 0, "timers that expire");
    row("e-expiry-equal", "cpu_per_expiry", "ns", cpu_ns / (double)expiries);
    row("e-expiry-equal", "expiries", "1", (double)expiries);
    stop_all();
}

static void conduct_equal_phases(void) {
    conduct = end_equal_phases;
    peer_update_clock();
    for (uint32_t i = 0; i < TIMERS; i++) {
        peer_repeat(i, EQUAL_INTERVAL_MS);
    }
    peer_start(TIMERS, (uint32_t)micro_count(&options, 3000, 500) + 10);
    begin_measuring();
}

static void end_random_phases(void) {
    double cpu_ns = (double)(micro_cpu_ns() - started_cpu_ns);
    double wall_ns = (double)(micro_now_ns() - started_ns);
    double sleeps = (double)(micro_sleeps() - started_sleeps);
    double expected = wall_ns / (double)RANDOM_INTERVAL_NS * TIMERS;
    row("e-expiry-random", "cpu_per_10s", "s", cpu_ns / wall_ns * 10);
    row("e-expiry-random", "wakeups_per_s", "1/s", sleeps / wall_ns * 1e9);
    row("e-expiry-random", "cpu_per_wakeup", "us", cpu_ns / sleeps / 1e3);
    row("e-expiry-random", "lost_expiries", "%", 100 * (1 - (double)expiries / expected));
    stop_all();
}

/** All have expired once by now. */
static void begin_random_phases(void) {
    conduct = end_random_phases;
    peer_update_clock();
    peer_start(TIMERS, (uint32_t)micro_count(&options, 5000, 700));
    begin_measuring();
}

/** Starts each timer at a phase of its own; returns for how long something else had the processor meanwhile. */
static uint64_t begin_at_all_phases(const uint32_t *order) {
    uint64_t begin = micro_now_ns();
    uint64_t lag = 0;
    for (uint32_t i = 0; i < TIMERS; i++) {
        uint64_t target = begin + i * PHASE_NS;
        uint64_t now = micro_now_ns();
        while (now < target) {
            now = micro_now_ns();
        }
        if (now > target + TOLERANCE_NS) { /* the rest is postponed, so that no two phases are the same */
            begin += now - target;
            lag += now - target;
        }
        peer_update_clock();
        peer_repeat(order[i], RANDOM_INTERVAL_NS / 1000000);
    }
    return lag;
}

/**
 * The timers start at all phases of the interval, in random order in the pool. They are started before the loop runs:
 * in a library that reads the clock once per pass, all timers of one handler would start at the same time.
 */
static void prepare_random_phases(void) {
    static uint32_t order[TIMERS];
    micro_shuffle(order, TIMERS);
    for (unsigned tries = 0; begin_at_all_phases(order) > RANDOM_INTERVAL_NS / 20 && tries < 10; tries++) {
        for (uint32_t i = 0; i < TIMERS; i++) {
            peer_stop(i); /* the first would be so late that a library which rearms from now would merge them */
        }
    }
    conduct = begin_random_phases;
    peer_update_clock();
    peer_start(TIMERS, 200);
}

static void run_part(const char *part, void (*conductor)(void)) {
    if (micro_wants(&options, part)) {
        conduct = conductor;
        peer_update_clock();
        peer_start(TIMERS, 1);
        peer_run();
    }
}

int main(int argc, char **argv) {
    options = micro_parse(argc, argv);
    micro_pin(0);
    for (uint32_t i = 0; i < SAMPLES; i++) {
        delays[i] = 100000 + micro_random() % 1000000;
        victims[i] = micro_random() % TIMERS;
    }
    peer_open();
    for (round_number = 1; round_number <= options.rounds; round_number++) {
        if (micro_wants(&options, "start-stop") || micro_wants(&options, "restart-random")) {
            run_part(options.part == NULL ? "start-stop" : options.part, conduct_operations);
        }
        run_part("expiry-equal", conduct_equal_phases);
        if (micro_wants(&options, "expiry-random")) {
            prepare_random_phases();
            peer_run();
        }
    }
    return 0;
}
