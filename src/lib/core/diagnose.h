/**
 * @file diagnose.h
 * @brief What Debug libraries say of mistakes that a release library answers with an error code, or not at all.
 *
 * Each fault is said once, with the public function that was called, and a function says a bounded number of faults of
 * one kind. Under NDEBUG nothing of it is left. What it remembers is static memory of Debug libraries only, so structs
 * have the same layout in both builds; it is atomic, for loops run in several threads.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_DIAGNOSE_H
#define PTK_CORE_DIAGNOSE_H

#include "protocol_toolkit.h"

#if defined(NDEBUG)

#define PTK_DIAGNOSE(call) ((void)0)
#define PTK_CHECK_THREAD(handle) ((void)0)
#define PTK_ENTER(handle, type) ((void)0)
#define PTK_ENTER_DESTROY(handle, type) ((void)0)
#define PTK_ENTER_PROTOTHREAD(pt) ((void)0)
#define PTK_MEASURE(call, resource, event, who) (call)

#else

#include "core/pool.h"
#include "core/port.h"

/** @brief A call of one of the functions below. */
#define PTK_DIAGNOSE(call) (call)

/** @brief Leaves a function that belongs to the loop's thread if another thread has called it. */
#define PTK_CHECK_THREAD(handle)                                                                                       \
    do {                                                                                                               \
        if (!ptk_diagnose_thread(__func__, (handle))) {                                                                \
            return PTK_ERR_WRONG_THREAD;                                                                               \
        }                                                                                                              \
    } while (0)

/**
 * @brief The same, first thing in a public function, and a look at the handle that it was given.
 *
 * Type 0 is any resource.
 */
#define PTK_ENTER(handle, type)                                                                                        \
    do {                                                                                                               \
        PTK_CHECK_THREAD(handle);                                                                                      \
        ptk_diagnose_handle(__func__, (handle), (type));                                                               \
    } while (0)

/**
 * @brief The same in a function that destroys.
 *
 * Clean-up after a failure destroys what never was created.
 */
#define PTK_ENTER_DESTROY(handle, type)                                                                                \
    do {                                                                                                               \
        PTK_CHECK_THREAD(handle);                                                                                      \
        if ((handle) > 0) {                                                                                            \
            ptk_diagnose_handle(__func__, (handle), (type));                                                           \
        }                                                                                                              \
    } while (0)

/** @brief First thing in a public function that is given a protothread, which must be live. */
#define PTK_ENTER_PROTOTHREAD(pt)                                                                                      \
    do {                                                                                                               \
        ptk_diagnose_protothread(__func__, (pt));                                                                      \
        if ((pt) != NULL) {                                                                                            \
            PTK_CHECK_THREAD((pt)->loop);                                                                              \
        }                                                                                                              \
    } while (0)

/**
 * @brief Calls application code and looks how long it took. who is different for each handler, 0 is none. All is read before
 *        the call, which may free a slot.
 */
#define PTK_MEASURE(call, resource, event, who)                                                                        \
    do {                                                                                                               \
        ptk_handle_t measured = (resource);                                                                            \
        uintptr_t measured_who = (who);                                                                                \
        uint64_t begun_ns = ptk_port_now_ns();                                                                         \
        (call);                                                                                                        \
        ptk_diagnose_duration(begun_ns, measured, (event), measured_who);                                              \
    } while (0)

/** @brief False, and said, if the loop that a handle names is another thread's. */
bool ptk_diagnose_thread(const char *function, ptk_handle_t handle);

/** @brief Says what is wrong with a handle, if anything is. The loop's thread; for a loop's handle any thread. */
void ptk_diagnose_handle(const char *function, ptk_handle_t handle, uint8_t type);

/** @brief Says that a raise did not find its source. Looks at no slot. Any thread. */
void ptk_diagnose_raise(const char *function, ptk_handle_t source);

/** @brief Says that a pool, or what else is there a fixed number of times, is exhausted. */
void ptk_diagnose_exhausted(const char *function, ptk_handle_t owner, const char *what, uint32_t count);

/** @brief The same of a pool of a loop. */
void ptk_diagnose_pool(const char *function, const ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind);

/** @brief The same, if that is why a resource could not be created. */
void ptk_diagnose_created(const char *function, ptk_handle_t loop, ptk_pool_kind_t kind, ptk_handle_t result);

/** @brief Says that a handler, or a protothread that waits, makes room for another one. */
void ptk_diagnose_replaced(ptk_handle_t resource, ptk_event_t event, ptk_handler_t old, ptk_handler_t handler);

/** @brief Says that a socket has failed and nothing is registered that would be called for it. */
void ptk_diagnose_unhandled(const ptk_socket_internal_t *socket);

/**
 * @brief Counts a delivery of readable or writable in this pass.
 *
 * Says it when a thousand passes in a row made no progress.
 */
void ptk_diagnose_delivery(const ptk_event_loop_slot_t *loop, ptk_handle_t resource, ptk_event_t event);

/** @brief Something was consumed, or the socket is not ready any more: the count begins anew. */
void ptk_diagnose_progress(ptk_handle_t socket, ptk_event_t event);

/** @brief Says that a handler ran longer than PTK_SLOW_HANDLER_MS. */
void ptk_diagnose_duration(uint64_t begun_ns, ptk_handle_t resource, ptk_event_t event, uintptr_t who);

/** @brief Says what is wrong with a protothread, unless it is live. */
void ptk_diagnose_protothread(const char *function, const ptk_pt_t *pt);

/** @brief Says that a protothread that still waits is made anew. */
void ptk_diagnose_init(const char *function, const ptk_pt_t *pt);

/** @brief Says that a protothread's function has no wait at the line where it had to go on. */
void ptk_diagnose_lost(const char *function, const ptk_pt_t *pt);

#endif

#endif
