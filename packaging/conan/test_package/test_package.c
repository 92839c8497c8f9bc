/**
 * @file test_package.c
 * @brief Links both libraries of the Conan package, and compares their version with the header's.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ptk_modbus_client.h>

#include <stdio.h>
#include <string.h>

/** @brief Prints the version and the name of an error. */
int main(void) {
    printf("%s %s\n", ptk_version_string(), ptk_modbus_error_string(PTK_MODBUS_ERR_EXCEPTION));
    return strcmp(ptk_version_string(), PTK_VERSION_STRING) == 0 ? 0 : 1;
}
