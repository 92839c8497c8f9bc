/**
 * @file soak.c
 * @brief An echo server and a Modbus server under 500 connections that come and go, most of them badly, with pools for
 * fewer; afterwards descriptors, slots and memory are as before. soak [SECONDS]
 *
 * The clients are another process. A first short run touches all memory once; what is there after it has to be there
 * after the second one. Exit status: 0 it is, 1 not, 2 wrong arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE /* fork() and its like with -std=c99 */

#include "soak.h"

#include <ptk_modbus_server.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/** @brief Pools that are smaller than the clients' number. */
enum { SOCKETS = 102, CONTEXTS = 50, REGISTERS = 10 };
/** @brief Clients that have left take places in the backlog, too, and one that finds it full tries again much later. */
enum { BACKLOG = 4096 };
/** @brief Longest time that the servers need to notice that all have gone, in ms. */
#define QUIET_MS 30000u
/** @brief What the resident memory may have grown, in KB: the C library's buffers. With sanitizers much more. */
#ifndef SOAK_GROWTH_KB
#define SOAK_GROWTH_KB 256
#endif

/** @brief The loop's slot. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
/** @brief Its pools. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, CONTEXTS + 1, SOCKETS, 0);

/** @brief A connection of the echo server. */
typedef struct connection {
    ptk_handle_t socket;  /**< @brief Its socket, 0: none. */
    ptk_buf_t buf;        /**< @brief What was received and not sent back yet. */
    uint8_t memory[2048]; /**< @brief Its memory. */
} connection_t;

static connection_t connections[SOCKETS];          /**< @brief The echo server's. */
static ptk_modbus_server_t modbus;                 /**< @brief The Modbus server. */
static ptk_modbus_connection_t contexts[CONTEXTS]; /**< @brief Its connections. */
static uint16_t registers[REGISTERS];              /**< @brief Its registers: each holds its number. */
static ptk_handle_t loop;                          /**< @brief The loop. */

/** @brief What must not change. */
typedef struct figures {
    unsigned descriptors; /**< @brief Open descriptors. */
    uint32_t timers;      /**< @brief Timers in use. */
    uint32_t sockets;     /**< @brief Sockets in use. */
    long resident_kb;     /**< @brief Resident memory. */
} figures_t;

/* ------------------------------------------------------------------------------------------ the echo server */

/** @brief There is something to receive, or room to send. @param user_data the connection. */
static void on_ready(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data);

/** @brief Ends a connection. */
static void end_connection(connection_t *connection) {
    (void)ptk_socket_destroy(connection->socket);
    connection->socket = 0;
}

static void on_ready(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    connection_t *connection = user_data;
    ptk_err_t error = PTK_ERR_OK;

    (void)data;
    if (event == PTK_EVENT_READABLE) {
        error = ptk_socket_receive(socket, &connection->buf);
        if (error == PTK_ERR_WOULD_BLOCK) {
            return;
        }
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_send(socket, &connection->buf);
    }
    if (error == PTK_ERR_OK && ptk_buf_length(&connection->buf) == 0) {
        ptk_buf_clear(&connection->buf);
        (void)ptk_remove_event_handler(socket, PTK_EVENT_WRITABLE);
        (void)ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_ready, connection);
    } else if (error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK) {
        (void)ptk_remove_event_handler(socket, PTK_EVENT_READABLE);
        (void)ptk_set_event_handler(socket, PTK_EVENT_WRITABLE, on_ready, connection);
    } else {
        end_connection(connection); /* the end of the stream, or a broken connection */
    }
}

/** @brief A connection has ended. @param user_data the connection. */
static void on_end(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)socket, (void)event, (void)data;
    end_connection(user_data);
}

/** @brief A client waits. Without a free slot the listener pauses by itself. */
static void on_connection(ptk_handle_t listener, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_handle_t socket = ptk_socket_accept(listener, NULL);

    (void)event, (void)data, (void)user_data;
    for (int i = 0; socket > 0 && i < SOCKETS; i++) {
        connection_t *connection = &connections[i];
        if (connection->socket == 0) {
            connection->socket = socket;
            (void)ptk_buf_init(&connection->buf, connection->memory, sizeof connection->memory);
            (void)ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_ready, connection);
            (void)ptk_set_event_handler(socket, PTK_EVENT_ERROR, on_end, connection);
            return;
        }
    }
}

/** @brief Starts both servers. @return whether they listen. */
static bool start(soak_ports_t *ports) {
    static const ptk_modbus_map_t map = {.holding_registers = registers, .num_holding_registers = REGISTERS};
    ptk_address_t address;
    ptk_modbus_server_config_t config = {.backlog = BACKLOG,
                                         .connections = contexts,
                                         .num_connections = CONTEXTS,
                                         .unit_id = PTK_MODBUS_ANY_UNIT,
                                         .idle_timeout_ms = 5000,
                                         .map = &map};

    for (uint16_t i = 0; i < REGISTERS; i++) {
        registers[i] = i;
    }
    loop = ptk_event_loop_create(slots, 1, &pools);
    ptk_handle_t listener = ptk_socket_create(loop);
    if (ptk_address_parse("127.0.0.1", 0, &address) != PTK_ERR_OK ||
        ptk_set_event_handler(listener, PTK_EVENT_READABLE, on_connection, NULL) != PTK_ERR_OK ||
        ptk_socket_listen(listener, &address, BACKLOG) != PTK_ERR_OK) {
        return false;
    }
    config.loop = loop;
    config.address = address;
    if (ptk_modbus_server_start(&modbus, &config) != PTK_ERR_OK ||
        ptk_socket_get_local_address(listener, &address) != PTK_ERR_OK) {
        return false;
    }
    ports->echo = address.port;
    if (ptk_modbus_server_get_address(&modbus, &address) != PTK_ERR_OK) {
        return false;
    }
    ports->modbus = address.port;
    return true;
}

/* ------------------------------------------------------------------------------------------ measuring */

/** @brief Resident memory in KB, or -1. */
static long resident_kb(void) {
    long total = 0;
    long resident = -1;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file != NULL) {
        if (fscanf(file, "%ld %ld", &total, &resident) == 2) {
            resident *= sysconf(_SC_PAGESIZE) / 1024;
        }
        (void)fclose(file);
    }
    return resident;
}

/** @brief Measures. */
static figures_t measure(void) {
    figures_t figures = {0, 0, 0, 0};
    ptk_event_loop_stats_t stats;
    DIR *directory = opendir("/proc/self/fd");

    while (directory != NULL && readdir(directory) != NULL) {
        figures.descriptors++;
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    if (ptk_event_loop_get_stats(loop, &stats) == PTK_ERR_OK) {
        figures.timers = stats.timers.in_use;
        figures.sockets = stats.sockets.in_use;
    }
    figures.resident_kb = resident_kb();
    return figures;
}

/** @brief Runs the loop until the clients have gone, and then until the servers have noticed, or it takes too long. */
static bool serve(pid_t clients, int *status) {
    ptk_event_loop_stats_t stats = {0};
    pid_t ended = 0;

    while (ended == 0) {
        (void)ptk_event_loop_run(loop);
        ended = waitpid(clients, status, WNOHANG);
    }
    uint64_t end_ms = ptk_clock_now_ms() + QUIET_MS;
    do {
        (void)ptk_event_loop_run(loop);
        (void)ptk_event_loop_get_stats(loop, &stats);
    } while (stats.sockets.in_use > 2 && ptk_clock_now_ms() < end_ms);
    return ended == clients;
}

/** @brief One run: the clients in a process of their own, whose counts come through a pipe. @return whether all was well. */
static bool run(const soak_ports_t *ports, uint32_t seed, uint64_t duration_ms, soak_counts_t *counts) {
    int ends[2];
    int status = -1;

    if (pipe(ends) != 0) {
        return false;
    }
    (void)fflush(stdout);
    pid_t clients = fork();
    if (clients == 0) {
        soak_clients_run(ports, seed, duration_ms, counts);
        _exit(write(ends[1], counts, sizeof *counts) == (ssize_t)sizeof *counts ? 0 : 1);
    }
    (void)close(ends[1]);
    bool is_well = clients > 0 && serve(clients, &status) && status == 0;
    is_well = is_well && read(ends[0], counts, sizeof *counts) == (ssize_t)sizeof *counts;
    (void)close(ends[0]);
    return is_well && counts->wrong + counts->hung_up + counts->unserved == 0;
}

/** @brief Prints and compares. @return whether all is as before. */
static bool compare(const figures_t *before, const figures_t *after) {
    printf("descriptors %u, before %u\ntimers %u, before %u\nsockets %u, before %u\nresident %ld KB, before %ld KB\n",
           after->descriptors, before->descriptors, (unsigned)after->timers, (unsigned)before->timers,
           (unsigned)after->sockets, (unsigned)before->sockets, after->resident_kb, before->resident_kb);
    return after->descriptors == before->descriptors && after->timers == before->timers &&
           after->sockets == before->sockets && after->sockets == 2 &&
           after->resident_kb <= before->resident_kb + SOAK_GROWTH_KB;
}

/** @brief Runs for the seconds that are given, 120 without. @param count arguments. @param arguments the seconds. */
int main(int count, char **arguments) {
    soak_counts_t counts;
    soak_ports_t ports;
    char *end = NULL;
    unsigned long seconds = count > 1 ? strtoul(arguments[1], &end, 10) : 120;

    if (count > 2 || (end != NULL && *end != 0) || seconds == 0 || seconds > 86400) {
        fprintf(stderr, "usage: soak [SECONDS]\n");
        return 2;
    }
    if (!start(&ports)) {
        fprintf(stderr, "soak: the servers do not start\n");
        return 1;
    }
    if (!run(&ports, 1, 5000, &counts)) {
        fprintf(stderr, "soak: the first short run: %llu wrong\n", (unsigned long long)counts.wrong);
        return 1;
    }
    figures_t before = measure();
    bool is_well = run(&ports, 2, seconds * 1000u, &counts);
    figures_t after = measure();
    ptk_event_loop_stats_t stats = {0};
    (void)ptk_event_loop_get_stats(loop, &stats);
    printf("%llu connections in %lu s: %llu completed, %llu resets, %llu garbage, %llu slow, %llu half-closed; "
           "%llu wrong bytes, %llu hung up, %llu unserved\n"
           "sockets in use at most %u of %u, listeners paused %llu times\n",
           (unsigned long long)counts.connections, seconds, (unsigned long long)counts.completed,
           (unsigned long long)counts.resets, (unsigned long long)counts.garbage, (unsigned long long)counts.slow,
           (unsigned long long)counts.half_closed, (unsigned long long)counts.wrong, (unsigned long long)counts.hung_up,
           (unsigned long long)counts.unserved, (unsigned)stats.sockets.high_water, (unsigned)SOCKETS,
           (unsigned long long)stats.refused_accepts);
    is_well = compare(&before, &after) && is_well && counts.completed > 0;
    (void)ptk_modbus_server_stop(&modbus);
    (void)ptk_event_loop_destroy(loop);
    printf("%s\n", is_well ? "as before" : "NOT as before");
    return is_well ? 0 : 1;
}
