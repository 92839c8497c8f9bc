/*
 * What the benchmark programs share; see bench.h.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *server_peer;

void bench_fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec now;

    if (clock_gettime(clock, &now) != 0) {
        bench_fail("clock_gettime");
    }
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t bench_now_ns(void) {
    return clock_ns(CLOCK_MONOTONIC);
}

uint64_t bench_cpu_ns(void) {
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void bench_pin(int processor) {
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
        bench_fail("sched_setaffinity");
    }
}

void bench_need_descriptors(uint64_t needed) {
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        bench_fail("getrlimit");
    }
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        bench_fail("setrlimit");
    }
    if (limit.rlim_cur < needed) {
        fprintf(stderr, "the hard limit of open files is %llu, %llu are needed: raise it with ulimit -Hn\n",
                (unsigned long long)limit.rlim_cur, (unsigned long long)needed);
        exit(1);
    }
}

void bench_row(const char *scenario, const char *peer, const char *metric, const char *unit, int round, double value) {
    printf("{\"scenario\": \"%s\", \"peer\": \"%s\", \"metric\": \"%s\", \"unit\": \"%s\", \"round\": %d, "
           "\"value\": %.6g}\n",
           scenario, peer, metric, unit, round, value);
    if (fflush(stdout) != 0) {
        bench_fail("stdout");
    }
}

/* The process is in its event loop: it prints, and exits without returning there. */
static void on_terminate(int signal_number) {
    struct rusage usage;
    char line[256];
    int length;

    (void)signal_number;
    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        _exit(1);
    }
    length = snprintf(line, sizeof line,
                      "{\"server\": \"%s\", \"user_us\": %lld, \"system_us\": %lld, \"max_resident_kib\": %ld}\n",
                      server_peer, (long long)usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec,
                      (long long)usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec, usage.ru_maxrss);
    _exit(length > 0 && write(STDOUT_FILENO, line, (size_t)length) == length ? 0 : 1);
}

void bench_server_begin(const char *peer) {
    server_peer = peer;
    bench_need_descriptors(BENCH_MAX_DESCRIPTORS);
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        bench_fail("signal");
    }
}

void bench_server_ready(uint16_t port) {
    if (signal(SIGTERM, on_terminate) == SIG_ERR) {
        bench_fail("signal");
    }
    if (printf("listening on 127.0.0.1:%u\n", (unsigned)port) < 0 || fflush(stdout) != 0) {
        bench_fail("stdout");
    }
}

static int open_bound(int type) {
    struct sockaddr_in address;
    int descriptor = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        bench_fail("bind");
    }
    return descriptor;
}

int bench_listen_tcp(void) {
    int descriptor = open_bound(SOCK_STREAM);

    if (listen(descriptor, BENCH_BACKLOG) != 0) {
        bench_fail("listen");
    }
    return descriptor;
}

int bench_open_udp(void) {
    return open_bound(SOCK_DGRAM);
}

uint16_t bench_local_port(int descriptor) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;

    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) {
        bench_fail("getsockname");
    }
    return ntohs(address.sin_port);
}
