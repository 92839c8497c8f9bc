/**
 * @file plus_tcp_connection.c
 * @brief FreeRTOS+TCP: what has become of a connection, and its end.
 *
 * The stack reports only the state that a connection is in. Over is eCLOSED after a RST, and eCLOSE_WAIT after anything
 * else: after the streams have ended, and after a timeout. So the stack's task notes what the connection has been
 * through, in the socket's ID: the sockets' callback is called in it after each change of the state.
 *
 * FreeRTOS_closesocket() drops what was not sent yet, and sends neither FIN nor RST. So a connection is shut down and
 * loses its semaphore, and the callback closes it when it is over: no loop has to wait for that.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "plus_tcp/plus_tcp.h"

/** @brief The bits of a connection's history. */
enum {
    HAS_CONNECTED = 1, /**< @brief It was established. */
    HAS_SHUT_DOWN = 2, /**< @brief The own FIN was the first one. */
    HAS_ENDED = 4,     /**< @brief The peer has sent its FIN. */
    IS_ABANDONED = 8   /**< @brief It is closed when it is over. */
};

/** @brief What a connection has been through. */
static uintptr_t history_of(Socket_t socket) {
    return (uintptr_t)pvSocketGetSocketID(socket);
}

/** @brief Writes the history. The socket is valid, so it cannot fail. */
static void set_history(Socket_t socket, uintptr_t history) {
    (void)xSocketSetSocketID(socket, (void *)history);
}

/** @brief Whether nothing follows any more: neither a packet nor a change of the state. */
static bool is_over(BaseType_t state) {
    return state == (BaseType_t)eCLOSED || state == (BaseType_t)eCLOSE_WAIT;
}

/**
 * @brief The history with the state that a connection has now.
 *
 * Who ends first goes through eFIN_WAIT_1, and the other one from eESTABLISHED to eLAST_ACK. eCLOSE_WAIT follows for
 * both.
 */
static uintptr_t history_with(uintptr_t history, BaseType_t state) {
    if (state >= (BaseType_t)eESTABLISHED && !is_over(state)) {
        history |= HAS_CONNECTED;
    }
    if (state == (BaseType_t)eFIN_WAIT_1) {
        history |= HAS_SHUT_DOWN;
    }
    bool is_second = state == (BaseType_t)eLAST_ACK && (history & HAS_SHUT_DOWN) == 0;
    bool is_first = state == (BaseType_t)eCLOSE_WAIT && (history & HAS_SHUT_DOWN) != 0;
    return is_second || is_first ? history | HAS_ENDED : history;
}

/**
 * @brief Whether a connection that was abandoned has to be closed now: it is over, or no one takes what has come, which
 *        the peer then hears of, as whatever else it sends is answered with RST (RFC 1122, 4.2.2.13).
 */
static bool must_close(Socket_t socket, BaseType_t state) {
    return is_over(state) || state < (BaseType_t)eESTABLISHED || FreeRTOS_rx_size(socket) > 0;
}

/** @brief The callback of a connection: in the stack's task, after each change and each packet. */
static void note_change(struct xSOCKET *socket) {
    BaseType_t state = FreeRTOS_connstatus(socket);
    uintptr_t history = history_with(history_of(socket), state);
    if ((history & IS_ABANDONED) != 0 && must_close(socket, state)) {
        /* Not again: it exists until the stack's task takes the request. If the queue had no room it would be lost. */
        (void)FreeRTOS_setsockopt(socket, 0, FREERTOS_SO_WAKEUP_CALLBACK, NULL, 0);
        (void)FreeRTOS_closesocket(socket);
        return;
    }
    set_history(socket, history);
}

/** @brief Has the stack's task note what becomes of a connection. */
static void set_callback(Socket_t socket) {
    const void *callback = (const void *)(uintptr_t)note_change; /* so the stack takes it */
    (void)FreeRTOS_setsockopt(socket, 0, FREERTOS_SO_WAKEUP_CALLBACK, callback, 0);
}

void ptk_plus_begin(Socket_t socket) {
    set_history(socket, 0);
    set_callback(socket);
}

void ptk_plus_adopt(Socket_t socket) {
    vTaskSuspendAll(); /* the stack's task changes neither the state nor the history meanwhile */
    BaseType_t state = FreeRTOS_connstatus(socket);
    uintptr_t history = history_with(HAS_CONNECTED, state);
    /* It was established a moment ago, when it was accepted: no timeout is as short. */
    set_history(socket, state == (BaseType_t)eCLOSE_WAIT ? history | HAS_ENDED : history);
    set_callback(socket);
    (void)xTaskResumeAll();
}

/** @brief Why a connection is over that was reset, or whose peer has not ended it. */
static ptk_err_t cause_of(Socket_t socket, BaseType_t state, uintptr_t history) {
    if (state == (BaseType_t)eCLOSED) {
        return (history & HAS_CONNECTED) != 0 ? PTK_ERR_CONNECTION_RESET : PTK_ERR_CONNECTION_REFUSED;
    }
    /* Nothing can be sent any more, and the answer says whether memory was the reason. */
    bool is_out_of_memory = FreeRTOS_send(socket, "", 1, 0) == -pdFREERTOS_ERRNO_ENOMEM;
    return is_out_of_memory ? PTK_ERR_OUT_OF_SYSTEM_MEMORY : PTK_ERR_TIMED_OUT;
}

ptk_plus_link_t ptk_plus_link_of(Socket_t socket, ptk_err_t *error) {
    BaseType_t state = FreeRTOS_connstatus(socket);
    uintptr_t history = history_of(socket); /* after the state, so that it is not older */
    *error = PTK_ERR_OK;
    if ((history & HAS_ENDED) != 0 && state != (BaseType_t)eCLOSED) {
        return PTK_PLUS_ENDED;
    }
    if (is_over(state)) {
        *error = cause_of(socket, state, history);
        return PTK_PLUS_LOST;
    }
    return state >= (BaseType_t)eESTABLISHED ? PTK_PLUS_OPEN : PTK_PLUS_CONNECTING;
}

/** @brief Most pieces that are dropped when a connection is closed: a buffer is at most two, and the window opens. */
#define MAX_DROPS 16

/** @brief Drops what was received: a peer that waits for the window to open would not learn of the end. */
static void drop_unread(Socket_t socket) {
    const void *piece = NULL;
    for (int i = 0; i < MAX_DROPS && FreeRTOS_rx_size(socket) > 0; i++) {
        BaseType_t size = FreeRTOS_recv(socket, &piece, 0, FREERTOS_ZERO_COPY | FREERTOS_MSG_DONTWAIT);
        if (size <= 0 || FreeRTOS_ReleaseTCPPayloadBuffer(socket, piece, size) == pdFAIL) {
            return;
        }
    }
}

/**
 * @brief Closes a connection that has unread input: the peer hears of it (RFC 1122, 4.2.2.13).
 *
 * The stack has no call for a reset. But it sends RST for what comes to a socket that it does not have; so the request
 * to close has to follow upon the FIN, before the stack's task takes the answer to that.
 */
static void reset(Socket_t socket) {
    drop_unread(socket);
    UBaseType_t priority = uxTaskPriorityGet(NULL);
    vTaskPrioritySet(NULL, configMAX_PRIORITIES - 1);
    (void)FreeRTOS_shutdown(socket, FREERTOS_SHUT_RDWR);
    (void)FreeRTOS_closesocket(socket);
    vTaskPrioritySet(NULL, priority);
}

void ptk_plus_abandon(Socket_t socket) {
    static const SemaphoreHandle_t none = NULL;
    (void)FreeRTOS_setsockopt(socket, 0, FREERTOS_SO_SET_SEMAPHORE, &none, sizeof none);
    if (FreeRTOS_rx_size(socket) > 0) {
        reset(socket);
        return;
    }
    (void)FreeRTOS_shutdown(socket, FREERTOS_SHUT_RDWR); /* fails where there is nothing to end */
    vTaskSuspendAll(); /* the state cannot change between the look at it and the note */
    bool is_due = must_close(socket, FreeRTOS_connstatus(socket));
    if (!is_due) {
        set_history(socket, history_of(socket) | IS_ABANDONED);
    }
    (void)xTaskResumeAll();
    if (is_due) {
        (void)FreeRTOS_closesocket(socket);
    }
}

Socket_t ptk_plus_accept(Socket_t listener) {
    Socket_t connection = (Socket_t)pvSocketGetSocketID(listener);
    if (connection != NULL) {
        (void)xSocketSetSocketID(listener, NULL);
        return connection;
    }
    connection = FreeRTOS_accept(listener, NULL, NULL);
    if (connection == NULL || xSocketValid(connection) == pdFALSE) {
        return NULL;
    }
    ptk_plus_adopt(connection);
    return connection;
}
