/**
 * @file mqtt_command.c
 * @brief Reads the command line of mqtt_client.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mqtt_command.h"

#include "arguments.h"
#include "mqtt_packet.h"

#include <stdio.h>
#include <string.h>

const char mqtt_command_usage[] =
    "usage: mqtt_client publish   --topic NAME [options] MESSAGE...\n"
    "       mqtt_client subscribe --topic FILTER [options]\n"
    "\n"
    "  --host ADDR      numeric address of the broker (127.0.0.1)\n"
    "  --port N         its port (1883)\n"
    "  --qos 0|1        0 at most once, 1 at least once (0)\n"
    "  --id TEXT        client ID; with one the broker keeps the session while the client is away (none)\n"
    "  --keep-alive S   seconds without a packet after which the client sends a ping, 0 never (60)\n"
    "  --timeout MS     longest wait for the broker (5000)\n"
    "  --attempts N     failed attempts in a row before the client gives up, 0 never (10)\n"
    "  --count N        subscribe: ends after so many messages, 0 never (0)\n"
    "\n"
    "A message that is received is printed as one line: its topic, a space, its text. Ctrl-C ends.\n";

/** @brief What is wrong with the words and values, or NULL. */
static const char *check(mqtt_command_t *command, const char **words, size_t word_count) {
    size_t topic_length = strlen(command->topic);
    size_t room = MQTT_LONGEST_PACKET - 16; /* what all headers need is less than 16 bytes */

    command->subscribes = word_count > 0 && strcmp(words[0], "subscribe") == 0;
    if (!command->subscribes && (word_count == 0 || strcmp(words[0], "publish") != 0)) {
        return "the first word must be publish or subscribe; try --help";
    }
    if (command->subscribes != (word_count == 1)) {
        return command->subscribes ? "subscribe takes no messages" : "publish needs a message";
    }
    if (ptk_address_parse(command->host, (uint16_t)command->port, &command->broker) != PTK_ERR_OK ||
        command->broker.port == 0) {
        return "--host must be a numeric address";
    }
    /* MQTT 3.1.1, 4.7.1 and 4.7.3: topics are not empty, and names have no wildcards */
    if (topic_length == 0 || (!command->subscribes && strpbrk(command->topic, "+#") != NULL)) {
        return "--topic is needed, and a topic to publish to has no wildcards";
    }
    if (topic_length > room || strlen(command->id) > room) {
        return "--topic or --id is too long";
    }
    for (size_t i = 1; i < word_count; i++) {
        if (strlen(words[i]) > room - topic_length) {
            return "a message is too long";
        }
        command->messages[command->message_count++] = words[i];
    }
    return NULL;
}

bool mqtt_command_read(mqtt_command_t *command, int argc, char **argv) {
    const char *words[1 + MQTT_COMMAND_MAX_MESSAGES];
    size_t word_count;
    const argument_option_t options[] = {
        {"--host", &command->host, NULL, 0, 0, NULL},
        {"--port", NULL, &command->port, 1, 65535, NULL},
        {"--topic", &command->topic, NULL, 0, 0, NULL},
        {"--qos", NULL, &command->qos, 0, 1, NULL},
        {"--id", &command->id, NULL, 0, 0, NULL},
        {"--keep-alive", NULL, &command->keep_alive_s, 0, 65535, NULL},
        {"--timeout", NULL, &command->timeout_ms, 1, UINT32_MAX, NULL},
        {"--attempts", NULL, &command->attempts, 0, UINT32_MAX, NULL},
        {"--count", NULL, &command->count, 0, UINT32_MAX, NULL},
        {"--help", NULL, NULL, 0, 0, &command->help},
    };

    memset(command, 0, sizeof *command);
    command->host = "127.0.0.1";
    command->topic = "";
    command->id = "";
    command->port = 1883;
    command->keep_alive_s = 60;
    command->timeout_ms = 5000;
    command->attempts = 10;
    if (!arguments_read(argc, argv, options, sizeof options / sizeof options[0], words, sizeof words / sizeof words[0],
                        &word_count)) {
        return false;
    }
    const char *wrong = command->help ? NULL : check(command, words, word_count);
    if (wrong != NULL) {
        fprintf(stderr, "mqtt_client: %s\n", wrong);
    }
    return wrong == NULL;
}
