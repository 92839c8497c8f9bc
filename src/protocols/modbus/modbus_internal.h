/**
 * @file modbus_internal.h
 * @brief What the files of the Modbus library share and the application does not see.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_MODBUS_INTERNAL_H
#define PTK_MODBUS_INTERNAL_H

#include <ptk_modbus_server.h>

/** @brief Bytes of the MBAP header in front of the unit identifier; the length field counts what is behind them. */
#define PTK_MODBUS_PREFIX_SIZE 6

/**
 * @brief Checks that a frame can be appended and puts its MBAP header (TCP 3.1.3).
 * @param buf where to append. @param transaction_id as in the frame. @param unit_id as in the frame.
 * @param pdu_size bytes of the PDU that follows, 1 to 253.
 * @return PTK_ERR_OK: header was put, and there is room for the PDU; PTK_ERR_INVALID_ARGUMENT, PTK_ERR_NO_SPACE: buf is
 *         unchanged.
 */
ptk_err_t ptk_modbus_header_put(ptk_buf_t *buf, uint16_t transaction_id, uint8_t unit_id, size_t pdu_size);

/**
 * @brief Checks the fields of a request against the protocol (AP 6, the state diagram of each function).
 * @param request with data_length as it was found on the wire or given by the caller.
 * @return PTK_MODBUS_EXCEPTION_NONE or the exception to answer.
 */
uint8_t ptk_modbus_request_check(const ptk_modbus_request_t *request);

/**
 * @brief Whether bytes are a list of exactly so many identification objects (AP 6.21).
 * @param data the bytes. @param length how many. @param count objects that there should be.
 * @return true if so.
 */
bool ptk_modbus_objects_valid(const uint8_t *data, size_t length, uint8_t count);

/**
 * @brief Gives the server the functions that work on a register map.
 * @param[out] callbacks the functions. @param map the map; its arrays decide which functions exist.
 */
void ptk_modbus_map_callbacks(ptk_modbus_callbacks_t *callbacks, const ptk_modbus_map_t *map);

/**
 * @brief Whether the server has a function, with the tables and the application's functions that it needs.
 * @param server the server. @param function any function code.
 * @return true if so; if not, exception 1 is the answer, whatever else the request says.
 */
bool ptk_modbus_function_exists(const ptk_modbus_server_t *server, uint8_t function);

/**
 * @brief Executes a decoded request on the server's data.
 * @param server whose data; its values and wire areas are used. It has the function.
 * @param request checked by ptk_modbus_request_decode().
 * @param[out] response the response, an exception included; its data is in server->wire.
 */
void ptk_modbus_execute(ptk_modbus_server_t *server, const ptk_modbus_request_t *request,
                        ptk_modbus_response_t *response);

/**
 * @brief Makes the response to function 43, MEI type 14 (AP 6.21).
 * @param server whose identification; it has one. Its wire area is used.
 * @param request checked by ptk_modbus_request_decode().
 * @param[out] response zeroed but for the function; the response, an exception included.
 */
void ptk_modbus_device_identification(ptk_modbus_server_t *server, const ptk_modbus_request_t *request,
                                      ptk_modbus_response_t *response);

/**
 * @brief Whether a server can use these identification objects: ascending, none too long, the basic ones there.
 * @param objects the objects, may be NULL if there are none. @param count how many.
 * @return true if so.
 */
bool ptk_modbus_device_objects_valid(const ptk_modbus_device_object_t *objects, uint32_t count);

#endif
