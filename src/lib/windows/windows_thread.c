/**
 * @file windows_thread.c
 * @brief The optional thread of a loop. Alone in its object: a program that starts none does not link it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "core/port_thread.h"

/** @brief Windows rounds up whatever is asked for. What POSIX systems refuse is refused here, too. */
#define SMALLEST_STACK 16384u

/** @brief What the thread runs. */
static DWORD WINAPI thread_main(void *argument) {
    ptk_loop_thread_main((ptk_thread_t *)argument);
    return 0;
}

ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size) {
    (void)stack; /* its stack is the system's: Windows takes none from a program */
    if (stack_size < SMALLEST_STACK) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    HANDLE handle = CreateThread(NULL, stack_size, thread_main, thread, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (handle == NULL) {
        return ptk_last_error();
    }
    thread->platform = handle;
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_thread_join(ptk_thread_t *thread) {
    if (WaitForSingleObject(thread->platform, INFINITE) != WAIT_OBJECT_0) {
        return ptk_last_error();
    }
    (void)CloseHandle(thread->platform); /* it is a handle, so this cannot fail */
    thread->platform = NULL;
    return PTK_ERR_OK;
}
