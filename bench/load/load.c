/*
 * load: the client of all network benchmarks.
 *
 *     load --mode echo|churn|udp|modbus --port N --scenario TEXT --peer TEXT --round N
 *          [--connections N] [--idle N] [--warmup-ms N] [--ms N] [--messages N] [--server-pid N]
 *
 * After the warm-up it measures for --ms; or, with --messages, it exchanges exactly that many, without a warm-up. It prints
 * rows: the rate, the number of lost messages, and with --server-pid the rate per processor time of client and server, the
 * server's CPU time for each message, and the share of the time in which client or server had a processor. Where both share
 * one, less than all of it means that other programs disturbed them.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "load.h"

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct options {
    const char *mode;
    const char *scenario;
    const char *peer;
    uint32_t port;
    uint32_t round;
    uint32_t connections;
    uint32_t idle;
    uint32_t warmup_ms;
    uint32_t ms;
    uint32_t messages;
    uint32_t server_pid;
} options_t;

typedef struct snapshot {
    uint64_t now_ns;
    uint64_t server_ns;
    uint64_t client_ns;
    uint64_t completed;
} snapshot_t;

static options_t options = {
    .mode = "echo", .scenario = "test", .peer = "unknown", .round = 1, .connections = 1, .warmup_ms = 300, .ms = 1000};
static clockid_t server_clock;

static void read_option(const char *name, const char *value) {
    const struct {
        const char *name;
        const char **text;
        uint32_t *number;
    } known[] = {{"--mode", &options.mode, NULL},
                 {"--scenario", &options.scenario, NULL},
                 {"--peer", &options.peer, NULL},
                 {"--port", NULL, &options.port},
                 {"--round", NULL, &options.round},
                 {"--connections", NULL, &options.connections},
                 {"--idle", NULL, &options.idle},
                 {"--warmup-ms", NULL, &options.warmup_ms},
                 {"--ms", NULL, &options.ms},
                 {"--messages", NULL, &options.messages},
                 {"--server-pid", NULL, &options.server_pid}};
    size_t i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (value != NULL && strcmp(name, known[i].name) == 0) {
            if (known[i].text != NULL) {
                *known[i].text = value;
            } else {
                *known[i].number = (uint32_t)strtoul(value, NULL, 10);
            }
            return;
        }
    }
    fprintf(stderr, "load: %s is unknown or has no value\n", name);
    exit(2);
}

static load_mode_t find_mode(void) {
    static const char *const names[] = {"echo", "churn", "udp", "modbus"};
    uint32_t i;

    for (i = 0; i < 4; i++) {
        if (strcmp(options.mode, names[i]) == 0) {
            return (load_mode_t)i;
        }
    }
    fprintf(stderr, "load: there is no mode %s\n", options.mode);
    exit(2);
}

static snapshot_t take_snapshot(void) {
    snapshot_t snapshot = {bench_now_ns(), 0, bench_cpu_ns(), exchange_counts()->completed};
    struct timespec used;

    if (options.server_pid != 0) {
        if (clock_gettime(server_clock, &used) != 0) {
            bench_fail("the server's CPU clock");
        }
        snapshot.server_ns = (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
    }
    return snapshot;
}

static void print_row(const char *metric, const char *unit, double value) {
    bench_row(options.scenario, options.peer, metric, unit, (int)options.round, value);
}

static void report(const snapshot_t *before, const snapshot_t *after) {
    double completed = (double)(after->completed - before->completed);
    double wall = (double)(after->now_ns - before->now_ns);
    double server = (double)(after->server_ns - before->server_ns);
    double client = (double)(after->client_ns - before->client_ns);

    if (completed < 1) {
        fprintf(stderr, "load: no replies\n");
        exit(1);
    }
    print_row("per_s", "1/s", completed * 1e9 / wall);
    if (options.server_pid != 0) {
        print_row("per_core_s", "1/s", completed * 1e9 / (server + client));
        print_row("server_cpu", "ns", server / completed);
        print_row("share", "1", (server + client) / wall);
    }
    print_row("lost", "1", (double)exchange_counts()->lost);
}

int main(int argc, char **argv) {
    snapshot_t before;
    snapshot_t after;
    int i;

    for (i = 1; i < argc; i += 2) {
        read_option(argv[i], i + 1 < argc ? argv[i + 1] : NULL);
    }
    if (options.port == 0 || options.port > UINT16_MAX || options.connections == 0 ||
        options.connections > BENCH_MAX_CONNECTIONS) {
        fprintf(stderr, "load: --port or --connections is out of range\n");
        return 2;
    }
    if (options.server_pid != 0 && clock_getcpuclockid((pid_t)options.server_pid, &server_clock) != 0) {
        fprintf(stderr, "load: there is no process %u\n", (unsigned)options.server_pid);
        return 1;
    }
    bench_need_descriptors(options.connections + options.idle + 16);
    exchange_open(find_mode(), (uint16_t)options.port, options.connections, options.idle);
    if (options.messages == 0) {
        exchange_run(bench_now_ns() + options.warmup_ms * UINT64_C(1000000), UINT64_MAX);
    }
    before = take_snapshot();
    if (options.messages == 0) {
        exchange_run(bench_now_ns() + options.ms * UINT64_C(1000000), UINT64_MAX);
    } else {
        exchange_run(UINT64_MAX, options.messages);
    }
    after = take_snapshot();
    exchange_drain();
    report(&before, &after);
    return 0;
}
