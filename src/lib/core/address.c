/**
 * @file address.c
 * @brief Numeric IPv4 and IPv6 addresses: values, and their text by RFC 4291 and RFC 5952.
 *
 * SPDX-License-Identifier: MIT
 */
#include "protocol_toolkit.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ values */

ptk_address_t ptk_address_any(uint8_t family, uint16_t port) {
    ptk_address_t address;
    memset(&address, 0, sizeof address);
    if (family == PTK_ADDRESS_IPV4 || family == PTK_ADDRESS_IPV6) {
        address.family = family;
        address.port = port;
    }
    return address;
}

bool ptk_address_equal(const ptk_address_t *a, const ptk_address_t *b) {
    if (a == NULL || b == NULL || a->family != b->family || a->port != b->port) {
        return false;
    }
    if (a->family == PTK_ADDRESS_IPV6) {
        return a->scope_id == b->scope_id && memcmp(a->bytes, b->bytes, 16) == 0;
    }
    return memcmp(a->bytes, b->bytes, 4) == 0;
}

/* ------------------------------------------------------------------------------------------------ reading */

/** @brief Whether a character is a decimal digit. */
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/** @brief The value of a hexadecimal digit, or -1. */
static int hex_value(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/**
 * @brief Reads a decimal number up to max and moves the cursor after it.
 *
 * Leading zeros are refused: some read them as octal.
 */
static bool read_decimal(const char **cursor, uint32_t max, uint32_t *value) {
    const char *c = *cursor;
    uint64_t result = 0;
    if (!is_digit(*c) || (c[0] == '0' && is_digit(c[1]))) {
        return false;
    }
    for (; is_digit(*c); c++) {
        result = result * 10 + (uint64_t)(*c - '0');
        if (result > max) {
            return false;
        }
    }
    *value = (uint32_t)result;
    *cursor = c;
    return true;
}

/** @brief Reads "a.b.c.d" and moves the cursor after it. */
static bool read_ipv4(const char **cursor, uint8_t bytes[4]) {
    const char *c = *cursor;
    for (int i = 0; i < 4; i++) {
        uint32_t value;
        if (i > 0 && *c++ != '.') {
            return false;
        }
        if (!read_decimal(&c, 255, &value)) {
            return false;
        }
        bytes[i] = (uint8_t)value;
    }
    *cursor = c;
    return true;
}

/** @brief Reads one to four hexadecimal digits and moves the cursor after them. */
static bool read_group(const char **cursor, uint8_t bytes[2]) {
    const char *c = *cursor;
    unsigned value = 0;
    int digits = 0;
    for (; hex_value(*c) >= 0; c++) {
        if (++digits > 4) {
            return false;
        }
        value = (value << 4) | (unsigned)hex_value(*c);
    }
    if (digits == 0) {
        return false;
    }
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
    *cursor = c;
    return true;
}

/** @brief Whether an IPv4 address starts here: digits, then a dot (RFC 4291, 2.2, form 3). */
static bool at_ipv4_tail(const char *c) {
    while (is_digit(*c)) {
        c++;
    }
    return *c == '.';
}

/** @brief Reads the groups of an IPv6 address (RFC 4291, 2.2) and moves the cursor after them. */
static bool read_ipv6(const char **cursor, uint8_t bytes[16]) {
    const char *c = *cursor;
    uint8_t parts[16];
    size_t used = 0;
    size_t gap = SIZE_MAX; /* where "::" stands */
    for (;;) {
        if (c[0] == ':' && c[1] == ':' && gap == SIZE_MAX) {
            gap = used;
            c += 2;
            if (hex_value(*c) < 0) {
                break; /* "::" may stand at the end */
            }
        } else if (used > 0 && *c++ != ':') {
            c--;
            break;
        }
        if (used <= 12 && at_ipv4_tail(c)) {
            if (!read_ipv4(&c, parts + used)) {
                return false;
            }
            used += 4;
            break;
        }
        if (used == 16 || !read_group(&c, parts + used)) {
            return false;
        }
        used += 2;
    }
    if (gap == SIZE_MAX ? used != 16 : used > 14) { /* "::" stands for at least one group */
        return false;
    }
    size_t tail = used < gap ? 0 : used - gap;
    memset(bytes, 0, 16);
    memcpy(bytes, parts, used - tail);
    memcpy(bytes + 16 - tail, parts + used - tail, tail);
    *cursor = c;
    return true;
}

/** @brief Reads ":port" if it is there. */
static bool read_port(const char **cursor, uint16_t *port) {
    uint32_t value;
    if (**cursor != ':') {
        return true;
    }
    (*cursor)++;
    if (!read_decimal(cursor, 65535, &value)) {
        return false;
    }
    *port = (uint16_t)value;
    return true;
}

/** @brief Reads an IPv6 address with its scope, in brackets if a port may follow (RFC 4007, 11.2; RFC 5952, 6). */
static bool read_ipv6_text(const char **cursor, ptk_address_t *address) {
    bool bracketed = **cursor == '[';
    if (bracketed) {
        (*cursor)++;
    }
    address->family = PTK_ADDRESS_IPV6;
    if (!read_ipv6(cursor, address->bytes)) {
        return false;
    }
    if (**cursor == '%') {
        (*cursor)++;
        if (!read_decimal(cursor, UINT32_MAX, &address->scope_id)) {
            return false;
        }
    }
    if (!bracketed) {
        return true;
    }
    if (**cursor != ']') {
        return false;
    }
    (*cursor)++;
    return read_port(cursor, &address->port);
}

ptk_err_t ptk_address_parse(const char *text, uint16_t default_port, ptk_address_t *address) {
    if (text == NULL || address == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    const char *cursor = text;
    bool valid;
    ptk_address_t result = ptk_address_any(PTK_ADDRESS_IPV4, default_port);
    if (at_ipv4_tail(cursor)) {
        valid = read_ipv4(&cursor, result.bytes) && read_port(&cursor, &result.port);
    } else {
        valid = read_ipv6_text(&cursor, &result);
    }
    if (!valid || *cursor != '\0') {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    *address = result;
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ writing */

/** @brief Writes a decimal number. Returns where the text ends, without a terminating 0. */
static char *write_decimal(char *out, uint32_t value) {
    char digits[10];
    int count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (count > 0) {
        *out++ = digits[--count];
    }
    return out;
}

/** @brief Writes a group of an IPv6 address without leading zeros. Returns where the text ends. */
static char *write_hex(char *out, unsigned value) {
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned digit = (value >> shift) & 0xFu;
        if (started || digit != 0 || shift == 0) {
            *out++ = "0123456789abcdef"[digit];
            started = true;
        }
    }
    return out;
}

/** @brief Writes "a.b.c.d". Returns where the text ends. */
static char *write_ipv4(char *out, const uint8_t *bytes) {
    for (int i = 0; i < 4; i++) {
        if (i > 0) {
            *out++ = '.';
        }
        out = write_decimal(out, bytes[i]);
    }
    return out;
}

/** @brief The value of a group of an IPv6 address. */
static unsigned group(const uint8_t *bytes, int index) {
    return ((unsigned)bytes[2 * index] << 8) | bytes[2 * index + 1];
}

/**
 * @brief Finds the first of the longest runs of at least two zero groups (RFC 5952, 4.2).
 *
 * Returns its length, 0 if there is none.
 */
static int longest_zero_run(const uint8_t *bytes, int groups, int *start) {
    int best = 1;
    *start = groups;
    for (int i = 0; i < groups; i++) {
        int length = 0;
        while (i + length < groups && group(bytes, i + length) == 0) {
            length++;
        }
        if (length > best) {
            best = length;
            *start = i;
        }
        i += length;
    }
    return *start == groups ? 0 : best;
}

/** @brief Writes an IPv6 address in the form of RFC 5952, without its scope. Returns where the text ends. */
static char *write_ipv6(char *out, const uint8_t *bytes) {
    static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    bool mapped = memcmp(bytes, mapped_prefix, sizeof mapped_prefix) == 0;
    int groups = mapped ? 6 : 8; /* RFC 5952, 5: the last 32 bits of a mapped address are written as IPv4 */
    int run_start;
    int run = longest_zero_run(bytes, groups, &run_start);
    bool separate = false;
    for (int i = 0; i < groups; i++) {
        if (run > 0 && i == run_start) {
            *out++ = ':';
            *out++ = ':';
            separate = false;
            i += run - 1;
            continue;
        }
        if (separate) {
            *out++ = ':';
        }
        out = write_hex(out, group(bytes, i));
        separate = true;
    }
    if (mapped) {
        *out++ = ':';
        out = write_ipv4(out, bytes + 12);
    }
    return out;
}

ptk_err_t ptk_address_format(const ptk_address_t *address, char *text, size_t size) {
    if (address == NULL || text == NULL ||
        (address->family != PTK_ADDRESS_IPV4 && address->family != PTK_ADDRESS_IPV6)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    /* The longest text has 58 characters: brackets around 39 of address and 11 of scope, a colon, 5 of port. */
    char buffer[PTK_ADDRESS_TEXT_SIZE];
    char *out = buffer;
    if (address->family == PTK_ADDRESS_IPV4) {
        out = write_ipv4(out, address->bytes);
    } else {
        *out++ = '[';
        out = write_ipv6(out, address->bytes);
        if (address->scope_id != 0) {
            *out++ = '%';
            out = write_decimal(out, address->scope_id);
        }
        *out++ = ']';
    }
    *out++ = ':';
    out = write_decimal(out, address->port);
    *out++ = '\0';
    size_t length = (size_t)(out - buffer);
    if (length > size) {
        return PTK_ERR_NO_SPACE;
    }
    memcpy(text, buffer, length);
    return PTK_ERR_OK;
}
