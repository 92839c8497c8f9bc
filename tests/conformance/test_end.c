/**
 * @file test_end.c
 * @brief What is true of a connection for good, its end, its failure, its own shutdown, is reported to whoever waits
 *        at any time, in any order. That nothing happens any more afterwards is in test_rest.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief How a connection ends: in an orderly way, or by a reset. */
typedef enum ending { FIN, RESET } ending_t;

/** @brief How a reader waits. */
typedef enum way { BY_EVENT, BY_RECEIVE, BY_RECEIVE_EXACTLY, WAYS } way_t;

/** @brief A protothread that reads until the end of the stream, two bytes at a time, and does something else between
 *  two reads. */
typedef struct reader {
    ptk_pt_t pt;
    ptk_handle_t socket;
    ptk_handle_t timer;
    way_t way;
    uint32_t nap_ms;
    uint32_t bytes;
    uint32_t done;
    ptk_err_t end;
    ptk_buf_t buf;
    uint8_t memory[2];
} reader_t;

/** @brief Protothread: reads until the end, and naps between two reads. */
static ptk_pt_status_t read_to_the_end(ptk_pt_t *pt) {
    reader_t *reader = (reader_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    do {
        (void)ptk_buf_init(&reader->buf, reader->memory, sizeof(reader->memory));
        if (reader->way == BY_EVENT) {
            PTK_PT_WAIT_EVENT_TIMEOUT(pt, reader->socket, PTK_EVENT_READABLE, reader->timer, SUPPORT_LIMIT_MS / 2);
            reader->end = PTK_PT_ERROR(pt);
            if (reader->end == PTK_ERR_OK) {
                reader->end = ptk_socket_receive(reader->socket, &reader->buf);
            }
        } else if (reader->way == BY_RECEIVE) {
            PTK_PT_RECEIVE_TIMEOUT(pt, reader->socket, &reader->buf, reader->timer, SUPPORT_LIMIT_MS / 2);
            reader->end = PTK_PT_ERROR(pt);
        } else {
            PTK_PT_RECEIVE_EXACTLY_TIMEOUT(pt, reader->socket, &reader->buf, 2, reader->timer, SUPPORT_LIMIT_MS / 2);
            reader->end = PTK_PT_ERROR(pt);
        }
        reader->bytes += (uint32_t)ptk_buf_length(&reader->buf);
        if (reader->nap_ms != 0) {
            PTK_PT_SLEEP(pt, reader->timer, reader->nap_ms);
        }
    } while (reader->end == PTK_ERR_OK || reader->end == PTK_ERR_WOULD_BLOCK);
    reader->done++;
    PTK_PT_END(pt);
}

/** @brief Starts a reader. Returns whether that worked. */
static bool begin(reader_t *reader, ptk_handle_t socket, way_t way, uint32_t nap_ms) {
    memset(reader, 0, sizeof(*reader));
    reader->socket = socket;
    reader->timer = ptk_timer_create(support_loop);
    reader->way = way;
    reader->nap_ms = nap_ms;
    CHECK_OR_RETURN(reader->timer > 0, false);
    CHECK_OR_RETURN(ptk_protothread_init(&reader->pt, read_to_the_end) == PTK_ERR_OK, false);
    return ptk_protothread_run(&reader->pt) == PTK_ERR_OK;
}

/** @brief Ends the peer's side of a connection. A socket that is destroyed with input that it has not read resets. */
static bool end(ptk_handle_t peer, ending_t ending) {
    return ending == FIN ? support_end(peer) : ptk_socket_destroy(peer) == PTK_ERR_OK;
}

/** @brief The survivor's loop is the first one, the peer's the second. */
static bool prepare(ptk_handle_t *survivor, ptk_handle_t *peer, ending_t ending) {
    CHECK_OR_RETURN(support_open_two(), false);
    CHECK_OR_RETURN(support_pair(support_other, PTK_ADDRESS_IPV4, survivor, peer), false);
    if (ending == RESET) {
        CHECK_OR_RETURN(support_send_text(*survivor, "never read"), false);
        CHECK_OR_RETURN(support_run_until_readable(*peer), false);
    }
    return true;
}

/** @brief Sends without running the survivor's loop, so that data and end can reach it together. */
static bool send_six(ptk_handle_t peer) {
    uint8_t bytes[6] = {'a', 'b', 'c', 'd', 'e', 'f'};
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_buf_wrap(&buf, bytes, sizeof(bytes)) == PTK_ERR_OK, false);
    return ptk_socket_send(peer, &buf) == PTK_ERR_OK && ptk_buf_length(&buf) == 0;
}

/** @brief Handlers for DISCONNECTED and ERROR must not take the end away from a reader: others[] has one bit for
 *  each. */
static void reader_learns(ending_t ending, way_t way, uint32_t others, uint32_t nap_ms) {
    support_record_t disconnected = {0};
    support_record_t failed = {0};
    ptk_handle_t survivor;
    ptk_handle_t peer;
    reader_t reader;

    CHECK(prepare(&survivor, &peer, ending));
    if ((others & 1) != 0) {
        CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_DISCONNECTED, support_record, &disconnected), PTK_ERR_OK);
    }
    if ((others & 2) != 0) {
        CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    }
    CHECK(begin(&reader, survivor, way, nap_ms));
    CHECK(send_six(peer));
    if (nap_ms != 0) {
        support_run_ms(5); /* the first bytes are read, and the protothread sleeps when the end comes */
    }
    CHECK(end(peer, ending));
    CHECK(support_run_until(&reader.done, 1));
    if (ending == FIN) {
        CHECK_EQUAL(reader.end, PTK_ERR_CLOSED);
        CHECK_EQUAL(reader.bytes, 6);
        support_run_ms(5);
        CHECK_EQUAL(disconnected.count, others & 1);
        CHECK_EQUAL(failed.count, 0);
    } else {
        CHECK_EQUAL(reader.end, PTK_ERR_CONNECTION_RESET);
        support_run_ms(5);
        CHECK_EQUAL(disconnected.count, 0);
        CHECK_EQUAL(failed.count, others >> 1);
    }
    CHECK(way != BY_EVENT || support_idle_passes(support_loop) <= 10);
    CHECK(support_close());
}

/** @brief Every reader, with every set of other handlers, learns how the connection ended. */
static void each_reader_learns(ending_t ending) {
    for (uint32_t way = 0; way < WAYS; way++) {
        for (uint32_t others = 0; others < 4; others++) {
            for (uint32_t nap_ms = 0; nap_ms <= 20; nap_ms += 20) {
                reader_learns(ending, (way_t)way, others, nap_ms);
            }
        }
    }
}

/** @brief The end that comes while a reader does not wait is reported to its next wait. */
static void reader_between_two_waits_hears_of_the_end(void) {
    each_reader_learns(FIN);
}

/** @brief The same for a reset. */
static void reader_between_two_waits_hears_of_a_reset(void) {
    each_reader_learns(RESET);
}

/** @brief A handler for DISCONNECTED or ERROR gets the event first; a reader that begins after that gets it, too. */
static void late_reader(ending_t ending, way_t way) {
    const ptk_event_t event = ending == FIN ? PTK_EVENT_DISCONNECTED : PTK_EVENT_ERROR;
    const ptk_err_t wanted = ending == FIN ? PTK_ERR_CLOSED : PTK_ERR_CONNECTION_RESET;
    support_record_t first = {0};
    ptk_handle_t survivor;
    ptk_handle_t peer;
    reader_t reader;

    CHECK(prepare(&survivor, &peer, ending));
    CHECK_EQUAL(ptk_set_event_handler(survivor, event, support_record, &first), PTK_ERR_OK);
    CHECK(end(peer, ending));
    CHECK(support_run_until(&first.count, 1));
    CHECK(support_idle_passes(support_loop) <= 10);
    for (uint32_t round = 0; round < 3; round++) { /* the second and third come when another one has taken it */
        CHECK(begin(&reader, survivor, way, 0));
        CHECK(support_run_until(&reader.done, 1));
        CHECK_EQUAL(reader.end, wanted);
        CHECK_EQUAL(reader.bytes, 0);
        CHECK_EQUAL(ptk_timer_destroy(reader.timer), PTK_ERR_OK);
    }
    support_run_ms(5);
    CHECK_EQUAL(first.count, 1);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK(support_close());
}

/** @brief A reader that begins after the end was reported to another handler still gets it. */
static void late_reader_hears_of_the_end(void) {
    for (uint32_t way = 0; way < WAYS; way++) {
        late_reader(FIN, (way_t)way);
    }
}

/** @brief The same for a reset. */
static void late_reader_hears_of_a_reset(void) {
    for (uint32_t way = 0; way < WAYS; way++) {
        late_reader(RESET, (way_t)way);
    }
}

/** @brief A protothread that waits for room. */
typedef struct writer {
    ptk_pt_t pt;
    ptk_handle_t socket;
    uint32_t done;
    ptk_err_t error;
} writer_t;

/** @brief Protothread: waits until it can send. */
static ptk_pt_status_t wait_for_room(ptk_pt_t *pt) {
    writer_t *writer = (writer_t *)(void *)pt;
    uint8_t byte = 0;
    ptk_buf_t buf;

    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_EVENT(pt, writer->socket, PTK_EVENT_WRITABLE);
    (void)ptk_buf_wrap(&buf, &byte, 1);
    writer->error = ptk_socket_send(writer->socket, &buf);
    writer->done++;
    PTK_PT_END(pt);
}

/** @brief Starts a writer. Returns whether that worked. */
static bool begin_writer(writer_t *writer, ptk_handle_t socket) {
    memset(writer, 0, sizeof(*writer));
    writer->socket = socket;
    CHECK_OR_RETURN(ptk_protothread_init(&writer->pt, wait_for_room) == PTK_ERR_OK, false);
    return ptk_protothread_run(&writer->pt) == PTK_ERR_OK;
}

/** @brief Receives one byte, or less. */
static ptk_err_t receive_byte(ptk_handle_t socket) {
    uint8_t memory[1];
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_buf_init(&buf, memory, sizeof(memory)) == PTK_ERR_OK, PTK_ERR_SYSTEM);
    return ptk_socket_receive(socket, &buf);
}

/** @brief Sends one byte, or less. */
static ptk_err_t send_byte(ptk_handle_t socket) {
    uint8_t byte = 0;
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_buf_wrap(&buf, &byte, 1) == PTK_ERR_OK, PTK_ERR_SYSTEM);
    return ptk_socket_send(socket, &buf);
}

/** @brief A call in between gets the end while a protothread waits for it. With runs the loop has seen the end before. */
static void reader_is_not_robbed(ending_t ending, uint32_t runs) {
    const ptk_err_t wanted = ending == FIN ? PTK_ERR_CLOSED : PTK_ERR_CONNECTION_RESET;
    const uint64_t start = ptk_clock_now_ms();
    support_record_t first = {0};
    ptk_err_t error = PTK_ERR_WOULD_BLOCK;
    ptk_handle_t survivor;
    ptk_handle_t peer;
    reader_t reader;

    CHECK(prepare(&survivor, &peer, ending));
    if (runs != 0) {
        CHECK_EQUAL(ptk_set_event_handler(survivor, ending == FIN ? PTK_EVENT_DISCONNECTED : PTK_EVENT_ERROR,
                                          support_record, &first),
                    PTK_ERR_OK);
        CHECK(end(peer, ending));
        CHECK(support_run_until(&first.count, 1));
    }
    CHECK(begin(&reader, survivor, BY_EVENT, 0));
    CHECK(runs != 0 || end(peer, ending));
    while (error == PTK_ERR_WOULD_BLOCK && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        error = receive_byte(survivor);
    }
    CHECK_EQUAL(error, wanted);
    CHECK(support_run_until(&reader.done, 1));
    CHECK_EQUAL(reader.end, wanted);
    CHECK(support_close());
}

/** @brief A protothread that waits to read is resumed, although another call has received the end or the failure. */
static void reader_is_resumed_though_another_call_got_the_end(void) {
    for (uint32_t runs = 0; runs < 2; runs++) {
        reader_is_not_robbed(FIN, runs);
    }
    reader_is_not_robbed(RESET, 1); /* by the event first, as Wine's recv() hides a reset */
}

/** @brief Sends until there is no more room. Returns whether that came. */
static bool fill(ptk_handle_t socket) {
    ptk_err_t error = PTK_ERR_OK;
    ptk_buf_t buf;

    for (uint32_t i = 0; i < 10000 && error == PTK_ERR_OK; i++) {
        CHECK_OR_RETURN(ptk_buf_wrap(&buf, conformance_large, 65536) == PTK_ERR_OK, false);
        error = ptk_socket_send(socket, &buf);
    }
    return error == PTK_ERR_WOULD_BLOCK;
}

/** @brief Whoever waits for room when the stream is shut down, and whoever does later, learns that there will be
 *  none. */
static void writer_hears_of_the_own_shutdown(void) {
    ptk_handle_t survivor;
    ptk_handle_t peer;
    writer_t writer;

    CHECK(prepare(&survivor, &peer, FIN));
    CHECK(fill(survivor));
    CHECK(begin_writer(&writer, survivor));
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(writer.done, 0);
    CHECK_EQUAL(ptk_socket_shutdown(survivor), PTK_ERR_OK);
    CHECK_EQUAL(send_byte(survivor), PTK_ERR_CONNECTION_RESET); /* which takes nothing away from the writer */
    CHECK(support_run_until(&writer.done, 1));
    CHECK_EQUAL(writer.error, PTK_ERR_CONNECTION_RESET);
    for (uint32_t round = 0; round < 3; round++) {
        CHECK(begin_writer(&writer, survivor));
        CHECK(support_run_until(&writer.done, 1));
        CHECK_EQUAL(writer.error, PTK_ERR_CONNECTION_RESET);
    }
    CHECK(support_close());
}

/** @brief A writer that begins after the reset was reported still gets it. */
static void late_writer_hears_of_a_reset(void) {
    support_record_t failed = {0};
    ptk_handle_t survivor;
    ptk_handle_t peer;
    writer_t writer;

    CHECK(prepare(&survivor, &peer, RESET));
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK(end(peer, RESET));
    CHECK(support_run_until(&failed.count, 1));
    for (uint32_t round = 0; round < 3; round++) {
        CHECK(begin_writer(&writer, survivor));
        CHECK(support_run_until(&writer.done, 1));
        CHECK_EQUAL(writer.error, PTK_ERR_CONNECTION_RESET);
    }
    CHECK_EQUAL(failed.count, 1);
    CHECK(support_close());
}

/** @brief Whoever waits to read or to write while a connection is attempted is resumed when the attempt fails. */
static void waiters_learn_of_a_failed_attempt(void) {
    ptk_address_t address;
    ptk_handle_t listener;
    ptk_handle_t socket;
    reader_t reader;
    writer_t writer;

    CHECK(support_open());
    listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address);
    CHECK(listener > 0);
    CHECK_EQUAL(ptk_socket_destroy(listener), PTK_ERR_OK);
    socket = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_connect(socket, &address), PTK_ERR_OK);
    CHECK(begin(&reader, socket, BY_EVENT, 0));
    CHECK(begin_writer(&writer, socket));
    CHECK(support_run_until(&writer.done, 1));
    CHECK(support_run_until(&reader.done, 1));
    CHECK_EQUAL(writer.error, PTK_ERR_CONNECTION_REFUSED);
    CHECK_EQUAL(reader.end, PTK_ERR_CONNECTION_REFUSED);
    CHECK(support_close());
}

const harness_test_t end_tests[] = {
    {"end.reader_between_two_waits_hears_of_the_end", reader_between_two_waits_hears_of_the_end},
    {"end.reader_between_two_waits_hears_of_a_reset", reader_between_two_waits_hears_of_a_reset},
    {"end.late_reader_hears_of_the_end", late_reader_hears_of_the_end},
    {"end.late_reader_hears_of_a_reset", late_reader_hears_of_a_reset},
    {"end.writer_hears_of_the_own_shutdown", writer_hears_of_the_own_shutdown},
    {"end.reader_is_resumed_though_another_call_got_the_end", reader_is_resumed_though_another_call_got_the_end},
    {"end.waiters_learn_of_a_failed_attempt", waiters_learn_of_a_failed_attempt},
    {"end.late_writer_hears_of_a_reset", late_writer_hears_of_a_reset},
    {NULL, NULL},
};
