/**
 * @file script_events.c
 * @brief The sockets of a script: what their handlers do, and what is said of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "script.h"

/** @brief Bytes of the largest datagram, and some more. */
#define MEMORY_SIZE 70000u
/** @brief FNV-1a's prime for 32 bits. */
#define FNV_PRIME 0x01000193u

/** @brief Bits of what handlers do. */
enum {
    SENDS_WHEN_CONNECTED = 1,
    ENDS_WHEN_CONNECTED = 2,
    ENDS_WHEN_DISCONNECTED = 4,
    CLOSES_WHEN_DISCONNECTED = 8,
    CLOSES_ON_ERROR = 16
};

static uint8_t memory[MEMORY_SIZE]; /**< @brief What is sent, and what was received. */

uint32_t script_number(const script_socket_t *socket) {
    return (uint32_t)(socket - script.sockets);
}

/* ------------------------------------------------------------------------------------------ calls */

script_socket_t *script_keep(ptk_handle_t handle, script_kind_t kind) {
    for (uint32_t i = 0; handle > 0 && i < SCRIPT_SOCKETS; i++) {
        script_socket_t *socket = &script.sockets[i];
        if (socket->kind == KIND_NONE) {
            *socket = (script_socket_t){0};
            socket->handle = handle;
            socket->kind = kind;
            script_arm(socket);
            return socket;
        }
    }
    return NULL;
}

ptk_err_t script_destroy(script_socket_t *socket) {
    ptk_err_t error = ptk_socket_destroy(socket->handle);
    socket->kind = KIND_NONE;
    return error;
}

ptk_err_t script_send(script_socket_t *socket, uint32_t length, const ptk_address_t *remote) {
    ptk_buf_t buf;
    (void)ptk_buf_init(&buf, memory, sizeof memory);
    for (uint32_t i = 0; i < length; i++) {
        ptk_buf_put_u8(&buf, (uint8_t)((socket->counter + i) * 31u + script_number(socket)));
    }
    ptk_err_t error =
        remote == NULL ? ptk_socket_send(socket->handle, &buf) : ptk_socket_send_to(socket->handle, &buf, remote);
    uint32_t sent = length - (uint32_t)ptk_buf_length(&buf);
    socket->counter += sent;
    script_say_of(socket, " sent %u", (unsigned)sent);
    return error;
}

/** @brief Adds to what came in this step. */
static void note(script_socket_t *socket, const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        socket->hash = (socket->hash ^ bytes[i]) * FNV_PRIME;
    }
    socket->bytes += (uint32_t)length;
}

/** @brief Adds who has sent a datagram: a socket of the script, by its number. */
static void note_sender(script_socket_t *socket, const ptk_address_t *remote) {
    uint8_t number = SCRIPT_SOCKETS;
    for (uint8_t i = 0; i < SCRIPT_SOCKETS; i++) {
        if (script.sockets[i].local.port == remote->port && script.sockets[i].kind == KIND_DATAGRAM) {
            number = i;
        }
    }
    socket->hash = (socket->hash ^ number) * FNV_PRIME;
    socket->hash = (socket->hash ^ (remote->family == PTK_ADDRESS_IPV4 ? remote->bytes[2] : 0u)) * FNV_PRIME;
    socket->pieces++;
}

/** @brief Receives once. @param[out] is_short whether a connection gave less than there was room for. */
static ptk_err_t receive_piece(script_socket_t *socket, uint32_t room, bool *is_short) {
    ptk_buf_t buf;
    ptk_address_t remote;
    size_t size;
    bool is_datagram = socket->kind == KIND_DATAGRAM;
    (void)ptk_buf_init(&buf, memory, room);
    ptk_err_t error =
        is_datagram ? ptk_socket_receive_from(socket->handle, &buf, &remote) : ptk_socket_receive(socket->handle, &buf);
    if (error != PTK_ERR_WOULD_BLOCK) {
        script.progress++;
    }
    if (error == PTK_ERR_OK) {
        note(socket, ptk_buf_first(&buf), ptk_buf_length(&buf));
        if (is_datagram) {
            note_sender(socket, &remote);
        }
        *is_short = !is_datagram && ptk_buf_length(&buf) < room;
    } else if (error != PTK_ERR_WOULD_BLOCK) {
        socket->errors |= 1u << (uint32_t)-error;
    }
    if (error == PTK_ERR_MESSAGE_TOO_LONG && ptk_socket_get_datagram_size(socket->handle, &size) == PTK_ERR_OK) {
        socket->hash = (socket->hash ^ (uint32_t)size) * FNV_PRIME;
    }
    return error;
}

ptk_err_t script_receive(script_socket_t *socket, uint32_t room) {
    bool is_short = false;
    ptk_err_t error = receive_piece(socket, room, &is_short);
    while (script.has_urgent && is_short) {
        /* A port with edges looks once more whether the urgent byte was last, which passes it; others need not. */
        is_short = false;
        (void)receive_piece(socket, room, &is_short);
    }
    return error;
}

ptk_err_t script_accept(script_socket_t *listener) {
    ptk_address_t remote;
    ptk_address_t own;
    ptk_handle_t handle = ptk_socket_accept(listener->handle, &remote);
    script_socket_t *socket = script_keep(handle, KIND_CONNECTION);
    if (handle < 0) {
        if (handle != PTK_ERR_WOULD_BLOCK) {
            listener->errors |= 1u << (uint32_t)-handle;
        }
        return (ptk_err_t)handle;
    }
    script.progress++;
    listener->bytes++;
    if (socket == NULL) {
        script_say(" no place!");
        return PTK_ERR_OK;
    }
    script_say_of(listener, " accepts s%u", (unsigned)script_number(socket));
    script_say_of(socket, " of");
    script_say_address(socket, &remote);
    if (ptk_socket_get_local_address(handle, &own) == PTK_ERR_OK) {
        socket->own = own;
        script_say_of(socket, " at");
        script_say_address(socket, &own);
    }
    /* Without it small segments wait for acknowledgements, which may be delayed (RFC 1122, 4.2.3.2). */
    script_say_of(socket, " %d", (int)ptk_socket_set_option(handle, PTK_SOCKET_OPTION_NO_DELAY, 1));
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------ handlers */

/** @brief Handler: reads or accepts as the socket does it. */
static void on_readable(ptk_handle_t handle, ptk_event_t event, uintptr_t data, void *user_data) {
    script_socket_t *socket = user_data;
    ptk_err_t error = PTK_ERR_OK;
    (void)data;
    if (socket->handle != handle || socket->kind == KIND_NONE) {
        script_say(" stale!");
        return;
    }
    uint32_t before = script.progress;
    for (uint32_t i = 0; i < (socket->reading == READS_ALL ? 1000u : 1u) && error == PTK_ERR_OK; i++) {
        error = socket->kind == KIND_LISTENER ? script_accept(socket) : script_receive(socket, socket->chunk);
    }
    if (before != script.progress) { /* an event for which there is nothing left is allowed */
        socket->events |= 1u << event;
        if (socket->reading == READS_ONCE) {
            (void)ptk_remove_event_handler(handle, event);
        }
    }
}

/** @brief Does what a socket does at an event. */
static void react(script_socket_t *socket, ptk_event_t event) {
    uint32_t reaction = socket->reaction;
    bool ends = (event == PTK_EVENT_CONNECTED && (reaction & ENDS_WHEN_CONNECTED) != 0) ||
                (event == PTK_EVENT_DISCONNECTED && (reaction & ENDS_WHEN_DISCONNECTED) != 0);
    bool closes = (event == PTK_EVENT_DISCONNECTED && (reaction & CLOSES_WHEN_DISCONNECTED) != 0) ||
                  (event == PTK_EVENT_ERROR && (reaction & CLOSES_ON_ERROR) != 0);
    if (event == PTK_EVENT_CONNECTED && (reaction & SENDS_WHEN_CONNECTED) != 0) {
        script_say_of(socket, " %d", (int)script_send(socket, socket->chunk, NULL));
    }
    if (ends) {
        script_say_of(socket, " ends %d", (int)ptk_socket_shutdown(socket->handle));
    }
    if (closes) {
        (void)script_destroy(socket);
    }
}

/** @brief Handler of the other events: writable comes once. */
static void on_event(ptk_handle_t handle, ptk_event_t event, uintptr_t data, void *user_data) {
    script_socket_t *socket = user_data;
    if (socket->handle != handle || socket->kind == KIND_NONE) {
        script_say(" stale!");
        return;
    }
    script.progress++;
    if ((socket->events & (1u << event)) != 0) {
        script_say(" twice!");
    }
    socket->events |= 1u << event;
    if (event == PTK_EVENT_ERROR) {
        socket->cause = PTK_EVENT_ERROR_CODE(data);
        if (ptk_get_last_error(handle) != socket->cause) {
            script_say(" last error!");
        }
    }
    if (event == PTK_EVENT_WRITABLE) {
        (void)ptk_remove_event_handler(handle, event);
    }
    react(socket, event);
}

ptk_err_t script_handle(script_socket_t *socket, ptk_event_t event) {
    return ptk_set_event_handler(socket->handle, event, event == PTK_EVENT_READABLE ? on_readable : on_event, socket);
}

void script_arm(script_socket_t *socket) {
    socket->reading = (script_reading_t)script_random(4);
    socket->chunk = 1 + script_random(script_random(4) == 0 ? 3000 : 200);
    socket->reaction = script_random(32) & script_random(32);
    for (ptk_event_t event = PTK_EVENT_CONNECTED; event <= PTK_EVENT_ERROR; event++) {
        bool is_set = event == PTK_EVENT_READABLE ? socket->reading != READS_NOTHING : script_random(8) != 0;
        if (is_set && script_handle(socket, event) != PTK_ERR_OK) {
            script_say(" no handler!");
        }
    }
}

/* ------------------------------------------------------------------------------------------ what came */

/** @brief Says what came to a socket. */
static void say_events_of(const script_socket_t *socket) {
    static const char *const names[] = {[PTK_EVENT_CONNECTED] = "connected",
                                        [PTK_EVENT_READABLE] = "readable",
                                        [PTK_EVENT_WRITABLE] = "writable",
                                        [PTK_EVENT_DISCONNECTED] = "disconnected",
                                        [PTK_EVENT_ERROR] = "error"};
    script_say("\n    s%u:", (unsigned)script_number(socket));
    for (ptk_event_t event = PTK_EVENT_CONNECTED; event <= PTK_EVENT_ERROR; event++) {
        if ((socket->events & (1u << event)) != 0) {
            script_say(" %s", names[event]);
        }
    }
    script_say("%s", socket->text);
    script_say(" %d, %u bytes %u pieces %08x, errors", (int)socket->cause, (unsigned)socket->bytes,
               (unsigned)socket->pieces, (unsigned)socket->hash);
    for (int32_t error = 1; error < 32; error++) {
        if ((socket->errors & (1u << (uint32_t)error)) != 0) {
            script_say(" %s", ptk_error_string(-error));
        }
    }
}

void script_say_events(void) {
    for (uint32_t i = 0; i < SCRIPT_SOCKETS; i++) {
        script_socket_t *socket = &script.sockets[i];
        if (socket->events != 0 || socket->errors != 0 || socket->bytes != 0 || socket->pieces != 0 ||
            socket->text_length != 0) {
            say_events_of(socket);
        }
        socket->events = socket->errors = socket->bytes = socket->pieces = socket->hash = 0;
        socket->text_length = 0;
        socket->text[0] = 0;
        socket->cause = PTK_ERR_OK;
    }
}

void script_rest(void) {
    uint32_t quiet = 0;
    for (uint32_t passes = 0; quiet < 2 && passes < 5000; passes++) {
        uint32_t before = script.progress;
        for (uint32_t i = 0; i < SCRIPT_LOOPS; i++) {
            ptk_err_t error = ptk_event_loop_run_for(script.loops[i], script.patience_ms);
            if (error != PTK_ERR_OK) {
                script_say(" pass %d!", (int)error);
            }
        }
        quiet = before == script.progress ? quiet + 1 : 0;
    }
    if (quiet < 2) {
        script_say(" no rest!");
    }
}
