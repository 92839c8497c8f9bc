/** @file windows_error.h @brief From Windows' error codes to the library's. */
#ifndef PTK_WINDOWS_ERROR_H
#define PTK_WINDOWS_ERROR_H

#include "protocol_toolkit.h"

/**
 * The code for what GetLastError() or WSAGetLastError() returned; they share their numbers. PTK_ERR_SYSTEM, and a log
 * line, for one that has none.
 */
ptk_err_t ptk_windows_error(uint32_t system_error);

#endif
