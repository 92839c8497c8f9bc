/**
 * @file FreeRTOS_Routing.h
 * @brief End-points of FreeRTOS+TCP: what the port looks up, as the API reference of V4 has it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FREERTOS_ROUTING_H
#define FREERTOS_ROUTING_H

#ifndef FREERTOS_IP_H
#error "FreeRTOS_IP.h comes before FreeRTOS_Routing.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** @brief An address of this machine. The structs of the stack have more members. */
typedef struct xNetworkEndPoint {
    struct {
        uint32_t ulIPAddress;        /**< @brief In network order. */
        uint32_t ulBroadcastAddress; /**< @brief The same, of its network. */
    } ipv4_settings;                 /**< @brief Of an IPv4 end-point. */
    struct {
        IPv6_Address_t xIPAddress; /**< @brief The address. */
    } ipv6_settings;               /**< @brief Of an IPv6 end-point. */
} NetworkEndPoint_t;

/** @brief The end-point with an address, or NULL. */
NetworkEndPoint_t *FreeRTOS_FindEndPointOnIP_IPv4(uint32_t ulIPAddress);
/** @brief The end-point in whose network an address lies, or NULL. */
NetworkEndPoint_t *FreeRTOS_FindEndPointOnNetMask(uint32_t ulIPAddress);
#if ipconfigUSE_IPv6 != 0
/** @brief The end-point with an address, or NULL. */
NetworkEndPoint_t *FreeRTOS_FindEndPointOnIP_IPv6(const IPv6_Address_t *pxIPAddress);
/** @brief The end-point in whose network an address lies, or NULL. */
NetworkEndPoint_t *FreeRTOS_FindEndPointOnNetMask_IPv6(const IPv6_Address_t *pxIPv6Address);
#endif
/** @brief The end-point of a family that has a gateway, or NULL. */
NetworkEndPoint_t *FreeRTOS_FindGateWay(BaseType_t xIPType);

#ifdef __cplusplus
}
#endif

#endif
