/**
 * @file failing_calls_linux.c
 * @brief The calls that fail on purpose, those of the Linux port alone.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "failing_calls.h"
#include "support.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/** @brief What each call fails with. */
FAILING_CALL(accept4, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(epoll_create1, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(epoll_ctl, ENOSPC, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true)
FAILING_CALL(epoll_wait, EFAULT, PTK_ERR_SYSTEM, true)
FAILING_CALL(eventfd, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)

/** @brief The wrappers. The library's calls come here. */
WRAP_TWO(int, accept4, accept_refused, (int fd, struct sockaddr *address, socklen_t *length, int flags),
         (fd, address, length, flags))
/** @brief See above. */
WRAP(int, epoll_create1, (int flags), (flags))
WRAP(int, epoll_wait, (int poller, struct epoll_event *events, int room, int timeout), (poller, events, room, timeout))
WRAP(int, eventfd, (unsigned int initial, int flags), (initial, flags))

int __real_epoll_ctl(int poller, int operation, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int poller, int operation, int fd, struct epoll_event *event);

/* A descriptor that is registered can always be removed, so removal does not fail here either. */
int __wrap_epoll_ctl(int poller, int operation, int fd, struct epoll_event *event) {
    return operation != EPOLL_CTL_DEL && failing_call_fails(&call_epoll_ctl)
               ? -1
               : __real_epoll_ctl(poller, operation, fd, event);
}

/** @brief A listener or UDP socket that the system refuses to watch is of no more use, and says why whatever is
 *  tried. */
static void unwatched_sockets_tell_why(void) {
    support_record_t record = {0};
    ptk_address_t address;
    ptk_handle_t sockets[2];
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK(support_open());
    sockets[0] = support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address);
    sockets[1] = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    for (uint32_t i = 0; i < 2; i++) {
        failing_call_set(&call_epoll_ctl, 1);
        CHECK_EQUAL(ptk_set_event_handler(sockets[i], PTK_EVENT_READABLE, support_record, &record),
                    PTK_ERR_OUT_OF_SYSTEM_MEMORY);
        CHECK(failing_call_clear());
    }
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_accept(sockets[0], NULL), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK_EQUAL(ptk_socket_receive(sockets[1], &buf), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK_EQUAL(ptk_socket_receive_from(sockets[1], &buf, NULL), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    ptk_buf_put_u8(&buf, 1);
    CHECK_EQUAL(ptk_socket_send_to(sockets[1], &buf, &address), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK_EQUAL(record.count, 0);
    CHECK(support_close());
}

const harness_test_t platform_calls_tests[] = {
    EVERY(accept4),    EVERY(epoll_create1), EVERY(epoll_ctl),
    EVERY(epoll_wait), EVERY(eventfd),       {"failures.unwatched_sockets_tell_why", unwatched_sockets_tell_why},
    {NULL, NULL},
};
