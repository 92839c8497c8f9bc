/*
 * What the benchmark programs share: the clock, the descriptor limit, pinning, result rows, and how a server starts and
 * ends. None of this runs while messages are served.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_BENCH_H
#define PTK_BENCH_H

#include <stdint.h>

/* Bytes of an echo server's receive buffer, the same for every peer. */
#define BENCH_BUFFER_SIZE 512
/* The most datagrams that a UDP server replies to for one event: libuv does this itself, the others in their handler. */
#define BENCH_DATAGRAMS 32
/* Connections that each server has room for. */
#define BENCH_MAX_CONNECTIONS 12000
#define BENCH_BACKLOG 4096
/* Descriptors that a server may see: its connections and some of its own. */
#define BENCH_MAX_DESCRIPTORS (BENCH_MAX_CONNECTIONS + 64)

/* The monotonic clock. */
uint64_t bench_now_ns(void);

/* CPU time that this process has used, all threads together. */
uint64_t bench_cpu_ns(void);

/* Runs this thread on one processor from now on. Ends the program if that is not possible. */
void bench_pin(int processor);

/* Raises the limit of open files as far as is allowed. Ends the program if it is less than needed. */
void bench_need_descriptors(uint64_t needed);

/* Prints one result in the format of harness/rows.py. */
void bench_row(const char *scenario, const char *peer, const char *metric, const char *unit, int round, double value);

/* Prints a message and errno's text, and ends the program. */
void bench_fail(const char *what);

/*
 * Servers call bench_server_begin first, then listen on a free port of 127.0.0.1, then call bench_server_ready. From then on
 * SIGTERM ends the process, after it has printed a line of JSON with the resources that it used.
 */
void bench_server_begin(const char *peer);
void bench_server_ready(uint16_t port);

/* A non-blocking TCP listener or UDP socket on a free port of 127.0.0.1, for servers that make their sockets themselves. */
int bench_listen_tcp(void);
int bench_open_udp(void);
/* The port that a socket is bound to. */
uint16_t bench_local_port(int descriptor);

#endif
