/**
 * @file arguments.c
 * @brief Reads the command line of an example program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "arguments.h"

#include <stdio.h>
#include <string.h>

/** @brief The value of a digit in a base up to 16, or 16 if it is none. */
static uint32_t digit_value(char character) {
    static const char digits[] = "0123456789abcdef";
    static const char capitals[] = "0123456789ABCDEF";
    uint32_t value;

    for (value = 0; value < 16; value++) {
        if (character == digits[value] || character == capitals[value]) {
            break;
        }
    }
    return value;
}

bool arguments_number(const char *text, uint32_t minimum, uint32_t maximum, uint32_t *number) {
    uint32_t base = 10;
    uint32_t value = 0;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        uint32_t digit = digit_value(*text);
        if (digit >= base || value > (UINT32_MAX - digit) / base) {
            return false;
        }
        value = value * base + digit;
    }
    if (value < minimum || value > maximum) {
        return false;
    }
    *number = value;
    return true;
}

/** @brief The option of that name, or NULL. */
static const argument_option_t *find_option(const char *name, const argument_option_t *options, size_t option_count) {
    size_t i;

    for (i = 0; i < option_count; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

/** @brief Stores the value of an option; NULL if the command line ended there. */
static bool store_value(const char *program, const argument_option_t *option, const char *value) {
    if (value == NULL) {
        fprintf(stderr, "%s: %s needs a value\n", program, option->name);
        return false;
    }
    if (option->text != NULL) {
        *option->text = value;
        return true;
    }
    if (!arguments_number(value, option->minimum, option->maximum, option->number)) {
        fprintf(stderr, "%s: %s must be a number from %lu to %lu, not '%s'\n", program, option->name,
                (unsigned long)option->minimum, (unsigned long)option->maximum, value);
        return false;
    }
    return true;
}

/** @brief The last part of a path, for messages. */
static const char *program_name(const char *path) {
    const char *name = path;

    for (; *path != '\0'; path++) {
        if (*path == '/' || *path == '\\') {
            name = path + 1;
        }
    }
    return name;
}

bool arguments_read(int argc, char **argv, const argument_option_t *options, size_t option_count, const char **words,
                    size_t max_words, size_t *word_count) {
    const char *program = program_name(argc > 0 ? argv[0] : "");
    int i;

    *word_count = 0;
    for (i = 1; i < argc; i++) {
        const argument_option_t *option = find_option(argv[i], options, option_count);
        if (option != NULL && option->flag != NULL) {
            *option->flag = true;
        } else if (option != NULL) {
            if (!store_value(program, option, i + 1 < argc ? argv[i + 1] : NULL)) {
                return false;
            }
            i++;
        } else if (argv[i][0] == '-' && argv[i][1] != '\0' && digit_value(argv[i][1]) > 9) { /* "-5" is a word */
            fprintf(stderr, "%s: unknown option '%s'; try --help\n", program, argv[i]);
            return false;
        } else if (*word_count == max_words) {
            fprintf(stderr, "%s: unexpected argument '%s'; try --help\n", program, argv[i]);
            return false;
        } else {
            words[(*word_count)++] = argv[i];
        }
    }
    return true;
}
