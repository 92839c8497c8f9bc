/*
 * cmocka wants these before its own header.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_CMOCKA_HEADERS_H
#define TESTS_MODBUS_CMOCKA_HEADERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
