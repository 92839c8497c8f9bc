/**
 * @file trace.c
 * @brief The trace: a hash of everything that happens, and lines for who wants to read it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

#include <string.h>

/** @brief FNV-1a's prime for 64 bits. */
#define FNV_PRIME 0x100000001B3u

void ptk_sim_set_trace(void (*trace)(void *argument, const char *line), void *argument) {
    ptk_sim_world_t *world = ptk_sim_state();
    world->trace = trace;
    world->trace_argument = argument;
}

uint64_t ptk_sim_trace_hash(void) {
    return ptk_sim_state()->trace_hash;
}

/** @brief Mixes a number into the hash, byte by byte. */
static void mix(uint64_t *hash, uint64_t value) {
    for (int i = 0; i < 8; i++) {
        *hash = (*hash ^ (value & 0xFFu)) * FNV_PRIME;
        value >>= 8;
    }
}

/** @brief A line that is being written. */
typedef struct line {
    char text[PTK_SIM_LINE_SIZE]; /**< @brief What there is of it. */
    size_t length;                /**< @brief Its length. */
} line_t;

/** @brief Appends text, as far as it fits. */
static void append(line_t *line, const char *text) {
    while (*text != 0 && line->length + 1 < sizeof line->text) {
        line->text[line->length++] = *text++;
    }
    line->text[line->length] = 0;
}

/** @brief Appends a number with at least so many digits. */
static void append_number(line_t *line, uint64_t value, int digits) {
    char text[24];
    char *first = text + sizeof text - 1;
    *first = 0;
    do {
        *--first = (char)('0' + value % 10);
        value /= 10;
        digits--;
    } while (value > 0 || digits > 0);
    append(line, first);
}

/** @brief Writes the line for an entry of the trace: seconds, host, words, number, value. */
static void write_line(const ptk_sim_world_t *world, const char *what, uint16_t host, uint32_t number, int64_t value) {
    line_t line = {{0}, 0};
    append_number(&line, world->now_ns / PTK_SIM_NS_PER_S, 1);
    append(&line, ".");
    append_number(&line, world->now_ns % PTK_SIM_NS_PER_S, 9);
    append(&line, " host ");
    append_number(&line, host, 1);
    append(&line, " ");
    append(&line, what);
    append(&line, " ");
    append_number(&line, number, 1);
    append(&line, value < 0 ? " -" : " ");
    append_number(&line, value < 0 ? 0u - (uint64_t)value : (uint64_t)value, 1);
    world->trace(world->trace_argument, line.text);
}

void ptk_sim_trace(const char *what, uint16_t host, uint32_t number, int64_t value) {
    ptk_sim_world_t *world = ptk_sim_state();
    mix(&world->trace_hash, world->now_ns);
    for (const char *c = what; *c != 0; c++) {
        world->trace_hash = (world->trace_hash ^ (uint8_t)*c) * FNV_PRIME;
    }
    mix(&world->trace_hash, ((uint64_t)host << 32) | number);
    mix(&world->trace_hash, (uint64_t)value);
    world->trace_count++;
    if (world->trace != NULL) {
        write_line(world, what, host, number, value);
    }
}
