/**
 * @file mqtt_client.c
 * @brief Publishes and subscribes over MQTT 3.1.1, with QoS 0 and 1, keep-alive, and reconnect with back-off.
 *
 * One protothread connects, talks and connects again; its child sends one packet and waits for what has to come back.
 * The packets themselves are made and read in support/mqtt_packet.c, which knows no socket.
 * Section numbers are those of the OASIS standard "MQTT Version 3.1.1" of 29 October 2014.
 *
 * Try it:  mosquitto -p 1883
 *          ./mqtt_client subscribe --topic 'plant/#' --qos 1
 *          ./mqtt_client publish --topic plant/pump --qos 1 on off
 *
 * Exit status: 0 done, 1 the broker was not reached or has refused, 2 wrong arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include "support/mqtt_command.h"
#include "support/mqtt_packet.h"

#include <signal.h>
#include <stdio.h>

#define FIRST_PAUSE_MS 100u /**< @brief Before the second attempt to connect; each further pause is twice as long. */
#define LONGEST_PAUSE_MS 10000u        /**< @brief The pauses grow to this. */
#define ERR_REFUSED ((ptk_err_t)-1001) /**< @brief Beside the library's codes: the broker has refused what was asked. */

/** @brief What an exchange can wait for besides a type of packet. */
enum {
    NOTHING = 0, /* it only sends */
    MESSAGES = 1 /* it receives messages until there were enough */
};

/** @brief Sends what is in the client's buffer, and receives until the packet that is waited for has come. */
typedef struct exchange {
    ptk_pt_t pt;
    uint8_t wanted; /* MQTT_CONNACK, MQTT_SUBACK, MQTT_PUBACK, NOTHING or MESSAGES */
    bool done;      /* it has come */
    ptk_err_t error;
} exchange_t;

/** @brief The client: the protothread, what it was asked to do, and its only connection. */
typedef struct client {
    ptk_pt_t pt;
    exchange_t exchange;
    mqtt_command_t command;
    ptk_handle_t socket, timer;
    size_t next;          /* the message to publish next */
    uint32_t received;    /* messages */
    uint32_t failed;      /* attempts in a row */
    uint64_t pause_ms;    /* before the next attempt */
    uint64_t ping_at_ms;  /* nothing was sent for the keep-alive time, 3.1.2.10 */
    uint64_t reply_by_ms; /* the packet that is waited for */
    uint64_t pong_by_ms;  /* the PINGRESP that is waited for, 3.12.4 */
    uint16_t packet_id;   /* of the last SUBSCRIBE or PUBLISH, never 0: 2.3.1 */
    uint8_t code;         /* of the last CONNACK or SUBACK */
    bool sent_before;     /* the message to publish next may have been received: 3.3.1.1 */
    bool finished;
    ptk_buf_t in, out;
    uint8_t in_memory[MQTT_LONGEST_PACKET], out_memory[MQTT_LONGEST_PACKET];
} client_t;

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, 1, 1, 0); /* one timer, one socket */

static client_t client;                   /**< @brief The client. */
static ptk_handle_t loop;                 /**< @brief Its loop. */
static volatile sig_atomic_t interrupted; /**< @brief Ctrl-C was pressed. */

/** @brief Ctrl-C: the loop may be asleep. */
static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
    (void)ptk_event_loop_wake(loop);
}

/** @brief Puts the next message. One that may have been received before keeps its packet identifier: 2.3.1, 4.4. */
static void put_next_message(client_t *c) {
    bool again = c->sent_before && c->command.qos > 0;

    c->packet_id = again ? c->packet_id : mqtt_next_packet_id(c->packet_id);
    mqtt_put_publish(&c->out, c->command.topic, c->command.messages[c->next], (uint8_t)c->command.qos, c->packet_id,
                     again);
    c->sent_before = true;
}

/** @brief Whether a subscriber has received as many messages as it was asked to. */
static bool has_enough(const client_t *c) {
    return c->command.count > 0 && c->received >= c->command.count;
}

/** @brief Prints a message, and with QoS 1 puts its acknowledgement: 3.3.4, 3.4. */
static ptk_err_t take_message(client_t *c, uint8_t qos, ptk_buf_t *body) {
    size_t length = ptk_buf_get_u16_be(body);
    ptk_buf_t topic = ptk_buf_get_view(body, length);
    uint16_t id = qos > 0 ? ptk_buf_get_u16_be(body) : 0;

    if (qos > 1 || (qos > 0 && id == 0) || ptk_buf_error(body) != PTK_ERR_OK) {
        return MQTT_ERR_MALFORMED;
    }
    if (qos > 0) {
        mqtt_put_short(&c->out, MQTT_PUBACK, id);
    }
    printf("%.*s %.*s\n", (int)ptk_buf_length(&topic), (const char *)ptk_buf_first(&topic), (int)ptk_buf_length(body),
           (const char *)ptk_buf_first(body));
    (void)fflush(stdout);
    c->received++;
    return PTK_ERR_OK;
}

/** @brief Takes a packet; PTK_ERR_WOULD_BLOCK if none is complete. An unexpected one is an error, 4.8. */
static ptk_err_t take_packet(client_t *c) {
    uint8_t wanted = c->exchange.wanted;
    uint8_t first;
    ptk_buf_t body;
    ptk_err_t error = mqtt_take_packet(&c->in, &first, &body);

    if (error != PTK_ERR_OK) {
        return error;
    }
    if ((first & MQTT_TYPE_BITS) == MQTT_PUBLISH) {
        error = take_message(c, (uint8_t)(first >> 1 & 3), &body);
        c->exchange.done = wanted == MESSAGES && has_enough(c);
        return error;
    }
    if (first == MQTT_PINGRESP) {
        c->pong_by_ms = PTK_WAIT_FOREVER;
        return PTK_ERR_OK;
    }
    uint16_t id = ptk_buf_get_u16_be(&body); /* of CONNACK: its flags and its code, 3.2.2 */
    c->code = first == MQTT_CONNACK ? (uint8_t)(id & 0xFF) : first == MQTT_SUBACK ? ptk_buf_get_u8(&body) : 0;
    if (first != wanted || ptk_buf_error(&body) != PTK_ERR_OK) {
        return MQTT_ERR_MALFORMED;
    }
    c->exchange.done = first == MQTT_CONNACK || id == c->packet_id;
    return c->code == 0 || (first == MQTT_SUBACK && c->code < 0x80) ? PTK_ERR_OK : ERR_REFUSED; /* 3.2.2.3, 3.9.3 */
}

/** @brief Until when the exchange may sleep. */
static uint64_t next_deadline(const client_t *c) {
    uint64_t next = c->ping_at_ms < c->pong_by_ms ? c->ping_at_ms : c->pong_by_ms;
    return next < c->reply_by_ms ? next : c->reply_by_ms;
}

/** @brief A deadline has passed: nothing came that had to, or it is time for a PINGREQ, 3.12. */
static ptk_err_t on_deadline(client_t *c) {
    uint64_t now = ptk_clock_now_ms();

    if (now >= c->reply_by_ms || now >= c->pong_by_ms) {
        return PTK_ERR_TIMED_OUT;
    }
    mqtt_put_short(&c->out, MQTT_PINGREQ, 0);
    c->pong_by_ms = now + c->command.timeout_ms;
    return PTK_ERR_OK;
}

/** @brief Sends what is in the buffer and takes packets until the one that is waited for has come. */
static ptk_pt_status_t exchange_run(ptk_pt_t *pt) {
    exchange_t *exchange = (exchange_t *)pt;
    client_t *c = &client;

    PTK_PT_BEGIN(pt);
    exchange->done = exchange->wanted == NOTHING || (exchange->wanted == MESSAGES && has_enough(c));
    c->reply_by_ms = exchange->wanted == MESSAGES ? PTK_WAIT_FOREVER : ptk_clock_now_ms() + c->command.timeout_ms;
    do {
        if (ptk_buf_length(&c->out) > 0) {
            PTK_PT_SEND_ALL_TIMEOUT(pt, c->socket, &c->out, c->timer, c->command.timeout_ms);
            exchange->error = PTK_PT_ERROR(pt);
            ptk_buf_clear(&c->out);
            c->ping_at_ms =
                c->command.keep_alive_s > 0 ? ptk_clock_now_ms() + 1000u * c->command.keep_alive_s : PTK_WAIT_FOREVER;
            continue;
        }
        exchange->error = take_packet(c);
        if (exchange->error == PTK_ERR_WOULD_BLOCK) {
            ptk_buf_compact(&c->in);
            PTK_PT_RECEIVE_DEADLINE(pt, c->socket, &c->in, c->timer, next_deadline(c));
            exchange->error = PTK_PT_TIMED_OUT(pt) ? on_deadline(c) : PTK_PT_ERROR(pt);
        }
    } while (exchange->error == PTK_ERR_OK && (!exchange->done || ptk_buf_length(&c->out) > 0));
    PTK_PT_END(pt);
}

/** @brief Prepares a new attempt: a new socket, and buffers that hold nothing of the last connection. */
static void begin_attempt(client_t *c) {
    c->socket = ptk_socket_create(loop);
    (void)ptk_socket_set_option(c->socket, PTK_SOCKET_OPTION_NO_DELAY, 1);
    (void)ptk_buf_init(&c->in, c->in_memory, sizeof c->in_memory);
    (void)ptk_buf_init(&c->out, c->out_memory, sizeof c->out_memory);
    c->ping_at_ms = PTK_WAIT_FOREVER;
    c->pong_by_ms = PTK_WAIT_FOREVER;
}

/** @brief After a failure: says what failed. Returns whether to try again. */
static bool try_again(client_t *c) {
    ptk_err_t error = c->exchange.error;
    bool again = error != ERR_REFUSED && ++c->failed != c->command.attempts;

    if (error == ERR_REFUSED) {
        fprintf(stderr, "mqtt_client: refused by the broker, code %u\n", (unsigned)c->code);
    } else {
        fprintf(stderr, "mqtt_client: %s port %u: %s%s\n", c->command.host, (unsigned)c->command.broker.port,
                error == MQTT_ERR_MALFORMED ? "malformed packet, or too long" : ptk_error_string(error),
                again ? "; trying again" : "");
    }
    return again;
}

/** @brief Everything that the client does, in the order in which it happens. */
static ptk_pt_status_t client_run(ptk_pt_t *pt) {
    client_t *c = (client_t *)pt;

    PTK_PT_BEGIN(pt);
    for (;;) {
        begin_attempt(c);
        PTK_PT_CONNECT_TIMEOUT(pt, c->socket, &c->command.broker, c->timer, c->command.timeout_ms);
        c->exchange.error = PTK_PT_ERROR(pt);
        if (c->exchange.error == PTK_ERR_OK) {
            mqtt_put_connect(&c->out, c->command.id, (uint16_t)c->command.keep_alive_s);
            c->exchange.wanted = MQTT_CONNACK;
            PTK_PT_SPAWN(pt, &c->exchange.pt, exchange_run);
        }
        if (c->exchange.error == PTK_ERR_OK) {
            c->failed = 0;
            c->pause_ms = FIRST_PAUSE_MS;
        }
        if (c->exchange.error == PTK_ERR_OK && c->command.subscribes) {
            c->packet_id = mqtt_next_packet_id(c->packet_id);
            mqtt_put_subscribe(&c->out, c->command.topic, (uint8_t)c->command.qos, c->packet_id);
            c->exchange.wanted = MQTT_SUBACK;
            PTK_PT_SPAWN(pt, &c->exchange.pt, exchange_run);
            if (c->exchange.error == PTK_ERR_OK) {
                fprintf(stderr, "mqtt_client: subscribed to %s, QoS %u\n", c->command.topic, (unsigned)c->code);
                c->exchange.wanted = MESSAGES;
                PTK_PT_SPAWN(pt, &c->exchange.pt, exchange_run);
            }
        }
        while (c->exchange.error == PTK_ERR_OK && !c->command.subscribes && c->next < c->command.message_count) {
            put_next_message(c);
            c->exchange.wanted = c->command.qos > 0 ? MQTT_PUBACK : NOTHING;
            PTK_PT_SPAWN(pt, &c->exchange.pt, exchange_run);
            if (c->exchange.error == PTK_ERR_OK) {
                c->next++;
                c->sent_before = false;
            }
        }
        if (c->exchange.error == PTK_ERR_OK) {
            mqtt_put_short(&c->out, MQTT_DISCONNECT, 0); /* 3.14 */
            c->exchange.wanted = NOTHING;
            PTK_PT_SPAWN(pt, &c->exchange.pt, exchange_run);
            (void)ptk_socket_destroy(c->socket);
            c->finished = true;
            PTK_PT_EXIT(pt);
        }
        (void)ptk_socket_destroy(c->socket);
        if (!try_again(c)) {
            PTK_PT_EXIT(pt);
        }
        PTK_PT_SLEEP(pt, c->timer, c->pause_ms);
        c->pause_ms = c->pause_ms * 2 < LONGEST_PAUSE_MS ? c->pause_ms * 2 : LONGEST_PAUSE_MS;
    }
    PTK_PT_END(pt);
}

/** @brief After Ctrl-C: ends the protothread where it waits; sends DISCONNECT if that can be done now. */
static void end_early(client_t *c) {
    bool between_packets = ptk_buf_length(&c->out) == 0;

    (void)ptk_protothread_cancel(&c->pt);
    if (between_packets) {
        mqtt_put_short(&c->out, MQTT_DISCONNECT, 0);
        (void)ptk_socket_send(c->socket, &c->out);
    }
    (void)ptk_socket_destroy(c->socket);
}

/** @brief Reads the command line, and runs the client until it has finished. */
int main(int argc, char **argv) {
    client_t *c = &client;

    if (!mqtt_command_read(&c->command, argc, argv)) {
        return 2;
    }
    if (c->command.help) {
        (void)fputs(mqtt_command_usage, stdout);
        return 0;
    }
    loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    c->timer = ptk_timer_create(loop);
    c->pause_ms = FIRST_PAUSE_MS;
    if (signal(SIGINT, on_interrupt) == SIG_ERR || signal(SIGTERM, on_interrupt) == SIG_ERR) {
        fprintf(stderr, "mqtt_client: cannot catch signals\n");
        return 1;
    }
    ptk_err_t error = ptk_protothread_init(&c->pt, client_run);
    if (error == PTK_ERR_OK) {
        error = ptk_protothread_run(&c->pt);
    }
    while (error == PTK_ERR_OK && !interrupted && !ptk_protothread_is_finished(&c->pt)) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    if (!ptk_protothread_is_finished(&c->pt)) {
        end_early(c);
        c->finished = error == PTK_ERR_OK && c->command.subscribes;
    }
    (void)ptk_event_loop_destroy(loop);
    return c->finished ? 0 : 1;
}
