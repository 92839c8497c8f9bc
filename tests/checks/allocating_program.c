/**
 * @file allocating_program.c
 * @brief Allocates three times and frees once after it has made an epoll instance: what the allocation counter must
 *        see.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <sys/epoll.h>

/** @brief Where the memory is kept, so that no call is optimised away. */
static void *volatile kept[3];

/** @brief Allocates, makes an epoll instance, allocates three times and frees once. */
int main(void) {
    void *before = malloc(10);
    int descriptor = epoll_create1(0);
    kept[0] = malloc(10);
    kept[1] = calloc(2, 5);
    kept[2] = realloc(before, 1000);
    free(kept[0]);
    return descriptor >= 0 && kept[1] != NULL && kept[2] != NULL ? 0 : 1;
}
