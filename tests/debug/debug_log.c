/**
 * @file debug_log.c
 * @brief The lines of the log: see debug_log.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "debug_log.h"

#include <string.h>

/** @brief Lines that are kept; a test looks at few. */
enum { LINES = 64 };

/** @brief The first lines since log_clear(). */
static struct {
    char function[64];
    char message[256];
} kept[LINES];
/** @brief All lines since log_clear(). */
static uint32_t count;
/** @brief Lines about slow handlers are kept. */
static bool keeps_slow;

void ptk_log_write(int level, const char *function, const char *message, int64_t value) {
    (void)value;
    if (!keeps_slow && strstr(message, "the loop stood still") != NULL) {
        return; /* a busy machine did that, no handler of the test */
    }
    if (level >= 1 && level <= PTK_LOG_LEVEL && count < LINES) {
        (void)strncpy(kept[count].function, function, sizeof(kept[count].function) - 1);
        (void)strncpy(kept[count].message, message, sizeof(kept[count].message) - 1);
    }
    count++;
}

void log_clear(void) {
    memset(kept, 0, sizeof(kept));
    count = 0;
}

bool log_open(void) {
    const bool opened = support_open();

    keeps_slow = false;
    log_clear();
    return opened;
}

void log_keep_slow(void) {
    keeps_slow = true;
}

uint32_t log_count(void) {
    return count;
}

uint32_t log_lines(const char *function, const char *a, const char *b) {
    uint32_t found = 0;

    for (uint32_t i = 0; i < count && i < LINES; i++) {
        found += strcmp(kept[i].function, function) == 0 && strstr(kept[i].message, a) != NULL &&
                 (b == NULL || strstr(kept[i].message, b) != NULL);
    }
    return found;
}
