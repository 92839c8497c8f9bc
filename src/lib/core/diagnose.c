/**
 * @file diagnose.c
 * @brief What Debug libraries say of mistakes. Not part of a release library.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/diagnose.h"

#include "core/atomic.h"
#include "core/handler_slot.h"
#include "core/protothread_run.h"
#include "core/registry.h"
#include "core/socket.h"
#include "core/timer.h"

/** @brief The function that calls handlers, and resumes protothreads. */
static const char run_function[] = "ptk_event_loop_run_for";

/* ------------------------------------------------------------------------------------------------ once */

/** @brief The kinds of faults. Those of one kind share the bound on the lines of a function. */
typedef enum cause {
    CAUSE_THREAD = 1,
    CAUSE_HANDLE,
    CAUSE_EXHAUSTED,
    CAUSE_REPLACED,
    CAUSE_UNHANDLED,
    CAUSE_NOT_CONSUMED,
    CAUSE_SLOW,
    CAUSE_CONTEXT,
    CAUSE_INIT,
    CAUSE_LOST
} cause_t;

/** @brief Functions times causes that are kept apart; what comes after these is not said. */
#define MAX_PLACES 128u
/** @brief Lines of one function and cause. */
#define MAX_LINES 16u
/** @brief Faults that are remembered; older ones may be said again, within the bounds above. */
#define MAX_FAULTS 128u

/** @brief The keys of function and cause, 0 while an entry is free. Atomic. */
static uintptr_t places[MAX_PLACES];
/** @brief How many lines were written for each place. Atomic. */
static uint32_t lines[MAX_PLACES];
/** @brief The keys of the faults that were said last. Atomic. */
static uintptr_t faults[MAX_FAULTS];
/** @brief Counts the faults that were remembered; modulo MAX_FAULTS, the last entry that was written. Atomic. */
static uint32_t next_fault;

/** @brief A hash of two numbers, not 0. Two different faults share a key too seldom to matter. */
static uintptr_t key_of(uint64_t a, uint64_t b) {
    uint64_t key = (a ^ (b * 0x9E3779B97F4A7C15u)) * 0xBF58476D1CE4E5B9u;
    key ^= key >> 32;
    return (uintptr_t)key | 1u;
}

/** @brief Counts a line of a place. Its number, from 1 on; MAX_LINES + 1 if there is no more to be said. */
static uint32_t count_line(uintptr_t place) {
    for (uint32_t i = 0; i < MAX_PLACES; i++) {
        if (ptk_atomic_load_word(&places[i]) == place || ptk_atomic_replace_word(&places[i], 0, place) ||
            ptk_atomic_load_word(&places[i]) == place) {
            uint32_t count = ptk_atomic_load(&lines[i]);
            return count > MAX_LINES ? count : ptk_atomic_add(&lines[i], 1);
        }
    }
    return MAX_LINES + 1;
}

/** @brief The number of the line that a fault is worth; MAX_LINES + 1 for none. */
static uint32_t number_of_line(const char *function, cause_t cause, uint64_t value) {
    uintptr_t place = key_of((uintptr_t)function, (uint64_t)cause);
    uintptr_t fault = key_of(place, value);
    for (uint32_t i = 0; i < MAX_FAULTS; i++) {
        if (ptk_atomic_load_word(&faults[i]) == fault) {
            return MAX_LINES + 1;
        }
    }
    ptk_atomic_store_word(&faults[ptk_atomic_add(&next_fault, 1) % MAX_FAULTS], fault);
    return count_line(place);
}

/* ------------------------------------------------------------------------------------------------ text */

/** @brief A line that is being put together. What does not fit is left out. */
typedef struct text {
    char bytes[256]; /**< @brief The text, with a terminating 0. */
    size_t length;   /**< @brief Without the terminating 0. */
} text_t;

/** @brief Adds a string to a text. */
static void add(text_t *text, const char *more) {
    for (; *more != '\0' && text->length + 1 < sizeof text->bytes; more++) {
        text->bytes[text->length++] = *more;
    }
    text->bytes[text->length] = '\0';
}

/** @brief Adds a decimal number to a text. */
static void add_number(text_t *text, uint32_t number) {
    char digits[11];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    add(text, &digits[at]);
}

/** @brief Adds a name and a number to a text. */
static void add_pair(text_t *text, const char *name, uint32_t number) {
    add(text, name);
    add_number(text, number);
}

/** @brief The name of a type of handle. */
static const char *type_name(uint8_t type) {
    switch (type) {
    case PTK_TYPE_EVENT_LOOP:
        return "event loop";
    case PTK_TYPE_TIMER:
        return "timer";
    case PTK_TYPE_SOCKET:
        return "socket";
    case PTK_TYPE_USER_EVENT_SOURCE:
        return "user event source";
    default:
        return "unknown type";
    }
}

/** @brief Adds what a handle consists of to a text. */
static void add_handle(text_t *text, ptk_handle_t handle) {
    add(text, type_name(PTK_HANDLE_TYPE(handle)));
    add_pair(text, ", loop ", PTK_HANDLE_EVENT_LOOP_ID(handle));
    add_pair(text, ", generation ", PTK_HANDLE_GENERATION(handle));
    add_pair(text, ", ID ", PTK_HANDLE_ID(handle));
}

/** @brief Adds the name of an event to a text, or its number if it has none. */
static void add_event(text_t *text, ptk_handle_t resource, ptk_event_t event) {
    static const char *const names[] = {"PTK_EVENT_EXPIRED",  "PTK_EVENT_CONNECTED",    "PTK_EVENT_READABLE",
                                        "PTK_EVENT_WRITABLE", "PTK_EVENT_DISCONNECTED", "PTK_EVENT_ERROR"};
    bool is_named = PTK_HANDLE_TYPE(resource) != PTK_TYPE_USER_EVENT_SOURCE && event >= PTK_EVENT_EXPIRED &&
                    event <= PTK_EVENT_ERROR;
    if (is_named) {
        add(text, names[event - PTK_EVENT_EXPIRED]);
    } else {
        add_pair(text, "event ", event);
    }
}

/** @brief A text that begins with a string. */
static text_t text_of(const char *begin) {
    text_t text;
    text.length = 0;
    add(&text, begin);
    return text;
}

/** @brief Writes a line unless the same fault was said before. level is 1 (error) to 4 (detail). */
static void say(int level, const char *function, cause_t cause, uint64_t fault, text_t *text, int64_t value) {
    if (level > PTK_LOG_LEVEL) {
        return;
    }
    uint32_t number = number_of_line(function, cause, fault);
    if (number > MAX_LINES) {
        return;
    }
    if (number == MAX_LINES) {
        add(text, "; more of this kind are not said");
    }
    ptk_log_write(level, function, text->bytes, value);
}

/* ------------------------------------------------------------------------------------------------ handles */

bool ptk_diagnose_thread(const char *function, ptk_handle_t handle) {
    const ptk_event_loop_slot_t *loop = handle > 0 ? ptk_registry_slot(PTK_HANDLE_EVENT_LOOP_ID(handle)) : NULL;
    bool is_loop = PTK_HANDLE_TYPE(handle) == PTK_TYPE_EVENT_LOOP;
    if (loop == NULL || !ptk_slot_has_loop(loop) || (is_loop && !ptk_loop_is_live(loop, handle))) {
        return true; /* stale: no thread owns it */
    }
    uintptr_t owner = ptk_atomic_load_word(&loop->owner);
    if (owner == 0 || owner == ptk_port_thread_self()) {
        return true;
    }
    text_t text = text_of("called in a thread that does not run the loop: ");
    add_handle(&text, handle);
    say(1, function, CAUSE_THREAD, (uint64_t)handle, &text, handle);
    return false;
}

/** @brief Why a resource of a live loop is not found. */
static void add_fate(text_t *text, const ptk_event_loop_slot_t *loop, ptk_handle_t handle) {
    const ptk_pool_t *pool = &loop->pools[PTK_HANDLE_TYPE(handle) - PTK_TYPE_TIMER];
    add(text, "; it was destroyed");
    if (pool->count == 0 || pool->find != NULL) {
        return; /* the slot is not where its ID says */
    }
    ptk_handle_t present = ptk_pool_slot(pool, PTK_HANDLE_ID(handle) % pool->count)->handle;
    if (PTK_HANDLE_ID(present) == 0) {
        add(text, ", and its slot is free");
    } else {
        add_pair(text, ", and its slot is used again: generation ", PTK_HANDLE_GENERATION(present));
        add_pair(text, ", ID ", PTK_HANDLE_ID(present));
    }
}

/** @brief Whether a type of handle is a resource of a loop. */
static bool is_resource(uint8_t type) {
    return type >= PTK_TYPE_TIMER && type <= PTK_TYPE_USER_EVENT_SOURCE;
}

/** @brief Whether a handle is of a type that a function takes; 0 is any resource. */
static bool fits(uint8_t type, uint8_t wanted) {
    return wanted == 0 ? is_resource(type) : type == wanted;
}

/** @brief Adds what is wrong with a handle that was not found. */
static void add_mistake(text_t *text, ptk_handle_t handle, uint8_t wanted) {
    uint8_t type = PTK_HANDLE_TYPE(handle);
    if (!is_resource(type) && type != PTK_TYPE_EVENT_LOOP) {
        add(text, "a number that is no handle");
        return;
    }
    if (!fits(type, wanted)) {
        add(text, "wrong type of handle: ");
        add_handle(text, handle);
        add(text, "; wanted: ");
        add(text, wanted == 0 ? "timer, socket or user event source" : type_name(wanted));
        return;
    }
    const ptk_event_loop_slot_t *loop = ptk_registry_slot(PTK_HANDLE_EVENT_LOOP_ID(handle));
    bool is_live = loop != NULL && ptk_slot_has_loop(loop);
    add(text, "stale handle: ");
    add_handle(text, handle);
    if (type == PTK_TYPE_EVENT_LOOP) {
        add(text, is_live ? "; it was destroyed, and its slot is used again" : "; it was destroyed, its slot is free");
    } else if (is_live) {
        add_fate(text, loop, handle);
    } else {
        add(text, "; its event loop was destroyed");
    }
}

/** @brief Adds what is wrong with a number that is no handle at all. Returns whether it is none. */
static bool add_non_handle(text_t *text, ptk_handle_t handle) {
    if (handle == 0) {
        add(text, "the handle is 0: nothing was created, or it was not stored");
    } else if (handle < 0) {
        add(text, "the handle is an error code: ");
        add(text, ptk_error_string(handle < INT32_MIN ? INT32_MIN : (ptk_err_t)handle));
    }
    return handle <= 0;
}

void ptk_diagnose_handle(const char *function, ptk_handle_t handle, uint8_t type) {
    bool is_found = type == PTK_TYPE_EVENT_LOOP
                        ? ptk_loop_find(handle) != NULL
                        : ptk_resource_find_any(handle) != NULL && (type == 0 || PTK_HANDLE_TYPE(handle) == type);
    if (is_found) {
        return;
    }
    text_t text = text_of("");
    if (!add_non_handle(&text, handle)) {
        add_mistake(&text, handle, type);
    }
    say(2, function, CAUSE_HANDLE, (uint64_t)handle, &text, handle);
}

void ptk_diagnose_raise(const char *function, ptk_handle_t source) {
    text_t text = text_of("");
    if (!add_non_handle(&text, source)) {
        bool fits_source = PTK_HANDLE_TYPE(source) == PTK_TYPE_USER_EVENT_SOURCE;
        add(&text, fits_source ? "stale handle, nothing was raised: " : "not a user event source: ");
        add_handle(&text, source);
    }
    say(2, function, CAUSE_HANDLE, (uint64_t)source, &text, source);
}

/* ------------------------------------------------------------------------------------------------ pools */

void ptk_diagnose_exhausted(const char *function, ptk_handle_t owner, const char *what, uint32_t count) {
    text_t text = text_of("all ");
    add_number(&text, count);
    add(&text, " ");
    add(&text, what);
    add(&text, " are in use");
    if (owner > 0) {
        add(&text, ": ");
        add_handle(&text, owner);
    }
    say(2, function, CAUSE_EXHAUSTED, key_of((uint64_t)owner, key_of((uintptr_t)what, count)), &text, owner);
}

void ptk_diagnose_pool(const char *function, const ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind) {
    static const char *const names[PTK_POOL_COUNT] = {"slots of the pool of timers", "slots of the pool of sockets",
                                                      "slots of the pool of user event sources"};
    ptk_diagnose_exhausted(function, loop->handle, names[kind], loop->pools[kind].count);
}

void ptk_diagnose_created(const char *function, ptk_handle_t loop, ptk_pool_kind_t kind, ptk_handle_t result) {
    if (result == PTK_ERR_OUT_OF_MEMORY) {
        ptk_diagnose_pool(function, ptk_loop_find(loop), kind);
    }
}

/* ------------------------------------------------------------------------------------------------ handlers */

/** @brief Whether two handlers are the same function or protothread. */
static bool is_same(ptk_handler_t a, ptk_handler_t b) {
    return a.function == b.function && a.context == b.context;
}

void ptk_diagnose_replaced(ptk_handle_t resource, ptk_event_t event, ptk_handler_t old, ptk_handler_t handler) {
    static const char set_function[] = "ptk_set_event_handler";
    static const char set_protothread[] = "ptk_set_protothread_event_handler";
    bool was_protothread = old.function == NULL;
    bool is_protothread = handler.function == NULL;
    if (is_same(old, handler) || !ptk_handler_is_set(&old) || !ptk_handler_is_set(&handler)) {
        return;
    }
    text_t text = text_of("");
    if (was_protothread && is_protothread) {
        bool is_timer = PTK_HANDLE_TYPE(resource) == PTK_TYPE_TIMER;
        add(&text, is_timer ? "two protothreads share a timer" : "two protothreads wait for the same event");
        add(&text, ", and the first one is not resumed any more: ");
    } else if (was_protothread) {
        add(&text, "a handler replaces a protothread that waits, which is not resumed any more: ");
    } else {
        add(&text, is_protothread ? "a protothread's wait replaces a handler, which is not called any more: "
                                  : "a handler replaces another one: ");
    }
    add_event(&text, resource, event);
    add(&text, " of ");
    add_handle(&text, resource);
    if (is_protothread) {
        add_pair(&text, "; it waits at line ", ((const ptk_pt_t *)handler.context)->line);
    }
    /* One function in place of another is how a handler is changed; whoever else loses an event has made a mistake. */
    say(was_protothread || is_protothread ? 2 : 3, is_protothread ? set_protothread : set_function, CAUSE_REPLACED,
        key_of((uint64_t)resource, event), &text, resource);
}

void ptk_diagnose_unhandled(const ptk_socket_internal_t *socket) {
    uint8_t raised = socket->delivery.raised;
    if ((raised & PTK_SOCKET_BIT(PTK_EVENT_ERROR)) == 0 || (raised & socket->delivery.enabled) != 0) {
        return;
    }
    text_t text = text_of("PTK_EVENT_ERROR is raised and has no handler: ");
    if (socket->error != PTK_ERR_OK) {
        add(&text, ptk_error_string(socket->error));
        add(&text, ", ");
    }
    add_handle(&text, socket->base.handle);
    say(2, run_function, CAUSE_UNHANDLED, (uint64_t)socket->base.handle, &text, socket->base.handle);
}

void ptk_diagnose_duration(uint64_t begun_ns, ptk_handle_t resource, ptk_event_t event, uintptr_t who) {
    uint64_t took_ms = (ptk_port_now_ns() - begun_ns) / PTK_NS_PER_MS;
    if (PTK_SLOW_HANDLER_MS == 0 || took_ms < PTK_SLOW_HANDLER_MS) {
        return;
    }
    text_t text = text_of("the loop stood still while ");
    if (resource == 0) {
        add(&text, "a protothread ran; ms: ");
    } else {
        add(&text, "the handler of ");
        add_event(&text, resource, event);
        add(&text, " ran, of ");
        add_handle(&text, resource);
        add(&text, "; ms: ");
    }
    add_number(&text, took_ms > UINT32_MAX ? UINT32_MAX : (uint32_t)took_ms);
    say(2, run_function, CAUSE_SLOW, who, &text, (int64_t)took_ms);
}

/* ------------------------------------------------------------------------------------------------ no progress */

/** @brief Deliveries in a row after which nothing can have been meant by them. */
#define MAX_DELIVERIES 1000u

/**
 * @brief Counts how often a socket's event was delivered without progress.
 *
 * Each entry belongs to the loop of its socket: that thread alone takes it, counts in it and gives it back.
 */
typedef struct spin {
    uintptr_t key;  /**< @brief Atomic: socket and event, 0 while it is free. */
    uint64_t pass;  /**< @brief The pass of the last delivery. */
    uint32_t count; /**< @brief Deliveries in passes in a row. */
} spin_t;

/** @brief Those that a handler was called for since something was consumed: few at a time. More are not counted. */
static spin_t spins[64];

/** @brief The key of a socket and an event. */
static uintptr_t spin_key(ptk_handle_t socket, ptk_event_t event) {
    return key_of((uint64_t)socket, event);
}

/** @brief The entry of a key, or NULL. */
static spin_t *find_spin(uintptr_t key) {
    for (size_t i = 0; i < sizeof spins / sizeof *spins; i++) {
        if (ptk_atomic_load_word(&spins[i].key) == key) {
            return &spins[i];
        }
    }
    return NULL;
}

/** @brief Takes a free entry for a key. NULL if there is none. */
static spin_t *take_spin(uintptr_t key) {
    for (size_t i = 0; i < sizeof spins / sizeof *spins; i++) {
        if (ptk_atomic_replace_word(&spins[i].key, 0, key)) {
            spins[i].count = 0;
            return &spins[i];
        }
    }
    return NULL;
}

void ptk_diagnose_delivery(const ptk_event_loop_slot_t *loop, ptk_handle_t resource, ptk_event_t event) {
    bool is_level = event == PTK_EVENT_READABLE || event == PTK_EVENT_WRITABLE;
    if (PTK_HANDLE_TYPE(resource) != PTK_TYPE_SOCKET || !is_level) {
        return;
    }
    uintptr_t key = spin_key(resource, event);
    spin_t *spin = find_spin(key);
    spin = spin == NULL ? take_spin(key) : spin;
    if (spin == NULL) {
        return;
    }
    spin->count = spin->pass + 1 == loop->passes ? spin->count + 1 : 1;
    spin->pass = loop->passes;
    if (spin->count == MAX_DELIVERIES) {
        text_t text = text_of("called 1000 times in a row without consuming anything: the handler of ");
        add_event(&text, resource, event);
        add(&text, " of ");
        add_handle(&text, resource);
        say(2, run_function, CAUSE_NOT_CONSUMED, key, &text, resource);
    }
}

void ptk_diagnose_progress(ptk_handle_t socket, ptk_event_t event) {
    spin_t *spin = find_spin(spin_key(socket, event));
    if (spin != NULL) {
        ptk_atomic_store_word(&spin->key, 0);
    }
}

/* ------------------------------------------------------------------------------------------------ protothreads */

void ptk_diagnose_protothread(const char *function, const ptk_pt_t *pt) {
    if (ptk_protothread_is_live(pt)) {
        return;
    }
    text_t text = text_of("");
    bool is_finished = pt != NULL && pt->magic == PTK_PT_MAGIC_FINISHED;
    if (pt == NULL) {
        add(&text, "the protothread is NULL");
    } else if (is_finished) {
        add(&text, "the protothread is finished or was cancelled");
    } else {
        add(&text,
            "no protothread: not initialised, or its magic number was overwritten. Does the context stay in place, "
            "and is the ptk_pt_t its first member?");
    }
    say(1, function, CAUSE_CONTEXT, key_of((uintptr_t)pt, is_finished), &text, (int64_t)(intptr_t)pt);
}

void ptk_diagnose_init(const char *function, const ptk_pt_t *pt) {
    if (!ptk_protothread_is_live(pt)) {
        return;
    }
    const ptk_event_loop_slot_t *loop = ptk_loop_find(pt->loop);
    bool waits = pt->waiting != 0 || pt->list != NULL || (loop != NULL && ptk_handler_waits(loop, pt));
    if (!waits && pt->running == 0) {
        return;
    }
    text_t text = text_of(pt->running != 0 ? "the protothread is running" : "the protothread still waits");
    add(&text, ", and is made anew without being cancelled first; it was at line ");
    add_number(&text, pt->line);
    say(1, function, CAUSE_INIT, (uintptr_t)pt, &text, (int64_t)(intptr_t)pt);
}

void ptk_diagnose_lost(const char *function, const ptk_pt_t *pt) {
    text_t text = text_of("a protothread ends: its function has no wait at line ");
    add_number(&text, pt->line);
    add(&text, ", where it had to go on. A wait inside of a switch of its own, or a line number that was overwritten");
    say(1, function, CAUSE_LOST, key_of((uintptr_t)pt, pt->line), &text, (int64_t)(intptr_t)pt);
}
