/**
 * @file select.c
 * @brief Waiting for sockets of lwIP with lwip_select(), for builds of lwIP whose private headers netconn.c does not fit.
 *
 * A wake-up is a datagram to a UDP socket of the loop's own, on lwIP's loopback interface. lwIP's thread sends it, asked by
 * a message that was made when the loop was: so a task does not wait for lwIP's lock, and an interrupt may wake as well.
 * Where lwIP has no memory for it the wake-up is made up for: no wait is longer than MAX_WAIT_MS.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "freertos/freertos_system.h"
#include "lwip/select_sets.h"
#include "core/port.h"
#include "core/wait_time.h"

#include <lwip/tcpip.h>
#include <lwip/udp.h>
#include <string.h>

/** @brief The longest wait: after it the loop looks by itself. */
#define MAX_WAIT_MS 250
/** @brief Microseconds of a millisecond. */
#define US_PER_MS 1000

/* ------------------------------------------------------------------------------------------------ waking */

/** @brief Sets whether a wake-up is on its way. Returns what it was. */
static bool set_pending(ptk_platform_loop_t *loop, bool is_pending) {
    ptk_port_lock(&loop->waiter.select.lock);
    bool was_pending = loop->waiter.select.is_pending;
    loop->waiter.select.is_pending = is_pending;
    ptk_port_unlock(&loop->waiter.select.lock);
    return was_pending;
}

/** @brief Counts how often the loop's message is on its way to lwIP's thread. Returns the number. */
static uint16_t count_message(ptk_platform_loop_t *loop, int change) {
    ptk_port_lock(&loop->waiter.select.lock);
    uint16_t count = (uint16_t)(loop->waiter.select.posted + change);
    loop->waiter.select.posted = count;
    ptk_port_unlock(&loop->waiter.select.lock);
    return count;
}

/** @brief In lwIP's thread: sends the datagram. */
static void send_wake(void *context) {
    ptk_platform_loop_t *loop = context;
    struct udp_pcb *pcb = udp_new();
    struct pbuf *packet = pbuf_alloc(PBUF_TRANSPORT, 1, PBUF_RAM);
    ip_addr_t address;
    err_t error = ERR_MEM;
    IP_ADDR4(&address, 127, 0, 0, 1);
    if (pcb != NULL && packet != NULL) {
        error = udp_sendto(pcb, packet, &address, loop->waiter.select.port);
    }
    if (packet != NULL) {
        (void)pbuf_free(packet);
    }
    if (pcb != NULL) {
        udp_remove(pcb);
    }
    if (error != ERR_OK) {
        (void)set_pending(loop, false);
    }
    (void)count_message(loop, -1); /* last: the loop may end now */
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    if (set_pending(loop, true)) {
        return;
    }
    struct tcpip_callback_msg *message = loop->waiter.select.message;
    err_t error;
    (void)count_message(loop, 1);
    if (PTK_IN_INTERRUPT()) {
        error = tcpip_callbackmsg_trycallback_fromisr(message);
        portYIELD_FROM_ISR(error > ERR_OK ? pdTRUE : pdFALSE); /* lwIP's ports return a number above 0 for that */
    } else {
        error = tcpip_callbackmsg_trycallback(message);
    }
    if (error < ERR_OK) {
        (void)count_message(loop, -1);
        (void)set_pending(loop, false);
    }
}

/** @brief Takes the datagrams. What is raised after the first line sends another one. */
static void take_wake(ptk_platform_loop_t *loop) {
    uint8_t byte;
    (void)set_pending(loop, false);
    while (lwip_recv((int)loop->waiter.select.descriptor, &byte, sizeof byte, MSG_DONTWAIT) >= 0) {
    }
}

/* ------------------------------------------------------------------------------------------------ opening, closing */

/** @brief Binds the socket to a port of lwIP's choice, and notes which. */
static ptk_err_t bind_wake(ptk_platform_loop_t *loop) {
    struct sockaddr_in address;
    socklen_t length = (socklen_t)sizeof address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = (int)loop->waiter.select.descriptor;
    if (descriptor >= FD_SETSIZE) {
        return PTK_ERR_OUT_OF_DESCRIPTORS;
    }
    if (lwip_bind(descriptor, (struct sockaddr *)(void *)&address, length) != 0 ||
        lwip_getsockname(descriptor, (struct sockaddr *)(void *)&address, &length) != 0) {
        return ptk_last_error();
    }
    loop->waiter.select.port = ntohs(address.sin_port);
    loop->waiter.select.message = tcpip_callbackmsg_new(send_wake, loop);
    return loop->waiter.select.message != NULL ? PTK_ERR_OK : PTK_ERR_OUT_OF_SYSTEM_MEMORY;
}

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    loop->waiter.select.is_pending = false;
    loop->waiter.select.posted = 0;
    loop->waiter.select.descriptor = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    if (loop->waiter.select.descriptor == PTK_NO_DESCRIPTOR) {
        return ptk_last_error();
    }
    ptk_err_t error = bind_wake(loop);
    if (error != PTK_ERR_OK) {
        ptk_bsd_close(loop->waiter.select.descriptor);
    }
    return error;
}

/* lwIP's thread may not have handled the loop's message yet. */
void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    while (count_message(loop, 0) != 0) {
        ptk_port_back_off();
    }
    tcpip_callbackmsg_delete(loop->waiter.select.message);
    ptk_bsd_close(loop->waiter.select.descriptor);
}

/* ------------------------------------------------------------------------------------------------ waiting */

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    ptk_lwip_sets_t sets;
    struct timeval timeout;
    int wait_ms = ptk_wait_ms(now_ns, deadline_ns);
    (void)ptk_lwip_sets_fill(loop, &sets, (int)loop->waiter.select.descriptor);
    wait_ms = wait_ms < 0 || wait_ms > MAX_WAIT_MS ? MAX_WAIT_MS : wait_ms;
    timeout.tv_sec = 0;
    timeout.tv_usec = wait_ms * US_PER_MS;
    int count = lwip_select(sets.limit, &sets.readable, &sets.writable, &sets.failed, &timeout);
    if (count < 0) {
        return ptk_last_error();
    }
    if (count == 0 || FD_ISSET((unsigned)loop->waiter.select.descriptor, &sets.readable)) {
        take_wake(loop);
    }
    if (count > 0) {
        ptk_lwip_sets_report(loop, &sets);
    }
    return PTK_ERR_OK;
}
