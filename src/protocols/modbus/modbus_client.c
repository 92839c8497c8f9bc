/**
 * @file modbus_client.c
 * @brief The life of a client and of its connection: the protothread that connects, receives and connects again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"

#include <string.h>

#define DEFAULT_RESPONSE_TIMEOUT_MS 1000
#define DEFAULT_CONNECT_TIMEOUT_MS 3000
#define DEFAULT_RECONNECT_DELAY_MS 500
#define DEFAULT_RECONNECT_DELAY_LIMIT_MS 30000
#define MAX_TRANSACTIONS 1024
#define MAX_RETRIES 1000

bool ptk_modbus_client_is_running(const ptk_modbus_client_t *client) {
    return client != NULL && client->magic == PTK_MODBUS_CLIENT_MAGIC;
}

bool ptk_modbus_client_is_connected(const ptk_modbus_client_t *client) {
    return ptk_modbus_client_is_running(client) && client->connected != 0;
}

ptk_err_t ptk_modbus_client_get_stats(const ptk_modbus_client_t *client, ptk_modbus_client_stats_t *stats) {
    uint32_t i;

    if (client == NULL || stats == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (!ptk_modbus_client_is_running(client)) {
        return PTK_ERR_INVALID_STATE;
    }
    *stats = client->stats;
    stats->pending = 0;
    for (i = 0; i < client->config.num_transactions; i++) {
        stats->pending += client->config.transactions[i].state != PTK_MODBUS_TRANSACTION_FREE ? 1 : 0;
    }
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ connection */

static ptk_err_t open_socket(ptk_modbus_client_t *client) {
    ptk_handle_t socket = ptk_socket_create(client->config.loop);

    if (socket < 0) {
        return (ptk_err_t)socket;
    }
    client->socket = socket;
    /* TCP 4.3.2: small requests must go out at once. */
    return ptk_socket_set_option(socket, PTK_SOCKET_OPTION_NO_DELAY, 1);
}

static void close_socket(ptk_modbus_client_t *client) {
    if (client->socket != 0) {
        (void)ptk_socket_destroy(client->socket); /* fails only if the loop was destroyed, and the socket with it */
        client->socket = 0;
    }
    client->connected = 0;
    client->awaiting_room = 0;
    client->frame_deadline_ms = 0;
    ptk_buf_clear(&client->receive);
    ptk_buf_clear(&client->transmit);
}

/*
 * The connection is lost, or could not be made. The delay doubles until a response comes: a server that accepts and
 * closes at once is not called at a high rate.
 */
static void connection_failed(ptk_modbus_client_t *client, ptk_err_t error) {
    uint64_t limit = client->config.reconnect_delay_limit_ms;

    close_socket(client);
    client->connection_error = error;
    client->notify = 1;
    if (client->delay_ms == 0) {
        client->delay_ms = client->config.reconnect_delay_ms;
    } else {
        client->delay_ms = client->delay_ms > limit / 2 ? limit : client->delay_ms * 2;
    }
    ptk_modbus_client_requeue(client, error);
}

static ptk_pt_status_t run_client(ptk_pt_t *pt);

/* From outside of the protothread, which would wait for ever: ends its wait, and lets it begin with the delay. */
static void drop_connection(ptk_modbus_client_t *client, ptk_err_t error) {
    (void)ptk_protothread_cancel(&client->pt);
    (void)ptk_protothread_init(&client->pt, run_client);
    connection_failed(client, error);
    (void)ptk_protothread_run(&client->pt);
}

/* One look at what came, and PTK_ERR_WOULD_BLOCK if nothing did. */
static ptk_err_t receive_once(ptk_modbus_client_t *client) {
    ptk_err_t error = ptk_socket_receive(client->socket, &client->receive);

    return error == PTK_ERR_OK ? ptk_modbus_client_take_frames(client) : error;
}

/*
 * Takes all responses that have come. There are not more than requests, so a server that never stops sending does not
 * keep the loop here. The look after the last of them finds an end of the stream that came with it, so that nothing,
 * least of all a write, is sent into a connection that has ended. A PTK_ERR_OK tells that the connection goes on.
 */
static ptk_err_t receive_frames(ptk_modbus_client_t *client) {
    uint32_t session = client->session;
    uint32_t looks = client->config.num_transactions + 1;
    ptk_err_t error = PTK_ERR_OK;

    for (; error == PTK_ERR_OK && looks > 0 && client->session == session; looks--) {
        error = receive_once(client);
    }
    return error == PTK_ERR_WOULD_BLOCK ? PTK_ERR_OK : error;
}

/* A send has failed, or the peer has reset the connection; responses that came before can still be received. */
static void on_error(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_modbus_client_t *client = (ptk_modbus_client_t *)user_data;
    uint32_t session = client->session;

    (void)socket;
    (void)event;
    (void)receive_frames(client);
    if (client->session == session) {
        drop_connection(client, PTK_EVENT_ERROR_CODE(data));
        ptk_modbus_client_deliver(client);
    }
}

static ptk_err_t connection_made(ptk_modbus_client_t *client) {
    ptk_err_t error = ptk_set_event_handler(client->socket, PTK_EVENT_ERROR, on_error, client);

    if (error != PTK_ERR_OK) {
        return error;
    }
    client->connected = 1;
    client->connection_error = PTK_ERR_OK;
    client->silent_timeouts = 0;
    client->silence_begin_ms = 0; /* a request that waited for the connection counts as well */
    client->stats.connections++;
    client->notify = 1;
    return PTK_ERR_OK;
}

/*
 * The protothread's body. Wherever it has called functions of the application it leaves if they have stopped the client;
 * run_client() then does what is needed.
 */
static ptk_pt_status_t run_connection(ptk_pt_t *pt) {
    ptk_modbus_client_t *client = (ptk_modbus_client_t *)pt;
    uint32_t session = client->session;
    ptk_err_t error = PTK_ERR_OK; /* set anew behind each wait */

    PTK_PT_BEGIN(pt);
    for (;;) {
        if (client->delay_ms == 0) {
            PTK_PT_YIELD(pt, client->config.loop); /* no callback may be called before start has returned */
        } else {
            PTK_PT_SLEEP(pt, client->timer, client->delay_ms);
        }
        if (PTK_PT_ERROR(pt) == PTK_ERR_INVALID_HANDLE) {
            PTK_PT_EXIT(pt); /* the loop is gone */
        }
        error = open_socket(client);
        if (error == PTK_ERR_OK) {
            PTK_PT_CONNECT_TIMEOUT(pt, client->socket, &client->config.address, client->timer,
                                   client->config.connect_timeout_ms);
            error = PTK_PT_ERROR(pt);
        }
        if (error == PTK_ERR_OK) {
            error = connection_made(client);
        }
        if (error == PTK_ERR_OK) {
            ptk_modbus_client_deliver(client);
        }
        while (error == PTK_ERR_OK && client->session == session) {
            PTK_PT_WAIT_EVENT(pt, client->socket, PTK_EVENT_READABLE);
            error = PTK_PT_ERROR(pt) == PTK_ERR_OK ? receive_frames(client) : PTK_PT_ERROR(pt);
            if (error == PTK_ERR_OK && client->session == session) {
                ptk_modbus_client_deliver(client);
            }
        }
        if (client->session == session) {
            connection_failed(client, error);
            ptk_modbus_client_deliver(client);
        }
        if (client->session != session) {
            return PTK_PT_WAITING;
        }
    }
    PTK_PT_END(pt);
}

/* A running protothread can be neither cancelled nor initialised: a callback's stop, and start, take effect here. */
static ptk_pt_status_t run_client(ptk_pt_t *pt) {
    ptk_modbus_client_t *client = (ptk_modbus_client_t *)pt;
    uint32_t session = client->session;
    ptk_pt_status_t status;

    client->in_protothread = 1;
    status = run_connection(pt);
    client->in_protothread = 0;
    if (client->session != session) {
        if (!ptk_modbus_client_is_running(client)) {
            PTK_PT_EXIT(pt);
        }
        PTK_PT_RESTART(pt);
    }
    return status;
}

static void on_deadline(ptk_handle_t timer, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_modbus_client_t *client = (ptk_modbus_client_t *)user_data;
    uint32_t session = client->session;
    ptk_err_t error;

    (void)timer;
    (void)event;
    (void)data;
    /* A loop that was kept busy may be late for both, the responses and the deadline. */
    error = client->connected ? receive_frames(client) : PTK_ERR_OK;
    if (client->session != session) {
        return;
    }
    if (error != PTK_ERR_OK) {
        drop_connection(client, error);
    }
    client->deadline_set = 0;
    ptk_modbus_client_expire(client);
    error = client->connected ? ptk_modbus_client_overdue(client) : PTK_ERR_OK;
    if (error != PTK_ERR_OK) {
        drop_connection(client, error);
    }
    ptk_modbus_client_deliver(client);
}

/* ------------------------------------------------------------------------------------------------ start and stop */

static uint64_t or_default(uint64_t value, uint64_t default_value) {
    return value != 0 ? value : default_value;
}

static bool config_is_valid(const ptk_modbus_client_config_t *config) {
    return (config->address.family == PTK_ADDRESS_IPV4 || config->address.family == PTK_ADDRESS_IPV6) &&
           config->transactions != NULL && config->num_transactions >= 1 &&
           config->num_transactions <= MAX_TRANSACTIONS && config->retries <= MAX_RETRIES &&
           config->response_timeout_ms <= PTK_MODBUS_MAX_TIME_MS &&
           config->connect_timeout_ms <= PTK_MODBUS_MAX_TIME_MS &&
           config->reconnect_delay_ms <= PTK_MODBUS_MAX_TIME_MS &&
           config->reconnect_delay_limit_ms <= PTK_MODBUS_MAX_TIME_MS;
}

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

static ptk_err_t create_timers(ptk_handle_t loop, ptk_handle_t *timer, ptk_handle_t *deadline_timer) {
    *timer = ptk_timer_create(loop);
    if (*timer < 0) {
        return (ptk_err_t)*timer;
    }
    *deadline_timer = ptk_timer_create(loop);
    if (*deadline_timer < 0) {
        (void)ptk_timer_destroy(*timer);
        return (ptk_err_t)*deadline_timer;
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_modbus_client_start(ptk_modbus_client_t *client, const ptk_modbus_client_config_t *config) {
    ptk_handle_t timer = 0;
    ptk_handle_t deadline_timer = 0;
    ptk_err_t error;

    if (client == NULL || config == NULL || !config_is_valid(config)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_modbus_client_is_running(client)) {
        return PTK_ERR_INVALID_STATE;
    }
    if (client->in_protothread && config->loop != client->config.loop) {
        return PTK_ERR_BUSY;
    }
    error = create_timers(config->loop, &timer, &deadline_timer);
    if (error != PTK_ERR_OK) {
        return error;
    }
    error = ptk_set_event_handler(deadline_timer, PTK_EVENT_EXPIRED, on_deadline, client);
    if (error != PTK_ERR_OK) {
        (void)ptk_timer_destroy(timer);
        (void)ptk_timer_destroy(deadline_timer);
        return error;
    }
    copy_config(client, config);
    memset(&client->stats, 0, sizeof client->stats);
    (void)ptk_buf_init(&client->receive, client->receive_memory, sizeof client->receive_memory);
    (void)ptk_buf_init(&client->transmit, client->transmit_memory, sizeof client->transmit_memory);
    client->timer = timer;
    client->deadline_timer = deadline_timer;
    client->delay_ms = 0;
    client->silent_timeouts = 0;
    client->frame_deadline_ms = 0;
    client->connection_error = PTK_ERR_OK;
    client->notify = 0;
    client->deadline_set = 0;
    client->session++;
    client->magic = PTK_MODBUS_CLIENT_MAGIC;
    if (!client->in_protothread) {
        (void)ptk_protothread_init(&client->pt, run_client);
        (void)ptk_protothread_run(&client->pt);
    }
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
    if (!client->in_protothread && !ptk_protothread_is_finished(&client->pt)) { /* it ends when the loop is gone */
        (void)ptk_protothread_cancel(&client->pt);
    }
    close_socket(client);
    /* These fail only if the loop was destroyed, and the timers with it. */
    (void)ptk_timer_destroy(client->timer);
    (void)ptk_timer_destroy(client->deadline_timer);
    ptk_modbus_client_finish_all(client, PTK_ERR_CLOSED);
    ptk_modbus_client_deliver(client);
    return PTK_ERR_OK;
}
