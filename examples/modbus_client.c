/**
 * @file modbus_client.c
 * @brief modbus_client: reads and writes a Modbus TCP server from the command line.
 *
 * A large read is split into as many requests as needed, sent one after the other, or several at a time with
 * --in-flight. "monitor" polls, shows the values live on a terminal and reconnects when the server comes back; Ctrl-C
 * ends it. Addresses count from 0, as on the wire: "register 40001" of a manual is holding 0.
 *
 * Try it:  ./modbus_server --port 1502
 *          ./modbus_client write --host 127.0.0.1 --port 1502 --type holding --address 10 1 2 0xFFFF
 *          ./modbus_client read --host 127.0.0.1 --port 1502 --type holding --address 10 --count 3
 *          ./modbus_client monitor --host 127.0.0.1 --port 1502 --type input --address 0 --count 8
 *
 * Exit status: 0 success; 1 no response, an exception, or the output cannot be written (monitor: nothing was ever read,
 * or the output cannot be written); 2 wrong arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ptk_modbus_client.h>

#include "support/modbus_command.h"
#include "support/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/** @brief The loop's slot. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
/** @brief The loop's pools: a client needs a socket and two timers, monitor one timer more. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, 3, 1, 0);

/** @brief The state of the program. */
typedef struct app {
    modbus_command_t command;   /**< @brief The command line. */
    ptk_modbus_client_t client; /**< @brief The client. */
    /** @brief Memory of the client's requests. */
    ptk_modbus_transaction_t transactions[MODBUS_COMMAND_MOST_IN_FLIGHT];
    uint16_t values[PTK_MODBUS_ADDRESS_COUNT]; /**< @brief Values that were read or written. */
    uint32_t requested;                        /**< @brief Values that were requested in this poll. */
    uint32_t pending;                          /**< @brief Requests of this poll that have not completed. */
    uint32_t polls;                            /**< @brief Number of polls. */
    ptk_err_t error;                           /**< @brief The first error of this poll. */
    uint8_t exception;                         /**< @brief With PTK_MODBUS_ERR_EXCEPTION: its code. */
    bool has_values;                           /**< @brief A poll has succeeded. */
    bool write_failed;                         /**< @brief stdout cannot be written. */
    bool finished;                             /**< @brief The program ends. */
} app_t;

/** @brief The state of the program. */
static app_t app;
/** @brief The event loop. */
static ptk_handle_t loop;
/** @brief Set by Ctrl-C. */
static volatile sig_atomic_t interrupted;

/** @brief Signal handler: ends the program. */
static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
    ptk_event_loop_wake(loop);
}

/* ---- output ---- */

/** @brief Prints the error of this poll. */
static void print_error(FILE *stream) {
    const modbus_command_t *command = &app.command;

    switch (app.error) {
    case PTK_MODBUS_ERR_EXCEPTION:
        fprintf(stream, "modbus_client: unit %u responded with exception %u, %s\n", (unsigned)command->unit,
                (unsigned)app.exception, ptk_modbus_exception_string(app.exception));
        break;
    case PTK_ERR_TIMED_OUT:
        fprintf(stream, "modbus_client: no response from %s port %u within %lu ms\n", command->host,
                (unsigned)command->server.port, (unsigned long)command->timeout_ms);
        break;
    case PTK_ERR_CONNECTION_REFUSED:
        fprintf(stream, "modbus_client: connection refused by %s port %u\n", command->host,
                (unsigned)command->server.port);
        break;
    case PTK_ERR_CLOSED:
    case PTK_ERR_CONNECTION_RESET:
        fprintf(stream, "modbus_client: %s port %u closed the connection\n", command->host,
                (unsigned)command->server.port);
        break;
    case PTK_MODBUS_ERR_BAD_RESPONSE:
        fprintf(stream, "modbus_client: %s port %u does not speak Modbus\n", command->host,
                (unsigned)command->server.port);
        break;
    default:
        fprintf(stream, "modbus_client: cannot communicate with %s port %u: %s\n", command->host,
                (unsigned)command->server.port, ptk_modbus_error_string(app.error));
        break;
    }
}

/** @brief Prints the values. */
static void print_table(void) {
    const modbus_command_t *command = &app.command;
    printf("%8s %7s%s\n", command->table->name, "value", command->table->has_bits ? "" : "  signed     hex");
    for (uint32_t i = 0; i < command->count; i++) {
        unsigned value = app.values[i];
        if (command->table->has_bits) {
            printf("%8lu %7u\n", (unsigned long)(command->address + i), value);
        } else {
            printf("%8lu %7u %7d  0x%04X\n", (unsigned long)(command->address + i), value,
                   value < 0x8000u ? (int)value : (int)value - 0x10000, value);
        }
    }
}

/** @brief Flushes stdout; if it cannot be written, as with a full disk or a closed pipe, the program ends. */
static void flush_output(void) {
    if (fflush(stdout) != 0 || ferror(stdout)) {
        app.write_failed = true;
        app.finished = true;
    }
}

/** @brief Clears the terminal with ANSI escape sequences and draws everything again. */
static void draw(void) {
    const modbus_command_t *command = &app.command;

    printf("\033[H\033[2J%s port %u, unit %u, reading %lu, every %lu ms; Ctrl-C ends\n\n", command->host,
           (unsigned)command->server.port, (unsigned)command->unit, (unsigned long)app.polls,
           (unsigned long)command->interval_ms);
    if (app.error == PTK_ERR_OK) {
        print_table();
    } else {
        print_error(stdout);
    }
    flush_output();
}

/* ---- requests ---- */

/** @brief Called when a read completes. */
static void on_values(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data);

/** @brief Submits as many reads as there are transactions for; the others follow when one of them completes. */
static void submit_reads(void) {
    const modbus_command_t *command = &app.command;

    while (app.error == PTK_ERR_OK && app.requested < command->count) {
        uint32_t rest = command->count - app.requested;
        ptk_modbus_request_t request;
        memset(&request, 0, sizeof request);
        request.function = command->table->function;
        request.address = (uint16_t)(command->address + app.requested);
        request.quantity = (uint16_t)(rest < command->table->most_read ? rest : command->table->most_read);
        ptk_modbus_request_id_t id =
            ptk_modbus_client_submit(&app.client, (uint8_t)command->unit, &request, on_values, NULL);
        if (id == PTK_ERR_OUT_OF_MEMORY) {
            break;
        }
        if (id < 0) {
            app.error = id;
            break;
        }
        app.requested += request.quantity;
        app.pending++;
    }
}

static void on_values(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    (void)client;
    (void)user_data;
    app.pending--;
    if (result->error == PTK_ERR_OK) {
        for (uint16_t i = 0; i < result->quantity; i++) {
            app.values[result->address - app.command.address + i] =
                app.command.table->has_bits ? ptk_modbus_result_bit(result, i) : ptk_modbus_result_register(result, i);
        }
    } else if (app.error == PTK_ERR_OK) {
        app.error = result->error;
        app.exception = result->exception;
    }
    submit_reads();
    if (app.pending == 0 && app.command.monitors) {
        app.has_values = app.has_values || app.error == PTK_ERR_OK;
        draw();
    } else if (app.pending == 0) {
        app.finished = true;
    }
}

/** @brief Begins to read all values. */
static void start_poll(void) {
    app.requested = 0;
    app.error = PTK_ERR_OK;
    app.polls++;
    submit_reads();
}

/** @brief Handler of monitor's timer. */
static void on_interval(ptk_handle_t timer, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)timer;
    (void)event;
    (void)data;
    (void)user_data;
    if (app.pending == 0) {
        start_poll();
    }
}

/** @brief Called when the write completes. */
static void on_written(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    (void)client;
    (void)user_data;
    app.error = result->error;
    app.exception = result->exception;
    app.finished = true;
}

/** @brief Submits the write. */
static ptk_modbus_request_id_t write_values(void) {
    static uint8_t bits[PTK_MODBUS_MAX_WRITE_BITS];
    uint8_t unit = (uint8_t)app.command.unit;
    uint16_t address = (uint16_t)app.command.address;
    const uint16_t *values = app.command.values;
    uint16_t count = (uint16_t)app.command.count;

    if (!app.command.table->has_bits) {
        return count == 1
                   ? ptk_modbus_client_write_single_register(&app.client, unit, address, values[0], on_written, NULL)
                   : ptk_modbus_client_write_multiple_registers(&app.client, unit, address, count, values, on_written,
                                                                NULL);
    }
    for (uint16_t i = 0; i < count; i++) {
        bits[i] = (uint8_t)values[i];
    }
    return count == 1
               ? ptk_modbus_client_write_single_coil(&app.client, unit, address, bits[0] != 0, on_written, NULL)
               : ptk_modbus_client_write_multiple_coils(&app.client, unit, address, count, bits, on_written, NULL);
}

/** @brief Called when the connection is made or lost. Without one, read and write fail at once; monitor waits. */
static void on_connection(ptk_modbus_client_t *client, ptk_err_t error, void *user_data) {
    (void)client;
    (void)user_data;
    if (app.finished) {
        return;
    }
    app.error = error;
    if (error != PTK_ERR_OK && app.command.monitors) {
        draw();
    } else if (error != PTK_ERR_OK) {
        app.finished = true;
    }
}

/* ---- program ---- */

/** @brief Starts the client and submits the first requests. */
static ptk_err_t start(void) {
    ptk_modbus_client_config_t config;
    memset(&config, 0, sizeof config);
    config.loop = loop;
    config.address = app.command.server;
    config.transactions = app.transactions;
    config.num_transactions = app.command.in_flight;
    config.response_timeout_ms = app.command.timeout_ms;
    config.connect_timeout_ms = app.command.timeout_ms;
    config.reconnect_delay_limit_ms = 2000;
    config.connection_callback = on_connection;
    ptk_err_t error = ptk_modbus_client_start(&app.client, &config);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (app.command.writes) {
        ptk_modbus_request_id_t id = write_values();
        memcpy(app.values, app.command.values, sizeof app.command.values); /* for print_table() */
        return id < 0 ? id : PTK_ERR_OK;
    }
    start_poll();
    if (app.error != PTK_ERR_OK || !app.command.monitors) {
        return app.error;
    }
    ptk_handle_t timer = ptk_timer_create(loop);
    if (timer < 0) {
        return (ptk_err_t)timer;
    }
    error = ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, on_interval, NULL);
    return error != PTK_ERR_OK ? error : ptk_timer_start_repeating(timer, app.command.interval_ms);
}

/** @brief Prints what is left to print at the end. @return The exit status. */
static int report(void) {
    if (app.command.monitors) {
        printf("\n");
    } else if (app.finished && app.error == PTK_ERR_OK) {
        app.has_values = true;
        print_table();
    }
    flush_output();
    if (app.write_failed) {
        fprintf(stderr, "modbus_client: cannot write the output\n");
    } else if (!app.has_values && app.error != PTK_ERR_OK) {
        print_error(stderr);
    } else if (!app.has_values) {
        fprintf(stderr, "modbus_client: interrupted\n");
    }
    return app.has_values && !app.write_failed ? 0 : 1;
}

/** @brief The program. */
int main(int argc, char **argv) {
    memset(&app, 0, sizeof app); /* where programs share one memory, as on NuttX, this may be the second run */
    interrupted = 0;
    if (!modbus_command_read(&app.command, argc, argv)) {
        return 2;
    }
    if (app.command.help) {
        fputs(modbus_command_usage, stdout);
        return 0;
    }
    if (app.command.monitors) {
        terminal_begin();
    }
    loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    app.error = loop < 0 ? (ptk_err_t)loop : start();
    if (app.error != PTK_ERR_OK) {
        print_error(stderr);
        ptk_event_loop_destroy(loop);
        return 1;
    }
    if (signal(SIGINT, on_interrupt) == SIG_ERR || signal(SIGTERM, on_interrupt) == SIG_ERR) {
        fprintf(stderr, "modbus_client: cannot catch signals\n");
        ptk_event_loop_destroy(loop);
        return 1;
    }
    while (!app.finished && !interrupted) {
        ptk_err_t error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
        if (error != PTK_ERR_OK) {
            app.error = error;
            app.has_values = false; /* no status 0, whatever was read before */
            break;
        }
    }
    ptk_event_loop_destroy(loop);
    return report();
}
