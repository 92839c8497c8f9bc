/**
 * @file libmodbus_server.c
 * @brief A server made with libmodbus: 200 values of each kind on loopback, one client at a time. It prints "listening
 * on" and its address as first line, and ends with status 0 on SIGTERM or SIGINT. What it holds at first: every third
 * coil and every fifth discrete input is on, holding register n is 1000 + n, input register n is 61440 + n.
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L

#include <modbus.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

/** @brief Values of each table. */
#define VALUES 200

/** @brief Set by a signal. */
static volatile sig_atomic_t stopped;

/** @brief Signal handler: ends the program. */
static void on_signal(int number) {
    (void)number;
    stopped = 1;
}

/** @brief Blocks the signals that end the program everywhere but in pselect(), which gets waiting_mask. */
static int catch_signals(sigset_t *waiting_mask) {
    static const int numbers[] = {SIGTERM, SIGINT};
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigset_t blocked;
    sigemptyset(&blocked);
    unsigned i;
    for (i = 0; i < 2; i++) {
        sigaddset(&blocked, numbers[i]);
        if (sigaction(numbers[i], &action, NULL) != 0) {
            return -1;
        }
    }
    if (sigprocmask(SIG_BLOCK, &blocked, waiting_mask) != 0) {
        return -1;
    }
    for (i = 0; i < 2; i++) { /* the parent process may have blocked them */
        sigdelset(waiting_mask, numbers[i]);
    }
    return 0;
}

/** @brief Binds a socket by itself: libmodbus does not report which port the system chose. */
static int listen_on_loopback(void) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        return -1;
    }
    printf("listening on 127.0.0.1:%d\n", (int)ntohs(address.sin_port));
    return fflush(stdout) == 0 ? listener : -1;
}

/** @brief Makes the values of all tables. */
static modbus_mapping_t *make_values(void) {
    modbus_mapping_t *values = modbus_mapping_new(VALUES, VALUES, VALUES, VALUES);

    for (int i = 0; values != NULL && i < VALUES; i++) {
        values->tab_bits[i] = i % 3 == 0;
        values->tab_input_bits[i] = i % 5 == 0;
        values->tab_registers[i] = (uint16_t)(1000 + i);
        values->tab_input_registers[i] = (uint16_t)(61440 + i);
    }
    return values;
}

/** @brief Waits until a descriptor can be read. Returns 0 when the program is to end. */
static int wait_readable(int descriptor, const sigset_t *waiting_mask) {
    fd_set readable;
    int result;

    do {
        FD_ZERO(&readable);
        FD_SET(descriptor, &readable);
        result = pselect(descriptor + 1, &readable, NULL, NULL, NULL, waiting_mask);
    } while (result < 0 && errno == EINTR && !stopped);
    return !stopped && result > 0;
}

/** @brief Serves one client until it hangs up. */
static void serve(modbus_t *context, modbus_mapping_t *values, int client, const sigset_t *waiting_mask) {
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];

    modbus_set_socket(context, client);
    while (wait_readable(client, waiting_mask)) {
        int length = modbus_receive(context, request);
        if (length < 0 || (length > 0 && modbus_reply(context, request, length, values) < 0)) {
            break;
        }
    }
    close(client);
}

/** @brief The program. */
int main(void) {
    sigset_t waiting_mask;
    modbus_t *context = modbus_new_tcp(NULL, 0);
    modbus_mapping_t *values = make_values();
    int listener = -1;

    if (context != NULL && values != NULL && catch_signals(&waiting_mask) == 0) {
        listener = listen_on_loopback();
    }
    if (listener < 0) {
        perror("libmodbus_server");
        return 1;
    }
    while (wait_readable(listener, &waiting_mask)) {
        int client = accept(listener, NULL, NULL);
        if (client >= 0) {
            serve(context, values, client, &waiting_mask);
        }
    }
    close(listener);
    modbus_mapping_free(values);
    modbus_free(context);
    return 0;
}
