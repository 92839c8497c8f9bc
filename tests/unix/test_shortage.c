/* A want of memory in the system passes: whoever tries again gets what is there. SPDX-License-Identifier: MIT */
#include "failing_calls.h"
#include "unix_support.h"

#include <string.h>

typedef struct reader {
    uint32_t shortages;
    uint32_t complete;
    uint8_t memory[16];
    ptk_buf_t buf;
} reader_t;

static void read_some(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    reader_t *reader = user_data;
    const ptk_err_t error = ptk_socket_receive(resource, &reader->buf);

    (void)event;
    (void)data;
    reader->shortages += error == PTK_ERR_OUT_OF_SYSTEM_MEMORY ? 1 : 0;
    reader->complete += ptk_buf_length(&reader->buf) == 4 ? 1 : 0;
}

/* Nothing else comes that could tell the reader again. */
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

/* The loop itself looks for the end of the stream when nobody reads. */
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

/* As long as it lasts the loop does not try all the time. */
static void that_lasts(void) {
    support_record_t disconnected = {0};
    ptk_handle_t client;
    ptk_handle_t server;
    uint64_t passes = 0;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, support_record, &disconnected), PTK_ERR_OK);
    failing_call_set_lasting(&recv_shortage);
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

const harness_test_t shortage_tests[] = {
    {"shortage.of_a_reader", of_a_reader},
    {"shortage.of_the_loop", of_the_loop},
    {"shortage.that_lasts", that_lasts},
    {NULL, NULL},
};
