/**
 * @file suite.c
 * @brief The tables of the tests of ptk::modbus.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t frame_tests[], request_tests[], response_tests[], codec_corpus_tests[], server_data_tests[],
    server_stream_tests[], server_clients_tests[], client_arguments_tests[], client_requests_tests[],
    client_responses_tests[], client_connection_tests[], client_closing_tests[], client_silence_tests[],
    client_incomplete_tests[], client_in_flight_tests[], client_callbacks_tests[];

/** @brief All tables of tests. */
const harness_test_t *const suite_tables[] = {
    frame_tests,
    request_tests,
    response_tests,
    codec_corpus_tests,
    server_data_tests,
    server_stream_tests,
    server_clients_tests,
    client_arguments_tests,
    client_requests_tests,
    client_responses_tests,
    client_connection_tests,
    client_closing_tests,
    client_silence_tests,
    client_incomplete_tests,
    client_in_flight_tests,
    client_callbacks_tests,
    NULL,
};
