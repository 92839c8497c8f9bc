/**
 * @file guarded_memory.c

 *
 * SPDX-License-Identifier: MIT
 */
#include "guarded_memory.h"

#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER
#endif

#if defined(HAS_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#define FORBID(memory, size) __asan_poison_memory_region((memory), (size))
#define ALLOW(memory, size) __asan_unpoison_memory_region((memory), (size))
#else
#define FORBID(memory, size) ((void)(memory), (void)(size))
#define ALLOW(memory, size) ((void)(memory), (void)(size))
#endif

enum { COPIES = 4, MARGIN = 16 };

/** @brief The sanitizer forbids whole units of 8 bytes and the end of one, so what is allowed begins at a multiple of
 *  8. */
static union {
    uint64_t aligned;
    uint8_t bytes[MARGIN + GUARDED_MEMORY_MAX + MARGIN];
} copies[COPIES];

uint8_t *guarded_copy(const uint8_t *bytes, size_t size) {
    static unsigned next;
    uint8_t *whole = copies[next].bytes;
    uint8_t *copy = whole + MARGIN;

    next = (next + 1) % COPIES;
    if (size > GUARDED_MEMORY_MAX) {
        size = GUARDED_MEMORY_MAX;
    }
    FORBID(whole, sizeof copies[0].bytes);
    ALLOW(copy, size);
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    return copy;
}
