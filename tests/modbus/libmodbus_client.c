/**
 * @file libmodbus_client.c
 * @brief Talks to a running examples/modbus_server through libmodbus: every function that libmodbus offers, exceptions,
 * and function 43 as raw bytes. Usage: libmodbus_client PORT. Ends with status 0 if everything was right.
 *
 * SPDX-License-Identifier: MIT
 */
#include <modbus.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/** @brief The connection of libmodbus. */
static modbus_t *context;

/** @brief Ends the program if a condition does not hold. */
static void require(int condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "libmodbus_client: %s (%s)\n", what, modbus_strerror(errno));
        exit(1);
    }
}

/** @brief Functions 1, 5 and 15. */
static void use_coils(void) {
    uint8_t values[2000];

    for (int i = 0; i < 1000; i++) {
        values[i] = (uint8_t)(i % 3 == 1 ? 1 : 0);
    }
    require(modbus_write_bits(context, 0, 1000, values) == 1000, "write 1000 coils");
    require(modbus_write_bit(context, 999, 1) == 1, "write the last coil");
    require(modbus_write_bit(context, 1, 0) == 1, "write coil 1");
    memset(values, 7, sizeof values);
    require(modbus_read_bits(context, 0, 1000, values) == 1000, "read 1000 coils");
    for (int i = 0; i < 1000; i++) {
        int expected = i == 999 || (i % 3 == 1 && i != 1);

        require(values[i] == expected, "a coil has the value that was written");
    }
    require(modbus_read_bits(context, 3, 3, values) == 3 && values[0] == 0 && values[1] == 1, "read coils 3 to 5");
}

/** @brief Function 2: a counter of seconds in binary, and 0 after it. */
static void use_discrete_inputs(void) {
    uint8_t values[1000];

    require(modbus_read_input_bits(context, 0, 1000, values) == 1000, "read 1000 discrete inputs");
    require(values[999] == 0, "the last discrete input is off");
}

/** @brief Functions 3, 6, 16, 22 and 23. */
static void use_holding_registers(void) {
    uint16_t values[125];
    uint16_t back[125];

    for (int i = 0; i < 123; i++) {
        values[i] = (uint16_t)(i * 521);
    }
    require(modbus_write_registers(context, 800, 123, values) == 123, "write 123 registers");
    require(modbus_read_registers(context, 800, 123, back) == 123, "read 123 registers");
    require(memcmp(values, back, 123 * sizeof values[0]) == 0, "registers have the values that were written");
    require(modbus_read_registers(context, 875, 125, back) == 125, "read 125 registers");
    require(modbus_write_register(context, 999, 0xBEEF) == 1, "write the last register");
    require(modbus_read_registers(context, 999, 1, back) == 1 && back[0] == 0xBEEF, "read the last register");

    require(modbus_write_register(context, 4, 0x12) == 1, "write register 4");
    require(modbus_mask_write_register(context, 4, 0xF2, 0x25) != -1, "mask register 4");
    require(modbus_read_registers(context, 4, 1, back) == 1 && back[0] == 0x17, "register 4 is masked");

    require(modbus_write_and_read_registers(context, 100, 121, values, 98, 125, back) == 125, "write 121 and read 125");
    require(back[0] == 0 && memcmp(back + 2, values, 121 * sizeof values[0]) == 0, "what was written was read");
}

/** @brief Function 4: the request counter is in the third and fourth register. */
static void use_input_registers(void) {
    uint16_t first[10];
    uint16_t second[10];

    require(modbus_read_input_registers(context, 0, 10, first) == 10, "read input registers");
    require(modbus_read_input_registers(context, 0, 10, second) == 10, "read input registers again");
    require(second[3] == first[3] + 1, "the counter of requests counts");
    require(first[6] == 1, "there is one connection");
}

/** @brief Ends the program unless the last request got an exception. */
static void require_exception(int result, int expected, const char *what) {
    require(result == -1 && errno == expected, what);
}

/** @brief Requests that the server must refuse. */
static void provoke_exceptions(void) {
    uint16_t registers[2] = {0, 0};
    uint8_t bits[2] = {0, 0};
    uint8_t identity[256];

    require_exception(modbus_read_bits(context, 1000, 1, bits), EMBXILADD, "coil 1000 is no address");
    require_exception(modbus_read_input_bits(context, 999, 2, bits), EMBXILADD, "input 1000 is no address");
    require_exception(modbus_read_registers(context, 1000, 1, registers), EMBXILADD, "register 1000 is no address");
    require_exception(modbus_read_input_registers(context, 999, 2, registers), EMBXILADD, "input register 1000");
    require_exception(modbus_write_bit(context, 1000, 1), EMBXILADD, "write coil 1000");
    require_exception(modbus_write_register(context, 1000, 1), EMBXILADD, "write register 1000");
    require_exception(modbus_write_bits(context, 999, 2, bits), EMBXILADD, "write coils 999 and 1000");
    require_exception(modbus_write_registers(context, 999, 2, registers), EMBXILADD, "write registers 999 and 1000");
    require_exception(modbus_mask_write_register(context, 1000, 0, 0), EMBXILADD, "mask register 1000");
    require_exception(modbus_write_and_read_registers(context, 1000, 1, registers, 0, 1, registers), EMBXILADD,
                      "write register 1000 and read");
    require_exception(modbus_report_slave_id(context, (int)sizeof identity, identity), EMBXILFUN,
                      "function 17 is not there");
}

/** @brief Receives exactly length bytes; libmodbus made the socket non-blocking. */
static void receive_raw(uint8_t *bytes, size_t length) {
    struct pollfd readable = {.fd = modbus_get_socket(context), .events = POLLIN};
    size_t received = 0;

    while (received < length) {
        require(poll(&readable, 1, 20000) == 1, "wait for a raw response");
        ssize_t result = recv(readable.fd, bytes + received, length - received, 0);
        require(result > 0, "receive a raw response");
        received += (size_t)result;
    }
}

/** @brief Function 43, MEI type 14, which libmodbus does not know: the basic objects. */
static void read_device_identification(void) {
    static const char expected[] = "\x2B\x0E\x01\x82\x00\x00\x03\x00\x10Protocol Toolkit\x01\x0Dmodbus_server\x02";
    const uint8_t request[] = {1, 0x2B, 0x0E, 1, 0};
    uint8_t response[260];

    require(modbus_send_raw_request(context, (uint8_t *)(uintptr_t)request, (int)sizeof request) != -1,
            "send function 43");
    receive_raw(response, 7);
    size_t length = (size_t)response[4] * 256 + response[5] - 1;
    require(length >= sizeof expected && length <= 253, "a length for function 43");
    receive_raw(response + 7, length);
    require(memcmp(response + 7, expected, sizeof expected - 1) == 0, "the device identification");
}

/** @brief The program. */
int main(int argc, char **argv) {
    long port = argc == 2 ? strtol(argv[1], NULL, 10) : 0;

    context = port > 0 && port <= 65535 ? modbus_new_tcp("127.0.0.1", (int)port) : NULL;
    if (context == NULL) {
        fprintf(stderr, "usage: libmodbus_client PORT\n");
        return 2;
    }
    require(modbus_set_slave(context, 1) == 0, "set the unit");
    require(modbus_set_response_timeout(context, 20, 0) == 0, "set the timeout");
    require(modbus_connect(context) == 0, "connect");
    use_coils();
    use_discrete_inputs();
    use_holding_registers();
    use_input_registers();
    provoke_exceptions();
    read_device_identification();
    use_input_registers();
    modbus_close(context);
    modbus_free(context);
    printf("libmodbus: all functions agree\n");
    return 0;
}
