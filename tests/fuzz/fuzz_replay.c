/**
 * @file fuzz_replay.c
 * @brief Feeds a target with the bytes of files: fuzz_<target> FILE...
 *
 * Exit status: 0 all held; 1 a file could not be read, or something did not hold; 2 no file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

#include <stdio.h>

/** @brief Longest input. */
enum { MAX_INPUT = 65536 };

/** @brief Runs the target with the bytes of a file. @return whether it could be read, and all held. */
static bool replay(const char *path) {
    static uint8_t bytes[MAX_INPUT];
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        return false;
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    bool is_read = ferror(file) == 0 && feof(file) != 0;
    if (fclose(file) != 0 || !is_read) {
        fprintf(stderr, "%s: cannot be read, or is longer than %d bytes\n", path, MAX_INPUT);
        return false;
    }
    const char *wrong = fuzz_run(bytes, size);
    if (wrong != NULL) {
        fprintf(stderr, "%s: does not hold: %s\n", path, wrong);
    }
    return wrong == NULL;
}

/** @brief Replays all files. @param count arguments. @param arguments the files. */
int main(int count, char **arguments) {
    int failed = 0;

    if (count < 2) {
        fprintf(stderr, "usage: %s FILE...\n", count > 0 ? arguments[0] : "fuzz");
        return 2;
    }
    for (int i = 1; i < count; i++) {
        failed += replay(arguments[i]) ? 0 : 1;
    }
    printf("%d inputs, %d failed\n", count - 1, failed);
    return failed > 0;
}
