/**
 * @file target_address.c
 * @brief Any text as an address, compared with inet_pton(); any address as text and back.
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L /* inet_pton() */

#include "../modbus/guarded_memory.h"
#include "fuzz.h"

#include <protocol_toolkit.h>

#include <arpa/inet.h>
#include <string.h>

/** @brief Longest text. */
enum { MAX_TEXT = 80 };

/** @brief What is formatted is parsed again as the same address, and a place too small for it is not touched. */
static void try_format(const ptk_address_t *address) {
    char text[PTK_ADDRESS_TEXT_SIZE];
    char again[PTK_ADDRESS_TEXT_SIZE];
    ptk_address_t parsed;

    memset(again, 'x', sizeof again);
    if (!fuzz_require(ptk_address_format(address, text, sizeof text) == PTK_ERR_OK, "an address is not formatted") ||
        !fuzz_require(ptk_address_parse(text, 9, &parsed) == PTK_ERR_OK, "what was formatted is not parsed")) {
        return;
    }
    (void)fuzz_require(ptk_address_equal(address, &parsed), "another address after formatting and parsing");
    size_t length = strlen(text);
    (void)fuzz_require(ptk_address_format(address, again, length) == PTK_ERR_NO_SPACE && again[0] == 'x',
                       "a text that is too small was taken, or changed");
    (void)fuzz_require(ptk_address_format(address, again, length + 1) == PTK_ERR_OK && strcmp(text, again) == 0,
                       "a text that is large enough was refused, or is another one");
}

/** @brief An address without port and scope is one for inet_pton(), too, and the same one. */
static void compare(const char *text, ptk_err_t error, const ptk_address_t *address) {
    uint8_t bytes[16] = {0};
    bool is_ipv4 = inet_pton(AF_INET, text, bytes) == 1;
    bool is_ipv6 = !is_ipv4 && inet_pton(AF_INET6, text, bytes) == 1;

    if (!fuzz_require((error == PTK_ERR_OK) == (is_ipv4 || is_ipv6), "inet_pton() disagrees")) {
        return;
    }
    if (error == PTK_ERR_OK) {
        (void)fuzz_require(address->family == (is_ipv4 ? PTK_ADDRESS_IPV4 : PTK_ADDRESS_IPV6) &&
                               memcmp(address->bytes, bytes, sizeof bytes) == 0 && address->scope_id == 0,
                           "inet_pton() gives another address");
    }
}

/** @brief Any text. */
static void try_text(fuzz_input_t *input) {
    uint8_t bytes[MAX_TEXT + 1] = {0};
    ptk_address_t address;
    ptk_address_t untouched;
    size_t length;

    const uint8_t *taken = fuzz_bytes(input, MAX_TEXT, &length);
    if (length > 0) {
        memcpy(bytes, taken, length);
    }
    const char *text = (const char *)guarded_copy(bytes, strlen((const char *)bytes) + 1);
    memset(&address, 0xA5, sizeof address);
    memset(&untouched, 0xA5, sizeof untouched);
    ptk_err_t error = ptk_address_parse(text, 502, &address);
    if (error == PTK_ERR_OK) {
        try_format(&address);
    } else {
        (void)fuzz_require(error == PTK_ERR_INVALID_ARGUMENT && memcmp(&address, &untouched, sizeof address) == 0,
                           "another error, or the address was changed");
    }
    bool has_more = strpbrk(text, "[]%") != NULL;
    const char *colon = strchr(text, ':');
    if (!has_more && (colon == NULL || strchr(colon + 1, ':') != NULL)) { /* one colon: a port */
        compare(text, error, &address);
    }
}

/** @brief Any address of a family that exists. */
static void try_address(fuzz_input_t *input) {
    ptk_address_t address = {{0}, 0, 0, PTK_ADDRESS_IPV4, 0};
    size_t length;

    if (fuzz_u8(input) % 2 == 1) {
        address.family = PTK_ADDRESS_IPV6;
        address.scope_id = (uint32_t)fuzz_u16(input) << 16 | fuzz_u16(input);
    }
    address.port = fuzz_u16(input);
    const uint8_t *bytes = fuzz_bytes(input, address.family == PTK_ADDRESS_IPV4 ? 4 : 16, &length);
    if (length > 0) {
        memcpy(address.bytes, bytes, length);
    }
    try_format(&address);
}

void fuzz_target(fuzz_input_t *input) {
    if (input->left > 0 && input->data[0] < 8) { /* no text begins so */
        (void)fuzz_u8(input);
        try_address(input);
    } else {
        try_text(input);
    }
}
