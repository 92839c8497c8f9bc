/* SPDX-License-Identifier: MIT */
/**
 * @file micro.h
 * @brief What the programs that measure by themselves share: options, clocks, pinning, random numbers, result rows.
 *
 * Each program is called as PROGRAM [--rounds N] [--quick]. For counting instructions, PROGRAM --part NAME --count N
 * does one operation N times, so that the difference of two runs is the cost of the operation.
 */
#ifndef MICRO_H
#define MICRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct micro_options {
    unsigned rounds;
    bool quick;
    const char *part; /**< NULL: everything */
    uint64_t count;   /**< 0: the default for measuring */
} micro_options_t;

/** Reads the command line; ends the program with a usage message if it is wrong. */
micro_options_t micro_parse(int argc, char **argv);

/** Whether a part was selected. */
bool micro_wants(const micro_options_t *options, const char *part);

/** How often to do something: the count of the command line, or one of the two others. */
uint64_t micro_count(const micro_options_t *options, uint64_t usual, uint64_t quick);

/** The monotonic clock. */
uint64_t micro_now_ns(void);

/** CPU time of the calling thread. */
uint64_t micro_cpu_ns(void);

/** CPU time of all threads. */
uint64_t micro_process_cpu_ns(void);

/** Voluntary context switches of the calling thread: how often it slept. */
uint64_t micro_sleeps(void);

/** Pins the calling thread to one of the CPUs that the process may use; does nothing if there are not that many. */
void micro_pin(unsigned number);

/** Ends the program with a message unless the condition holds. */
void micro_require(bool condition, const char *what);

/** The next of a fixed sequence of random numbers. */
uint32_t micro_random(void);

/** Fills an array with a random order of 0 to count - 1. */
void micro_shuffle(uint32_t *order, uint32_t count);

/** The value below which a share of the samples lies; sorts them. */
uint64_t micro_percentile(uint64_t *samples, size_t count, double share);

/** Prints one result row; see ../harness/rows.py. */
void micro_row(const char *scenario, const char *peer, const char *metric, const char *unit, unsigned round,
               double value);

#endif
