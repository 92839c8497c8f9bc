/** @file system_features.h @brief What the system's headers have to show: Windows 10, with Winsock 2. */
#ifndef PTK_WINDOWS_SYSTEM_FEATURES_H
#define PTK_WINDOWS_SYSTEM_FEATURES_H

#ifdef _WIN32_WINNT
#undef _WIN32_WINNT
#endif
#define _WIN32_WINNT 0x0A00

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN /* without the winsock.h that winsock2.h replaces */
#endif

#include <winsock2.h> /* before anything that includes windows.h */
#include <ws2tcpip.h>

#define PTK_HAS_GROUP_REQ 0 /**< Windows has MCAST_JOIN_GROUP; Wine has not. */

#endif
