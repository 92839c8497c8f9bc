/**
 * @file FreeRTOS_IP.h
 * @brief What the port uses of FreeRTOS+TCP, declared for the tests: exactly that, so that another call does not
 *        compile. It follows the API reference of FreeRTOS+TCP V4.
 *
 * Here: the configuration, octet order, addresses, and the kernel's error numbers, which projdefs.h of the kernel has.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FREERTOS_IP_H
#define FREERTOS_IP_H

#include "FreeRTOS.h"
#include "task.h"

#include "FreeRTOSIPConfig.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Not all of the API's numbers: those that the port tells apart. */
#define pdFREERTOS_ERRNO_EWOULDBLOCK 11 /**< @brief Nothing now; an attempt to connect is on its way. */
#define pdFREERTOS_ERRNO_ENOMEM 12      /**< @brief The stack is out of memory. */
#define pdFREERTOS_ERRNO_EINVAL 22      /**< @brief An argument, or a port that is in use. */
#define pdFREERTOS_ERRNO_EISCONN 127    /**< @brief Connected already. */

/** @brief An IPv6 address. */
typedef struct xIPv6_Address {
    uint8_t ucBytes[16]; /**< @brief In network order. */
} IPv6_Address_t;

/** @brief An address of either family. */
typedef union IP_Address {
    uint32_t ulIP_IPv4;      /**< @brief In network order. */
    IPv6_Address_t xIP_IPv6; /**< @brief The other one. */
} IP_Address_t;

#define ipTYPE_IPv4 ((uint8_t)0x40U) /**< @brief A family, for FreeRTOS_FindGateWay(). */
#define ipTYPE_IPv6 ((uint8_t)0x60U) /**< @brief The other one. */

#if ipconfigBYTE_ORDER == 0
/** @brief From a processor's order of octets to that of the network, in a processor that begins with the lowest one. */
#define FreeRTOS_htons(x) ((uint16_t)(((uint16_t)(x) << 8U) | ((uint16_t)(x) >> 8U)))
/** @brief The same of 32 bits. */
#define FreeRTOS_htonl(x)                                                                                              \
    ((((uint32_t)(x)) << 24) | ((((uint32_t)(x)) & 0xff00u) << 8) | ((((uint32_t)(x)) & 0xff0000u) >> 8) |             \
     (((uint32_t)(x)) >> 24))
#else
#define FreeRTOS_htons(x) ((uint16_t)(x)) /**< @brief They are the same. */
#define FreeRTOS_htonl(x) ((uint32_t)(x)) /**< @brief They are the same. */
#endif
#define FreeRTOS_ntohs(x) FreeRTOS_htons(x) /**< @brief Back. */
#define FreeRTOS_ntohl(x) FreeRTOS_htonl(x) /**< @brief Back. */

/** @brief A network buffer's payload of so many octets, or NULL. */
void *FreeRTOS_GetUDPPayloadBuffer_Multi(size_t uxRequestedSizeBytes, TickType_t uxBlockTimeTicks, uint8_t ucIPType);
/** @brief Gives back such a payload, or one that FreeRTOS_recvfrom() handed out without a copy. */
void FreeRTOS_ReleaseUDPPayloadBuffer(void const *pvBuffer);

#ifdef __cplusplus
}
#endif

#endif
