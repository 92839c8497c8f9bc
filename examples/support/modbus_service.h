/**
 * @file modbus_service.h
 * @brief What modbus_server serves: four tables, of which two are live. The same file for a computer and for a
 *        microcontroller.
 *
 * Coils and holding registers keep what clients write. The others are live:
 *     discrete inputs      a counter of seconds in binary: input 0 changes every second, 1 every two, up to 15
 *     input registers      0-1 uptime in seconds    2-3 requests    4-5 exceptions    6 connections    7-8 accepted
 *                          (pairs are 32-bit numbers, high word first)
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_SUPPORT_MODBUS_SERVICE_H
#define EXAMPLES_SUPPORT_MODBUS_SERVICE_H

#include <protocol_toolkit.h>

/** @brief Clients at a time. */
#ifndef MODBUS_SERVICE_CLIENTS
#define MODBUS_SERVICE_CLIENTS 512
#endif
/** @brief Values of each table. */
#ifndef MODBUS_SERVICE_VALUES
#define MODBUS_SERVICE_VALUES 1000
#endif

/** @brief User event sources in the loop, for the program. */
#define MODBUS_SERVICE_SOURCES 1

/**
 * @brief Creates the loop and starts the server in it.
 * @param address where it listens; with port 0 the system chooses one.
 * @param unit_id unit identifier that is served, besides 0 and 255.
 * @return the loop's handle, or an error.
 */
ptk_handle_t modbus_service_start(const ptk_address_t *address, uint16_t unit_id);

/** @brief Where the server listens. @param address filled in. */
ptk_err_t modbus_service_address(ptk_address_t *address);

/** @brief The coils, which clients write too. */
uint8_t *modbus_service_coils(void);

/** @brief Stops the server and destroys the loop. */
void modbus_service_stop(void);

#endif
