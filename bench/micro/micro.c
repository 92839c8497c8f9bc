/* SPDX-License-Identifier: MIT */
/** @file micro.c @brief What the programs that measure by themselves share. */
#include "micro.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static uint64_t parse_number(const char *text) {
    char *end;
    uint64_t value = strtoull(text, &end, 10);
    micro_require(*text != '\0' && *end == '\0', "a whole number as the option's value");
    return value;
}

micro_options_t micro_parse(int argc, char **argv) {
    static char output[4096]; /* so that only the measured library uses the heap */
    micro_options_t options = {1, false, NULL, 0};
    micro_require(setvbuf(stdout, output, _IOFBF, sizeof output) == 0, "an output buffer");
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            options.quick = true;
        } else if (i + 1 < argc && strcmp(argv[i], "--rounds") == 0) {
            options.rounds = (unsigned)parse_number(argv[++i]);
        } else if (i + 1 < argc && strcmp(argv[i], "--part") == 0) {
            options.part = argv[++i];
        } else if (i + 1 < argc && strcmp(argv[i], "--count") == 0) {
            options.count = parse_number(argv[++i]);
        } else {
            fprintf(stderr, "usage: %s [--rounds N] [--quick] [--part NAME] [--count N]\n", argv[0]);
            exit(2);
        }
    }
    return options;
}

bool micro_wants(const micro_options_t *options, const char *part) {
    return options->part == NULL || strcmp(options->part, part) == 0;
}

uint64_t micro_count(const micro_options_t *options, uint64_t usual, uint64_t quick) {
    if (options->count != 0) {
        return options->count;
    }
    return options->quick ? quick : usual;
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec now;
    micro_require(clock_gettime(clock, &now) == 0, "a clock");
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t micro_now_ns(void) {
    return clock_ns(CLOCK_MONOTONIC);
}

uint64_t micro_cpu_ns(void) {
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t micro_process_cpu_ns(void) {
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t micro_sleeps(void) {
    struct rusage usage;
    micro_require(getrusage(RUSAGE_THREAD, &usage) == 0, "the thread's resource usage");
    return (uint64_t)usage.ru_nvcsw;
}

void micro_pin(unsigned number) {
    static cpu_set_t allowed;
    static bool known;
    if (!known) {
        micro_require(sched_getaffinity(0, sizeof allowed, &allowed) == 0, "the set of CPUs");
        known = true;
    }
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed) && number-- == 0) {
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            micro_require(sched_setaffinity(0, sizeof one, &one) == 0, "to be pinned to a CPU");
            return;
        }
    }
}

void micro_require(bool condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "benchmark ended: it needs %s\n", what);
        exit(1);
    }
}

uint32_t micro_random(void) {
    static uint32_t state = 2463534242u; /* xorshift32 */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

void micro_shuffle(uint32_t *order, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t other = micro_random() % (i + 1);
        order[i] = order[other];
        order[other] = i;
    }
}

static int compare(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint64_t micro_percentile(uint64_t *samples, size_t count, double share) {
    qsort(samples, count, sizeof *samples, compare);
    return samples[(size_t)((double)(count - 1) * share)];
}

void micro_row(const char *scenario, const char *peer, const char *metric, const char *unit, unsigned round,
               double value) {
    printf("{\"scenario\": \"%s\", \"peer\": \"%s\", \"metric\": \"%s\", \"unit\": \"%s\", \"round\": %u, "
           "\"value\": %.6g}\n",
           scenario, peer, metric, unit, round, value);
    fflush(stdout);
}
