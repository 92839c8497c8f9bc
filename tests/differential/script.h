/**
 * @file script.h
 * @brief Random scripts of socket calls. The same script gives the same results on every platform whose sockets do what
 *        those of Linux do, so two platforms are compared by their output.
 *
 * What a script does is decided by its seed and by the results so far. What it writes has no ports, no handles and no
 * times in it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_DIFFERENTIAL_SCRIPT_H
#define TESTS_DIFFERENTIAL_SCRIPT_H

#include <protocol_toolkit.h>

/** @brief Sizes of a script. */
enum { SCRIPT_LOOPS = 2, SCRIPT_POOL = 6, SCRIPT_SOCKETS = SCRIPT_LOOPS * SCRIPT_POOL, SCRIPT_STEPS = 50 };

/** @brief What a script knows of one of its sockets. */
typedef enum script_kind {
    KIND_NONE = 0,       /**< @brief It is destroyed, or never was. */
    KIND_NEW = 1,        /**< @brief It is not open. */
    KIND_LISTENER = 2,   /**< @brief It listens. */
    KIND_CONNECTION = 3, /**< @brief A connection, an attempt, or what is left of one. */
    KIND_DATAGRAM = 4    /**< @brief UDP. */
} script_kind_t;

/** @brief What a handler does when the socket can be read. */
typedef enum script_reading {
    READS_ALL = 0,    /**< @brief It receives, or accepts, until there is no more. */
    READS_SOME = 1,   /**< @brief It receives one piece, and is called again. */
    READS_ONCE = 2,   /**< @brief It receives one piece, and then no more. */
    READS_NOTHING = 3 /**< @brief There is none. */
} script_reading_t;

/** @brief A socket of the script. */
typedef struct script_socket {
    ptk_handle_t handle;      /**< @brief Stays when it is stale. */
    script_kind_t kind;       /**< @brief What it is. */
    script_reading_t reading; /**< @brief What it does when it can be read. */
    uint32_t chunk;           /**< @brief Bytes of a piece. */
    uint32_t reaction;        /**< @brief What its other handlers do: some bits. */
    bool is_stream;           /**< @brief New, and made for TCP. */
    bool shares_port;         /**< @brief Which socket gets what is sent to its port is the system's choice. */
    bool has_group_interface; /**< @brief Multicast is sent on loopback. */
    ptk_address_t local;      /**< @brief Where it listens, or receives datagrams. */
    ptk_address_t own;        /**< @brief A connection's own address. */
    uint32_t counter;         /**< @brief Bytes that it has sent, which are the numbers of them. */
    uint32_t events;          /**< @brief In this step: a bit for each event. */
    uint32_t errors;          /**< @brief In this step: a bit for each error that reading gave. */
    uint32_t bytes;           /**< @brief In this step: bytes or connections that came. */
    uint32_t pieces;          /**< @brief In this step: datagrams that came. */
    uint32_t hash;            /**< @brief In this step: of what came. */
    char text[200];           /**< @brief In this step: what its handlers have to say. */
    size_t text_length;       /**< @brief How much that is. */
    ptk_err_t cause;          /**< @brief In this step: what the error event said. */
} script_socket_t;

/** @brief The script that runs. */
typedef struct script {
    uint64_t seed;                           /**< @brief Which one it is. */
    uint64_t random;                         /**< @brief The state of the step's generator. */
    uint64_t hash;                           /**< @brief Of everything that it has written. */
    uint32_t patience_ms;                    /**< @brief How long a pass waits for what is on its way. */
    bool prints;                             /**< @brief Whether its lines are printed. */
    uint32_t large;                          /**< @brief Large datagrams sent: more than two fill a buffer. */
    bool has_urgent;                         /**< @brief An urgent byte was sent. */
    bool rests;                              /**< @brief Whether the loops run after this step. */
    uint8_t family;                          /**< @brief IPv4 or IPv6. */
    uint32_t progress;                       /**< @brief Counts what handlers did. */
    ptk_handle_t loops[SCRIPT_LOOPS];        /**< @brief The loops. */
    script_socket_t sockets[SCRIPT_SOCKETS]; /**< @brief The sockets. */
} script_t;

extern script_t script; /**< @brief The one that runs. */

/** @brief A random number below a limit, which is at least 1. */
uint32_t script_random(uint32_t limit);

/** @brief Writes a part of the output. @param format as printf() has it. */
void script_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** @brief Writes it where the socket's events are said: the order of sockets within a pass is the system's choice. */
void script_say_of(script_socket_t *socket, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** @brief The number of a socket. */
uint32_t script_number(const script_socket_t *socket);

/** @brief The script's own loopback address, or the other one that it has. @param which 0 or 1. @param port the port. */
ptk_address_t script_address(uint32_t which, uint16_t port);

/** @brief Says whose an address is. @param socket NULL, or who has to say it. @param address the address. */
void script_say_address(script_socket_t *socket, const ptk_address_t *address);

/** @brief Gives a socket its handlers, at random. */
void script_arm(script_socket_t *socket);

/** @brief Sets the handler of one event. */
ptk_err_t script_handle(script_socket_t *socket, ptk_event_t event);

/** @brief Keeps a new handle. @return its place, NULL if it is none. */
script_socket_t *script_keep(ptk_handle_t handle, script_kind_t kind);

/** @brief Destroys a socket. */
ptk_err_t script_destroy(script_socket_t *socket);

/** @brief Sends so many bytes, to an address if it is not NULL. @return what the send returned. */
ptk_err_t script_send(script_socket_t *socket, uint32_t length, const ptk_address_t *remote);

/** @brief Receives once. @return what the receive returned. */
ptk_err_t script_receive(script_socket_t *socket, uint32_t room);

/** @brief Accepts once. @return what the accept returned, or PTK_ERR_OK. */
ptk_err_t script_accept(script_socket_t *listener);

/** @brief Says what came to the sockets since it was said last. */
void script_say_events(void);

/** @brief Runs the loops until nothing more comes. */
void script_rest(void);

/** @brief Makes the call of a step. */
void script_act(uint32_t step);

/** @brief What a platform needs before each script. @return whether that worked. */
bool script_begin_platform(uint64_t seed);

/** @brief Sends an urgent byte on a live connection, as a peer does that does not use the library. @return whether that
 *  worked. */
bool script_send_urgent(ptk_handle_t socket);

/** @brief The slot of a live socket. */
const ptk_socket_internal_t *script_slot(ptk_handle_t socket);

#endif
