/**
 * @file zephyr_log.c
 * @brief Where the lines of a Debug library go: to Zephyr's log, as the module ptk. Not part of a release library.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "protocol_toolkit.h"

#include <zephyr/logging/log.h>

/** @brief The module. */
LOG_MODULE_REGISTER(ptk, CONFIG_PTK_LOG_LEVEL);

/** @brief Writes the line, as LOG_ERR() and the others do. */
#define LINE(write) write("%s: %s (%lld)", function, message, (long long)value)

void ptk_log_write(int level, const char *function, const char *message, int64_t value) {
    if (level == 1) {
        LINE(LOG_ERR);
    } else if (level == 2) {
        LINE(LOG_WRN);
    } else if (level == 3) {
        LINE(LOG_INF);
    } else {
        LINE(LOG_DBG);
    }
}
