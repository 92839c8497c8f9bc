/**
 * @file modbus_client.c
 * @brief Starting and stopping a client, and its state.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"

#include <string.h>

/** @brief Response time-out of a config that has none, in ms. */
#define DEFAULT_RESPONSE_TIMEOUT_MS 1000
/** @brief Connect time-out of a config that has none, in ms. */
#define DEFAULT_CONNECT_TIMEOUT_MS 3000
/** @brief First reconnect delay of a config that has none, in ms. */
#define DEFAULT_RECONNECT_DELAY_MS 500
/** @brief Longest reconnect delay of a config that has none, in ms. */
#define DEFAULT_RECONNECT_DELAY_LIMIT_MS 30000
/** @brief Most transactions of a client. */
#define MAX_TRANSACTIONS 1024
/** @brief Most retries of a request. */
#define MAX_RETRIES 1000

/* ------------------------------------------------------------------------------------------------ start and stop */

/** @brief A value, or the default if it is 0. */
static uint64_t or_default(uint64_t value, uint64_t default_value) {
    return value != 0 ? value : default_value;
}

/** @brief Whether a client can be started with a config. */
static bool config_is_valid(const ptk_modbus_client_config_t *config) {
    return (config->address.family == PTK_ADDRESS_IPV4 || config->address.family == PTK_ADDRESS_IPV6) &&
           config->transactions != NULL && config->num_transactions >= 1 &&
           config->num_transactions <= MAX_TRANSACTIONS && config->retries <= MAX_RETRIES &&
           config->response_timeout_ms <= PTK_MODBUS_MAX_TIME_MS &&
           config->connect_timeout_ms <= PTK_MODBUS_MAX_TIME_MS &&
           config->reconnect_delay_ms <= PTK_MODBUS_MAX_TIME_MS &&
           config->reconnect_delay_limit_ms <= PTK_MODBUS_MAX_TIME_MS;
}

/** @brief Copies a config and fills in the defaults. */
static void copy_config(ptk_modbus_client_t *client, const ptk_modbus_client_config_t *config) {
    ptk_modbus_client_config_t *copy = &client->config;

    *copy = *config;
    copy->address.port = copy->address.port != 0 ? copy->address.port : PTK_MODBUS_TCP_PORT;
    copy->response_timeout_ms = or_default(config->response_timeout_ms, DEFAULT_RESPONSE_TIMEOUT_MS);
    copy->connect_timeout_ms = or_default(config->connect_timeout_ms, DEFAULT_CONNECT_TIMEOUT_MS);
    copy->reconnect_delay_ms = or_default(config->reconnect_delay_ms, DEFAULT_RECONNECT_DELAY_MS);
    copy->reconnect_delay_limit_ms = or_default(config->reconnect_delay_limit_ms, DEFAULT_RECONNECT_DELAY_LIMIT_MS);
    copy->silent_timeouts = config->silent_timeouts != 0 ? config->silent_timeouts : PTK_MODBUS_CLIENT_SILENT_TIMEOUTS;
    if (copy->reconnect_delay_limit_ms < copy->reconnect_delay_ms) {
        copy->reconnect_delay_limit_ms = copy->reconnect_delay_ms;
    }
}

ptk_err_t ptk_modbus_client_start(ptk_modbus_client_t *client, const ptk_modbus_client_config_t *config) {
    if (client == NULL || config == NULL || !config_is_valid(config)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_modbus_client_is_running(client)) {
        return PTK_ERR_INVALID_STATE;
    }
    if (client->in_protothread && config->loop != client->config.loop) {
        return PTK_ERR_BUSY;
    }
    ptk_err_t error = ptk_modbus_client_run_create_timers(client, config->loop);
    if (error != PTK_ERR_OK) {
        return error;
    }
    copy_config(client, config);
    memset(&client->stats, 0, sizeof client->stats);
    (void)ptk_buf_init(&client->receive, client->receive_memory, sizeof client->receive_memory);
    (void)ptk_buf_init(&client->transmit, client->transmit_memory, sizeof client->transmit_memory);
    client->delay_ms = 0;
    client->silent_timeouts = 0;
    client->frame_deadline_ms = 0;
    client->connection_error = PTK_ERR_OK;
    client->notify = 0;
    client->deadline_set = 0;
    client->session++;
    client->magic = PTK_MODBUS_CLIENT_MAGIC;
    ptk_modbus_client_run_begin(client);
    return PTK_ERR_OK;
}

ptk_err_t ptk_modbus_client_stop(ptk_modbus_client_t *client) {
    if (client == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (!ptk_modbus_client_is_running(client)) {
        return PTK_ERR_INVALID_STATE;
    }
    client->magic = 0;
    client->session++;
    client->notify = 0;
    ptk_modbus_client_run_end(client);
    ptk_modbus_client_connection_close(client);
    /* These fail only if the loop was destroyed, and the timers with it. */
    (void)ptk_timer_destroy(client->timer);
    (void)ptk_timer_destroy(client->deadline_timer);
    ptk_modbus_client_queue_finish_all(client, PTK_ERR_CLOSED);
    ptk_modbus_client_run_deliver(client);
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ state */

bool ptk_modbus_client_is_connected(const ptk_modbus_client_t *client) {
    return client != NULL && ptk_modbus_client_is_running(client) && client->connected != 0;
}

ptk_err_t ptk_modbus_client_get_stats(const ptk_modbus_client_t *client, ptk_modbus_client_stats_t *stats) {
    if (client == NULL || stats == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (!ptk_modbus_client_is_running(client)) {
        return PTK_ERR_INVALID_STATE;
    }
    *stats = client->stats;
    stats->pending = 0;
    for (uint32_t i = 0; i < client->config.num_transactions; i++) {
        stats->pending += client->config.transactions[i].state != PTK_MODBUS_TRANSACTION_FREE ? 1 : 0;
    }
    return PTK_ERR_OK;
}
