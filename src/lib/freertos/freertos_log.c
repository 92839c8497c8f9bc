/**
 * @file freertos_log.c
 * @brief Where the lines of a Debug library go: nowhere, as the kernel has no output. An application that wants them defines
 *        ptk_log_write(). Not part of a release library.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "protocol_toolkit.h"

void ptk_log_write(int level, const char *function, const char *message, int64_t value) {
    (void)level;
    (void)function;
    (void)message;
    (void)value;
}
