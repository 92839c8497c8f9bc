/**
 * @file system_features.h
 * @brief What the system's headers have to show: Windows 10, with Winsock 2.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_WINDOWS_SYSTEM_FEATURES_H
#define PTK_WINDOWS_SYSTEM_FEATURES_H

#ifdef _WIN32_WINNT
#undef _WIN32_WINNT
#endif
/** @brief Windows 10. */
#define _WIN32_WINNT 0x0A00

#ifndef WIN32_LEAN_AND_MEAN
/** @brief Without the winsock.h that winsock2.h replaces. */
#define WIN32_LEAN_AND_MEAN
#endif

#include <winsock2.h> /* before anything that includes windows.h */
#include <ws2tcpip.h>

/** @brief struct group_req. Windows has it; Wine has not. */
#define PTK_HAS_GROUP_REQ 0

#endif
