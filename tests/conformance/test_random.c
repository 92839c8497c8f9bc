/**
 * @file test_random.c
 * @brief Random calls in random order, from handlers too, held against a model.
 *
 * A failure shows seed and step.
 *
 * SPDX-License-Identifier: MIT
 */
#include "random_model.h"

/** @brief Steps of a sequence. */
enum { STEPS = 300 };

static uint32_t depth; /**< @brief Handlers inside of each other. */
static bool calm;      /**< @brief Handlers do nothing but keep the books. */

/** @brief Does something at random. */
static void act(void);

/* ---------------------------------------------------------------------------------------------------- handlers */

/** @brief Accepts a connection, and checks the result against the model. */
static void accept_one(ptk_handle_t listener, const item_t *item) {
    const uint32_t loop = item->loop;
    const bool full = model_in_use(loop, SOCKET) == model_loops[loop].count[SOCKET];
    const ptk_handle_t accepted = ptk_socket_accept(listener, NULL);

    if (accepted > 0) {
        EXPECT(!full);
        model_add(accepted, loop, SOCKET);
    }
}

/** @brief Sends or receives some bytes. Returns the result. */
static ptk_err_t transfer(ptk_handle_t socket, bool send) {
    uint8_t memory[16];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    if (!send) {
        return ptk_socket_receive(socket, &buf);
    }
    ptk_buf_put_fill(&buf, 7, sizeof(memory));
    return ptk_socket_send(socket, &buf);
}

/** @brief Handler: checks that the event was expected, and acts at random. */
static void on_event(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    item_t *item = model_find(resource);
    uint32_t index = 0;

    EXPECT(item != NULL && item == user_data);
    while (index < EVENTS && model_events[item->kind][index] != event) {
        index++;
    }
    EXPECT(index < EVENTS && (item->enabled & (1u << index)) != 0);
    EXPECT(model_loops[item->loop].running == model_loops[item->loop].handle);
    if (item->kind == TIMER) {
        model_expired(item, data);
    } else if (item->kind == SOURCE) {
        model_delivered(item, event, data);
    } else if (event == PTK_EVENT_READABLE && item->address.family != PTK_ADDRESS_NONE) {
        accept_one(resource, item);
    } else if (event == PTK_EVENT_READABLE && model_pick(2) == 0) {
        EXPECT(transfer(resource, false) != PTK_ERR_INVALID_HANDLE);
    }
    depth++;
    for (uint32_t actions = calm || depth > 3 ? 0 : model_pick(3); actions > 0 && !harness_failed(); actions--) {
        act();
    }
    depth--;
}

/* ---------------------------------------------------------------------------------------------------- actions */

/** @brief What a call with an item's handle must return. Returns it. */
static ptk_err_t if_live(const item_t *item) {
    return item->live ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE;
}

/** @brief Creates a random resource. */
static void create(void) {
    const uint32_t loop = model_pick(LOOPS);
    const uint32_t kind = model_pick(KINDS);
    const bool full = model_in_use(loop, kind) == model_loops[loop].count[kind];
    const ptk_handle_t owner = model_loops[loop].handle;
    const ptk_handle_t handle = kind == TIMER    ? ptk_timer_create(owner)
                                : kind == SOCKET ? ptk_socket_create(owner)
                                                 : ptk_user_event_source_create(owner);

    if (handle > 0) {
        EXPECT(owner != 0 && !full);
        model_add(handle, loop, kind);
    } else {
        EXPECT(handle == (owner == 0 ? PTK_ERR_INVALID_HANDLE : PTK_ERR_OUT_OF_MEMORY));
        EXPECT(owner == 0 || full);
    }
}

/** @brief Destroys a random resource, with calls of every type. */
static void destroy(void) {
    item_t *item = model_any_item(model_pick(KINDS));

    EXPECT(ptk_timer_destroy(item->handle) == (item->kind == TIMER ? if_live(item) : PTK_ERR_INVALID_HANDLE));
    EXPECT(ptk_socket_destroy(item->handle) == (item->kind == SOCKET ? if_live(item) : PTK_ERR_INVALID_HANDLE));
    EXPECT(ptk_user_event_source_destroy(item->handle) ==
           (item->kind == SOURCE ? if_live(item) : PTK_ERR_INVALID_HANDLE));
    item->live = false;
}

/** @brief Starts or stops a random timer. */
static void start_or_stop(void) {
    item_t *timer = model_any_item(TIMER);
    const uint64_t now_ms = ptk_clock_now_ms();
    const uint32_t interval_ms = 1 + model_pick(5);
    const uint32_t how = model_pick(4);
    const ptk_err_t error = how == 0   ? ptk_timer_stop(timer->handle)
                            : how == 1 ? ptk_timer_start_repeating(timer->handle, interval_ms)
                                       : ptk_timer_start(timer->handle, interval_ms);

    EXPECT(error == (timer->kind == TIMER ? if_live(timer) : PTK_ERR_INVALID_HANDLE));
    if (error != PTK_ERR_OK) {
        return;
    }
    timer->due_ms = how == 0 ? 0 : now_ms + interval_ms;
    timer->interval_ms = how == 1 ? interval_ms : 0;
}

/** @brief Whether a source has as many handlers as the limits of the build let it have. */
static bool has_all_handlers(const item_t *item) {
    uint32_t count = 0;

    for (uint32_t index = 0; index < EVENTS; index++) {
        count += (item->enabled >> index) & 1u;
    }
    return item->kind == SOURCE && count >= PTK_USER_EVENT_HANDLERS;
}

/** @brief Sets or removes a random handler. */
static void change_handler(void) {
    item_t *item = model_any_item(model_pick(KINDS));
    const uint32_t index = item->kind == TIMER ? 0 : model_pick(EVENTS);
    const ptk_event_t event = model_events[item->kind][index];

    if (model_pick(4) == 0) {
        EXPECT(ptk_remove_event_handler(item->handle, event) == if_live(item));
        item->enabled &= ~(1u << index);
    } else if (item->live && has_all_handlers(item) && (item->enabled & (1u << index)) == 0) {
        EXPECT(ptk_set_event_handler(item->handle, event, on_event, item) == PTK_ERR_OUT_OF_MEMORY);
    } else {
        EXPECT(ptk_set_event_handler(item->handle, event, on_event, item) == if_live(item));
        item->enabled |= 1u << index;
    }
}

/** @brief Raises a random event. */
static void raise_one(void) {
    static uintptr_t counter;
    item_t *source = model_any_item(SOURCE);
    const ptk_event_t event = model_events[SOURCE][model_pick(EVENTS)];
    const ptk_err_t error = ptk_raise_event(source->handle, event, ++counter);

    if (source->kind != SOURCE || !source->live) {
        EXPECT(error == PTK_ERR_INVALID_HANDLE);
    } else if (source->queued == PTK_USER_EVENT_QUEUE_SIZE) {
        EXPECT(error == PTK_ERR_WOULD_BLOCK);
    } else {
        EXPECT(error == PTK_ERR_OK);
        source->queued_event[source->queued] = event;
        source->queued_data[source->queued++] = counter;
    }
}

/** @brief Makes a random call of a socket. */
static void use_socket(void) {
    const ptk_address_t any = support_loopback(PTK_ADDRESS_IPV4, 0);
    item_t *socket = model_any_item(SOCKET);
    const item_t *other = model_any_item(SOCKET);
    const bool live = socket->kind == SOCKET && socket->live;
    ptk_err_t error = PTK_ERR_OK;

    switch (model_pick(6)) {
    case 0:
        error = ptk_socket_listen(socket->handle, &any, 4);
        if (error == PTK_ERR_OK) {
            EXPECT(ptk_socket_get_local_address(socket->handle, &socket->address) == PTK_ERR_OK);
        }
        break;
    case 1:
        error = ptk_socket_open_udp(socket->handle, &any);
        break;
    case 2:
        error = ptk_socket_connect(socket->handle, other->address.port == 0 ? &any : &other->address);
        break;
    case 3:
        error = ptk_socket_shutdown(socket->handle);
        break;
    default:
        error = transfer(socket->handle, model_pick(2) == 0);
        break;
    }
    EXPECT((error == PTK_ERR_INVALID_HANDLE) == !live);
}

/** @brief Moves a loop to random pools. */
static void resize(void) {
    const uint32_t loop = model_pick(LOOPS);
    model_loop_t *model = &model_loops[loop];
    ptk_err_t expected = model->handle == 0 ? PTK_ERR_INVALID_HANDLE : PTK_ERR_OK;
    uint32_t array[KINDS];
    uint32_t count[KINDS];

    for (uint32_t kind = 0; kind < KINDS; kind++) {
        const bool keep = model_pick(3) == 0;

        array[kind] = keep ? model->array[kind] : model_pick(ARRAYS);
        count[kind] = keep ? model->count[kind] : model_pick(SLOTS + 1);
        if (expected == PTK_ERR_OK && count[kind] < model_in_use(loop, kind)) {
            expected = PTK_ERR_OUT_OF_MEMORY;
        }
        if (expected != PTK_ERR_INVALID_HANDLE && array[kind] == model->array[kind] &&
            count[kind] != model->count[kind] && count[kind] > 0 && model->count[kind] > 0) {
            expected = PTK_ERR_INVALID_ARGUMENT; /* overlap */
        }
    }
    ptk_event_loop_resources_t resources = model_resources(loop, array, count);
    EXPECT(ptk_event_loop_resize_resources(model->handle, &resources) == expected);
    for (uint32_t kind = 0; kind < KINDS && expected == PTK_ERR_OK; kind++) {
        model->array[kind] = array[kind];
        model->count[kind] = count[kind];
    }
}

/** @brief Creates a loop with random pools. */
static void open_loop(uint32_t loop) {
    model_loop_t *model = &model_loops[loop];

    for (uint32_t kind = 0; kind < KINDS; kind++) {
        model->array[kind] = model_pick(ARRAYS);
        model->count[kind] = 1 + model_pick(SLOTS);
    }
    ptk_event_loop_resources_t resources = model_resources(loop, model->array, model->count);
    model->handle = ptk_event_loop_create(model_slots, LOOPS, &resources);
    EXPECT(model->handle > 0);
}

/** @brief Destroys a loop. */
static void end_loop(uint32_t loop) {
    const ptk_handle_t handle = model_loops[loop].handle;

    EXPECT(ptk_event_loop_destroy(handle) == PTK_ERR_OK);
    EXPECT(ptk_event_loop_destroy(handle) == PTK_ERR_INVALID_HANDLE);
    EXPECT(ptk_event_loop_wake(handle) == PTK_ERR_INVALID_HANDLE);
    model_loops[loop].handle = 0;
    for (uint32_t i = 0; i < ITEMS; i++) {
        model_items[i].live = model_items[i].live && model_items[i].loop != loop;
    }
}

/** @brief Runs a pass, and checks the result against the model. */
static void run(uint32_t loop, uint32_t max_wait_ms) {
    const ptk_handle_t handle = model_loops[loop].handle;
    const ptk_handle_t outer = model_loops[loop].running;

    if (handle != 0 && handle == outer) {
        EXPECT(ptk_event_loop_run_for(handle, max_wait_ms) == PTK_ERR_BUSY);
        return;
    }
    model_loops[loop].running = handle;
    ptk_err_t error = ptk_event_loop_run_for(handle, max_wait_ms);
    model_loops[loop].running = outer;
    EXPECT(error == (handle != 0 && model_loops[loop].handle == handle ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE));
}

/** @brief One bit of a handle is another one. */
static void use_damaged_handle(void) {
    const ptk_handle_t handle =
        (ptk_handle_t)((uint64_t)model_any_item(model_pick(KINDS))->handle ^ ((uint64_t)1 << model_pick(64)));

    if (model_find(handle) != NULL) {
        return;
    }
    EXPECT(ptk_timer_stop(handle) == PTK_ERR_INVALID_HANDLE);
    EXPECT(ptk_socket_shutdown(handle) == PTK_ERR_INVALID_HANDLE);
    EXPECT(ptk_raise_event(handle, 1, 0) == PTK_ERR_INVALID_HANDLE);
    EXPECT(ptk_remove_event_handler(handle, 1) == PTK_ERR_INVALID_HANDLE);
    EXPECT(ptk_event_loop_run_for(handle, 0) == PTK_ERR_INVALID_HANDLE);
}

static void act(void) {
    const uint32_t loop = model_pick(LOOPS);

    switch (model_pick(16)) {
    case 0:
    case 1:
    case 2:
        create();
        break;
    case 3:
        destroy();
        break;
    case 4:
    case 5:
        start_or_stop();
        break;
    case 6:
    case 7:
        change_handler();
        break;
    case 8:
    case 9:
        raise_one();
        break;
    case 10:
    case 11:
        use_socket();
        break;
    case 12:
        resize();
        break;
    case 13:
        use_damaged_handle();
        break;
    case 14:
        if (model_pick(20) == 0 && model_loops[loop].handle != 0) {
            end_loop(loop);
        } else if (model_loops[loop].handle == 0) {
            open_loop(loop);
        }
        break;
    default:
        run(loop, model_pick(2));
        break;
    }
}

/* ---------------------------------------------------------------------------------------------------- tests */

/** @brief Handlers bring nothing new for a while, so everything that is owed comes. */
static void settle(void) {
    const uint64_t start = ptk_clock_now_ms();

    calm = true;
    while (model_is_owed() && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS && !harness_failed()) {
        run(0, 1);
        run(1, 1);
    }
    EXPECT(!model_is_owed());
    calm = false;
}

/** @brief Runs one sequence. */
static void one_seed(uint32_t seed) {
    model_begin(seed);
    open_loop(0);
    open_loop(1);
    for (model_step = 0; model_step < STEPS && !harness_failed(); model_step++) {
        act();
        model_check_stats(model_step % LOOPS);
        if (model_pick(8) == 0) {
            settle(); /* often: what was lost comes with the next raise, and would not be missed */
        }
    }
    settle();
    for (uint32_t loop = 0; loop < LOOPS; loop++) {
        if (model_loops[loop].handle != 0) {
            end_loop(loop);
        }
    }
}

/** @brief Runs the sequences of some seeds. */
static void seeds(uint32_t first, uint32_t last) {
    for (uint32_t loop = 0; loop < LOOPS; loop++) {
        (void)ptk_event_loop_destroy(model_slots[loop].handle); /* what a test that failed has left */
    }
    depth = 0;
    calm = false;
    for (uint32_t seed = first; seed <= last && !harness_failed(); seed++) {
        one_seed(seed);
    }
}

/** @brief A few sequences, for small targets. */
static void few(void) {
    seeds(1, 5);
}

/** @brief Many sequences. */
static void many(void) {
    seeds(6, 40);
}

const harness_test_t random_tests[] = {
    {"random.few", few},
    {"random.many", many},
    {NULL, NULL},
};
