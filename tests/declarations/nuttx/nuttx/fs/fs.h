/**
 * @file fs.h
 * @brief Of NuttX 13.0.1: the calls on an open file that do not depend on the caller's task.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_FS_H
#define DECLARATIONS_NUTTX_FS_H

#include <stddef.h>
#include <sys/types.h>

/** @brief An open file. */
struct file;

/**
 * @brief Finds the open file of a descriptor of the caller's task, and keeps it.
 * @param fd the descriptor. @param filep where the file goes.
 * @return 0, or a negated error number.
 */
int file_get(int fd, struct file **filep);

/** @brief Gives an open file back. @param filep the file. @return 0, or a negated error number. */
int file_put(struct file *filep);

/**
 * @brief write(), by any task.
 * @param filep the file. @param buf what. @param nbytes how much.
 * @return the bytes written, or a negated error number; errno stays.
 */
ssize_t file_write(struct file *filep, const void *buf, size_t nbytes);

#endif
