/**
 * @file fdtable.h
 * @brief Of Zephyr's descriptors what the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ZEPHYR_SYS_FDTABLE_H
#define ZEPHYR_SYS_FDTABLE_H

#include <stdarg.h>
#include <sys/types.h>

/** @brief What a descriptor can do. */
struct fd_op_vtable {
    ssize_t (*read)(void *object, void *bytes, size_t room);             /**< @brief read(). */
    ssize_t (*write)(void *object, const void *bytes, size_t length);    /**< @brief write(). */
    int (*close)(void *object);                                          /**< @brief close(). */
    int (*ioctl)(void *object, unsigned int request, va_list arguments); /**< @brief Everything else. */
};

/** @brief Requests of ioctl. */
enum {
    ZFD_IOCTL_POLL_PREPARE = 0x102, /**< @brief Adds the events to wait for. */
    ZFD_IOCTL_POLL_UPDATE,          /**< @brief Says what came. */
    ZFD_IOCTL_POLL_OFFLOAD,
    ZFD_IOCTL_SET_LOCK,        /**< @brief Says which lock is the descriptor's. */
    ZFD_IOCTL_FIONBIO = 0x5421 /**< @brief Makes it non-blocking. */
};

/** @brief A new descriptor for an object, or -1. */
int z_alloc_fd(void *object, const struct fd_op_vtable *operations);
/** @brief Gives it back. */
void z_free_fd(int descriptor);

#endif
