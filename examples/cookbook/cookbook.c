/**
 * @file cookbook.c
 * @brief Tries the recipes of docs/cookbook.md one after the other.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cookbook.h"

#include <stdio.h>

ptk_handle_t cookbook_listen(ptk_handle_t loop, ptk_address_t *address) {
    ptk_handle_t listener = ptk_socket_create(loop);

    (void)ptk_address_parse("127.0.0.1", 0, address);
    if (ptk_socket_listen(listener, address, 1) != PTK_ERR_OK) {
        return PTK_ERR_SYSTEM;
    }
    return ptk_socket_get_local_address(listener, address) == PTK_ERR_OK ? listener : PTK_ERR_SYSTEM;
}

bool cookbook_connect(ptk_handle_t loop, ptk_handle_t pair[2]) {
    ptk_address_t address;
    ptk_handle_t listener = cookbook_listen(loop, &address);

    pair[0] = ptk_socket_create(loop);
    if (ptk_socket_connect(pair[0], &address) != PTK_ERR_OK) {
        return false;
    }
    do {
        (void)ptk_event_loop_run(loop);
        pair[1] = ptk_socket_accept(listener, NULL);
    } while (pair[1] == PTK_ERR_WOULD_BLOCK);
    (void)ptk_event_loop_run(loop); /* the connecting side learns of it */
    return ptk_socket_destroy(listener) == PTK_ERR_OK && pair[1] > 0;
}

/** @brief A recipe and its name. */
typedef struct recipe {
    const char *name;
    bool (*works)(void);
} recipe_t;

/** @brief Tries each recipe and prints whether it works. */
int main(void) {
    static const recipe_t recipes[] = {
        {"deadline", cookbook_try_deadline},     {"framing", cookbook_try_framing},
        {"send queue", cookbook_try_send_queue}, {"reconnect", cookbook_try_reconnect},
        {"pools", cookbook_try_pools},           {"threads", cookbook_try_threads},
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
        bool works = recipes[i].works();
        (void)printf("%s: %s\n", recipes[i].name, works ? "works" : "FAILED");
        failed += works ? 0 : 1;
    }
    return failed == 0 ? 0 : 1;
}
