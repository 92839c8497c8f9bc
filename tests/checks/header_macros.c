/**
 * @file header_macros.c
 * @brief Uses every macro of the public header, in what is both C99 and C++11.
 *
 * It is compiled, never run. The check fails when a macro of the header is not mentioned here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#define COMPILE_TIME_ASSERT(name, condition) typedef char name[(condition) ? 1 : -1]

COMPILE_TIME_ASSERT(version_is_positive, PTK_VERSION_MAJOR + PTK_VERSION_MINOR + PTK_VERSION_PATCH > 0);
COMPILE_TIME_ASSERT(version_has_text, sizeof PTK_VERSION_STRING > 1 && sizeof PTK_PLATFORM_NAME > 1);
COMPILE_TIME_ASSERT(limits, PTK_EVENT_LOOP_MAX_WAIT_MS > 0 && PTK_USER_EVENT_QUEUE_SIZE > 0 &&
                                PTK_USER_EVENT_HANDLERS > 0 && PTK_LOG_LEVEL >= 0 && PTK_SLOW_HANDLER_MS >= 0);
COMPILE_TIME_ASSERT(facts, PTK_PLATFORM_HAS_EDGES + PTK_PLATFORM_KEEPS_INTEREST + PTK_PLATFORM_KEEPS_SLOTS +
                                   PTK_PLATFORM_HAS_ICMP_ERRORS + PTK_PLATFORM_IS_SMALL <=
                               5);
COMPILE_TIME_ASSERT(counts, PTK_SOCKET_EVENT_COUNT == PTK_EVENT_ERROR - PTK_EVENT_CONNECTED + 1 &&
                                PTK_SOCKET_OPTION_COUNT == PTK_SOCKET_OPTION_RECEIVE_BUFFER + 1 &&
                                PTK_SOCKET_NARROW_OPTIONS == PTK_SOCKET_OPTION_MULTICAST_INTERFACE);

/* A name with the layout is just a name, with limits in it as they are. */
typedef char PTK_PLATFORM_LAYOUT(platform_name);
typedef char PTK_LAYOUT_NAME(layout_name);
COMPILE_TIME_ASSERT(layout_has_limits, sizeof(PTK_LAYOUT_EXPAND(PTK_PLATFORM_LAYOUT(layout_name),
                                                                PTK_USER_EVENT_QUEUE_SIZE, PTK_USER_EVENT_HANDLERS)));
typedef char PTK_LAYOUT_PASTE(layout, 1, 2);
COMPILE_TIME_ASSERT(layout_has_values, sizeof(layout_queue_1_handlers_2));

/* Handles can be taken apart and put together at compile time. */
COMPILE_TIME_ASSERT(handle_is_64_bits, sizeof(ptk_handle_t) == 8);
COMPILE_TIME_ASSERT(handle_type, PTK_HANDLE_TYPE(PTK_MAKE_HANDLE(PTK_TYPE_TIMER, 3, 4, 5)) == PTK_TYPE_TIMER);
COMPILE_TIME_ASSERT(handle_loop, PTK_HANDLE_EVENT_LOOP_ID(PTK_MAKE_HANDLE(2, 255, 4, 5)) == 255);
COMPILE_TIME_ASSERT(handle_generation, PTK_HANDLE_GENERATION(PTK_MAKE_HANDLE(2, 3, 0xFFFF, 5)) == 0xFFFF);
COMPILE_TIME_ASSERT(handle_id, PTK_HANDLE_ID(PTK_MAKE_HANDLE(2, 3, 4, 0x7FFFFFFF)) == 0x7FFFFFFF);
COMPILE_TIME_ASSERT(handle_bits, PTK_MAKE_HANDLE(1, 2, 3, 4) == ((ptk_handle_t)4 << 32) + (3 << 16) + (2 << 8) + 1);
COMPILE_TIME_ASSERT(handle_is_positive, PTK_MAKE_HANDLE(255, 255, 0xFFFF, 0x7FFFFFFF) > 0);
COMPILE_TIME_ASSERT(at_least_one, PTK_AT_LEAST_ONE(0) == 1 && PTK_AT_LEAST_ONE(7) == 7);

COMPILE_TIME_ASSERT(event_error, PTK_EVENT_ERROR_CODE((uintptr_t)9) == PTK_ERR_NETWORK_UNREACHABLE);

/** @brief Each form of the declarations of slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(full, 1, 2, 3);
PTK_DECLARE_EVENT_LOOP_RESOURCES(empty, 0, 0, 0);

/** @brief A protothread and what its waits need. */
typedef struct context {
    ptk_pt_t pt;
    ptk_pt_t child;
    ptk_handle_t loop;
    ptk_handle_t timer;
    ptk_handle_t socket;
    ptk_handle_t accepted;
    ptk_address_t address;
    ptk_buf_t buf;
    ptk_semaphore_t semaphore;
    ptk_notification_t notification;
    bool condition;
    uintptr_t seen;
} context_t;

/** @brief A protothread that ends at once, or is left. */
static ptk_pt_status_t child_function(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    if (PTK_PT_TIMED_OUT(pt)) {
        PTK_PT_EXIT(pt);
    }
    PTK_PT_END(pt);
}

/** @brief Each wait for an event, a time or a condition. */
static ptk_pt_status_t waits(ptk_pt_t *pt) {
    context_t *context = (context_t *)pt;
    PTK_PT_BEGIN(pt);
    PTK_PT_YIELD(pt, context->loop);
    PTK_PT_AWAIT(pt, ptk_protothread_step_yield(pt, context->loop), PTK_PT_WAITING);
    PTK_PT_AWAIT_DEADLINE(pt, ptk_protothread_step_sleep(pt, context->timer, 10));
    PTK_PT_WAIT_UNTIL(pt, context->loop, context->condition);
    PTK_PT_WAIT_UNTIL_TIMEOUT(pt, context->loop, context->condition, context->timer, 10);
    PTK_PT_WAIT_UNTIL_DEADLINE(pt, context->loop, context->condition, context->timer, 10);
    PTK_PT_WAIT_NOTIFIED(pt, &context->notification, context->condition);
    PTK_PT_WAIT_NOTIFIED_TIMEOUT(pt, &context->notification, context->condition, context->timer, 10);
    PTK_PT_WAIT_NOTIFIED_DEADLINE(pt, &context->notification, context->condition, context->timer, 10);
    PTK_PT_WAIT_EVENT(pt, context->socket, PTK_EVENT_READABLE);
    PTK_PT_WAIT_EVENT_TIMEOUT(pt, context->socket, PTK_EVENT_READABLE, context->timer, 10);
    PTK_PT_WAIT_EVENT_DEADLINE(pt, context->socket, PTK_EVENT_READABLE, context->timer, 10);
    PTK_PT_SLEEP(pt, context->timer, 10);
    PTK_PT_SLEEP_DEADLINE(pt, context->timer, 10);
    PTK_PT_SPAWN(pt, &context->child, child_function);
    PTK_PT_SEMAPHORE_WAIT(pt, &context->semaphore);
    PTK_PT_SEMAPHORE_WAIT_TIMEOUT(pt, &context->semaphore, context->timer, 10);
    PTK_PT_SEMAPHORE_WAIT_DEADLINE(pt, &context->semaphore, context->timer, 10);
    if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
        PTK_PT_RESTART(pt);
    }
    context->seen = (uintptr_t)PTK_PT_WOKEN_RESOURCE(pt) + PTK_PT_WOKEN_EVENT(pt) + PTK_PT_WOKEN_DATA(pt);
    PTK_PT_END(pt);
}

/** @brief Each wait of a socket. */
static ptk_pt_status_t transfers(ptk_pt_t *pt) {
    context_t *context = (context_t *)pt;
    PTK_PT_BEGIN(pt);
    PTK_PT_CONNECT(pt, context->socket, &context->address);
    PTK_PT_CONNECT_TIMEOUT(pt, context->socket, &context->address, context->timer, 10);
    PTK_PT_CONNECT_DEADLINE(pt, context->socket, &context->address, context->timer, 10);
    PTK_PT_ACCEPT(pt, context->socket, &context->accepted, NULL);
    PTK_PT_ACCEPT_TIMEOUT(pt, context->socket, &context->accepted, NULL, context->timer, 10);
    PTK_PT_ACCEPT_DEADLINE(pt, context->socket, &context->accepted, NULL, context->timer, 10);
    PTK_PT_SEND_ALL(pt, context->socket, &context->buf);
    PTK_PT_SEND_ALL_TIMEOUT(pt, context->socket, &context->buf, context->timer, 10);
    PTK_PT_SEND_ALL_DEADLINE(pt, context->socket, &context->buf, context->timer, 10);
    PTK_PT_RECEIVE(pt, context->socket, &context->buf);
    PTK_PT_RECEIVE_TIMEOUT(pt, context->socket, &context->buf, context->timer, 10);
    PTK_PT_RECEIVE_DEADLINE(pt, context->socket, &context->buf, context->timer, 10);
    PTK_PT_RECEIVE_EXACTLY(pt, context->socket, &context->buf, 4);
    PTK_PT_RECEIVE_EXACTLY_TIMEOUT(pt, context->socket, &context->buf, 4, context->timer, 10);
    PTK_PT_RECEIVE_EXACTLY_DEADLINE(pt, context->socket, &context->buf, 4, context->timer, 10);
    PTK_PT_END(pt);
}

/** @brief Each macro that is used outside of protothreads. */
int main(void) {
    static context_t context;
    char text[PTK_ADDRESS_TEXT_SIZE];
    context.loop = ptk_event_loop_create(loops, 2, &full);
    context.timer = PTK_NO_TIMER;
    if (ptk_event_loop_resize_resources(context.loop, &empty) != PTK_ERR_OK ||
        ptk_event_loop_run_for(context.loop, PTK_WAIT_FOREVER) != PTK_ERR_OK ||
        ptk_event_loop_run_for(context.loop, PTK_TIME_MAX_MS) != PTK_ERR_OK ||
        ptk_address_format(&context.address, text, sizeof text) != PTK_ERR_OK ||
        ptk_protothread_init((ptk_pt_t *)&context, waits) != PTK_ERR_OK) {
        return 1;
    }
    return ptk_protothread_init((ptk_pt_t *)&context, transfers) == PTK_ERR_OK ? 0 : 1;
}
