/**
 * @file test_pipe.c
 * @brief The self-pipe by itself.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "unix_support.h"

#include "unix/posix_pipe.h"

#include <errno.h>
#include <sys/select.h>
#include <unistd.h>

/** @brief Whether select() finds a descriptor readable. */
static bool is_readable(int descriptor) {
    struct timeval none = {0, 0};
    fd_set readable;

    FD_ZERO(&readable);
    FD_SET(descriptor, &readable);
    return select(descriptor + 1, &readable, NULL, NULL, &none) == 1;
}

/** @brief Any number of wake-ups leaves one byte in the pipe, and draining leaves none. */
static void wake_and_drain(void) {
    int32_t ends[2];

    CHECK_EQUAL(ptk_pipe_open(ends), PTK_ERR_OK);
    CHECK(!is_readable(ends[0]));
    /* Around the number of bytes that are taken at once, 64. */
    for (int wakes = 1; wakes <= 200; wakes++) {
        for (int i = 0; i < wakes; i++) {
            ptk_pipe_wake(ends[1]);
        }
        CHECK(is_readable(ends[0]));
        ptk_pipe_drain(ends[0]);
        CHECK(!is_readable(ends[0]));
    }
    ptk_pipe_drain(ends[0]); /* of nothing */
    ptk_pipe_close(ends);
    CHECK(read(ends[0], ends, 1) < 0 && errno == EBADF);
    CHECK(write(ends[1], ends, 1) < 0 && errno == EBADF);
}

/** @brief Many more wake-ups than a pipe holds: none blocks, errno stays, and one drain takes them all. */
static void full(void) {
    const uint32_t before = descriptors_open();
    char bytes[4096] = {0};
    int32_t ends[2];

    CHECK_EQUAL(ptk_pipe_open(ends), PTK_ERR_OK);
    while (write(ends[1], bytes, sizeof(bytes)) > 0) {
    }
    while (write(ends[1], bytes, 1) > 0) {
    }
    CHECK(errno == EAGAIN || errno == EWOULDBLOCK);
    errno = ENOEXEC;
    ptk_pipe_wake(ends[1]);
    CHECK_EQUAL(errno, ENOEXEC);
    ptk_pipe_drain(ends[0]);
    CHECK(!is_readable(ends[0]));
    ptk_pipe_wake(ends[1]);
    CHECK(is_readable(ends[0]));
    ptk_pipe_close(ends);
    CHECK_EQUAL(descriptors_open(), before);
}

const harness_test_t pipe_tests[] = {
    {"pipe.wake_and_drain", wake_and_drain},
    {"pipe.full", full},
    {NULL, NULL},
};
