/*
 * The tables of the Modbus tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_SUITE_MODBUS_H
#define TESTS_MODBUS_SUITE_MODBUS_H

#include "harness.h"

extern const harness_test_t frame_tests[];
extern const harness_test_t request_tests[];
extern const harness_test_t response_tests[];
extern const harness_test_t codec_corpus_tests[];
extern const harness_test_t server_data_tests[];
extern const harness_test_t server_stream_tests[];
extern const harness_test_t server_clients_tests[];
extern const harness_test_t client_arguments_tests[];
extern const harness_test_t client_requests_tests[];
extern const harness_test_t client_responses_tests[];
extern const harness_test_t client_connection_tests[];
extern const harness_test_t client_closing_tests[];
extern const harness_test_t client_silence_tests[];
extern const harness_test_t client_incomplete_tests[];
extern const harness_test_t client_in_flight_tests[];
extern const harness_test_t client_callbacks_tests[];

#endif
