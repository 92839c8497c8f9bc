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

void ptk_log_write(int level, const char *function, const char *message, int64_t value) {
    switch (level) {
    case 1:
        LOG_ERR("%s: %s (%lld)", function, message, (long long)value);
        break;
    case 2:
        LOG_WRN("%s: %s (%lld)", function, message, (long long)value);
        break;
    case 3:
        LOG_INF("%s: %s (%lld)", function, message, (long long)value);
        break;
    default:
        LOG_DBG("%s: %s (%lld)", function, message, (long long)value);
        break;
    }
}
