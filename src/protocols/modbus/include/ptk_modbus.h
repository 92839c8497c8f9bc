/**
 * @file ptk_modbus.h
 * @brief Modbus over TCP: constants, and the codec of frames, requests and responses. No heap, no state.
 *
 * Section numbers marked "AP" are those of the MODBUS Application Protocol Specification V1.1b3, those marked "TCP" of
 * the MODBUS Messaging on TCP/IP Implementation Guide V1.0b. All functions here may be called from any thread and any
 * handler; the memory that is passed in belongs to one thread at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_MODBUS_H
#define PTK_MODBUS_H

#include <protocol_toolkit.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------ constants */

/**
 * @name Sizes of a frame
 * TCP 3.1.3: the MBAP header is 7 bytes; AP 4.1: the PDU has at most 253, so a frame has at most 260.
 * @{
 */
#define PTK_MODBUS_TCP_PORT 502       /**< @brief The port that is registered for Modbus over TCP. */
#define PTK_MODBUS_HEADER_SIZE 7      /**< @brief Bytes of the MBAP header, the unit identifier included. */
#define PTK_MODBUS_MAX_PDU_SIZE 253   /**< @brief Most bytes of function code and data. */
#define PTK_MODBUS_MAX_FRAME_SIZE 260 /**< @brief Most bytes of a whole frame. */
#define PTK_MODBUS_MIN_LENGTH 2       /**< @brief Least value of the length field: unit identifier and function code. */
#define PTK_MODBUS_MAX_LENGTH 254     /**< @brief Greatest value of the length field. */
/** @} */

/** @brief The longest time in a config, in ms: 292 years. The current time plus this still fits 64 bits. */
#define PTK_MODBUS_MAX_TIME_MS (PTK_TIME_MAX_MS / 2)

/**
 * @name Limits of a request
 * @{
 */
#define PTK_MODBUS_MAX_READ_BITS 2000           /**< @brief AP 6.1, 6.2: bits read by one request. */
#define PTK_MODBUS_MAX_READ_REGISTERS 125       /**< @brief AP 6.3, 6.4, 6.17: registers read by one request. */
#define PTK_MODBUS_MAX_WRITE_BITS 1968          /**< @brief AP 6.11 (0x7B0): coils written by one request. */
#define PTK_MODBUS_MAX_WRITE_REGISTERS 123      /**< @brief AP 6.12 (0x7B): registers written by one request. */
#define PTK_MODBUS_MAX_READ_WRITE_REGISTERS 121 /**< @brief AP 6.17 (0x79): registers written by function 23. */
#define PTK_MODBUS_ADDRESS_COUNT 65536          /**< @brief AP 4.4: addresses that a table can have. */
#define PTK_MODBUS_COIL_ON 0xFF00               /**< @brief AP 6.5: value of function 5 that switches a coil on. */
#define PTK_MODBUS_COIL_OFF 0x0000              /**< @brief AP 6.5: value of function 5 that switches a coil off. */
#define PTK_MODBUS_MAX_DATA_SIZE 250            /**< @brief Most bytes of bit or register values in one frame. */
#define PTK_MODBUS_MAX_OBJECT_SIZE 244 /**< @brief AP 6.21: longest identification object that fits a response. */
/** @} */

/** @brief The function codes that the codec knows (AP 6). */
enum {
    PTK_MODBUS_READ_COILS = 1,                 /**< @brief AP 6.1. */
    PTK_MODBUS_READ_DISCRETE_INPUTS = 2,       /**< @brief AP 6.2. */
    PTK_MODBUS_READ_HOLDING_REGISTERS = 3,     /**< @brief AP 6.3. */
    PTK_MODBUS_READ_INPUT_REGISTERS = 4,       /**< @brief AP 6.4. */
    PTK_MODBUS_WRITE_SINGLE_COIL = 5,          /**< @brief AP 6.5. */
    PTK_MODBUS_WRITE_SINGLE_REGISTER = 6,      /**< @brief AP 6.6. */
    PTK_MODBUS_WRITE_MULTIPLE_COILS = 15,      /**< @brief AP 6.11. */
    PTK_MODBUS_WRITE_MULTIPLE_REGISTERS = 16,  /**< @brief AP 6.12. */
    PTK_MODBUS_MASK_WRITE_REGISTER = 22,       /**< @brief AP 6.16. */
    PTK_MODBUS_READ_WRITE_REGISTERS = 23,      /**< @brief AP 6.17. */
    PTK_MODBUS_READ_DEVICE_IDENTIFICATION = 43 /**< @brief AP 6.21, with MEI type 14. */
};

/** @brief The MEI type of function 43 that reads the device identification (AP 6.21). */
#define PTK_MODBUS_MEI_DEVICE_IDENTIFICATION 14
/** @brief The bit that turns a function code into that of an exception response (AP 4.1). */
#define PTK_MODBUS_EXCEPTION_FLAG 0x80

/** @brief The exception codes (AP 7). */
enum {
    PTK_MODBUS_EXCEPTION_NONE = 0,                      /**< @brief No exception. */
    PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION = 1,          /**< @brief The server does not have this function. */
    PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS = 2,      /**< @brief An address that the server does not have. */
    PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE = 3,        /**< @brief A value, quantity or length that is not allowed. */
    PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE = 4,     /**< @brief The server could not do it. */
    PTK_MODBUS_EXCEPTION_ACKNOWLEDGE = 5,               /**< @brief Accepted; execution takes a long time. */
    PTK_MODBUS_EXCEPTION_SERVER_DEVICE_BUSY = 6,        /**< @brief The server is busy; try again later. */
    PTK_MODBUS_EXCEPTION_MEMORY_PARITY_ERROR = 8,       /**< @brief The server's memory is damaged. */
    PTK_MODBUS_EXCEPTION_GATEWAY_PATH_UNAVAILABLE = 10, /**< @brief The gateway has no path to the target device. */
    PTK_MODBUS_EXCEPTION_GATEWAY_TARGET_FAILED = 11 /**< @brief The target device does not respond to the gateway. */
};

/** @brief What to read of the device identification (AP 6.21, ReadDevId code). */
enum {
    PTK_MODBUS_DEVICE_ID_BASIC = 1,     /**< @brief All basic objects, as a stream. */
    PTK_MODBUS_DEVICE_ID_REGULAR = 2,   /**< @brief All basic and regular objects, as a stream. */
    PTK_MODBUS_DEVICE_ID_EXTENDED = 3,  /**< @brief All objects, as a stream. */
    PTK_MODBUS_DEVICE_ID_INDIVIDUAL = 4 /**< @brief One object. */
};

/** @brief Objects of the device identification (AP 6.21); 0x80 to 0xFF are the application's own. */
enum {
    PTK_MODBUS_OBJECT_VENDOR_NAME = 0x00,           /**< @brief Basic, mandatory. */
    PTK_MODBUS_OBJECT_PRODUCT_CODE = 0x01,          /**< @brief Basic, mandatory. */
    PTK_MODBUS_OBJECT_REVISION = 0x02,              /**< @brief Basic, mandatory: MajorMinorRevision. */
    PTK_MODBUS_OBJECT_VENDOR_URL = 0x03,            /**< @brief Regular. */
    PTK_MODBUS_OBJECT_PRODUCT_NAME = 0x04,          /**< @brief Regular. */
    PTK_MODBUS_OBJECT_MODEL_NAME = 0x05,            /**< @brief Regular. */
    PTK_MODBUS_OBJECT_USER_APPLICATION_NAME = 0x06, /**< @brief Regular. */
    PTK_MODBUS_OBJECT_FIRST_EXTENDED = 0x80         /**< @brief First of the application's own objects. */
};

/** @brief The four tables of the data model (AP 4.3). */
typedef enum ptk_modbus_table {
    PTK_MODBUS_TABLE_COILS = 0,             /**< @brief Bits, read and written. */
    PTK_MODBUS_TABLE_DISCRETE_INPUTS = 1,   /**< @brief Bits, read only. */
    PTK_MODBUS_TABLE_HOLDING_REGISTERS = 2, /**< @brief 16-bit registers, read and written. */
    PTK_MODBUS_TABLE_INPUT_REGISTERS = 3    /**< @brief 16-bit registers, read only. */
} ptk_modbus_table_t;

/** @brief Number of tables. */
#define PTK_MODBUS_TABLE_COUNT 4

/**
 * @brief What an exception code means, such as "illegal data address".
 * @param exception any value.
 * @return A constant string, never NULL; "unknown exception" for a value that is no code.
 */
const char *ptk_modbus_exception_string(uint8_t exception);

/* ------------------------------------------------------------------------------------------------ frames */

/** @brief What the received bytes are. */
typedef enum ptk_modbus_scan {
    PTK_MODBUS_SCAN_INCOMPLETE = 0, /**< @brief The beginning of a frame: more bytes are needed. */
    PTK_MODBUS_SCAN_COMPLETE = 1,   /**< @brief A whole frame. */
    PTK_MODBUS_SCAN_INVALID = 2     /**< @brief Not Modbus: the framing is lost, close the connection. */
} ptk_modbus_scan_t;

/** @brief A frame: the fields of its MBAP header and its PDU, which stays in the memory it was received in. */
typedef struct ptk_modbus_frame {
    uint16_t transaction_id; /**< @brief Chosen by the client, repeated in the response. */
    uint8_t unit_id;         /**< @brief The addressed device; matters behind a gateway. */
    uint8_t function;        /**< @brief First byte of the PDU. */
    ptk_buf_t pdu;           /**< @brief The PDU, function code included; 1 to 253 bytes. */
} ptk_modbus_frame_t;

/**
 * @brief Checks whether a buffer starts with a whole frame (TCP 3.1.3). Takes nothing.
 *
 * A wrong protocol identifier is detected after 4 bytes, a length field out of range after 6; the rest is not needed.
 * @param buf received bytes.
 * @param[out] frame_length length of the whole frame in bytes, 8 to 260, if it is complete; else 0. May be NULL.
 * @return See ptk_modbus_scan_t; PTK_MODBUS_SCAN_INVALID also for NULL or a buffer in error.
 */
ptk_modbus_scan_t ptk_modbus_frame_scan(const ptk_buf_t *buf, size_t *frame_length);

/**
 * @brief Takes a whole frame from the start of a buffer.
 * @param buf received bytes; unchanged unless a frame is complete.
 * @param[out] frame the frame; its PDU points into buf's memory. Unchanged unless the frame is complete.
 * @return See ptk_modbus_scan_t; PTK_MODBUS_SCAN_INVALID also for NULL or a buffer in error.
 */
ptk_modbus_scan_t ptk_modbus_frame_take(ptk_buf_t *buf, ptk_modbus_frame_t *frame);

/* ------------------------------------------------------------------------------------------------ requests */

/** @brief A request of any function; what a function does not use is 0 after decoding and ignored when encoding. */
typedef struct ptk_modbus_request {
    uint8_t function;        /**< @brief Function code. */
    uint8_t device_id_code;  /**< @brief Function 43: PTK_MODBUS_DEVICE_ID_BASIC and so on. */
    uint8_t object_id;       /**< @brief Function 43: the first object, or the only one. */
    uint16_t address;        /**< @brief First address; function 23: of the registers to read. */
    uint16_t quantity;       /**< @brief Bits or registers; function 23: to read. 5, 6, 22: 1 after decoding. */
    uint16_t value;          /**< @brief Functions 5 (PTK_MODBUS_COIL_ON or PTK_MODBUS_COIL_OFF) and 6. */
    uint16_t and_mask;       /**< @brief Function 22. */
    uint16_t or_mask;        /**< @brief Function 22. */
    uint16_t write_address;  /**< @brief Function 23: first register to write. */
    uint16_t write_quantity; /**< @brief Function 23: number of registers to write. */
    const uint8_t *data; /**< @brief Functions 15, 16, 23: the values as on the wire; in the frame after decoding. */
    size_t data_length;  /**< @brief Bytes at data. */
} ptk_modbus_request_t;

/**
 * @brief Decodes and checks a request.
 * @param frame from ptk_modbus_frame_take().
 * @param[out] request the result; on an exception only its function is meaningful.
 * @return PTK_MODBUS_EXCEPTION_NONE, or the exception to respond with: PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION (unknown
 *         function or MEI type), PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE (a quantity, value, byte count or length that
 *         is wrong), PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS (address and quantity go beyond 65536),
 *         PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE (NULL).
 */
uint8_t ptk_modbus_request_decode(const ptk_modbus_frame_t *frame, ptk_modbus_request_t *request);

/**
 * @brief Appends a request as a whole frame.
 * @param buf where to append.
 * @param transaction_id chosen by the client, 0 to 65535.
 * @param unit_id the addressed device, 0 to 255.
 * @param request the request.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, a buffer in error, or a request that ptk_modbus_request_decode()
 *         would refuse), PTK_ERR_NO_SPACE. After an error buf is unchanged.
 */
ptk_err_t ptk_modbus_request_encode(ptk_buf_t *buf, uint16_t transaction_id, uint8_t unit_id,
                                    const ptk_modbus_request_t *request);

/* ------------------------------------------------------------------------------------------------ responses */

/** @brief A response to any function; what a function does not use is 0 after decoding and ignored when encoding. */
typedef struct ptk_modbus_response {
    uint8_t function;         /**< @brief Function code of the request, without the exception flag. */
    uint8_t exception;        /**< @brief Exception code, PTK_MODBUS_EXCEPTION_NONE in a normal response. */
    uint8_t device_id_code;   /**< @brief Function 43: repeated from the request. */
    uint8_t conformity_level; /**< @brief Function 43: 1 to 3 for streams only, 0x81 to 0x83 with individual access. */
    uint8_t more_follows;     /**< @brief Function 43: 0xFF if there are more objects, else 0. */
    uint8_t next_object_id;   /**< @brief Function 43: first object of the next request, 0 if none. */
    uint8_t object_count;     /**< @brief Function 43: number of objects at data. */
    uint16_t address;         /**< @brief Functions 5, 6, 15, 16, 22: repeated from the request. */
    uint16_t quantity;        /**< @brief Functions 15, 16: repeated from the request. */
    uint16_t value;           /**< @brief Functions 5, 6: repeated from the request. */
    uint16_t and_mask;        /**< @brief Function 22: repeated from the request. */
    uint16_t or_mask;         /**< @brief Function 22: repeated from the request. */
    const uint8_t *data;      /**< @brief Functions 1 to 4, 23: the values as on the wire; 43: the objects. */
    size_t data_length;       /**< @brief Bytes at data. */
} ptk_modbus_response_t;

/**
 * @brief Decodes a response and checks it by itself. ptk_modbus_response_matches() checks it against the request.
 * @param frame from ptk_modbus_frame_take().
 * @param[out] response the result; unchanged on error. An exception response is no error, even with bytes after its
 *             code; in function 43 the MEI type may come before the code.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, or a malformed response; the next frame may be valid).
 */
ptk_err_t ptk_modbus_response_decode(const ptk_modbus_frame_t *frame, ptk_modbus_response_t *response);

/**
 * @brief Whether a response fits a request: same function, right number of values, right echo.
 * @param request the request. @param response the response, which may be an exception.
 * @return true if it fits; false also for NULL.
 */
bool ptk_modbus_response_matches(const ptk_modbus_request_t *request, const ptk_modbus_response_t *response);

/**
 * @brief Appends a response, normal or exception, as a whole frame.
 * @param buf where to append.
 * @param transaction_id repeated from the request.
 * @param unit_id repeated from the request.
 * @param response the response.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, a buffer in error, or a response that
 *         ptk_modbus_response_decode() would refuse), PTK_ERR_NO_SPACE. After an error buf is unchanged.
 */
ptk_err_t ptk_modbus_response_encode(ptk_buf_t *buf, uint16_t transaction_id, uint8_t unit_id,
                                     const ptk_modbus_response_t *response);

/**
 * @brief Appends an exception response to any function code, known or not.
 * @param buf where to append.
 * @param transaction_id repeated from the request.
 * @param unit_id repeated from the request.
 * @param function function code of the request, 0 to 255.
 * @param exception exception code, 1 to 255.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, a buffer in error, exception 0), PTK_ERR_NO_SPACE. After an
 *         error buf is unchanged.
 */
ptk_err_t ptk_modbus_exception_encode(ptk_buf_t *buf, uint16_t transaction_id, uint8_t unit_id, uint8_t function,
                                      uint8_t exception);

/** @brief An object of the device identification in a response. */
typedef struct ptk_modbus_object {
    uint8_t id;           /**< @brief PTK_MODBUS_OBJECT_VENDOR_NAME and so on. */
    uint8_t length;       /**< @brief Bytes at value. */
    const uint8_t *value; /**< @brief The value, not zero-terminated; points into the frame. */
} ptk_modbus_object_t;

/**
 * @brief Iterates over the objects of a response to function 43.
 * @param response a decoded response.
 * @param[in,out] offset 0 at first; moved past the object.
 * @param[out] object the object; unchanged if there is none.
 * @return true if there was another object; false also for NULL.
 */
bool ptk_modbus_object_next(const ptk_modbus_response_t *response, size_t *offset, ptk_modbus_object_t *object);

/* ------------------------------------------------------------------------------------------------ values */

/**
 * @brief Size of a number of bits on the wire.
 * @param quantity number of bits.
 * @return Bytes, rounded up.
 */
size_t ptk_modbus_bits_size(size_t quantity);

/**
 * @brief One bit as on the wire: eight to a byte, the lowest bit first (AP 6.1).
 * @param data bytes as on the wire; index must be within them, it is not checked.
 * @param index which bit, from 0.
 * @return 1 or 0.
 */
uint8_t ptk_modbus_bit_get(const uint8_t *data, size_t index);

/**
 * @brief Packs bits for the wire; unused bits of the last byte are 0.
 * @param[out] data ptk_modbus_bits_size(quantity) bytes.
 * @param bits one byte for each bit; not 0 means on.
 * @param quantity number of bits.
 */
void ptk_modbus_bits_pack(uint8_t *data, const uint8_t *bits, size_t quantity);

/**
 * @brief Unpacks bits from the wire.
 * @param[out] bits one byte for each bit, 0 or 1.
 * @param data ptk_modbus_bits_size(quantity) bytes.
 * @param quantity number of bits.
 */
void ptk_modbus_bits_unpack(uint8_t *bits, const uint8_t *data, size_t quantity);

/**
 * @brief One register as on the wire: big endian (AP 4.2).
 * @param data bytes as on the wire; index must be within them, it is not checked.
 * @param index which register, from 0.
 * @return Its value.
 */
uint16_t ptk_modbus_register_get(const uint8_t *data, size_t index);

/**
 * @brief Packs registers for the wire.
 * @param[out] data 2 * quantity bytes. @param registers the values. @param quantity number of registers.
 */
void ptk_modbus_registers_pack(uint8_t *data, const uint16_t *registers, size_t quantity);

/**
 * @brief Unpacks registers from the wire.
 * @param[out] registers the values. @param data 2 * quantity bytes. @param quantity number of registers.
 */
void ptk_modbus_registers_unpack(uint16_t *registers, const uint8_t *data, size_t quantity);

#ifdef __cplusplus
}
#endif

#endif
