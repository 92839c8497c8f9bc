/**
 * @file FreeRTOSIPConfig.h
 * @brief FreeRTOS+TCP's configuration for the tests: what the port looks at, and needs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FREERTOS_IP_CONFIG_H
#define FREERTOS_IP_CONFIG_H

#define ipconfigUSE_TCP 1
#define ipconfigSOCKET_HAS_USER_SEMAPHORE 1
#define ipconfigSOCKET_HAS_USER_WAKE_CALLBACK 1
#define ipconfigTCP_HANG_PROTECTION 1
#define ipconfigTCP_KEEP_ALIVE 1
#define ipconfigTCP_KEEP_ALIVE_INTERVAL 20
#define ipconfigNETWORK_MTU 1500
#define ipconfigTCP_MSS 1460
#define ipconfigBYTE_ORDER 0 /* from the lowest octet */
#define ipconfigUSE_IPv4 1
#ifndef configMAX_PRIORITIES /* of FreeRTOSConfig.h, which needs it for this network only */
#define configMAX_PRIORITIES 8
#endif
#ifndef ipconfigUSE_IPv6
#define ipconfigUSE_IPv6 1
#endif

#endif
