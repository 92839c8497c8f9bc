/*
 * Modbus TCP server with libmodbus, but waiting with epoll instead of select: a better server than its examples show.
 * Register i holds i + 1000.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <modbus.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#define REGISTERS 128
#define MAX_EVENTS 64

static modbus_t *context;
static modbus_mapping_t *mapping;
static int epoll_descriptor;

static void watch(int descriptor) {
    struct epoll_event event = {EPOLLIN, {NULL}};

    event.data.fd = descriptor;
    if (epoll_ctl(epoll_descriptor, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        bench_fail("epoll_ctl");
    }
}

static void on_connection(int listener) {
    int descriptor = modbus_tcp_accept(context, &listener);

    if (descriptor >= 0) {
        watch(descriptor);
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
    }
}

int main(void) {
    struct epoll_event events[MAX_EVENTS];
    int listener;
    int i;

    bench_server_begin("libmodbus_epoll");
    context = modbus_new_tcp("127.0.0.1", 0);
    mapping = modbus_mapping_new(0, 0, REGISTERS, 0);
    epoll_descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (context == NULL || mapping == NULL || epoll_descriptor < 0) {
        bench_fail("libmodbus");
    }
    for (i = 0; i < REGISTERS; i++) {
        mapping->tab_registers[i] = (uint16_t)(i + 1000);
    }
    listener = modbus_tcp_listen(context, BENCH_BACKLOG);
    if (listener < 0) {
        bench_fail("modbus_tcp_listen");
    }
    watch(listener);
    bench_server_ready(bench_local_port(listener));
    for (;;) {
        int count = epoll_wait(epoll_descriptor, events, MAX_EVENTS, -1);

        for (i = 0; i < count; i++) {
            if (events[i].data.fd == listener) {
                on_connection(listener);
            } else {
                on_readable(events[i].data.fd);
            }
        }
    }
}
