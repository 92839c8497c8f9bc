/** @file afd.c @brief Windows' socket driver, AFD. */
#include "system_features.h"

#include "windows/afd.h"

#include "unix/system_error.h"
#include "windows/layout.h"
#include "core/port.h"

#include <assert.h>
#include <mswsock.h>
#include <winternl.h>

#define IOCTL_AFD_POLL 0x00012024u

#ifndef SIO_BSP_HANDLE_POLL
#define SIO_BSP_HANDLE_POLL 0x4800001Du
#endif
#ifndef SIO_BASE_HANDLE
#define SIO_BASE_HANDLE 0x48000022u
#endif

/* The values of NTSTATUS that matter; winternl.h has none of them, and ntstatus.h collides with windows.h. */
#define PENDING ((LONG)0x00000103)
#define CANCELLED ((LONG)0xC0000120)
#define STATUS_IS_ERROR(status) (((ULONG)(status) >> 30) == 3u)

typedef uintptr_t result_t[2];
PTK_SAME_LAYOUT(result_t, IO_STATUS_BLOCK);
/* Windows has AFD_POLL_INFO in none of its headers: a LARGE_INTEGER, two ULONGs, and for each socket a HANDLE and two. */
PTK_STATIC_ASSERT(events_are_where_windows_has_them, offsetof(ptk_platform_poll_t, events) == 16 + sizeof(HANDLE));

/** How the question went, as against how the socket is: the lower half of a word, as Windows is little-endian. */
static LONG status_of(const ptk_platform_socket_t *socket) {
    return (LONG)(ULONG)socket->result[0];
}

static void set_status(ptk_platform_socket_t *socket, LONG status) {
    socket->result[0] = (ULONG)status;
}

ptk_err_t ptk_afd_prepare(void *completion_port, ptk_platform_socket_t *socket) {
    SOCKET own = socket->descriptor;
    SOCKET base;
    DWORD size;
    /* A layered service provider may stand between, and may refuse the first way to ask for what is below it. Where
     * there is none the handle is the socket's own. */
    if (WSAIoctl(own, SIO_BASE_HANDLE, NULL, 0, &base, sizeof base, &size, NULL, NULL) != 0 &&
        WSAIoctl(own, SIO_BSP_HANDLE_POLL, NULL, 0, &base, sizeof base, &size, NULL, NULL) != 0) {
        base = own;
    }
    socket->poll.socket = (void *)base;
    bool is_bound = CreateIoCompletionPort(socket->poll.socket, completion_port, 0, 0) != NULL;
    return is_bound ? PTK_ERR_OK : ptk_last_error();
}

bool ptk_afd_ask(ptk_platform_socket_t *socket, uint16_t events) {
    ptk_platform_poll_t *poll = &socket->poll;
    IO_STATUS_BLOCK *result = (IO_STATUS_BLOCK *)(void *)socket->result;
    poll->timeout = INT64_MAX;
    poll->count = 1;
    poll->exclusive = FALSE;
    poll->events = events;
    poll->status = 0;
    set_status(socket, PENDING);
    LONG status = NtDeviceIoControlFile(poll->socket, NULL, NULL, socket, result, IOCTL_AFD_POLL, poll, sizeof *poll,
                                        poll, sizeof *poll);
    if (STATUS_IS_ERROR(status)) {
        set_status(socket, status);
        return false;
    }
    return true; /* whatever is no error comes to the completion port, also what is done already */
}

void ptk_afd_cancel(ptk_platform_socket_t *socket) {
    /* CancelIoEx() names a request by the address of its IO_STATUS_BLOCK, with which an OVERLAPPED begins. It fails if
     * the answer is there already, which is as well. */
    BOOL cancelled = CancelIoEx(socket->poll.socket, (OVERLAPPED *)(void *)socket->result);
    assert(cancelled || GetLastError() == ERROR_NOT_FOUND);
    (void)cancelled;
}

uint16_t ptk_afd_answer(const ptk_platform_socket_t *socket) {
    assert(status_of(socket) != PENDING); /* or it is an answer to another question than the one in this memory */
    if (status_of(socket) == CANCELLED) {
        return 0;
    }
    if (STATUS_IS_ERROR(status_of(socket))) {
        return PTK_AFD_REFUSED;
    }
    return socket->poll.count == 0 ? 0 : (uint16_t)(socket->poll.events & 0x7FFFu);
}

ptk_err_t ptk_afd_failure(ptk_platform_socket_t *socket) {
    LONG status = STATUS_IS_ERROR(status_of(socket)) ? status_of(socket) : socket->poll.status;
    ptk_err_t error = ptk_port_socket_error(socket);
    if (error == PTK_ERR_OK) { /* Winsock need not know what the driver has told */
        error = ptk_system_error((int)RtlNtStatusToDosError(status));
    }
    return error != PTK_ERR_OK ? error : PTK_ERR_CONNECTION_RESET; /* nor need the driver know why */
}
