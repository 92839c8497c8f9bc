/**
 * @file posix_thread.c
 * @brief The optional thread of a loop. Alone in its object: a static program that starts none links no
 *        pthread_create().
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "core/port_thread.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

/** @brief What the thread runs. */
static void *thread_main(void *argument) {
    ptk_loop_thread_main((ptk_thread_t *)argument);
    return NULL;
}

/** @brief Leaves the whole pages of a stack, where systems take nothing else. */
static void trim(void **stack, size_t *size) {
#if PTK_STACKS_ARE_PAGES
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t memory = (uintptr_t)*stack;
    uintptr_t begin = (memory + page - 1) / page * page;
    uintptr_t end = (memory + *size) / page * page;
    *stack = (uint8_t *)*stack + (begin - memory);
    *size = end > begin ? end - begin : 0;
#else
    (void)stack;
    (void)size;
#endif
}

ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size) {
    pthread_attr_t attributes;
    trim(&stack, &stack_size);
    int result = pthread_attr_init(&attributes);
    if (result != 0) {
        return ptk_system_error(result);
    }
    result = pthread_attr_setstack(&attributes, stack, stack_size);
    if (result == 0) {
        result = pthread_create(&thread->platform, &attributes, thread_main, thread);
        /* EAGAIN means that the system is out of threads, which is nothing to wait for. */
        result = result == EAGAIN ? ENOMEM : result;
    }
    int destroyed = pthread_attr_destroy(&attributes);
    assert(destroyed == 0);
    (void)destroyed;
    return ptk_system_error(result);
}

ptk_err_t ptk_port_thread_join(ptk_thread_t *thread) {
    return ptk_system_error(pthread_join(thread->platform, NULL));
}
