/**
 * @file zephyr_stand_in.h
 * @brief A stand-in for Zephyr on this machine: what its two halves share, and what a test can ask of it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ZEPHYR_STAND_IN_H
#define ZEPHYR_STAND_IN_H

#include <zephyr/kernel.h>
#include <zephyr/net/net_context.h>
#include <zephyr/net/net_if.h>
#include <zephyr/net/socket.h>
#include <zephyr/sys/fdtable.h>

/** @brief One more than the highest descriptor. */
enum { STAND_IN_DESCRIPTORS = 1024 };

/** @brief The calling thread stands for an interrupt from now on, or for a thread again. @param is_now which. */
void stand_in_interrupt(bool is_now);

/** @brief Whether a descriptor was made of an object. @param descriptor the descriptor. @return that. */
bool stand_in_has_object(int descriptor);

/** @brief Calls the ioctl of a descriptor that was made of an object. @return its result. */
int stand_in_control(int descriptor, unsigned int request, ...);

#endif
