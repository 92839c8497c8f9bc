/**
 * @file test_calls.c
 * @brief Which calls of the kernel the port makes: in a task, in an interrupt, and while it waits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "controlled_kernel.h"
#include "core/port.h"

#include <string.h>

/** @brief Two tasks. */
#define TASK ((TaskHandle_t)(void *)0x20000100)
#define OTHER_TASK ((TaskHandle_t)(void *)0x20000200)

/** @brief Begins a test in a task. */
static void begin(void) {
    memset(&controlled, 0, sizeof(controlled));
    controlled.task = TASK;
}

/** @brief Tasks, interrupts and main() before there are tasks have different names, of which none is 0. */
static void who_is_calling(void) {
    begin();
    const uintptr_t task = ptk_port_thread_self();
    controlled.task = OTHER_TASK;
    const uintptr_t other = ptk_port_thread_self();
    controlled.in_interrupt = true;
    const uintptr_t interrupt = ptk_port_thread_self();
    controlled.in_interrupt = false;
    controlled.task = NULL;
    const uintptr_t nobody = ptk_port_thread_self();
    CHECK_EQUAL(task, (uintptr_t)TASK);
    CHECK_EQUAL(other, (uintptr_t)OTHER_TASK);
    CHECK(interrupt != 0 && interrupt != UINTPTR_MAX && interrupt != other);
    CHECK(nobody != 0 && nobody != UINTPTR_MAX && nobody != interrupt);
}

/** @brief The lock is a critical section of the caller's kind, and an interrupt gives back the mask that it got. */
static void lock_of_each_kind(void) {
    ptk_platform_lock_t lock = 0;

    begin();
    CHECK_EQUAL(ptk_port_lock_init(&lock), PTK_ERR_OK);
    ptk_port_lock(&lock);
    CHECK_EQUAL(controlled.entered, 1);
    ptk_port_unlock(&lock);
    CHECK_EQUAL(controlled.left, 1);
    CHECK_EQUAL(controlled.masked, 0);
    controlled.in_interrupt = true;
    for (UBaseType_t mask = 0; mask < 256; mask += 85) {
        controlled.mask = mask;
        controlled.unmasked = 1;
        ptk_port_lock(&lock);
        controlled.mask = 7;
        ptk_port_unlock(&lock);
        CHECK_EQUAL(controlled.unmasked, mask);
    }
    CHECK_EQUAL(controlled.entered, 1);
    CHECK_EQUAL(controlled.left, 1);
    CHECK_EQUAL(controlled.masked, 4);
}

/** @brief Backing off lets tasks of each priority run. */
static void back_off_sleeps(void) {
    begin();
    ptk_port_back_off();
    CHECK_EQUAL(controlled.delayed, 1);
}

/** @brief A wake gives the semaphore as the caller has to, and an interrupt requests a switch if one is due. */
static void wake_of_each_kind(void) {
    ptk_platform_loop_t loop;

    begin();
    memset(&loop, 0, sizeof(loop));
    CHECK_EQUAL(ptk_port_poller_open(&loop), PTK_ERR_OK);
    ptk_port_poller_wake(&loop);
    CHECK_EQUAL(controlled.given, 1);
    controlled.in_interrupt = true;
    ptk_port_poller_wake(&loop);
    CHECK_EQUAL(controlled.given_by_isr, 1);
    CHECK_EQUAL(controlled.switches, 0);
    controlled.is_switch_due = true;
    ptk_port_poller_wake(&loop);
    CHECK_EQUAL(controlled.given_by_isr, 2);
    CHECK_EQUAL(controlled.switches, 1);
    CHECK_EQUAL(controlled.given, 1);
    controlled.in_interrupt = false;
    ptk_port_poller_close(&loop);
}

static uint32_t scans;     /**< @brief Calls of scan(). */
static uint32_t ready_in;  /**< @brief The call that finds a socket. */
static uint32_t taken_yet; /**< @brief How often the semaphore had been taken when it did. */

/** @brief The scan of a network. If it is to find a socket later, something changes at once. */
static bool scan(ptk_platform_loop_t *loop) {
    scans++;
    loop->changed = scans < ready_in ? 1 : loop->changed;
    taken_yet = scans == ready_in ? controlled.taken : taken_yet;
    return scans == ready_in;
}

/** @brief One wait of a second. @param finds the scan that finds a socket, 0 none. @param given whether the semaphore is
 *  given. @return what the wait returned. */
static ptk_err_t wait_once(uint32_t finds, bool given) {
    ptk_platform_loop_t loop;

    begin();
    memset(&loop, 0, sizeof(loop));
    CHECK_OR_RETURN(ptk_port_poller_open(&loop) == PTK_ERR_OK, PTK_ERR_SYSTEM);
    loop.scan = scan;
    loop.changed = 1;
    scans = 0;
    ready_in = finds;
    controlled.is_given = given;
    controlled.waited = portMAX_DELAY;
    return ptk_port_poller_wait(&loop, ptk_port_now_ns(), ptk_port_now_ns() + 1000000000);
}

/** @brief A wait looks at the sockets before it sleeps, and again when it was woken; it does not sleep when one is ready. */
static void wait_scans_twice(void) {
    CHECK_EQUAL(wait_once(1, false), PTK_ERR_OK);
    CHECK_EQUAL(scans, 1);
    CHECK_EQUAL(taken_yet, 0);
    CHECK_EQUAL(controlled.waited, 0); /* a give that came before is taken away: it would only cost a pass */
    CHECK_EQUAL(wait_once(1, true), PTK_ERR_OK);
    CHECK_EQUAL(scans, 1);
    CHECK_EQUAL(wait_once(2, true), PTK_ERR_OK);
    CHECK_EQUAL(scans, 2);
    CHECK_EQUAL(taken_yet, 1);
    CHECK_EQUAL(controlled.waited, CONTROLLED_RATE);
    CHECK_EQUAL(wait_once(0, false), PTK_ERR_OK);
    CHECK_EQUAL(scans, 1);
    CHECK_EQUAL(controlled.taken, 1);
}

/** @brief A wake-up alone is no reason to look at the sockets; a socket that was ready is, until it is not any more. */
static void wait_scans_after_a_change(void) {
    ptk_platform_loop_t loop;

    begin();
    memset(&loop, 0, sizeof(loop));
    CHECK_EQUAL(ptk_port_poller_open(&loop), PTK_ERR_OK);
    loop.scan = scan;
    loop.changed = 1;
    scans = 0;
    ready_in = 0;
    controlled.is_given = true;
    CHECK_EQUAL(ptk_port_poller_wait(&loop, 0, UINT64_MAX), PTK_ERR_OK);
    CHECK_EQUAL(scans, 1);
    CHECK_EQUAL(ptk_port_poller_wait(&loop, 0, UINT64_MAX), PTK_ERR_OK);
    CHECK_EQUAL(scans, 1); /* only the semaphore was given */
    loop.changed = 1;
    ready_in = 2;
    CHECK_EQUAL(ptk_port_poller_wait(&loop, 0, UINT64_MAX), PTK_ERR_OK);
    CHECK_EQUAL(scans, 2); /* found */
    CHECK_EQUAL(ptk_port_poller_wait(&loop, 0, UINT64_MAX), PTK_ERR_OK);
    CHECK_EQUAL(scans, 3); /* it may still be ready, and is not */
    CHECK_EQUAL(ptk_port_poller_wait(&loop, 0, UINT64_MAX), PTK_ERR_OK);
    CHECK_EQUAL(scans, 3);
}

/** @brief A loop without sockets takes the semaphore and no more; a loop that polls does not wait. */
static void wait_without_sockets(void) {
    ptk_platform_loop_t loop;

    begin();
    memset(&loop, 0, sizeof(loop));
    CHECK_EQUAL(ptk_port_poller_open(&loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_port_poller_wait(&loop, 0, UINT64_MAX), PTK_ERR_OK);
    CHECK(controlled.waited == portMAX_DELAY);
    CHECK_EQUAL(ptk_port_poller_wait(&loop, 0, 0), PTK_ERR_OK);
    CHECK_EQUAL(controlled.waited, 0);
    CHECK_EQUAL(controlled.taken, 2);
}

const harness_test_t calls_tests[] = {
    {"calls.who_is_calling", who_is_calling},
    {"calls.lock_of_each_kind", lock_of_each_kind},
    {"calls.back_off_sleeps", back_off_sleeps},
    {"calls.wake_of_each_kind", wake_of_each_kind},
    {"calls.wait_scans_twice", wait_scans_twice},
    {"calls.wait_scans_after_a_change", wait_scans_after_a_change},
    {"calls.wait_without_sockets", wait_without_sockets},
    {NULL, NULL},
};
