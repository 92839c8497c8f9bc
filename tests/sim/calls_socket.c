/**
 * @file calls_socket.c
 * @brief Random calls of sockets, and what each must or may return.
 *
 * SPDX-License-Identifier: MIT
 */
#include "calls.h"

#include <stddef.h>

/** @brief What a call may return that has reached a TCP connection, or what is left of one. */
#define MAY_STREAM                                                                                                     \
    (MAY(PTK_ERR_OK) | MAY(PTK_ERR_WOULD_BLOCK) | MAY(PTK_ERR_NOT_CONNECTED) | MAY(PTK_ERR_CONNECTION_RESET) |         \
     MAY(PTK_ERR_CONNECTION_REFUSED))
/** @brief The same of a UDP socket. */
#define MAY_DATAGRAM (MAY(PTK_ERR_OK) | MAY(PTK_ERR_WOULD_BLOCK) | MAY(PTK_ERR_CONNECTION_REFUSED))
/** @brief Faults of a call so far: if there is none it may return these. */
#define UNLESS(faults, allowed) ((faults) != 0 ? (faults) : (allowed))

static uint8_t bytes[2000]; /**< @brief What is sent and received. */

/** @brief The fault of a handle that names no live socket. */
static uint32_t fault_of(const calls_item_t *socket) {
    return socket == NULL ? MAY(PTK_ERR_INVALID_HANDLE) : 0;
}

/** @brief An address of the host, of either family; seldom one that is none. NULL now and then. */
static const ptk_address_t *some_address(ptk_address_t *address, uint16_t port, uint32_t *faults) {
    bool is_ipv4 = calls_random(2) == 0;
    uint32_t wrong = calls_random(40);
    *address = ptk_address_any(is_ipv4 ? PTK_ADDRESS_IPV4 : PTK_ADDRESS_IPV6, port);
    address->bytes[is_ipv4 ? 0 : 15] = is_ipv4 ? 127 : 1;
    address->bytes[3] = is_ipv4 ? 1 : 0;
    if (wrong == 0) {
        address->family = 9;
    }
    *faults |= wrong < 2 ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0;
    return wrong == 1 ? NULL : address;
}

/** @brief Whether options that were set before do not fit the kind of socket that it becomes. */
static uint32_t option_fault(const calls_item_t *socket, bool is_stream) {
    const uint32_t stream_only = 1u << PTK_SOCKET_OPTION_NO_DELAY | 1u << PTK_SOCKET_OPTION_KEEP_ALIVE;
    const uint32_t datagram_only = 1u << PTK_SOCKET_OPTION_BROADCAST | 1u << PTK_SOCKET_OPTION_MULTICAST_TTL |
                                   1u << PTK_SOCKET_OPTION_MULTICAST_LOOPBACK |
                                   1u << PTK_SOCKET_OPTION_MULTICAST_INTERFACE;
    bool is_wrong = socket != NULL && (socket->options & (is_stream ? datagram_only : stream_only)) != 0;
    return is_wrong ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0;
}

/** @brief The fault of a socket that is open already. */
static uint32_t open_fault(const calls_item_t *socket) {
    return socket != NULL && socket->state != SOCKET_NEW ? MAY(PTK_ERR_INVALID_STATE) : 0;
}

/** @brief Listens, or opens UDP. */
static void open_bound(ptk_handle_t handle, bool is_stream) {
    calls_item_t *socket = calls_find(handle, CALLS_SOCKET);
    ptk_address_t address;
    uint32_t faults = fault_of(socket) | open_fault(socket) | option_fault(socket, is_stream);
    const ptk_address_t *local = some_address(&address, 0, &faults);
    uint32_t backlog = calls_random(24) == 0 ? calls_random(2) * 65536u : 1 + calls_random(4);
    bool is_foreign = calls_random(24) == 0;
    if (is_foreign) {
        (void)ptk_address_parse("192.0.2.77", 0, &address);
        faults |= MAY(PTK_ERR_ADDRESS_NOT_AVAILABLE);
    }
    if (is_stream && (backlog == 0 || backlog > 65535)) {
        faults |= MAY(PTK_ERR_INVALID_ARGUMENT);
    }
    ptk_err_t error = is_stream ? ptk_socket_listen(handle, local, backlog) : ptk_socket_open_udp(handle, local);
    calls_result(is_stream ? "listen" : "open_udp", handle, error, UNLESS(faults, MAY(PTK_ERR_OK)));
    if (error == PTK_ERR_OK && socket != NULL) {
        socket->state = is_stream ? SOCKET_LISTENER : SOCKET_DATAGRAM;
        EXPECT(ptk_socket_get_local_address(handle, &socket->local) == PTK_ERR_OK);
        EXPECT(socket->local.port != 0 && socket->local.family == address.family);
    }
}

/** @brief The address of a listener or UDP socket, or one where there may be none. */
static ptk_address_t target(uint32_t state) {
    const calls_item_t *other = calls_any_live(CALLS_SOCKET);
    for (int tries = 0; tries < 6 && other != NULL && other->state != state; tries++) {
        other = calls_any_live(CALLS_SOCKET);
    }
    return other == NULL ? ptk_address_any(PTK_ADDRESS_IPV4, 0) : other->local;
}

/** @brief Connects, or sets the peer of a UDP socket. */
static void connect_to(ptk_handle_t handle) {
    calls_item_t *socket = calls_find(handle, CALLS_SOCKET);
    bool is_datagram = socket != NULL && socket->state == SOCKET_DATAGRAM;
    ptk_address_t remote = target(is_datagram ? SOCKET_DATAGRAM : SOCKET_LISTENER);
    bool is_null = calls_random(40) == 0;
    uint32_t faults = fault_of(socket);
    if (is_null || remote.family == 0 || remote.port == 0 || (is_datagram && remote.family != socket->local.family)) {
        faults |= MAY(PTK_ERR_INVALID_ARGUMENT);
    }
    faults |= is_datagram ? 0 : open_fault(socket) | option_fault(socket, true);
    ptk_err_t error = ptk_socket_connect(handle, is_null ? NULL : &remote);
    calls_result("connect", handle, error, UNLESS(faults, MAY(PTK_ERR_OK)));
    if (error == PTK_ERR_OK && socket != NULL) {
        socket->has_peer = is_datagram;
        socket->is_client = !is_datagram;
        socket->state = is_datagram ? SOCKET_DATAGRAM : SOCKET_STREAM;
    }
}

void calls_accept(ptk_handle_t handle) {
    calls_item_t *listener = calls_find(handle, CALLS_SOCKET);
    uint32_t faults = fault_of(listener);
    uint32_t allowed = MAY(PTK_ERR_OK) | MAY(PTK_ERR_WOULD_BLOCK);
    if (listener != NULL && listener->state != SOCKET_LISTENER) {
        faults |= MAY(PTK_ERR_INVALID_STATE);
    }
    if (listener != NULL &&
        calls.loops[listener->loop].in_use[CALLS_SOCKET] == calls.loops[listener->loop].count[CALLS_SOCKET]) {
        allowed = MAY(PTK_ERR_OUT_OF_MEMORY) | MAY(PTK_ERR_WOULD_BLOCK);
    }
    ptk_handle_t accepted = ptk_socket_accept(handle, NULL);
    calls_result("accept", handle, accepted, UNLESS(faults, allowed));
    if (accepted > 0 && !calls.has_failed) {
        calls_add(accepted, listener->loop, CALLS_SOCKET)->state = SOCKET_STREAM;
    }
}

/** @brief A buffer to send from or to receive into, or something that is none. */
static ptk_buf_t *some_buffer(ptk_buf_t *buf, bool sends, uint32_t *faults) {
    uint32_t wrong = calls_random(40);
    (void)ptk_buf_init(buf, bytes, 1 + calls_random(sizeof bytes));
    if (sends) {
        ptk_buf_put_fill(buf, 7, calls_random((uint32_t)buf->capacity + 1));
    }
    if (wrong == 0) {
        (void)ptk_buf_peek_u32_be(buf, buf->capacity);
    }
    *faults |= wrong < 2 ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0;
    return wrong == 1 ? NULL : buf;
}

/** @brief What a send or receive may return, by what the socket is. */
static uint32_t transfer_results(const calls_item_t *socket, bool sends, size_t length, bool is_full) {
    if (socket->state == SOCKET_NEW || socket->state == SOCKET_LISTENER) {
        return MAY(PTK_ERR_NOT_CONNECTED);
    }
    if (socket->state == SOCKET_DATAGRAM) {
        uint32_t received = MAY_DATAGRAM | MAY(PTK_ERR_MESSAGE_TOO_LONG);
        return sends ? (socket->has_peer ? MAY_DATAGRAM : MAY(PTK_ERR_NOT_CONNECTED))
                     : (is_full ? MAY(PTK_ERR_NO_SPACE) : received);
    }
    if (sends && length == 0) {
        return (MAY_STREAM & ~(MAY(PTK_ERR_OK) | MAY(PTK_ERR_WOULD_BLOCK))) | MAY(PTK_ERR_NO_DATA);
    }
    uint32_t received = MAY_STREAM | MAY(PTK_ERR_CLOSED);
    return sends ? MAY_STREAM : is_full ? (received & ~MAY(PTK_ERR_OK)) | MAY(PTK_ERR_NO_SPACE) : received;
}

void calls_transfer(ptk_handle_t handle, bool sends) {
    calls_item_t *socket = calls_find(handle, CALLS_SOCKET);
    uint32_t faults = fault_of(socket);
    ptk_buf_t buf;
    ptk_buf_t *used = some_buffer(&buf, sends, &faults);
    if (!sends && calls_random(20) == 0) {
        ptk_buf_put_fill(&buf, 7, ptk_buf_room(&buf));
    }
    size_t length = ptk_buf_length(&buf);
    bool is_full = ptk_buf_room(&buf) == 0;
    ptk_err_t error = sends ? ptk_socket_send(handle, used) : ptk_socket_receive(handle, used);
    uint32_t allowed = faults != 0 ? faults : transfer_results(socket, sends, length, is_full);
    calls_result(sends ? "send" : "receive", handle, error, allowed);
    if (error != PTK_ERR_OK || socket == NULL) {
        EXPECT(ptk_buf_length(&buf) == length);
    } else if (socket->state == SOCKET_DATAGRAM) {
        EXPECT(sends ? ptk_buf_length(&buf) == 0 : ptk_buf_length(&buf) >= length);
    } else {
        EXPECT(sends ? ptk_buf_length(&buf) < length : ptk_buf_length(&buf) > length);
    }
}

/** @brief Sends a datagram to an address, or receives one with its sender. */
static void transfer_datagram(ptk_handle_t handle, bool sends) {
    calls_item_t *socket = calls_find(handle, CALLS_SOCKET);
    ptk_address_t remote = target(SOCKET_DATAGRAM);
    uint32_t faults = fault_of(socket);
    ptk_buf_t buf;
    ptk_buf_t *used = some_buffer(&buf, sends, &faults);
    size_t length = ptk_buf_length(&buf);
    bool is_null = calls_random(40) == 0;
    if (socket != NULL && socket->state != SOCKET_DATAGRAM) {
        faults |= MAY(PTK_ERR_INVALID_STATE);
    }
    if (sends && socket != NULL &&
        (is_null || remote.port == 0 || (socket->state == SOCKET_DATAGRAM && remote.family != socket->local.family))) {
        faults |= MAY(PTK_ERR_INVALID_ARGUMENT);
    }
    if (sends && socket != NULL && socket->has_peer) {
        faults |= MAY(PTK_ERR_INVALID_STATE);
    }
    uint32_t allowed = sends ? MAY(PTK_ERR_OK) : MAY_DATAGRAM | MAY(PTK_ERR_MESSAGE_TOO_LONG);
    if (!sends && ptk_buf_room(&buf) == 0) {
        allowed = MAY(PTK_ERR_NO_SPACE);
    }
    ptk_err_t error = sends ? ptk_socket_send_to(handle, used, is_null ? NULL : &remote)
                            : ptk_socket_receive_from(handle, used, is_null ? NULL : &remote);
    calls_result(sends ? "send_to" : "receive_from", handle, error, UNLESS(faults, allowed));
    EXPECT(error == PTK_ERR_OK || ptk_buf_length(&buf) == length);
    EXPECT(error != PTK_ERR_OK || !sends || ptk_buf_length(&buf) == 0);
}

/** @brief Asks for the addresses or the size of a datagram, or ends the stream. */
static void ask_socket(ptk_handle_t handle) {
    const calls_item_t *socket = calls_find(handle, CALLS_SOCKET);
    uint32_t state = socket == NULL ? SOCKET_NEW : socket->state;
    uint32_t faults = fault_of(socket);
    uint32_t null = calls_random(32) == 0 ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0;
    uint32_t not_open = state == SOCKET_NEW ? MAY(PTK_ERR_INVALID_STATE) : 0;
    ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, 0);
    size_t size = 0;
    ptk_err_t error;
    uint32_t allowed;
    switch (calls_random(4)) {
    case 0:
        error = ptk_socket_get_local_address(handle, null != 0 ? NULL : &address);
        calls_result("local_address", handle, error, UNLESS(faults | null | not_open, MAY(PTK_ERR_OK)));
        EXPECT(error != PTK_ERR_OK || state == SOCKET_STREAM || address.port == socket->local.port);
        break;
    case 1:
        error = ptk_socket_get_remote_address(handle, null != 0 ? NULL : &address);
        allowed = state == SOCKET_STREAM ? MAY(PTK_ERR_OK) | MAY(PTK_ERR_NOT_CONNECTED)
                                         : MAY(socket != NULL && socket->has_peer ? PTK_ERR_OK : PTK_ERR_NOT_CONNECTED);
        calls_result("remote_address", handle, error, UNLESS(faults | null | not_open, allowed));
        break;
    case 2:
        error = ptk_socket_get_datagram_size(handle, null != 0 ? NULL : &size);
        faults |= state != SOCKET_DATAGRAM ? MAY(PTK_ERR_INVALID_STATE) : 0;
        calls_result("datagram_size", handle, error, UNLESS(faults | null, MAY(PTK_ERR_OK)));
        break;
    default:
        allowed = state == SOCKET_STREAM ? MAY(PTK_ERR_OK) | MAY(PTK_ERR_NOT_CONNECTED) | MAY(PTK_ERR_INVALID_STATE)
                                         : MAY(PTK_ERR_INVALID_STATE);
        calls_result("shutdown", handle, ptk_socket_shutdown(handle), UNLESS(faults, allowed));
        break;
    }
}

/** @brief What the header says of an option. */
typedef struct option_rule {
    int32_t least;          /**< @brief The smallest value. */
    int32_t most;           /**< @brief The largest one. */
    bool is_stream;         /**< @brief TCP has it. */
    bool is_datagram;       /**< @brief UDP has it. */
    bool is_before_opening; /**< @brief It cannot be set later. */
} option_rule_t;

/** @brief Sets an option. */
static void set_option(ptk_handle_t handle) {
    static const option_rule_t rules[] = {
        {0, 1, true, false, false},      {0, 32767, true, false, false}, {0, 1, true, true, true},
        {0, 1, true, true, true},        {0, 1, false, true, false},     {1, 255, true, true, false},
        {0, 255, false, true, false},    {0, 1, false, true, false},     {0, INT32_MAX, false, true, false},
        {1, 1 << 29, true, true, false}, {1, 1 << 29, true, true, true},
    };
    static const int32_t values[] = {0, 1, 1, 1, 2, 255, 256, 32767, 32768, -1, INT32_MIN};
    calls_item_t *socket = calls_find(handle, CALLS_SOCKET);
    uint32_t option = calls_random(12);
    int32_t value = values[calls_random(11)];
    uint32_t faults = fault_of(socket);
    if (option == PTK_SOCKET_OPTION_MULTICAST_INTERFACE && value > 2) {
        value = 1; /* whether there is such an interface is not the question here */
    }
    if (option == 11) {
        faults |= MAY(PTK_ERR_INVALID_ARGUMENT);
    } else {
        const option_rule_t *rule = &rules[option];
        bool is_new = socket == NULL || socket->state == SOCKET_NEW;
        bool has_it = is_new || (socket->state == SOCKET_DATAGRAM ? rule->is_datagram : rule->is_stream);
        faults |= value < rule->least || value > rule->most || !has_it ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0;
        faults |= !is_new && rule->is_before_opening ? MAY(PTK_ERR_INVALID_STATE) : 0;
    }
    ptk_err_t error = ptk_socket_set_option(handle, (ptk_socket_option_t)option, value);
    calls_result("set_option", handle, error, UNLESS(faults, MAY(PTK_ERR_OK)));
    if (error == PTK_ERR_OK && socket != NULL && socket->state == SOCKET_NEW) {
        socket->options |= 1u << option;
    }
}

/** @brief Joins or leaves a group. */
static void use_group(ptk_handle_t handle) {
    calls_item_t *socket = calls_find(handle, CALLS_SOCKET);
    uint32_t number = calls_random(4); /* two for each family */
    bool joins = calls_random(2) == 0;
    bool is_ipv4 = number < 2;
    bool is_wrong = calls_random(24) == 0;
    ptk_address_t group = ptk_address_any(is_ipv4 ? PTK_ADDRESS_IPV4 : PTK_ADDRESS_IPV6, 0);
    group.bytes[0] = is_wrong ? 10 : is_ipv4 ? 239 : 0xFF;
    group.bytes[1] = 0x15;
    group.bytes[3] = (uint8_t)number;
    uint32_t faults = fault_of(socket) | (is_wrong ? MAY(PTK_ERR_INVALID_ARGUMENT) : 0);
    if (socket != NULL && socket->state != SOCKET_DATAGRAM) {
        faults |= MAY(PTK_ERR_INVALID_STATE);
    } else if (socket != NULL && socket->local.family != group.family) {
        faults |= MAY(PTK_ERR_INVALID_ARGUMENT);
    }
    ptk_err_t error =
        joins ? ptk_socket_join_multicast(handle, &group, 1) : ptk_socket_leave_multicast(handle, &group, 1);
    bool has_it = socket != NULL && (socket->groups & (1u << number)) != 0;
    uint32_t allowed = joins ? MAY(has_it ? PTK_ERR_ADDRESS_IN_USE : PTK_ERR_OK)
                             : MAY(has_it ? PTK_ERR_OK : PTK_ERR_ADDRESS_NOT_AVAILABLE);
    calls_result(joins ? "join" : "leave", handle, error, UNLESS(faults, allowed));
    if (error == PTK_ERR_OK && socket != NULL) {
        socket->groups ^= 1u << number;
    }
}

void calls_act_socket(void) {
    ptk_handle_t handle = calls_any_handle(CALLS_SOCKET);
    switch (calls_random(12)) {
    case 0:
        open_bound(handle, true);
        break;
    case 1:
        open_bound(handle, false);
        break;
    case 2:
    case 3:
        connect_to(handle);
        break;
    case 4:
        calls_accept(handle);
        break;
    case 5:
    case 6:
        calls_transfer(handle, calls_random(2) == 0);
        break;
    case 7:
    case 8:
        transfer_datagram(handle, calls_random(2) == 0);
        break;
    case 9:
        set_option(handle);
        break;
    case 10:
        use_group(handle);
        break;
    default:
        ask_socket(handle);
        break;
    }
}
