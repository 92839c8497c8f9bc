/**
 * @file system_features.h
 * @brief What the system's headers have to show, and what the system has: the kernel alone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_FREERTOS_SYSTEM_FEATURES_H
#define PTK_FREERTOS_SYSTEM_FEATURES_H

#endif
