/**
 * @file fault_watch.h
 * @brief What must hold when one call of the port fails, whatever the test makes of it: the library's functions are
 *        wrapped (the linker's --wrap), so that each call of a test comes through here.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_SIM_FAULT_WATCH_H
#define TESTS_SIM_FAULT_WATCH_H

#include <ptk_sim.h>

/** @brief One run of a test. */
typedef struct fault_run {
    const char *test; /**< @brief The test. */
    uint32_t kind;    /**< @brief The kind of fault, a PTK_SIM_FAULT_ value. */
    uint64_t call;    /**< @brief The call of that kind which it meets; 0: none. */
    bool repeats;     /**< @brief A call that has failed is made once more, and the test gets that result. */
} fault_run_t;

/** @brief Whether a kind of fault is an error of a call. The others are a short count, or a wait that ends early. */
bool fault_is_error(uint32_t kind);

/** @brief Begins to watch, and lets the call fail. */
void fault_watch(const fault_run_t *run);

/** @brief After the test: ends what it has left, and looks for leaks. */
void fault_watch_end(void);

/** @brief The first thing that did not hold, or NULL. */
const char *fault_watch_failure(void);

/** @brief Whether the call failed, was repeated, and so the test must not have noticed. */
bool fault_watch_was_repeated(void);

#endif
