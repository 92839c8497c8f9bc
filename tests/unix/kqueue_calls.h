/**
 * @file kqueue_calls.h
 * @brief What the test of the kqueue port learns of its changes, and one that kqueue refuses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef KQUEUE_CALLS_H
#define KQUEUE_CALLS_H

#include <stdint.h>

/** @brief Kept by the wrapper of kevent(). */
typedef struct kqueue_calls {
    int64_t refused;         /**< @brief The descriptor that kqueue does not watch, or -1. */
    uint32_t asked_for_room; /**< @brief How often EVFILT_WRITE was added or enabled. */
} kqueue_calls_t;

extern kqueue_calls_t kqueue_calls; /**< @brief There is one. */

/** @brief A test: of so many changes that some are passed to kqueue at once, one is refused. */
void a_change_refused_among_many(void);

/** @brief Tests: a change that is refused is reported to the only handler, once, after what came before. */
void a_refusal_is_reported_to_a_reader(void);
/** @brief The same for one that waits for room. */
void a_refusal_is_reported_to_a_writer(void);
/** @brief The same for a listener. */
void a_refusal_is_reported_to_an_acceptor(void);
/** @brief The same for a UDP socket. */
void a_refusal_is_reported_to_a_receiver(void);

/** @brief A test: EVFILT_WRITE is added or enabled only while someone waits for room. */
void room_is_asked_for_only_when_it_is_missing(void);

#endif
