/**
 * @file log.h
 * @brief Of Zephyr's log what the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ZEPHYR_LOGGING_LOG_H
#define ZEPHYR_LOGGING_LOG_H

/** @brief Writes a line. @param level 1 is an error, 4 a detail. @param format as printf() takes it. */
void z_log(int level, const char *format, ...);

/** @brief A module, with the highest level that it writes. */
#define LOG_MODULE_REGISTER(name, level) enum { name##_log_level = (level) }
#define LOG_ERR(...) z_log(1, __VA_ARGS__)
#define LOG_WRN(...) z_log(2, __VA_ARGS__)
#define LOG_INF(...) z_log(3, __VA_ARGS__)
#define LOG_DBG(...) z_log(4, __VA_ARGS__)

#endif
