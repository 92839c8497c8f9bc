/**
 * @file mqtt_command.h
 * @brief The command line of mqtt_client.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_SUPPORT_MQTT_COMMAND_H
#define EXAMPLES_SUPPORT_MQTT_COMMAND_H

#include <protocol_toolkit.h>

/** @brief Messages of one command line. */
#define MQTT_COMMAND_MAX_MESSAGES 64

/** @brief The command line. */
typedef struct mqtt_command {
    const char *host, *topic, *id;
    const char *messages[MQTT_COMMAND_MAX_MESSAGES]; /* to publish */
    size_t message_count;
    uint32_t port, qos, keep_alive_s, timeout_ms, attempts, count;
    ptk_address_t broker;
    bool subscribes, help;
} mqtt_command_t;

/** @brief What --help prints. */
extern const char mqtt_command_usage[];

/** @brief Reads the command line. Returns true, or false after one line on stderr: exit with status 2. */
bool mqtt_command_read(mqtt_command_t *command, int argc, char **argv);

#endif
