/**
 * @file plant_stream.c
 * @brief Streams in the plant: clients send bytes to an echo server, in bursts, and both ends read and write as programs do
 *        that rely on every report: a few bytes at a time, with handlers that come and go. There are no time-outs here that
 *        would make up for a report that was lost.
 *
 * A stream begins with the number of its client and of the connection, and goes on with bytes that follow from these and
 * from their place. So a byte that is lost, or comes twice, is noticed at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "plant.h"

#include <string.h>

/** @brief The echo server's port, RFC 862. */
#define ECHO_PORT 7
/** @brief Within which time bytes get on between two programs that are there, and a connection is made, in ms. */
enum { PROGRESS_MS = 40000, ATTEMPT_MS = 3000 };
/** @brief The longest burst: more than the buffers of a connection, which are as small as they can be. */
enum { BURST = 6000, LEAST_BUFFER = 2304 };

/** @brief The byte of a stream at a place. */
static uint8_t byte_at(uint32_t connection, uint32_t place) {
    return (uint8_t)(connection * 29u + place * 7u + (place >> 8));
}

/** @brief Sets a handler or takes it away; both can be done again. */
static void set_handler(ptk_handle_t socket, ptk_event_t event, bool is_set, ptk_event_handler_t handler, void *user) {
    (void)(is_set ? ptk_set_event_handler(socket, event, handler, user) : ptk_remove_event_handler(socket, event));
}

/* ------------------------------------------------------------------------------------------ the server */

/** @brief The connection of a client, or NULL: the newest one counts. */
static plant_echo_t *echo_of(plant_server_t *server, uint32_t client, uint32_t connection) {
    for (uint32_t i = 0; i < PLANT_ECHOES; i++) {
        plant_echo_t *echo = &server->echoes[i];
        if (echo->socket != 0 && echo->has_begun && echo->client == client && echo->connection == connection) {
            return echo;
        }
    }
    return NULL;
}

/** @brief Ends a connection. */
static void end_echo(plant_echo_t *echo) {
    (void)ptk_socket_destroy(echo->socket);
    echo->socket = 0;
}

/** @brief A client that has connected again has no former connection; what it sent on one may arrive later. */
static void end_former(plant_server_t *server, const plant_echo_t *present) {
    for (uint32_t i = 0; i < PLANT_ECHOES; i++) {
        plant_echo_t *echo = &server->echoes[i];
        if (echo != present && echo->socket != 0 && echo->has_begun && echo->client == present->client &&
            echo->connection < present->connection) {
            end_echo(echo);
        }
    }
}

static void on_echo(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data);

/** @brief Looks at what came. @return the number of bytes that are to be sent back. */
static void take_in(plant_echo_t *echo) {
    if (!echo->has_begun && ptk_buf_length(&echo->buf) >= 8) {
        echo->client = ptk_buf_get_u32_be(&echo->buf);
        echo->connection = ptk_buf_get_u32_be(&echo->buf);
        echo->has_begun = true;
        end_former(&plant.servers[echo->server], echo);
    }
    for (uint32_t i = echo->looked_at; echo->has_begun && i < ptk_buf_length(&echo->buf); i++) {
        uint8_t byte = 0;
        ptk_buf_peek_bytes(&echo->buf, i, &byte, 1);
        if (byte != byte_at(echo->connection, echo->received++)) {
            plant_fail("a server's byte of a stream was lost, or came twice");
        }
    }
    echo->looked_at = echo->has_begun ? (uint32_t)ptk_buf_length(&echo->buf) : 0;
}

/** @brief Receives a few bytes, or as many as there is room for. */
static ptk_err_t receive_some(ptk_handle_t socket, ptk_buf_t *buf) {
    ptk_buf_t part = *buf;
    size_t room = ptk_buf_room(buf);
    size_t count = plant_random(3) == 0 ? room : 1 + plant_random(40);
    part.capacity -= room - (count < room ? count : room);
    ptk_err_t error = ptk_socket_receive(socket, &part);
    part.capacity = buf->capacity;
    *buf = part;
    return error;
}

/** @brief Sends back what there is, and has the handlers that are needed then: reads when there is room, writes when not. */
static void send_back(plant_echo_t *echo) {
    ptk_err_t error = PTK_ERR_OK;
    if (echo->has_begun && ptk_buf_length(&echo->buf) > 0) {
        error = ptk_socket_send(echo->socket, &echo->buf);
        echo->looked_at = (uint32_t)ptk_buf_length(&echo->buf);
        ptk_buf_compact(&echo->buf);
    }
    bool has_failed = error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK && error != PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    if (has_failed) {
        end_echo(echo);
        return;
    }
    bool must_write = echo->has_begun && ptk_buf_length(&echo->buf) > 0;
    set_handler(echo->socket, PTK_EVENT_WRITABLE, must_write, on_echo, echo);
    set_handler(echo->socket, PTK_EVENT_READABLE, ptk_buf_room(&echo->buf) > 0 && !must_write, on_echo, echo);
}

/** @brief Something happened to a connection. @param user_data the plant_echo_t. */
static void on_echo(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    plant_echo_t *echo = user_data;
    ptk_err_t error = PTK_ERR_OK;
    (void)data;
    if (event == PTK_EVENT_READABLE && ptk_buf_room(&echo->buf) > 0 && plant_random(4) != 0) { /* else the next time */
        error = receive_some(socket, &echo->buf);
        take_in(echo);
    }
    if (event == PTK_EVENT_ERROR || event == PTK_EVENT_DISCONNECTED ||
        (error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK && error != PTK_ERR_OUT_OF_SYSTEM_MEMORY)) {
        end_echo(echo);
        return;
    }
    if (event == PTK_EVENT_WRITABLE || plant_random(3) != 0) {
        send_back(echo);
    } else if (ptk_buf_length(&echo->buf) > 0) { /* it collects until the next report that there is room to write */
        (void)ptk_set_event_handler(socket, PTK_EVENT_WRITABLE, on_echo, echo);
    }
}

/** @brief A free place for a connection, or that of one whose client crashed before it had sent anything; or NULL. */
static plant_echo_t *place_for_echo(plant_server_t *server) {
    plant_echo_t *found = NULL;
    for (uint32_t i = 0; i < PLANT_ECHOES; i++) {
        plant_echo_t *echo = &server->echoes[i];
        if (echo->socket == 0) {
            return echo;
        }
        found = found == NULL && !echo->has_begun ? echo : found;
    }
    if (found != NULL) {
        end_echo(found);
    }
    return found;
}

/** @brief A connection waits. @param user_data the server. */
static void on_waiting(ptk_handle_t listener, ptk_event_t event, uintptr_t data, void *user_data) {
    plant_server_t *server = user_data;
    plant_echo_t *echo = place_for_echo(server);
    (void)event, (void)data;
    if (echo == NULL) {
        plant_fail("more streams than clients");
        return;
    }
    ptk_handle_t socket = ptk_socket_accept(listener, NULL);
    if (socket > 0) {
        memset(echo, 0, sizeof *echo);
        echo->socket = socket;
        echo->server = (uint32_t)(server - plant.servers);
        (void)ptk_buf_init(&echo->buf, echo->bytes, sizeof echo->bytes);
        (void)ptk_set_event_handler(socket, PTK_EVENT_ERROR, on_echo, echo);
        (void)ptk_set_event_handler(socket, PTK_EVENT_DISCONNECTED, on_echo, echo);
        (void)ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_echo, echo);
    }
}

bool plant_start_echo(plant_server_t *server) {
    ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, ECHO_PORT);
    memset(server->echoes, 0, sizeof server->echoes);
    server->listener = ptk_socket_create(server->loop);
    return server->listener > 0 &&
           ptk_socket_set_option(server->listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1) == PTK_ERR_OK &&
           ptk_socket_set_option(server->listener, PTK_SOCKET_OPTION_SEND_BUFFER, LEAST_BUFFER) == PTK_ERR_OK &&
           ptk_socket_set_option(server->listener, PTK_SOCKET_OPTION_RECEIVE_BUFFER, LEAST_BUFFER) == PTK_ERR_OK &&
           ptk_socket_listen(server->listener, &any, PLANT_ECHOES) == PTK_ERR_OK &&
           ptk_set_event_handler(server->listener, PTK_EVENT_READABLE, on_waiting, server) == PTK_ERR_OK;
}

void plant_stop_echo(plant_server_t *server) {
    for (uint32_t i = 0; i < PLANT_ECHOES; i++) {
        if (server->echoes[i].socket != 0) {
            end_echo(&server->echoes[i]);
        }
    }
    (void)ptk_socket_destroy(server->listener);
}

/* ------------------------------------------------------------------------------------------ the clients */

static void on_stream(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data);

/** @brief Begins a connection; without one it is tried again when the timer expires. */
static void begin_stream(plant_client_t *client) {
    plant_stream_t *stream = &client->stream;
    ptk_address_t remote = plant.servers[client->index % plant.run.servers].address;
    remote.port = ECHO_PORT;
    (void)ptk_socket_destroy(stream->socket); /* the former one, if there is one */
    stream->connection = ++plant.connections;
    stream->sent = 0;
    stream->received = 0;
    stream->wanted = 0;
    stream->is_connected = false;
    stream->begun_ms = ptk_sim_now_ms();
    stream->socket = ptk_socket_create(client->loop);
    (void)ptk_socket_set_option(stream->socket, PTK_SOCKET_OPTION_SEND_BUFFER, LEAST_BUFFER);
    (void)ptk_socket_set_option(stream->socket, PTK_SOCKET_OPTION_RECEIVE_BUFFER, LEAST_BUFFER);
    (void)ptk_set_event_handler(stream->socket, PTK_EVENT_CONNECTED, on_stream, client);
    (void)ptk_set_event_handler(stream->socket, PTK_EVENT_DISCONNECTED, on_stream, client);
    (void)ptk_set_event_handler(stream->socket, PTK_EVENT_ERROR, on_stream, client);
    if (ptk_socket_connect(stream->socket, &remote) != PTK_ERR_OK) {
        (void)ptk_socket_destroy(stream->socket);
        stream->socket = 0;
    }
}

/** @brief Sends what is left of a burst; what does not fit goes when there is room. */
static void send_burst(plant_client_t *client) {
    plant_stream_t *stream = &client->stream;
    ptk_err_t error = PTK_ERR_OK;
    while (stream->sent < stream->wanted && error == PTK_ERR_OK) {
        uint8_t bytes[600];
        ptk_buf_t buf;
        (void)ptk_buf_init(&buf, bytes, sizeof bytes);
        for (uint32_t i = stream->sent; i < stream->wanted && ptk_buf_room(&buf) > 0; i++) {
            const uint32_t head[2] = {client->index, stream->connection};
            uint32_t byte = i < 8 ? head[i / 4] >> (24 - i % 4 * 8) : byte_at(stream->connection, i - 8);
            ptk_buf_put_u8(&buf, (uint8_t)byte);
        }
        size_t length = ptk_buf_length(&buf);
        error = ptk_socket_send(stream->socket, &buf);
        stream->sent += (uint32_t)(length - ptk_buf_length(&buf));
    }
    set_handler(stream->socket, PTK_EVENT_WRITABLE, stream->sent < stream->wanted, on_stream, client);
}

/** @brief Receives some bytes, or lets them wait: then the timer sets the handler again. */
static void receive_echo(plant_client_t *client) {
    plant_stream_t *stream = &client->stream;
    uint8_t bytes[300];
    ptk_buf_t buf;
    if (plant_random(6) == 0) {
        (void)ptk_remove_event_handler(stream->socket, PTK_EVENT_READABLE);
        (void)ptk_timer_start(stream->timer, 1 + plant_random(30));
        return;
    }
    (void)ptk_buf_init(&buf, bytes, sizeof bytes);
    (void)receive_some(stream->socket, &buf); /* an end, or a failure, is an event as well */
    while (ptk_buf_length(&buf) > 0) {
        stream->progress_ms = ptk_sim_now_ms();
        if (ptk_buf_get_u8(&buf) != byte_at(stream->connection, stream->received++)) {
            plant_fail("a byte of a stream was lost, or came twice");
        }
    }
    if (stream->received + 8 == stream->wanted) {
        (void)ptk_timer_start(stream->timer, 1 + plant_random(1000)); /* until the next burst */
    }
}

/** @brief Something happened to a connection. @param user_data the client. */
static void on_stream(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    plant_client_t *client = user_data;
    plant_stream_t *stream = &client->stream;
    (void)data;
    switch (event) {
    case PTK_EVENT_CONNECTED:
        stream->is_connected = true;
        (void)ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_stream, client);
        (void)ptk_timer_start(stream->timer, 0);
        break;
    case PTK_EVENT_READABLE:
        receive_echo(client);
        break;
    case PTK_EVENT_WRITABLE:
        send_burst(client);
        break;
    default:
        (void)ptk_socket_destroy(socket);
        stream->socket = 0;
        (void)ptk_timer_start(stream->timer, 300);
        break;
    }
}

/** @brief It is time for a connection, for the next burst, or to read on. @param user_data the client. */
static void on_stream_timer(ptk_handle_t timer, ptk_event_t event, uintptr_t missed, void *user_data) {
    plant_client_t *client = user_data;
    plant_stream_t *stream = &client->stream;
    (void)event, (void)missed;
    if (stream->socket == 0 || (!stream->is_connected && ptk_sim_now_ms() >= stream->begun_ms + ATTEMPT_MS)) {
        begin_stream(client);
        (void)ptk_timer_start(timer, ATTEMPT_MS);
    } else if (!stream->is_connected) {
        (void)ptk_timer_start(timer, ATTEMPT_MS);
    } else if (stream->wanted == 0 || stream->received + 8 == stream->wanted) {
        stream->wanted += (stream->wanted == 0 ? 8u : 0u) + 1u + plant_random(plant_random(3) == 0 ? BURST : 100);
        send_burst(client);
        (void)ptk_set_event_handler(stream->socket, PTK_EVENT_READABLE, on_stream, client);
    } else {
        (void)ptk_set_event_handler(stream->socket, PTK_EVENT_READABLE, on_stream, client);
    }
}

/** @brief Whether a client has a stream: some, so that a seed does not take too long. */
static bool has_stream(const plant_client_t *client) {
    return client->index % 4 == 0;
}

bool plant_start_stream(plant_client_t *client) {
    plant_stream_t *stream = &client->stream;
    memset(stream, 0, sizeof *stream);
    if (!has_stream(client)) {
        return true;
    }
    stream->progress_ms = ptk_sim_now_ms();
    stream->timer = ptk_timer_create(client->loop);
    return ptk_set_event_handler(stream->timer, PTK_EVENT_EXPIRED, on_stream_timer, client) == PTK_ERR_OK &&
           ptk_timer_start(stream->timer, 1 + plant_random(1000)) == PTK_ERR_OK;
}

void plant_stop_stream(plant_client_t *client) {
    if (has_stream(client)) {
        (void)ptk_socket_destroy(client->stream.socket);
        (void)ptk_timer_destroy(client->stream.timer);
    }
}

/* ------------------------------------------------------------------------------------------ what must hold */

/** @brief Whether the server has the other end of a client's connection. */
static bool has_other_end(const plant_client_t *client) {
    plant_server_t *server = &plant.servers[client->index % plant.run.servers];
    return server->loop != 0 && echo_of(server, client->index, client->stream.connection) != NULL;
}

void plant_heal_streams(void) {
    for (uint32_t i = 0; i < plant.run.clients; i++) {
        plant_client_t *client = &plant.clients[i];
        client->stream.progress_ms = ptk_sim_now_ms();
        if (client->stream.is_connected && !has_other_end(client)) { /* the crash of the server is not reported to it */
            (void)ptk_socket_destroy(client->stream.socket);
            client->stream.socket = 0;
            client->stream.is_connected = false;
            (void)ptk_timer_start(client->stream.timer, 1);
        }
    }
}

void plant_check_streams(void) {
    for (uint32_t i = 0; i < plant.run.clients; i++) {
        const plant_client_t *client = &plant.clients[i];
        if (has_stream(client) && client->stream.progress_ms + PROGRESS_MS < ptk_sim_now_ms()) {
            plant_fail("a stream stands still");
        }
    }
}
