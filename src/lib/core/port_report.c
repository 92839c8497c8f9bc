/**
 * @file port_report.c
 * @brief From a port's report to the socket it is about, through the pool, so that a loop without sockets links no
 * socket.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/port_report.h"

#include "core/pool.h"
#include "core/port.h"

void ptk_port_report(ptk_platform_loop_t *loop, ptk_handle_t handle, uint32_t readiness, ptk_err_t error) {
    const ptk_pool_t *pool = &ptk_loop_of_port(loop)->pools[PTK_POOL_SOCKETS];
    ptk_resource_base_t *socket = ptk_pool_find(pool, handle);
    if (socket != NULL) { /* else destroyed after the system had queued the event */
        (void)pool->serve(socket, PTK_REQUEST_REPORT, readiness, error);
    }
}
