/**
 * @file test_arena.c
 * @brief The arena: alignment, exhaustion, mark and rewind, high-water mark.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief The arena's memory. */
static uint8_t memory[256];

/** @brief Bad arguments of init are refused. */
static void init_refuses_bad_arguments(void) {
    ptk_arena_t arena;

    CHECK_EQUAL(ptk_arena_init(NULL, memory, sizeof(memory)), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_arena_init(&arena, NULL, sizeof(memory)), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_arena_init(&arena, memory, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_arena_init(&arena, memory, 1), PTK_ERR_OK);
}

/** @brief Allocations are aligned, lie in the memory and do not overlap. */
static void allocations_are_aligned_and_apart(void) {
    ptk_arena_t arena;

    /* From every start, so that the alignment is that of the address and not of the offset. */
    for (size_t offset = 0; offset < 16; offset++) {
        uint8_t *last_end = memory + offset;

        CHECK_EQUAL(ptk_arena_init(&arena, memory + offset, sizeof(memory) - offset), PTK_ERR_OK);
        for (size_t alignment = 1; alignment <= 32; alignment *= 2) {
            uint8_t *piece = ptk_arena_alloc(&arena, 3, alignment);

            CHECK(piece != NULL);
            CHECK((uintptr_t)piece % alignment == 0);
            CHECK(piece >= last_end);
            CHECK(piece + 3 <= memory + sizeof(memory));
            last_end = piece + 3;
        }
    }
}

/** @brief An allocation that does not fit is refused, and a smaller one still works. */
static void exhaustion_changes_nothing(void) {
    ptk_arena_t arena;

    CHECK_EQUAL(ptk_arena_init(&arena, memory, 64), PTK_ERR_OK);
    CHECK(ptk_arena_alloc(&arena, 60, 1) != NULL);
    size_t mark = ptk_arena_mark(&arena);
    CHECK(ptk_arena_alloc(&arena, 5, 1) == NULL);
    CHECK(ptk_arena_alloc(&arena, SIZE_MAX, 1) == NULL);
    CHECK(ptk_arena_alloc(&arena, SIZE_MAX - 8, 16) == NULL);
    CHECK(ptk_arena_alloc(&arena, 1, (SIZE_MAX >> 1) + 1) == NULL);
    CHECK_EQUAL(ptk_arena_mark(&arena), mark);
    CHECK_EQUAL(ptk_arena_high_water(&arena), 60);
    CHECK(ptk_arena_alloc(&arena, 4, 1) != NULL);
    CHECK(ptk_arena_alloc(&arena, 1, 1) == NULL);
    CHECK_EQUAL(ptk_arena_high_water(&arena), 64);
}

/** @brief Bad sizes and alignments are refused and take nothing. */
static void bad_arguments_change_nothing(void) {
    ptk_arena_t arena;

    CHECK_EQUAL(ptk_arena_init(&arena, memory, 64), PTK_ERR_OK);
    CHECK(ptk_arena_alloc(NULL, 1, 1) == NULL);
    CHECK(ptk_arena_alloc(&arena, 0, 1) == NULL);
    CHECK(ptk_arena_alloc(&arena, 1, 0) == NULL);
    CHECK(ptk_arena_alloc(&arena, 1, 3) == NULL);
    CHECK(ptk_arena_alloc(&arena, 1, 12) == NULL);
    CHECK_EQUAL(ptk_arena_mark(&arena), 0);
    CHECK_EQUAL(ptk_arena_mark(NULL), 0);
    CHECK_EQUAL(ptk_arena_high_water(NULL), 0);
    CHECK_EQUAL(ptk_arena_high_water(&arena), 0);
    ptk_arena_reset(NULL);
}

/** @brief Rewinding to a mark gives back what was allocated after it. */
static void mark_and_rewind(void) {
    ptk_arena_t arena;

    CHECK_EQUAL(ptk_arena_init(&arena, memory, 64), PTK_ERR_OK);
    uint8_t *first = ptk_arena_alloc(&arena, 10, 1);
    CHECK(first != NULL);
    memset(first, 0x5A, 10);
    size_t mark = ptk_arena_mark(&arena);
    uint8_t *second = ptk_arena_alloc(&arena, 20, 4);
    CHECK(second != NULL);
    CHECK_EQUAL(ptk_arena_rewind(&arena, mark), PTK_ERR_OK);
    CHECK(ptk_arena_alloc(&arena, 20, 4) == (void *)second);
    CHECK_EQUAL(first[9], 0x5A);
    CHECK_EQUAL(ptk_arena_rewind(&arena, ptk_arena_mark(&arena) + 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_arena_rewind(&arena, SIZE_MAX), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_arena_rewind(NULL, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK(ptk_arena_high_water(&arena) >= 30);
    ptk_arena_reset(&arena);
    CHECK(ptk_arena_high_water(&arena) >= 30);
    CHECK_EQUAL(ptk_arena_mark(&arena), 0);
    CHECK(ptk_arena_alloc(&arena, 64, 1) == (void *)memory);
}

const harness_test_t arena_tests[] = {
    {"arena.init_refuses_bad_arguments", init_refuses_bad_arguments},
    {"arena.allocations_are_aligned_and_apart", allocations_are_aligned_and_apart},
    {"arena.exhaustion_changes_nothing", exhaustion_changes_nothing},
    {"arena.bad_arguments_change_nothing", bad_arguments_change_nothing},
    {"arena.mark_and_rewind", mark_and_rewind},
    {NULL, NULL},
};
