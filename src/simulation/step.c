/**
 * @file step.c
 * @brief Runs the programs of a world: actions and loops, one after the other, in an order that the seed decides.
 *
 * It uses the public interface as a program does, so it is no part of the port.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

#include "core/port_report.h"

/** @brief What a pass of a loop costs, so that a program that always has something to do does not stop the clock. */
#define PASS_NS PTK_SIM_NS_PER_US

/* ------------------------------------------------------------------------------------------ actions */

ptk_err_t ptk_sim_plan(ptk_sim_action_t *action, uint64_t time_ms, void (*call)(void *argument), void *argument) {
    ptk_sim_action_t **link = &ptk_sim_state()->actions;
    if (action == NULL || call == NULL || time_ms > PTK_TIME_MAX_MS) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    for (const ptk_sim_action_t *planned = *link; planned != NULL; planned = planned->next) {
        if (planned == action) {
            return PTK_ERR_INVALID_ARGUMENT;
        }
    }
    action->time_ns = time_ms * PTK_SIM_NS_PER_MS;
    action->call = call;
    action->argument = argument;
    while (*link != NULL && (*link)->time_ns <= action->time_ns) {
        link = &(*link)->next;
    }
    action->next = *link;
    *link = action;
    return PTK_ERR_OK;
}

/** @brief Calls the first action, if it is due. */
static bool act(ptk_sim_world_t *world) {
    ptk_sim_action_t *action = world->actions;
    if (action == NULL || action->time_ns > world->now_ns) {
        return false;
    }
    world->actions = action->next;
    action->next = NULL;
    action->call(action->argument);
    for (uint32_t i = 0; i < world->loop_count; i++) { /* it may have started a timer, or set a handler */
        ptk_platform_loop_t *loop = ptk_sim_memory()->loops[i].platform;
        if (loop != NULL) {
            loop->is_woken = true;
        }
    }
    return true;
}

/* ------------------------------------------------------------------------------------------ loops */

/** @brief Takes loops out that were destroyed. */
static void forget_loops(ptk_sim_world_t *world) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < world->loop_count; i++) {
        ptk_sim_loop_t loop = ptk_sim_memory()->loops[i];
        if (ptk_handle_is_valid(loop.handle)) {
            ptk_sim_memory()->loops[kept++] = loop;
        }
    }
    world->loop_count = kept;
}

ptk_err_t ptk_sim_add_loop(ptk_handle_t loop) {
    ptk_sim_world_t *world = ptk_sim_state();
    ptk_sim_loop_t *loops = ptk_sim_memory()->loops;
    if (!ptk_handle_is_valid(loop) || PTK_HANDLE_TYPE(loop) != PTK_TYPE_EVENT_LOOP) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (world->running == NULL) { /* else a handler adds it, and the running one has to stay in its place */
        forget_loops(world);
    }
    for (uint32_t i = 0; i < world->loop_count; i++) {
        if (loops[i].handle == loop) {
            return PTK_ERR_INVALID_ARGUMENT;
        }
    }
    if (world->loop_count == ptk_sim_memory()->loop_limit) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    loops[world->loop_count].handle = loop;
    loops[world->loop_count].host = world->host;
    loops[world->loop_count++].platform = NULL;
    return PTK_ERR_OK;
}

/**
 * @brief Whether something was raised or queued since the loop's last pass. On other platforms its program would be about
 *        to wait for it, or be woken; here nothing runs between two passes.
 */
static bool has_work(const ptk_event_loop_slot_t *slot) {
    return slot->wake_state != 0 || slot->ready != NULL || slot->yielded.first != NULL; /* 0 is "awake" */
}

/** @brief When a loop has something to do; UINT64_MAX: it waits for the network alone, or its host is down. */
static uint64_t due_time(const ptk_sim_world_t *world, const ptk_sim_loop_t *loop) {
    const ptk_sim_host_t *host = &ptk_sim_memory()->hosts[loop->host];
    uint64_t due_ns = world->now_ns;
    if (!host->is_up) {
        return UINT64_MAX;
    }
    if (loop->platform != NULL && !loop->platform->is_woken && !loop->platform->is_changed &&
        !has_work(ptk_loop_of_port(loop->platform))) {
        /* Outside of a pass, too, a program can start a timer: it may be earlier than what the last pass has noted. */
        uint64_t timer_ns = ptk_sim_world_time(host, ptk_loop_of_port(loop->platform)->earliest_deadline_ns);
        due_ns = timer_ns < loop->platform->deadline_ns ? timer_ns : loop->platform->deadline_ns;
    }
    return due_ns < host->frozen_until_ns ? host->frozen_until_ns : due_ns;
}

/** @brief Runs a loop for one pass, on its host. */
static void run_loop(ptk_sim_world_t *world, ptk_sim_loop_t *loop) {
    uint16_t host = world->host;
    world->host = loop->host;
    world->is_stepping = true;
    world->running = loop;
    (void)ptk_event_loop_run_for(loop->handle, PTK_WAIT_FOREVER); /* a loop that was destroyed is taken out later */
    world->running = NULL;
    world->is_stepping = false;
    world->host = host;
    world->now_ns += PASS_NS;
}

/** @brief Runs one of the loops that have something to do now, by chance. Whether there was one. */
static bool run_one(ptk_sim_world_t *world) {
    uint32_t due = 0;
    uint32_t chosen = 0;
    for (uint32_t i = 0; i < world->loop_count; i++) {
        if (due_time(world, &ptk_sim_memory()->loops[i]) <= world->now_ns && ptk_sim_random(++due) == 0) {
            chosen = i;
        }
    }
    if (due > 0) {
        run_loop(world, &ptk_sim_memory()->loops[chosen]);
    }
    return due > 0;
}

/** @brief When something happens next, loops and actions included. */
static uint64_t next_time(const ptk_sim_world_t *world) {
    uint64_t next_ns = ptk_sim_next_event();
    if (world->actions != NULL && world->actions->time_ns < next_ns) {
        next_ns = world->actions->time_ns;
    }
    for (uint32_t i = 0; i < world->loop_count; i++) {
        uint64_t due_ns = due_time(world, &ptk_sim_memory()->loops[i]);
        next_ns = due_ns < next_ns ? due_ns : next_ns;
    }
    return next_ns;
}

bool ptk_sim_step(uint64_t limit_ms) {
    ptk_sim_world_t *world = ptk_sim_state();
    uint64_t limit_ns = limit_ms > PTK_TIME_MAX_MS ? UINT64_MAX - 1 : limit_ms * PTK_SIM_NS_PER_MS;
    forget_loops(world);
    uint64_t next_ns = next_time(world);
    if (next_ns > limit_ns) {
        ptk_sim_advance(limit_ns);
        return false;
    }
    ptk_sim_advance(next_ns);
    return act(world) || run_one(world) || true;
}

uint64_t ptk_sim_run_until(uint64_t time_ms) {
    uint64_t steps = 0;
    while (ptk_sim_step(time_ms)) {
        steps++;
    }
    return steps;
}

bool ptk_sim_run_until_idle(uint64_t limit_ms) {
    ptk_sim_world_t *world = ptk_sim_state();
    while (next_time(world) != UINT64_MAX) {
        if (!ptk_sim_step(limit_ms)) {
            return false;
        }
    }
    return true;
}
