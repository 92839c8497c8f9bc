/**
 * @file unix_support.c
 * @brief What the unix tests share: see unix_support.h.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "unix_support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/** @brief The limit of descriptors before it was lowered. */
static struct rlimit limit_before;

/** @brief More than any of these tests opens. */
enum { DESCRIPTORS_LOOKED_AT = 2048 };

/** @brief Counts open descriptors. Returns the number. */
static uint32_t count_descriptors(void) {
    uint32_t count = 0;

    for (int descriptor = 0; descriptor < DESCRIPTORS_LOOKED_AT; descriptor++) {
        count += fcntl(descriptor, F_GETFD) >= 0;
    }
    return count;
}

/* libkqueue, on which the port for the BSDs runs on Linux, keeps some descriptors of its own from the first loop on, and
   closes those of a loop in a thread of its own: what counts is how many there are when it has come to rest. */
uint32_t descriptors_open(void) {
    static ptk_event_loop_slot_t slots[1];
    const ptk_event_loop_resources_t none = {NULL, 0, NULL, 0, NULL, 0};
    const struct timespec pause = {0, 100000000};
    uint32_t before;
    uint32_t equal = 0;
    uint32_t count = count_descriptors();

    if (strcmp(PTK_PLATFORM_NAME, "bsd") != 0) {
        return count;
    }
    (void)ptk_event_loop_destroy(ptk_event_loop_create(slots, 1, &none));
    do {
        before = count;
        (void)nanosleep(&pause, NULL);
        count = count_descriptors();
        equal = count == before ? equal + 1 : 0;
    } while (equal < 3);
    return count;
}

bool descriptors_exhaust(void) {
    const bool at_rest = descriptors_open() > 0;
    const int lowest_free = dup(0);

    if (!at_rest || lowest_free < 0 || close(lowest_free) != 0 || getrlimit(RLIMIT_NOFILE, &limit_before) != 0) {
        return false;
    }
    struct rlimit limit = limit_before;
    limit.rlim_cur = (rlim_t)lowest_free;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

bool descriptors_restore(void) {
    return setrlimit(RLIMIT_NOFILE, &limit_before) == 0;
}

int raw_connect(uint16_t port) {
    struct sockaddr_in address;
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor >= 0 && connect(descriptor, (const struct sockaddr *)(const void *)&address, sizeof(address)) != 0) {
        (void)close(descriptor);
        return -1;
    }
    return descriptor;
}

#if defined(MSG_NOSIGNAL)
#define SEND_FLAGS MSG_NOSIGNAL
#else
#define SEND_FLAGS 0
#endif

int raw_listen(ptk_address_t *address) {
    struct sockaddr_in local;
    socklen_t length = (socklen_t)sizeof(local);
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    memset(&local, 0, sizeof(local));
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0 || bind(descriptor, (const struct sockaddr *)&local, length) != 0 ||
        listen(descriptor, 4) != 0 || getsockname(descriptor, (struct sockaddr *)&local, &length) != 0) {
        return -1;
    }
    *address = support_loopback(PTK_ADDRESS_IPV4, ntohs(local.sin_port));
    return descriptor;
}

int raw_accept(int listener) {
    return accept(listener, NULL, NULL);
}

void raw_pause(void) {
    const struct timespec pause = {0, 30000000};

    (void)nanosleep(&pause, NULL);
}

bool raw_send_text(int descriptor, const char *text) {
    return send(descriptor, text, strlen(text), SEND_FLAGS) == (ssize_t)strlen(text);
}

bool raw_is_ended(int descriptor) {
    char byte;
    const ssize_t received = recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    return received == 0 || (received < 0 && errno == ECONNRESET);
}

bool raw_reset(int descriptor) {
    const struct linger abort_at_once = {1, 0};
    const int result = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abort_at_once, sizeof(abort_at_once));

    return close(descriptor) == 0 && result == 0;
}

bool raw_pair(int *raw, ptk_handle_t *server) {
    support_record_t readable = {0};
    ptk_address_t address;
    const ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address);

    CHECK_OR_RETURN(listener > 0, false);
    *raw = raw_connect(address.port);
    CHECK_OR_RETURN(*raw >= 0, false);
    CHECK_OR_RETURN(ptk_set_event_handler(listener, PTK_EVENT_READABLE, support_record, &readable) == PTK_ERR_OK,
                    false);
    CHECK_OR_RETURN(support_run_until(&readable.count, 1), false);
    *server = ptk_socket_accept(listener, NULL);
    CHECK_OR_RETURN(*server > 0, false);
    CHECK_OR_RETURN(ptk_socket_destroy(listener) == PTK_ERR_OK, false);
    return true;
}
