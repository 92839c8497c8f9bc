/**
 * @file test_handler.c
 * @brief Handlers: set, replace, remove, and what a handler may do to everything around it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief Protothread: waits for ever. */
static ptk_pt_status_t endless(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_UNTIL(pt, support_loop, false);
    PTK_PT_END(pt);
}

/** @brief Protothread: ends at once. */
static ptk_pt_status_t ends_at_once(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_END(pt);
}

/** @brief Events that a resource does not have, and NULL, are refused. */
static void bad_arguments(void) {
    support_record_t record = {0};
    ptk_pt_t pt = {0};

    CHECK(support_open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    ptk_handle_t socket = ptk_socket_create(support_loop);
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_protothread_init(&pt, endless), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, NULL, &record), PTK_ERR_INVALID_ARGUMENT);
    for (ptk_event_t event = 0; event < 300; event++) {
        const bool of_timer = event == PTK_EVENT_EXPIRED;
        const bool of_socket = event >= PTK_EVENT_CONNECTED && event <= PTK_EVENT_ERROR;

        CHECK_EQUAL(ptk_set_event_handler(timer, event, support_record, &record),
                    of_timer ? PTK_ERR_OK : PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(ptk_remove_event_handler(timer, event), of_timer ? PTK_ERR_OK : PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(ptk_set_event_handler(socket, event, support_record, &record),
                    of_socket ? PTK_ERR_OK : PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(ptk_remove_event_handler(socket, event), of_socket ? PTK_ERR_OK : PTK_ERR_INVALID_ARGUMENT);
    }
    CHECK_EQUAL(ptk_set_event_handler(timer, 0x80000001u, support_record, &record), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_set_event_handler(socket, 0xFFFFFFFFu, support_record, &record), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_set_event_handler(source, 0, support_record, &record), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_set_protothread_event_handler(source, 0, &pt), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_set_protothread_event_handler(source, 1, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_set_protothread_event_handler(timer, PTK_EVENT_READABLE, &pt), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_init(&pt, ends_at_once), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_protothread_event_handler(source, 1, &pt), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_remove_event_handler(source, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_remove_event_handler(source, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_close());
}

/** @brief A handler that is set late gets what was raised before. */
static void raised_before_the_handler_was_set(void) {
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_raise_event(source, 2049, 7), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 5));
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(ptk_set_event_handler(source, 2049, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(record.count, 0);
    /* The next pass, without waiting. */
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
    CHECK_EQUAL(record.count, 1);
    CHECK_EQUAL(record.resource, source);
    CHECK_EQUAL(record.event, 2049);
    CHECK_EQUAL(record.data, 7);
    CHECK(support_close());
}

/** @brief A handler stays until it is replaced or removed. */
static void persistent_replaced_and_removed(void) {
    support_record_t first = {0};
    support_record_t second = {0};

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &first), PTK_ERR_OK);
    for (uint32_t i = 1; i <= 3; i++) {
        CHECK_EQUAL(ptk_raise_event(source, 1, i), PTK_ERR_OK);
        CHECK(support_poll(support_loop, 2));
        CHECK_EQUAL(first.count, i);
    }
    CHECK_EQUAL(ptk_raise_event(source, 1, 4), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &second), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(first.count, 3);
    CHECK_EQUAL(second.count, 1);
    CHECK_EQUAL(second.data, 4);
    /* What is raised stays raised while there is no handler. */
    CHECK_EQUAL(ptk_raise_event(source, 1, 5), PTK_ERR_OK);
    CHECK_EQUAL(ptk_remove_event_handler(source, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_remove_event_handler(source, 1), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(second.count, 1);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &first), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(first.count, 4);
    CHECK_EQUAL(first.data, 5);
    CHECK(support_close());
}

/** @brief What a handler below has to destroy. */
typedef struct destroyer {
    ptk_handle_t victims[4];
    uint32_t calls;
    uint32_t refused;
} destroyer_t;

/** @brief Handler: destroys the resources that it was given. */
static void destroy_victims(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    destroyer_t *destroyer = user_data;

    (void)resource;
    (void)event;
    (void)data;
    destroyer->calls++;
    for (uint32_t i = 0; i < 4; i++) {
        ptk_err_t error = PTK_ERR_OK;

        switch (PTK_HANDLE_TYPE(destroyer->victims[i])) {
        case PTK_TYPE_TIMER:
            error = ptk_timer_destroy(destroyer->victims[i]);
            break;
        case PTK_TYPE_SOCKET:
            error = ptk_socket_destroy(destroyer->victims[i]);
            break;
        case PTK_TYPE_USER_EVENT_SOURCE:
            error = ptk_user_event_source_destroy(destroyer->victims[i]);
            break;
        default:
            break;
        }
        destroyer->refused += error != PTK_ERR_OK;
    }
}

/** @brief A handler can destroy its own source. */
static void handler_destroys_its_own_source(void) {
    destroyer_t destroyer = {{0}, 0, 0};

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    destroyer.victims[0] = source;
    CHECK_EQUAL(ptk_set_event_handler(source, 1, destroy_victims, &destroyer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, 2, destroy_victims, &destroyer), SUPPORT_NTH_HANDLER(2));
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), SUPPORT_NTH_RAISE(2));
    CHECK_EQUAL(ptk_raise_event(source, 2, 0), SUPPORT_NTH_RAISE(3));
    CHECK(support_poll(support_loop, 5));
    CHECK_EQUAL(destroyer.calls, 1);
    CHECK_EQUAL(destroyer.refused, 0);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_INVALID_HANDLE);
    CHECK(support_close());
}

/** @brief A handler can destroy its own timer. */
static void handler_destroys_its_own_timer(void) {
    destroyer_t destroyer = {{0}, 0, 0};

    CHECK(support_open());
    destroyer.victims[0] = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(destroyer.victims[0], PTK_EVENT_EXPIRED, destroy_victims, &destroyer),
                PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start_repeating(destroyer.victims[0], 1), PTK_ERR_OK);
    CHECK(support_run_until(&destroyer.calls, 1));
    support_run_ms(10);
    CHECK_EQUAL(destroyer.calls, 1);
    CHECK_EQUAL(destroyer.refused, 0);
    CHECK(support_close());
}

/** @brief All four sources are in one batch; whichever handler comes first destroys the other three. */
static void handler_destroys_its_neighbours(void) {
    for (uint32_t round = 0; round < 4; round++) {
        destroyer_t destroyers[4] = {{{0}, 0, 0}, {{0}, 0, 0}, {{0}, 0, 0}, {{0}, 0, 0}};
        ptk_handle_t sources[4];
        uint32_t calls = 0;

        CHECK(support_open());
        for (uint32_t i = 0; i < 4; i++) {
            sources[i] = ptk_user_event_source_create(support_loop);
            CHECK(sources[i] > 0);
        }
        for (uint32_t i = 0; i < 4; i++) {
            uint32_t victims = 0;

            for (uint32_t j = 0; j < 4; j++) {
                if (j != i) {
                    destroyers[i].victims[victims++] = sources[j];
                }
            }
            CHECK_EQUAL(ptk_set_event_handler(sources[i], 1, destroy_victims, &destroyers[i]), PTK_ERR_OK);
        }
        for (uint32_t i = 0; i < 4; i++) {
            CHECK_EQUAL(ptk_raise_event(sources[(i + round) % 4], 1, 0), PTK_ERR_OK);
        }
        CHECK(support_poll(support_loop, 4));
        for (uint32_t i = 0; i < 4; i++) {
            calls += destroyers[i].calls;
            CHECK_EQUAL(destroyers[i].refused, 0);
        }
        CHECK_EQUAL(calls, 1);
        CHECK(support_close());
    }
}

/** @brief Timers that a handler destroys do not expire any more. */
static void timer_handler_destroys_its_neighbours(void) {
    destroyer_t destroyer = {{0}, 0, 0};
    support_record_t never = {0};

    CHECK(support_open());
    ptk_handle_t first = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(first, PTK_EVENT_EXPIRED, destroy_victims, &destroyer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(first, 1), PTK_ERR_OK);
    for (uint32_t i = 0; i < 4; i++) {
        destroyer.victims[i] = ptk_timer_create(support_loop);
        CHECK_EQUAL(ptk_set_event_handler(destroyer.victims[i], PTK_EVENT_EXPIRED, support_record, &never), PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_start(destroyer.victims[i], 2 + i), PTK_ERR_OK);
    }
    /* Late enough that all five are due in one pass. */
    support_stand_still_until(ptk_clock_now_ms() + 10);
    CHECK(support_run_until(&destroyer.calls, 1));
    support_run_ms(20);
    CHECK_EQUAL(destroyer.refused, 0);
    CHECK_EQUAL(never.count, 0);
    CHECK(support_close());
}

/** @brief Both ends of a connection are readable in one batch; the first handler destroys the other socket, and a new
 *  socket takes its slot at once: the event that waits is not delivered to the newcomer. */
typedef struct swapper {
    ptk_handle_t victim;
    ptk_handle_t newcomer;
    support_record_t *record;
    uint32_t calls;
} swapper_t;

/** @brief Handler: destroys a socket and creates another one in its slot. */
static void swap_sockets(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    swapper_t *swapper = user_data;

    (void)event;
    (void)data;
    swapper->calls++;
    CHECK_EQUAL(ptk_remove_event_handler(resource, PTK_EVENT_READABLE), PTK_ERR_OK);
    if (swapper->victim == 0) {
        return;
    }
    CHECK_EQUAL(ptk_socket_destroy(swapper->victim), PTK_ERR_OK);
    for (uint32_t i = 0; i < SUPPORT_SOCKETS; i++) {
        const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);
        const ptk_handle_t fresh = ptk_socket_create(support_loop);

        if (fresh > 0) {
            swapper->newcomer = fresh;
            CHECK_EQUAL(ptk_socket_open_udp(fresh, &local), PTK_ERR_OK);
            CHECK_EQUAL(ptk_set_event_handler(fresh, PTK_EVENT_READABLE, support_record, swapper->record), PTK_ERR_OK);
        }
    }
}

/** @brief The new socket in a slot does not get the events of the old one. */
static void event_of_a_destroyed_socket_is_dropped(void) {
    support_record_t record = {0};
    swapper_t swappers[2] = {{0, 0, &record, 0}, {0, 0, &record, 0}};
    ptk_address_t addresses[2];
    ptk_handle_t sockets[2];

    CHECK(support_open());
    for (uint32_t i = 0; i < 2; i++) {
        sockets[i] = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &addresses[i]);
        CHECK(sockets[i] > 0);
    }
    for (uint32_t i = 0; i < 2; i++) {
        uint8_t memory[4];
        ptk_buf_t buf;

        swappers[i].victim = sockets[1 - i];
        CHECK_EQUAL(ptk_set_event_handler(sockets[i], PTK_EVENT_READABLE, swap_sockets, &swappers[i]), PTK_ERR_OK);
        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        ptk_buf_put_u8(&buf, 1);
        CHECK_EQUAL(ptk_socket_send_to(sockets[i], &buf, &addresses[1 - i]), PTK_ERR_OK);
    }
    support_run_ms(30);
    CHECK_EQUAL(swappers[0].calls + swappers[1].calls, 1);
    CHECK(swappers[0].newcomer > 0 || swappers[1].newcomer > 0);
    CHECK_EQUAL(record.count, 0);
    CHECK(support_close());
}

/** @brief What a handler does with another one. */
typedef struct editor {
    ptk_handle_t other;
    support_record_t *record;
    bool set;
} editor_t;

/** @brief Handler: sets or removes another handler. */
static void edit_other(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    const editor_t *editor = user_data;

    (void)resource;
    (void)data;
    if (editor->set) {
        CHECK_EQUAL(ptk_set_event_handler(editor->other, event, support_record, editor->record), PTK_ERR_OK);
    } else {
        CHECK_EQUAL(ptk_remove_event_handler(editor->other, event), PTK_ERR_OK);
    }
}

/** @brief A handler that another one sets or removes counts from then on. */
static void handler_sets_and_removes_handlers(void) {
    support_record_t record = {0};
    editor_t editor = {0, &record, false};

    CHECK(support_open());
    ptk_handle_t first = ptk_user_event_source_create(support_loop);
    editor.other = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(first, 1, edit_other, &editor), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(editor.other, 1, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(first, 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(editor.other, 1, 77), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    /* The first was raised first, so the other had no handler any more; what was raised is still there. */
    CHECK_EQUAL(record.count, 0);
    editor.set = true;
    CHECK_EQUAL(ptk_raise_event(first, 1, 0), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(record.count, 1);
    CHECK_EQUAL(record.data, 77);
    CHECK(support_close());
}

/** @brief A protothread that counts. */
typedef struct pt_context {
    ptk_pt_t pt;
    uint32_t resumed;
    ptk_handle_t woken_resource;
    ptk_event_t woken_event;
    uintptr_t woken_data;
} pt_context_t;

/** @brief Protothread: counts how often it is resumed. */
static ptk_pt_status_t count_resumes(ptk_pt_t *pt) {
    pt_context_t *context = (pt_context_t *)(void *)pt;

    context->resumed++;
    if (PTK_PT_WOKEN_RESOURCE(pt) != 0) {
        context->woken_resource = PTK_PT_WOKEN_RESOURCE(pt);
        context->woken_event = PTK_PT_WOKEN_EVENT(pt);
        context->woken_data = PTK_PT_WOKEN_DATA(pt);
    }
    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_UNTIL(pt, support_loop, context->resumed > 100);
    PTK_PT_END(pt);
}

/** @brief A protothread is a handler for one event only. */
static void protothread_handler_fires_once(void) {
    static pt_context_t context;
    support_record_t record = {0};

    memset(&context, 0, sizeof(context));
    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_protothread_init(&context.pt, count_resumes), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, 9, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_protothread_event_handler(source, 9, &context.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 9, 42), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 9, 43), SUPPORT_NTH_RAISE(2));
    CHECK_EQUAL(context.resumed, 0);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(record.count, 0);
    CHECK(context.resumed >= 1);
    CHECK_EQUAL(context.woken_resource, source);
    CHECK_EQUAL(context.woken_event, 9);
    CHECK_EQUAL(context.woken_data, 42);
    if (SUPPORT_NTH_RAISE(2) != PTK_ERR_OK) {
        CHECK_EQUAL(ptk_raise_event(source, 9, 43), PTK_ERR_OK);
    }
    /* The second is still raised; the function was replaced and does not come back by itself. */
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(record.count, 0);
    CHECK_EQUAL(ptk_set_event_handler(source, 9, support_record, &record), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(record.count, 1);
    CHECK_EQUAL(record.data, 43);
    CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
    CHECK(support_close());
}

const harness_test_t handler_tests[] = {
    {"handler.bad_arguments", bad_arguments},
    {"handler.raised_before_the_handler_was_set", raised_before_the_handler_was_set},
    {"handler.persistent_replaced_and_removed", persistent_replaced_and_removed},
    {"handler.handler_destroys_its_own_source", handler_destroys_its_own_source},
    {"handler.handler_destroys_its_own_timer", handler_destroys_its_own_timer},
    {"handler.handler_destroys_its_neighbours", handler_destroys_its_neighbours},
    {"handler.timer_handler_destroys_its_neighbours", timer_handler_destroys_its_neighbours},
    {"handler.event_of_a_destroyed_socket_is_dropped", event_of_a_destroyed_socket_is_dropped},
    {"handler.handler_sets_and_removes_handlers", handler_sets_and_removes_handlers},
    {"handler.protothread_handler_fires_once", protothread_handler_fires_once},
    {NULL, NULL},
};
