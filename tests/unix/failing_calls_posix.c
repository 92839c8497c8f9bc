/**
 * @file failing_calls_posix.c
 * @brief The calls that fail on purpose, those of the port on select() alone.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "failing_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

/** @brief What each call fails with. */
FAILING_CALL(accept, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(fcntl, EACCES, PTK_ERR_PERMISSION_DENIED, true)
FAILING_CALL(pipe, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(select, ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true)

/** @brief The wrappers. The library's calls come here. */
WRAP_TWO(int, accept, accept_refused, (int fd, struct sockaddr *address, socklen_t *length), (fd, address, length))
/** @brief See above. */
WRAP(int, pipe, (int ends[2]), (ends))
WRAP(int, select, (int limit, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout),
     (limit, readable, writable, exceptional, timeout))

int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);

/* Those of the library have an integer, or do not look at it. */
int __wrap_fcntl(int fd, int command, ...) {
    va_list arguments;
    int value = 0;

    if (command == F_SETFL || command == F_SETFD) {
        va_start(arguments, command);
        value = va_arg(arguments, int);
        va_end(arguments);
    }
    return failing_call_fails(&call_fcntl) ? -1 : __real_fcntl(fd, command, value);
}

const harness_test_t platform_calls_tests[] = {
    EVERY(accept),
    EVERY(fcntl),
    EVERY(pipe),
    EVERY(select),
    {"failures.a_stack_that_begins_within_a_page", a_stack_that_begins_within_a_page},
    {NULL, NULL},
};
