/**
 * @file failing_calls.h
 * @brief System calls that fail on purpose. The program is linked with --wrap for each, so that the library's own calls
 *        come through here.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FAILING_CALLS_H
#define FAILING_CALLS_H

#include "harness.h"

#include <protocol_toolkit.h>

/** @brief What a call fails with, and what the library makes of it. */
typedef struct failing_call {
    int number;       /**< @brief The value of errno. */
    ptk_err_t wanted; /**< @brief The library's code for it. */
    bool is_made;     /**< @brief Whether the scenario makes the call: the library has a choice between some. */
} failing_call_t;

/** @brief recv() out of memory, which passes: nothing of the connection is lost. */
extern const failing_call_t recv_shortage;
/** @brief The same of send(). */
extern const failing_call_t send_shortage;
/** @brief sendto() for a reason that lasts. */
extern const failing_call_t sendto_refused;
/** @brief recvfrom() and recvmsg() for a reason that lasts: one of them is what the library calls. */
extern const failing_call_t datagram_refused;
/** @brief accept() and accept4() for a reason that is neither the connection's nor a shortage. */
extern const failing_call_t accept_refused;

/** @brief Lets the n-th call from now on fail. */
void failing_call_set(const failing_call_t *call, uint32_t n);

/** @brief Lets every call from now on fail. @param call which. @param number errno; 0: the call's own. */
void failing_call_set_lasting(const failing_call_t *call, int number);

/** @brief Calls that a test lets fail with a number of its own. */
typedef enum failing_name { FAILING_CONNECT, FAILING_SEND, FAILING_SENDTO, FAILING_RECEIVE } failing_name_t;

/** @brief Lets the next such call fail. @param name which; a receive is that of a datagram. @param number errno. */
void failing_call_set_number(failing_name_t name, int number);

/** @brief Lets the next setsockopt(2) of an option fail. @param option which. @param number errno. */
void failing_call_set_option(int option, int number);

/** @brief The next error that waits in a socket is another one. @param number what SO_ERROR says in its place. */
void failing_call_set_pending(int number);

/** @brief The next connect(2) is made from the address that it connects to. */
void failing_call_connect_itself(void);

/** @brief No call fails any more. @return whether one did. */
bool failing_call_clear(void);

/** @brief Called by each wrapper. @return whether this is the call that fails; errno is set then. */
bool failing_call_fails(const failing_call_t *call);

/** @brief How often a multicast group was to be joined or left on the interface 0 in a way that FreeBSD and macOS refuse. */
uint32_t failing_call_groups_nowhere(void);

/** @brief The test: the scenario with the first, the second, ... call failing, until there is no such call any more. */
void every_call_of(const failing_call_t *call);

/** @brief A test in tables of ports whose systems may want a stack to be whole pages. */
void a_stack_that_begins_within_a_page(void);

/** @brief The call with that name, and the test of it, every_<name>. */
#define FAILING_CALL(name, number, wanted, is_made)                                                                    \
    static const failing_call_t call_##name = {number, wanted, is_made};                                               \
    static void every_##name(void) {                                                                                   \
        every_call_of(&call_##name);                                                                                   \
    }

/** @brief The wrapper of a call that returns -1 when it fails. */
#define WRAP(result, name, parameters, arguments)                                                                      \
    result __real_##name parameters;                                                                                   \
    result __wrap_##name parameters;                                                                                   \
    result __wrap_##name parameters {                                                                                  \
        return failing_call_fails(&call_##name) ? -1 : __real_##name arguments;                                        \
    }

/** @brief The same of a call that can also fail for another reason. */
#define WRAP_TWO(result, name, other, parameters, arguments)                                                           \
    result __real_##name parameters;                                                                                   \
    result __wrap_##name parameters;                                                                                   \
    result __wrap_##name parameters {                                                                                  \
        return failing_call_fails(&call_##name) || failing_call_fails(&other) ? -1 : __real_##name arguments;          \
    }

/** @brief A line of a table of tests. */
#define EVERY(name)                                                                                                    \
    { "failures.every_" #name, every_##name }

#endif
