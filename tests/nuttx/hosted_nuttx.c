/**
 * @file hosted_nuttx.c
 * @brief The calls of NuttX's kernel on POSIX threads, so that the port runs inside a Linux process. Its epoll, eventfd
 *        and sockets are Linux' own.
 *
 * One recursive mutex stands for the critical section. The worker is a thread that begins with the first item.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "hosted_nuttx.h"

#include <errno.h>
#include <nuttx/fs/fs.h>
#include <nuttx/irq.h>
#include <nuttx/wqueue.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/** @brief Descriptors that can be files here. */
enum { MAX_FILES = 4096 };

static pthread_once_t once = PTHREAD_ONCE_INIT;           /**< @brief For begin(). */
static pthread_mutex_t section;                           /**< @brief The critical section. */
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER; /**< @brief Guards the queue. */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER; /**< @brief The queue has changed, or the worker is done. */
static struct work_s *first;                              /**< @brief The items that wait. */
static struct work_s *at_work;                            /**< @brief The item that the worker is at. */
static int is_kept[MAX_FILES];     /**< @brief Atomic: whether the file of a descriptor is kept. */
static int is_worker_held;         /**< @brief See hosted_hold_worker(). */
static __thread bool is_interrupt; /**< @brief See hosted_interrupt(). */

/** @brief Ends the program if a call of the system fails, which none of these can. */
static void must(int result) {
    if (result != 0) {
        abort();
    }
}

/** @brief Takes an item out of the queue. Whether it was there. */
static bool take_out(struct work_s *work) {
    struct work_s *before = NULL;
    for (struct work_s *item = first; item != NULL; before = item, item = item->node.next) {
        if (item == work) {
            if (before == NULL) {
                first = work->node.next;
            } else {
                before->node.next = work->node.next;
            }
            work->worker = NULL;
            return true;
        }
    }
    return false;
}

/** @brief The worker. */
static void *work(void *argument) {
    must(pthread_mutex_lock(&guard));
    for (;;) {
        while (first == NULL || is_worker_held != 0) {
            must(pthread_cond_wait(&changed, &guard));
        }
        at_work = first;
        worker_t worker = at_work->worker;
        void *arg = at_work->arg;
        (void)take_out(at_work);
        must(pthread_mutex_unlock(&guard));
        worker(arg);
        must(pthread_mutex_lock(&guard));
        at_work = NULL;
        must(pthread_cond_broadcast(&changed));
    }
    return argument;
}

/** @brief Makes the mutex and the worker. */
static void begin(void) {
    pthread_mutexattr_t attributes;
    pthread_t worker;
    must(pthread_mutexattr_init(&attributes));
    must(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE));
    must(pthread_mutex_init(&section, &attributes));
    must(pthread_mutexattr_destroy(&attributes));
    must(pthread_create(&worker, NULL, work, NULL));
    must(pthread_detach(worker));
}

irqstate_t enter_critical_section(void) {
    must(pthread_once(&once, begin));
    must(pthread_mutex_lock(&section));
    return 0;
}

void leave_critical_section(irqstate_t flags) {
    must(flags != 0);
    must(pthread_mutex_unlock(&section));
}

bool up_interrupt_context(void) {
    return is_interrupt;
}

int work_queue(int qid, struct work_s *item, worker_t worker, void *arg, clock_t delay) {
    must(qid != HPWORK || delay != 0);
    must(pthread_once(&once, begin));
    must(pthread_mutex_lock(&guard));
    (void)take_out(item);
    item->worker = worker;
    item->arg = arg;
    item->node.next = first;
    first = item;
    must(pthread_cond_broadcast(&changed));
    must(pthread_mutex_unlock(&guard));
    return 0;
}

int work_cancel_sync(int qid, struct work_s *item) {
    must(qid != HPWORK);
    must(pthread_mutex_lock(&guard));
    int result = take_out(item) ? 0 : -ENOENT;
    while (at_work == item) {
        must(pthread_cond_wait(&changed, &guard));
    }
    must(pthread_mutex_unlock(&guard));
    return result;
}

/* A struct file is the descriptor, as there is one table of them. */
int file_get(int fd, struct file **filep) {
    must(fd < 0 || fd >= MAX_FILES);
    must(__atomic_fetch_add(&is_kept[fd], 1, __ATOMIC_SEQ_CST));
    *filep = (struct file *)(uintptr_t)(fd + 1);
    return 0;
}

int file_put(struct file *filep) {
    must(__atomic_sub_fetch(&is_kept[(uintptr_t)filep - 1], 1, __ATOMIC_SEQ_CST));
    return 0;
}

ssize_t file_write(struct file *filep, const void *buf, size_t nbytes) {
    int saved = errno;
    must(is_interrupt); /* it takes a mutex */
    must(__atomic_load_n(&is_kept[(uintptr_t)filep - 1], __ATOMIC_SEQ_CST) != 1);
    ssize_t result = write((int)((uintptr_t)filep - 1), buf, nbytes);
    result = result < 0 ? -errno : result;
    errno = saved;
    return result;
}

void hosted_interrupt(void (*function)(void *argument), void *argument) {
    is_interrupt = true;
    function(argument);
    is_interrupt = false;
}

void hosted_hold_worker(int is_held) {
    must(pthread_mutex_lock(&guard));
    is_worker_held = is_held;
    must(pthread_cond_broadcast(&changed));
    while (is_held == 0 && (first != NULL || at_work != NULL)) {
        must(pthread_cond_wait(&changed, &guard));
    }
    must(pthread_mutex_unlock(&guard));
}
