/**
 * @file line_client.c
 * @brief The tutorial's client.
 *
 * SPDX-License-Identifier: MIT
 */
#include "line_client.h"

#include <string.h>

/* [request] */
ptk_pt_status_t line_request_run(ptk_pt_t *pt) {
    line_request_t *request = (line_request_t *)pt;
    ptk_buf_t line;

    PTK_PT_BEGIN(pt);
    (void)ptk_buf_init(&request->buf, request->memory, sizeof request->memory);
    ptk_buf_put_bytes(&request->buf, request->text, strlen(request->text));
    ptk_buf_put_u8(&request->buf, '\n');
    request->error = ptk_buf_error(&request->buf); /* the first error of all puts: it was too long */
    if (request->error == PTK_ERR_OK) {
        PTK_PT_SEND_ALL_DEADLINE(pt, request->socket, &request->buf, request->timer, request->deadline_ms);
        request->error = PTK_PT_ERROR(pt);
    }
    ptk_buf_clear(&request->buf);
    while (request->error == PTK_ERR_OK) {
        request->error = line_take(&request->buf, &line);
        if (request->error == PTK_ERR_OK) {
            request->response[ptk_buf_length(&line)] = '\0';
            ptk_buf_get_bytes(&line, request->response, ptk_buf_length(&line));
            PTK_PT_EXIT(pt);
        }
        if (request->error == PTK_ERR_WOULD_BLOCK) {
            PTK_PT_RECEIVE_DEADLINE(pt, request->socket, &request->buf, request->timer, request->deadline_ms);
            request->error = PTK_PT_ERROR(pt);
        }
    }
    PTK_PT_END(pt);
}
/* [/request] */
