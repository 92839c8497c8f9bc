/**
 * @file script_act.c
 * @brief The calls of a script.
 *
 * SPDX-License-Identifier: MIT
 */
#include "script.h"

#include <stddef.h>

/** @brief Bits of kinds, to choose among. */
#define IS(kind) (1u << (kind))

/** @brief A socket of one of the kinds, if there is one; any one now and then. */
static script_socket_t *choose(uint32_t kinds) {
    uint32_t first = script_random(SCRIPT_SOCKETS);
    bool is_any = script_random(24) == 0;
    for (uint32_t i = 0; i < SCRIPT_SOCKETS; i++) {
        script_socket_t *socket = &script.sockets[(first + i) % SCRIPT_SOCKETS];
        if (is_any || (kinds & IS(socket->kind)) != 0) {
            return socket;
        }
    }
    return &script.sockets[first];
}

/* ------------------------------------------------------------------------------------------ addresses */

ptk_address_t script_address(uint32_t which, uint16_t port) {
    ptk_address_t address = ptk_address_any(script.family, port);
    if (script.family == PTK_ADDRESS_IPV6) {
        address.bytes[15] = 1;
    } else { /* each script has its own, so that connections that linger do not get into another one's way */
        address.bytes[0] = 127;
        address.bytes[1] = (uint8_t)(1 + 100 * which + (script.seed >> 16) % 100);
        address.bytes[2] = (uint8_t)(script.seed >> 8);
        address.bytes[3] = (uint8_t)script.seed;
    }
    return address;
}

/** @brief Whether two addresses are the same, ports apart. */
static bool is_same(ptk_address_t a, ptk_address_t b) {
    a.port = b.port;
    return ptk_address_equal(&a, &b);
}

/** @brief The socket that has an address, by its port. */
static uint32_t owner_of(const ptk_address_t *address) {
    for (uint32_t i = 0; i < SCRIPT_SOCKETS; i++) {
        const script_socket_t *socket = &script.sockets[i];
        if (address->port != 0 && socket->kind != KIND_NONE &&
            (socket->own.port == address->port || socket->local.port == address->port)) {
            return i;
        }
    }
    return SCRIPT_SOCKETS;
}

void script_say_address(script_socket_t *socket, const ptk_address_t *address) {
    static const char format[] = " v%u %s %s%u";
    uint32_t owner = owner_of(address);
    bool is_first = address->family == PTK_ADDRESS_IPV4 && address->bytes[0] == 127 && address->bytes[1] == 0 &&
                    address->bytes[2] == 0 && address->bytes[3] == 1;
    const char *name = is_same(*address, script_address(0, 0))                  ? "own"
                       : is_same(*address, script_address(1, 0))                ? "second"
                       : is_same(*address, ptk_address_any(address->family, 0)) ? "any"
                       : is_first                                               ? "first"
                                                                                : "other";
    const char *port = owner < SCRIPT_SOCKETS ? "s" : address->port == 0 ? "no port" : "a port";
    if (socket == NULL) {
        script_say(format, (unsigned)address->family, name, port, (unsigned)owner);
    } else {
        script_say_of(socket, format, (unsigned)address->family, name, port, (unsigned)owner);
    }
}

/** @brief An address that is not the script's. */
static ptk_address_t strange_address(uint16_t port) {
    static const char *const texts[] = {"192.0.2.77", "2001:db8::77",    "127.255.255.255",
                                        "224.0.0.1",  "255.255.255.255", "ff02::1"};
    ptk_address_t address = ptk_address_any(0, 0);
    (void)ptk_address_parse(texts[script_random(2)], port, &address);
    return address;
}

/** @brief Where a socket is to listen or to receive datagrams. */
static ptk_address_t choose_local(bool is_stream) {
    const script_socket_t *other = choose(IS(KIND_LISTENER) | IS(KIND_DATAGRAM));
    uint16_t port = script_random(3) == 0 && other->own.port != 0 ? other->own.port : other->local.port;
    uint32_t how = script_random(100);
    script_say(" at how %u", (unsigned)(how < 62 ? 0 : how));
    if (how < 50) {
        return script_address(0, 0);
    }
    if (how < 62) {
        return ptk_address_any(script.family, 0);
    }
    script_say(" s%u's", (unsigned)script_number(other));
    /* On all addresses a connection of another script may linger on that port. */
    bool is_known = !is_stream || other->kind == KIND_LISTENER ||
                    (port == other->local.port && is_same(other->local, ptk_address_any(script.family, 0)));
    if (how < 78 || (how < 86 && !is_known)) {
        return script_address(0, port);
    }
    if (how < 86) {
        return ptk_address_any(script.family, port);
    }
    if (how < 92) {
        return script_address(1, port);
    }
    return how < 96 ? strange_address(port) : ptk_address_any((uint8_t)script_random(4), port);
}

/** @brief Whether a port is one that several sockets share: which one of them is reached is the system's choice. */
static bool is_shared(uint16_t port) {
    for (uint32_t i = 0; i < SCRIPT_SOCKETS; i++) {
        const script_socket_t *socket = &script.sockets[i];
        if (socket->kind != KIND_NONE && socket->local.port == port && socket->shares_port) {
            return true;
        }
    }
    return false;
}

/** @brief Where a socket is to connect or send to. */
static ptk_address_t choose_remote(uint32_t kinds) {
    const script_socket_t *other = choose(kinds);
    uint32_t how = script_random(100);
    ptk_address_t address = other->local;
    if (script_random(12) == 0 || address.port == 0) {
        address = other->own;
    }
    uint16_t port = is_shared(address.port) ? 0 : address.port;
    script_say(" to s%u", (unsigned)script_number(other));
    if (how < 75) {
        address = address.family == 0 || is_same(address, ptk_address_any(address.family, 0)) ? script_address(0, 0)
                                                                                              : address;
        address.port = port;
        return address;
    }
    script_say(" how %u", (unsigned)how);
    if (how < 85) {
        return ptk_address_any(script.family, port);
    }
    if (how < 92) {
        return script_address(1, port);
    }
    return how < 97 ? script_address(0, 0)
                    : ptk_address_any(script.family == PTK_ADDRESS_IPV4 ? PTK_ADDRESS_IPV6 : PTK_ADDRESS_IPV4, port);
}

/* ------------------------------------------------------------------------------------------ calls */

/** @brief Makes a new socket one for TCP, whose small segments do not wait for acknowledgements, which may be delayed
 *  (RFC 1122, 4.2.3.2). */
static void set_no_delay(script_socket_t *socket) {
    if (!socket->is_stream) {
        script_say(" no delay %d", (int)ptk_socket_set_option(socket->handle, PTK_SOCKET_OPTION_NO_DELAY, 1));
        socket->is_stream = true;
    }
}

/** @brief A new socket, one for TCP or one for UDP if there is such a one. */
static script_socket_t *choose_new(bool is_stream) {
    for (uint32_t tries = 0; tries < 8; tries++) {
        script_socket_t *socket = choose(IS(KIND_NEW));
        if (socket->is_stream == is_stream) {
            return socket;
        }
    }
    return choose(IS(KIND_NEW));
}

/** @brief Creates a socket. */
static void create(void) {
    ptk_handle_t loop = script.loops[script_random(SCRIPT_LOOPS)];
    ptk_handle_t handle = ptk_socket_create(loop);
    script_socket_t *socket = script_keep(handle, KIND_NEW);
    script_say("create");
    if (socket == NULL) {
        script_say(": %d", (int)handle);
        return;
    }
    script_say(" s%u:", (unsigned)script_number(socket));
    if (script_random(3) != 0) {
        set_no_delay(socket);
    }
    if (script_random(4) == 0) {
        script_say(" reuse address %d", (int)ptk_socket_set_option(handle, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1));
    }
    if (script_random(12) == 0) {
        script_say(" reuse port %d", (int)ptk_socket_set_option(handle, PTK_SOCKET_OPTION_REUSE_PORT, 1));
        socket->shares_port = true;
    }
}

/** @brief What a call returned that opens a socket. */
static void opened(script_socket_t *socket, script_kind_t kind, ptk_err_t error) {
    script_say(": %s", ptk_error_string(error));
    if (error != PTK_ERR_OK || socket->kind == KIND_DATAGRAM) {
        return;
    }
    socket->kind = kind;
    ptk_address_t *address = kind == KIND_CONNECTION ? &socket->own : &socket->local;
    ptk_err_t result = ptk_socket_get_local_address(socket->handle, address);
    if (kind != KIND_CONNECTION) {
        script_say(" %d", (int)result);
        script_say_address(NULL, address);
    }
}

/** @brief Listens. */
static void listen_somewhere(void) {
    script_socket_t *socket = choose_new(true);
    script_say("listen s%u", (unsigned)script_number(socket));
    if (socket->kind == KIND_NEW) {
        set_no_delay(socket);
    }
    ptk_address_t local = choose_local(true);
    uint32_t backlog = script_random(10) == 0 ? script_random(2) * 65536u : 1 + script_random(6);
    script_say(" backlog %u", (unsigned)backlog);
    opened(socket, KIND_LISTENER, ptk_socket_listen(socket->handle, script_random(40) == 0 ? NULL : &local, backlog));
}

/** @brief Opens UDP. */
static void open_udp(void) {
    script_socket_t *socket = choose_new(false);
    script_say("open_udp s%u", (unsigned)script_number(socket));
    ptk_address_t local = choose_local(false);
    opened(socket, KIND_DATAGRAM, ptk_socket_open_udp(socket->handle, script_random(40) == 0 ? NULL : &local));
}

/** @brief Connects, or gives a UDP socket a peer. */
static void connect_somewhere(void) {
    bool is_datagram = script_random(4) == 0;
    script_socket_t *socket = is_datagram ? choose(IS(KIND_DATAGRAM)) : choose_new(true);
    script_say("connect s%u", (unsigned)script_number(socket));
    if (socket->kind == KIND_NEW) {
        set_no_delay(socket);
    }
    ptk_address_t remote = choose_remote(is_datagram ? IS(KIND_DATAGRAM) : IS(KIND_LISTENER));
    script_rest(); /* which socket is run first is the system's choice: accepting comes by itself */
    script.rests = true;
    opened(socket, KIND_CONNECTION, ptk_socket_connect(socket->handle, script_random(40) == 0 ? NULL : &remote));
}

/** @brief Sends on a connection, or to the peer of a UDP socket. */
static void send_some(void) {
    script_socket_t *socket = choose(script_random(4) == 0 ? IS(KIND_DATAGRAM) : IS(KIND_CONNECTION));
    uint32_t length = script_random(script_random(5) == 0 ? 4000 : 300);
    /* Of an end and a reset, both not reported yet, a port with levels reports the reset alone. */
    script.rests = script.rests || socket->kind == KIND_CONNECTION;
    script_say("send s%u", (unsigned)script_number(socket));
    script_say(": %s", ptk_error_string(script_send(socket, length, NULL)));
}

/** @brief Sends an urgent byte on an established connection. */
static void send_urgent(void) {
    script_socket_t *socket = choose(IS(KIND_CONNECTION));
    ptk_address_t remote;
    script.rests = true;
    script.has_urgent = true;
    script_say("urgent s%u", (unsigned)script_number(socket));
    if (ptk_socket_get_remote_address(socket->handle, &remote) == PTK_ERR_OK && socket->kind == KIND_CONNECTION) {
        script_say(": %d", (int)script_send_urgent(socket->handle));
    }
}

/** @brief Sends a datagram. */
static void send_to(void) {
    static const uint32_t limits[] = {65507, 65508, 65527, 65528};
    script_socket_t *socket = choose(IS(KIND_DATAGRAM));
    script_say("send_to s%u", (unsigned)script_number(socket));
    uint32_t length = script_random(3) * script_random(500);
    if (script_random(30) == 0 && script.large < 2) {
        length = limits[script_random(4)];
        script.large++;
    }
    ptk_address_t remote = choose_remote(IS(KIND_DATAGRAM));
    script_say(": %s", ptk_error_string(script_send(socket, length, script_random(40) == 0 ? NULL : &remote)));
}

/** @brief Receives once. */
static void receive_some(void) {
    script_socket_t *socket = choose(IS(KIND_CONNECTION) | IS(KIND_DATAGRAM));
    uint32_t room = script_random(8) == 0 ? 0 : 1 + script_random(script_random(3) == 0 ? 4000 : 100);
    /* An end that is next is noticed at once by a port with edges, in the next pass by others. */
    script.rests = script.rests || socket->kind == KIND_CONNECTION;
    script_say("receive s%u room %u", (unsigned)script_number(socket), (unsigned)room);
    script_say(": %s", ptk_error_string(script_receive(socket, room)));
}

/** @brief Whether the loop of a socket has no room for another one. */
static bool is_full(const script_socket_t *socket) {
    ptk_event_loop_stats_t stats;
    return ptk_event_loop_get_stats(ptk_get_owning_event_loop(socket->handle), &stats) == PTK_ERR_OK &&
           stats.sockets.in_use == stats.sockets.capacity;
}

/** @brief Calls that need no more than a socket. */
static void call_plainly(void) {
    script_socket_t *socket = choose(~0u);
    uint32_t what = script_random(10);
    size_t size = 0;
    ptk_address_t address = ptk_address_any(0, 0);
    script_say("plain call %u s%u", (unsigned)what, (unsigned)script_number(socket));
    switch (what) {
    case 0:
        script_say(": %s", ptk_error_string(ptk_socket_get_datagram_size(socket->handle, &size)));
        script_say(" %u", (unsigned)size);
        break;
    case 1:
    case 2:
        script_say(": %s", ptk_error_string(ptk_socket_get_local_address(socket->handle, &address)));
        script_say_address(NULL, &address);
        break;
    case 3:
    case 4:
        script_say(": %s", ptk_error_string(ptk_socket_get_remote_address(socket->handle, &address)));
        script_say_address(NULL, &address);
        break;
    case 5:
    case 6:
        /* With a full pool it depends on whether the port has reported a connection that no handler waits for. */
        if (socket->kind != KIND_LISTENER || !is_full(socket)) {
            script_say(": %s", ptk_error_string(script_accept(socket)));
        }
        break;
    default:
        script_say(": %s", ptk_error_string(ptk_socket_shutdown(socket->handle)));
        break;
    }
}

/** @brief Ends the stream, or destroys the socket. */
static void end(void) {
    script_socket_t *socket = choose(IS(KIND_LISTENER) | IS(KIND_CONNECTION) | IS(KIND_DATAGRAM));
    if (script_random(3) == 0) {
        script_say("shutdown s%u", (unsigned)script_number(socket));
        script_say(": %s", ptk_error_string(ptk_socket_shutdown(socket->handle)));
    } else {
        script_say("destroy s%u", (unsigned)script_number(socket));
        script_say(": %s", ptk_error_string(script_destroy(socket)));
    }
}

/** @brief Sets an option. */
static void set_option(void) {
    static const int32_t values[] = {0, 1, 1, 2, 64, 255, 256, 65536, 100000, -1};
    script_socket_t *socket = choose(~0u);
    uint32_t option = script_random(13);
    int32_t value = values[script_random(10)];
    if (option == PTK_SOCKET_OPTION_NO_DELAY && value == 0) {
        value = 2; /* with Nagle's algorithm small segments wait for acknowledgements, which may be delayed */
    }
    if (option >= PTK_SOCKET_OPTION_SEND_BUFFER && value > 0 && value < 65536) {
        value = 65536; /* what fits into a small buffer depends on how the system keeps it */
    }
    ptk_err_t error = ptk_socket_set_option(socket->handle, (ptk_socket_option_t)option, value);
    if (option == PTK_SOCKET_OPTION_REUSE_PORT && error == PTK_ERR_OK) {
        socket->shares_port = socket->shares_port || value == 1;
    }
    if (option == PTK_SOCKET_OPTION_MULTICAST_INTERFACE && error == PTK_ERR_OK) {
        socket->has_group_interface = value == 1;
    }
    script_say("option s%u %u value %d: %s", (unsigned)script_number(socket), (unsigned)option, (int)value,
               ptk_error_string(error));
}

/** @brief The script's group, or another one. */
static ptk_address_t group(uint16_t port) {
    ptk_address_t address = ptk_address_any(script.family, port);
    if (script.family == PTK_ADDRESS_IPV6) {
        address.bytes[0] = 0xFF;
        address.bytes[1] = 0x15;
    } else {
        address.bytes[0] = 239;
    }
    address.bytes[2] = (uint8_t)(script.seed >> 8);
    address.bytes[3] = (uint8_t)(script.seed + script_random(2));
    return address;
}

/** @brief Joins a group, leaves one, or sends to one. */
static void use_group(void) {
    script_socket_t *socket = choose(IS(KIND_DATAGRAM));
    const script_socket_t *other = choose(IS(KIND_DATAGRAM));
    uint32_t what = script_random(4);
    uint16_t port = is_shared(other->local.port) ? 0 : other->local.port;
    ptk_address_t address = script_random(20) == 0 ? script_address(0, port) : group(port);
    script_say("group call %u s%u:", (unsigned)what, (unsigned)script_number(socket));
    if (what == 0 || what == 1) {
        script_say(" %s", ptk_error_string(ptk_socket_join_multicast(socket->handle, &address, 1)));
    } else if (what == 2) {
        script_say(" %s", ptk_error_string(ptk_socket_leave_multicast(socket->handle, &address, 1)));
    } else if (script.family == PTK_ADDRESS_IPV4 && !is_same(socket->local, ptk_address_any(script.family, 0))) {
        /* IPv6 may need a route; from all addresses Linux may choose that of another interface. */
        if (!socket->has_group_interface) {
            ptk_err_t error = ptk_socket_set_option(socket->handle, PTK_SOCKET_OPTION_MULTICAST_INTERFACE, 1);
            script_say(" %s", ptk_error_string(error));
            socket->has_group_interface = error == PTK_ERR_OK;
            if (error != PTK_ERR_OK) {
                return;
            }
        }
        script_say(" to s%u's port", (unsigned)script_number(other));
        script_say(" %s", ptk_error_string(script_send(socket, script_random(300), &address)));
    }
}

/** @brief Sets or removes a handler, or gives the socket other ones. */
static void change_handlers(void) {
    script_socket_t *socket = choose(IS(KIND_LISTENER) | IS(KIND_CONNECTION) | IS(KIND_DATAGRAM));
    ptk_event_t event = script_random(8);
    script_say("handlers s%u event %u", (unsigned)script_number(socket), (unsigned)event);
    if (script_random(3) == 0) {
        script_say(": %s", ptk_error_string(ptk_remove_event_handler(socket->handle, event)));
        return;
    }
    socket->reading = (script_reading_t)script_random(3);
    script_say(", reads %u: %s", (unsigned)socket->reading, ptk_error_string(script_handle(socket, event)));
}

/** @brief Sends much from one connection to its peer, which receives all of it. */
static void transfer(void) {
    script_socket_t *sender = choose(IS(KIND_CONNECTION));
    script_socket_t *receiver = NULL;
    ptk_address_t remote;
    script_rest(); /* whether the loops run during a transfer depends on what fits at a time */
    ptk_err_t error = ptk_socket_get_remote_address(sender->handle, &remote);
    for (uint32_t i = 0; error == PTK_ERR_OK && i < SCRIPT_SOCKETS; i++) {
        script_socket_t *socket = &script.sockets[i];
        ptk_address_t back;
        if (socket->kind == KIND_CONNECTION && socket->own.port == remote.port &&
            ptk_socket_get_remote_address(socket->handle, &back) == PTK_ERR_OK && back.port == sender->own.port) {
            receiver = socket;
        }
    }
    script_say("transfer s%u", (unsigned)script_number(sender));
    if (receiver == NULL) {
        return;
    }
    script_say(" to s%u", (unsigned)script_number(receiver));
    (void)ptk_remove_event_handler(receiver->handle, PTK_EVENT_READABLE);
    bool printed = script.prints;
    uint64_t hash = script.hash;
    uint32_t last = sender->counter + 400000;
    script.prints = false; /* what fits at a time is the system's choice; all of it has to come */
    for (uint32_t rounds = 0; sender->counter < last && rounds < 20000 && error == PTK_ERR_OK; rounds++) {
        error = script_send(sender, 5000, NULL);
        if (error == PTK_ERR_WOULD_BLOCK) {
            while (script_receive(receiver, 60000) == PTK_ERR_OK) {
            }
            script_rest();
            error = PTK_ERR_OK;
        }
    }
    script_rest();
    while (script_receive(receiver, 60000) == PTK_ERR_OK) {
    }
    sender->counter = last;
    script.prints = printed;
    script.hash = hash;
    /* It ends with a whole send or within one: how many bytes more these are is the system's choice. */
    bool is_all = receiver->bytes >= 400000;
    script_say(": %s, %s", ptk_error_string(error), is_all ? "all" : "not all");
    if (is_all) {
        receiver->bytes = receiver->hash = 0;
    }
}

/** @brief A call, and how many of a hundred calls are such ones. */
typedef struct action {
    void (*call)(void); /**< @brief The call. */
    uint32_t share;     /**< @brief Out of a hundred. */
} action_t;

void script_act(uint32_t step) {
    /* At first there is something to work with. */
    static void (*const first[])(void) = {create, listen_somewhere,  create, connect_somewhere,
                                          create, connect_somewhere, create, open_udp,
                                          create, open_udp};
    static const action_t actions[] = {
        {create, 12},    {listen_somewhere, 6}, {open_udp, 5},      {connect_somewhere, 14},
        {send_some, 15}, {send_to, 8},          {receive_some, 10}, {call_plainly, 6},
        {end, 10},       {set_option, 3},       {use_group, 3},     {change_handlers, 4},
        {transfer, 1},   {send_urgent, 3},
    };
    uint32_t what = script_random(100);
    if (step < sizeof first / sizeof first[0]) {
        first[step]();
        return;
    }
    uint32_t i = 0;
    while (what >= actions[i].share) {
        what -= actions[i++].share;
    }
    actions[i].call();
}
