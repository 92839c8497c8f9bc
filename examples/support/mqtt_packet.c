/**
 * @file mqtt_packet.c
 * @brief Makes and takes packets of MQTT 3.1.1. Section numbers are the standard's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mqtt_packet.h"

#include <string.h>

/** @brief Puts a fixed header: the length has 7 bits in each byte, the lowest first, 2.2.3. */
static void put_header(ptk_buf_t *out, uint8_t first, size_t length) {
    ptk_buf_put_u8(out, first);
    for (; length > 0x7F; length >>= 7) {
        ptk_buf_put_u8(out, (uint8_t)(0x80 | (length & 0x7F)));
    }
    ptk_buf_put_u8(out, (uint8_t)length);
}

/** @brief Puts a string with its length, 1.5.3. */
static void put_string(ptk_buf_t *out, const char *text) {
    ptk_buf_put_u16_be(out, (uint16_t)strlen(text));
    ptk_buf_put_bytes(out, text, strlen(text));
}

uint16_t mqtt_next_packet_id(uint16_t id) {
    return (uint16_t)(id == 0xFFFF ? 1 : id + 1);
}

void mqtt_put_connect(ptk_buf_t *out, const char *id, uint16_t keep_alive_s) {
    put_header(out, MQTT_CONNECT, 12 + strlen(id));
    put_string(out, "MQTT");                    /* 3.1.2.1 */
    ptk_buf_put_u8(out, 4);                     /* protocol level, 3.1.2.2 */
    ptk_buf_put_u8(out, id[0] != 0 ? 0 : 0x02); /* clean session, 3.1.2.4 */
    ptk_buf_put_u16_be(out, keep_alive_s);      /* 3.1.2.10 */
    put_string(out, id);                        /* 3.1.3.1 */
}

void mqtt_put_subscribe(ptk_buf_t *out, const char *filter, uint8_t qos, uint16_t packet_id) {
    put_header(out, MQTT_SUBSCRIBE, 5 + strlen(filter));
    ptk_buf_put_u16_be(out, packet_id);
    put_string(out, filter);
    ptk_buf_put_u8(out, qos);
}

void mqtt_put_publish(ptk_buf_t *out, const char *topic, const char *message, uint8_t qos, uint16_t packet_id,
                      bool duplicate) {
    uint8_t flags = (uint8_t)((duplicate ? 0x08 : 0) | qos << 1); /* 3.3.1 */

    put_header(out, MQTT_PUBLISH | flags, 2 + strlen(topic) + (qos > 0 ? 2 : 0) + strlen(message));
    put_string(out, topic);
    if (qos > 0) {
        ptk_buf_put_u16_be(out, packet_id);
    }
    ptk_buf_put_bytes(out, message, strlen(message));
}

void mqtt_put_short(ptk_buf_t *out, uint8_t type, uint16_t packet_id) {
    put_header(out, type, packet_id != 0 ? 2 : 0);
    if (packet_id != 0) {
        ptk_buf_put_u16_be(out, packet_id);
    }
}

ptk_err_t mqtt_take_packet(ptk_buf_t *in, uint8_t *first, ptk_buf_t *body) {
    size_t length = 0;
    size_t header_size = 1;
    uint8_t byte;

    do { /* 2.2.3: at most four bytes of length */
        if (header_size > 4) {
            return MQTT_ERR_MALFORMED;
        }
        if (ptk_buf_length(in) <= header_size) {
            return PTK_ERR_WOULD_BLOCK;
        }
        byte = ptk_buf_peek_u8(in, header_size);
        length |= (size_t)(byte & 0x7F) << (7 * (header_size - 1));
        header_size++;
    } while (byte > 0x7F);
    if (header_size + length > MQTT_LONGEST_PACKET) {
        return MQTT_ERR_MALFORMED;
    }
    if (ptk_buf_length(in) < header_size + length) {
        return PTK_ERR_WOULD_BLOCK;
    }
    *first = ptk_buf_peek_u8(in, 0);
    ptk_buf_skip(in, header_size);
    *body = ptk_buf_get_view(in, length);
    return PTK_ERR_OK;
}
