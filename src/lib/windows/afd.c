/**
 * @file afd.c
 * @brief Windows' socket driver, AFD.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "windows/afd.h"

#include "sockets/system_error.h"
#include "windows/layout.h"
#include "core/port.h"

#include <assert.h>
#include <mswsock.h>
#include <string.h>
#include <winternl.h>

/** @brief The driver's request to report when sockets are ready. */
#define IOCTL_AFD_POLL 0x00012024u

#ifndef SIO_BSP_HANDLE_POLL
/** @brief Asks for the next layer's socket. Older headers do not name it. */
#define SIO_BSP_HANDLE_POLL 0x4800001Du
#endif
#ifndef SIO_BASE_HANDLE
/** @brief Asks for the socket at the bottom. Older headers do not name it. */
#define SIO_BASE_HANDLE 0x48000022u
#endif

/* The values of NTSTATUS that matter; winternl.h has none of them, and ntstatus.h collides with windows.h. */

/** @brief The request has not completed. */
#define PENDING ((LONG)0x00000103)
/** @brief It was cancelled. */
#define CANCELLED ((LONG)0xC0000120)
/** @brief Whether the two highest bits say "error". */
#define STATUS_IS_ERROR(status) (((ULONG)(status) >> 30) == 3u)

typedef uintptr_t result_t[2]; /**< @brief The type of ptk_platform_socket_t.result. */
PTK_SAME_LAYOUT(result_t, IO_STATUS_BLOCK);
/* No header of Windows has AFD_POLL_INFO: a LARGE_INTEGER, two ULONGs, then for each socket a HANDLE and two ULONGs. */
PTK_STATIC_ASSERT(events_are_where_windows_has_them, offsetof(ptk_platform_poll_t, events) == 16 + sizeof(HANDLE));

/** @brief The outcome of the request, as the system takes it. */
static IO_STATUS_BLOCK *status_block_of(ptk_platform_socket_t *socket) {
    return (IO_STATUS_BLOCK *)(void *)socket->result;
}

/** @brief The status of the request, not of the socket: the lower half of a word, as Windows is little-endian. */
static LONG status_of(const ptk_platform_socket_t *socket) {
    return (LONG)(ULONG)socket->result[0];
}

/** @brief Sets the status of the request, as the system does when it completes. */
static void set_status(ptk_platform_socket_t *socket, LONG status) {
    socket->result[0] = (ULONG)status;
}

/* ------------------------------------------------------------------------------------------------ helpers */

/** @brief Sockets that share a helper. */
#define GROUP_SIZE 32u

/** @brief How many layers between a socket and the driver are searched. */
#define MAX_LAYERS 8

/** @brief The code for an NTSTATUS. */
static ptk_err_t error_of(LONG status) {
    return ptk_system_error((int)RtlNtStatusToDosError(status));
}

/** @brief The socket below this one, by one of two control codes. INVALID_SOCKET if that fails. */
static SOCKET below(SOCKET socket, DWORD control_code) {
    SOCKET result;
    DWORD size;
    int failed = WSAIoctl(socket, control_code, NULL, 0, &result, sizeof result, &size, NULL, NULL);
    return failed != 0 ? INVALID_SOCKET : result;
}

/**
 * @brief The socket that the driver knows. A layered service provider may stand between, and may hide what is at the
 * bottom, but not the next one. Where there is none, or both ways fail, it is the socket itself.
 */
static SOCKET base_of(SOCKET socket) {
    for (int i = 0; i < MAX_LAYERS; i++) {
        SOCKET base = below(socket, SIO_BASE_HANDLE);
        if (base != INVALID_SOCKET) {
            return base;
        }
        SOCKET next = below(socket, SIO_BSP_HANDLE_POLL);
        if (next == INVALID_SOCKET || next == socket) {
            break;
        }
        socket = next;
    }
    return socket;
}

/** @brief Opens the driver without a socket. The last part of the name is ours to choose. */
static ptk_err_t open_driver(HANDLE *driver) {
    static const WCHAR path[] = L"\\Device\\Afd\\Ptk";
    WCHAR text[sizeof path / sizeof path[0]]; /* the system's struct has no pointer to const */
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK result;
    memcpy(text, path, sizeof path);
    name.Buffer = text;
    name.Length = (USHORT)(sizeof path - sizeof path[0]);
    name.MaximumLength = (USHORT)sizeof path;
    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    LONG status = NtCreateFile(driver, SYNCHRONIZE, &attributes, &result, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE,
                               FILE_OPEN, 0, NULL, 0);
    return status == 0 ? PTK_ERR_OK : error_of(status);
}

/** @brief The helper for the next sockets, after a group is full. */
static ptk_err_t next_helper(ptk_platform_loop_t *loop, uintptr_t key) {
    HANDLE helper;
    ptk_err_t error = open_driver(&helper);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (CreateIoCompletionPort(helper, loop->completion_port, key, 0) == NULL ||
        !SetFileCompletionNotificationModes(helper, FILE_SKIP_SET_EVENT_ON_HANDLE)) {
        error = ptk_last_error();
        (void)CloseHandle(helper);
        return error;
    }
    ptk_afd_close_helper(&loop->helper);
    loop->helper = helper;
    loop->helper_sockets = 0;
    return PTK_ERR_OK;
}

ptk_err_t ptk_afd_prepare(ptk_platform_loop_t *loop, uintptr_t key, ptk_platform_socket_t *socket) {
    HANDLE self = GetCurrentProcess();
    ptk_err_t error = PTK_ERR_OK;
    if (loop->helper == NULL || loop->helper_sockets == GROUP_SIZE) {
        error = next_helper(loop, key);
    }
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (!DuplicateHandle(self, loop->helper, self, &socket->helper, 0, FALSE, DUPLICATE_SAME_ACCESS)) {
        error = ptk_last_error();
        socket->helper = NULL;
        return error;
    }
    loop->helper_sockets++;
    socket->poll.socket = (void *)base_of(socket->descriptor);
    return PTK_ERR_OK;
}

void ptk_afd_close_helper(void **helper) {
    if (*helper != NULL) {
        (void)CloseHandle(*helper); /* our own, so this cannot fail */
        *helper = NULL;
    }
}

/* ------------------------------------------------------------------------------------------------ requests */

bool ptk_afd_request(ptk_platform_socket_t *socket, uint16_t events) {
    ptk_platform_poll_t *poll = &socket->poll;
    poll->timeout = INT64_MAX;
    poll->count = 1;
    poll->exclusive = FALSE;
    poll->events = events;
    poll->status = 0;
    set_status(socket, PENDING);
    LONG status = NtDeviceIoControlFile(socket->helper, NULL, NULL, socket, status_block_of(socket), IOCTL_AFD_POLL,
                                        poll, sizeof *poll, poll, sizeof *poll);
    if (STATUS_IS_ERROR(status)) {
        set_status(socket, status);
        return false;
    }
    return true; /* without an error there is a completion, also for a request that is done already */
}

ptk_err_t ptk_afd_cancel(ptk_platform_socket_t *socket) {
    /* CancelIoEx() names a request by the address of its IO_STATUS_BLOCK, with which an OVERLAPPED begins. It fails if
     * the completion is there already, which is as well. */
    bool ends = CancelIoEx(socket->helper, (OVERLAPPED *)(void *)socket->result) || GetLastError() == ERROR_NOT_FOUND;
    return ends ? PTK_ERR_OK : ptk_last_error();
}

uint16_t ptk_afd_events(const ptk_platform_socket_t *socket) {
    assert(status_of(socket) != PENDING); /* else it would be another request's completion */
    if (status_of(socket) == CANCELLED) {
        return 0;
    }
    if (status_of(socket) < 0) { /* also a warning: the request ended, and poll is unchanged */
        return PTK_AFD_REFUSED;
    }
    return socket->poll.count == 0 ? 0 : (uint16_t)(socket->poll.events & 0x7FFFu);
}

ptk_err_t ptk_afd_failure(ptk_platform_socket_t *socket) {
    LONG status = status_of(socket) < 0 ? status_of(socket) : socket->poll.status;
    ptk_err_t error = ptk_port_socket_error(socket);
    if (error == PTK_ERR_OK) { /* Winsock may not know what the driver has reported */
        error = error_of(status);
    }
    return error != PTK_ERR_OK ? error : PTK_ERR_CONNECTION_RESET; /* and the driver may not know why */
}
