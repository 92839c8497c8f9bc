/**
 * @file calls_main.c
 * @brief sim_calls: runs of random calls, each one of some thousands, with a seed of its own.
 *
 *     sim_calls [--seed N] [--calls N]
 *
 * SPDX-License-Identifier: MIT
 */
#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** @brief Calls of one run. */
#define CALLS_OF_RUN 2000u

/** @brief The world: one host. */
PTK_SIM_DECLARE_WORLD(memory, 1, 0, 0, 64, 2048);

/** @brief Runs one seed. @return whether everything was as it should be. */
static bool run(uint64_t seed) {
    static uint64_t events[CALLS_KINDS][CALLS_EVENTS];
    static uint32_t last_loop_id[CALLS_LOOPS]; /* the slots live as long as the program */
    memset(&calls, 0, sizeof calls);
    memcpy(calls.events, events, sizeof events);
    memcpy(calls.last_loop_id, last_loop_id, sizeof last_loop_id);
    calls.seed = seed;
    calls.random = seed;
    if (ptk_sim_start(&memory, seed) != PTK_ERR_OK || ptk_sim_add_host(NULL) != 0) {
        calls_fail("the world cannot be started", __FILE__, __LINE__);
    }
    while (calls.made < CALLS_OF_RUN && !calls.has_failed) {
        calls_act();
    }
    for (uint32_t i = 0; i < CALLS_LOOPS; i++) {
        ptk_handle_t handle = calls.loops[i].handle;
        if (handle != 0 && ptk_event_loop_destroy(handle) != PTK_ERR_OK) {
            calls_fail("a loop cannot be destroyed", __FILE__, __LINE__);
        }
    }
    memcpy(events, calls.events, sizeof events);
    memcpy(last_loop_id, calls.last_loop_id, sizeof last_loop_id);
    return !calls.has_failed;
}

/** @brief Runs what the command line says. @param count arguments. @param arguments the options. */
int main(int count, char **arguments) {
    uint64_t seed = 1;
    uint64_t wanted = 100000;
    uint64_t made = 0;
    for (int i = 1; i < count; i += 2) {
        char *end = NULL;
        uint64_t value = i + 1 < count ? strtoull(arguments[i + 1], &end, 10) : 0;
        bool is_seed = strcmp(arguments[i], "--seed") == 0;
        if (end == NULL || *end != 0 || end == arguments[i + 1] || (!is_seed && strcmp(arguments[i], "--calls") != 0)) {
            fprintf(stderr, "sim_calls: what is %s?\n", arguments[i]);
            return 2;
        }
        seed = is_seed ? value : seed;
        wanted = is_seed ? wanted : value;
    }
    for (; made < wanted; seed++) {
        if (!run(seed)) {
            printf("%s --seed %llu --calls %u\n", arguments[0], (unsigned long long)seed, CALLS_OF_RUN);
            return 1;
        }
        made += calls.made;
    }
    printf("%llu calls, all as the model has it; events of timers, sockets and sources:", (unsigned long long)made);
    for (uint32_t kind = 0; kind < CALLS_KINDS; kind++) {
        for (uint32_t index = 0; index < CALLS_EVENTS && calls_events[kind][index] != 0; index++) {
            printf(" %llu", (unsigned long long)calls.events[kind][index]);
        }
    }
    printf("\n");
    return 0;
}
