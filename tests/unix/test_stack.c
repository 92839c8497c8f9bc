/**
 * @file test_stack.c
 * @brief Stacks for systems that take whole pages alone, as OpenBSD and macOS do: pthread_attr_setstack() is as
 *        there.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "failing_calls.h"
#include "support.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

int __real_pthread_attr_setstack(pthread_attr_t *attributes, void *stack, size_t size);
int __wrap_pthread_attr_setstack(pthread_attr_t *attributes, void *stack, size_t size);

int __wrap_pthread_attr_setstack(pthread_attr_t *attributes, void *stack, size_t size) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const bool is_whole = (uintptr_t)stack % page == 0 && size % page == 0;

    return is_whole ? __real_pthread_attr_setstack(attributes, stack, size) : EINVAL;
}

void a_stack_that_begins_within_a_page(void) {
    static union {
        uint8_t bytes[1024 * 1024];
        uint64_t aligned;
    } memory;
    static ptk_thread_t thread;

    CHECK(support_open());
    CHECK_EQUAL(ptk_event_loop_thread_start(support_loop, &thread, memory.bytes + 16, sizeof(memory.bytes) - 48),
                PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_thread_stop(&thread), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_thread_start(support_loop, &thread, memory.bytes + 16, 64), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_close());
}
