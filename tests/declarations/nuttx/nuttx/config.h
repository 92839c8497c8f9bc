/**
 * @file config.h
 * @brief What a configuration says that the port asks for. NuttX makes this file of the application's .config.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_CONFIG_H
#define DECLARATIONS_NUTTX_CONFIG_H

#ifndef DECLARATIONS_NUTTX_PROTECTED
/** @brief One address space, and applications may call the kernel. */
#define CONFIG_BUILD_FLAT 1
#endif
/** @brief There is a high-priority worker. */
#define CONFIG_SCHED_HPWORK 1

#endif
