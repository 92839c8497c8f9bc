/**
 * @file kernel.h
 * @brief Of Zephyr's kernel what the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ZEPHYR_KERNEL_H
#define ZEPHYR_KERNEL_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What Kconfig defines. */
#define CONFIG_SYS_CLOCK_TICKS_PER_SEC 10000
#define CONFIG_NET_SOCKETS_POLL_MAX 1024
#define CONFIG_NET_IPV4 1
#define CONFIG_NET_IPV6 1
#define CONFIG_PTK_LOG_LEVEL 2
/** @brief Whether a macro is defined as 1. */
#define IS_ENABLED(macro) (macro)

/* ------------------------------------------------------------------------------------------------ time */

/** @brief A time in ticks; K_FOREVER is -1. */
typedef struct {
    int64_t ticks; /**< @brief How many. */
} k_timeout_t;

#define K_TICKS(count) ((k_timeout_t){(count)})
#define K_MSEC(ms) ((k_timeout_t){(int64_t)(ms)*CONFIG_SYS_CLOCK_TICKS_PER_SEC / 1000})
#define K_NO_WAIT K_TICKS(0)
#define K_FOREVER K_TICKS(-1)

/** @brief The ticks since the system began. */
int64_t k_uptime_ticks(void);
/** @brief The processor's counter. */
uint32_t k_cycle_get_32(void);
/** @brief Sleeps. @param timeout how long. @return what is left in ms. */
int32_t k_sleep(k_timeout_t timeout);

/* ------------------------------------------------------------------------------------------------ threads */

/** @brief A thread. */
struct k_thread {
    uintptr_t opaque[16]; /**< @brief The kernel's. */
};
typedef struct k_thread *k_tid_t; /**< @brief Names a thread. */

/** @brief An element of a stack. */
typedef struct k_thread_stack {
    char data; /**< @brief One byte. */
} k_thread_stack_t;

/** @brief What a thread runs. */
typedef void (*k_thread_entry_t)(void *first, void *second, void *third);

#define ARCH_STACK_PTR_ALIGN 8
#define K_THREAD_STACK_RESERVED ((size_t)32)

/** @brief The thread that runs. */
k_tid_t k_current_get(void);
/** @brief Whether an interrupt runs. */
bool k_is_in_isr(void);
/** @brief Makes a thread and starts it after a delay. @return its name. */
k_tid_t k_thread_create(struct k_thread *thread, k_thread_stack_t *stack, size_t size, k_thread_entry_t entry,
                        void *first, void *second, void *third, int priority, uint32_t options, k_timeout_t delay);
/** @brief A thread's priority. */
int k_thread_priority_get(k_tid_t thread);
/** @brief Waits for a thread's end. @return 0 or an error number below 0. */
int k_thread_join(struct k_thread *thread, k_timeout_t timeout);

/* ------------------------------------------------------------------------------------------------ spin locks */

/** @brief A lock that masks interrupts; free when zeroed. */
struct k_spinlock {
    uintptr_t locked; /**< @brief The kernel's. */
};
/** @brief What was masked before. */
typedef struct {
    int key; /**< @brief The kernel's. */
} k_spinlock_key_t;

/** @brief Takes a lock. */
k_spinlock_key_t k_spin_lock(struct k_spinlock *lock);
/** @brief Gives it back. */
void k_spin_unlock(struct k_spinlock *lock, k_spinlock_key_t key);

/* ------------------------------------------------------------------------------------------------ polling */

/** @brief A signal. */
struct k_poll_signal {
    uintptr_t opaque[2];   /**< @brief The kernel's. */
    unsigned int signaled; /**< @brief Whether it was raised. */
    int result;            /**< @brief What it was raised with. */
};
/** @brief Something to wait for. */
struct k_poll_event {
    uint32_t type;  /**< @brief What kind of object it is. */
    uint32_t state; /**< @brief What came. */
    void *obj;      /**< @brief The object. */
};

#define K_POLL_TYPE_SIGNAL 1u
#define K_POLL_MODE_NOTIFY_ONLY 0
#define K_POLL_STATE_NOT_READY 0u

/** @brief Makes a signal. */
void k_poll_signal_init(struct k_poll_signal *signal);
/** @brief Raises it. Interrupts may. @return 0 or an error number below 0. */
int k_poll_signal_raise(struct k_poll_signal *signal, int result);
/** @brief Makes it as if it had not been raised. */
void k_poll_signal_reset(struct k_poll_signal *signal);
/** @brief Makes an event. */
void k_poll_event_init(struct k_poll_event *event, uint32_t type, int mode, void *object);
/** @brief Waits for one of some events. @return 0, or an error number below 0. */
int k_poll(struct k_poll_event *events, int count, k_timeout_t timeout);

#endif
