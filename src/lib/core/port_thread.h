/**
 * @file port_thread.h
 * @brief The optional part of the port interface: threads that the library runs.
 *
 * Only core/loop_thread.c calls these. A port without threads leaves them out: a program that starts no thread links
 * none of that file, and one that does fails to link. A port whose threads can be missing returns PTK_ERR_UNSUPPORTED.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_PORT_THREAD_H
#define PTK_CORE_PORT_THREAD_H

#include "protocol_toolkit.h"

/**
 * @brief Starts a thread on the given stack that calls ptk_loop_thread_main(thread).
 *
 * PTK_ERR_INVALID_ARGUMENT: the stack is too small. PTK_ERR_OUT_OF_SYSTEM_MEMORY, PTK_ERR_SYSTEM. Any thread.
 */
ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size);

/**
 * @brief Waits until the thread, which is not the caller, has ended. Afterwards its stack is free. Blocks. Any
 *        thread.
 */
ptk_err_t ptk_port_thread_join(ptk_thread_t *thread);

/* From the port to core. */

/** @brief What the thread has to call. Returns when it has to end. */
void ptk_loop_thread_main(ptk_thread_t *thread);

#endif
