/**
 * @file udp_discovery.c
 * @brief Finds other programs of its kind on the network, by broadcast and by multicast.
 *
 * "answer" waits for requests, and sends a response to the sender of each. "ask" sends the same request twice, to a
 * broadcast address and to a multicast group. Until the time is over it prints each response, which says to which of
 * the two it belongs.
 *
 * Try it:  ./udp_discovery answer --name kitchen        on one machine or several, and then
 *          ./udp_discovery ask                          on another, or on the same
 * Within one machine, without a network:
 *          ./udp_discovery answer --interface 1         and
 *          ./udp_discovery ask --interface 1 --broadcast 127.255.255.255
 * Over IPv6, which has no broadcast, with the index of the interface that "ip link" shows:
 *          ./udp_discovery answer --group ff02::7780 --interface 2      and
 *          ./udp_discovery ask --group ff02::7780 --interface 2
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include "support/arguments.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MAX_DATAGRAM 512

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, 1, 1, 0);

/** @brief What --help prints. */
static const char usage[] =
    "usage: udp_discovery answer [--name NAME] [--group ADDR] [--port N] [--interface INDEX]\n"
    "       udp_discovery ask [--wait MS] [--broadcast ADDR] [--group ADDR] [--port N] [--interface INDEX]\n"
    "\n"
    "  --name NAME       the name in the response (unnamed)\n"
    "  --group ADDR      multicast group, IPv4 or IPv6 (239.255.77.80)\n"
    "  --port N          UDP port of the programs that answer (7780)\n"
    "  --interface INDEX interface for the group; 0 lets the system choose (0)\n"
    "  --broadcast ADDR  broadcast address, with an IPv4 group (255.255.255.255)\n"
    "  --wait MS         how long to wait for responses (1000)\n";

/** @brief Begins each request. */
static const char request_mark[] = "ptk-discovery? ";
/** @brief Begins each response. */
static const char response_mark[] = "ptk-discovery! ";

/** @brief What the command line says, and what has come of it. */
typedef struct app {
    const char *name;
    const char *group_text;
    const char *broadcast_text;
    uint32_t port, interface_index, wait_ms;
    ptk_address_t group;
    ptk_address_t broadcast;
    unsigned responses;
    bool finished;
} app_t;

/** @brief The run. */
static app_t app = {.name = "unnamed",
                    .group_text = "239.255.77.80",
                    .broadcast_text = "255.255.255.255",
                    .port = 7780,
                    .wait_ms = 1000};
/** @brief The loop. */
static ptk_handle_t loop;
/** @brief Ctrl-C was pressed. */
static volatile sig_atomic_t interrupted;

/** @brief Ctrl-C: the loop may be asleep. */
static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
    ptk_event_loop_wake(loop);
}

/** @brief Takes a mark from the start of a datagram, if it is there. */
static bool take_mark(ptk_buf_t *datagram, const char *mark) {
    size_t length = strlen(mark);

    if (ptk_buf_length(datagram) < length || memcmp(ptk_buf_first(datagram), mark, length) != 0) {
        return false;
    }
    ptk_buf_skip(datagram, length);
    return true;
}

/** @brief Prints what another program has sent: only what is harmless on a terminal. */
static void print_text(const ptk_buf_t *datagram) {
    const uint8_t *bytes = ptk_buf_first(datagram);
    size_t i;

    for (i = 0; i < ptk_buf_length(datagram); i++) {
        putchar(bytes[i] >= 0x20 && bytes[i] < 0x7F ? bytes[i] : '.');
    }
    putchar('\n');
}

/* ---- responses ---- */

/** @brief The response is the request's text, which says how it came, with the name after it. */
static void on_request(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    uint8_t request_memory[MAX_DATAGRAM];
    uint8_t response_memory[2 * MAX_DATAGRAM];
    char text[PTK_ADDRESS_TEXT_SIZE];
    ptk_buf_t request;
    ptk_buf_t response;
    ptk_address_t requester;
    ptk_err_t error;

    (void)event;
    (void)data;
    (void)user_data;
    (void)ptk_buf_init(&request, request_memory, sizeof request_memory);
    if (ptk_socket_receive_from(socket, &request, &requester) != PTK_ERR_OK || !take_mark(&request, request_mark) ||
        ptk_address_format(&requester, text, sizeof text) != PTK_ERR_OK) {
        return; /* too long, or not for us */
    }
    (void)ptk_buf_init(&response, response_memory, sizeof response_memory);
    ptk_buf_put_bytes(&response, response_mark, strlen(response_mark));
    ptk_buf_put_bytes(&response, ptk_buf_first(&request), ptk_buf_length(&request));
    ptk_buf_put_u8(&response, ' ');
    ptk_buf_put_bytes(&response, app.name, strlen(app.name));
    error = ptk_buf_error(&response);
    if (error == PTK_ERR_OK) {
        error = ptk_socket_send_to(socket, &response, &requester);
    }
    printf("request from %s by ", text);
    print_text(&request);
    if (error != PTK_ERR_OK) {
        printf("cannot respond: %s\n", ptk_error_string(error));
    }
    fflush(stdout);
}

/** @brief Several programs can answer on one machine, as the port is shared. */
static ptk_err_t start_responder(ptk_handle_t socket) {
    ptk_address_t local = ptk_address_any(app.group.family, (uint16_t)app.port);
    ptk_err_t error = ptk_socket_set_option(socket, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1);

    if (error == PTK_ERR_OK) {
        error = ptk_socket_open_udp(socket, &local);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_join_multicast(socket, &app.group, app.interface_index);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_request, NULL);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_get_local_address(socket, &local);
    }
    if (error == PTK_ERR_OK) {
        printf("answering on port %u as %s\n", (unsigned)local.port, app.name);
        fflush(stdout);
    }
    return error;
}

/* ---- requests ---- */

/** @brief Prints a response. */
static void on_response(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    uint8_t memory[2 * MAX_DATAGRAM];
    char text[PTK_ADDRESS_TEXT_SIZE];
    ptk_buf_t response;
    ptk_address_t sender;

    (void)event;
    (void)data;
    (void)user_data;
    (void)ptk_buf_init(&response, memory, sizeof memory);
    if (ptk_socket_receive_from(socket, &response, &sender) == PTK_ERR_OK && take_mark(&response, response_mark) &&
        ptk_address_format(&sender, text, sizeof text) == PTK_ERR_OK) {
        app.responses++;
        printf("%-24s ", text);
        print_text(&response);
    }
}

/** @brief The time for responses is over. */
static void on_time_over(ptk_handle_t timer, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)timer;
    (void)event;
    (void)data;
    (void)user_data;
    app.finished = true;
}

/** @brief A network may refuse one of the two ways. */
static void ask(ptk_handle_t socket, const ptk_address_t *address, const char *how) {
    uint8_t memory[MAX_DATAGRAM];
    ptk_buf_t request;
    ptk_err_t error;

    (void)ptk_buf_init(&request, memory, sizeof memory);
    ptk_buf_put_bytes(&request, request_mark, strlen(request_mark));
    ptk_buf_put_bytes(&request, how, strlen(how));
    error = ptk_socket_send_to(socket, &request, address);
    if (error != PTK_ERR_OK) {
        fprintf(stderr, "udp_discovery: cannot send the request by %s: %s\n", how, ptk_error_string(error));
    }
}

/** @brief Opens a socket and sends the request both ways. */
static ptk_err_t start_requester(ptk_handle_t socket) {
    ptk_address_t local = ptk_address_any(app.group.family, 0);
    ptk_handle_t timer = ptk_timer_create(loop);
    ptk_err_t error = ptk_socket_open_udp(socket, &local);

    if (error == PTK_ERR_OK && app.group.family == PTK_ADDRESS_IPV4) {
        error = ptk_socket_set_option(socket, PTK_SOCKET_OPTION_BROADCAST, 1);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_set_option(socket, PTK_SOCKET_OPTION_MULTICAST_INTERFACE, (int32_t)app.interface_index);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_response, NULL);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, on_time_over, NULL);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_timer_start(timer, app.wait_ms);
    }
    if (error == PTK_ERR_OK) {
        if (app.group.family == PTK_ADDRESS_IPV4) {
            ask(socket, &app.broadcast, "broadcast");
        }
        ask(socket, &app.group, "multicast");
    }
    return error;
}

/* ---- the run ---- */

/** @brief Returns the command, "answer" or "ask" or "help", or NULL after one line on stderr. */
static const char *read_command(int argc, char **argv) {
    const char *command = NULL;
    bool help = false;
    size_t word_count;
    const argument_option_t options[] = {{"--name", &app.name, NULL, 0, 0, NULL},
                                         {"--group", &app.group_text, NULL, 0, 0, NULL},
                                         {"--broadcast", &app.broadcast_text, NULL, 0, 0, NULL},
                                         {"--port", NULL, &app.port, 0, 65535, NULL},
                                         {"--interface", NULL, &app.interface_index, 0, INT32_MAX, NULL},
                                         {"--wait", NULL, &app.wait_ms, 1, 3600000, NULL},
                                         {"--help", NULL, NULL, 0, 0, &help}};

    if (!arguments_read(argc, argv, options, sizeof options / sizeof options[0], &command, 1, &word_count)) {
        return NULL;
    }
    if (help) {
        return "help";
    }
    if (word_count == 0 || (strcmp(command, "answer") != 0 && strcmp(command, "ask") != 0)) {
        fprintf(stderr, "udp_discovery: the first word must be answer or ask; try --help\n");
        return NULL;
    }
    if (ptk_address_parse(app.group_text, (uint16_t)app.port, &app.group) != PTK_ERR_OK ||
        ptk_address_parse(app.broadcast_text, (uint16_t)app.port, &app.broadcast) != PTK_ERR_OK) {
        fprintf(stderr, "udp_discovery: --group and --broadcast must be numeric addresses\n");
        return NULL;
    }
    if (app.broadcast.family != PTK_ADDRESS_IPV4) {
        fprintf(stderr, "udp_discovery: --broadcast must be an IPv4 address\n");
        return NULL;
    }
    return command;
}

/** @brief Sends a request, or responds until Ctrl-C. */
int main(int argc, char **argv) {
    const char *command = read_command(argc, argv);
    bool asks;
    ptk_handle_t socket;
    ptk_err_t error;

    if (command == NULL) {
        return 2;
    }
    if (strcmp(command, "help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    asks = strcmp(command, "ask") == 0;
    loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    socket = ptk_socket_create(loop);
    error = asks ? start_requester(socket) : start_responder(socket);
    if (error != PTK_ERR_OK) {
        fprintf(stderr, "udp_discovery: cannot start: %s\n", ptk_error_string(error));
        return 1;
    }
    if (signal(SIGINT, on_interrupt) == SIG_ERR || signal(SIGTERM, on_interrupt) == SIG_ERR) {
        fprintf(stderr, "udp_discovery: cannot catch signals\n");
        return 1;
    }
    while (!app.finished && !interrupted && error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    ptk_event_loop_destroy(loop);
    if (asks && app.responses == 0) {
        fprintf(stderr, "udp_discovery: no response\n");
        return 1;
    }
    return error == PTK_ERR_OK ? 0 : 1;
}
