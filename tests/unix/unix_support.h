/**
 * @file unix_support.h
 * @brief What the unix tests share: descriptors of the process, and raw peers made with the system's calls.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UNIX_SUPPORT_H
#define UNIX_SUPPORT_H

#include "harness.h"
#include "support.h"

/** @brief Open descriptors of the process. */
uint32_t descriptors_open(void);

/** @brief Lets the process open no descriptor beyond those it has. @return whether that worked. */
bool descriptors_exhaust(void);

/** @brief Undoes descriptors_exhaust(). @return whether that worked. */
bool descriptors_restore(void);

/** @brief A blocking TCP connection of the system to an IPv4 loopback port. @return its descriptor or -1. */
int raw_connect(uint16_t port);

/** @brief A TCP connection: one end of the system's, the other in the first loop. @return whether it is there. */
bool raw_pair(int *raw, ptk_handle_t *server);

/** @brief A listener of the system on IPv4 loopback. @param[out] address where. @return its descriptor or -1. */
int raw_listen(ptk_address_t *address);

/** @brief Waits for a connection at such a listener. @return its descriptor or -1. */
int raw_accept(int listener);

/** @brief Gives the system 30 ms, without a pass of a loop. */
void raw_pause(void);

/** @brief Sends a text on a blocking connection of the system. @return whether all was sent. */
bool raw_send_text(int descriptor, const char *text);

/** @brief Looks, without waiting, whether the peer has ended or reset a connection that sends nothing else. */
bool raw_is_ended(int descriptor);

/** @brief Closes a descriptor so that the peer sees a reset (SO_LINGER with 0 s). @return whether that worked. */
bool raw_reset(int descriptor);

#endif
