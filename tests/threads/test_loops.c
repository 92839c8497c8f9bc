/**
 * @file test_loops.c
 * @brief Loops and threads: waking, one thread at a time, the registry.
 *
 * SPDX-License-Identifier: MIT
 */
#include "threads_support.h"

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 2, 1, 2);

/** @brief Handler: counts its calls. */
static void note(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)harness_add(user_data, 1);
}

/** @brief A wake-up ends a wait that has begun and one that is about to begin. */
static void wake_ends_the_wait(void) {
    for (uint32_t round = 0; round < 200; round++) {
        harness_thread_t thread;
        runner_t runner = {ptk_event_loop_create(slots, 2, &pools), 0, 0};

        CHECK(runner.loop > 0);
        CHECK(threads_start(&thread, 1, threads_run_loop, &runner, sizeof(runner)));
        /* Sometimes before it sleeps, sometimes after: it must come through either way. */
        for (uint32_t delay = 0; delay < round; delay++) {
            harness_thread_yield();
        }
        CHECK_EQUAL(ptk_event_loop_wake(runner.loop), PTK_ERR_OK);
        CHECK(threads_wait_for(&runner.passes, 1));
        harness_store(&runner.stop, 1);
        CHECK_EQUAL(ptk_event_loop_wake(runner.loop), PTK_ERR_OK);
        CHECK(threads_join(&thread, 1));
        CHECK_EQUAL(ptk_event_loop_destroy(runner.loop), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_wake(runner.loop), PTK_ERR_INVALID_HANDLE);
    }
}

/** @brief A thread that wakes whatever loop is published. */
typedef struct waker {
    shared_handle_t loop;
    uint32_t stop;
} waker_t;

/** @brief Wakes a handle that is stale half of the time. */
static void wake_until_stopped(void *argument) {
    waker_t *waker = argument;

    while (harness_load(&waker->stop) == 0) {
        const ptk_err_t error = ptk_event_loop_wake(load_handle(&waker->loop));

        EXPECT(error == PTK_ERR_OK || error == PTK_ERR_INVALID_HANDLE);
    }
}

/** @brief Waking races against the destruction of the loop and the reuse of its slot. */
static void wake_against_destroy_and_create(void) {
    harness_thread_t thread;
    waker_t waker = {{0, 0, 0}, 0};

    CHECK(threads_start(&thread, 1, wake_until_stopped, &waker, sizeof(waker)));
    for (uint32_t round = 0; round < 2000; round++) {
        const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &pools);

        CHECK(loop > 0);
        store_handle(&waker.loop, loop);
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 1), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    }
    harness_store(&waker.stop, 1);
    CHECK(threads_join(&thread, 1));
}

/** @brief A second thread that runs or destroys a loop gets PTK_ERR_BUSY. */
static void one_thread_at_a_time(void) {
    harness_thread_t thread;
    runner_t runner = {ptk_event_loop_create(slots, 2, &pools), 0, 0};

    CHECK(threads_start(&thread, 1, threads_run_loop, &runner, sizeof(runner)));
    CHECK_EQUAL(ptk_event_loop_wake(runner.loop), PTK_ERR_OK);
    CHECK(threads_wait_for(&runner.passes, 1));
    /* Between two passes the loop is free for a moment, so look until it sleeps again. */
    {
        const uint64_t start = ptk_clock_now_ms();
        ptk_err_t error = ptk_event_loop_run_for(runner.loop, 0);

        while (error == PTK_ERR_OK && ptk_clock_now_ms() - start < LIMIT_MS) {
            harness_thread_yield();
            error = ptk_event_loop_run_for(runner.loop, 0);
        }
        CHECK_EQUAL(error, PTK_ERR_BUSY);
    }
    CHECK_EQUAL(ptk_event_loop_run(runner.loop), PTK_ERR_BUSY);
    CHECK_EQUAL(ptk_event_loop_destroy(runner.loop), PTK_ERR_BUSY);
    harness_store(&runner.stop, 1);
    CHECK_EQUAL(ptk_event_loop_wake(runner.loop), PTK_ERR_OK);
    CHECK(threads_join(&thread, 1));
    CHECK_EQUAL(ptk_event_loop_run_for(runner.loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(runner.loop), PTK_ERR_OK);
}

/** @brief Thread: runs one pass. */
static void run_once(void *argument) {
    runner_t *runner = argument;

    EXPECT(ptk_event_loop_run_for(runner->loop, 0) == PTK_ERR_OK);
}

#ifdef NDEBUG
#define WRONG_THREAD_IN_DEBUG PTK_ERR_OK
#else
#define WRONG_THREAD_IN_DEBUG PTK_ERR_WRONG_THREAD
#endif

/** @brief Checked in Debug builds only. */
static void handler_set_in_a_wrong_thread(void) {
    harness_thread_t thread;
    uint32_t count = 0;
    runner_t runner = {ptk_event_loop_create(slots, 2, &pools), 0, 0};
    const ptk_handle_t source = ptk_user_event_source_create(runner.loop);

    /* Before the loop has run anywhere it has no thread. */
    CHECK_EQUAL(ptk_set_event_handler(source, 1, note, &count), PTK_ERR_OK);
    CHECK(threads_start(&thread, 1, run_once, &runner, sizeof(runner)));
    CHECK(threads_join(&thread, 1));
    CHECK_EQUAL(ptk_set_event_handler(source, 1, note, NULL), WRONG_THREAD_IN_DEBUG);
    /* Running it here makes this its thread. */
    CHECK_EQUAL(ptk_event_loop_run_for(runner.loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, note, &count), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(runner.loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(count, 1);
    CHECK_EQUAL(ptk_event_loop_destroy(runner.loop), PTK_ERR_OK);
}

#ifndef NDEBUG
/** @brief The timer that a protothread waits for. */
static ptk_handle_t waited_timer;

/** @brief Protothread: waits for the timer. */
static ptk_pt_status_t wait_on_timer(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_EVENT(pt, waited_timer, PTK_EVENT_EXPIRED);
    PTK_PT_END(pt);
}

/** @brief Each must refuse, and change nothing. */
static void call_functions_of_the_loop(ptk_handle_t loop, ptk_handle_t timer, ptk_handle_t source) {
    const ptk_err_t refused = PTK_ERR_WRONG_THREAD;
    ptk_event_loop_stats_t stats;
    ptk_semaphore_t semaphore;
    uint32_t count = 0;

    CHECK_EQUAL(ptk_timer_create(loop), refused);
    CHECK_EQUAL(ptk_socket_create(loop), refused);
    CHECK_EQUAL(ptk_user_event_source_create(loop), refused);
    CHECK_EQUAL(ptk_event_loop_get_stats(loop, &stats), refused);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &pools), refused);
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, loop, 1), refused);
    CHECK_EQUAL(ptk_get_last_error(loop), refused);
    CHECK_EQUAL(ptk_get_last_error(timer), refused);
    CHECK_EQUAL(ptk_set_last_error(timer, PTK_ERR_CLOSED), refused);
    CHECK_EQUAL(ptk_timer_start(timer, 1), refused);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 1), refused);
    CHECK_EQUAL(ptk_timer_stop(timer), refused);
    CHECK_EQUAL(ptk_timer_destroy(timer), refused);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, note, &count), refused);
    CHECK_EQUAL(ptk_remove_event_handler(timer, PTK_EVENT_EXPIRED), refused);
    CHECK_EQUAL(ptk_user_event_source_destroy(source), refused);
    /* These two are for every thread. */
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_wake(loop), PTK_ERR_OK);
}

/** @brief Calls every function of sockets, all of which must refuse. */
static void call_functions_of_sockets(ptk_handle_t socket) {
    const ptk_err_t refused = PTK_ERR_WRONG_THREAD;
    ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, 1);
    uint8_t byte = 0;
    size_t size;
    ptk_buf_t buf;

    CHECK_EQUAL(ptk_buf_wrap(&buf, &byte, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(socket, &address), refused);
    CHECK_EQUAL(ptk_socket_listen(socket, &address, 1), refused);
    CHECK_EQUAL(ptk_socket_open_udp(socket, &address), refused);
    CHECK_EQUAL(ptk_socket_accept(socket, NULL), refused);
    CHECK_EQUAL(ptk_socket_send(socket, &buf), refused);
    CHECK_EQUAL(ptk_socket_send_to(socket, &buf, &address), refused);
    CHECK_EQUAL(ptk_socket_receive(socket, &buf), refused);
    CHECK_EQUAL(ptk_socket_receive_from(socket, &buf, &address), refused);
    CHECK_EQUAL(ptk_socket_get_datagram_size(socket, &size), refused);
    CHECK_EQUAL(ptk_socket_shutdown(socket), refused);
    CHECK_EQUAL(ptk_socket_set_option(socket, PTK_SOCKET_OPTION_TTL, 1), refused);
    CHECK_EQUAL(ptk_socket_join_multicast(socket, &address, 0), refused);
    CHECK_EQUAL(ptk_socket_leave_multicast(socket, &address, 0), refused);
    CHECK_EQUAL(ptk_socket_get_local_address(socket, &address), refused);
    CHECK_EQUAL(ptk_socket_get_remote_address(socket, &address), refused);
    CHECK_EQUAL(ptk_socket_destroy(socket), refused);
}

/** @brief In Debug builds each function that belongs to the loop's thread refuses others. */
static void every_function_in_a_wrong_thread(void) {
    static ptk_pt_t pt;
    harness_thread_t thread;
    runner_t runner = {ptk_event_loop_create(slots, 2, &pools), 0, 0};
    const ptk_handle_t timer = ptk_timer_create(runner.loop);
    const ptk_handle_t socket = ptk_socket_create(runner.loop);
    const ptk_handle_t source = ptk_user_event_source_create(runner.loop);
    ptk_semaphore_t semaphore;

    waited_timer = timer;
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, runner.loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&pt, wait_on_timer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&pt), PTK_ERR_OK);
    CHECK(threads_start(&thread, 1, threads_run_loop, &runner, sizeof(runner)));
    CHECK_EQUAL(ptk_event_loop_wake(runner.loop), PTK_ERR_OK);
    CHECK(threads_wait_for(&runner.passes, 1));
    call_functions_of_the_loop(runner.loop, timer, source);
    call_functions_of_sockets(socket);
    CHECK_EQUAL(ptk_set_protothread_event_handler(timer, PTK_EVENT_EXPIRED, &pt), PTK_ERR_WRONG_THREAD);
    CHECK_EQUAL(ptk_protothread_run(&pt), PTK_ERR_WRONG_THREAD);
    CHECK_EQUAL(ptk_protothread_cancel(&pt), PTK_ERR_WRONG_THREAD);
    CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_WRONG_THREAD);
    harness_store(&runner.stop, 1);
    CHECK_EQUAL(ptk_event_loop_wake(runner.loop), PTK_ERR_OK);
    CHECK(threads_join(&thread, 1));
    CHECK_EQUAL(ptk_event_loop_run_for(runner.loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_destroy(timer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(socket), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(runner.loop), PTK_ERR_OK);
}
#endif

/** @brief Eight threads make and end loops at once: some in arrays of their own, all in a common one. */
static ptk_event_loop_slot_t common_slots[THREADS];

/** @brief A thread with loops of its own. */
typedef struct maker {
    ptk_event_loop_slot_t own_slots[3];
    ptk_timer_internal_t timers[2][2];
    uint32_t own_count;
} maker_t;

/** @brief Of the stale handles only the loop's is tried, with a function for any thread: the event loop ID may belong
 *  to a loop of another thread by then, and a timer's functions belong to the thread of its loop. */
static void use_and_destroy(ptk_handle_t loop) {
    const ptk_handle_t timer = ptk_timer_create(loop);

    EXPECT(loop > 0);
    EXPECT(timer > 0);
    EXPECT(ptk_timer_start(timer, 1) == PTK_ERR_OK);
    EXPECT(ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK);
    EXPECT(ptk_event_loop_wake(loop) == PTK_ERR_OK);
    EXPECT(ptk_event_loop_destroy(loop) == PTK_ERR_OK);
    EXPECT(ptk_event_loop_wake(loop) == PTK_ERR_INVALID_HANDLE);
}

/** @brief Thread: creates and destroys loops in its own array and in a shared one. */
static void make_and_end_loops(void *argument) {
    maker_t *maker = argument;
    const ptk_event_loop_resources_t first = {maker->timers[0], 2, NULL, 0, NULL, 0};
    const ptk_event_loop_resources_t second = {maker->timers[1], 2, NULL, 0, NULL, 0};

    for (uint32_t round = 0; round < 500; round++) {
        const ptk_handle_t own = ptk_event_loop_create(maker->own_slots, maker->own_count, &first);
        const ptk_handle_t common = ptk_event_loop_create(common_slots, THREADS, &second);

        EXPECT(own != common);
        use_and_destroy(round % 2 == 0 ? own : common);
        use_and_destroy(round % 2 == 0 ? common : own);
    }
}

/** @brief Loops of many threads come and go at the same time. */
static void registry_from_many_threads(void) {
    static maker_t makers[THREADS];
    harness_thread_t threads[THREADS];

    for (uint32_t i = 0; i < THREADS; i++) {
        makers[i].own_count = 1 + i % 3;
    }
    CHECK(threads_start(threads, THREADS, make_and_end_loops, makers, sizeof(makers[0])));
    CHECK(threads_join(threads, THREADS));
}

/** @brief A thread that runs loops of others. */
typedef struct stranger {
    shared_handle_t loop;
    uint32_t stop;
    uint32_t runs;
} stranger_t;

/** @brief Runs a loop, or gives it a thread, while another thread destroys it. */
static void run_until_stopped(void *argument) {
    stranger_t *stranger = argument;

    while (harness_load(&stranger->stop) == 0) {
        const ptk_err_t error = ptk_event_loop_run_for(load_handle(&stranger->loop), 0);

        EXPECT(error == PTK_ERR_OK || error == PTK_ERR_INVALID_HANDLE || error == PTK_ERR_BUSY);
        (void)harness_add(&stranger->runs, error == PTK_ERR_OK ? 1 : 0);
    }
}

/** @brief Run and destroy in two threads: one of them gets an error, and a loop that no one else knows yet is not
 *  disturbed by one who runs the loop that had its slot before. */
static void run_against_destroy(void) {
    harness_thread_t thread;
    stranger_t stranger = {{0, 0, 0}, 0, 0};

    CHECK(threads_start(&thread, 1, run_until_stopped, &stranger, sizeof(stranger)));
    for (uint32_t round = 0; round < 3000; round++) {
        const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &pools);

        CHECK(loop > 0);
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
        store_handle(&stranger.loop, loop);
        for (uint32_t delay = 0; delay < round % 4; delay++) {
            harness_thread_yield();
        }
        CHECK_EQUAL(threads_destroy(loop), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_INVALID_HANDLE);
    }
    harness_store(&stranger.stop, 1);
    CHECK(threads_join(&thread, 1));
}

/** @brief Resizes look at the pools of all loops, while other threads create, resize and destroy theirs. */
static void resize_and_end_loops(void *argument) {
    maker_t *maker = argument;
    const ptk_event_loop_resources_t first = {maker->timers[0], 2, NULL, 0, NULL, 0};
    const ptk_event_loop_resources_t second = {maker->timers[1], 2, NULL, 0, NULL, 0};

    for (uint32_t round = 0; round < 300; round++) {
        const ptk_handle_t loop = ptk_event_loop_create(common_slots, THREADS, &first);
        const ptk_handle_t timer = ptk_timer_create(loop);

        EXPECT(loop > 0);
        EXPECT(ptk_event_loop_resize_resources(loop, &second) == PTK_ERR_OK);
        EXPECT(ptk_timer_start(timer, 1) == PTK_ERR_OK);
        EXPECT(ptk_event_loop_resize_resources(loop, &first) == PTK_ERR_OK);
        EXPECT(ptk_event_loop_destroy(loop) == PTK_ERR_OK);
    }
}

/** @brief Loops of many threads move between pools at the same time. */
static void resizes_in_many_threads(void) {
    static maker_t makers[THREADS];
    harness_thread_t threads[THREADS];

    CHECK(threads_start(threads, THREADS, resize_and_end_loops, makers, sizeof(makers[0])));
    CHECK(threads_join(threads, THREADS));
}

const harness_test_t loops_tests[] = {
    {"loops.wake_ends_the_wait", wake_ends_the_wait},
    {"loops.wake_against_destroy_and_create", wake_against_destroy_and_create},
    {"loops.one_thread_at_a_time", one_thread_at_a_time},
    {"loops.handler_set_in_a_wrong_thread", handler_set_in_a_wrong_thread},
#ifndef NDEBUG
    {"loops.every_function_in_a_wrong_thread", every_function_in_a_wrong_thread},
#endif
    {"loops.registry_from_many_threads", registry_from_many_threads},
    {"loops.run_against_destroy", run_against_destroy},
    {"loops.resizes_in_many_threads", resizes_in_many_threads},
    {NULL, NULL},
};
