/**
 * @file target_modbus_server.c
 * @brief Any bytes from two clients, in any pieces, with pauses, half-closes and resets: each whole request gets its
 * response, in order, and nothing leaks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz_world.h"

#include <ptk_modbus_server.h>

#include <string.h>

/** @brief The two hosts. */
enum { SERVER = 0, CLIENT = 1 };
/** @brief Clients, contexts of the server, most bytes that are kept of a stream. */
enum { CLIENTS = 2, CONTEXTS = 4, MAX_STREAM = 4096 };
/** @brief Sizes of the server's tables: not multiples of 8, not all of 65536. */
enum { BITS = 37, REGISTERS = 130 };

/** @brief A client's end of a connection. */
typedef struct client {
    ptk_handle_t socket;          /**< @brief Its socket, 0: none. */
    uint8_t sent[MAX_STREAM];     /**< @brief What it has sent. */
    size_t sent_length;           /**< @brief How much. */
    uint8_t received[MAX_STREAM]; /**< @brief What it has received. */
    size_t received_length;       /**< @brief How much. */
    bool is_reading;              /**< @brief It receives. */
    bool has_ended;               /**< @brief The connection is closed or broken, or bytes were left out. */
} client_t;

static client_t clients[CLIENTS];                     /**< @brief The clients. */
static ptk_modbus_server_t server;                    /**< @brief The server. */
static ptk_modbus_connection_t connections[CONTEXTS]; /**< @brief Its connections. */
static uint8_t coils[BITS];                           /**< @brief Its coils. */
static uint8_t inputs[BITS];                          /**< @brief Its discrete inputs. */
static uint16_t holding[REGISTERS];                   /**< @brief Its holding registers. */
static uint16_t readings[REGISTERS];                  /**< @brief Its input registers. */
static uint16_t unit_id;                              /**< @brief Which unit it serves. */

/* ------------------------------------------------------------------------------------------ what must hold */

/** @brief The next request of a stream that gets a response. @return whether there is one. */
static bool next_request(ptk_buf_t *stream, ptk_modbus_frame_t *frame) {
    while (ptk_modbus_frame_take(stream, frame) == PTK_MODBUS_SCAN_COMPLETE) {
        if (unit_id == PTK_MODBUS_ANY_UNIT || frame->unit_id == unit_id || frame->unit_id == 0 ||
            frame->unit_id == 255) {
            return true;
        }
    }
    return false;
}

/** @brief A response belongs to its request. */
static void check_response(const ptk_modbus_frame_t *asked, const ptk_modbus_frame_t *frame) {
    ptk_modbus_request_t request;
    ptk_modbus_response_t response;
    uint8_t exception = ptk_modbus_request_decode(asked, &request);

    (void)fuzz_require(frame->transaction_id == asked->transaction_id && frame->unit_id == asked->unit_id,
                       "a response has the header of another request");
    if ((asked->function & PTK_MODBUS_EXCEPTION_FLAG) != 0) {
        return; /* no function: the code of its exception response cannot be distinguished from it */
    }
    (void)fuzz_require((frame->function & 0x7F) == asked->function, "a response has another function");
    if (ptk_buf_length(&frame->pdu) == 2 && (frame->function & PTK_MODBUS_EXCEPTION_FLAG) != 0) {
        (void)fuzz_require(exception == 0 || frame->pdu.data[1] == exception || frame->pdu.data[1] == 1,
                           "another exception than the request's");
        return;
    }
    (void)fuzz_require(exception == 0, "a wrong request was executed");
    if (fuzz_require(ptk_modbus_response_decode(frame, &response) == PTK_ERR_OK, "a malformed response")) {
        (void)fuzz_require(ptk_modbus_response_matches(&request, &response), "a response that does not fit");
    }
}

/** @brief What a client has received are the responses to what it has sent, all of them if the connection lives. */
static void check_client(const client_t *client) {
    ptk_buf_t sent;
    ptk_buf_t received;
    ptk_modbus_frame_t asked;
    ptk_modbus_frame_t frame;

    (void)ptk_buf_wrap(&sent, client->sent, client->sent_length);
    (void)ptk_buf_wrap(&received, client->received, client->received_length);
    ptk_modbus_scan_t scan;
    while (!fuzz_failed() && (scan = ptk_modbus_frame_take(&received, &frame)) != PTK_MODBUS_SCAN_INCOMPLETE) {
        if (!fuzz_require(scan == PTK_MODBUS_SCAN_COMPLETE, "the server sent what is not Modbus") ||
            !fuzz_require(next_request(&sent, &asked), "a response without a request")) {
            return;
        }
        check_response(&asked, &frame);
    }
    if (!client->has_ended && client->is_reading) {
        (void)fuzz_require(ptk_buf_length(&received) == 0, "a response is not whole");
        (void)fuzz_require(!next_request(&sent, &asked), "a request without a response");
    }
}

/* ------------------------------------------------------------------------------------------ clients */

/** @brief Receives all there is. */
static void receive(client_t *client) {
    ptk_err_t error = PTK_ERR_OK;

    while (client->is_reading && error == PTK_ERR_OK) {
        ptk_buf_t buf;
        (void)ptk_buf_init(&buf, client->received + client->received_length, MAX_STREAM - client->received_length);
        if (ptk_buf_room(&buf) == 0) {
            client->is_reading = false;
            client->has_ended = true; /* the rest is not looked at */
            (void)ptk_remove_event_handler(client->socket, PTK_EVENT_READABLE);
            return;
        }
        error = ptk_socket_receive(client->socket, &buf);
        client->received_length += ptk_buf_length(&buf);
    }
    if (error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK) {
        client->has_ended = true;
    }
}

/** @brief Something can be received, or the connection has ended. @param user_data the client. */
static void on_event(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    client_t *client = user_data;

    (void)socket, (void)data;
    receive(client);
    client->has_ended |= event != PTK_EVENT_READABLE;
}

/** @brief A client connects. */
static void connect_client(client_t *client) {
    memset(client, 0, sizeof *client);
    (void)ptk_sim_enter(CLIENT);
    client->socket = ptk_socket_create(fuzz_world.loops[CLIENT]);
    client->is_reading = true;
    (void)ptk_set_event_handler(client->socket, PTK_EVENT_READABLE, on_event, client);
    (void)ptk_set_event_handler(client->socket, PTK_EVENT_DISCONNECTED, on_event, client);
    (void)ptk_set_event_handler(client->socket, PTK_EVENT_ERROR, on_event, client);
    (void)fuzz_require(ptk_socket_connect(client->socket, &fuzz_world.addresses[SERVER]) == PTK_ERR_OK,
                       "a client does not connect");
    fuzz_world_run(5);
}

/** @brief A client sends bytes. */
static void send_bytes(client_t *client, const uint8_t *bytes, size_t length) {
    ptk_buf_t buf;

    if (client->socket == 0 || client->sent_length + length > MAX_STREAM) {
        return;
    }
    (void)ptk_buf_wrap(&buf, bytes, length);
    if (ptk_socket_send(client->socket, &buf) != PTK_ERR_OK) {
        return;
    }
    length -= ptk_buf_length(&buf);
    if (length > 0) {
        memcpy(client->sent + client->sent_length, bytes, length);
        client->sent_length += length;
    }
}

/** @brief A client checks what it has, and goes. */
static void end_client(client_t *client) {
    fuzz_world_run(20);
    check_client(client);
    if (client->socket != 0) {
        (void)fuzz_require(ptk_socket_destroy(client->socket) == PTK_ERR_OK, "a client does not end");
        client->socket = 0;
        client->has_ended = true;
    }
}

/** @brief Stops or resumes receiving, half-closes, ends or begins a connection. */
static void change_client(client_t *client, uint8_t what) {
    switch (what % 5) {
    case 0:
        client->is_reading = false;
        (void)ptk_remove_event_handler(client->socket, PTK_EVENT_READABLE);
        break;
    case 1:
        client->is_reading = true;
        (void)ptk_set_event_handler(client->socket, PTK_EVENT_READABLE, on_event, client);
        break;
    case 2:
        if (client->socket != 0) {
            (void)ptk_socket_shutdown(client->socket);
            client->has_ended = true;
        }
        break;
    case 3:
        end_client(client);
        break;
    default:
        end_client(client);
        connect_client(client);
        break;
    }
}

/* ------------------------------------------------------------------------------------------ the server */

/** @brief Starts the server, as a byte says. */
static void start_server(uint8_t choice) {
    static const ptk_modbus_device_object_t objects[] = {{0, "vendor"}, {1, "code"}, {2, "1.0"}, {0x80, "own"}};
    static ptk_modbus_map_t map;
    map = (ptk_modbus_map_t){.coils = coils,
                             .discrete_inputs = inputs,
                             .holding_registers = holding,
                             .input_registers = readings,
                             .num_coils = BITS,
                             .num_discrete_inputs = BITS,
                             .num_holding_registers = REGISTERS,
                             .num_input_registers = REGISTERS};
    ptk_modbus_server_config_t config = {.loop = fuzz_world.loops[SERVER],
                                         .address = fuzz_world.addresses[SERVER],
                                         .connections = connections,
                                         .num_connections = CONTEXTS,
                                         .objects = objects,
                                         .num_objects = sizeof objects / sizeof objects[0],
                                         .map = &map};
    unit_id = (choice & 1) != 0 ? 1 : PTK_MODBUS_ANY_UNIT;
    config.unit_id = unit_id;
    if ((choice & 2) != 0) {
        map.coils = NULL;
        map.num_coils = 0;
        config.num_objects = 0;
    }
    (void)ptk_sim_enter(SERVER);
    memset(&server, 0, sizeof server);
    memset(connections, 0, sizeof connections);
    (void)fuzz_require(ptk_modbus_server_start(&server, &config) == PTK_ERR_OK, "the server does not start");
}

/** @brief What a client does next. */
static void act(client_t *client, fuzz_input_t *input) {
    uint8_t frame[PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length;

    switch (fuzz_u8(input) % 6) {
    case 0:
    case 1: {
        uint16_t transaction_id = fuzz_u8(input);
        length = fuzz_make_frame(input, transaction_id, transaction_id % 4 == 3 ? 2 : 1, frame);
        send_bytes(client, frame, length);
        break;
    }
    case 2: {
        const uint8_t *bytes = fuzz_bytes(input, 1u + fuzz_u8(input), &length);
        send_bytes(client, bytes, length);
        break;
    }
    case 3:
        fuzz_world_run(fuzz_u8(input) * 4u);
        break;
    default:
        change_client(client, fuzz_u8(input));
        break;
    }
}

void fuzz_target(fuzz_input_t *input) {
    fuzz_world_begin(2, 1, NULL);
    memset(clients, 0, sizeof clients);
    memset(coils, 0, sizeof coils);
    memset(holding, 0, sizeof holding);
    if (fuzz_require(fuzz_world_start(SERVER) && fuzz_world_start(CLIENT), "no loops")) {
        start_server(fuzz_u8(input));
        connect_client(&clients[0]);
        for (unsigned i = 0; i < 64 && input->left > 0 && !fuzz_failed(); i++) {
            act(&clients[input->data[0] >= 192], input);
        }
        for (int i = 0; i < CLIENTS; i++) {
            end_client(&clients[i]);
        }
        fuzz_world_run(30000);
        ptk_modbus_server_stats_t stats;
        (void)fuzz_require(ptk_modbus_server_get_stats(&server, &stats) == PTK_ERR_OK && stats.connections == 0,
                           "a connection has outlived its client");
        (void)fuzz_require(ptk_modbus_server_stop(&server) == PTK_ERR_OK, "the server does not stop");
        fuzz_world_require_in_use(SERVER, 0, 0);
    }
    fuzz_world_end();
}
