/**
 * @file test_shortage.c
 * @brief A shortage in the system passes: whoever tries again gets what is there, and meanwhile nothing spins.
 *
 * SPDX-License-Identifier: MIT
 */
#include "failing_calls.h"
#include "unix_support.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/** @brief What a handler received, and how often memory was short. */
typedef struct reader {
    uint32_t shortages;
    uint32_t complete;
    uint8_t memory[16];
    ptk_buf_t buf;
} reader_t;

/** @brief Handler: receives into the reader's buffer. */
static void read_some(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    reader_t *reader = user_data;
    const ptk_err_t error = ptk_socket_receive(resource, &reader->buf);

    (void)event;
    (void)data;
    reader->shortages += error == PTK_ERR_OUT_OF_SYSTEM_MEMORY ? 1 : 0;
    reader->complete += ptk_buf_length(&reader->buf) == 4 ? 1 : 0;
}

/** @brief Nothing else comes that could be reported to the reader. */
static void of_a_reader(void) {
    reader_t reader;
    ptk_handle_t client;
    ptk_handle_t server;

    memset(&reader, 0, sizeof(reader));
    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_buf_init(&reader.buf, reader.memory, sizeof(reader.memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, read_some, &reader), PTK_ERR_OK);
    failing_call_set(&recv_shortage, 1);
    CHECK(support_send_text(client, "text"));
    CHECK(support_run_until(&reader.complete, 1));
    CHECK(failing_call_clear());
    CHECK_EQUAL(reader.shortages, 1);
    CHECK(support_close());
}

/** @brief The loop itself looks for the end of the stream when there is no reader. */
static void of_the_loop(void) {
    support_record_t disconnected = {0};
    support_record_t failed = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, support_record, &disconnected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    failing_call_set(&recv_shortage, 1);
    CHECK_EQUAL(ptk_socket_destroy(client), PTK_ERR_OK);
    CHECK(support_run_until(&disconnected.count, 1));
    CHECK(failing_call_clear());
    CHECK_EQUAL(failed.count, 0);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(disconnected.count, 1);
    CHECK(support_close());
}

/** @brief As long as it lasts the loop does not try all the time. */
static void that_lasts(void) {
    support_record_t disconnected = {0};
    ptk_handle_t client;
    ptk_handle_t server;
    uint64_t passes = 0;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, support_record, &disconnected), PTK_ERR_OK);
    failing_call_set_lasting(&recv_shortage, 0);
    CHECK_EQUAL(ptk_socket_destroy(client), PTK_ERR_OK);
    support_run_ms(20);
    for (uint32_t i = 0; i < 3; i++) {
        passes += support_idle_passes(support_loop);
    }
    CHECK(failing_call_clear());
    CHECK(passes <= 40);
    CHECK_EQUAL(disconnected.count, 0);
    CHECK(support_run_until(&disconnected.count, 1));
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(disconnected.count, 1);
    CHECK(support_close());
}

/** @brief A handler that stays, and what it does: the call fails as long as it lasts, a bounded number of times. */
typedef struct trial {
    uint32_t failures;
    uint32_t successes;
    const ptk_address_t *remote;
} trial_t;

/** @brief Counts an outcome. */
static void note(trial_t *trial, ptk_err_t error) {
    trial->failures += error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK ? 1 : 0;
    trial->successes += error == PTK_ERR_OK ? 1 : 0;
}

/** @brief Handler: receives or sends, and counts what came of it. */
static void try_again(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    trial_t *trial = user_data;
    uint8_t memory[16] = {1};
    ptk_buf_t buf;

    (void)data;
    if (event == PTK_EVENT_WRITABLE) {
        (void)ptk_buf_wrap(&buf, memory, 1);
        note(trial, trial->remote == NULL ? ptk_socket_send(resource, &buf)
                                          : ptk_socket_send_to(resource, &buf, trial->remote));
    } else {
        (void)ptk_buf_init(&buf, memory, sizeof(memory));
        note(trial, ptk_socket_receive(resource, &buf));
    }
    if (trial->successes > 0) {
        (void)ptk_remove_event_handler(resource, event);
    }
}

/** @brief About one trial in 100 ms; and when the shortage is over it goes on by itself. */
static void expect_pauses(ptk_handle_t socket, ptk_event_t event, const failing_call_t *call, int number,
                          trial_t *trial) {
    uint64_t passes = 0;

    failing_call_set_lasting(call, number);
    CHECK_EQUAL(ptk_set_event_handler(socket, event, try_again, trial), PTK_ERR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        passes += support_idle_passes(support_loop);
    }
    CHECK(failing_call_clear());
    CHECK(trial->failures >= 2 && trial->failures <= 10);
    CHECK(passes <= 40);
    CHECK_EQUAL(trial->successes, 0);
    CHECK(support_run_until(&trial->successes, 1));
}

/** @brief A connection that is short of memory is tried again, without spinning. */
static void of_streams(void) {
    trial_t receiving = {0, 0, NULL};
    trial_t sending = {0, 0, NULL};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_send_text(client, "text"));
    expect_pauses(server, PTK_EVENT_READABLE, &recv_shortage, 0, &receiving);
    expect_pauses(server, PTK_EVENT_WRITABLE, &send_shortage, 0, &sending);
    CHECK(support_close());
}

/** @brief The calls of a UDP socket fail again and again. @param number errno; 0: each call's own. */
static void datagrams_fail(int number) {
    trial_t receiving = {0, 0, NULL};
    trial_t sending = {0, 0, NULL};
    ptk_address_t address;
    uint8_t byte = 1;
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t socket = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    CHECK(socket > 0);
    sending.remote = &address;
    expect_pauses(socket, PTK_EVENT_WRITABLE, &sendto_refused, number, &sending);
    CHECK_EQUAL(ptk_buf_wrap(&buf, &byte, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_send_to(socket, &buf, &address), PTK_ERR_OK);
    expect_pauses(socket, PTK_EVENT_READABLE, &datagram_refused, number, &receiving);
    CHECK(support_close());
}

/** @brief A UDP socket that is short of memory is tried again, without spinning. */
static void of_datagrams(void) {
    datagrams_fail(0);
}

/** @brief Neither does it spin for errors that ICMP reports, each once, when they do not go away. */
static void of_the_network(void) {
    static const int numbers[] = {ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EMSGSIZE};

    for (uint32_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        datagrams_fail(numbers[i]);
    }
}

/** @brief Handler: accepts, and counts what came of it. */
static void accept_again(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    const ptk_handle_t accepted = ptk_socket_accept(resource, NULL);

    (void)event;
    (void)data;
    note(user_data, accepted > 0 ? PTK_ERR_OK : (ptk_err_t)accepted);
}

/** @brief A listener that is short of descriptors is tried again, without spinning. */
static void of_a_listener(void) {
    trial_t accepting = {0, 0, NULL};
    ptk_event_loop_stats_t stats;
    ptk_address_t address;
    uint64_t passes = 0;

    CHECK(support_open());
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address);
    int raw = raw_connect(address.port);
    CHECK(listener > 0 && raw >= 0);
    failing_call_set_lasting(&accept_refused, 0);
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, accept_again, &accepting), PTK_ERR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        passes += support_idle_passes(support_loop);
    }
    CHECK(failing_call_clear());
    CHECK(accepting.failures >= 2 && accepting.failures <= 10);
    CHECK(passes <= 40);
    CHECK(support_run_until(&accepting.successes, 1));
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.refused_accepts, 0); /* nothing of the pools was missing */
    CHECK_EQUAL(close(raw), 0);
    CHECK(support_close());
}

const harness_test_t shortage_tests[] = {
    {"shortage.of_a_reader", of_a_reader},     {"shortage.of_the_loop", of_the_loop},
    {"shortage.that_lasts", that_lasts},       {"shortage.of_streams", of_streams},
    {"shortage.of_datagrams", of_datagrams},   {"shortage.of_the_network", of_the_network},
    {"shortage.of_a_listener", of_a_listener}, {NULL, NULL},
};
