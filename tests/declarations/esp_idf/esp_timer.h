/**
 * @file esp_timer.h
 * @brief ESP-IDF's clock: what the port calls.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ESP_TIMER_H
#define ESP_TIMER_H

#include <stdint.h>

/** @brief Microseconds since the start. Any task or interrupt. */
int64_t esp_timer_get_time(void);

#endif
