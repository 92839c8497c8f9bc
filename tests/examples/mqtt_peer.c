/**
 * @file mqtt_peer.c
 * @brief Takes the place of an MQTT broker and behaves as the argument says. Prints the packets that it gets, one a line.
 *        Usage: mqtt_peer lost-ack|refuses|malformed|too-long|silent|no-pong
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include "../../examples/support/mqtt_packet.h"

#include <stdio.h>
#include <string.h>

/** @brief Memory of the loop: a listener and a connection. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 0, 2, 0);

/** @brief The peer, with one connection at a time. */
typedef struct peer {
    ptk_pt_t pt;
    const char *mode;
    ptk_handle_t listener, socket;
    unsigned connections;
    bool closes; /* the connection, without a response */
    ptk_buf_t in, out;
    uint8_t in_memory[MQTT_LONGEST_PACKET], out_memory[64];
} peer_t;

/** @brief Prints a packet. Returns the identifier of a PUBLISH with QoS 1. */
static uint16_t print_packet(uint8_t first, ptk_buf_t *body) {
    uint16_t id = 0;

    if ((first & MQTT_TYPE_BITS) == MQTT_PUBLISH) {
        ptk_buf_skip(body, ptk_buf_get_u16_be(body));
        id = (first & 0x06) != 0 ? ptk_buf_get_u16_be(body) : 0;
        (void)printf("PUBLISH dup %d id %u\n", (first & 0x08) != 0, (unsigned)id);
    } else {
        (void)printf("%s\n", first == MQTT_CONNECT      ? "CONNECT"
                             : first == MQTT_SUBSCRIBE  ? "SUBSCRIBE"
                             : first == MQTT_PINGREQ    ? "PINGREQ"
                             : first == MQTT_DISCONNECT ? "DISCONNECT"
                                                        : "something else");
    }
    (void)fflush(stdout);
    return id;
}

/** @brief Responds to a packet in the way of the mode. */
static void respond(peer_t *peer, uint8_t first, ptk_buf_t *body) {
    static const uint8_t malformed[] = {MQTT_CONNACK, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F}; /* five bytes of length, 2.2.3 */
    static const uint8_t too_long[] = {MQTT_PUBLISH, 0xFF, 0xFF, 0x7F};              /* 2 MiB are to follow */
    uint16_t id = print_packet(first, body);

    if (strcmp(peer->mode, "silent") == 0) {
        return;
    }
    if (first == MQTT_CONNECT && strcmp(peer->mode, "malformed") == 0) {
        ptk_buf_put_bytes(&peer->out, malformed, sizeof malformed);
    } else if (first == MQTT_CONNECT && strcmp(peer->mode, "too-long") == 0) {
        ptk_buf_put_bytes(&peer->out, too_long, sizeof too_long);
    } else if (first ==
               MQTT_CONNECT) { /* the code is the second byte of what mqtt_put_short() takes for an identifier */
        ptk_buf_put_u16_be(&peer->out, MQTT_CONNACK << 8 | 2);
        ptk_buf_put_u16_be(&peer->out, strcmp(peer->mode, "refuses") == 0 ? 5 : 0);
    } else if (first == MQTT_SUBSCRIBE) {
        ptk_buf_put_u16_be(&peer->out, MQTT_SUBACK << 8 | 3);
        ptk_buf_put_u16_be(&peer->out, ptk_buf_get_u16_be(body));
        ptk_buf_put_u8(&peer->out, 0);
    } else if (id != 0 && strcmp(peer->mode, "lost-ack") == 0 && peer->connections == 1) {
        peer->closes = true;
    } else if (id != 0) {
        mqtt_put_short(&peer->out, MQTT_PUBACK, id);
    }
}

/** @brief Serves one connection after the other, until it is ended from outside. */
static ptk_pt_status_t peer_run(ptk_pt_t *pt) {
    peer_t *peer = (peer_t *)pt;
    uint8_t first;
    ptk_buf_t body;

    PTK_PT_BEGIN(pt);
    for (;;) {
        PTK_PT_ACCEPT(pt, peer->listener, &peer->socket, NULL);
        if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
            PTK_PT_EXIT(pt);
        }
        peer->connections++;
        peer->closes = false;
        (void)ptk_buf_init(&peer->in, peer->in_memory, sizeof peer->in_memory);
        do {
            (void)ptk_buf_init(&peer->out, peer->out_memory, sizeof peer->out_memory);
            if (mqtt_take_packet(&peer->in, &first, &body) == PTK_ERR_OK) {
                respond(peer, first, &body);
                PTK_PT_SEND_ALL(pt, peer->socket, &peer->out);
            } else {
                ptk_buf_compact(&peer->in);
                PTK_PT_RECEIVE(pt, peer->socket, &peer->in);
            }
        } while (!peer->closes && (PTK_PT_ERROR(pt) == PTK_ERR_OK || PTK_PT_ERROR(pt) == PTK_ERR_NO_DATA));
        (void)ptk_socket_destroy(peer->socket);
    }
    PTK_PT_END(pt);
}

/** @brief Listens on a port that the system chooses, and prints which. */
int main(int argc, char **argv) {
    static peer_t peer;
    ptk_address_t address;
    char text[PTK_ADDRESS_TEXT_SIZE];
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);

    peer.mode = argc > 1 ? argv[1] : "";
    peer.listener = ptk_socket_create(loop);
    ptk_err_t error = ptk_address_parse("127.0.0.1", 0, &address);
    if (error == PTK_ERR_OK) {
        error = ptk_socket_listen(peer.listener, &address, 4);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_get_local_address(peer.listener, &address);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_address_format(&address, text, sizeof text);
    }
    if (error == PTK_ERR_OK) {
        (void)printf("listening on %s\n", text);
        (void)fflush(stdout);
        error = ptk_protothread_init(&peer.pt, peer_run);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_protothread_run(&peer.pt);
    }
    while (error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    return 1;
}
