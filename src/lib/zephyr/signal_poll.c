/**
 * @file signal_poll.c
 * @brief Waiting on Zephyr without a network: for a signal of k_poll().
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/port.h"
#include "core/wait_time.h"

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    k_poll_signal_init(&loop->signal);
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    (void)loop;
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    const int timeout_ms = ptk_wait_ms(now_ns, deadline_ns);
    struct k_poll_event event;
    k_poll_event_init(&event, K_POLL_TYPE_SIGNAL, K_POLL_MODE_NOTIFY_ONLY, &loop->signal);
    int result = k_poll(&event, 1, timeout_ms < 0 ? K_FOREVER : K_MSEC(timeout_ms));
    if (result == 0) {
        k_poll_signal_reset(&loop->signal); /* before core looks at what was raised */
    }
    return result == 0 || result == -EAGAIN ? PTK_ERR_OK : PTK_ERR_SYSTEM;
}
