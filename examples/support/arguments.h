/**
 * @file arguments.h
 * @brief Reads the command line of an example: "--name value" options, "--name" flags, and words without a name.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_SUPPORT_ARGUMENTS_H
#define EXAMPLES_SUPPORT_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @brief One option. Exactly one of text, number and flag is set, and says where its value goes. */
typedef struct argument_option {
    const char *name;  /* with its dashes: "--port" */
    const char **text; /* any text */
    uint32_t *number;  /* a number from minimum to maximum */
    uint32_t minimum;
    uint32_t maximum;
    bool *flag; /* an option without a value: set to true */
} argument_option_t;

/**
 * @brief Reads a whole text as a number, decimal or with 0x. Returns whether it is one from minimum to maximum; if not,
 * number is unchanged.
 */
bool arguments_number(const char *text, uint32_t minimum, uint32_t maximum, uint32_t *number);

/**
 * @brief Reads the command line. What was not given stays as it was. Words without a name go to words, which has room
 * for max_words; word_count is how many there were. Returns true, or false after one line on stderr: exit status 2.
 */
bool arguments_read(int argc, char **argv, const argument_option_t *options, size_t option_count, const char **words,
                    size_t max_words, size_t *word_count);

#endif
