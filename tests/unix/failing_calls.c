/**
 * @file failing_calls.c
 * @brief The calls that fail on purpose, those of BSD sockets.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "failing_calls.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/** @brief The call that is to fail. */
static const failing_call_t *failing;
static uint32_t countdown; /**< @brief Calls until the one that fails; 0: none does. */
static bool lasts;         /**< @brief Not one call fails, but all from then on. */
/** @brief Whether it did. */
static bool has_failed;
/** @brief Groups that were joined or left on the interface 0. */
static uint32_t nowhere;
static const failing_call_t *also_failing; /**< @brief Receiving is one of two calls. */
static int other_number;                   /**< @brief In place of the call's own, if it is not 0. */
static int failing_option;                 /**< @brief Of setsockopt(), if it is not 0. */
static int pending_number;                 /**< @brief In place of the next SO_ERROR, if it is not 0. */
/** @brief Whether the next connect(2) connects a socket to itself. */
static bool connects_itself;

void failing_call_set(const failing_call_t *call, uint32_t n) {
    failing = call;
    also_failing = NULL;
    countdown = n;
    lasts = false;
    has_failed = false;
    other_number = 0;
    failing_option = 0;
}

void failing_call_set_lasting(const failing_call_t *call, int number) {
    failing_call_set(call, 1);
    lasts = true;
    other_number = number;
}

bool failing_call_clear(void) {
    countdown = 0;
    return has_failed;
}

bool failing_call_fails(const failing_call_t *call) {
    if ((call != failing && call != also_failing) || countdown == 0) {
        return false;
    }
    if (!lasts && --countdown != 0) {
        return false;
    }
    has_failed = true;
    errno = other_number != 0 ? other_number : call->number;
    return true;
}

uint32_t failing_call_groups_nowhere(void) {
    return nowhere;
}

/** @brief What each call fails with. */
FAILING_CALL(socket, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(bind, EADDRINUSE, PTK_ERR_ADDRESS_IN_USE, true)
FAILING_CALL(listen, EADDRINUSE, PTK_ERR_ADDRESS_IN_USE, true)
FAILING_CALL(connect, ENETUNREACH, PTK_ERR_NETWORK_UNREACHABLE, true)
FAILING_CALL(setsockopt, ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true)
FAILING_CALL(getsockopt, ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true)
FAILING_CALL(getsockname, ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true)
FAILING_CALL(getpeername, EINVAL, PTK_ERR_NOT_CONNECTED, true)
FAILING_CALL(send, EPROTOTYPE, PTK_ERR_CONNECTION_RESET, true) /* macOS; EPIPE is seen in test_signals.c */
FAILING_CALL(sendto, EACCES, PTK_ERR_PERMISSION_DENIED, true)
FAILING_CALL(recv, ECONNRESET, PTK_ERR_CONNECTION_RESET, true)
FAILING_CALL(recvfrom, ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY, false)
FAILING_CALL(recvmsg, ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY, false)
FAILING_CALL(shutdown, ENOTCONN, PTK_ERR_NOT_CONNECTED, true)

/** @brief The wrappers. The library's calls come here. */
WRAP(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(int, bind, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
WRAP(int, listen, (int fd, int backlog), (fd, backlog))
int __real_connect(int fd, const struct sockaddr *address, socklen_t length);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t length);

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t length) {
    if (connects_itself) {
        connects_itself = false;
        CHECK_OR_RETURN(__real_bind(fd, address, length) == 0, -1);
    }
    return failing_call_fails(&call_connect) ? -1 : __real_connect(fd, address, length);
}

int __real_setsockopt(int fd, int level, int option, const void *value, socklen_t length);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length);

int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length) {
#if defined(MCAST_JOIN_GROUP) /* OpenBSD has none */
    struct group_req request;

    if (option == MCAST_JOIN_GROUP || option == MCAST_LEAVE_GROUP) {
        memcpy(&request, value, sizeof(request));
        nowhere += request.gr_interface == 0;
    }
#endif
    return (failing_option == 0 || option == failing_option) && failing_call_fails(&call_setsockopt)
               ? -1
               : __real_setsockopt(fd, level, option, value, length);
}

int __real_getsockopt(int fd, int level, int option, void *value, socklen_t *length);
int __wrap_getsockopt(int fd, int level, int option, void *value, socklen_t *length);

int __wrap_getsockopt(int fd, int level, int option, void *value, socklen_t *length) {
    int result = failing_call_fails(&call_getsockopt) ? -1 : __real_getsockopt(fd, level, option, value, length);
    int number = 0;

    if (result == 0 && level == SOL_SOCKET && option == SO_ERROR && pending_number != 0) {
        memcpy(&number, value, sizeof(number));
        if (number != 0) {
            memcpy(value, &pending_number, sizeof(pending_number));
            pending_number = 0;
        }
    }
    return result;
}

/** @brief Those of addresses. */
WRAP(int, getsockname, (int fd, struct sockaddr *address, socklen_t *length), (fd, address, length))
WRAP(int, getpeername, (int fd, struct sockaddr *address, socklen_t *length), (fd, address, length))
const failing_call_t send_shortage = {ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true};
const failing_call_t sendto_refused = {ENETUNREACH, PTK_ERR_NETWORK_UNREACHABLE, true};
const failing_call_t datagram_refused = {ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true};
const failing_call_t accept_refused = {EPERM, PTK_ERR_PERMISSION_DENIED, true};

/** @brief See above. */
WRAP_TWO(ssize_t, send, send_shortage, (int fd, const void *bytes, size_t length, int flags),
         (fd, bytes, length, flags))
WRAP_TWO(ssize_t, sendto, sendto_refused,
         (int fd, const void *bytes, size_t length, int flags, const struct sockaddr *address,
          socklen_t address_length),
         (fd, bytes, length, flags, address, address_length))
WRAP_TWO(ssize_t, recvfrom, datagram_refused,
         (int fd, void *bytes, size_t room, int flags, struct sockaddr *address, socklen_t *length),
         (fd, bytes, room, flags, address, length))
WRAP_TWO(ssize_t, recvmsg, datagram_refused, (int fd, struct msghdr *message, int flags), (fd, message, flags))
WRAP(int, shutdown, (int fd, int how), (fd, how))

const failing_call_t recv_shortage = {ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true};

/** @brief That of streams. */
WRAP_TWO(ssize_t, recv, recv_shortage, (int fd, void *bytes, size_t room, int flags), (fd, bytes, room, flags))

void failing_call_set_number(failing_name_t name, int number) {
    static const failing_call_t *const calls[] = {&call_connect, &call_send, &call_sendto, &call_recvfrom};

    failing_call_set(calls[name], 1);
    also_failing = name == FAILING_RECEIVE ? &call_recvmsg : NULL;
    other_number = number;
}

void failing_call_set_option(int option, int number) {
    failing_call_set(&call_setsockopt, 1);
    failing_option = option;
    other_number = number;
}

void failing_call_set_pending(int number) {
    pending_number = number;
}

void failing_call_connect_itself(void) {
    connects_itself = true;
}

const harness_test_t failing_calls_tests[] = {
    EVERY(socket),     EVERY(bind),        EVERY(listen),      EVERY(connect),  EVERY(setsockopt),
    EVERY(getsockopt), EVERY(getsockname), EVERY(getpeername), EVERY(send),     EVERY(sendto),
    EVERY(recv),       EVERY(recvfrom),    EVERY(recvmsg),     EVERY(shutdown), {NULL, NULL},
};
