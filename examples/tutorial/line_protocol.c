/**
 * @file line_protocol.c
 * @brief Framing, and what the requests mean.
 *
 * SPDX-License-Identifier: MIT
 */
#include "line_protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* [take] */
ptk_err_t line_take(ptk_buf_t *in, ptk_buf_t *line) {
    size_t length = 0;

    while (length < ptk_buf_length(in) && ptk_buf_peek_u8(in, length) != '\n') {
        length++;
    }
    if (length >= LINE_SIZE) {
        return PTK_ERR_NO_SPACE;
    }
    if (length == ptk_buf_length(in)) {
        return ptk_buf_length(in) < LINE_SIZE ? PTK_ERR_WOULD_BLOCK : PTK_ERR_NO_SPACE;
    }
    *line = ptk_buf_get_view(in, length); /* no copy: valid until the next receive */
    ptk_buf_skip(in, 1);
    return PTK_ERR_OK;
}
/* [/take] */

/* [execute] */
/** @brief Takes a number from the text. Returns false if there is none, or not from minimum to maximum. */
static bool take_number(const char **text, long minimum, long maximum, long *number) {
    char *end;

    *number = strtol(*text, &end, 10);
    if (end == *text || *number < minimum || *number > maximum) {
        return false;
    }
    *text = end;
    return true;
}

void line_execute(int32_t *points, ptk_buf_t *line, ptk_buf_t *out) {
    char request[LINE_SIZE + 1] = "";
    char response[LINE_SIZE + 1];
    const char *text = request + 4; /* after "GET " or "SET " */
    long point;
    long value;

    ptk_buf_get_bytes(line, request, ptk_buf_length(line));
    if (strncmp(request, "GET ", 4) == 0 && take_number(&text, 0, LINE_POINTS - 1, &point) && *text == '\0') {
        (void)snprintf(response, sizeof response, "VALUE %ld %ld\n", point, (long)points[point]);
    } else if (strncmp(request, "SET ", 4) == 0 && take_number(&text, 0, LINE_POINTS - 1, &point) &&
               take_number(&text, -1000000, 1000000, &value) && *text == '\0') {
        points[point] = (int32_t)value;
        (void)snprintf(response, sizeof response, "OK\n");
    } else {
        (void)snprintf(response, sizeof response, "ERROR\n");
    }
    ptk_buf_clear(out);
    ptk_buf_put_bytes(out, response, strlen(response));
}
/* [/execute] */
