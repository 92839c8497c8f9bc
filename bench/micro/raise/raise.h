/* SPDX-License-Identifier: MIT */
/** @file raise.h @brief Scenario (f), raising from threads: what every peer's file begins with. */
#ifndef RAISE_H
#define RAISE_H

#include "micro.h"

#define MAX_RAISERS 4u

#endif
