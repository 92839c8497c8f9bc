/**
 * @file modbus_server.c
 * @brief modbus_server: a Modbus TCP server with 1000 coils, discrete inputs, holding and input registers.
 *
 * Here are the command line and the signals; what is served is in support/modbus_service.c, which examples/freertos has
 * as well. All memory is static; 512 clients are served at once, and further ones wait.
 *
 * Try it:  ./modbus_server                              listens on 127.0.0.1:1502, where no privileges are needed
 *          ./modbus_server --bind 0.0.0.0 --port 502    listens on the standard Modbus port
 *          mbpoll -m tcp -p 1502 -t 3 -r 1 -c 9 127.0.0.1      reads the input registers (mbpoll counts from 1)
 *
 * For more clients than the system's limit of open files, raise that first: ulimit -n 2048
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include "support/arguments.h"
#include "support/modbus_service.h"

#include <signal.h>
#include <stdio.h>

/** @brief Port without --port. */
#define DEFAULT_PORT 1502

/** @brief The event loop. */
static ptk_handle_t loop;
/** @brief Set by Ctrl-C. */
static volatile sig_atomic_t interrupted;

/** @brief Signal handler: wakes the loop, which a signal handler may do, and ends the program. */
static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
    ptk_event_loop_wake(loop);
}

/** @brief Prints where the server listens; with port 0 the system has chosen. */
static ptk_err_t print_address(void) {
    char text[PTK_ADDRESS_TEXT_SIZE];
    ptk_address_t address;
    ptk_err_t error = modbus_service_address(&address);

    if (error == PTK_ERR_OK) {
        error = ptk_address_format(&address, text, sizeof text);
    }
    if (error == PTK_ERR_OK && (printf("listening on %s\n", text) < 0 || fflush(stdout) != 0)) {
        error = PTK_ERR_SYSTEM;
    }
    return error;
}

/** @brief Serves until a signal ends it. */
static int serve(void) {
    ptk_err_t error = PTK_ERR_OK;

    if (signal(SIGINT, on_interrupt) == SIG_ERR || signal(SIGTERM, on_interrupt) == SIG_ERR) {
        fprintf(stderr, "modbus_server: cannot catch signals\n");
        return 1;
    }
    error = print_address();
    while (!interrupted && error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    if (error != PTK_ERR_OK) {
        fprintf(stderr, "modbus_server: %s\n", ptk_error_string(error));
        return 1;
    }
    return 0;
}

/** @brief The program. */
int main(int argc, char **argv) {
    const char *bind_text = "127.0.0.1";
    uint32_t port = DEFAULT_PORT;
    uint32_t unit = 1;
    bool help = false;
    const argument_option_t options[] = {{"--bind", &bind_text, NULL, 0, 0, NULL},
                                         {"--port", NULL, &port, 0, 65535, NULL},
                                         {"--unit", NULL, &unit, 0, 255, NULL},
                                         {"--help", NULL, NULL, 0, 0, &help}};

    /* The one line on stdout needs no buffer, and without one the C library does not allocate one. */
    (void)setvbuf(stdout, NULL, _IONBF, 0);
    interrupted = 0; /* where programs share one memory, as on NuttX, this may be the second run */
    size_t word_count;
    if (!arguments_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0, &word_count)) {
        return 2;
    }
    if (help) {
        printf("usage: modbus_server [--bind ADDR] [--port N] [--unit N]\n"
               "  --bind ADDR  numeric address to listen on, default 127.0.0.1; 0.0.0.0 for all\n"
               "  --port N     port, default 1502; 0 lets the system choose\n"
               "  --unit N     unit identifier that is served, default 1; 0 and 255 always are\n");
        return 0;
    }
    ptk_address_t address;
    if (ptk_address_parse(bind_text, (uint16_t)port, &address) != PTK_ERR_OK) {
        fprintf(stderr, "modbus_server: --bind must be a numeric address, not '%s'\n", bind_text);
        return 2;
    }
    loop = modbus_service_start(&address, (uint16_t)unit);
    if (loop < 0) {
        fprintf(stderr, "modbus_server: cannot listen on %s port %u: %s\n", bind_text, (unsigned)address.port,
                ptk_error_string((ptk_err_t)loop));
        return 1;
    }
    int status = serve();
    modbus_service_stop();
    return status;
}
