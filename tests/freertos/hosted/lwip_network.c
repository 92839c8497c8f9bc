/**
 * @file lwip_network.c
 * @brief lwIP inside a process of this machine: its thread, and a loopback interface, which Debian's build leaves to the
 *        program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lwip_network.h"

#include <lwip/ip6_addr.h>
#include <lwip/mld6.h>
#include <lwip/netif.h>
#include <lwip/sys.h>
#include <lwip/tcpip.h>

static struct netif loopback; /**< @brief The interface. */

/** @brief What leaves comes back. */
static err_t send_ipv4(struct netif *netif, struct pbuf *packet, const ip4_addr_t *address) {
    (void)address;
    return netif_loop_output(netif, packet);
}

/** @brief The same for IPv6. */
static err_t send_ipv6(struct netif *netif, struct pbuf *packet, const ip6_addr_t *address) {
    (void)address;
    return netif_loop_output(netif, packet);
}

/** @brief Fills in the interface. */
static err_t fill_in(struct netif *netif) {
    netif->name[0] = 'l';
    netif->name[1] = 'o';
    netif->output = send_ipv4;
    netif->output_ip6 = send_ipv6;
    netif->flags |= NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
    return ERR_OK;
}

/** @brief Adds the interface; in lwIP's thread. */
static void add_interface(void *argument) {
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4_addr_t gateway;

    IP4_ADDR(&address, 127, 0, 0, 1);
    IP4_ADDR(&mask, 255, 0, 0, 0);
    ip4_addr_set_zero(&gateway);
    (void)netif_add(&loopback, &address, &mask, &gateway, NULL, fill_in, tcpip_input);
    IP_ADDR6_HOST(&loopback.ip6_addr[0], 0, 0, 0, 1);
    loopback.ip6_addr_state[0] = IP6_ADDR_VALID;
    netif_set_default(&loopback);
    netif_set_link_up(&loopback);
    netif_set_up(&loopback);
    sys_sem_signal((sys_sem_t *)argument);
}

void lwip_network_start(void) {
    sys_sem_t started;

    (void)sys_sem_new(&started, 0);
    tcpip_init(add_interface, &started);
    (void)sys_arch_sem_wait(&started, 0);
    sys_sem_free(&started);
}
