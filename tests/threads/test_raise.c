/**
 * @file test_raise.c
 * @brief Raises from eight threads: order, full queues, and everything that can happen to source and loop meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include "threads_support.h"

#include <string.h>

/** @brief Where slots have long queues, and take long to be zeroed, fewer of them are made. */
enum { EVENTS = 2000, SLOWER = PTK_USER_EVENT_QUEUE_SIZE > 1024 ? 30 : 1 };

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(first_pools, 2, 0, 4);
PTK_DECLARE_EVENT_LOOP_RESOURCES(second_pools, 3, 0, 7);

/** @brief One raiser: it raises its events in order, and again what was refused. */
typedef struct raiser {
    uint32_t number;
    const shared_handle_t *source;
    uint32_t *stop;
    uint64_t refused;
    uint64_t raised;
} raiser_t;

/** @brief What the handler knows of each raiser. */
static struct {
    uint32_t next[THREADS];
    uint64_t delivered;
    uint32_t wrong;
} seen;

/** @brief An event for each raiser, if the limits of the build let the source handle as many. */
static ptk_event_t event_of(uint32_t number) {
    return 1 + number % PTK_USER_EVENT_HANDLERS;
}

/** @brief A raiser and a number in one word. Returns the word. */
static uintptr_t pack(uint32_t number, uint32_t sequence) {
    return (uintptr_t)number << 24 | sequence;
}

/** @brief Nothing is lost: from each raiser comes exactly the next number. */
static void expect_next(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    const uint32_t number = (uint32_t)(data >> 24);
    const uint32_t sequence = (uint32_t)(data & 0xFFFFFFu);

    (void)resource;
    (void)user_data;
    if (number >= THREADS || event != event_of(number) || sequence != seen.next[number]) {
        seen.wrong++;
        return;
    }
    seen.next[number]++;
    seen.delivered++;
}

/** @brief Sources come and go, so events may be dropped, but they never come twice or in another order. */
static void expect_later(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    const uint32_t number = (uint32_t)(data >> 24);
    const uint32_t sequence = (uint32_t)(data & 0xFFFFFFu);

    (void)resource;
    (void)user_data;
    if (number >= THREADS || event != event_of(number) || sequence < seen.next[number]) {
        seen.wrong++;
        return;
    }
    seen.next[number] = sequence + 1;
    seen.delivered++;
}

/** @brief Sets a handler for the events of all raisers. Returns whether that worked. */
static bool handle_all(ptk_handle_t source, ptk_event_handler_t handler) {
    for (uint32_t number = 0; number < THREADS; number++) {
        CHECK_OR_RETURN(ptk_set_event_handler(source, event_of(number), handler, NULL) == PTK_ERR_OK, false);
    }
    return true;
}

/** @brief Thread: raises its events in order, each until it is taken. */
static void raise_all(void *argument) {
    raiser_t *raiser = argument;

    while (raiser->raised < EVENTS) {
        const ptk_err_t error = ptk_raise_event(load_handle(raiser->source), event_of(raiser->number),
                                                pack(raiser->number, (uint32_t)raiser->raised));

        if (error == PTK_ERR_OK) {
            raiser->raised++;
        } else {
            EXPECT(error == PTK_ERR_WOULD_BLOCK);
            raiser->refused++;
            harness_thread_yield();
        }
    }
}

/** @brief Raises until it is stopped, on whatever source is published. */
static void raise_until_stopped(void *argument) {
    raiser_t *raiser = argument;

    while (harness_load(raiser->stop) == 0) {
        const ptk_err_t error = ptk_raise_event(load_handle(raiser->source), event_of(raiser->number),
                                                pack(raiser->number, (uint32_t)raiser->raised));

        EXPECT(error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK || error == PTK_ERR_INVALID_HANDLE);
        if (error == PTK_ERR_OK) {
            raiser->raised = (raiser->raised + 1) & 0xFFFFFFu;
        } else {
            harness_thread_yield();
        }
    }
}

/** @brief Starts all raisers. Returns whether that worked. */
static bool start_raisers(harness_thread_t *threads, raiser_t *raisers, harness_thread_function_t function,
                          const shared_handle_t *source, uint32_t *stop) {
    memset(&seen, 0, sizeof(seen));
    for (uint32_t i = 0; i < THREADS; i++) {
        const raiser_t raiser = {i, source, stop, 0, 0};

        raisers[i] = raiser;
    }
    return threads_start(threads, THREADS, function, raisers, sizeof(raisers[0]));
}

/** @brief Each thread's events arrive completely and in order, though the queue is often full. */
static void order_and_full_queues(void) {
    harness_thread_t threads[THREADS];
    raiser_t raisers[THREADS];
    ptk_event_loop_stats_t stats;
    uint64_t refused = 0;
    const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &first_pools);
    const ptk_handle_t source = ptk_user_event_source_create(loop);
    const uint64_t start = ptk_clock_now_ms();
    shared_handle_t shared = {0, 0, 0};

    store_handle(&shared, source);
    CHECK(handle_all(source, expect_next));
    CHECK(start_raisers(threads, raisers, raise_all, &shared, NULL));
    while (seen.delivered < (uint64_t)THREADS * EVENTS && seen.wrong == 0 &&
           ptk_clock_now_ms() - start < 3 * LIMIT_MS) {
        CHECK_EQUAL(ptk_event_loop_run_for(loop, LIMIT_MS), PTK_ERR_OK);
    }
    CHECK(threads_join(threads, THREADS));
    CHECK_EQUAL(seen.wrong, 0);
    CHECK_EQUAL(seen.delivered, THREADS * EVENTS);
    CHECK_EQUAL(ptk_event_loop_get_stats(loop, &stats), PTK_ERR_OK);
    for (uint32_t i = 0; i < THREADS; i++) {
        refused += raisers[i].refused;
    }
    CHECK_EQUAL(stats.refused_raises, refused);
    CHECK_EQUAL(stats.events_delivered, THREADS * EVENTS);
    /* A wake-up ends a wait: there cannot be more of them than waits, nor more than raises. */
    CHECK(stats.wakeups <= stats.passes);
    CHECK(stats.wakeups <= stats.events_delivered);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Raising races against the destruction of the source and the reuse of its slot. */
static void against_source_destroy_and_create(void) {
    harness_thread_t threads[THREADS];
    raiser_t raisers[THREADS];
    uint32_t stop = 0;
    const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &first_pools);
    ptk_handle_t source = ptk_user_event_source_create(loop);
    shared_handle_t shared = {0, 0, 0};

    store_handle(&shared, source);
    CHECK(handle_all(source, expect_later));
    CHECK(start_raisers(threads, raisers, raise_until_stopped, &shared, &stop));
    for (uint32_t round = 0; round < 3000 / SLOWER; round++) {
        const ptk_handle_t old = source;
        const ptk_handle_t fresh = ptk_user_event_source_create(loop);

        CHECK(fresh > 0);
        CHECK(handle_all(fresh, expect_later));
        CHECK_EQUAL(ptk_event_loop_run_for(loop, round % 3), PTK_ERR_OK);
        CHECK_EQUAL(ptk_user_event_source_destroy(old), PTK_ERR_OK);
        source = fresh;
        store_handle(&shared, source);
        CHECK_EQUAL(ptk_raise_event(old, 1, 0), PTK_ERR_INVALID_HANDLE);
    }
    harness_store(&stop, 1);
    CHECK(threads_join(threads, THREADS));
    CHECK_EQUAL(seen.wrong, 0);
    CHECK(seen.delivered > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief The loop moves between two sets of pools; the set it left is overwritten at once. */
static void against_resize(void) {
    harness_thread_t threads[THREADS];
    raiser_t raisers[THREADS];
    uint32_t moves = 0;
    const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &first_pools);
    const ptk_handle_t source = ptk_user_event_source_create(loop);
    const uint64_t start = ptk_clock_now_ms();
    shared_handle_t shared = {0, 0, 0};

    store_handle(&shared, source);
    CHECK(handle_all(source, expect_next));
    CHECK(start_raisers(threads, raisers, raise_all, &shared, NULL));
    while (seen.delivered < (uint64_t)THREADS * EVENTS && seen.wrong == 0 &&
           ptk_clock_now_ms() - start < 3 * LIMIT_MS) {
        const ptk_event_loop_resources_t *left = moves % 2 == 0 ? &first_pools : &second_pools;

        CHECK_EQUAL(ptk_event_loop_run_for(loop, LIMIT_MS), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_resize_resources(loop, moves % 2 == 0 ? &second_pools : &first_pools), PTK_ERR_OK);
        memset(left->user_event_sources, 0, left->num_user_event_sources * sizeof(left->user_event_sources[0]));
        memset(left->timers, 0, left->num_timers * sizeof(left->timers[0]));
        moves++;
    }
    CHECK(threads_join(threads, THREADS));
    CHECK_EQUAL(seen.wrong, 0);
    CHECK_EQUAL(seen.delivered, THREADS * EVENTS);
    CHECK(moves > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Raises on a handle that is not there any more until it is stopped. */
static void raise_stale(void *argument) {
    const raiser_t *raiser = argument;

    while (harness_load(raiser->stop) == 0) {
        EXPECT(ptk_raise_event(load_handle(raiser->source), event_of(0), 0) == PTK_ERR_INVALID_HANDLE);
    }
}

/** @brief Raising races against moves of which the smaller pools have some sources not where their ID says. */
static void against_resize_that_displaces(void) {
    enum { SOURCES = 4 };
    harness_thread_t threads[THREADS];
    harness_thread_t stale_thread[1];
    raiser_t raisers[THREADS];
    shared_handle_t shared[SOURCES + 1];
    uint32_t moves = 0;
    uint32_t stop = 0;
    raiser_t stale = {0, &shared[SOURCES], &stop, 0, 0};
    const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &second_pools);
    const uint64_t start = ptk_clock_now_ms();

    memset(&seen, 0, sizeof(seen));
    memset(shared, 0, sizeof(shared));
    for (uint32_t i = 0; i <= SOURCES; i++) {
        const ptk_handle_t source = ptk_user_event_source_create(loop);

        store_handle(&shared[i], source);
        CHECK(source > 0);
        CHECK(i == SOURCES || handle_all(source, expect_next));
    }
    CHECK_EQUAL(ptk_user_event_source_destroy(load_handle(&shared[SOURCES])), PTK_ERR_OK);
    for (uint32_t i = 0; i < THREADS; i++) {
        const raiser_t raiser = {i, &shared[i % SOURCES], NULL, 0, 0};

        raisers[i] = raiser;
    }
    CHECK(threads_start(stale_thread, 1, raise_stale, &stale, sizeof(stale)));
    CHECK(threads_start(threads, THREADS, raise_all, raisers, sizeof(raisers[0])));
    while (seen.delivered < (uint64_t)THREADS * EVENTS && seen.wrong == 0 &&
           ptk_clock_now_ms() - start < 3 * LIMIT_MS) {
        const ptk_event_loop_resources_t *left = moves % 2 == 0 ? &second_pools : &first_pools;

        CHECK_EQUAL(ptk_event_loop_resize_resources(loop, moves % 2 == 0 ? &first_pools : &second_pools), PTK_ERR_OK);
        memset(left->user_event_sources, 0, left->num_user_event_sources * sizeof(left->user_event_sources[0]));
        memset(left->timers, 0, left->num_timers * sizeof(left->timers[0]));
        moves++;
        CHECK_EQUAL(ptk_event_loop_run_for(loop, LIMIT_MS), PTK_ERR_OK);
    }
    harness_store(&stop, 1);
    CHECK(threads_join(threads, THREADS));
    CHECK(threads_join(stale_thread, 1));
    CHECK_EQUAL(seen.wrong, 0);
    CHECK_EQUAL(seen.delivered, THREADS * EVENTS);
    CHECK(moves > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Raising races against the destruction of the loop and the reuse of its slot. */
static void against_loop_destroy_and_create(void) {
    harness_thread_t threads[THREADS];
    raiser_t raisers[THREADS];
    uint32_t stop = 0;
    shared_handle_t shared = {0, 0, 0};

    CHECK(start_raisers(threads, raisers, raise_until_stopped, &shared, &stop));
    for (uint32_t round = 0; round < 1000 / SLOWER; round++) {
        const ptk_handle_t loop = ptk_event_loop_create(slots, 2, round % 2 == 0 ? &first_pools : &second_pools);
        const ptk_handle_t fresh = ptk_user_event_source_create(loop);

        CHECK(loop > 0 && fresh > 0);
        CHECK(handle_all(fresh, expect_later));
        store_handle(&shared, fresh);
        for (uint32_t pass = 0; pass < 5; pass++) {
            CHECK_EQUAL(ptk_event_loop_run_for(loop, pass % 2), PTK_ERR_OK);
        }
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
        CHECK_EQUAL(ptk_raise_event(fresh, 1, 0), PTK_ERR_INVALID_HANDLE);
    }
    harness_store(&stop, 1);
    CHECK(threads_join(threads, THREADS));
    CHECK_EQUAL(seen.wrong, 0);
    CHECK(seen.delivered > 0);
}

/* Two loops in two threads send an event to and fro, each sleeping until it comes: one lost wake-up ends it. */
enum { ROUND_TRIPS = 10000 };

/** @brief One side of a game in which each event is followed by one of the other side. */
typedef struct player {
    ptk_handle_t loop;
    ptk_handle_t source;
    ptk_handle_t opponent;
    uint32_t hits;
    uint64_t wakeups;
} player_t;

/** @brief Handler: raises the next event at the opponent. */
static void hit_back(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    player_t *player = user_data;

    (void)resource;
    player->hits++;
    EXPECT(ptk_raise_event(player->opponent, event, data + 1) == PTK_ERR_OK);
}

/** @brief Thread: runs its loop until enough events came. */
static void play(void *argument) {
    player_t *player = argument;
    ptk_event_loop_stats_t stats = {0};

    while (player->hits < ROUND_TRIPS && harness_load(&threads_failures) == 0) {
        const uint32_t before = player->hits;
        const uint64_t start = ptk_clock_now_ms();

        EXPECT(ptk_event_loop_run_for(player->loop, LIMIT_MS) == PTK_ERR_OK);
        EXPECT(player->hits > before || ptk_clock_now_ms() - start < LIMIT_MS);
    }
    EXPECT(ptk_event_loop_get_stats(player->loop, &stats) == PTK_ERR_OK);
    player->wakeups = stats.wakeups;
}

/** @brief Two loops that only wake each other never stall. */
static void no_wake_up_is_lost(void) {
    harness_thread_t threads[2];
    player_t players[2];

    for (uint32_t i = 0; i < 2; i++) {
        players[i].wakeups = 0;
        players[i].loop = ptk_event_loop_create(slots, 2, i == 0 ? &first_pools : &second_pools);
        players[i].source = ptk_user_event_source_create(players[i].loop);
        players[i].hits = 0;
        CHECK_EQUAL(ptk_set_event_handler(players[i].source, 5, hit_back, &players[i]), PTK_ERR_OK);
    }
    players[0].opponent = players[1].source;
    players[1].opponent = players[0].source;
    CHECK_EQUAL(ptk_raise_event(players[0].source, 5, 0), PTK_ERR_OK);
    CHECK(threads_start(threads, 2, play, players, sizeof(players[0])));
    CHECK(threads_join(threads, 2));
    CHECK_EQUAL(players[0].hits, ROUND_TRIPS);
    CHECK_EQUAL(players[1].hits, ROUND_TRIPS);
    /* One of them waits while the other one raises, if not each time. */
    CHECK(players[0].wakeups + players[1].wakeups > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(players[0].loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(players[1].loop), PTK_ERR_OK);
}

/** @brief The last error belongs to who runs the loop: calls of other threads that fail leave it. Before the first
 *  pass everyone may set it, at once. */
typedef struct failing {
    ptk_handle_t source;
    uint32_t *stop;
    uint32_t rounds; /* atomic */
} failing_t;

/** @brief Thread: makes calls that fail until it is stopped. */
static void fail_again_and_again(void *argument) {
    failing_t *failing = argument;

    do {
        EXPECT(ptk_raise_event(failing->source, 0, 0) == PTK_ERR_INVALID_ARGUMENT);
        EXPECT(ptk_event_loop_wake(failing->source) == PTK_ERR_INVALID_HANDLE);
        (void)harness_add(&failing->rounds, 1);
    } while (harness_load(failing->stop) == 0);
}

/** @brief Waits until each thread has begun and ended a round. */
static bool all_go_round(failing_t *failing) {
    for (uint32_t i = 0; i < THREADS; i++) {
        CHECK_OR_RETURN(threads_wait_for(&failing[i].rounds, harness_load(&failing[i].rounds) + 2), false);
    }
    return true;
}

/** @brief Calls of other threads leave the last error of a loop alone. */
static void last_error_of_the_loops_thread(void) {
    harness_thread_t threads[THREADS];
    failing_t failing[THREADS];
    uint32_t stop = 0;
    const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &first_pools);
    const ptk_handle_t source = ptk_user_event_source_create(loop);

    for (uint32_t i = 0; i < THREADS; i++) {
        failing[i].source = source;
        failing[i].stop = &stop;
        failing[i].rounds = 0;
    }
    CHECK(threads_start(threads, THREADS, fail_again_and_again, failing, sizeof(failing[0])));
    CHECK(all_go_round(failing));
    ptk_err_t last = ptk_get_last_error(loop);
    CHECK(last == PTK_ERR_INVALID_ARGUMENT || last == PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK(all_go_round(failing)); /* who had looked before the pass is through */
    for (uint32_t i = 0; i < 20; i++) {
        CHECK_EQUAL(ptk_set_last_error(loop, PTK_ERR_TIMED_OUT), PTK_ERR_OK);
        CHECK(all_go_round(failing));
        CHECK_EQUAL(ptk_get_last_error(loop), PTK_ERR_TIMED_OUT);
    }
    harness_store(&stop, 1);
    CHECK(threads_join(threads, THREADS));
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

const harness_test_t raise_tests[] = {
    {"raise.order_and_full_queues", order_and_full_queues},
    {"raise.against_source_destroy_and_create", against_source_destroy_and_create},
    {"raise.against_resize", against_resize},
    {"raise.against_resize_that_displaces", against_resize_that_displaces},
    {"raise.against_loop_destroy_and_create", against_loop_destroy_and_create},
    {"raise.no_wake_up_is_lost", no_wake_up_is_lost},
    {"raise.last_error_of_the_loops_thread", last_error_of_the_loops_thread},
    {NULL, NULL},
};
