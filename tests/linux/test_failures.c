/* The n-th call fails, for every n: each failure of the system is reported, and leaves nothing behind. The
   program is linked with --wrap for the calls below, so the library's own calls come through here.
   SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "linux_support.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/* -------------------------------------------------------------------------------------------- the wrapped calls */

typedef enum call {
    CALL_SOCKET,
    CALL_BIND,
    CALL_LISTEN,
    CALL_CONNECT,
    CALL_ACCEPT,
    CALL_SETSOCKOPT,
    CALL_GETSOCKOPT,
    CALL_GETSOCKNAME,
    CALL_GETPEERNAME,
    CALL_SEND,
    CALL_SENDTO,
    CALL_RECV,
    CALL_RECVFROM,
    CALL_RECVMSG,
    CALL_SHUTDOWN,
    CALL_EPOLL_CREATE,
    CALL_EPOLL_CTL,
    CALL_EPOLL_WAIT,
    CALL_EVENTFD,
    CALL_COUNT
} call_t;

/* What each call fails with, and what the library makes of it. */
typedef struct failure {
    int number;
    ptk_err_t wanted;
} failure_t;

static const failure_t failures[CALL_COUNT] = {
    {EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS},       /* socket */
    {EADDRINUSE, PTK_ERR_ADDRESS_IN_USE},       /* bind */
    {EADDRINUSE, PTK_ERR_ADDRESS_IN_USE},       /* listen */
    {ENETUNREACH, PTK_ERR_NETWORK_UNREACHABLE}, /* connect */
    {EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS},       /* accept4 */
    {ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY},    /* setsockopt */
    {ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY},    /* getsockopt */
    {ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY},    /* getsockname */
    {ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY},    /* getpeername */
    {EPIPE, PTK_ERR_CONNECTION_RESET},          /* send */
    {EACCES, PTK_ERR_PERMISSION_DENIED},        /* sendto */
    {ECONNRESET, PTK_ERR_CONNECTION_RESET},     /* recv */
    {ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY},     /* recvfrom */
    {ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY},     /* recvmsg */
    {ENOTCONN, PTK_ERR_NOT_CONNECTED},          /* shutdown */
    {EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS},       /* epoll_create1 */
    {ENOSPC, PTK_ERR_OUT_OF_SYSTEM_MEMORY},     /* epoll_ctl */
    {EFAULT, PTK_ERR_SYSTEM},                   /* epoll_wait */
    {EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS},       /* eventfd */
};

static call_t failing;
static uint32_t countdown; /* calls until the one that fails; 0: none does */
static uint32_t injected;

static bool fails(call_t call) {
    if (call != failing || countdown == 0) {
        return false;
    }
    countdown--;
    if (countdown != 0) {
        return false;
    }
    injected++;
    errno = failures[call].number;
    return true;
}

#define WRAP(call, result, name, parameters, arguments)                                                                \
    result __real_##name parameters;                                                                                   \
    result __wrap_##name parameters;                                                                                   \
    result __wrap_##name parameters {                                                                                  \
        return fails(call) ? -1 : __real_##name arguments;                                                             \
    }

WRAP(CALL_SOCKET, int, socket, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(CALL_BIND, int, bind, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
WRAP(CALL_LISTEN, int, listen, (int fd, int backlog), (fd, backlog))
WRAP(CALL_CONNECT, int, connect, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
WRAP(CALL_ACCEPT, int, accept4, (int fd, struct sockaddr *address, socklen_t *length, int flags),
     (fd, address, length, flags))
WRAP(CALL_SETSOCKOPT, int, setsockopt, (int fd, int level, int option, const void *value, socklen_t length),
     (fd, level, option, value, length))
WRAP(CALL_GETSOCKOPT, int, getsockopt, (int fd, int level, int option, void *value, socklen_t *length),
     (fd, level, option, value, length))
WRAP(CALL_GETSOCKNAME, int, getsockname, (int fd, struct sockaddr *address, socklen_t *length), (fd, address, length))
WRAP(CALL_GETPEERNAME, int, getpeername, (int fd, struct sockaddr *address, socklen_t *length), (fd, address, length))
WRAP(CALL_SEND, ssize_t, send, (int fd, const void *bytes, size_t length, int flags), (fd, bytes, length, flags))
WRAP(CALL_SENDTO, ssize_t, sendto,
     (int fd, const void *bytes, size_t length, int flags, const struct sockaddr *address, socklen_t address_length),
     (fd, bytes, length, flags, address, address_length))
WRAP(CALL_RECV, ssize_t, recv, (int fd, void *bytes, size_t room, int flags), (fd, bytes, room, flags))
WRAP(CALL_RECVFROM, ssize_t, recvfrom,
     (int fd, void *bytes, size_t room, int flags, struct sockaddr *address, socklen_t *length),
     (fd, bytes, room, flags, address, length))
WRAP(CALL_RECVMSG, ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
WRAP(CALL_SHUTDOWN, int, shutdown, (int fd, int how), (fd, how))
WRAP(CALL_EPOLL_CREATE, int, epoll_create1, (int flags), (flags))
WRAP(CALL_EPOLL_WAIT, int, epoll_wait, (int poller, struct epoll_event *events, int room, int timeout),
     (poller, events, room, timeout))
WRAP(CALL_EVENTFD, int, eventfd, (unsigned int initial, int flags), (initial, flags))

int __real_epoll_ctl(int poller, int operation, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int poller, int operation, int fd, struct epoll_event *event);

/* A descriptor that is registered can always be removed, so removal does not fail here either. */
int __wrap_epoll_ctl(int poller, int operation, int fd, struct epoll_event *event) {
    return operation != EPOLL_CTL_DEL && fails(CALL_EPOLL_CTL) ? -1 : __real_epoll_ctl(poller, operation, fd, event);
}

/* -------------------------------------------------------------------------------------------- the scenario */

PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 2, 8, 1);

/* What the scenario has seen: every error code that a call or an event gave. */
static struct {
    ptk_handle_t loop;
    uint32_t reported[-PTK_ERR_SYSTEM + 1];
    uint32_t errors;
    bool complete;
} scenario;

static ptk_err_t report(ptk_err_t error) {
    if (error < 0 && error != PTK_ERR_WOULD_BLOCK) {
        scenario.reported[-error]++;
        scenario.errors++;
    }
    return error;
}

static void note_error(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)user_data;
    (void)report((ptk_err_t)(0 - (int64_t)data));
}

static void count(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint32_t *counter = user_data;

    (void)resource;
    (void)event;
    (void)data;
    (*counter)++;
}

/* Runs until the counter has moved, an error was reported, or nothing happens any more. */
static bool await(const uint32_t *counter) {
    const uint64_t start = ptk_clock_now_ms();

    while (*counter == 0 && scenario.errors == 0 && ptk_clock_now_ms() - start < 2000) {
        (void)report(ptk_event_loop_run_for(scenario.loop, 10));
    }
    return *counter != 0;
}

static bool tcp_part(void) {
    const ptk_address_t any = support_loopback(PTK_ADDRESS_IPV4, 0);
    ptk_address_t address;
    ptk_address_t peer;
    ptk_handle_t listener = ptk_socket_create(scenario.loop);
    ptk_handle_t client = ptk_socket_create(scenario.loop);
    ptk_handle_t server;
    uint32_t connected = 0;
    uint32_t readable = 0;
    uint32_t arrived = 0;
    uint32_t ended = 0;
    uint8_t memory[16];
    ptk_buf_t buf;

    if (report(ptk_socket_set_option(client, PTK_SOCKET_OPTION_NO_DELAY, 1)) != PTK_ERR_OK ||
        report(ptk_socket_set_option(client, PTK_SOCKET_OPTION_KEEP_ALIVE, 5)) != PTK_ERR_OK ||
        report(ptk_socket_set_option(listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1)) != PTK_ERR_OK ||
        report(ptk_socket_listen(listener, &any, 2)) != PTK_ERR_OK ||
        report(ptk_socket_get_local_address(listener, &address)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(client, PTK_EVENT_CONNECTED, count, &connected)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(client, PTK_EVENT_ERROR, note_error, NULL)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(listener, PTK_EVENT_ERROR, note_error, NULL)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(listener, PTK_EVENT_READABLE, count, &readable)) != PTK_ERR_OK ||
        report(ptk_socket_connect(client, &address)) != PTK_ERR_OK || !await(&connected) || !await(&readable)) {
        return false;
    }
    server = ptk_socket_accept(listener, &peer);
    if (server < 0) {
        (void)report((ptk_err_t)server);
        return false;
    }
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u64_be(&buf, 1);
    if (report(ptk_socket_set_option(server, PTK_SOCKET_OPTION_NO_DELAY, 1)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(server, PTK_EVENT_ERROR, note_error, NULL)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(server, PTK_EVENT_READABLE, count, &arrived)) != PTK_ERR_OK ||
        report(ptk_socket_get_remote_address(server, &peer)) != PTK_ERR_OK ||
        report(ptk_socket_send(client, &buf)) != PTK_ERR_OK || !await(&arrived)) {
        return false;
    }
    ptk_buf_clear(&buf);
    if (report(ptk_socket_receive(server, &buf)) != PTK_ERR_OK || report(ptk_socket_shutdown(client)) != PTK_ERR_OK ||
        report(ptk_remove_event_handler(server, PTK_EVENT_READABLE)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, count, &ended)) != PTK_ERR_OK || !await(&ended)) {
        return false;
    }
    return ptk_socket_destroy(client) == PTK_ERR_OK && ptk_socket_destroy(server) == PTK_ERR_OK &&
           ptk_socket_destroy(listener) == PTK_ERR_OK;
}

static bool udp_part(void) {
    const ptk_address_t any = support_loopback(PTK_ADDRESS_IPV4, 0);
    ptk_address_t address;
    ptk_address_t from;
    ptk_handle_t sender = ptk_socket_create(scenario.loop);
    ptk_handle_t receiver = ptk_socket_create(scenario.loop);
    uint32_t arrived = 0;
    uint32_t writable = 0;
    uint8_t memory[16];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u32_be(&buf, 1);
    if (report(ptk_socket_open_udp(receiver, &any)) != PTK_ERR_OK ||
        report(ptk_socket_open_udp(sender, &any)) != PTK_ERR_OK ||
        report(ptk_socket_get_local_address(receiver, &address)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(receiver, PTK_EVENT_READABLE, count, &arrived)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(sender, PTK_EVENT_WRITABLE, count, &writable)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(sender, PTK_EVENT_ERROR, note_error, NULL)) != PTK_ERR_OK || !await(&writable) ||
        report(ptk_remove_event_handler(sender, PTK_EVENT_WRITABLE)) != PTK_ERR_OK ||
        report(ptk_socket_send_to(sender, &buf, &address)) != PTK_ERR_OK || !await(&arrived) ||
        report(ptk_socket_receive_from(receiver, &buf, &from)) != PTK_ERR_OK ||
        report(ptk_socket_connect(sender, &address)) != PTK_ERR_OK) {
        return false;
    }
    ptk_buf_clear(&buf);
    ptk_buf_put_u32_be(&buf, 1);
    arrived = 0;
    if (report(ptk_socket_send(sender, &buf)) != PTK_ERR_OK || !await(&arrived) ||
        report(ptk_socket_receive(receiver, &buf)) != PTK_ERR_OK) {
        return false;
    }
    return ptk_socket_destroy(sender) == PTK_ERR_OK && ptk_socket_destroy(receiver) == PTK_ERR_OK;
}

static void run_scenario(void) {
    memset(&scenario, 0, sizeof(scenario));
    scenario.loop = ptk_event_loop_create(slots, 1, &pools);
    if (scenario.loop < 0) {
        (void)report((ptk_err_t)scenario.loop);
        return;
    }
    scenario.complete = tcp_part() && udp_part();
}

/* Runs it with the first, the second, ... call failing, until there is no such call any more. */
static void every_call_of(call_t call) {
    const uint32_t before = descriptors_open();
    uint32_t n = 0;

    do {
        n++;
        failing = call;
        countdown = n;
        injected = 0;
        run_scenario();
        countdown = 0;
        if (injected != 0) {
            CHECK(scenario.errors > 0);
            CHECK(scenario.reported[-failures[call].wanted] > 0);
        } else {
            CHECK_EQUAL(scenario.errors, 0);
            CHECK(scenario.complete);
        }
        CHECK_EQUAL(ptk_event_loop_destroy(scenario.loop), scenario.loop > 0 ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(descriptors_open(), before);
        /* And nothing is left of it: without a failure all works. */
        run_scenario();
        CHECK(scenario.complete);
        CHECK_EQUAL(ptk_event_loop_destroy(scenario.loop), PTK_ERR_OK);
        CHECK_EQUAL(descriptors_open(), before);
    } while (injected != 0 && n < 200);
    CHECK(n < 200);
    /* The library makes this call at least once, except where it has a choice. */
    CHECK(n > 1 || call == CALL_RECVFROM || call == CALL_RECVMSG);
}

#define EVERY(call, name)                                                                                              \
    static void name(void) {                                                                                           \
        every_call_of(call);                                                                                           \
    }

EVERY(CALL_SOCKET, every_socket)
EVERY(CALL_BIND, every_bind)
EVERY(CALL_LISTEN, every_listen)
EVERY(CALL_CONNECT, every_connect)
EVERY(CALL_ACCEPT, every_accept)
EVERY(CALL_SETSOCKOPT, every_setsockopt)
EVERY(CALL_GETSOCKOPT, every_getsockopt)
EVERY(CALL_GETSOCKNAME, every_getsockname)
EVERY(CALL_GETPEERNAME, every_getpeername)
EVERY(CALL_SEND, every_send)
EVERY(CALL_SENDTO, every_sendto)
EVERY(CALL_RECV, every_recv)
EVERY(CALL_RECVFROM, every_recvfrom)
EVERY(CALL_RECVMSG, every_recvmsg)
EVERY(CALL_SHUTDOWN, every_shutdown)
EVERY(CALL_EPOLL_CREATE, every_epoll_create)
EVERY(CALL_EPOLL_CTL, every_epoll_ctl)
EVERY(CALL_EPOLL_WAIT, every_epoll_wait)
EVERY(CALL_EVENTFD, every_eventfd)

static const harness_test_t failure_tests[] = {
    {"failures.every_socket", every_socket},           {"failures.every_bind", every_bind},
    {"failures.every_listen", every_listen},           {"failures.every_connect", every_connect},
    {"failures.every_accept", every_accept},           {"failures.every_setsockopt", every_setsockopt},
    {"failures.every_getsockopt", every_getsockopt},   {"failures.every_getsockname", every_getsockname},
    {"failures.every_getpeername", every_getpeername}, {"failures.every_send", every_send},
    {"failures.every_sendto", every_sendto},           {"failures.every_recv", every_recv},
    {"failures.every_recvfrom", every_recvfrom},       {"failures.every_recvmsg", every_recvmsg},
    {"failures.every_shutdown", every_shutdown},       {"failures.every_epoll_create", every_epoll_create},
    {"failures.every_epoll_ctl", every_epoll_ctl},     {"failures.every_epoll_wait", every_epoll_wait},
    {"failures.every_eventfd", every_eventfd},         {NULL, NULL},
};

const harness_test_t *const suite_tables[] = {failure_tests, NULL};
