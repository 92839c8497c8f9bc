/**
 * @file modbus_codec.h
 * @brief What the files of the codec share; client and server see it through them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_MODBUS_CODEC_H
#define PTK_MODBUS_CODEC_H

#include <ptk_modbus.h>

/** @brief Bytes of the MBAP header before the unit identifier; the length field counts the bytes after them. */
#define PTK_MODBUS_PREFIX_SIZE 6
/** @brief Bytes of an identification object before its value: its id and its length (AP 6.21). */
#define PTK_MODBUS_OBJECT_HEADER_SIZE 2u
/** @brief Bytes of the PDU of a response to function 43 before its objects (AP 6.21). */
#define PTK_MODBUS_OBJECTS_OFFSET 7u

/** @brief Bytes of a number of registers on the wire. @param quantity the number. */
static inline size_t ptk_modbus_registers_size(uint16_t quantity) {
    return 2u * (size_t)quantity;
}

/** @brief Whether a value is within limits. @param value the value. @param least the least. @param most the most. */
static inline bool ptk_modbus_in_range(size_t value, size_t least, size_t most) {
    return value >= least && value <= most;
}

/** @brief Whether a range ends at 65535 at the latest (AP 4.4). @param address first one. @param quantity how many. */
static inline bool ptk_modbus_addresses_exist(uint16_t address, uint16_t quantity) {
    return (uint32_t)address + quantity <= PTK_MODBUS_ADDRESS_COUNT;
}

/**
 * @brief Checks that a frame can be appended and puts its MBAP header (TCP 3.1.3).
 * @param buf where to append. @param transaction_id as in the frame. @param unit_id as in the frame.
 * @param pdu_size bytes of the PDU that follows, 1 to 253.
 * @return PTK_ERR_OK: the header was put, and there is room for the PDU; PTK_ERR_INVALID_ARGUMENT, PTK_ERR_NO_SPACE:
 *         buf is unchanged.
 */
ptk_err_t ptk_modbus_header_put(ptk_buf_t *buf, uint16_t transaction_id, uint8_t unit_id, size_t pdu_size);

/**
 * @brief Whether bytes are a list of exactly count identification objects (AP 6.21).
 * @param data the bytes. @param length how many. @param count the expected number of objects.
 * @return true if so.
 */
bool ptk_modbus_objects_are_valid(const uint8_t *data, size_t length, uint8_t count);

#endif
