/**
 * @file system_error.h
 * @brief From the system's error numbers to the library's codes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SOCKETS_SYSTEM_ERROR_H
#define PTK_SOCKETS_SYSTEM_ERROR_H

#include "protocol_toolkit.h"

/**
 * @brief The code for a value of errno; on Windows for what GetLastError() or WSAGetLastError() returned, which share
 * their numbers. PTK_ERR_SYSTEM, and a log line, for one that has none.
 */
ptk_err_t ptk_system_error(int system_error);

/** @brief The code for the error of the system's last call. */
ptk_err_t ptk_last_error(void);

/** @brief The code for what the system's last call returned: PTK_ERR_OK for 0, else for its error. */
ptk_err_t ptk_system_result(int result);

#endif
