/* SPDX-License-Identifier: MIT */
/** @file libuv.c @brief Raising from threads: libuv's uv_async_send, which merges. */
#include "raise/raise.h"

#include <uv.h>

#define PEER_NAME "libuv"
#define PEER_MERGES true
#define PEER_RAISES 4000000u

static uv_loop_t loop;
static uv_async_t sources[MAX_RAISERS];

static void delivered(uint32_t raiser, uint64_t number);

static void on_async(uv_async_t *async) {
    delivered((uint32_t)(async - sources), 0);
}

static void peer_open(void) {
    micro_require(uv_loop_init(&loop) == 0, "a loop");
    for (uint32_t i = 0; i < MAX_RAISERS; i++) {
        micro_require(uv_async_init(&loop, &sources[i], on_async) == 0, "sources");
    }
}

static inline bool peer_raise(uint32_t raiser, uint64_t number) {
    (void)number;
    return uv_async_send(&sources[raiser]) == 0;
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
