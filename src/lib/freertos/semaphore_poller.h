/**
 * @file semaphore_poller.h
 * @brief Waiting on one binary semaphore per loop: what the network's part of the port has to know.
 *
 * With a loop's first socket the network sets the scan, which reports the levels of all sockets under ptk_port_report().
 * After each change that may make a socket ready, and each change of interest, it sets changed, and then gives the loop's
 * semaphore if another task may be waiting. A wait scans before it takes the semaphore and after it took it, each time only
 * if changed says that it may find something: a wake-up alone does not. A network that does not hear of all changes sets
 * changed with every scan.
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
