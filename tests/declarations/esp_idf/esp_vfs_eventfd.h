/**
 * @file esp_vfs_eventfd.h
 * @brief ESP-IDF's eventfd: what the port calls.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ESP_VFS_EVENTFD_H
#define ESP_VFS_EVENTFD_H

#define EFD_SUPPORT_ISR (1 << 4) /**< @brief Interrupts may write to it. */

/** @brief Makes a descriptor whose count write() adds to and read() takes. @return it, or -1. */
int eventfd(unsigned int initval, int flags);

#endif
