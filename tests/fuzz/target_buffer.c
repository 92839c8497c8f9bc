/**
 * @file target_buffer.c
 * @brief Any sequence of calls on a buffer, compared with a plain model of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../modbus/guarded_memory.h"
#include "buffer_values.h"
#include "fuzz.h"

#include <string.h>

/** @brief Largest buffer. */
enum { MAX_CAPACITY = 40 };

/** @brief The model. */
typedef struct model {
    uint8_t bytes[MAX_CAPACITY]; /**< @brief The memory. */
    size_t capacity;             /**< @brief Its size. */
    size_t start;                /**< @brief The next byte to take. */
    size_t end;                  /**< @brief Where the next byte is put. */
    bool is_constant;            /**< @brief It is only for reading. */
    ptk_err_t error;             /**< @brief The first error. */
} model_t;

/** @brief Sets the model's first error. */
static void model_fail(model_t *model, ptk_err_t error) {
    if (model->error == PTK_ERR_OK) {
        model->error = error;
    }
}

/** @brief Whether the model takes or shows so many bytes from an offset on; sets its error if not. */
static bool model_has(model_t *model, size_t offset, size_t length) {
    if (model->error != PTK_ERR_OK || length == 0) {
        return false;
    }
    if (model->end - model->start < offset || model->end - model->start - offset < length) {
        model_fail(model, PTK_ERR_NO_DATA);
        return false;
    }
    return true;
}

/** @brief The model appends bytes. */
static void model_put(model_t *model, const uint8_t *bytes, size_t length) {
    if (model->error != PTK_ERR_OK || length == 0) {
        return;
    }
    if (model->is_constant || model->capacity - model->end < length) {
        model_fail(model, PTK_ERR_NO_SPACE);
        return;
    }
    memcpy(model->bytes + model->end, bytes, length);
    model->end += length;
}

/** @brief A value's bytes in the order of its kind. */
static void to_bytes(uint8_t *bytes, unsigned kind, uint64_t value) {
    for (unsigned i = 0; i < buffer_kinds[kind].width; i++) {
        unsigned place = buffer_kinds[kind].is_big ? buffer_kinds[kind].width - 1u - i : i;
        bytes[place] = (uint8_t)(value >> (8 * i));
    }
}

/** @brief A value of a kind. As some processors change signalling NaNs, no float is a NaN. */
static uint64_t any_value(fuzz_input_t *input, unsigned kind) {
    uint64_t value = 0;
    for (unsigned i = 0; i < buffer_kinds[kind].width; i++) {
        value = value << 8 | fuzz_u8(input);
    }
    if (kind >= BUFFER_FIRST_FLOAT) {
        value &= ~((uint64_t)1 << (buffer_kinds[kind].width == 4 ? 30 : 62));
    }
    return value;
}

/** @brief Puts a value. */
static void try_put(ptk_buf_t *buf, model_t *model, fuzz_input_t *input) {
    unsigned kind = fuzz_u8(input) % BUFFER_KINDS;
    uint64_t value = any_value(input, kind);
    uint8_t bytes[8];

    to_bytes(bytes, kind, value);
    buffer_put(buf, kind, value);
    model_put(model, bytes, buffer_kinds[kind].width);
}

/** @brief Takes a value, or looks at one. */
static void try_get(ptk_buf_t *buf, model_t *model, fuzz_input_t *input, bool takes) {
    unsigned kind = fuzz_u8(input) % BUFFER_KINDS;
    size_t offset = takes ? 0 : fuzz_u8(input);
    uint8_t bytes[8] = {0};
    uint8_t expected[8] = {0};

    if (model_has(model, offset, buffer_kinds[kind].width)) {
        memcpy(expected, model->bytes + model->start + offset, buffer_kinds[kind].width);
        model->start += takes ? buffer_kinds[kind].width : 0u;
    }
    if (kind >= BUFFER_FIRST_FLOAT &&
        (expected[buffer_kinds[kind].is_big ? 0 : buffer_kinds[kind].width - 1u] & 0x7F) == 0x7F) {
        (void)(takes ? buffer_get(buf, kind) : buffer_peek(buf, kind, offset)); /* perhaps a NaN */
        return;
    }
    to_bytes(bytes, kind, takes ? buffer_get(buf, kind) : buffer_peek(buf, kind, offset));
    (void)fuzz_require(memcmp(bytes, expected, sizeof bytes) == 0, "another value was taken or shown");
}

/** @brief Overwrites a value. */
static void try_patch(ptk_buf_t *buf, model_t *model, fuzz_input_t *input) {
    static const uint8_t patched[] = {0, 2, 3, 6, 7};
    unsigned kind = patched[fuzz_u8(input) % sizeof patched];
    size_t offset = fuzz_u8(input);
    uint64_t value = any_value(input, kind);
    size_t width = buffer_kinds[kind].width;

    buffer_patch(buf, kind, offset, value);
    if (model->error != PTK_ERR_OK) {
        return;
    }
    if ((model->is_constant && model->end > 0) || offset < model->start || offset + width > model->end) {
        model_fail(model, PTK_ERR_INVALID_ARGUMENT);
    } else {
        to_bytes(model->bytes + offset, kind, value);
    }
}

/** @brief Puts, takes or looks at bytes. */
static void try_bytes(ptk_buf_t *buf, model_t *model, fuzz_input_t *input) {
    unsigned what = fuzz_u8(input) % 4;
    size_t length = fuzz_u8(input) % (MAX_CAPACITY + 8);
    uint8_t bytes[MAX_CAPACITY + 8];
    uint8_t expected[MAX_CAPACITY + 8];

    memset(bytes, 0xEE, sizeof bytes);
    memset(expected, 0xEE, sizeof expected);
    if (what == 0) {
        memset(expected, fuzz_u8(input), sizeof expected);
        ptk_buf_put_fill(buf, expected[0], length);
        model_put(model, expected, length);
        return;
    }
    if (what == 1) {
        size_t taken;
        const uint8_t *given = fuzz_bytes(input, length, &taken);
        ptk_buf_put_bytes(buf, given, taken);
        model_put(model, given, taken);
        return;
    }
    size_t offset = what == 2 ? 0 : fuzz_u8(input);
    if (model_has(model, offset, length)) {
        memcpy(expected, model->bytes + model->start + offset, length);
        model->start += what == 2 ? length : 0;
    }
    if (what == 2) {
        ptk_buf_get_bytes(buf, bytes, length);
    } else {
        ptk_buf_peek_bytes(buf, offset, bytes, length);
    }
    (void)fuzz_require(memcmp(bytes, expected, sizeof bytes) == 0, "other bytes were taken or shown");
}

/** @brief Takes a view, and goes on with it in place of the buffer. */
static void try_view(ptk_buf_t *buf, model_t *model, fuzz_input_t *input) {
    size_t length = fuzz_u8(input) % (MAX_CAPACITY + 8);
    ptk_buf_t view = ptk_buf_get_view(buf, length);
    bool is_there = model_has(model, 0, length);

    (void)fuzz_require(ptk_buf_length(&view) == (is_there ? length : 0), "a view has another length");
    (void)fuzz_require(ptk_buf_error(&view) == model->error, "a view has another error");
    if (!is_there || !fuzz_require(ptk_buf_first(&view) == buf->data + model->start, "a view is elsewhere")) {
        return;
    }
    model->start += length;
    if (fuzz_u8(input) % 2 == 1) {
        memmove(model->bytes, model->bytes + model->start - length, length);
        model->capacity = length;
        model->start = 0;
        model->end = length;
        *buf = view;
    }
}

/** @brief Skips, compacts, clears. */
static void try_rest(ptk_buf_t *buf, model_t *model, fuzz_input_t *input) {
    size_t length = fuzz_u8(input);

    if (length < 8) {
        ptk_buf_compact(buf);
        if (!model->is_constant) {
            memmove(model->bytes, model->bytes + model->start, model->end - model->start);
            model->end -= model->start;
            model->start = 0;
        }
    } else if (length < 12) {
        ptk_buf_clear(buf);
        model->start = 0;
        model->end = 0;
        model->error = PTK_ERR_OK;
    } else {
        length = length % (MAX_CAPACITY + 8);
        ptk_buf_skip(buf, length);
        model->start += model_has(model, 0, length) ? length : 0;
    }
}

/** @brief The buffer is as the model is. */
static void compare(const ptk_buf_t *buf, const model_t *model) {
    bool can_put = !model->is_constant;
    (void)fuzz_require(ptk_buf_error(buf) == model->error, "another error");
    if (!fuzz_require(ptk_buf_length(buf) == model->end - model->start, "another length") ||
        !fuzz_require(ptk_buf_room(buf) == (can_put ? model->capacity - model->end : 0), "another room") ||
        !fuzz_require(ptk_buf_offset(buf) == model->end, "another offset")) {
        return;
    }
    if (model->end > model->start) {
        (void)fuzz_require(memcmp(ptk_buf_first(buf), model->bytes + model->start, model->end - model->start) == 0,
                           "other bytes");
    }
}

void fuzz_target(fuzz_input_t *input) {
    model_t model = {{0}, 0, 0, 0, false, PTK_ERR_OK};
    ptk_buf_t buf;

    uint8_t first = fuzz_u8(input);
    model.capacity = first / 2 % (MAX_CAPACITY + 1);
    model.is_constant = first % 2 == 1;
    memset(model.bytes, 0x5A, sizeof model.bytes);
    uint8_t *memory = guarded_copy(model.bytes, model.capacity);
    if (model.is_constant) {
        model.end = model.capacity;
        (void)ptk_buf_wrap(&buf, memory, model.capacity);
    } else {
        (void)ptk_buf_init(&buf, memory, model.capacity);
    }
    while (input->left > 0 && !fuzz_failed()) {
        compare(&buf, &model);
        switch (fuzz_u8(input) % 8) {
        case 0:
        case 1:
            try_put(&buf, &model, input);
            break;
        case 2:
            try_get(&buf, &model, input, true);
            break;
        case 3:
            try_get(&buf, &model, input, false);
            break;
        case 4:
            try_patch(&buf, &model, input);
            break;
        case 5:
            try_bytes(&buf, &model, input);
            break;
        case 6:
            try_view(&buf, &model, input);
            break;
        default:
            try_rest(&buf, &model, input);
            break;
        }
    }
    compare(&buf, &model);
}
