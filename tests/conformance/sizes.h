/**
 * @file sizes.h
 * @brief How much memory and how many loops and sockets the suite uses. Each number can be given on the command line.
 *
 * Without a definition they are those of a desktop. With CONFORMANCE_SMALL the whole suite takes under 100 KB of RAM on a
 * 32-bit processor, and each test still shows what it is for, with fewer loops, sockets and bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFORMANCE_SIZES_H
#define CONFORMANCE_SIZES_H

#include <stdint.h>

#ifdef CONFORMANCE_SMALL
#define CONFORMANCE_SIZE(desktop, small) (small)
#else
#define CONFORMANCE_SIZE(desktop, small) (desktop)
#endif

/* Constant bytes that are sent at once: more than a datagram can have, and on a desktop more than a stream's buffers. */
#ifndef CONFORMANCE_LARGE
#define CONFORMANCE_LARGE CONFORMANCE_SIZE(1024 * 1024, 70000)
#endif

/* How often these are sent to a reader that does not read: together more than all buffers of a connection. */
#ifndef CONFORMANCE_SENDS
#define CONFORMANCE_SENDS 16
#endif

/* Bytes to receive into; the stack of a thread that is never started. */
#ifndef CONFORMANCE_SCRATCH
#define CONFORMANCE_SCRATCH CONFORMANCE_SIZE(65536, 2048)
#endif

/* A transfer in test_tcp_flow.c. */
#ifndef CONFORMANCE_TRANSFER
#define CONFORMANCE_TRANSFER CONFORMANCE_SIZE(1024 * 1024, 128 * 1024)
#endif

/* Slots of an array of loops that is filled; 256 is the most that the library takes. */
#ifndef CONFORMANCE_LOOPS
#define CONFORMANCE_LOOPS CONFORMANCE_SIZE(256, 8)
#endif

/* Sockets that are ready at once. */
#ifndef CONFORMANCE_READY_SOCKETS
#define CONFORMANCE_READY_SOCKETS CONFORMANCE_SIZE(200, 20)
#endif

/* Socket slots of the loops of a program like a user's. */
#ifndef CONFORMANCE_PROGRAM_SOCKETS
#define CONFORMANCE_PROGRAM_SOCKETS CONFORMANCE_SIZE(32, 8)
#endif

/* Back and forth between two pairs of pools. */
#ifndef CONFORMANCE_RESIZES
#define CONFORMANCE_RESIZES CONFORMANCE_SIZE(100, 30)
#endif

/* IDs that a slot has in test_handle.c, a power of 2, and how many of their combinations with a generation are looked at
   in one turn: a bit each. */
#ifndef CONFORMANCE_IDS
#define CONFORMANCE_IDS CONFORMANCE_SIZE(16, 2)
#endif
#ifndef CONFORMANCE_COMBINATIONS
#define CONFORMANCE_COMBINATIONS CONFORMANCE_SIZE(16 * 65536, 32768)
#endif

/* Interfaces are tried from index 1, on most systems loopback, to this one. */
#ifndef CONFORMANCE_LAST_INTERFACE
#define CONFORMANCE_LAST_INTERFACE 16
#endif

extern const uint8_t conformance_large[CONFORMANCE_LARGE]; /**< @brief Bytes to send. */

/** @brief Memory of whichever test runs. Its contents are nothing to rely on. */
typedef union conformance_scratch {
    uint8_t bytes[CONFORMANCE_SCRATCH]; /**< @brief The memory. */
    uint64_t aligned;                   /**< @brief So that it can be a stack. */
} conformance_scratch_t;

extern conformance_scratch_t conformance_scratch; /**< @brief The one such memory. */

#endif
