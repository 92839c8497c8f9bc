/**
 * @file test_general.c
 * @brief Errors, version, clock, last error, log lines.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief Log lines that were not as they should be. */
static uint32_t bad_log_lines;

/* The application's own log function: it gets the lines of a Debug library instead of stderr. */
void ptk_log_write(int level, const char *function, const char *message, int64_t value) {
    (void)value;
    if (level < 1 || level > 4 || level > PTK_LOG_LEVEL || function == NULL || message == NULL || message[0] == '\0') {
        bad_log_lines++;
    }
}

/** @brief Each error has a text of its own. */
static void error_strings(void) {
    CHECK(strcmp(ptk_error_string(PTK_ERR_OK), "PTK_ERR_OK") == 0);
    CHECK(strcmp(ptk_error_string(PTK_ERR_INVALID_HANDLE), "PTK_ERR_INVALID_HANDLE") == 0);
    CHECK(strcmp(ptk_error_string(PTK_ERR_WOULD_BLOCK), "PTK_ERR_WOULD_BLOCK") == 0);
    CHECK(strcmp(ptk_error_string(PTK_ERR_TIMED_OUT), "PTK_ERR_TIMED_OUT") == 0);
    CHECK(strcmp(ptk_error_string(PTK_ERR_NO_DATA), "PTK_ERR_NO_DATA") == 0);
    CHECK(strcmp(ptk_error_string(PTK_ERR_SYSTEM), "PTK_ERR_SYSTEM") == 0);
    CHECK(strcmp(ptk_error_string(PTK_ERR_PACKET_TOO_BIG), "PTK_ERR_PACKET_TOO_BIG") == 0);
    for (ptk_err_t error = PTK_ERR_SYSTEM; error <= PTK_ERR_OK; error++) {
        CHECK(strncmp(ptk_error_string(error), "PTK_ERR_", 8) == 0);
        for (ptk_err_t other = PTK_ERR_SYSTEM; other < error; other++) {
            CHECK(strcmp(ptk_error_string(error), ptk_error_string(other)) != 0);
        }
    }
    CHECK(strcmp(ptk_error_string(1), "unknown error") == 0);
    CHECK(strcmp(ptk_error_string(PTK_ERR_SYSTEM - 1), "unknown error") == 0);
    CHECK(strcmp(ptk_error_string(INT32_MIN), "unknown error") == 0);
    CHECK(strcmp(ptk_error_string(INT32_MAX), "unknown error") == 0);
}

/** @brief The version of the library is that of the header. */
static void version(void) {
    CHECK(strcmp(ptk_version_string(), PTK_VERSION_STRING) == 0);
}

/** @brief The clock never goes back. */
static void clock_goes_on(void) {
    const uint64_t start = ptk_clock_now_ms();
    uint64_t last = start;

    for (uint32_t i = 0; i < 1000; i++) {
        const uint64_t now = ptk_clock_now_ms();

        CHECK(now >= last);
        last = now;
    }
    CHECK(support_open());
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 20), PTK_ERR_OK);
    CHECK(ptk_clock_now_ms() - start >= 20);
    CHECK(support_close());
}

/** @brief The last error can be set and read. */
static void last_error(void) {
    CHECK(support_open_two());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    ptk_handle_t source = ptk_user_event_source_create(support_other);
    CHECK(timer > 0);
    CHECK_EQUAL(ptk_set_last_error(support_loop, PTK_ERR_TIMED_OUT), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_last_error(source, PTK_ERR_BUSY), PTK_ERR_OK);
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(ptk_get_last_error(timer), PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(ptk_get_last_error(support_other), PTK_ERR_BUSY);
    CHECK_EQUAL(ptk_set_last_error(timer, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_get_last_error(timer), PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(ptk_set_last_error(timer, PTK_ERR_OK), PTK_ERR_OK);
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_OK);
    /* A function that returns a handle leaves its failure in the loop. */
    while (ptk_timer_create(support_loop) > 0) {
    }
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_set_last_error(support_loop, PTK_ERR_OK), PTK_ERR_OK);
    while (ptk_socket_create(support_loop) > 0) {
    }
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_set_last_error(support_loop, PTK_ERR_OK), PTK_ERR_OK);
    while (ptk_user_event_source_create(support_loop) > 0) {
    }
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_get_last_error(support_other), PTK_ERR_BUSY);
    CHECK(support_close());
    CHECK_EQUAL(ptk_get_last_error(timer), PTK_ERR_INVALID_HANDLE);
}

/** @brief The suite's misuse makes a Debug library log; what it said until now must have been well formed. */
static void log_lines_are_well_formed(void) {
    CHECK(support_open());
    CHECK_EQUAL(ptk_timer_destroy(support_loop), PTK_ERR_INVALID_HANDLE);
    CHECK(support_close());
    CHECK_EQUAL(bad_log_lines, 0);
    ptk_log_write(0, NULL, NULL, 0);
    CHECK_EQUAL(bad_log_lines, 1);
    bad_log_lines = 0;
}

const harness_test_t general_tests[] = {
    {"general.error_strings", error_strings},
    {"general.version", version},
    {"general.clock_goes_on", clock_goes_on},
    {"general.last_error", last_error},
    {"general.log_lines_are_well_formed", log_lines_are_well_formed},
    {NULL, NULL},
};
