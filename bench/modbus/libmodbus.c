/*
 * Modbus TCP server with libmodbus, for many clients: select and one context, as in libmodbus' own example
 * bandwidth-server-many-up. Register i holds i + 1000.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <modbus.h>
#include <stddef.h>
#include <sys/select.h>
#include <unistd.h>

#define REGISTERS 128

static modbus_t *context;
static modbus_mapping_t *mapping;
static fd_set connections; /* and the listener */
static int highest;

static void on_connection(int listener) {
    int descriptor = modbus_tcp_accept(context, &listener);

    if (descriptor < 0) {
        return;
    }
    if (descriptor >= FD_SETSIZE) {
        close(descriptor);
        return;
    }
    FD_SET(descriptor, &connections);
    if (descriptor > highest) {
        highest = descriptor;
    }
}

static void on_readable(int descriptor) {
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    int length;

    modbus_set_socket(context, descriptor);
    length = modbus_receive(context, request);
    if (length > 0) {
        modbus_reply(context, request, length, mapping);
    } else if (length < 0) {
        close(descriptor);
        FD_CLR(descriptor, &connections);
    }
}

int main(void) {
    int listener;
    int i;

    bench_server_begin("libmodbus");
    context = modbus_new_tcp("127.0.0.1", 0);
    mapping = modbus_mapping_new(0, 0, REGISTERS, 0);
    if (context == NULL || mapping == NULL) {
        bench_fail("libmodbus");
    }
    for (i = 0; i < REGISTERS; i++) {
        mapping->tab_registers[i] = (uint16_t)(i + 1000);
    }
    listener = modbus_tcp_listen(context, BENCH_BACKLOG);
    if (listener < 0) {
        bench_fail("modbus_tcp_listen");
    }
    FD_SET(listener, &connections);
    highest = listener;
    bench_server_ready(bench_local_port(listener));
    for (;;) {
        fd_set ready = connections;

        if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) {
            continue;
        }
        for (i = 0; i <= highest; i++) {
            if (FD_ISSET(i, &ready)) {
                if (i == listener) {
                    on_connection(listener);
                } else {
                    on_readable(i);
                }
            }
        }
    }
}
