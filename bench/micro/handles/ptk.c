/* SPDX-License-Identifier: MIT */
/**
 * @file ptk.c
 * @brief Scenario (g): creating, looking up and destroying with pools of 16, 1,024 and 16,384 slots.
 *
 * The same number of handles is used in each pool, spread evenly, so that the pool's size differs, but not how much of it is
 * in the processor's cache. Reported separately: all slots touched in random order, which adds the cost of the cache, and
 * finding the only free slot of a full pool.
 */
#include "micro.h"

#include "protocol_toolkit.h"

#define LARGEST 16384u
#define WORKING_SET 8u

PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
static ptk_timer_internal_t timer_slots[LARGEST];
static ptk_handle_t handles[LARGEST];
static uint32_t order[LARGEST];
static micro_options_t options;
static const char *scenario;

static void row(const char *metric, unsigned round, uint64_t started_ns, uint64_t count) {
    micro_row(scenario, "ptk", metric, "ns", round, (double)(micro_cpu_ns() - started_ns) / (double)count);
}

static ptk_handle_t create(ptk_handle_t loop) {
    ptk_handle_t handle = ptk_timer_create(loop);
    micro_require(handle > 0, "a free slot");
    return handle;
}

static void destroy(ptk_handle_t handle) {
    micro_require(ptk_timer_destroy(handle) == PTK_ERR_OK, "a live handle");
}

static void look_up(ptk_handle_t handle) {
    micro_require(ptk_timer_stop(handle) == PTK_ERR_OK, "a live handle");
}

/** Half of the pool is in use, every other slot; a few are replaced in turn. */
static void measure_replacing(ptk_handle_t loop, uint32_t size, unsigned round) {
    uint64_t count = micro_count(&options, 4000000, 200000);
    for (uint32_t i = 0; i < size; i++) {
        handles[i] = create(loop);
    }
    for (uint32_t i = 1; i < size; i += 2) {
        destroy(handles[i]);
    }
    uint64_t started_ns = micro_cpu_ns();
    for (uint64_t i = 0; i < count; i++) {
        ptk_handle_t *handle = &handles[i % WORKING_SET * (size / WORKING_SET)];
        destroy(*handle);
        *handle = create(loop);
    }
    row("destroy_and_create", round, started_ns, count);
    for (uint32_t i = 0; i < size; i += 2) {
        destroy(handles[i]);
    }
}

static void measure_looking_up(uint32_t size, unsigned round) {
    uint64_t count = micro_count(&options, 8000000, 400000);
    uint64_t started_ns = micro_cpu_ns();
    for (uint64_t i = 0; i < count; i++) {
        look_up(handles[i % WORKING_SET * (size / WORKING_SET)]);
    }
    row("look_up", round, started_ns, count);
    started_ns = micro_cpu_ns();
    for (uint64_t i = 0; i < count; i++) {
        look_up(handles[order[i % size]]);
    }
    row("look_up_all_at_random", round, started_ns, count);
}

static void measure_only_free_slot(ptk_handle_t loop, uint32_t size, unsigned round) {
    uint64_t count = micro_count(&options, 20000, 1000);
    uint64_t started_ns = micro_cpu_ns();
    for (uint64_t i = 0; i < count; i++) {
        ptk_handle_t *handle = &handles[order[i % size]];
        destroy(*handle);
        *handle = create(loop);
    }
    row("replace_in_full_pool", round, started_ns, count);
}

static void measure(uint32_t size, unsigned round) {
    ptk_event_loop_resources_t resources = {.timers = timer_slots, .num_timers = size};
    ptk_handle_t loop = ptk_event_loop_create(slots, 1, &resources);
    micro_require(loop > 0, "a loop");
    if (micro_wants(&options, "replace")) {
        measure_replacing(loop, size, round);
    }
    for (uint32_t i = 0; i < size; i++) {
        handles[i] = create(loop);
    }
    micro_shuffle(order, size);
    if (micro_wants(&options, "look-up")) {
        measure_looking_up(size, round);
    }
    if (micro_wants(&options, "full")) {
        measure_only_free_slot(loop, size, round);
    }
    micro_require(ptk_event_loop_destroy(loop) == PTK_ERR_OK, "a loop");
}

int main(int argc, char **argv) {
    static const struct {
        uint32_t size;
        const char *scenario;
    } pools[] = {{16, "g-16"}, {1024, "g-1024"}, {LARGEST, "g-16384"}};
    options = micro_parse(argc, argv);
    micro_pin(0);
    for (unsigned round = 1; round <= options.rounds; round++) {
        for (unsigned i = 0; i < sizeof pools / sizeof *pools; i++) {
            scenario = pools[i].scenario;
            measure(pools[i].size, round);
        }
    }
    return 0;
}
