/** @file afd.c @brief Windows' socket driver, AFD. */
#include "system_features.h"

#include "windows/afd.h"

#include "unix/system_error.h"
#include "windows/layout.h"

#include <assert.h>
#include <limits.h>
#include <mswsock.h>
#include <string.h>
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

/** AFD_POLL_INFO with one AFD_POLL_HANDLE_INFO. Windows has it in none of its headers. */
typedef struct afd_poll_info {
    LARGE_INTEGER timeout;
    ULONG number_of_handles;
    ULONG exclusive;
    HANDLE handle;
    ULONG events;
    LONG status;
} afd_poll_info_t;

typedef uintptr_t result_t[2];
PTK_SAME_LAYOUT(ptk_platform_poll_t, afd_poll_info_t);
PTK_SAME_LAYOUT(result_t, IO_STATUS_BLOCK);
PTK_STATIC_ASSERT(events_are_where_windows_has_them,
                  offsetof(ptk_platform_poll_t, events) == offsetof(afd_poll_info_t, events));

/** The error of a function that returns an NTSTATUS. */
static ptk_err_t error_of(LONG status) {
    return ptk_system_error((int)RtlNtStatusToDosError(status));
}

ptk_err_t ptk_afd_open(void *completion_port, void **afd) {
    /* Opened without the attributes of a socket the driver gives a handle that takes questions about any socket. The
     * last part of the name is free. */
    static const wchar_t path[] = L"\\Device\\Afd\\ProtocolToolkit";
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK result;
    HANDLE handle;
    name.Buffer = (wchar_t *)(uintptr_t)path; /* only read */
    name.Length = (USHORT)(sizeof path - sizeof path[0]);
    name.MaximumLength = (USHORT)sizeof path;
    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    LONG status = NtCreateFile(&handle, SYNCHRONIZE, &attributes, &result, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE,
                               FILE_OPEN, 0, NULL, 0);
    if (status != 0) {
        return error_of(status);
    }
    if (CreateIoCompletionPort(handle, completion_port, 0, 0) == NULL) {
        ptk_err_t error = ptk_last_error();
        (void)CloseHandle(handle);
        return error;
    }
    *afd = handle;
    return PTK_ERR_OK;
}

void ptk_afd_close(void *afd) {
    (void)CloseHandle(afd);
}

static bool ask_for_handle(ptk_platform_socket_t *socket, DWORD code) {
    SOCKET base;
    DWORD size;
    if (WSAIoctl(socket->descriptor, code, NULL, 0, &base, sizeof base, &size, NULL, NULL) != 0) {
        return false;
    }
    socket->poll.socket = (void *)base;
    return true;
}

void ptk_afd_prepare(ptk_platform_socket_t *socket) {
    /* A layered service provider may stand between, and may refuse the first way to ask for what is below it. Where
     * there is none the handle is the socket's own. */
    if (!ask_for_handle(socket, SIO_BASE_HANDLE) && !ask_for_handle(socket, SIO_BSP_HANDLE_POLL)) {
        socket->poll.socket = (void *)socket->descriptor;
    }
}

ptk_err_t ptk_afd_ask(void *afd, ptk_platform_socket_t *socket, uint16_t events) {
    ptk_platform_poll_t *poll = &socket->poll;
    IO_STATUS_BLOCK result = {0};
    poll->timeout = INT64_MAX;
    poll->count = 1;
    poll->exclusive = FALSE;
    poll->events = events;
    poll->status = 0;
    result.Status = PENDING;
    memcpy(socket->result, &result, sizeof result);
    LONG status = NtDeviceIoControlFile(afd, NULL, NULL, socket, (IO_STATUS_BLOCK *)(void *)socket->result,
                                        IOCTL_AFD_POLL, poll, sizeof *poll, poll, sizeof *poll);
    /* Whatever is no error comes to the completion port, also what is done already. */
    return STATUS_IS_ERROR(status) ? error_of(status) : PTK_ERR_OK;
}

void ptk_afd_cancel(void *afd, ptk_platform_socket_t *socket) {
    /* CancelIoEx() names a request by the address of its IO_STATUS_BLOCK, with which an OVERLAPPED begins. It fails if
     * the answer is there already, which is as well. */
    BOOL cancelled = CancelIoEx(afd, (OVERLAPPED *)(void *)socket->result);
    assert(cancelled || GetLastError() == ERROR_NOT_FOUND);
    (void)cancelled;
}

/** How the question went, as against how the socket is. */
static LONG status_of(const ptk_platform_socket_t *socket) {
    IO_STATUS_BLOCK result;
    memcpy(&result, socket->result, sizeof result);
    return result.Status;
}

uint16_t ptk_afd_answer(const ptk_platform_socket_t *socket) {
    assert(status_of(socket) != PENDING); /* or it is an answer to another question than the one in this memory */
    if (status_of(socket) == CANCELLED) {
        return 0;
    }
    if (STATUS_IS_ERROR(status_of(socket))) {
        return PTK_AFD_FAILURE;
    }
    return socket->poll.count == 0 ? 0 : (uint16_t)(socket->poll.events & 0x7FFFu);
}

ptk_err_t ptk_afd_failure(const ptk_platform_socket_t *socket) {
    LONG status = STATUS_IS_ERROR(status_of(socket)) ? status_of(socket) : socket->poll.status;
    return status == 0 ? PTK_ERR_CONNECTION_RESET : error_of(status); /* the driver may not know why */
}
