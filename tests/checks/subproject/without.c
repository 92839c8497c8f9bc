/**
 * @file without.c
 * @brief A program of a parent project that has nothing to do with Protocol Toolkit.
 *
 * SPDX-License-Identifier: MIT
 */
/** @brief Does nothing. */
int main(void) {
    return 0;
}
