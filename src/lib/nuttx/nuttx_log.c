/**
 * @file nuttx_log.c
 * @brief Where the lines of a Debug library go: to syslog(), which interrupts may call, too. Not part of a release
 *        library.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "protocol_toolkit.h"

#include <inttypes.h>
#include <syslog.h>

void ptk_log_write(int level, const char *function, const char *message, int64_t value) {
    static const int priorities[] = {LOG_DEBUG, LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
    int priority = priorities[level >= 1 && level <= 4 ? level : 0];
    syslog(priority, "ptk %s: %s (%" PRId64 ")\n", function, message, value);
}
