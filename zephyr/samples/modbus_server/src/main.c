/**
 * @file main.c
 * @brief A Modbus server for four clients on port 502. What is served is in examples/support/modbus_service.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include "support/modbus_service.h"

#include <zephyr/sys/printk.h>

/** @brief Modbus' own port. */
#define PORT 502
/** @brief The unit that is served. */
#define UNIT 1

/** @brief Serves for ever. @return 1 after an error. */
int main(void) {
    const ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, PORT);
    const ptk_handle_t loop = modbus_service_start(&any, UNIT);
    ptk_err_t error = loop > 0 ? PTK_ERR_OK : (ptk_err_t)loop;

    printk("Modbus on port %d: %s\n", PORT, ptk_error_string(error));
    while (error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    printk("ended: %s\n", ptk_error_string(error));
    return 1;
}
