/* SPDX-License-Identifier: MIT */
/**
 * @file libuv_queue.c
 * @brief Raising from threads: what an application adds to libuv so that every raise arrives, a locked queue.
 */
#include "raise/raise.h"

#include <pthread.h>
#include <uv.h>

#define PEER_NAME "libuv_queue"
#define PEER_MERGES false
#define PEER_RAISES 4000000u
#define QUEUE_SIZE 1024u

typedef struct entry {
    uint32_t raiser;
    uint64_t number;
} entry_t;

static uv_loop_t loop;
static uv_async_t source;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static entry_t queue[QUEUE_SIZE];
static uint32_t head, tail;

static void delivered(uint32_t raiser, uint64_t number);

/** Takes all that is queued at once, so that the lock is held once for many. */
static void on_async(uv_async_t *unused) {
    static entry_t taken[QUEUE_SIZE];
    uint32_t count = 0;
    (void)unused;
    (void)pthread_mutex_lock(&lock);
    while (head != tail) {
        taken[count++] = queue[head++ % QUEUE_SIZE];
    }
    (void)pthread_mutex_unlock(&lock);
    for (uint32_t i = 0; i < count; i++) {
        delivered(taken[i].raiser, taken[i].number);
    }
}

static void peer_open(void) {
    micro_require(uv_loop_init(&loop) == 0 && uv_async_init(&loop, &source, on_async) == 0, "a loop");
}

static inline bool peer_raise(uint32_t raiser, uint64_t number) {
    (void)pthread_mutex_lock(&lock);
    bool has_room = tail - head < QUEUE_SIZE;
    if (has_room) {
        queue[tail % QUEUE_SIZE].raiser = raiser;
        queue[tail++ % QUEUE_SIZE].number = number;
    }
    (void)pthread_mutex_unlock(&lock);
    return has_room && uv_async_send(&source) == 0;
}

static void peer_run(void) {
    (void)uv_run(&loop, UV_RUN_DEFAULT);
}

static void peer_poll(void) {
    (void)uv_run(&loop, UV_RUN_NOWAIT);
}

static void peer_quit(void) {
    uv_stop(&loop);
}

#include "raise/scenario.h"
