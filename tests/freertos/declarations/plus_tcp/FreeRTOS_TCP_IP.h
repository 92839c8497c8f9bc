/**
 * @file FreeRTOS_TCP_IP.h
 * @brief The states of a TCP socket of FreeRTOS+TCP V4, as FreeRTOS_connstatus() returns them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FREERTOS_TCP_IP_H
#define FREERTOS_TCP_IP_H

/** @brief A state. Those of RFC 9293, but that eCLOSED follows on a reset, and eCLOSE_WAIT on every other end. */
typedef enum eTCP_STATE {
    eCLOSED = 0U,
    eTCP_LISTEN,
    eCONNECT_SYN,
    eSYN_FIRST,
    eSYN_RECEIVED,
    eESTABLISHED,
    eFIN_WAIT_1,
    eFIN_WAIT_2,
    eCLOSE_WAIT,
    eCLOSING,
    eLAST_ACK,
    eTIME_WAIT
} eIPTCPState_t;

#endif
