/**
 * @file wrapped_calls.c
 * @brief The library's own calls of the system, counted, and failing on purpose.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wrapped_calls.h"

#include <protocol_toolkit.h>
#include <string.h>
#include <winsock2.h>

#include <winternl.h>

#define NO_MEMORY ((NTSTATUS)0xC000009A) /* STATUS_INSUFFICIENT_RESOURCES */

/** @brief The most completions that can be withheld. */
enum { MAX_WITHHELD = 64 };

/** @brief What tests set and count. */
wrapped_calls_t wrapped;

/** @brief Completions that are withheld. */
static OVERLAPPED_ENTRY withheld[MAX_WITHHELD];
/** @brief How many there are. */
static ULONG withheld_count;

NTSTATUS NTAPI __real_NtDeviceIoControlFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, ULONG, PVOID,
                                            ULONG, PVOID, ULONG);
NTSTATUS NTAPI __wrap_NtDeviceIoControlFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, ULONG, PVOID,
                                            ULONG, PVOID, ULONG);
NTSTATUS NTAPI __real_NtCreateFile(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PIO_STATUS_BLOCK, PLARGE_INTEGER, ULONG,
                                   ULONG, ULONG, ULONG, PVOID, ULONG);
NTSTATUS NTAPI __wrap_NtCreateFile(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PIO_STATUS_BLOCK, PLARGE_INTEGER, ULONG,
                                   ULONG, ULONG, ULONG, PVOID, ULONG);
extern BOOL(WINAPI *__real___imp_CancelIoEx)(HANDLE, LPOVERLAPPED);
extern BOOL(WINAPI *__wrap___imp_CancelIoEx)(HANDLE, LPOVERLAPPED);
extern int(WINAPI *__real___imp_bind)(SOCKET, const struct sockaddr *, int);
extern int(WINAPI *__wrap___imp_bind)(SOCKET, const struct sockaddr *, int);
extern HANDLE(WINAPI *__real___imp_CreateIoCompletionPort)(HANDLE, HANDLE, ULONG_PTR, DWORD);
extern HANDLE(WINAPI *__wrap___imp_CreateIoCompletionPort)(HANDLE, HANDLE, ULONG_PTR, DWORD);
extern BOOL(WINAPI *__real___imp_SetFileCompletionNotificationModes)(HANDLE, UCHAR);
extern BOOL(WINAPI *__wrap___imp_SetFileCompletionNotificationModes)(HANDLE, UCHAR);
extern BOOL(WINAPI *__real___imp_CloseHandle)(HANDLE);
extern BOOL(WINAPI *__wrap___imp_CloseHandle)(HANDLE);
extern BOOL(WINAPI *__real___imp_DuplicateHandle)(HANDLE, HANDLE, HANDLE, LPHANDLE, DWORD, BOOL, DWORD);
extern BOOL(WINAPI *__wrap___imp_DuplicateHandle)(HANDLE, HANDLE, HANDLE, LPHANDLE, DWORD, BOOL, DWORD);
extern BOOL(WINAPI *__real___imp_GetQueuedCompletionStatusEx)(HANDLE, LPOVERLAPPED_ENTRY, ULONG, PULONG, DWORD, BOOL);
extern BOOL(WINAPI *__wrap___imp_GetQueuedCompletionStatusEx)(HANDLE, LPOVERLAPPED_ENTRY, ULONG, PULONG, DWORD, BOOL);

void wrapped_reset(void) {
    memset(&wrapped, 0, sizeof wrapped);
}

bool wrapped_post_foreign(void) {
    static OVERLAPPED unknown;
    return PostQueuedCompletionStatus(wrapped.port, 1, 0x1234, &unknown) &&
           PostQueuedCompletionStatus(wrapped.port, 0, 0, &unknown) &&
           PostQueuedCompletionStatus(wrapped.port, 0, 0, NULL);
}

/** @brief Whether a call is the one that fails; sets the error then. */
static bool fails(wrapped_failure_t call, DWORD error) {
    if (wrapped.failure != call) {
        return false;
    }
    SetLastError(error);
    return true;
}

NTSTATUS NTAPI __wrap_NtDeviceIoControlFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, PVOID context,
                                            PIO_STATUS_BLOCK result, ULONG code, PVOID input, ULONG input_size,
                                            PVOID output, ULONG output_size) {
    wrapped.submitted++;
    wrapped.events = ((const ptk_platform_poll_t *)input)->events;
    if (wrapped.refusals > 0) {
        wrapped.refusals--;
        return NO_MEMORY;
    }
    return __real_NtDeviceIoControlFile(file, event, routine, context, result, code, input, input_size, output,
                                        output_size);
}

NTSTATUS NTAPI __wrap_NtCreateFile(PHANDLE file, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                                   PIO_STATUS_BLOCK result, PLARGE_INTEGER size, ULONG file_attributes, ULONG sharing,
                                   ULONG disposition, ULONG options, PVOID extended, ULONG extended_size) {
    if (wrapped.failure == WRAPPED_OPEN) {
        return NO_MEMORY;
    }
    wrapped.opened++;
    wrapped.handles++;
    return __real_NtCreateFile(file, access, attributes, result, size, file_attributes, sharing, disposition, options,
                               extended, extended_size);
}

/** @brief CancelIoEx(), counted; can fail. */
static BOOL WINAPI cancel(HANDLE file, LPOVERLAPPED request) {
    wrapped.cancelled++;
    return !fails(WRAPPED_CANCEL, ERROR_NO_SYSTEM_RESOURCES) && __real___imp_CancelIoEx(file, request);
}

/** @brief Microsoft, bind(): so does an address fail that another socket has with SO_EXCLUSIVEADDRUSE. */
static int WINAPI bind_unless_held(SOCKET descriptor, const struct sockaddr *address, int length) {
    return fails(WRAPPED_BIND, WSAEACCES) ? SOCKET_ERROR : __real___imp_bind(descriptor, address, length);
}

/** @brief CreateIoCompletionPort(), which can fail to associate. */
static HANDLE WINAPI associate(HANDLE file, HANDLE port, ULONG_PTR key, DWORD threads) {
    if (port != NULL) {
        return fails(WRAPPED_ASSOCIATE, ERROR_NO_SYSTEM_RESOURCES)
                   ? NULL
                   : __real___imp_CreateIoCompletionPort(file, port, key, threads);
    }
    wrapped.handles++;
    wrapped.port = __real___imp_CreateIoCompletionPort(file, port, key, threads);
    return wrapped.port;
}

/** @brief SetFileCompletionNotificationModes(), which can fail. */
static BOOL WINAPI set_modes(HANDLE file, UCHAR modes) {
    return !fails(WRAPPED_MODES, ERROR_NO_SYSTEM_RESOURCES) &&
           __real___imp_SetFileCompletionNotificationModes(file, modes);
}

/** @brief DuplicateHandle(), counted; can fail. */
static BOOL WINAPI duplicate(HANDLE from, HANDLE file, HANDLE to, LPHANDLE copy, DWORD access, BOOL inherit,
                             DWORD options) {
    if (fails(WRAPPED_DUPLICATE, ERROR_NO_SYSTEM_RESOURCES)) {
        return FALSE;
    }
    wrapped.handles++;
    return __real___imp_DuplicateHandle(from, file, to, copy, access, inherit, options);
}

/** @brief CloseHandle(), counted. */
static BOOL WINAPI close_one(HANDLE handle) {
    wrapped.handles--;
    return __real___imp_CloseHandle(handle);
}

/** @brief Gives out what was withheld first. */
static BOOL WINAPI take(HANDLE port, LPOVERLAPPED_ENTRY entries, ULONG room, PULONG taken, DWORD wait_ms,
                        BOOL alertable) {
    if (fails(WRAPPED_TAKE, ERROR_INVALID_HANDLE)) {
        return FALSE;
    }
    if (wait_ms > wrapped.longest_wait_ms) {
        wrapped.longest_wait_ms = wait_ms;
    }
    if (!wrapped.withholds && withheld_count > 0) {
        *taken = withheld_count < room ? withheld_count : room;
        memcpy(entries, withheld, *taken * sizeof entries[0]);
        withheld_count -= *taken;
        memmove(withheld, withheld + *taken, withheld_count * sizeof entries[0]);
        return TRUE;
    }
    if (!wrapped.withholds) {
        return __real___imp_GetQueuedCompletionStatusEx(port, entries, room, taken, wait_ms, alertable);
    }
    if (__real___imp_GetQueuedCompletionStatusEx(port, withheld + withheld_count, MAX_WITHHELD - withheld_count, taken,
                                                 10, alertable)) {
        withheld_count += *taken;
    }
    SetLastError(WAIT_TIMEOUT);
    return FALSE;
}

BOOL(WINAPI *__wrap___imp_CancelIoEx)(HANDLE, LPOVERLAPPED) = cancel;
BOOL(WINAPI *__wrap___imp_CloseHandle)(HANDLE) = close_one;
int(WINAPI *__wrap___imp_bind)(SOCKET, const struct sockaddr *, int) = bind_unless_held;
HANDLE(WINAPI *__wrap___imp_CreateIoCompletionPort)(HANDLE, HANDLE, ULONG_PTR, DWORD) = associate;
BOOL(WINAPI *__wrap___imp_SetFileCompletionNotificationModes)(HANDLE, UCHAR) = set_modes;
BOOL(WINAPI *__wrap___imp_DuplicateHandle)(HANDLE, HANDLE, HANDLE, LPHANDLE, DWORD, BOOL, DWORD) = duplicate;
BOOL(WINAPI *__wrap___imp_GetQueuedCompletionStatusEx)(HANDLE, LPOVERLAPPED_ENTRY, ULONG, PULONG, DWORD, BOOL) = take;
