/**
 * @file ptk_modbus_server.h
 * @brief A Modbus TCP server for many clients, on protothreads. No heap; all state is in the application's memory.
 *
 * A server with N connection contexts needs N + 1 sockets (the listener and one for each connection) and N + 1 timers
 * (the acceptor's and one for each context) of the loop's pools, and no user event source.
 *
 * When all contexts are in use, further clients wait in the listener's backlog until a context is free. The guide
 * closes the oldest unused connection instead (TCP 4.2.1.1); here only the idle timeout ends an unused connection, and
 * no client loses its connection to a new one.
 *
 * Each whole request gets its response or exception, in the order of the requests. A wrong MBAP header (protocol
 * identifier, length) is discarded (TCP 4.4.2.2). The framing is lost then, so the connection is closed after the
 * responses to earlier requests; what is received meanwhile is discarded, for two seconds at most. A request that is
 * not whole request_timeout_ms after its first byte ends the connection, too.
 *
 * Section numbers marked "AP" are those of the MODBUS Application Protocol Specification V1.1b3, those marked "TCP" of
 * the MODBUS Messaging on TCP/IP Implementation Guide V1.0b.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_MODBUS_SERVER_H
#define PTK_MODBUS_SERVER_H

#include <ptk_modbus.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * 260 is one frame of the greatest length; with more, pipelined requests need fewer system calls. A CMake
 * cache variable of the same name, which goes into the header as those of protocol_toolkit.h do.
 */
#ifndef PTK_MODBUS_SERVER_BUFFER_SIZE
#define PTK_MODBUS_SERVER_BUFFER_SIZE 1024 /**< @brief Bytes of each connection's two buffers, 260 to 65535. */
#endif
#if PTK_MODBUS_SERVER_BUFFER_SIZE < 260
#error "PTK_MODBUS_SERVER_BUFFER_SIZE must hold a frame of 260 bytes"
#endif

/** @brief Requests of one connection that are executed before other connections get their turn. */
#define PTK_MODBUS_SERVER_BATCH 32

/** @brief For ptk_modbus_server_config_t::unit_id: serves all unit identifiers. */
#define PTK_MODBUS_ANY_UNIT 256

/* ------------------------------------------------------------------------------------------------ data */

/**
 * @brief The server's data as plain arrays. If an array is NULL, the functions on that table do not exist.
 *
 * Addresses count from 0. The arrays are the application's: it may read and change them at any time in the loop's
 * thread.
 */
typedef struct ptk_modbus_map {
    uint8_t *coils;                  /**< @brief One byte for each coil, 0 or 1. */
    const uint8_t *discrete_inputs;  /**< @brief One byte for each discrete input, 0 or 1. */
    uint16_t *holding_registers;     /**< @brief The holding registers. */
    const uint16_t *input_registers; /**< @brief The input registers. */
    uint32_t num_coils;              /**< @brief Number of coils, 0 to 65536. */
    uint32_t num_discrete_inputs;    /**< @brief Number of discrete inputs, 0 to 65536. */
    uint32_t num_holding_registers;  /**< @brief Number of holding registers, 0 to 65536. */
    uint32_t num_input_registers;    /**< @brief Number of input registers, 0 to 65536. */
    /** @brief Called before values are read, to update them; may be NULL. */
    void (*on_read)(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity);
    /** @brief Called after a client has written values; may be NULL. */
    void (*on_write)(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity);
    void *user_data; /**< @brief Passed to the two functions above. */
} ptk_modbus_map_t;

/**
 * @brief The server's data, read and written by functions of the application.
 *
 * The server has checked address and quantity against the limits of the protocol and against counts. Each function
 * returns PTK_MODBUS_EXCEPTION_NONE or the exception to respond with. If a function is NULL, the Modbus functions that
 * need it do not exist. Function 22 reads and then writes one register, function 23 writes and then reads. None of them
 * may stop the server or destroy its loop; use ptk_raise_event() for that.
 */
typedef struct ptk_modbus_callbacks {
    /** @brief Reads coils or discrete inputs: sets quantity bytes at bits, each to 0 or 1. */
    uint8_t (*read_bits)(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity, uint8_t *bits);
    /** @brief Writes coils: quantity bytes, each 0 or 1. */
    uint8_t (*write_bits)(void *user_data, uint16_t address, uint16_t quantity, const uint8_t *bits);
    /** @brief Reads holding or input registers: sets quantity values. */
    uint8_t (*read_registers)(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity,
                              uint16_t *registers);
    /** @brief Writes holding registers. */
    uint8_t (*write_registers)(void *user_data, uint16_t address, uint16_t quantity, const uint16_t *registers);
    /** @brief Size of each table, 0 to 65536; the index is a ptk_modbus_table_t. 0: no such table. */
    uint32_t counts[PTK_MODBUS_TABLE_COUNT];
    void *user_data; /**< @brief Passed to each function. */
} ptk_modbus_callbacks_t;

/** @brief An object of the server's device identification. */
typedef struct ptk_modbus_device_object {
    uint8_t id;        /**< @brief PTK_MODBUS_OBJECT_VENDOR_NAME and so on. */
    const char *value; /**< @brief Zero-terminated text of at most PTK_MODBUS_MAX_OBJECT_SIZE bytes. */
} ptk_modbus_device_object_t;

/* ------------------------------------------------------------------------------------------------ server */

struct ptk_modbus_server;

/** @brief State of one connection. The application declares an array; its content is private to the server. */
typedef struct ptk_modbus_connection {
    ptk_pt_t pt;                      /**< @brief The connection's protothread. */
    struct ptk_modbus_server *server; /**< @brief The server. */
    ptk_handle_t socket;              /**< @brief The connection, 0 while the context is free. */
    ptk_handle_t timer;               /**< @brief For every wait of the connection. */
    uint64_t deadline_ms;             /**< @brief When the wait for a whole request ends. */
    ptk_buf_t receive;                /**< @brief Received requests. */
    ptk_buf_t transmit;               /**< @brief Responses to be sent. */
    uint8_t state;                    /**< @brief What the protothread does next. */
    uint8_t incomplete;               /**< @brief 1 while the deadline is that of a request that is not whole. */
    uint8_t receive_memory[PTK_MODBUS_SERVER_BUFFER_SIZE];  /**< @brief Memory of receive. */
    uint8_t transmit_memory[PTK_MODBUS_SERVER_BUFFER_SIZE]; /**< @brief Memory of transmit. */
} ptk_modbus_connection_t;

/**
 * @brief Configuration of a server. It is copied; what it points to must stay valid until the server is stopped.
 *
 * Zero what is not needed.
 */
typedef struct ptk_modbus_server_config {
    ptk_handle_t loop;                    /**< @brief The server's loop. */
    ptk_address_t address;                /**< @brief Where to listen; port 0 lets the system choose. */
    uint32_t backlog;                     /**< @brief Connections that may wait, 1 to 65535; 0 means 128. */
    ptk_modbus_connection_t *connections; /**< @brief The contexts, one for each client at a time. */
    uint32_t num_connections;             /**< @brief Number of contexts, at least 1. */
    /**
     * @brief The unit identifier that is served, 0 to 255, or PTK_MODBUS_ANY_UNIT. 0 and 255 are always served, as they
     * mean the server itself (TCP 4.4.1.2). Requests to other units get no response, as on a serial line.
     */
    uint16_t unit_id;
    /** @brief Closes a connection after this time without a request, ms, up to PTK_MODBUS_MAX_TIME_MS; 0: never. */
    uint64_t idle_timeout_ms;
    /**
     * @brief Closes a connection if a request is not whole this time after its first byte, ms, up to
     * PTK_MODBUS_MAX_TIME_MS; 0 means 3000. Its length may be wrong, and all later bytes would be taken for its rest.
     */
    uint64_t request_timeout_ms;
    const ptk_modbus_map_t *map;               /**< @brief The data as arrays; or NULL, and callbacks is used. */
    const ptk_modbus_callbacks_t *callbacks;   /**< @brief The data as functions; or NULL, and map is used. */
    const ptk_modbus_device_object_t *objects; /**< @brief Device identification: ascending ids, 0 to 2 present. */
    uint32_t num_objects;                      /**< @brief Number of objects, 0 to 256; 0: no function 43. */
} ptk_modbus_server_config_t;

/** @brief Statistics of a server since it was started. */
typedef struct ptk_modbus_server_stats {
    uint32_t connections; /**< @brief Connections now. */
    uint32_t accepted;    /**< @brief Connections accepted. */
    uint32_t refused;     /**< @brief Times that all contexts came into use: further clients wait in the backlog. */
    uint32_t idle_closed; /**< @brief Connections closed because no request came, or the client did not read. */
    uint32_t malformed;   /**< @brief Connections closed for bytes that are not Modbus, or an incomplete request. */
    uint64_t requests;    /**< @brief Requests with a response or an exception. */
    uint64_t exceptions;  /**< @brief Exception responses. */
    uint64_t ignored;     /**< @brief Requests to another unit, which got no response. */
} ptk_modbus_server_stats_t;

/** @brief A server. The application declares it and zeroes it before its first use; its content is private. */
typedef struct ptk_modbus_server {
    ptk_pt_t pt;                            /**< @brief The acceptor's protothread. */
    uint32_t magic;                         /**< @brief Marks a running server. */
    uint8_t executing;                      /**< @brief 1 while a function of the application runs. */
    ptk_handle_t listener;                  /**< @brief The listening socket. */
    ptk_handle_t timer;                     /**< @brief The acceptor's timer. */
    ptk_handle_t accepted;                  /**< @brief The connection that was accepted last. */
    uint32_t next_connection;               /**< @brief Where the search for a free context begins. */
    ptk_semaphore_t free_connections;       /**< @brief Counts the free contexts. */
    ptk_modbus_server_config_t config;      /**< @brief As given. */
    ptk_modbus_callbacks_t callbacks;       /**< @brief The application's, or those of the map. */
    ptk_modbus_server_stats_t stats;        /**< @brief Statistics. */
    uint8_t wire[PTK_MODBUS_MAX_DATA_SIZE]; /**< @brief Values of the current response, as on the wire. */
    union {
        uint8_t bits[PTK_MODBUS_MAX_READ_BITS];            /**< @brief Bits for or from the application. */
        uint16_t registers[PTK_MODBUS_MAX_READ_REGISTERS]; /**< @brief Registers for or from it. */
    } values;                                              /**< @brief Values of the current request. */
} ptk_modbus_server_t;

/**
 * @brief Starts a server: it listens when the call returns, and serves while the loop is run.
 * @param server zeroed, or stopped. It and all that config points to must stay in place until it is stopped.
 * @param config the configuration; copied.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_STATE (it runs already), PTK_ERR_INVALID_HANDLE (the loop), PTK_ERR_OUT_OF_MEMORY
 *         (a pool of the loop has too few slots), PTK_ERR_INVALID_ARGUMENT (NULL; no connections; unit_id above 256;
 *         both or none of map and callbacks; a count above 65536; objects not ascending, too long or basic ones
 *         missing; a time above PTK_MODBUS_MAX_TIME_MS), and the errors of ptk_socket_listen(). After an error the
 *         server is stopped and owns no slot.
 * @note Loop thread.
 */
ptk_err_t ptk_modbus_server_start(ptk_modbus_server_t *server, const ptk_modbus_server_config_t *config);

/** @cond */
#define PTK_MODBUS_LAYOUT_EXPAND(name, buffer) PTK_MODBUS_LAYOUT_PASTE(name, buffer)
#define PTK_MODBUS_LAYOUT_PASTE(name, buffer) name##_buffer_##buffer
/** @endcond */
/**
 * @brief As PTK_LAYOUT_NAME: the name with what the layout of a connection depends on. @param name the function's plain
 *        name.
 */
#define PTK_MODBUS_LAYOUT_NAME(name) PTK_MODBUS_LAYOUT_EXPAND(name, PTK_MODBUS_SERVER_BUFFER_SIZE)
/** @cond */
ptk_err_t PTK_MODBUS_LAYOUT_NAME(ptk_modbus_server_start)(ptk_modbus_server_t *server,
                                                          const ptk_modbus_server_config_t *config);
#define ptk_modbus_server_start PTK_MODBUS_LAYOUT_NAME(ptk_modbus_server_start)
/** @endcond */

/**
 * @brief Stops a server: closes its sockets and frees its timers. Its memory is the application's again.
 * @param server a running server; its loop may have been destroyed.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (it does not run), PTK_ERR_BUSY (called by
 *         one of the functions that the server calls).
 * @note Loop thread.
 */
ptk_err_t ptk_modbus_server_stop(ptk_modbus_server_t *server);

/**
 * @brief The address that the server listens on, with the port that the system chose.
 * @param server a running server.
 * @param[out] address the result; unchanged on error.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (it does not run), PTK_ERR_INVALID_HANDLE
 *         (its loop was destroyed).
 * @note Loop thread.
 */
ptk_err_t ptk_modbus_server_get_address(const ptk_modbus_server_t *server, ptk_address_t *address);

/**
 * @brief Statistics of a server.
 * @param server a running server.
 * @param[out] stats the result; unchanged on error.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (it does not run).
 * @note Loop thread; also from the functions that the server calls.
 */
ptk_err_t ptk_modbus_server_get_stats(const ptk_modbus_server_t *server, ptk_modbus_server_stats_t *stats);

#ifdef __cplusplus
}
#endif

#endif
