/** @file posix_error.h @brief From errno to the library's error codes. */
#ifndef PTK_UNIX_POSIX_ERROR_H
#define PTK_UNIX_POSIX_ERROR_H

#include "protocol_toolkit.h"

/** The code for a value of errno. PTK_ERR_SYSTEM, and a log line, for one that has none. */
ptk_err_t ptk_unix_error(int system_error);

#endif
