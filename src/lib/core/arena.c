/**
 * @file arena.c
 * @brief ptk_arena_t: gives out aligned pieces of the caller's memory, freed all at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "protocol_toolkit.h"

ptk_err_t ptk_arena_init(ptk_arena_t *arena, void *memory, size_t size) {
    if (arena == NULL || memory == NULL || size == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    arena->memory = (uint8_t *)memory;
    arena->size = size;
    arena->used = 0;
    arena->high_water = 0;
    return PTK_ERR_OK;
}

void *ptk_arena_alloc(ptk_arena_t *arena, size_t size, size_t alignment) {
    if (arena == NULL || size == 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
        return NULL;
    }
    /* The address is what must be aligned, not the offset: the memory may start anywhere. */
    size_t misalignment = (size_t)((uintptr_t)(arena->memory + arena->used) & (alignment - 1));
    size_t padding = misalignment == 0 ? 0 : alignment - misalignment;
    size_t available = arena->size - arena->used;
    if (padding > available || size > available - padding) {
        return NULL;
    }
    void *result = arena->memory + arena->used + padding;
    arena->used += padding + size;
    if (arena->used > arena->high_water) {
        arena->high_water = arena->used;
    }
    return result;
}

size_t ptk_arena_mark(const ptk_arena_t *arena) {
    return arena == NULL ? 0 : arena->used;
}

ptk_err_t ptk_arena_rewind(ptk_arena_t *arena, size_t mark) {
    if (arena == NULL || mark > arena->used) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    arena->used = mark;
    return PTK_ERR_OK;
}

void ptk_arena_reset(ptk_arena_t *arena) {
    if (arena != NULL) {
        arena->used = 0;
    }
}

size_t ptk_arena_high_water(const ptk_arena_t *arena) {
    return arena == NULL ? 0 : arena->high_water;
}
