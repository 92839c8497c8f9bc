/**
 * @file modbus_server_identification.c
 * @brief Device identification, the server's side of function 43, MEI type 14 (AP 6.21).
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_codec.h"
#include "modbus_server_internal.h"

#include <string.h>

/** @brief Bytes that the objects of one response may take. */
#define OBJECTS_ROOM (PTK_MODBUS_MAX_PDU_SIZE - PTK_MODBUS_OBJECTS_OFFSET)
/** @brief This bit of the conformity level says that single objects can be asked for. */
#define INDIVIDUAL_ACCESS 0x80u

/** @brief Length of a text, at most one more than fits: a text that is not terminated is not read for ever. */
static size_t value_length(const char *value) {
    size_t length = 0;

    while (length <= PTK_MODBUS_MAX_OBJECT_SIZE && value[length] != '\0') {
        length++;
    }
    return length;
}

bool ptk_modbus_server_objects_are_valid(const ptk_modbus_device_object_t *objects, uint32_t count) {
    if (count == 0) {
        return true;
    }
    if (objects == NULL || count <= PTK_MODBUS_OBJECT_REVISION || count > 256) {
        return false;
    }
    for (uint32_t index = 0; index < count; index++) {
        if (objects[index].value == NULL || value_length(objects[index].value) > PTK_MODBUS_MAX_OBJECT_SIZE) {
            return false;
        }
        if (index <= PTK_MODBUS_OBJECT_REVISION ? objects[index].id != index
                                                : objects[index].id <= objects[index - 1].id) {
            return false;
        }
    }
    return true;
}

/** @brief The greatest id of a category (AP 6.21, object categories). */
static uint8_t last_object_id(uint8_t device_id_code) {
    switch (device_id_code) {
    case PTK_MODBUS_DEVICE_ID_BASIC:
        return PTK_MODBUS_OBJECT_REVISION;
    case PTK_MODBUS_DEVICE_ID_REGULAR:
        return PTK_MODBUS_OBJECT_FIRST_EXTENDED - 1;
    default:
        return 0xFF;
    }
}

/** @brief The conformity level of this device: the category of its last object. */
static uint8_t conformity_level(const ptk_modbus_server_config_t *config) {
    uint8_t last = config->objects[config->num_objects - 1].id;
    uint8_t level = PTK_MODBUS_DEVICE_ID_EXTENDED;

    if (last <= last_object_id(PTK_MODBUS_DEVICE_ID_BASIC)) {
        level = PTK_MODBUS_DEVICE_ID_BASIC;
    } else if (last <= last_object_id(PTK_MODBUS_DEVICE_ID_REGULAR)) {
        level = PTK_MODBUS_DEVICE_ID_REGULAR;
    }
    return (uint8_t)(INDIVIDUAL_ACCESS | level);
}

/** @brief Index of an object, or num_objects if there is none with that id. */
static uint32_t find_object(const ptk_modbus_server_config_t *config, uint8_t id) {
    uint32_t index = 0;

    while (index < config->num_objects && config->objects[index].id != id) {
        index++;
    }
    return index;
}

/** @brief Appends an object if it fits. */
static bool put_object(ptk_modbus_server_t *server, const ptk_modbus_device_object_t *object,
                       ptk_modbus_response_t *response) {
    size_t length = strlen(object->value);

    if (response->data_length + PTK_MODBUS_OBJECT_HEADER_SIZE + length > OBJECTS_ROOM) {
        return false;
    }
    server->wire[response->data_length] = object->id;
    server->wire[response->data_length + 1] = (uint8_t)length;
    memcpy(server->wire + response->data_length + PTK_MODBUS_OBJECT_HEADER_SIZE, object->value, length);
    response->data_length += PTK_MODBUS_OBJECT_HEADER_SIZE + length;
    response->object_count++;
    return true;
}

void ptk_modbus_server_identify(ptk_modbus_server_t *server, const ptk_modbus_request_t *request,
                                ptk_modbus_response_t *response) {
    const ptk_modbus_server_config_t *config = &server->config;
    bool individual = request->device_id_code == PTK_MODBUS_DEVICE_ID_INDIVIDUAL;
    uint8_t last = individual ? request->object_id : last_object_id(request->device_id_code);
    uint32_t index = find_object(config, request->object_id);
    if (index == config->num_objects && individual) {
        response->exception = PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS;
        return;
    }
    /* AP 6.21: a stream from an object that does not exist begins with the first one. */
    if (index == config->num_objects || request->object_id > last) {
        index = 0;
    }
    response->device_id_code = request->device_id_code;
    response->conformity_level = conformity_level(config);
    response->data = server->wire;
    while (index < config->num_objects && config->objects[index].id <= last) {
        if (!put_object(server, &config->objects[index], response)) {
            response->more_follows = 0xFF;
            response->next_object_id = config->objects[index].id;
            return;
        }
        index++;
    }
}
