/**
 * @file harness.c
 * @brief The harness: see harness.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

#include <string.h>

static const char *running; /**< @brief Name of the running test. */
static uint32_t failures;   /**< @brief Its failed checks. */
static uint32_t skips;      /**< @brief How often it was marked as not applicable. */

/** @brief Prints a number in decimal. @param value the number. */
static void print_number(int64_t value) {
    char text[21];
    size_t at = sizeof(text) - 1;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    text[at] = '\0';
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    harness_print(value < 0 ? "-" : "");
    harness_print(text + at);
}

void harness_fail(const char *file, int line, const char *check, int64_t got, int64_t wanted) {
    failures++;
    harness_print("FAIL ");
    harness_print(running);
    harness_print(": ");
    harness_print(file);
    harness_print(":");
    print_number(line);
    harness_print(": ");
    harness_print(check);
    harness_print(" (");
    print_number(got);
    harness_print(", wanted ");
    print_number(wanted);
    harness_print(")\n");
}

bool harness_failed(void) {
    return failures != 0;
}

void harness_skip(const char *reason) {
    skips++;
    harness_print("SKIP ");
    harness_print(running);
    harness_print(": ");
    harness_print(reason);
    harness_print("\n");
}

/** @brief Whether a filter selects a test. @param name the test's name. @param filter see harness_main(). */
static bool selected(const char *name, const char *filter) {
    size_t length = filter != NULL ? strlen(filter) : 0;

    return filter == NULL || strcmp(name, filter) == 0 || (strncmp(name, filter, length) == 0 && name[length] == '.');
}

/** @brief The defect that fails a test. @param name the test's name. @return the reason, or NULL. */
static const char *defect_of(const char *name) {
    const harness_defect_t *defect = harness_defects();

    while (defect->test != NULL && !selected(name, defect->test)) {
        defect++;
    }
    return defect->reason;
}

int harness_main(const harness_test_t *const *tables, const char *filter) {
    uint32_t passed = 0;
    uint32_t failed = 0;
    uint32_t skipped = 0;

    for (; *tables != NULL; tables++) {
        for (const harness_test_t *test = *tables; test->name != NULL; test++) {
            if (!selected(test->name, filter)) {
                continue;
            }
            running = test->name;
            failures = 0;
            skips = 0;
            const char *defect = defect_of(running);
            if (defect != NULL) {
                harness_skip(defect);
            } else {
                test->function();
            }
            failed += failures != 0;
            skipped += failures == 0 && skips != 0;
            passed += failures == 0 && skips == 0;
        }
    }
    print_number((int64_t)passed);
    harness_print(" passed, ");
    print_number((int64_t)failed);
    harness_print(" failed");
    if (skipped != 0) {
        harness_print(", ");
        print_number((int64_t)skipped);
        harness_print(" skipped");
    }
    harness_print("\n");
    return failed == 0 && passed + skipped != 0 ? 0 : 1;
}
