/**
 * @file main.c
 * @brief The Modbus server of examples/support/modbus_service.c on FreeRTOS, and an interrupt that raises an event.
 *
 * A task below lwIP's own runs the loop. The interrupt of a timer raises an event 10 times in a second, with a number; its
 * handler, which runs in the loop's task, shows the number in the coils 0 to 7. All of the library's memory is static.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include "../support/modbus_service.h"
#include "board.h"
#include "ethernet.h"

#include <lwip/tcpip.h>

/** @brief The standard port of Modbus TCP. */
#define MODBUS_PORT 502
/** @brief The loop's task runs below lwIP's, TCPIP_THREAD_PRIO. */
#define LOOP_PRIORITY 3
/** @brief Words of the loop's stack. */
#define LOOP_STACK 1024
/** @brief The event that the interrupt raises. */
#define EVENT_TICK 1
/** @brief Coils that show its number. */
#define SHOWN_BITS 8

/** @brief Where the interrupt's events go. */
static ptk_handle_t source;

/** @brief In the interrupt: raises the event, with a number. What the source has no room for is not raised. */
static void on_timer(void) {
    static uintptr_t number;

    if (ptk_raise_event(source, EVENT_TICK, number + 1) == PTK_ERR_OK) {
        number++;
    }
}

/** @brief In the loop: shows the number. */
static void on_tick(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)user_data;
    for (uint32_t bit = 0; bit < SHOWN_BITS; bit++) {
        modbus_service_coils()[bit] = (uint8_t)((data >> bit) & 1);
    }
}

/** @brief The loop's task. */
static void loop_task(void *argument) {
    ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, MODBUS_PORT);
    ptk_handle_t loop = modbus_service_start(&address, 1);
    ptk_err_t error = loop < 0 ? (ptk_err_t)loop : PTK_ERR_OK;

    (void)argument;
    if (error == PTK_ERR_OK) {
        source = ptk_user_event_source_create(loop);
        error = ptk_set_event_handler(source, EVENT_TICK, on_tick, NULL);
    }
    if (error == PTK_ERR_OK) {
        board_print("listening\n");
        board_timer(on_timer, configCPU_CLOCK_HZ / 10);
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
        while (error == PTK_ERR_OK) {
            error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
        }
    }
    board_print(ptk_error_string(error));
    board_exit(1);
}

/** @brief lwIP runs: the interface and the loop's task begin. */
static void on_network(void *argument) {
    static StackType_t stack[LOOP_STACK];
    static StaticTask_t task;

    (void)argument;
    ethernet_start();
    (void)xTaskCreateStatic(loop_task, "loop", LOOP_STACK, NULL, LOOP_PRIORITY, stack, &task);
}

/** @brief The program. */
int main(void) {
    tcpip_init(on_network, NULL);
    vTaskStartScheduler();
    return 1;
}
