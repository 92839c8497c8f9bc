/**
 * @file two_loops.c
 * @brief Two event loops that share one thread.
 *
 * A timer of the first loop sends a numbered datagram four times a second. A UDP socket of the second loop receives it.
 * Each ptk_event_loop_run() is one pass of at most 10 ms, so neither loop starves the other, and the thread sleeps most
 * of the time. It stops after ten datagrams, or on Ctrl-C.
 *
 * Try it:  ./two_loops
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define DATAGRAMS 10
#define INTERVAL_MS 250

/** @brief All memory of both loops: slots for the loops, then timers, sockets and user event sources of each. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(main_resources, 8, 16, 4);
PTK_DECLARE_EVENT_LOOP_RESOURCES(network_resources, 4, 32, 2);

/** @brief Ctrl-C was pressed. */
static volatile sig_atomic_t interrupted;

/** @brief What the handlers need: they get a pointer to it as their user data. */
typedef struct app {
    ptk_handle_t sender;    /* UDP socket of the main loop */
    ptk_address_t receiver; /* where the network loop's socket listens */
    unsigned sent;
    unsigned received;
} app_t;

/** @brief Ctrl-C: both loops return within 10 ms. */
static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

/** @brief Main loop: the timer has expired. */
static void on_timer(ptk_handle_t timer, ptk_event_t event, uintptr_t data, void *user_data) {
    app_t *app = (app_t *)user_data;
    uint8_t memory[4];
    ptk_buf_t datagram;
    ptk_err_t error;

    (void)timer;
    (void)event;
    (void)data;
    (void)ptk_buf_init(&datagram, memory, sizeof memory);
    ptk_buf_put_u32_be(&datagram, app->sent + 1);
    error = ptk_socket_send_to(app->sender, &datagram, &app->receiver);
    if (error == PTK_ERR_OK) {
        app->sent++;
        printf("main loop:    sent datagram %u\n", app->sent);
    } else {
        printf("main loop:    cannot send: %s\n", ptk_error_string(error));
    }
}

/** @brief Network loop: a datagram has come. Called again as long as there are more. */
static void on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    app_t *app = (app_t *)user_data;
    uint8_t memory[64];
    ptk_buf_t datagram;

    (void)event;
    (void)data;
    (void)ptk_buf_init(&datagram, memory, sizeof memory);
    if (ptk_socket_receive(socket, &datagram) == PTK_ERR_OK) {
        app->received++;
        printf("network loop: received datagram %u\n", (unsigned)ptk_buf_get_u32_be(&datagram));
    }
}

/** @brief Opens both sockets on loopback and starts the timer. */
static ptk_err_t app_start(app_t *app, ptk_handle_t timer, ptk_handle_t socket) {
    ptk_address_t loopback;
    ptk_err_t error = ptk_address_parse("127.0.0.1", 0, &loopback);

    if (error == PTK_ERR_OK) {
        error = ptk_socket_open_udp(socket, &loopback);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_get_local_address(socket, &app->receiver);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_open_udp(app->sender, &loopback);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_readable, app);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, on_timer, app);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_timer_start_repeating(timer, INTERVAL_MS);
    }
    return error;
}

/** @brief Runs a pass of one loop, then one of the other. */
int main(int argc, char **argv) {
    app_t app;
    ptk_handle_t main_loop = ptk_event_loop_create(app_event_loops, 2, &main_resources);
    ptk_handle_t network_loop = ptk_event_loop_create(app_event_loops, 2, &network_resources);
    ptk_handle_t timer = ptk_timer_create(main_loop);
    ptk_handle_t socket = ptk_socket_create(network_loop);
    ptk_err_t error;

    if (argc > 1) {
        fprintf(stderr, "two_loops: unexpected argument '%s'\n", argv[1]);
        return 2;
    }
    memset(&app, 0, sizeof app);
    app.sender = ptk_socket_create(main_loop);

    /* A bad handle is refused by every function, so the first check comes here: no call needs its own. */
    error = app_start(&app, timer, socket);
    if (error != PTK_ERR_OK) {
        fprintf(stderr, "two_loops: cannot start: %s\n", ptk_error_string(error));
        return 1;
    }
    if (signal(SIGINT, on_interrupt) == SIG_ERR) {
        fprintf(stderr, "two_loops: cannot catch SIGINT\n");
        return 1;
    }
    while (!interrupted && app.received < DATAGRAMS) {
        ptk_event_loop_run(main_loop);
        ptk_event_loop_run(network_loop);
    }
    printf("sent %u, received %u\n", app.sent, app.received);

    /* Closes the sockets and stops the timer as well. */
    ptk_event_loop_destroy(main_loop);
    ptk_event_loop_destroy(network_loop);
    return 0;
}
