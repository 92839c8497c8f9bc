/**
 * @file test_rest.c
 * @brief Once what is true of a socket for good was reported, nothing happens any more: the loop does not spin.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

/** @brief A handler of every event that does what such a handler does, or nothing at all. */
typedef struct deed {
    bool is_idle;
    uint32_t calls;
} deed_t;

/** @brief Handler: does what the test says. */
static void do_deed(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    deed_t *deed = user_data;
    ptk_buf_t buf;

    (void)data;
    deed->calls++;
    if (deed->is_idle) {
        return;
    }
    if (event == PTK_EVENT_READABLE) {
        (void)ptk_buf_init(&buf, conformance_scratch.bytes, sizeof(conformance_scratch.bytes));
        if (ptk_socket_receive(resource, &buf) == PTK_ERR_NOT_CONNECTED) {
            (void)ptk_socket_accept(resource, NULL);
        }
    } else if (event == PTK_EVENT_WRITABLE) {
        (void)ptk_buf_wrap(&buf, conformance_large, 65536);
        (void)ptk_socket_send(resource, &buf);
    }
}

/** @brief The states of a socket; a UDP socket always has room. In those from HAS_FAILED on both directions have
 *  ended: not even a handler that does nothing is called again and again. */
typedef enum state {
    IS_NEW,
    IS_CONNECTED,
    HAS_SHUT_DOWN,
    PEER_HAS_ENDED,
    IS_LISTENING,
    HAS_FAILED,
    BOTH_HAVE_ENDED,
    STATES
} state_t;

/** @brief A reset, as the peer is destroyed with input that it has not read. By the event first: Wine's recv() reports resets that nothing has reported before as the end of the stream.
 *  */
static bool reset(ptk_handle_t socket, ptk_handle_t peer) {
    support_record_t failed = {0};
    uint8_t memory[1];
    ptk_buf_t buf;

    CHECK_OR_RETURN(support_send_text(socket, "never read"), false);
    CHECK_OR_RETURN(support_run_until_readable(peer), false);
    CHECK_OR_RETURN(ptk_set_event_handler(socket, PTK_EVENT_ERROR, support_record, &failed) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_socket_destroy(peer) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(support_run_until(&failed.count, 1), false);
    CHECK_OR_RETURN(ptk_remove_event_handler(socket, PTK_EVENT_ERROR) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_buf_init(&buf, memory, 1) == PTK_ERR_OK, false);
    return support_receive(socket, &buf) == PTK_ERR_CONNECTION_RESET;
}

/** @brief Brings a connection into a state. Returns whether that worked. */
static bool reach(state_t state, ptk_handle_t *socket) {
    uint8_t memory[1];
    ptk_address_t address;
    ptk_handle_t peer;
    ptk_buf_t buf;

    CHECK_OR_RETURN(support_open_two(), false);
    CHECK_OR_RETURN(support_pair(support_other, PTK_ADDRESS_IPV4, socket, &peer), false);
    switch (state) {
    case HAS_SHUT_DOWN:
        return ptk_socket_shutdown(*socket) == PTK_ERR_OK;
    case BOTH_HAVE_ENDED:
        CHECK_OR_RETURN(ptk_socket_shutdown(*socket) == PTK_ERR_OK, false);
        CHECK_OR_RETURN(ptk_socket_shutdown(peer) == PTK_ERR_OK, false);
        CHECK_OR_RETURN(ptk_buf_init(&buf, memory, 1) == PTK_ERR_OK, false);
        return support_receive(*socket, &buf) == PTK_ERR_CLOSED;
    case PEER_HAS_ENDED:
        return ptk_socket_shutdown(peer) == PTK_ERR_OK;
    case HAS_FAILED:
        return reset(*socket, peer);
    case IS_LISTENING:
        *socket = support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address);
        return *socket > 0;
    case IS_NEW:
        *socket = ptk_socket_create(support_loop);
        return *socket > 0;
    case IS_CONNECTED:
    default:
        return true;
    }
}

/** @brief With each set of handlers. A handler that does nothing may be called for ever while there is something to
 *  do: not that. */
static void comes_to_rest(state_t state, bool is_idle) {
    for (uint32_t handlers = 1; handlers < 32; handlers++) {
        deed_t deed = {is_idle, 0};
        ptk_handle_t socket;
        uint32_t calls;

        CHECK(reach(state, &socket));
        for (uint32_t i = 0; i < 5; i++) {
            if ((handlers & (1u << i)) != 0) {
                CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_CONNECTED + i, do_deed, &deed), PTK_ERR_OK);
            }
        }
        support_run_ms(5);
        CHECK(support_poll(support_loop, 300)); /* until there is no room left */
        calls = deed.calls;
        for (uint32_t pass = 0; pass < 10; pass++) {
            CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 1), PTK_ERR_OK);
        }
        CHECK(deed.calls <= calls + 2); /* a retry after a pause */
        CHECK(support_close());
    }
}

/** @brief In every state, after every deed, the loop does not spin. */
static void every_state_comes_to_rest(void) {
    for (uint32_t state = 0; state < STATES; state++) {
        comes_to_rest((state_t)state, false);
    }
}

/** @brief The same where the handler does nothing. */
static void ended_directions_come_to_rest_without_a_deed(void) {
    comes_to_rest(HAS_FAILED, true);
    comes_to_rest(BOTH_HAVE_ENDED, true);
}

const harness_test_t rest_tests[] = {
    {"rest.every_state_comes_to_rest", every_state_comes_to_rest},
    {"rest.ended_directions_come_to_rest_without_a_deed", ended_directions_come_to_rest_without_a_deed},
    {NULL, NULL},
};
