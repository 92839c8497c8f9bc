/**
 * @file target_modbus_client.c
 * @brief A client whose server responds with any bytes, in any pieces and order, late, or hangs up: each request ends
 * exactly once, and what succeeds fits its request.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz_world.h"

#include <ptk_modbus_client.h>

#include <string.h>

/** @brief The two hosts: the client and its peer. */
enum { CLIENT = 0, PEER = 1 };
/** @brief The client's transactions, requests of a run, frames that the peer remembers. */
enum { TRANSACTIONS = 4, REQUESTS = 64, FRAMES = 8 };

/** @brief A request. */
typedef struct request {
    ptk_modbus_request_t asked; /**< @brief What it is; its data is not kept. */
    ptk_modbus_request_id_t id; /**< @brief Its id. */
    int ended;                  /**< @brief How often it has ended, or was cancelled. */
} request_t;

static ptk_modbus_client_t client;                          /**< @brief The client. */
static ptk_modbus_transaction_t transactions[TRANSACTIONS]; /**< @brief Its transactions. */
static request_t requests[REQUESTS];                        /**< @brief Its requests. */
static uint32_t request_count;                              /**< @brief How many. */
static bool is_submitting;                                  /**< @brief A request is being submitted. */
static ptk_handle_t listener;                               /**< @brief The peer's listener. */
static ptk_handle_t peer;                                   /**< @brief The peer's connection, 0: none. */
static uint8_t peer_memory[PTK_MODBUS_CLIENT_BUFFER_SIZE];  /**< @brief What the peer has received. */
static ptk_buf_t peer_received;                             /**< @brief The same. */
static ptk_modbus_request_t asked[FRAMES];                  /**< @brief What the peer was asked last. */
static uint16_t asked_ids[FRAMES];                          /**< @brief The transaction identifiers of these. */
static uint32_t asked_count;                                /**< @brief How many there were. */
static bool has_lied;                                       /**< @brief It has sent what is no response. */

/* ------------------------------------------------------------------------------------------ the client */

/** @brief A result fits the request. */
static void check_result(const ptk_modbus_request_t *request, const ptk_modbus_result_t *result) {
    (void)fuzz_require(result->function == request->function && result->unit_id == 1, "a result of another request");
    if (result->error == PTK_ERR_OK) {
        (void)fuzz_require(ptk_modbus_response_matches(request, &result->response),
                           "a response that does not fit was taken");
        uint32_t sum = 0;
        for (size_t i = 0; i < result->response.data_length; i++) {
            sum += result->response.data[i]; /* the memory is there */
        }
        for (uint16_t i = 0; i < result->quantity; i++) {
            sum += ptk_modbus_result_register(result, i) + ptk_modbus_result_bit(result, i);
        }
        (void)fuzz_require(sum > 0 || result->exception == 0, "no error, and an exception");
        bool has_registers = request->function == 3 || request->function == 4 || request->function == 23;
        (void)fuzz_require(has_lied || !has_registers || ptk_modbus_result_register(result, 0) == request->address,
                           "the response to another request");
    } else {
        (void)fuzz_require(result->response.data == NULL, "an error has data");
        (void)fuzz_require((result->error == PTK_MODBUS_ERR_EXCEPTION) == (result->exception != 0),
                           "an exception without a code, or a code without one");
    }
}

/** @brief A request has ended. @param user_data the request. */
static void on_result(ptk_modbus_client_t *modbus, const ptk_modbus_result_t *result, void *user_data) {
    request_t *request = user_data;

    (void)modbus;
    (void)fuzz_require(!is_submitting, "a request ended before it was submitted");
    (void)fuzz_require(request->ended == 0, "a request ended twice");
    (void)fuzz_require(request->id == result->id, "a result has another id");
    request->ended++;
    check_result(&request->asked, result);
}

/** @brief Starts the client. */
static void start_client(uint8_t choice) {
    ptk_modbus_client_config_t config = {.loop = fuzz_world.loops[CLIENT],
                                         .address = fuzz_world.addresses[PEER],
                                         .transactions = transactions,
                                         .num_transactions = TRANSACTIONS,
                                         .retries = choice % 3,
                                         .max_in_flight = choice / 3 % 3,
                                         .response_timeout_ms = 200,
                                         .reconnect_delay_ms = 20,
                                         .reconnect_delay_limit_ms = 100,
                                         .retry_writes = choice >= 128};
    (void)ptk_sim_enter(CLIENT);
    (void)fuzz_require(ptk_modbus_client_start(&client, &config) == PTK_ERR_OK, "the client does not start");
}

/** @brief Submits a request. */
static void submit(fuzz_input_t *input) {
    static const uint8_t functions[] = {1, 2, 3, 4, 5, 6, 15, 16, 22, 23, 43};
    static const uint8_t values[PTK_MODBUS_MAX_DATA_SIZE];
    uint8_t choice = fuzz_u8(input);
    uint8_t size = fuzz_u8(input);

    if (request_count == REQUESTS) {
        return;
    }
    request_t *request = &requests[request_count];
    request->asked = (ptk_modbus_request_t){.function = functions[choice % sizeof functions],
                                            .address = (uint16_t)request_count,
                                            .quantity = (uint16_t)(1 + size % 125),
                                            .value = PTK_MODBUS_COIL_ON,
                                            .write_quantity = (uint16_t)(1 + size % 121)};
    ptk_modbus_request_t *asks = &request->asked;
    switch (asks->function) {
    case PTK_MODBUS_WRITE_SINGLE_COIL:
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        asks->quantity = 1;
        break;
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
        asks->data_length = ptk_modbus_bits_size(asks->quantity);
        break;
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        asks->quantity = (uint16_t)(1 + size % 123);
        asks->data_length = 2u * asks->quantity;
        break;
    case PTK_MODBUS_READ_WRITE_REGISTERS:
        asks->data_length = 2u * asks->write_quantity;
        break;
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        asks->quantity = 0;
        asks->device_id_code = (uint8_t)(1 + size % 4);
        break;
    default:
        break;
    }
    asks->data = asks->data_length > 0 ? values : NULL;
    is_submitting = true;
    request->id = ptk_modbus_client_submit(&client, 1, asks, on_result, request);
    is_submitting = false;
    (void)fuzz_require(request->id > 0 || request->id == PTK_ERR_OUT_OF_MEMORY, "a request was refused");
    request_count += request->id > 0 ? 1u : 0u;
}

/** @brief Cancels a request, which has ended, too, if it could be. */
static void cancel(uint8_t which) {
    if (request_count > 0) {
        request_t *request = &requests[which % request_count];
        ptk_err_t error = ptk_modbus_client_cancel(&client, request->id);
        (void)fuzz_require((error == PTK_ERR_OK) == (request->ended == 0), "a request that pends is not cancelled");
        request->ended += error == PTK_ERR_OK ? 1 : 0;
    }
}

/* ------------------------------------------------------------------------------------------ its peer */

/** @brief The peer drops its connection. */
static void drop_peer(void) {
    if (peer != 0) {
        (void)ptk_socket_destroy(peer);
        peer = 0;
    }
}

/** @brief The peer receives requests, which must be such, and remembers them. */
static void on_request(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_modbus_frame_t frame;
    ptk_err_t error;

    (void)data, (void)user_data;
    do {
        error = ptk_socket_receive(socket, &peer_received);
        ptk_modbus_scan_t scan;
        while ((scan = ptk_modbus_frame_take(&peer_received, &frame)) == PTK_MODBUS_SCAN_COMPLETE) {
            uint32_t place = asked_count++ % FRAMES;
            asked_ids[place] = frame.transaction_id;
            (void)fuzz_require(ptk_modbus_request_decode(&frame, &asked[place]) == PTK_MODBUS_EXCEPTION_NONE,
                               "the client sent a wrong request");
            asked[place].data = NULL;
        }
        (void)fuzz_require(scan == PTK_MODBUS_SCAN_INCOMPLETE, "the client sent what is not Modbus");
        ptk_buf_compact(&peer_received);
    } while (error == PTK_ERR_OK);
    if (event != PTK_EVENT_READABLE) {
        drop_peer();
    }
}

/** @brief The client connects: the peer has one connection, the last one. */
static void on_connection(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)event, (void)data, (void)user_data;
    drop_peer();
    peer = ptk_socket_accept(socket, NULL);
    if (peer <= 0) {
        peer = 0;
        return;
    }
    (void)ptk_buf_init(&peer_received, peer_memory, sizeof peer_memory);
    (void)ptk_set_event_handler(peer, PTK_EVENT_READABLE, on_request, NULL);
    (void)ptk_set_event_handler(peer, PTK_EVENT_DISCONNECTED, on_request, NULL);
    (void)ptk_set_event_handler(peer, PTK_EVENT_ERROR, on_request, NULL);
}

/** @brief The peer listens. */
static void start_peer(void) {
    (void)ptk_sim_enter(PEER);
    peer = 0;
    asked_count = 0;
    listener = ptk_socket_create(fuzz_world.loops[PEER]);
    (void)ptk_set_event_handler(listener, PTK_EVENT_READABLE, on_connection, NULL);
    (void)fuzz_require(ptk_socket_listen(listener, &fuzz_world.addresses[PEER], 4) == PTK_ERR_OK,
                       "the peer does not listen");
}

/** @brief The peer sends bytes, if it has a connection. */
static void send_bytes(const uint8_t *bytes, size_t length) {
    ptk_buf_t buf;

    if (peer != 0 && ptk_buf_wrap(&buf, bytes, length) == PTK_ERR_OK) {
        (void)ptk_socket_send(peer, &buf);
    }
}

/** @brief The peer responds to one of the last requests as it should, but for what the input changes. */
static void respond(fuzz_input_t *input) {
    uint8_t values[PTK_MODBUS_MAX_DATA_SIZE] = {0, 0, 3, 'a', 'b', 'c'};
    uint8_t memory[PTK_MODBUS_MAX_FRAME_SIZE];
    uint8_t which = fuzz_u8(input);
    uint8_t damage = fuzz_u8(input);
    ptk_buf_t buf;

    if (asked_count == 0) {
        return;
    }
    uint32_t place = (asked_count - 1 - which % FRAMES % asked_count) % FRAMES;
    const ptk_modbus_request_t *request = &asked[place];
    ptk_modbus_response_t response = {.function = request->function,
                                      .device_id_code = request->device_id_code,
                                      .conformity_level = 0x83,
                                      .object_count = 1,
                                      .address = request->address,
                                      .quantity = request->quantity,
                                      .value = request->value,
                                      .and_mask = request->and_mask,
                                      .or_mask = request->or_mask,
                                      .data = values};
    values[1] = (uint8_t)request->address; /* the first register */
    if (request->function == PTK_MODBUS_READ_DEVICE_IDENTIFICATION) {
        values[1] = 0;
        response.data = values + 1;
        response.data_length = 5;
    } else {
        response.data_length =
            request->function <= 2 ? ptk_modbus_bits_size(request->quantity) : 2u * request->quantity;
    }
    (void)ptk_buf_init(&buf, memory, sizeof memory);
    if (ptk_modbus_response_encode(&buf, asked_ids[place], 1, &response) == PTK_ERR_OK) {
        if (damage < 64) {
            memory[damage % ptk_buf_length(&buf)] = fuzz_u8(input);
        }
        has_lied |= damage < 64 || damage == 255;
        size_t length = ptk_buf_length(&buf);
        send_bytes(memory, damage == 255 ? length - 1 : length);
    }
}

/** @brief What happens next. */
static void act(fuzz_input_t *input) {
    uint8_t frame[PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length;

    switch (fuzz_u8(input) % 10) {
    case 0:
    case 1:
        submit(input);
        break;
    case 2:
        fuzz_world_run(fuzz_u8(input));
        break;
    case 3:
        fuzz_world_run(2);
        respond(input);
        break;
    case 4: {
        uint16_t transaction_id = asked_ids[fuzz_u8(input) % FRAMES];
        length = fuzz_make_frame(input, transaction_id, 1, frame);
        has_lied = true;
        send_bytes(frame, length);
        break;
    }
    case 5: {
        const uint8_t *bytes = fuzz_bytes(input, 1u + fuzz_u8(input), &length);
        has_lied = true;
        send_bytes(bytes, length);
        break;
    }
    case 6:
        drop_peer();
        break;
    case 7:
        cancel(fuzz_u8(input));
        break;
    case 8:
        if (peer != 0) {
            (void)ptk_socket_shutdown(peer);
        }
        break;
    default:
        (void)fuzz_require(ptk_modbus_client_stop(&client) == PTK_ERR_OK, "the client does not stop");
        start_client(fuzz_u8(input));
        break;
    }
}

void fuzz_target(fuzz_input_t *input) {
    fuzz_world_begin(2, 1, NULL);
    memset(&client, 0, sizeof client);
    memset(transactions, 0, sizeof transactions);
    memset(requests, 0, sizeof requests);
    memset(asked_ids, 0, sizeof asked_ids);
    request_count = 0;
    has_lied = false;
    if (fuzz_require(fuzz_world_start(CLIENT) && fuzz_world_start(PEER), "no loops")) {
        start_peer();
        start_client(fuzz_u8(input));
        for (unsigned i = 0; i < 64 && input->left > 0 && !fuzz_failed(); i++) {
            act(input);
        }
        fuzz_world_run(30000); /* longer than all attempts, one after the other */
        for (uint32_t i = 0; i < request_count; i++) {
            (void)fuzz_require(requests[i].ended == 1, "a request has not ended");
        }
        fuzz_world_require_in_use(CLIENT, 2, ptk_modbus_client_is_connected(&client) ? 1 : client.socket != 0);
        (void)fuzz_require(ptk_modbus_client_stop(&client) == PTK_ERR_OK, "the client does not stop");
        fuzz_world_require_in_use(CLIENT, 0, 0);
    }
    fuzz_world_end();
}
