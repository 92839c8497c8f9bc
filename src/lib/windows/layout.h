/**
 * @file layout.h
 * @brief Compile-time proof that storage in the public header is what Windows takes it for.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_WINDOWS_LAYOUT_H
#define PTK_WINDOWS_LAYOUT_H

#include "core/static_assert.h"

#include <stddef.h>

/** @brief The alignment of a type. name is that of a struct to make for it. */
#define PTK_ALIGNMENT_PROBE(name, type)                                                                                \
    struct name {                                                                                                      \
        char byte;                                                                                                     \
        type value;                                                                                                    \
    }

/** @brief Storage has the size of the system's type and is aligned as well at least. */
#define PTK_SAME_LAYOUT(storage, system)                                                                               \
    PTK_ALIGNMENT_PROBE(probe_of_##storage, storage);                                                                  \
    PTK_ALIGNMENT_PROBE(probe_of_##system, system);                                                                    \
    PTK_STATIC_ASSERT(storage##_has_the_size_of_##system, sizeof(storage) == sizeof(system));                          \
    PTK_STATIC_ASSERT(storage##_is_aligned_as_##system,                                                                \
                      offsetof(struct probe_of_##storage, value) >= offsetof(struct probe_of_##system, value))

#endif
