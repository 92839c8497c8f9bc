/**
 * @file modbus_device.c
 * @brief Device identification: the objects of function 43, MEI type 14 (AP 6.21), of both sides.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_internal.h"

#include <string.h>

/** @brief Bytes in front of an object's value: its id and its length. */
#define OBJECT_HEADER_SIZE 2u
/** @brief Bytes that the objects of one response may take: the PDU less the seven bytes in front of them. */
#define OBJECTS_ROOM (PTK_MODBUS_MAX_PDU_SIZE - 7u)
/** @brief The conformity level says with this bit that single objects can be asked for. */
#define INDIVIDUAL_ACCESS 0x80u

bool ptk_modbus_objects_valid(const uint8_t *data, size_t length, uint8_t count) {
    size_t offset = 0;
    unsigned found;

    if (data == NULL) {
        return length == 0 && count == 0;
    }
    for (found = 0; found < count; found++) {
        if (length - offset < OBJECT_HEADER_SIZE || length - offset - OBJECT_HEADER_SIZE < data[offset + 1]) {
            return false;
        }
        offset += OBJECT_HEADER_SIZE + data[offset + 1];
    }
    return offset == length;
}

bool ptk_modbus_object_next(const ptk_modbus_response_t *response, size_t *offset, ptk_modbus_object_t *object) {
    const uint8_t *place;
    size_t left;

    if (response == NULL || offset == NULL || object == NULL || response->data == NULL ||
        response->function != PTK_MODBUS_READ_DEVICE_IDENTIFICATION || *offset >= response->data_length) {
        return false;
    }
    place = response->data + *offset;
    left = response->data_length - *offset;
    if (left < OBJECT_HEADER_SIZE || left - OBJECT_HEADER_SIZE < place[1]) {
        return false;
    }
    object->id = place[0];
    object->length = place[1];
    object->value = place + OBJECT_HEADER_SIZE;
    *offset += OBJECT_HEADER_SIZE + place[1];
    return true;
}

/* Length of a text, but at most one more than fits, so that a text without end is not read for ever. */
static size_t value_length(const char *value) {
    size_t length = 0;

    while (length <= PTK_MODBUS_MAX_OBJECT_SIZE && value[length] != '\0') {
        length++;
    }
    return length;
}

bool ptk_modbus_device_objects_valid(const ptk_modbus_device_object_t *objects, uint32_t count) {
    uint32_t index;

    if (count == 0) {
        return true;
    }
    if (objects == NULL || count <= PTK_MODBUS_OBJECT_REVISION || count > 256) {
        return false;
    }
    for (index = 0; index < count; index++) {
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

/* The greatest id of a category (AP 6.21, object categories). */
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

/* What this device can tell: the category of its last object. */
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

/* Index of an object, or num_objects if there is none with that id. */
static uint32_t find_object(const ptk_modbus_server_config_t *config, uint8_t id) {
    uint32_t index = 0;

    while (index < config->num_objects && config->objects[index].id != id) {
        index++;
    }
    return index;
}

/* Appends an object if it fits. */
static bool put_object(ptk_modbus_server_t *server, const ptk_modbus_device_object_t *object,
                       ptk_modbus_response_t *response) {
    size_t length = strlen(object->value);

    if (response->data_length + OBJECT_HEADER_SIZE + length > OBJECTS_ROOM) {
        return false;
    }
    server->wire[response->data_length] = object->id;
    server->wire[response->data_length + 1] = (uint8_t)length;
    memcpy(server->wire + response->data_length + OBJECT_HEADER_SIZE, object->value, length);
    response->data_length += OBJECT_HEADER_SIZE + length;
    response->object_count++;
    return true;
}

void ptk_modbus_device_identification(ptk_modbus_server_t *server, const ptk_modbus_request_t *request,
                                      ptk_modbus_response_t *response) {
    const ptk_modbus_server_config_t *config = &server->config;
    bool individual = request->device_id_code == PTK_MODBUS_DEVICE_ID_INDIVIDUAL;
    uint8_t last = individual ? request->object_id : last_object_id(request->device_id_code);
    uint32_t index;

    index = find_object(config, request->object_id);
    if (index == config->num_objects && individual) {
        response->exception = PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS;
        return;
    }
    /* AP 6.21: a stream that is asked to begin with an object that it does not have begins with the first one. */
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
