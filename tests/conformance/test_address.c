/**
 * @file test_address.c
 * @brief Addresses: parsing, formatting (RFC 5952), comparing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief A text that can be parsed. */
typedef struct good_text {
    const char *text;      /* what is parsed, with default port 7 */
    const char *formatted; /* what it is formatted as */
} good_text_t;

/** @brief Texts in every form that is accepted. */
static const good_text_t good_texts[] = {
    {"192.0.2.1", "192.0.2.1:7"},
    {"192.0.2.1:502", "192.0.2.1:502"},
    {"0.0.0.0:0", "0.0.0.0:0"},
    {"255.255.255.255:65535", "255.255.255.255:65535"},
    {"127.0.0.1:1", "127.0.0.1:1"},
    {"::", "[::]:7"},
    {"::1", "[::1]:7"},
    {"[::1]", "[::1]:7"},
    {"[::1]:502", "[::1]:502"},
    {"[::]:0", "[::]:0"},
    {"1::", "[1::]:7"},
    /* RFC 5952 section 5: an IPv4-mapped address in the mixed notation */
    {"::ffff:192.0.2.1", "[::ffff:192.0.2.1]:7"},
    {"::ffff:c000:201", "[::ffff:192.0.2.1]:7"},
    {"fe80::1%2", "[fe80::1%2]:7"},
    {"[fe80::1%4294967295]:80", "[fe80::1%4294967295]:80"},
    /* RFC 5952 section 4.1: leading zeros go; 4.2.1: the longest run is shortened as far as possible */
    {"2001:0db8:0000:0000:0000:0000:0002:0001", "[2001:db8::2:1]:7"},
    {"2001:0DB8::00AB", "[2001:db8::ab]:7"},
    /* 4.2.2: one 16-bit field of zeros is not shortened */
    {"2001:db8:0:1:1:1:1:1", "[2001:db8:0:1:1:1:1:1]:7"},
    {"2001:db8::1:1:1:1:1", "[2001:db8:0:1:1:1:1:1]:7"},
    /* 4.2.3: the longest run; of equal ones the first */
    {"2001:0:0:1:0:0:0:1", "[2001:0:0:1::1]:7"},
    {"2001:db8:0:0:1:0:0:1", "[2001:db8::1:0:0:1]:7"},
    {"1:2:3:4:5:6:7::", "[1:2:3:4:5:6:7:0]:7"},
    {"::2:3:4:5:6:7:8", "[0:2:3:4:5:6:7:8]:7"},
    {"1:2:3:4:5:6:0:0", "[1:2:3:4:5:6::]:7"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:7"},
    {"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535",
     "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535"},
};

/** @brief Texts that are refused. */
static const char *const bad_texts[] = {
    "",
    " ",
    "localhost",
    "192.0.2",
    "192.0.2.",
    ".192.0.2.1",
    "192.0.2.1.",
    "192.0.2.1.5",
    "192.0.2.256",
    "192.0.2.-1",
    "192.0.2.+1",
    "192..2.1",
    "192.0.2.1 ",
    " 192.0.2.1",
    "192.0.2.1:",
    "192.0.2.1:65536",
    "192.0.2.1:99999999999",
    "192.0.2.1:-1",
    "192.0.2.1:+1",
    "192.0.2.1:5x",
    "192.0.2.1: 5",
    "0x7f.0.0.1",
    "1.2.3.4/24",
    "[192.0.2.1]:5",
    "192.0.2.1%2",
    ":",
    ":::",
    "1:2",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "::1::",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "12345::",
    "g::",
    "::g",
    "1:::2",
    ":1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:",
    "[::1",
    "::1]",
    "[::1]]",
    "[]",
    "[]:5",
    "[::1]:",
    "[::1]:65536",
    "[::1]x",
    "[::1] :5",
    "[[::1]]",
    "fe80::1%",
    "fe80::1%4294967296",
    "fe80::1%-1",
    "fe80::1%2x",
    "[fe80::1%]:5",
    "%2",
    "00001::",
    "1.2.3.4.5.6.7.8",
    "4294967297.0.0.1",
    "192.0.2.18446744073709551617",
    "192.0.2.01",
    "192.0.2.1:0502",
    "::1.2.3",
    "::1.2.3.256",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1.2.3.4::",
    "::1.2.3.4:5",
};

/** @brief Each good text is parsed, and formatted in the canonical form. */
static void good_texts_parse_and_format(void) {
    for (size_t i = 0; i < sizeof(good_texts) / sizeof(good_texts[0]); i++) {
        ptk_address_t address;
        ptk_address_t again;
        char text[PTK_ADDRESS_TEXT_SIZE];

        memset(&address, 0xEE, sizeof(address));
        CHECK_EQUAL(ptk_address_parse(good_texts[i].text, 7, &address), PTK_ERR_OK);
        CHECK_EQUAL(ptk_address_format(&address, text, sizeof(text)), PTK_ERR_OK);
        CHECK_EQUAL((size_t)(strcmp(text, good_texts[i].formatted) == 0 ? i : i + 1000), i);
        CHECK_EQUAL(ptk_address_parse(text, 9, &again), PTK_ERR_OK);
        CHECK(ptk_address_equal(&address, &again));
    }
}

/** @brief Each bad text is refused and leaves the address unchanged. */
static void bad_texts_are_refused(void) {
    ptk_address_t before;
    ptk_address_t address;

    memset(&before, 0xEE, sizeof(before));
    for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
        address = before;
        /* The index in the failure says which text it was. */
        CHECK_EQUAL((size_t)(ptk_address_parse(bad_texts[i], 7, &address) == PTK_ERR_INVALID_ARGUMENT ? i : i + 1000),
                    i);
        CHECK(memcmp(&address, &before, sizeof(address)) == 0);
    }
    CHECK_EQUAL(ptk_address_parse(NULL, 7, &address), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_address_parse("::1", 7, NULL), PTK_ERR_INVALID_ARGUMENT);
}

/** @brief Parsing sets every field of the address. */
static void parsed_fields(void) {
    static const uint8_t six[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34};
    static const uint8_t four[4] = {192, 0, 2, 33};
    ptk_address_t address;

    CHECK_EQUAL(ptk_address_parse("[2001:db8::1234%5]:502", 7, &address), PTK_ERR_OK);
    CHECK_EQUAL(address.family, PTK_ADDRESS_IPV6);
    CHECK_EQUAL(address.port, 502);
    CHECK_EQUAL(address.scope_id, 5);
    CHECK_EQUAL(address.reserved, 0);
    CHECK(memcmp(address.bytes, six, 16) == 0);
    /* RFC 4291 section 2.2, form 3: the last 32 bits as an IPv4 address. */
    CHECK_EQUAL(ptk_address_parse("2001:db8::0.0.18.52", 502, &address), PTK_ERR_OK);
    CHECK(memcmp(address.bytes, six, 16) == 0);
    CHECK_EQUAL(ptk_address_parse("192.0.2.33", 65535, &address), PTK_ERR_OK);
    CHECK_EQUAL(address.family, PTK_ADDRESS_IPV4);
    CHECK_EQUAL(address.port, 65535);
    CHECK_EQUAL(address.scope_id, 0);
    CHECK(memcmp(address.bytes, four, 4) == 0);
}

/** @brief No text is read beyond its end, wherever it is cut off. */
static void every_length_of_a_text_is_safe(void) {
    static const char longest[] = "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535";

    /* Cut anywhere, the text is an address or refused, and is never read beyond its end. */
    for (size_t length = 0; length < sizeof(longest); length++) {
        char text[sizeof(longest)];
        ptk_address_t address;
        ptk_err_t error;

        memcpy(text, longest, length);
        text[length] = '\0';
        error = ptk_address_parse(text, 7, &address);
        CHECK(error == PTK_ERR_OK || error == PTK_ERR_INVALID_ARGUMENT);
    }
}

/** @brief Formatting into too little memory is refused and writes nothing beyond it. */
static void format_refuses_small_memory(void) {
    ptk_address_t address;
    char text[PTK_ADDRESS_TEXT_SIZE];
    const size_t needed = sizeof("[fe80::1%2]:502");

    CHECK_EQUAL(ptk_address_parse("[fe80::1%2]:502", 0, &address), PTK_ERR_OK);
    for (size_t size = 0; size < needed; size++) {
        memset(text, 'x', sizeof(text));
        CHECK_EQUAL(ptk_address_format(&address, text, size), PTK_ERR_NO_SPACE);
        CHECK_EQUAL(text[0], 'x');
        CHECK_EQUAL(text[size], 'x');
    }
    memset(text, 'x', sizeof(text));
    CHECK_EQUAL(ptk_address_format(&address, text, needed), PTK_ERR_OK);
    CHECK_EQUAL(text[needed - 1], '\0');
    CHECK_EQUAL(text[needed], 'x');
    CHECK_EQUAL(ptk_address_format(NULL, text, sizeof(text)), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_address_format(&address, NULL, sizeof(text)), PTK_ERR_INVALID_ARGUMENT);
    address.family = 5;
    memset(text, 'x', sizeof(text));
    CHECK_EQUAL(ptk_address_format(&address, text, sizeof(text)), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(text[0], 'x');
}

/** @brief The address of any interface. */
static void any_address(void) {
    const ptk_address_t four = ptk_address_any(PTK_ADDRESS_IPV4, 502);
    const ptk_address_t six = ptk_address_any(PTK_ADDRESS_IPV6, 0);
    char text[PTK_ADDRESS_TEXT_SIZE];

    CHECK_EQUAL(ptk_address_format(&four, text, sizeof(text)), PTK_ERR_OK);
    CHECK(strcmp(text, "0.0.0.0:502") == 0);
    CHECK_EQUAL(ptk_address_format(&six, text, sizeof(text)), PTK_ERR_OK);
    CHECK(strcmp(text, "[::]:0") == 0);
    CHECK_EQUAL(ptk_address_any(0, 1).family, PTK_ADDRESS_NONE);
    CHECK_EQUAL(ptk_address_any(5, 1).family, PTK_ADDRESS_NONE);
    CHECK_EQUAL(ptk_address_any(255, 1).family, PTK_ADDRESS_NONE);
}

/** @brief Which fields make two addresses equal. */
static void equal_addresses(void) {
    ptk_address_t a;

    CHECK_EQUAL(ptk_address_parse("[fe80::1%2]:502", 0, &a), PTK_ERR_OK);
    ptk_address_t b = a;
    CHECK(ptk_address_equal(&a, &b));
    b.port++;
    CHECK(!ptk_address_equal(&a, &b));
    b = a;
    b.scope_id++;
    CHECK(!ptk_address_equal(&a, &b));
    b = a;
    b.bytes[15]++;
    CHECK(!ptk_address_equal(&a, &b));
    b = a;
    b.family = PTK_ADDRESS_IPV4;
    CHECK(!ptk_address_equal(&a, &b));
    CHECK(!ptk_address_equal(NULL, &b));
    CHECK(!ptk_address_equal(&a, NULL));
    CHECK(!ptk_address_equal(NULL, NULL));
    /* Of an IPv4 address only four bytes count. */
    CHECK_EQUAL(ptk_address_parse("192.0.2.1:1", 0, &a), PTK_ERR_OK);
    b = a;
    b.bytes[4] = 1;
    CHECK(ptk_address_equal(&a, &b));
    b.bytes[3]++;
    CHECK(!ptk_address_equal(&a, &b));
}

const harness_test_t address_tests[] = {
    {"address.good_texts_parse_and_format", good_texts_parse_and_format},
    {"address.bad_texts_are_refused", bad_texts_are_refused},
    {"address.parsed_fields", parsed_fields},
    {"address.every_length_of_a_text_is_safe", every_length_of_a_text_is_safe},
    {"address.format_refuses_small_memory", format_refuses_small_memory},
    {"address.any_address", any_address},
    {"address.equal_addresses", equal_addresses},
    {NULL, NULL},
};
