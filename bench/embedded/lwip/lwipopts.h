/**
 * @file lwipopts.h
 * @brief Configures the lwIP that is measured: the example's with IPv6 and groups, with which the port has all of its code.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BENCH_EMBEDDED_LWIPOPTS_H
#define BENCH_EMBEDDED_LWIPOPTS_H

#include "../../../examples/freertos/lwip/lwipopts.h"

#undef LWIP_IPV6
#define LWIP_IPV6 1
#define LWIP_IGMP 1
#define LWIP_IPV6_MLD 1
#define LWIP_MULTICAST_TX_OPTIONS 1

typedef unsigned sys_prot_t; /**< @brief What Debian has in the header that the example replaces. */

#endif
