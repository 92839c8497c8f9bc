/**
 * @file thread_windows.c
 * @brief The tests' threads as threads of Windows, with its interlocked operations.
 *
 * SPDX-License-Identifier: MIT
 */
#include "thread.h"

#include <stddef.h>
#include <windows.h>

/** @brief What CreateThread() calls. @param argument the thread. @return 0. */
static DWORD WINAPI run(void *argument) {
    const harness_thread_t *thread = argument;

    thread->function(thread->argument);
    return 0;
}

bool harness_thread_start(harness_thread_t *thread, harness_thread_function_t function, void *argument) {
    thread->function = function;
    thread->argument = argument;
    thread->system = (uintptr_t)CreateThread(NULL, 0, run, thread, 0, NULL);
    return thread->system != 0;
}

bool harness_thread_join(harness_thread_t *thread) {
    const HANDLE system = (HANDLE)thread->system;
    const bool ended = WaitForSingleObject(system, INFINITE) == WAIT_OBJECT_0;

    return CloseHandle(system) && ended;
}

void harness_thread_yield(void) {
    Sleep(0);
}

uintptr_t harness_thread_self(void) {
    return GetCurrentThreadId();
}

uint32_t harness_load(const uint32_t *word) {
    const uint32_t value = *(const volatile uint32_t *)word;

    MemoryBarrier();
    return value;
}

void harness_store(uint32_t *word, uint32_t value) {
    (void)InterlockedExchange((volatile LONG *)word, (LONG)value);
}

uint32_t harness_add(uint32_t *word, uint32_t amount) {
    return (uint32_t)InterlockedExchangeAdd((volatile LONG *)word, (LONG)amount) + amount;
}
