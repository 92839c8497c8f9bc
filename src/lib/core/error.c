/**
 * @file error.c
 * @brief Constant texts: the names of the error codes, the version.
 *
 * SPDX-License-Identifier: MIT
 */
#include "protocol_toolkit.h"

/**
 * @brief The names of the error codes, in the order of their numbers from 0 down.
 *
 * One block of text rather than an array of pointers: pointers to constants need relocation in position-independent
 * programs and would lie in a writable section.
 */
static const char error_names[] = "PTK_ERR_OK\0"
                                  "PTK_ERR_INVALID_HANDLE\0"
                                  "PTK_ERR_INVALID_ARGUMENT\0"
                                  "PTK_ERR_OUT_OF_MEMORY\0"
                                  "PTK_ERR_WOULD_BLOCK\0"
                                  "PTK_ERR_CLOSED\0"
                                  "PTK_ERR_TIMED_OUT\0"
                                  "PTK_ERR_CONNECTION_REFUSED\0"
                                  "PTK_ERR_CONNECTION_RESET\0"
                                  "PTK_ERR_NETWORK_UNREACHABLE\0"
                                  "PTK_ERR_HOST_UNREACHABLE\0"
                                  "PTK_ERR_ADDRESS_IN_USE\0"
                                  "PTK_ERR_ADDRESS_NOT_AVAILABLE\0"
                                  "PTK_ERR_MESSAGE_TOO_LONG\0"
                                  "PTK_ERR_NOT_CONNECTED\0"
                                  "PTK_ERR_INVALID_STATE\0"
                                  "PTK_ERR_BUSY\0"
                                  "PTK_ERR_WRONG_THREAD\0"
                                  "PTK_ERR_UNSUPPORTED\0"
                                  "PTK_ERR_PERMISSION_DENIED\0"
                                  "PTK_ERR_OUT_OF_DESCRIPTORS\0"
                                  "PTK_ERR_OUT_OF_SYSTEM_MEMORY\0"
                                  "PTK_ERR_NO_SPACE\0"
                                  "PTK_ERR_NO_DATA\0"
                                  "PTK_ERR_CANCELLED\0"
                                  "PTK_ERR_PACKET_TOO_BIG\0"
                                  "PTK_ERR_SYSTEM\0";

const char *ptk_error_string(ptk_err_t error) {
    if (error > PTK_ERR_OK || error < PTK_ERR_SYSTEM) {
        return "unknown error";
    }
    const char *name = error_names;
    for (ptk_err_t code = PTK_ERR_OK; code != error; code--) {
        while (*name != '\0') {
            name++;
        }
        name++;
    }
    return name;
}

const char *ptk_version_string(void) {
    return PTK_VERSION_STRING;
}
