/**
 * @file posix_pipe.h
 * @brief The self-pipe: how a thread or a signal handler ends a wait for descriptors.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_UNIX_POSIX_PIPE_H
#define PTK_UNIX_POSIX_PIPE_H

#include "protocol_toolkit.h"

/** @brief Makes the pipe: ends[0] is to be waited for, ends[1] to be written to. After an error nothing is open. */
ptk_err_t ptk_pipe_open(int32_t ends[2]);

/** @brief Closes both ends. */
void ptk_pipe_close(const int32_t ends[2]);

/** @brief Makes the read end readable. Any thread, also a signal handler: errno stays as it was. */
void ptk_pipe_wake(int32_t write_end);

/** @brief Takes out all that was written, so that the read end is not readable until the next wake-up. */
void ptk_pipe_drain(int32_t read_end);

#endif
