/**
 * @file world_real.c
 * @brief A real system is what it is.
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200112L
#include "script.h"

#include <sys/socket.h>

bool script_begin_platform(uint64_t seed) {
    (void)seed;
    return true;
}

bool script_send_urgent(ptk_handle_t socket) {
    const ptk_socket_internal_t *slot = script_slot(socket);
    return slot != NULL && send(slot->platform.descriptor, "!", 1, MSG_OOB | MSG_NOSIGNAL) == 1;
}
