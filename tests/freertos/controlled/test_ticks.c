/**
 * @file test_ticks.c
 * @brief The clock and the waits, for one rate and one width of the tick, on a clock that the test sets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "controlled_kernel.h"
#include "core/port.h"
#include "freertos/freertos_system.h"

#define NS_PER_S ((uint64_t)1000000000)
/** @brief A count of ticks after which they overflow, for widths that can in a test. */
#define WRAP (sizeof(TickType_t) == 2 ? (uint64_t)UINT16_MAX + 1 : (uint64_t)UINT32_MAX + 1)

static uint64_t random_state; /**< @brief Of random_number(). */

/** @brief The next of a row of numbers that look random (xorshift64). */
static uint64_t random_number(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/** @brief A count of ticks: small, around a wrap, or any of the first ten years. */
static uint64_t random_ticks(void) {
    const uint64_t kind = random_number() % 3;

    if (kind == 0) {
        return random_number() % 100;
    }
    return kind == 1 ? WRAP * (1 + random_number() % 3) - 50 + random_number() % 100
                     : random_number() % ((uint64_t)CONTROLLED_RATE * 86400 * 3650);
}

/** @brief What the clock says after so many ticks. */
static uint64_t clock_at(uint64_t ticks) {
    controlled.ticks = ticks;
    return ptk_port_now_ns();
}

/** @brief The whole ns of so many ticks. */
static uint64_t exact_ns(uint64_t ticks) {
    return ticks / CONTROLLED_RATE * NS_PER_S + ticks % CONTROLLED_RATE * NS_PER_S / CONTROLLED_RATE;
}

/** @brief The clock is the ticks in ns, one more than there were, so that it is never 0. */
static void clock_is_the_ticks(void) {
    random_state = 88172645463325252u;
    CHECK(clock_at(0) > 0);
    CHECK_EQUAL(clock_at(CONTROLLED_RATE - 1), NS_PER_S);
    for (uint32_t i = 0; i < 100000; i++) {
        const uint64_t ticks = random_ticks();
        const uint64_t exact = exact_ns(ticks + 1);
        const uint64_t ahead = clock_at(ticks) - exact; /* large if it is behind */

        CHECK(ahead <= 1 + (ticks >> 32));
        CHECK(NS_PER_S % CONTROLLED_RATE != 0 || ahead == 0);
        CHECK((ticks + 1) % CONTROLLED_RATE != 0 || ahead <= ticks >> 32);
        CHECK(clock_at(ticks + 1) > clock_at(ticks));
        CHECK(clock_at(ticks) != UINT64_MAX);
    }
}

/** @brief Where the count of ticks begins again at 0 the clock goes on by one tick. */
static void goes_on_at_the_wrap(void) {
    for (uint64_t wraps = 1; wraps < 1000; wraps++) {
        const uint64_t before = clock_at(wraps * WRAP - 1);
        const uint64_t step = clock_at(wraps * WRAP) - before;

        CHECK(step >= NS_PER_S / CONTROLLED_RATE && step <= NS_PER_S / CONTROLLED_RATE + 1);
    }
}

/** @brief Checks that the wait to a deadline is neither early nor late. @return whether it is. */
static bool is_exact(uint64_t ticks, uint64_t deadline_ns) {
    controlled.ticks = ticks;
    const TickType_t wait = ptk_wait_ticks(deadline_ns);
    const uint64_t begun = clock_at(ticks);

    if (wait == portMAX_DELAY - 1) { /* too far for this width: early, and not at once */
        return clock_at(ticks + wait) <= deadline_ns;
    }
    /* The longest wait that is not cut is longer than a quarter of an hour. */
    if (deadline_ns > begun && deadline_ns - begun > 900 * NS_PER_S) {
        return clock_at(ticks + wait) - begun >= 900 * NS_PER_S;
    }
    return clock_at(ticks + wait) >= deadline_ns && (wait == 0 || clock_at(ticks + wait - 1) < deadline_ns);
}

/** @brief A wait lasts as many ticks as it takes for the clock to reach the deadline, and not one more. */
static void waits_are_exact(void) {
    random_state = 123456789123456789u;
    for (uint32_t i = 0; i < 100000; i++) {
        const uint64_t ticks = random_ticks();
        const uint64_t far = (uint64_t)1 << random_number() % 62;
        const uint64_t count = random_number() % 20;

        CHECK(is_exact(ticks, clock_at(ticks) + random_number() % far));
        /* The deadlines that are just at a tick, just before and just after it. */
        for (uint64_t ns = 0; ns < 3; ns++) {
            CHECK(is_exact(ticks, clock_at(ticks + count) + ns - 1));
        }
        /* Those of a timer: a whole number of ms after some tick. */
        CHECK(is_exact(ticks + count, clock_at(ticks) + random_number() % 3000 * 1000000));
    }
}

/** @brief A deadline that has passed does not wait, none at all waits for good, and the longest one is cut. */
static void ends_of_the_range(void) {
    static const uint64_t starts[] = {0, 1, 65534, 65535, 65536, UINT32_MAX, (uint64_t)UINT32_MAX + 1};

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        controlled.ticks = starts[i];
        CHECK_EQUAL(ptk_wait_ticks(0), 0);
        CHECK_EQUAL(ptk_wait_ticks(1), 0);
        CHECK_EQUAL(ptk_wait_ticks(ptk_port_now_ns()), 0);
        CHECK_EQUAL(ptk_wait_ticks(ptk_port_now_ns() + 1), 1);
        CHECK(ptk_wait_ticks(UINT64_MAX) == portMAX_DELAY);
        CHECK(ptk_wait_ticks(UINT64_MAX - 1) != portMAX_DELAY);
        CHECK(ptk_wait_ticks(UINT64_MAX - 1) > 0);
        CHECK(is_exact(starts[i], UINT64_MAX - 1));
    }
}

const harness_test_t ticks_tests[] = {
    {"ticks.clock_is_the_ticks", clock_is_the_ticks},
    {"ticks.goes_on_at_the_wrap", goes_on_at_the_wrap},
    {"ticks.waits_are_exact", waits_are_exact},
    {"ticks.ends_of_the_range", ends_of_the_range},
    {NULL, NULL},
};
