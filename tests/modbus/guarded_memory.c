/**
 * @file guarded_memory.c
 * @brief Copies between forbidden bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guarded_memory.h"

#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
/** @brief Built with the address sanitizer. */
#define HAS_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
/** @brief Built with the address sanitizer. */
#define HAS_ADDRESS_SANITIZER
#endif

#if defined(HAS_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
/** @brief Makes each access to memory an error. */
#define FORBID(memory, size) __asan_poison_memory_region((memory), (size))
/** @brief Allows accesses to memory again. */
#define ALLOW(memory, size) __asan_unpoison_memory_region((memory), (size))
#else
/** @brief Makes each access to memory an error. */
#define FORBID(memory, size) ((void)(memory), (void)(size))
/** @brief Allows accesses to memory again. */
#define ALLOW(memory, size) ((void)(memory), (void)(size))
#endif

/** @brief Copies that exist at a time, and forbidden bytes around each. */
enum { COPIES = 4, MARGIN = 16 };

/** @brief The sanitizer forbids whole units of 8 bytes and the end of one: allowed memory begins at a multiple of 8. */
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
