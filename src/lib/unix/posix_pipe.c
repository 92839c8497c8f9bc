/**
 * @file posix_pipe.c
 * @brief The self-pipe: how a thread or a signal handler ends a wait for descriptors.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "unix/posix_pipe.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/** @brief Neither end may block, or be inherited by a child process, which would keep the pipe alive. */
static ptk_err_t prepare(int end) {
    int flags = fcntl(end, F_GETFL);
    if (flags < 0 || fcntl(end, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(end, F_SETFD, FD_CLOEXEC) < 0) {
        return ptk_last_error();
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_pipe_open(int32_t ends[2]) {
    int made[2];
    if (pipe(made) != 0) {
        return ptk_last_error();
    }
    ends[0] = made[0];
    ends[1] = made[1];
    ptk_err_t error = prepare(made[0]);
    if (error == PTK_ERR_OK) {
        error = prepare(made[1]);
    }
    if (error != PTK_ERR_OK) {
        ptk_pipe_close(ends);
    }
    return error;
}

void ptk_pipe_close(const int32_t ends[2]) {
    (void)close(ends[0]);
    (void)close(ends[1]);
}

void ptk_pipe_wake(int32_t write_end) {
    static const char byte = 0;
    int saved = errno; /* a signal handler must leave it alone */
    ssize_t result;
    do {
        result = write(write_end, &byte, 1);
    } while (result < 0 && errno == EINTR);
    /* A full pipe is readable, and that is all that is wanted. */
    assert(result == 1 || errno == EAGAIN || errno == EWOULDBLOCK);
    errno = saved;
}

void ptk_pipe_drain(int32_t read_end) {
    char bytes[64];
    ssize_t result;
    do {
        result = read(read_end, bytes, sizeof bytes);
    } while (result == (ssize_t)sizeof bytes || (result < 0 && errno == EINTR));
    /* A short read has emptied it. Nothing else can go wrong: the write end is open as long as this one. */
    assert(result > 0 || errno == EAGAIN || errno == EWOULDBLOCK);
}
