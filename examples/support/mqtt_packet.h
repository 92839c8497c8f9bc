/**
 * @file mqtt_packet.h
 * @brief The packets of MQTT 3.1.1 that a client with QoS 0 and 1 needs. Only bytes: no socket, no loop.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_SUPPORT_MQTT_PACKET_H
#define EXAMPLES_SUPPORT_MQTT_PACKET_H

#include <protocol_toolkit.h>

/** @brief The longest packet that this client sends or takes, in bytes. */
#define MQTT_LONGEST_PACKET 4096u
/** @brief In addition to the library's codes: the bytes are not MQTT, or the packet is too long. */
#define MQTT_ERR_MALFORMED ((ptk_err_t)-1000)

/** @brief Types of packets, with the flags that each must have: the first byte, 2.2. */
enum {
    MQTT_CONNECT = 0x10,
    MQTT_CONNACK = 0x20,
    MQTT_PUBLISH = 0x30, /* its flags vary: compare with MQTT_TYPE_BITS */
    MQTT_PUBACK = 0x40,
    MQTT_SUBSCRIBE = 0x82,
    MQTT_SUBACK = 0x90,
    MQTT_PINGREQ = 0xC0,
    MQTT_PINGRESP = 0xD0,
    MQTT_DISCONNECT = 0xE0,
    MQTT_TYPE_BITS = 0xF0
};

/** @brief The packet identifier after this one; it is never 0, 2.3.1. */
uint16_t mqtt_next_packet_id(uint16_t id);

/** @brief Puts CONNECT, 3.1. Only with an ID may the broker keep the session while the client is away. */
void mqtt_put_connect(ptk_buf_t *out, const char *id, uint16_t keep_alive_s);

/** @brief Puts SUBSCRIBE with one filter, 3.8. */
void mqtt_put_subscribe(ptk_buf_t *out, const char *filter, uint8_t qos, uint16_t packet_id);

/** @brief Puts PUBLISH, 3.3. The identifier counts with QoS 1 only; duplicate: it was sent before. */
void mqtt_put_publish(ptk_buf_t *out, const char *topic, const char *message, uint8_t qos, uint16_t packet_id,
                      bool duplicate);

/** @brief Puts a packet of a type and, if it is not 0, an identifier alone: PUBACK, PINGREQ, DISCONNECT. */
void mqtt_put_short(ptk_buf_t *out, uint8_t type, uint16_t packet_id);

/**
 * @brief Takes one complete packet from the buffer.
 * @param in what was received. @param[out] first its first byte. @param[out] body what is after its fixed header.
 * @return PTK_ERR_OK, PTK_ERR_WOULD_BLOCK (none is complete yet: nothing was taken), MQTT_ERR_MALFORMED.
 */
ptk_err_t mqtt_take_packet(ptk_buf_t *in, uint8_t *first, ptk_buf_t *body);

#endif
