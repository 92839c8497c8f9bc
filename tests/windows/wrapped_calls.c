/* The library's own calls of the system, counted, and failing on purpose. SPDX-License-Identifier: MIT */
#include "wrapped_calls.h"

#include <protocol_toolkit.h>
#include <winsock2.h>

#include <winternl.h>

#define NO_MEMORY ((NTSTATUS)0xC000009A) /* STATUS_INSUFFICIENT_RESOURCES */

wrapped_calls_t wrapped;

NTSTATUS NTAPI __real_NtDeviceIoControlFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, ULONG, PVOID,
                                            ULONG, PVOID, ULONG);
NTSTATUS NTAPI __wrap_NtDeviceIoControlFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, ULONG, PVOID,
                                            ULONG, PVOID, ULONG);
extern BOOL(WINAPI *__real___imp_CancelIoEx)(HANDLE, LPOVERLAPPED);
extern BOOL(WINAPI *__wrap___imp_CancelIoEx)(HANDLE, LPOVERLAPPED);
extern int(WINAPI *__real___imp_bind)(SOCKET, const struct sockaddr *, int);
extern int(WINAPI *__wrap___imp_bind)(SOCKET, const struct sockaddr *, int);

NTSTATUS NTAPI __wrap_NtDeviceIoControlFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, PVOID context,
                                            PIO_STATUS_BLOCK result, ULONG code, PVOID input, ULONG input_size,
                                            PVOID output, ULONG output_size) {
    wrapped.asked++;
    wrapped.events = ((const ptk_platform_poll_t *)input)->events;
    wrapped.asked_handle = file;
    if (wrapped.refusals > 0) {
        wrapped.refusals--;
        return NO_MEMORY;
    }
    return __real_NtDeviceIoControlFile(file, event, routine, context, result, code, input, input_size, output,
                                        output_size);
}

static BOOL WINAPI count_cancel(HANDLE file, LPOVERLAPPED request) {
    wrapped.cancelled++;
    return __real___imp_CancelIoEx(file, request);
}

/* Microsoft, bind(): so does an address fail that somebody else has with SO_EXCLUSIVEADDRUSE. */
static int WINAPI bind_unless_held(SOCKET descriptor, const struct sockaddr *address, int length) {
    if (wrapped.is_held) {
        WSASetLastError(WSAEACCES);
        return SOCKET_ERROR;
    }
    return __real___imp_bind(descriptor, address, length);
}

BOOL(WINAPI *__wrap___imp_CancelIoEx)(HANDLE, LPOVERLAPPED) = count_cancel;
int(WINAPI *__wrap___imp_bind)(SOCKET, const struct sockaddr *, int) = bind_unless_held;
