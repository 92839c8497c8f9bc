/**
 * @file semaphore_poller.h
 * @brief Waiting on one binary semaphore per loop: what the network's part of the port has to know.
 *
 * A network gives the loop's semaphore after each change that may make a socket ready. With the loop's first socket it
 * sets the scan, which reports the levels of all sockets under ptk_port_report(). A wait scans before it takes the
 * semaphore, and again after it took it: a change between both gives the semaphore, so none is missed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_FREERTOS_SEMAPHORE_POLLER_H
#define PTK_FREERTOS_SEMAPHORE_POLLER_H

#include "protocol_toolkit.h"

/** @brief Ends the present wait of a loop, or the next one. Any task, between open and close of the loop. */
static inline void ptk_semaphore_give(const ptk_platform_loop_t *loop) {
    (void)xSemaphoreGive(loop->semaphore); /* it fails when it was given already, which is as good */
}

#endif
