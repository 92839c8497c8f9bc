/**
 * @file harness.h
 * @brief The tests' own harness: no heap, no system call, so that it runs on a bare target too.
 *
 * A target supplies harness_print() and calls harness_main(). A check that fails records the place and leaves the
 * function it stands in, so a check in a handler leaves that handler and fails the test that runs the loop.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @brief One test: "subject.what_it_shows" and its function. A table of tests ends with an entry of NULLs. */
typedef struct harness_test {
    const char *name;       /**< @brief Name, unique in the suite. */
    void (*function)(void); /**< @brief The test. */
} harness_test_t;

/** @brief Supplied by the suite: its tables, then NULL. */
extern const harness_test_t *const suite_tables[];

/** @brief Supplied by the target: writes text wherever results go. @param text zero-terminated text. */
void harness_print(const char *text);

/** @brief A test that a system fails whatever the library does: it is left out, and the reason shown. */
typedef struct harness_defect {
    const char *test;   /**< @brief A whole test name, or a subject: all of its tests. */
    const char *reason; /**< @brief What the system does. */
} harness_defect_t;

/** @brief Supplied by the target, one of the files defects_<system>.c: what the system that the tests run on has.
 *  @return the defects, ended by an entry of NULLs. */
const harness_defect_t *harness_defects(void);

/** @brief Supplied by the target: whether it says of an interface that it is up and carries multicast, so that a test
 *  that finds none fails and is not left out. @param index its index. @return false also where that is not known. */
bool harness_carries_multicast(uint32_t index);

/** @brief Records a failure of the test that runs now. @param file where. @param line where. @param check its text.
 *  @param got value found. @param wanted value expected. */
void harness_fail(const char *file, int line, const char *check, int64_t got, int64_t wanted);

/** @brief Whether a check of the running test has failed: a helper that waits need not wait any longer. */
bool harness_failed(void);

/** @brief Marks the running test as not applicable on this machine. @param reason shown in the output. */
void harness_skip(const char *reason);

/**
 * @brief Runs the tests of all tables.
 * @param tables the tables, then NULL.
 * @param filter a whole test name, a subject (what stands before the dot), or NULL for all.
 * @return the exit status: 0 if at least one test ran and none failed.
 */
int harness_main(const harness_test_t *const *tables, const char *filter);

/** @brief Checks a condition; leaves the function, with a value if one is given, when it does not hold. */
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            harness_fail(__FILE__, __LINE__, #condition, 0, 1);                                                        \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)
#define CHECK_OR_RETURN(condition, value)                                                                              \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            harness_fail(__FILE__, __LINE__, #condition, 0, 1);                                                        \
            return (value);                                                                                            \
        }                                                                                                              \
    } while (0)

/** @brief Checks that two integers are equal and shows both if not. */
#define CHECK_EQUAL(got, wanted)                                                                                       \
    do {                                                                                                               \
        const int64_t check_got = (int64_t)(got);                                                                      \
        const int64_t check_wanted = (int64_t)(wanted);                                                                \
        if (check_got != check_wanted) {                                                                               \
            harness_fail(__FILE__, __LINE__, #got " == " #wanted, check_got, check_wanted);                            \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)

#endif
