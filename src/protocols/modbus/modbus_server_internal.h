/**
 * @file modbus_server_internal.h
 * @brief What the files of the server share, from the bottom up: a file calls those below it and none above.
 *
 *     modbus_server.c                  start, stop, and the acceptor
 *     modbus_server_connection.c       one connection: its protothread, its buffers and its deadlines
 *     modbus_server_respond.c          from a request to its response, on the application's data
 *     modbus_server_identification.c   function 43
 *     modbus_request.c, modbus_response.c, modbus_codec.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_MODBUS_SERVER_INTERNAL_H
#define PTK_MODBUS_SERVER_INTERNAL_H

#include <ptk_modbus_server.h>

/* ------------------------------------------------------------------------------------------------ identification */

/**
 * @brief Whether a server can use these identification objects: ascending, none too long, the basic ones there.
 * @param objects the objects, may be NULL if there are none. @param count how many.
 * @return true if so.
 */
bool ptk_modbus_server_objects_are_valid(const ptk_modbus_device_object_t *objects, uint32_t count);

/**
 * @brief Makes the response to function 43, MEI type 14 (AP 6.21).
 * @param server whose identification; it has one. Its wire area is used.
 * @param request checked by ptk_modbus_request_decode().
 * @param[out] response zeroed but for the function; the response, an exception included.
 */
void ptk_modbus_server_identify(ptk_modbus_server_t *server, const ptk_modbus_request_t *request,
                                ptk_modbus_response_t *response);

/* ------------------------------------------------------------------------------------------------ responses */

/**
 * @brief Gives the server the functions that work on a register map.
 * @param[out] callbacks the functions. @param map the map; its arrays decide which functions exist.
 */
void ptk_modbus_server_map_callbacks(ptk_modbus_callbacks_t *callbacks, const ptk_modbus_map_t *map);

/**
 * @brief Executes a request and appends its response, normal or exception.
 * @param server whose data; its values and wire areas are used.
 * @param frame a request to a unit of the server.
 * @param transmit where to append; with room for the longest frame, so that encoding fails only for a bad response.
 */
void ptk_modbus_server_respond(ptk_modbus_server_t *server, const ptk_modbus_frame_t *frame, ptk_buf_t *transmit);

/* ------------------------------------------------------------------------------------------------ connection */

/**
 * @brief Starts the protothread of a new connection.
 * @param connection a free context of a server; its socket is set. @param server the server.
 */
void ptk_modbus_server_connection_start(ptk_modbus_connection_t *connection, ptk_modbus_server_t *server);

#endif
