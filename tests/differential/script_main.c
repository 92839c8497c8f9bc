/**
 * @file script_main.c
 * @brief script_run: runs random scripts of socket calls, and prints what they gave.
 *
 *     script_run [--seed N] [--count N] [--patience MS] [--only STEP,...] [--trace] [--no-ipv6]
 *
 * Without --trace a script is one line: its seed, and a hash of its output.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../harness/random.h"
#include "script.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** @brief The loops' slots. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, SCRIPT_LOOPS);
/** @brief The pools of the first loop. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(first_pools, 0, SCRIPT_POOL, 0);
/** @brief The pools of the second loop. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(second_pools, 0, SCRIPT_POOL, 0);

script_t script;

/** @brief What the command line says. */
typedef struct options {
    uint64_t seed;            /**< @brief The first script. */
    uint64_t count;           /**< @brief How many. */
    bool skips[SCRIPT_STEPS]; /**< @brief Steps that are left out. */
    bool has_ipv6;            /**< @brief The machine has it. */
    bool prints;              /**< @brief The output is printed. */
    uint32_t patience_ms;     /**< @brief See script_t. */
} options_t;

/* ------------------------------------------------------------------------------------------ chance, output */

uint32_t script_random(uint32_t limit) {
    return (uint32_t)(harness_random(&script.random) % limit);
}

void script_say(const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (const char *c = text; *c != 0; c++) {
        script.hash = (script.hash ^ (uint8_t)*c) * 0x100000001B3u; /* FNV-1a */
    }
    if (script.prints) {
        (void)fputs(text, stdout);
    }
}

void script_say_of(script_socket_t *socket, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(socket->text + socket->text_length, sizeof socket->text - socket->text_length, format, arguments);
    va_end(arguments);
    socket->text_length += length < 0 ? 0 : (size_t)length;
    if (socket->text_length >= sizeof socket->text) {
        socket->text_length = sizeof socket->text - 1;
    }
}

/* ------------------------------------------------------------------------------------------ a script */

const ptk_socket_internal_t *script_slot(ptk_handle_t socket) {
    const ptk_event_loop_resources_t *pools[] = {&first_pools, &second_pools};
    for (size_t i = 0; i < 2; i++) {
        for (size_t slot = 0; slot < pools[i]->num_sockets; slot++) {
            if (pools[i]->sockets[slot].base.handle == socket) {
                return &pools[i]->sockets[slot];
            }
        }
    }
    return NULL;
}

/** @brief Runs a script. @return whether it could be run. */
static bool run(uint64_t seed, const options_t *options) {
    memset(&script, 0, sizeof script);
    script.seed = seed;
    script.hash = 0xCBF29CE484222325u;
    script.prints = options->prints;
    script.patience_ms = options->patience_ms;
    script.family = options->has_ipv6 && seed % 4 == 3 ? PTK_ADDRESS_IPV6 : PTK_ADDRESS_IPV4;
    if (!script_begin_platform(seed)) {
        return false;
    }
    script.loops[0] = ptk_event_loop_create(slots, SCRIPT_LOOPS, &first_pools);
    script.loops[1] = ptk_event_loop_create(slots, SCRIPT_LOOPS, &second_pools);
    for (uint32_t step = 0; step < SCRIPT_STEPS; step++) {
        script.random = (seed << 16) ^ ((uint64_t)step << 48) ^ step; /* the rest stays when a step is left out */
        script.rests = script_random(4) != 0;
        if (!options->skips[step]) {
            script_say("%u ", (unsigned)step);
            script_act(step);
            if (script.rests) {
                script_rest();
            }
            script_say_events();
            script_say("\n");
        }
    }
    script_rest();
    script_say_events();
    script_say("\n");
    bool is_well = ptk_event_loop_destroy(script.loops[0]) == PTK_ERR_OK;
    return ptk_event_loop_destroy(script.loops[1]) == PTK_ERR_OK && is_well;
}

/** @brief Reads a number, which must be one. */
static uint64_t number(const char *text, uint64_t limit) {
    char *end = NULL;
    unsigned long long value = text == NULL ? 0 : strtoull(text, &end, 10);
    if (text == NULL || *text < '0' || *text > '9' || *end != 0 || value > limit) {
        fprintf(stderr, "script_run: what is %s?\n", text == NULL ? "that" : text);
        exit(2);
    }
    return value;
}

/** @brief Reads the list of the steps that are not left out. */
static void read_steps(char *list, options_t *options) {
    memset(options->skips, true, sizeof options->skips);
    for (char *next = list == NULL ? NULL : strtok(list, ","); next != NULL; next = strtok(NULL, ",")) {
        options->skips[number(next, SCRIPT_STEPS - 1)] = false;
    }
}

/** @brief Reads the command line. */
static options_t read_options(int count, char **arguments) {
    options_t options = {.seed = 1, .count = 1, .has_ipv6 = true};
    for (int i = 1; i < count; i++) {
        const char *name = arguments[i];
        if (strcmp(name, "--trace") == 0) {
            options.prints = true;
        } else if (strcmp(name, "--no-ipv6") == 0) {
            options.has_ipv6 = false;
        } else if (strcmp(name, "--seed") == 0) {
            options.seed = number(arguments[++i], UINT64_MAX / 2);
        } else if (strcmp(name, "--count") == 0) {
            options.count = number(arguments[++i], UINT32_MAX);
        } else if (strcmp(name, "--patience") == 0) {
            options.patience_ms = (uint32_t)number(arguments[++i], 1000);
        } else if (strcmp(name, "--only") == 0) {
            read_steps(arguments[++i], &options);
        } else {
            (void)number(NULL, 0);
        }
    }
    return options;
}

/** @brief Runs what the command line says. @param count arguments. @param arguments the options. */
int main(int count, char **arguments) {
    options_t options = read_options(count, arguments);
    for (uint64_t seed = options.seed; seed < options.seed + options.count; seed++) {
        if (!run(seed, &options)) {
            fprintf(stderr, "script_run: script %llu cannot be run\n", (unsigned long long)seed);
            return 1;
        }
        printf("%llu %016llx\n", (unsigned long long)seed, (unsigned long long)script.hash);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
