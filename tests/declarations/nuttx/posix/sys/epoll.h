/**
 * @file epoll.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: epoll.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_SYS_EPOLL_H
#define DECLARATIONS_NUTTX_SYS_EPOLL_H

#include <stdint.h>

/** @brief Something can be received. */
#define EPOLLIN 0x01
/** @brief There is room to send. */
#define EPOLLOUT 0x04
/** @brief An error. */
#define EPOLLERR 0x08
/** @brief The connection is lost. */
#define EPOLLHUP 0x10
/** @brief Registers a descriptor. */
#define EPOLL_CTL_ADD 1
/** @brief Ends that. */
#define EPOLL_CTL_DEL 2
/** @brief Changes what it is registered for. */
#define EPOLL_CTL_MOD 3
/** @brief No other program inherits the instance. */
#define EPOLL_CLOEXEC 02000000

/** @brief What is handed back. */
typedef union epoll_data {
    void *ptr;    /**< @brief A pointer. */
    int fd;       /**< @brief A descriptor. */
    uint32_t u32; /**< @brief A number. */
    uint64_t u64; /**< @brief A larger one. */
} epoll_data_t;

/** @brief Events of a descriptor. */
struct epoll_event {
    uint32_t events;   /**< @brief The events. */
    epoll_data_t data; /**< @brief What was registered. */
};

/** @brief Makes an instance. */
int epoll_create1(int flags);
/** @brief Registers a descriptor, or changes that. */
int epoll_ctl(int instance, int operation, int descriptor, struct epoll_event *event);
/** @brief Waits. */
int epoll_wait(int instance, struct epoll_event *events, int size, int timeout);

#endif
