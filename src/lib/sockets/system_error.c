/**
 * @file system_error.c
 * @brief From the system's error numbers to the library's codes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/system_error.h"

#include "sockets/bsd_system.h"
#include "core/log.h"

/** @brief An error number of the system, and the code for it. */
typedef struct error_pair {
    ptk_error_number_t system;
    int8_t code;
} error_pair_t;

/** @brief A row of the table. */
#define PAIR(number, code)                                                                                             \
    { number, code }

/** @brief The table; the first pair that fits counts. */
static const error_pair_t pairs[] = {
    {PTK_ERROR_NUMBER(WOULDBLOCK), PTK_ERR_WOULD_BLOCK},
    {PTK_ERROR_NUMBER(INPROGRESS), PTK_ERR_WOULD_BLOCK},
    {PTK_ERROR_NUMBER(ALREADY), PTK_ERR_WOULD_BLOCK},
    {PTK_ERROR_NUMBER(INVAL), PTK_ERR_INVALID_ARGUMENT},
    {PTK_ERROR_NUMBER(TIMEDOUT), PTK_ERR_TIMED_OUT},
    {PTK_ERROR_NUMBER(CONNREFUSED), PTK_ERR_CONNECTION_REFUSED},
    {PTK_ERROR_NUMBER(CONNRESET), PTK_ERR_CONNECTION_RESET},
    {PTK_ERROR_NUMBER(CONNABORTED), PTK_ERR_CONNECTION_RESET},
    {PTK_ERROR_NUMBER(NETUNREACH), PTK_ERR_NETWORK_UNREACHABLE},
    {PTK_ERROR_NUMBER(NETDOWN), PTK_ERR_NETWORK_UNREACHABLE},
    {PTK_ERROR_NUMBER(HOSTUNREACH), PTK_ERR_HOST_UNREACHABLE},
    {PTK_ERROR_NUMBER(HOSTDOWN), PTK_ERR_HOST_UNREACHABLE},
    {PTK_ERROR_NUMBER(ADDRINUSE), PTK_ERR_ADDRESS_IN_USE},
    {PTK_ERROR_NUMBER(ADDRNOTAVAIL), PTK_ERR_ADDRESS_NOT_AVAILABLE},
    {PTK_ERROR_NUMBER(MSGSIZE), PTK_ERR_MESSAGE_TOO_LONG},
    {PTK_ERROR_NUMBER(NOTCONN), PTK_ERR_NOT_CONNECTED},
    {PTK_ERROR_NUMBER(DESTADDRREQ), PTK_ERR_NOT_CONNECTED},
    {PTK_ERROR_NUMBER(ISCONN), PTK_ERR_INVALID_STATE},
    {PTK_ERROR_NUMBER(ACCES), PTK_ERR_PERMISSION_DENIED},
    {PTK_ERROR_NUMBER(AFNOSUPPORT), PTK_ERR_UNSUPPORTED},
    {PTK_ERROR_NUMBER(PROTONOSUPPORT), PTK_ERR_UNSUPPORTED},
    {PTK_ERROR_NUMBER(NOPROTOOPT), PTK_ERR_UNSUPPORTED},
    {PTK_ERROR_NUMBER(MFILE), PTK_ERR_OUT_OF_DESCRIPTORS},
    {PTK_ERROR_NUMBER(NOBUFS), PTK_ERR_OUT_OF_SYSTEM_MEMORY},
    PTK_MORE_ERRORS(PAIR),
};

ptk_err_t ptk_system_error(int system_error) {
    if (system_error == 0) {
        return PTK_ERR_OK;
    }
    /* "Would block" is the one that comes often, and it is the first. */
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].system == system_error) {
            return pairs[i].code;
        }
    }
    PTK_LOG(1, "an error of the system that has no code", system_error);
    return PTK_ERR_SYSTEM;
}

ptk_err_t ptk_last_error(void) {
    return ptk_system_error(ptk_last_error_number());
}

ptk_err_t ptk_system_result(int result) {
    return result == 0 ? PTK_ERR_OK : ptk_last_error();
}
