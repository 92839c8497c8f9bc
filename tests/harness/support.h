/**
 * @file support.h
 * @brief What the suites share: two loops, a recording handler, bounded running, and a connected pair.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include "harness.h"

#include <protocol_toolkit.h>

/** @brief Pool sizes of the shared loops. */
enum { SUPPORT_TIMERS = 8, SUPPORT_SOCKETS = 8, SUPPORT_SOURCES = 4 };

/** @brief Longest time that a test waits for something that must happen, in ms: generous, a passing test never waits
 *  so long. */
#define SUPPORT_LIMIT_MS 10000u

/** @brief What the n-th raise to a source gives that has no event in its queue: the suite passes with any limits. */
#define SUPPORT_NTH_RAISE(n) (PTK_USER_EVENT_QUEUE_SIZE >= (n) ? PTK_ERR_OK : PTK_ERR_WOULD_BLOCK)
/** @brief The same of the n-th event that gets a handler. */
#define SUPPORT_NTH_HANDLER(n) (PTK_USER_EVENT_HANDLERS >= (n) ? PTK_ERR_OK : PTK_ERR_OUT_OF_MEMORY)

extern ptk_event_loop_slot_t support_slots[2];          /**< @brief The slots of the two loops. */
extern ptk_event_loop_resources_t support_resources[2]; /**< @brief Their pools. */
extern ptk_handle_t support_loop;                       /**< @brief The first loop. */
extern ptk_handle_t support_other;                      /**< @brief The second loop, or 0. */

/** @brief Whether the limits of the build let a source hold so many events and handlers; marks the test as skipped if not. */
bool support_has_limits(uint32_t events, uint32_t handlers);
/** @brief Destroys what an earlier test left and creates the first loop. @return whether that worked. */
bool support_open(void);
/** @brief As support_open(), with the second loop. @return whether that worked. */
bool support_open_two(void);
/** @brief Destroys the loops that support_open() made. @return whether each was still there and could be destroyed. */
bool support_close(void);

/** @brief What support_record() writes down. */
typedef struct support_record {
    uint32_t count;        /**< @brief Calls. */
    ptk_handle_t resource; /**< @brief Of the last call. */
    ptk_event_t event;     /**< @brief Of the last call. */
    uintptr_t data;        /**< @brief Of the last call. */
    ptk_err_t last_error;  /**< @brief ptk_get_last_error() during the last call. */
    uint64_t at_ms;        /**< @brief When. */
} support_record_t;

/** @brief A handler that records; user_data is a support_record_t. */
void support_record(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data);

/** @brief Runs the shared loops until a counter reaches a value. @return false if it did not in SUPPORT_LIMIT_MS. */
bool support_run_until(const uint32_t *counter, uint32_t wanted);
/** @brief Runs the shared loops until a protothread has finished. @param pt the protothread. @return false if it did not
 *  finish in SUPPORT_LIMIT_MS. */
bool support_run_until_finished(const ptk_pt_t *pt);
/** @brief Runs the shared loops until something can be read. What it has to handle READABLE is taken away. @param socket
 *  a connection or a UDP socket. @return false if nothing came in SUPPORT_LIMIT_MS. */
bool support_run_until_readable(ptk_handle_t socket);
/** @brief Ends the stream to the peer of a connection that is not used any more: by a shutdown or, where there are no
 *  half-closed connections, by destroying the socket. @return whether that worked. */
bool support_end(ptk_handle_t socket);
/** @brief Runs the shared loops for some time. @param duration_ms how long. */
void support_run_ms(uint32_t duration_ms);
/** @brief Lets time pass in which no loop runs. @param end_ms until when, of ptk_clock_now_ms(). */
void support_stand_still_until(uint64_t end_ms);
/** @brief Polls a loop some times. @return false if a pass failed. */
bool support_poll(ptk_handle_t loop, uint32_t passes);
/** @brief Passes that a loop makes in 100 ms when each may wait 20 ms: 5 or 6 unless it spins. */
uint64_t support_idle_passes(ptk_handle_t loop);

/** @brief The loopback address of a family. */
ptk_address_t support_loopback(uint8_t family, uint16_t port);
/** @brief Whether the machine has that family; marks the test as skipped if not. */
bool support_has_family(uint8_t family);
/** @brief A listener on loopback and its address. @return its handle or an error. */
ptk_handle_t support_listen(ptk_handle_t loop, uint8_t family, uint32_t backlog, ptk_address_t *address);
/** @brief A UDP socket on loopback and its address. @return its handle or an error. */
ptk_handle_t support_open_udp(ptk_handle_t loop, uint8_t family, ptk_address_t *address);
/** @brief A loopback address where no socket listens. */
ptk_address_t support_dead_address(uint8_t family);
/** @brief A TCP connection: the client in the first loop, the server in server_loop. @return whether it is there. */
bool support_pair(ptk_handle_t server_loop, uint8_t family, ptk_handle_t *client, ptk_handle_t *server);
/** @brief Sends all of a text, running the loops meanwhile. @return whether all was sent. */
bool support_send_text(ptk_handle_t socket, const char *text);
/** @brief Receives until a text is complete, running the loops. @return whether exactly that text came. */
bool support_expect_text(ptk_handle_t socket, const char *text);
/** @brief Receives until something else than would-block comes. @return what came. */
ptk_err_t support_receive(ptk_handle_t socket, ptk_buf_t *buf);

#endif
