/**
 * @file plant_main.c
 * @brief sim_plant: runs the plant with one seed after the other, and makes a failing run smaller.
 *
 * sim_plant [--seed N] [--seeds COUNT] [--servers N] [--clients N] [--chaos SECONDS] [--no-faults] [--no-crashes]
 *           [--retry-writes] [--trace] [--pcap FILE] [--first-failure]
 *
 * --trace prints what happens, and writes the packets to plant.pcap; --pcap writes them only. With either the run is not
 * made smaller, so that the files are those of the run that was asked for. --first-failure does not make it smaller either.
 *
 * Exit status: 0 everything held; 1 something did not, and the last line is the command that shows it; 2 wrong arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#include "plant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/** @brief What the command line says besides a run. */
typedef struct options {
    plant_run_t run;   /**< @brief The first run. */
    uint64_t seeds;    /**< @brief How many. */
    bool prints_trace; /**< @brief Prints what happens. */
    const char *pcap;  /**< @brief The file for the packets, or NULL. */
    bool stays_large;  /**< @brief A run that fails is not made smaller. */
} options_t;

/** @brief Without options: seed 1 of the whole plant. */
static options_t options = {{1, PLANT_SERVERS, PLANT_CLIENTS, 40, true, true, false}, 1, false, NULL, false};
static FILE *pcap; /**< @brief The file for the packets, while it is written. */

/** @brief Prints a line of the trace. */
static void print_line(void *argument, const char *line) {
    (void)argument;
    puts(line);
}

/** @brief Writes bytes of the packets' file. */
static void write_bytes(void *argument, const void *bytes, size_t length) {
    (void)fwrite(bytes, 1, length, argument); /* whether all went well is asked at the end */
}

/** @brief Asks for what is to be seen of a world. */
static void observe(void) {
    if (options.prints_trace) {
        ptk_sim_set_trace(print_line, NULL);
    }
    if (pcap != NULL) {
        ptk_sim_set_capture(write_bytes, pcap);
    }
}

/** @brief Reads a number. @return whether it is one, from least to most. */
static bool read_number(const char *text, uint64_t least, uint64_t most, uint64_t *number) {
    char *end = NULL;
    if (text == NULL) {
        return false;
    }
    *number = strtoull(text, &end, 10);
    return *text != 0 && *end == 0 && *number >= least && *number <= most;
}

/** @brief Reads the command line. @return whether it is one. */
static bool read_options(int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        const char *name = arguments[i];
        const char *value = i + 1 < count ? arguments[i + 1] : NULL;
        uint64_t number = 0;
        bool has_value = true;
        bool is_valid = true;
        if (strcmp(name, "--seed") == 0) {
            is_valid = read_number(value, 0, UINT64_MAX, &options.run.seed);
        } else if (strcmp(name, "--seeds") == 0) {
            is_valid = read_number(value, 1, UINT64_MAX, &options.seeds);
        } else if (strcmp(name, "--servers") == 0) {
            is_valid = read_number(value, 1, PLANT_SERVERS, &number);
            options.run.servers = (uint32_t)number;
        } else if (strcmp(name, "--clients") == 0) {
            is_valid = read_number(value, 1, PLANT_CLIENTS, &number);
            options.run.clients = (uint32_t)number;
        } else if (strcmp(name, "--chaos") == 0) {
            is_valid = read_number(value, 1, 86400, &number);
            options.run.chaos_s = (uint32_t)number;
        } else if (strcmp(name, "--pcap") == 0) {
            is_valid = value != NULL;
            options.pcap = value;
        } else {
            has_value = false;
            if (strcmp(name, "--no-faults") == 0) {
                options.run.has_faults = false;
            } else if (strcmp(name, "--no-crashes") == 0) {
                options.run.has_crashes = false;
            } else if (strcmp(name, "--retry-writes") == 0) {
                options.run.retries_writes = true;
            } else if (strcmp(name, "--first-failure") == 0) {
                options.stays_large = true;
            } else if (strcmp(name, "--trace") == 0) {
                options.prints_trace = true;
                options.pcap = options.pcap == NULL ? "plant.pcap" : options.pcap;
            } else {
                is_valid = false;
            }
        }
        if (!is_valid) {
            fprintf(stderr, "sim_plant: what is %s %s?\n", name, value == NULL ? "" : value);
            return false;
        }
        i += has_value ? 1 : 0;
    }
    return true;
}

/** @brief Runs a smaller plant. @return whether it fails as well; then it is the run. */
static bool shrink_to(plant_run_t *run, plant_run_t smaller) {
    if (memcmp(run, &smaller, sizeof smaller) == 0 || plant_run(&smaller, NULL)) {
        return false;
    }
    *run = smaller;
    return true;
}

/** @brief Makes a failing run as small as it still fails: fewer hosts, no faults, shorter. */
static void shrink(plant_run_t *run) {
    bool is_smaller = true;
    while (is_smaller) {
        plant_run_t next = *run;
        is_smaller = false;
        next.has_crashes = false;
        is_smaller |= shrink_to(run, next);
        next = *run;
        next.has_faults = false;
        is_smaller |= shrink_to(run, next);
        next = *run;
        next.servers = 1;
        is_smaller |= shrink_to(run, next);
        next = *run;
        next.clients = run->clients > 1 ? run->clients / 2 : 1;
        is_smaller |= shrink_to(run, next);
        next = *run;
        next.clients = run->clients > 1 ? run->clients - 1 : 1;
        is_smaller |= shrink_to(run, next);
        next = *run;
        next.chaos_s = run->chaos_s > 1 ? run->chaos_s * 2 / 3 : 1;
        is_smaller |= shrink_to(run, next);
    }
}

/** @brief Prints the command that shows a run. */
static void print_command(const char *program, const plant_run_t *run) {
    printf("%s --seed %llu --servers %u --clients %u --chaos %u%s%s%s --trace\n", program,
           (unsigned long long)run->seed, (unsigned)run->servers, (unsigned)run->clients, (unsigned)run->chaos_s,
           run->has_faults ? "" : " --no-faults", run->has_crashes ? "" : " --no-crashes",
           run->retries_writes ? " --retry-writes" : "");
}

/** @brief Closes the packets' file. @return whether all of it was written. */
static bool close_pcap(void) {
    bool is_written = pcap == NULL || (ferror(pcap) == 0 && fclose(pcap) == 0);
    pcap = NULL;
    if (!is_written) {
        fprintf(stderr, "sim_plant: %s could not be written\n", options.pcap);
    }
    return is_written;
}

/** @brief What did not hold: prints it, and the command that shows it in as small a run as there is. */
static void report(const char *program, plant_run_t run) {
    printf("seed %llu: %s\n", (unsigned long long)run.seed, plant.failure);
    if (options.pcap == NULL && !options.stays_large) {
        shrink(&run);
        (void)plant_run(&run, NULL);
        printf("a small run: %s\n", plant.failure);
    }
    print_command(program, &run);
}

/** @brief Runs what the command line says. @param count arguments. @param arguments the options. */
int main(int count, char **arguments) {
    uint64_t requests = 0;
    uint64_t successes = 0;
    uint64_t simulated_ms = 0;

    if (!read_options(count, arguments)) {
        return 2;
    }
    for (uint64_t i = 0; i < options.seeds; i++) {
        plant_run_t run = options.run;
        run.seed += i;
        pcap = options.pcap == NULL ? NULL : fopen(options.pcap, "wb");
        bool has_held = plant_run(&run, observe);
        bool is_written = (pcap != NULL) == (options.pcap != NULL) && close_pcap();
        if (!has_held) {
            report(arguments[0], run);
            return 1;
        }
        if (!is_written) {
            return 2;
        }
        requests += plant.requests;
        successes += plant.successes;
        simulated_ms += ptk_sim_now_ms();
    }
    double processor_s = (double)clock() / CLOCKS_PER_SEC;
    printf(
        "%llu seeds, %llu requests, %llu succeeded, %llu s simulated in %.1f s of the processor, last trace %016llx\n",
        (unsigned long long)options.seeds, (unsigned long long)requests, (unsigned long long)successes,
        (unsigned long long)(simulated_ms / 1000), processor_s, (unsigned long long)ptk_sim_trace_hash());
    return 0;
}
