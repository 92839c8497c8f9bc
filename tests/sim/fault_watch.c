/**
 * @file fault_watch.c
 * @brief See fault_watch.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fault_watch.h"

#include "core/handler_slot.h"
#include "support.h"

#include <string.h>

/** @brief Handles that are remembered, and loops: more than a test has at a time. */
enum { HANDLES = 2048, LOOPS = 512 };
/** @brief What is compared after a call that failed: enough for a buffer and for an address. */
enum { KEPT_BYTES = 64 };

/** @brief A resource that a test was given. */
typedef struct watched {
    ptk_handle_t handle; /**< @brief Its handle; 0: the place was never used. */
    uint32_t delivered;  /**< @brief Sockets: a bit for each event that comes once, and has come. */
} watched_t;

/** @brief What is known of the present run. */
typedef struct watch {
    fault_run_t run;              /**< @brief The run. */
    const char *failure;          /**< @brief The first thing that did not hold. */
    bool is_judged;               /**< @brief The fault has happened, and was looked at. */
    bool was_repeated;            /**< @brief The call that failed was repeated. */
    ptk_handle_t unreported;      /**< @brief A socket whose attempt to connect failed: an event has to say so. */
    ptk_handle_t loops[LOOPS];    /**< @brief The loops that were made. */
    uint32_t loop_count;          /**< @brief How many. */
    watched_t resources[HANDLES]; /**< @brief The resources, at places that their handles give. */
} watch_t;

static watch_t watch; /**< @brief The present run. */

/* ------------------------------------------------------------------------------------------ the wrapped functions */

/** @brief Joins names after a macro was replaced: the header has one for this function, so that limits must agree. */
#define JOINED(a, b) a##b
#define JOINED_NAMES(a, b) JOINED(a, b)
#define REAL_LOOP_CREATE JOINED_NAMES(__real_, ptk_event_loop_create)
#define WRAP_LOOP_CREATE JOINED_NAMES(__wrap_, ptk_event_loop_create)

/** @brief The library's function. */
ptk_handle_t REAL_LOOP_CREATE(ptk_event_loop_slot_t *slots, size_t num_slots,
                              const ptk_event_loop_resources_t *resources);
/** @brief What is called in its place. */
ptk_handle_t WRAP_LOOP_CREATE(ptk_event_loop_slot_t *slots, size_t num_slots,
                              const ptk_event_loop_resources_t *resources);
ptk_handle_t __real_ptk_socket_create(ptk_handle_t loop);
bool __real_ptk_handler_call(ptk_resource_base_t *slot, const ptk_handler_t *handler, ptk_event_t event,
                             uintptr_t data);
bool __wrap_ptk_handler_call(ptk_resource_base_t *slot, const ptk_handler_t *handler, ptk_event_t event,
                             uintptr_t data);
ptk_err_t __real_ptk_socket_connect(ptk_handle_t socket, const ptk_address_t *remote);
ptk_err_t __wrap_ptk_socket_connect(ptk_handle_t socket, const ptk_address_t *remote);

/** @brief Notes the first thing that does not hold. */
static void fail(const char *what) {
    if (watch.failure == NULL) {
        watch.failure = what;
    }
}

const char *fault_watch_failure(void) {
    return watch.failure;
}

bool fault_watch_was_repeated(void) {
    return watch.was_repeated;
}

bool fault_is_error(uint32_t kind) {
    return kind != PTK_SIM_FAULT_SEND_SHORT && kind != PTK_SIM_FAULT_RECEIVE_SHORT && kind != PTK_SIM_FAULT_WAIT &&
           kind != PTK_SIM_FAULT_REPORT && kind != PTK_SIM_FAULT_LATE;
}

/* ------------------------------------------------------------------------------------------ resources */

/** @brief The place of a handle, or a place that is free, or that of a resource which is gone; NULL: all are in use. */
static watched_t *place_of(ptk_handle_t handle) {
    watched_t *gone = NULL;
    uint32_t hash = (uint32_t)((uint64_t)handle * 0x9E3779B97F4A7C15u >> 40);
    for (uint32_t i = 0; i < 64; i++) {
        watched_t *place = &watch.resources[(hash + i) % HANDLES];
        if (place->handle == handle) {
            return place;
        }
        if (gone == NULL && !ptk_handle_is_valid(place->handle)) {
            gone = place;
        }
        if (place->handle == 0) {
            break;
        }
    }
    return gone;
}

/** @brief Remembers a resource that was made. */
static void remember(ptk_handle_t handle) {
    watched_t *place = handle > 0 ? place_of(handle) : NULL;
    if (place != NULL) {
        place->handle = handle;
        place->delivered = 0;
    } else if (handle > 0) {
        fail("more resources than the watch remembers");
    }
}

/** @brief How many resources of a kind a loop has, of those that the test was given. */
static uint32_t count_of(ptk_handle_t loop, int32_t type) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < HANDLES; i++) {
        ptk_handle_t handle = watch.resources[i].handle;
        count += handle != 0 && ptk_handle_is_valid(handle) && ptk_handle_get_type(handle) == type &&
                 ptk_get_owning_event_loop(handle) == loop;
    }
    return count;
}

/* ------------------------------------------------------------------------------------------ calls that fail */

/** @brief What a call is compared with when it has failed. */
typedef struct kept {
    uint64_t faults;           /**< @brief Faults so far. */
    ptk_handle_t resource;     /**< @brief What it is about, or 0. */
    ptk_err_t last_error;      /**< @brief The last error before. */
    const void *subject;       /**< @brief What it must not change, or NULL. */
    size_t size;               /**< @brief Its size. */
    uint8_t bytes[KEPT_BYTES]; /**< @brief What it was. */
} kept_t;

/** @brief Keeps what a call must not change when it fails. */
static kept_t keep(ptk_handle_t resource, const void *subject, size_t size) {
    kept_t kept = {ptk_sim_world()->fault_count, resource, ptk_get_last_error(resource), subject, size, {0}};
    if (subject != NULL) {
        memcpy(kept.bytes, subject, size);
    }
    return kept;
}

/** @brief Whether the call in which the fault was is the one that has just returned. Then this is seen once. */
static bool has_met_fault(const kept_t *kept) {
    if (watch.is_judged || ptk_sim_world()->fault_count == kept->faults) {
        return false;
    }
    watch.is_judged = true;
    return fault_is_error(watch.run.kind);
}

/** @brief Out of memory pauses a socket for 100 ms, or until a socket of its loop is destroyed. */
static void end_pause(ptk_handle_t loop) {
    ptk_handle_t socket = loop > 0 ? __real_ptk_socket_create(loop) : 0;
    if (socket > 0) {
        (void)ptk_socket_destroy(socket);
    }
}

/** @brief Looks at a call that has returned. Whether it is to be made again. */
static bool must_repeat(const kept_t *kept, int64_t result) {
    if (!has_met_fault(kept)) {
        return false;
    }
    if (result >= 0 && watch.run.kind == PTK_SIM_FAULT_PEEK) {
        return false; /* a look of the library's own, which it makes again later */
    }
    if (result >= 0) {
        fail("a call of the system failed, and the function said it was good");
        return false;
    }
    if (kept->subject != NULL && memcmp(kept->subject, kept->bytes, kept->size) != 0) {
        fail("a function that failed has changed what it was given");
    }
    watch.was_repeated = watch.run.repeats;
    if (watch.run.repeats && kept->resource != 0) {
        end_pause(ptk_get_owning_event_loop(kept->resource));
        (void)ptk_set_last_error(kept->resource, kept->last_error);
    }
    return watch.run.repeats;
}

/**
 * @brief The call that has failed is one that the peer has seen, or a connection was lost that could not be watched: the
 *        test may notice.
 */
static void let_notice(void) {
    if (watch.run.kind == PTK_SIM_FAULT_WATCH || watch.run.kind == PTK_SIM_FAULT_OPTION) {
        watch.was_repeated = false;
    }
}

/** @brief A wrapper of a function that can fail; what it must not change then, and the size of that. */
#define WATCHED(name, parameters, arguments, subject, size)                                                            \
    ptk_err_t __real_##name parameters;                                                                                \
    ptk_err_t __wrap_##name parameters;                                                                                \
    ptk_err_t __wrap_##name parameters {                                                                               \
        kept_t kept = keep(socket, subject, size);                                                                     \
        ptk_err_t result = __real_##name arguments;                                                                    \
        return must_repeat(&kept, result) ? __real_##name arguments : result;                                          \
    }

/** @brief What can fail because the system does. */
WATCHED(ptk_socket_listen, (ptk_handle_t socket, const ptk_address_t *local, uint32_t backlog),
        (socket, local, backlog), NULL, 0)
WATCHED(ptk_socket_open_udp, (ptk_handle_t socket, const ptk_address_t *local), (socket, local), NULL, 0)
WATCHED(ptk_socket_send, (ptk_handle_t socket, ptk_buf_t *buf), (socket, buf), buf, sizeof *buf)
WATCHED(ptk_socket_send_to, (ptk_handle_t socket, ptk_buf_t *buf, const ptk_address_t *remote), (socket, buf, remote),
        buf, sizeof *buf)
WATCHED(ptk_socket_receive, (ptk_handle_t socket, ptk_buf_t *buf), (socket, buf), buf, sizeof *buf)
WATCHED(ptk_socket_receive_from, (ptk_handle_t socket, ptk_buf_t *buf, ptk_address_t *remote), (socket, buf, remote),
        buf, sizeof *buf)
WATCHED(ptk_socket_shutdown, (ptk_handle_t socket), (socket), NULL, 0)
WATCHED(ptk_socket_set_option, (ptk_handle_t socket, ptk_socket_option_t option, int32_t value),
        (socket, option, value), NULL, 0)
WATCHED(ptk_socket_join_multicast, (ptk_handle_t socket, const ptk_address_t *group, uint32_t interface_index),
        (socket, group, interface_index), NULL, 0)
WATCHED(ptk_socket_leave_multicast, (ptk_handle_t socket, const ptk_address_t *group, uint32_t interface_index),
        (socket, group, interface_index), NULL, 0)
WATCHED(ptk_socket_get_local_address, (ptk_handle_t socket, ptk_address_t *address), (socket, address), address,
        sizeof *address)
WATCHED(ptk_socket_get_remote_address, (ptk_handle_t socket, ptk_address_t *address), (socket, address), address,
        sizeof *address)

/** @brief A wrapper of a function that gives a resource. */
#define WATCHED_CREATE(name, owner, parameters, arguments)                                                             \
    ptk_handle_t __real_##name parameters;                                                                             \
    ptk_handle_t __wrap_##name parameters;                                                                             \
    ptk_handle_t __wrap_##name parameters {                                                                            \
        kept_t kept = keep(owner, NULL, 0);                                                                            \
        ptk_handle_t handle = __real_##name arguments;                                                                 \
        if (must_repeat(&kept, handle)) {                                                                              \
            handle = __real_##name arguments;                                                                          \
            let_notice();                                                                                              \
        }                                                                                                              \
        remember(handle);                                                                                              \
        return handle;                                                                                                 \
    }

/** @brief What gives a resource, which is remembered. */
WATCHED_CREATE(ptk_timer_create, loop, (ptk_handle_t loop), (loop))
WATCHED_CREATE(ptk_socket_create, loop, (ptk_handle_t loop), (loop))
WATCHED_CREATE(ptk_user_event_source_create, loop, (ptk_handle_t loop), (loop))
WATCHED_CREATE(ptk_socket_accept, listener, (ptk_handle_t listener, ptk_address_t *remote), (listener, remote))

ptk_handle_t WRAP_LOOP_CREATE(ptk_event_loop_slot_t *slots, size_t num_slots,
                              const ptk_event_loop_resources_t *resources) {
    kept_t kept = keep(0, NULL, 0);
    ptk_handle_t loop = REAL_LOOP_CREATE(slots, num_slots, resources);
    if (must_repeat(&kept, loop)) {
        loop = REAL_LOOP_CREATE(slots, num_slots, resources);
    }
    uint32_t place = 0;
    while (loop > 0 && place < watch.loop_count && ptk_handle_is_valid(watch.loops[place])) {
        place++;
    }
    if (loop > 0 && place < LOOPS) {
        watch.loops[place] = loop;
        watch.loop_count += place == watch.loop_count ? 1 : 0;
    }
    return loop;
}

ptk_err_t __wrap_ptk_socket_connect(ptk_handle_t socket, const ptk_address_t *remote) {
    kept_t kept = keep(socket, NULL, 0);
    ptk_err_t error = __real_ptk_socket_connect(socket, remote);
    bool is_event = watch.run.kind == PTK_SIM_FAULT_CONNECT && error == PTK_ERR_OK;
    if (is_event && has_met_fault(&kept)) {
        watch.unreported = socket; /* of a stream: the outcome is an event */
    }
    if (must_repeat(&kept, error)) {
        let_notice();
        return __real_ptk_socket_connect(socket, remote);
    }
    return error;
}

/** @brief Runs a loop: only a wait that fails makes this fail. */
#define WATCHED_RUN(name, parameters, arguments)                                                                       \
    ptk_err_t __real_##name parameters;                                                                                \
    ptk_err_t __wrap_##name parameters;                                                                                \
    ptk_err_t __wrap_##name parameters {                                                                               \
        kept_t kept = keep(0, NULL, 0);                                                                                \
        ptk_err_t error = __real_##name arguments;                                                                     \
        bool is_wait = watch.run.kind == PTK_SIM_FAULT_POLL && error != PTK_ERR_INVALID_HANDLE;                        \
        return is_wait && must_repeat(&kept, error) ? __real_##name arguments : error;                                 \
    }

/** @brief Both ways to run a loop. */
WATCHED_RUN(ptk_event_loop_run, (ptk_handle_t loop), (loop))
WATCHED_RUN(ptk_event_loop_run_for, (ptk_handle_t loop, uint64_t max_wait_ms), (loop, max_wait_ms))

/* ------------------------------------------------------------------------------------------ events */

/** @brief Whether a socket is one of UDP, which has an event for each ICMP message. */
static bool is_datagram(ptk_handle_t socket) {
    size_t size;
    ptk_err_t last = ptk_get_last_error(socket);
    bool is_one = ptk_socket_get_datagram_size(socket, &size) == PTK_ERR_OK;
    (void)ptk_set_last_error(socket, last);
    return is_one;
}

bool __wrap_ptk_handler_call(ptk_resource_base_t *slot, const ptk_handler_t *handler, ptk_event_t event,
                             uintptr_t data) {
    (void)sizeof(ptk_handler_call == __wrap_ptk_handler_call); /* the same type, or it does not compile */
    ptk_handle_t resource = slot->handle;
    watched_t *place = PTK_HANDLE_TYPE(resource) == PTK_TYPE_SOCKET ? place_of(resource) : NULL;
    if (place != NULL && place->handle == resource && event != PTK_EVENT_READABLE && event != PTK_EVENT_WRITABLE) {
        uint32_t bit = 1u << event;
        if ((place->delivered & bit) != 0 && !(event == PTK_EVENT_ERROR && is_datagram(resource))) {
            fail("an event was delivered twice");
        }
        place->delivered |= bit;
    }
    if (event == PTK_EVENT_ERROR && resource == watch.unreported) {
        watch.unreported = 0;
    }
    return __real_ptk_handler_call(slot, handler, event, data);
}

/* ------------------------------------------------------------------------------------------ a run */

void fault_watch(const fault_run_t *run) {
    memset(&watch, 0, sizeof watch);
    watch.run = *run;
    (void)ptk_sim_fail_call_of(run->kind, run->call);
}

/** @brief The error of an attempt to connect that failed is still to be had, if the socket is still there. */
static void check_report(void) {
    support_record_t record = {0};
    ptk_handle_t socket = watch.unreported;
    ptk_handle_t loop = ptk_get_owning_event_loop(socket);
    if (socket == 0 || !ptk_handle_is_valid(socket)) {
        return;
    }
    (void)ptk_set_event_handler(socket, PTK_EVENT_ERROR, support_record, &record);
    for (int i = 0; i < 3 && record.count == 0; i++) {
        (void)ptk_event_loop_run_for(loop, 0);
    }
    if (watch.unreported != 0 && ptk_handle_is_valid(socket)) {
        fail("a connection that failed was not reported");
    }
}

/** @brief Compares what a loop says is in use with what the test was given. */
static void check_slots(ptk_handle_t loop) {
    ptk_event_loop_stats_t stats;
    if (ptk_event_loop_get_stats(loop, &stats) != PTK_ERR_OK || stats.timers.in_use != count_of(loop, PTK_TYPE_TIMER) ||
        stats.sockets.in_use != count_of(loop, PTK_TYPE_SOCKET) ||
        stats.user_event_sources.in_use != count_of(loop, PTK_TYPE_USER_EVENT_SOURCE)) {
        fail("a pool counts more or fewer slots in use than the test has");
    }
}

/** @brief Whether the pools of a new loop are whole. */
static bool are_pools_whole(void) {
    bool is_whole = support_open();
    for (int i = 0; is_whole && i < SUPPORT_TIMERS; i++) {
        is_whole = ptk_timer_create(support_loop) > 0;
    }
    for (int i = 0; is_whole && i < SUPPORT_SOCKETS; i++) {
        is_whole = ptk_socket_create(support_loop) > 0;
    }
    for (int i = 0; is_whole && i < SUPPORT_SOURCES; i++) {
        is_whole = ptk_user_event_source_create(support_loop) > 0;
    }
    return is_whole && support_close();
}

void fault_watch_end(void) {
    const ptk_sim_world_t *world = ptk_sim_world();
    (void)ptk_sim_fail_call_of(watch.run.kind, 0);
    check_report();
    for (uint32_t i = 0; i < watch.loop_count; i++) {
        if (ptk_handle_is_valid(watch.loops[i])) {
            check_slots(watch.loops[i]);
            if (ptk_event_loop_destroy(watch.loops[i]) != PTK_ERR_OK) {
                fail("a loop could not be destroyed");
            }
        }
    }
    (void)ptk_sim_run_until(ptk_sim_now_ms() + 200000); /* what was closed is kept for a while */
    if (world->socket_count != 0) {
        fail("a socket of the system leaked");
    }
    if (world->segment_count != 0) {
        fail("a segment of the system leaked");
    }
    if (!are_pools_whole()) {
        fail("a pool is not whole");
    }
}
