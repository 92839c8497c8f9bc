/** @file windows_thread.c @brief Locks, who is calling, giving way, and the optional thread of a loop. */
#include "system_features.h"

#include "sockets/system_error.h"
#include "windows/layout.h"
#include "core/port.h"

PTK_SAME_LAYOUT(ptk_platform_lock_t, SRWLOCK);

static SRWLOCK *lock_of(ptk_platform_lock_t *lock) {
    return (SRWLOCK *)(void *)lock;
}

uintptr_t ptk_port_thread_self(void) {
    return GetCurrentThreadId(); /* never 0 */
}

void ptk_port_back_off(void) {
    Sleep(1); /* Sleep(0) gives way to threads of the same priority only */
}

ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    InitializeSRWLock(lock_of(lock));
    return PTK_ERR_OK;
}

void ptk_port_lock(ptk_platform_lock_t *lock) {
    AcquireSRWLockExclusive(lock_of(lock));
}

void ptk_port_unlock(ptk_platform_lock_t *lock) {
    ReleaseSRWLockExclusive(lock_of(lock));
}

/** Windows rounds up whatever is asked for. What POSIX systems refuse is refused here, too. */
#define SMALLEST_STACK 16384u

static DWORD WINAPI thread_main(void *argument) {
    ptk_loop_thread_main((ptk_thread_t *)argument);
    return 0;
}

ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size) {
    (void)stack; /* its stack is the system's: Windows takes none from a program */
    if (stack_size < SMALLEST_STACK) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    HANDLE handle = CreateThread(NULL, stack_size, thread_main, thread, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (handle == NULL) {
        return ptk_last_error();
    }
    thread->platform = handle;
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_thread_join(ptk_thread_t *thread) {
    if (WaitForSingleObject(thread->platform, INFINITE) != WAIT_OBJECT_0) {
        return ptk_last_error();
    }
    (void)CloseHandle(thread->platform); /* it is a handle, so this cannot fail */
    thread->platform = NULL;
    return PTK_ERR_OK;
}
