/**
 * @file kernel.c
 * @brief Locks, who is calling, backing off, and the kernel's ticks as time. The same for every network.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "freertos/freertos_system.h"
#include "core/atomic.h"
#include "core/port.h"
#include "core/static_assert.h"

/* ------------------------------------------------------------------------------------------------ callers and locks */

/** @brief Who is calling when it is no task; no task's control block is there. */
enum { CALLER_INTERRUPT = 1, CALLER_BEFORE_TASKS = 2 };

uintptr_t ptk_port_thread_self(void) {
    if (PTK_IN_INTERRUPT()) {
        return CALLER_INTERRUPT;
    }
    /* main() is no task. Once tasks were created the kernel names one of them in its place, but none has run by then. */
    uintptr_t task = (uintptr_t)xTaskGetCurrentTaskHandle();
    return task != 0 ? task : CALLER_BEFORE_TASKS;
}

void ptk_port_back_off(void) {
    vTaskDelay(1); /* tasks of any priority can run meanwhile, which taskYIELD() does not grant */
}

/** @brief ptk_critical_enter(), for the lock that each raise takes. */
PTK_ALWAYS_INLINE UBaseType_t enter(void) {
    if (PTK_IN_INTERRUPT()) {
        return taskENTER_CRITICAL_FROM_ISR();
    }
    taskENTER_CRITICAL();
    return 0;
}

/** @brief ptk_critical_exit(), the same. */
PTK_ALWAYS_INLINE void leave(UBaseType_t mask) {
    if (PTK_IN_INTERRUPT()) {
        taskEXIT_CRITICAL_FROM_ISR(mask);
    } else {
        taskEXIT_CRITICAL();
    }
}

UBaseType_t ptk_critical_enter(void) {
    return enter();
}

void ptk_critical_exit(UBaseType_t mask) {
    leave(mask);
}

ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    (void)lock; /* the kernel has one critical section for all */
    return PTK_ERR_OK;
}

void ptk_port_lock(ptk_platform_lock_t *lock) {
    UBaseType_t mask = enter(); /* before the lock is written, which another one may hold until then */
    *lock = mask;
}

void ptk_port_unlock(ptk_platform_lock_t *lock) {
    leave(*lock);
}

/* ------------------------------------------------------------------------------------------------ time */

/** @brief Nanoseconds of a second. */
#define NS_PER_S ((uint64_t)1000000000)
/** @brief Ticks of a second. */
#define TICK_RATE ((uint64_t)configTICK_RATE_HZ)
/** @brief The whole nanoseconds of a tick. */
#define TICK_NS (NS_PER_S / TICK_RATE)
/**
 * @brief What a tick has besides, in 2^-32 ns. Rounded up, so that a whole number of ns is one after as many ticks as
 *        have it: it is ahead by 1 ns after 2^32 ticks.
 */
#define TICK_FRACTION ((((NS_PER_S % TICK_RATE) << 32) + TICK_RATE - 1) / TICK_RATE)

/** @brief How a wait in ns is made smaller to fit into 32 bits. A longer wait ends early. */
#define WAIT_SHIFT 8
/** @brief The longest wait in ns. */
#define MAX_WAIT_NS (((uint64_t)UINT32_MAX << WAIT_SHIFT) | ((1u << WAIT_SHIFT) - 1))
/** @brief Ticks, in 2^-32, of 2^WAIT_SHIFT ns, rounded down. */
#define TICKS_OF_WAIT ((TICK_RATE << (32 + WAIT_SHIFT)) / NS_PER_S)
/** @brief The ticks of the longest wait in ns. */
#define MAX_WAIT_TICKS ((UINT32_MAX * TICKS_OF_WAIT) >> 32)
/** @brief The longest wait that a tick has room for: portMAX_DELAY is no limit at all. */
#define LONGEST_DELAY (portMAX_DELAY - 1)

PTK_STATIC_ASSERT(tick_rate_is_at_least_1_hz, configTICK_RATE_HZ >= 1);
PTK_STATIC_ASSERT(tick_rate_is_at_most_1_mhz, configTICK_RATE_HZ <= 1000000);

uint64_t ptk_kernel_ticks(void) {
    const unsigned bits = 8 * sizeof(TickType_t);
    TimeOut_t now;
    vTaskSetTimeOutState(&now);
    uint64_t overflows = (uint64_t)(UBaseType_t)now.xOverflowCount;
    return (overflows << (bits - 1) << 1) | now.xTimeOnEntering; /* in two steps: a tick may have 64 bits */
}

/* By multiplication, as a processor of 32 bits needs hundreds of instructions to divide 64. The clock begins at 1 tick. */
uint64_t ptk_ticks_to_ns(uint64_t ticks) {
    ticks++;
    uint64_t fraction = (ticks >> 32) * TICK_FRACTION + (((ticks & UINT32_MAX) * TICK_FRACTION) >> 32);
    return ticks * TICK_NS + fraction;
}

/** @brief A wait of at most MAX_WAIT_TICKS and 3, which fits but where ticks have 16 bits. */
static TickType_t delay_of(uint64_t ticks) {
    return MAX_WAIT_TICKS + 3 > LONGEST_DELAY && ticks > LONGEST_DELAY ? LONGEST_DELAY : (TickType_t)ticks;
}

TickType_t ptk_wait_ticks(uint64_t deadline_ns) {
    if (deadline_ns == 0 || deadline_ns == UINT64_MAX) {
        return deadline_ns == 0 ? 0 : portMAX_DELAY;
    }
    const uint64_t begun = ptk_kernel_ticks();
    uint64_t now_ns = ptk_ticks_to_ns(begun);
    if (deadline_ns <= now_ns) {
        return 0;
    }
    if (deadline_ns - now_ns > MAX_WAIT_NS) {
        return delay_of(MAX_WAIT_TICKS);
    }
    /* Too few by at most 3, because everything was rounded down. */
    uint64_t ticks = begun + (((uint64_t)(uint32_t)((deadline_ns - now_ns) >> WAIT_SHIFT) * TICKS_OF_WAIT) >> 32);
    while (ptk_ticks_to_ns(ticks) < deadline_ns) {
        ticks++;
    }
    return delay_of(ticks - begun);
}
