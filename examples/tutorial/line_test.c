/**
 * @file line_test.c
 * @brief Tests of the tutorial's protocol: the bytes alone, then server and client in one loop.
 *
 * SPDX-License-Identifier: MIT
 */
#include "line_client.h"
#include "line_server.h"

#include <stdio.h>
#include <string.h>

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, LINE_SERVER_TIMERS + 1, LINE_SERVER_SOCKETS + 1, 0);

static int failures; /**< @brief Conditions that did not hold. */

/** @brief Counts and prints a condition that does not hold. */
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            failures++;                                                                                                \
            (void)printf("line %d: %s\n", __LINE__, #condition);                                                       \
        }                                                                                                              \
    } while (0)

/* [bytes] */
/** @brief A line that comes in pieces, two lines in one piece, a line that is too long. */
static void test_take(void) {
    uint8_t memory[LINE_SIZE];
    ptk_buf_t in;
    ptk_buf_t line;

    (void)ptk_buf_init(&in, memory, sizeof memory);
    CHECK(line_take(&in, &line) == PTK_ERR_WOULD_BLOCK);
    ptk_buf_put_bytes(&in, "GET", 3);
    CHECK(line_take(&in, &line) == PTK_ERR_WOULD_BLOCK);
    ptk_buf_put_bytes(&in, " 1\nGET 2\n", 9);
    CHECK(line_take(&in, &line) == PTK_ERR_OK && ptk_buf_length(&line) == 5);
    CHECK(line_take(&in, &line) == PTK_ERR_OK && memcmp(ptk_buf_first(&line), "GET 2", 5) == 0);
    CHECK(line_take(&in, &line) == PTK_ERR_WOULD_BLOCK);
    ptk_buf_clear(&in);
    ptk_buf_put_fill(&in, 'x', LINE_SIZE);
    CHECK(line_take(&in, &line) == PTK_ERR_NO_SPACE);
}

/** @brief Whether a request gets that response. */
static bool responds(int32_t *points, const char *request, const char *response) {
    uint8_t memory[LINE_SIZE];
    ptk_buf_t line;
    ptk_buf_t out;

    (void)ptk_buf_wrap(&line, request, strlen(request));
    (void)ptk_buf_init(&out, memory, sizeof memory);
    line_execute(points, &line, &out);
    return ptk_buf_length(&out) == strlen(response) && memcmp(memory, response, strlen(response)) == 0;
}

/** @brief Each request, and lines that are not a request. */
static void test_execute(void) {
    int32_t points[LINE_POINTS] = {0};

    CHECK(responds(points, "GET 3", "VALUE 3 0\n"));
    CHECK(responds(points, "SET 3 -17", "OK\n"));
    CHECK(responds(points, "GET 3", "VALUE 3 -17\n"));
    CHECK(responds(points, "GET 16", "ERROR\n"));
    CHECK(responds(points, "GET", "ERROR\n"));
    CHECK(responds(points, "SET 3", "ERROR\n"));
    CHECK(responds(points, "SET 3 1000001", "ERROR\n"));
    CHECK(responds(points, "SET 3 1 1", "ERROR\n"));
    CHECK(responds(points, "", "ERROR\n"));
    CHECK(points[3] == -17);
}
/* [/bytes] */

/* [network] */
/** @brief A client that talks to the server over loopback, in the same loop. */
typedef struct tester {
    ptk_pt_t pt;
    line_request_t request;
    ptk_address_t server;
} tester_t;

/** @brief Two requests, and then silence. */
static ptk_pt_status_t tester_run(ptk_pt_t *pt) {
    tester_t *tester = (tester_t *)pt;
    line_request_t *request = &tester->request;

    PTK_PT_BEGIN(pt);
    PTK_PT_CONNECT_TIMEOUT(pt, request->socket, &tester->server, request->timer, 5000);
    CHECK(PTK_PT_ERROR(pt) == PTK_ERR_OK);
    request->deadline_ms = ptk_clock_now_ms() + 5000;
    request->text = "SET 5 42";
    PTK_PT_SPAWN(pt, &request->pt, line_request_run);
    CHECK(request->error == PTK_ERR_OK && strcmp(request->response, "OK") == 0);
    request->text = "GET 5";
    PTK_PT_SPAWN(pt, &request->pt, line_request_run);
    CHECK(request->error == PTK_ERR_OK && strcmp(request->response, "VALUE 5 42") == 0);
    PTK_PT_RECEIVE_TIMEOUT(pt, request->socket, &request->buf, request->timer, 5000); /* silent, until it is closed */
    CHECK(PTK_PT_ERROR(pt) == PTK_ERR_CLOSED);
    (void)ptk_socket_destroy(request->socket);
    PTK_PT_END(pt);
}

/** @brief Server and client in one loop: no second program, no fixed port, no sleep. */
static void test_network(void) {
    static line_server_t server;
    static tester_t tester;
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);
    ptk_address_t any_port;

    (void)ptk_address_parse("127.0.0.1", 0, &any_port);
    CHECK(line_server_start(&server, loop, &any_port, 1000) == PTK_ERR_OK);
    CHECK(ptk_socket_get_local_address(server.listener, &tester.server) == PTK_ERR_OK);
    tester.request.socket = ptk_socket_create(loop);
    tester.request.timer = ptk_timer_create(loop);
    CHECK(ptk_protothread_init(&tester.pt, tester_run) == PTK_ERR_OK);
    CHECK(ptk_protothread_run(&tester.pt) == PTK_ERR_OK);
    while (!ptk_protothread_is_finished(&tester.pt)) {
        (void)ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    CHECK(server.points[5] == 42);
    CHECK(ptk_event_loop_destroy(loop) == PTK_ERR_OK); /* its sockets and timers with it */
}
/* [/network] */

/** @brief Runs the tests. */
int main(void) {
    test_take();
    test_execute();
    test_network();
    (void)printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
