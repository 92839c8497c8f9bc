/**
 * @file count_allocations.c
 * @brief Preloaded into a program: counts its calls of the allocator from the creation of its first event loop, which
 *        is its first call of epoll_create1() or pipe(), to its exit.
 *
 * Then the count goes to the file that PTK_ALLOCATION_REPORT names.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

/** @brief The C library's own entry points, so that nothing here needs a look-up that could itself allocate. */
extern void *__libc_malloc(size_t size);
/** @brief The C library's own functions, below the names that are taken here. */
extern void *__libc_calloc(size_t count, size_t size);
/** @brief See above. */
extern void *__libc_realloc(void *memory, size_t size);
/** @brief See above. */
extern void *__libc_memalign(size_t alignment, size_t size);
/** @brief See above. */
extern void __libc_free(void *memory);

/** @brief Whether an event loop was created yet. */
static int counting;
/** @brief Calls of the allocator since then. */
static unsigned long calls;

/** @brief Counts one call. */
static void count(void) {
    if (__atomic_load_n(&counting, __ATOMIC_RELAXED) != 0) {
        __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
    }
}

/** @brief Counted. */
void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

/** @brief Counted. */
void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

/** @brief Counted. */
void *realloc(void *memory, size_t size) {
    count();
    return __libc_realloc(memory, size);
}

/** @brief Counted. */
void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

/** @brief Counted. */
void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

/** @brief Counted. */
int posix_memalign(void **memory, size_t alignment, size_t size) {
    count();
    void *result = __libc_memalign(alignment, size);
    if (result == NULL) {
        return ENOMEM;
    }
    *memory = result;
    return 0;
}

/** @brief Counted. */
void free(void *memory) {
    count();
    __libc_free(memory);
}

/** @brief The first call begins the count. */
int epoll_create1(int flags) {
    __atomic_store_n(&counting, 1, __ATOMIC_RELAXED);
    return (int)syscall(SYS_epoll_create1, flags);
}

/** @brief The first call begins the count. */
int pipe(int ends[2]) {
    __atomic_store_n(&counting, 1, __ATOMIC_RELAXED);
    return (int)syscall(SYS_pipe2, ends, 0);
}

/** @brief Writes the count to the file that the environment names, at exit. */
__attribute__((destructor)) static void report(void) {
    static const char digits[] = "0123456789";
    const char *path = getenv("PTK_ALLOCATION_REPORT");
    char text[32];
    size_t start = sizeof text;
    unsigned long rest = calls;
    int descriptor;
    if (path == NULL || counting == 0) {
        return;
    }
    text[--start] = '\n';
    do {
        text[--start] = digits[rest % 10];
        rest /= 10;
    } while (rest > 0);
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (descriptor < 0 || write(descriptor, text + start, sizeof text - start) < 0 || close(descriptor) != 0) {
        _exit(99);
    }
}
