/* SPDX-License-Identifier: MIT */
/** @file timers.h @brief Scenario (e), timers: what every peer's file begins with. */
#ifndef TIMERS_H
#define TIMERS_H

#include "micro.h"

#define TIMERS 10000u

#endif
