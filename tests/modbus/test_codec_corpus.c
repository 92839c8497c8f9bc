/**
 * @file test_codec_corpus.c
 * @brief What must hold for any bytes, tried with bytes that resemble Modbus, the same in every run: frames of every
 * function with random fields, then damaged: bytes changed, cut, joined.
 *
 * SPDX-License-Identifier: MIT
 */
#include "codec_any_bytes.h"
#include "harness.h"

#include <string.h>

/** @brief Frames that are tried. */
#define ROUNDS 200000u
/** @brief So many bytes are enough for an input. POSIX has MAX_INPUT, and NuttX shows it. */
#define LONG_INPUT 1024u

/** @brief xorshift32 (Marsaglia): a sequence that is the same everywhere. */
static uint32_t random_state = 0x9E3779B9u;

/** @brief A pseudo-random number below a limit; the same numbers in every run. */
static uint32_t random_number(uint32_t limit) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

/** @brief Small numbers and those at the limits are the interesting ones. */
static uint16_t random_field(void) {
    static const uint16_t interesting[] = {0,    1,    2,    8,    121,   122,    123,    124,    125,    126,   1968,
                                           1969, 2000, 2001, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFF00, 0xFFFE, 0xFFFF};

    if (random_number(4) == 0) {
        return (uint16_t)random_number(0x10000);
    }
    return random_number(2) == 0 ? (uint16_t)(1 + random_number(16))
                                 : interesting[random_number(sizeof interesting / sizeof interesting[0])];
}

/** @brief Appends a field of 16 bits if it fits. */
static size_t put_field(uint8_t *bytes, size_t size, uint16_t field) {
    bytes[size] = (uint8_t)(field >> 8);
    bytes[size + 1] = (uint8_t)(field & 0xFF);
    return size + 2;
}

/** @brief The PDU of a write whose count mostly fits its quantity. */
static size_t put_values(uint8_t *pdu, size_t size, uint32_t bytes) {
    uint32_t count = random_number(8) == 0 ? random_number(256) : bytes;

    count = count < 240 ? count : 240;
    pdu[size++] = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++) {
        pdu[size++] = (uint8_t)random_number(256);
    }
    return size;
}

/** @brief A list of identification objects. */
static size_t put_objects(uint8_t *pdu, size_t size, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        pdu[size++] = (uint8_t)random_number(256);
        size = put_values(pdu, size, random_number(16));
        if (size > 200) {
            break;
        }
    }
    return size;
}

/** @brief Requests and responses of every function; at most 512 bytes, so sometimes longer than a frame may be. */
static size_t make_pdu(uint8_t *pdu) {
    static const uint8_t functions[] = {1, 2, 3, 4, 5, 6, 15, 16, 22, 23, 43};
    uint16_t quantity = random_field();
    size_t size = 1;

    pdu[0] = functions[random_number(sizeof functions)];
    switch (random_number(5)) {
    case 0: /* a response with values */
        return put_values(pdu, size, 2 * (1 + random_number(120)));
    case 1: /* a response with objects, or a request for them */
        pdu[0] = 43;
        pdu[size++] = 14;
        pdu[size++] = (uint8_t)random_number(6);
        pdu[size++] = (uint8_t)random_number(3);
        if (random_number(2) == 0) {
            pdu[size++] = random_number(2) == 0 ? 0 : 0xFF;
            pdu[size++] = 0;
            pdu[size++] = (uint8_t)random_number(6);
            size = put_objects(pdu, size, pdu[size - 1]);
        }
        return size;
    case 2: /* an exception */
        pdu[0] = (uint8_t)(pdu[0] | 0x80);
        pdu[size++] = (uint8_t)random_number(12);
        return size;
    default:
        break;
    }
    size = put_field(pdu, size, random_field());
    size = put_field(pdu, size, quantity);
    if (pdu[0] == 22) {
        size = put_field(pdu, size, random_field());
    } else if (pdu[0] == 15) {
        size = put_values(pdu, size, (quantity + 7u) / 8u);
    } else if (pdu[0] == 16) {
        size = put_values(pdu, size, 2u * quantity);
    } else if (pdu[0] == 23) {
        size = put_field(pdu, size, random_field());
        quantity = random_field();
        size = put_field(pdu, size, quantity);
        size = put_values(pdu, size, 2u * quantity);
    }
    return size;
}

/** @brief Makes a random frame. Returns its size. */
static size_t make_frame(uint8_t *bytes) {
    uint8_t pdu[512];
    size_t size = make_pdu(pdu);

    put_field(bytes, 0, (uint16_t)random_number(0x10000));
    put_field(bytes, 2, random_number(32) == 0 ? random_field() : 0);
    put_field(bytes, 4, random_number(32) == 0 ? random_field() : (uint16_t)(size + 1));
    bytes[6] = (uint8_t)random_number(256);
    memcpy(bytes + 7, pdu, size);
    return size + 7;
}

/** @brief Damaged frames and random bytes: the codec reads and writes nothing out of bounds. */
static void test_damaged_frames(void) {
    static uint8_t input[LONG_INPUT + 600];

    for (uint32_t round = 0; round < ROUNDS; round++) {
        size_t size = 0;
        uint32_t damage = random_number(3);

        do {
            size += make_frame(input + size);
        } while (random_number(3) == 0 && size < LONG_INPUT);
        for (; damage > 0; damage--) {
            input[random_number((uint32_t)size)] = (uint8_t)random_number(256);
        }
        if (random_number(4) == 0) {
            size = random_number((uint32_t)size + 1);
        }
        const char *wrong = codec_any_bytes(input, size);
        if (wrong != NULL) {
            harness_fail(__FILE__, __LINE__, wrong, round, ROUNDS);
            return;
        }
    }
}

/** @brief The tests of this file. */
const harness_test_t codec_corpus_tests[] = {
    {"codec_corpus.damaged_frames", test_damaged_frames},
    {NULL, NULL},
};
