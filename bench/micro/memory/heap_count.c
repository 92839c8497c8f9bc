/* SPDX-License-Identifier: MIT */
/**
 * @file heap_count.c
 * @brief To be preloaded: counts calls of the heap and the bytes that are in use, in a file that others can read meanwhile.
 *
 * The environment variable HEAP_COUNTERS names the file. It holds two 64-bit numbers: the calls that allocate, and the
 * bytes in use as the heap rounds them.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The C library's own functions, under the names by which it lets itself be replaced. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

typedef struct counters {
    uint64_t calls;
    uint64_t bytes;
} counters_t;

static counters_t before_mapping;
static counters_t *counters = &before_mapping;

__attribute__((constructor)) static void map_counters(void) {
    const char *path = getenv("HEAP_COUNTERS");
    int descriptor = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0 || ftruncate(descriptor, sizeof *counters) != 0) {
        return;
    }
    void *mapped = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (mapped != MAP_FAILED) {
        counters = (counters_t *)mapped;
        *counters = before_mapping;
    }
    (void)close(descriptor);
}

static void *taken(void *memory) {
    __atomic_add_fetch(&counters->calls, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&counters->bytes, malloc_usable_size(memory), __ATOMIC_RELAXED);
    return memory;
}

static void given_back(void *memory) {
    __atomic_sub_fetch(&counters->bytes, malloc_usable_size(memory), __ATOMIC_RELAXED);
}

void *malloc(size_t size) {
    return taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
    return taken(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size) {
    given_back(memory);
    void *moved = __libc_realloc(memory, size);
    if (moved == NULL && size != 0) {
        __atomic_add_fetch(&counters->bytes, malloc_usable_size(memory), __ATOMIC_RELAXED);
        return NULL;
    }
    return taken(moved);
}

void *memalign(size_t alignment, size_t size) {
    return taken(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size) {
    return taken(__libc_memalign(alignment, size));
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *found = taken(__libc_memalign(alignment, size));
    if (found == NULL) {
        return ENOMEM;
    }
    *memory = found;
    return 0;
}

void free(void *memory) {
    given_back(memory);
    __libc_free(memory);
}
