/**
 * @file program.c
 * @brief What is linked to see how much of core a program takes. USES_... say what it uses; it is never run.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#ifdef USES_MODBUS
#include <ptk_modbus_server.h>
#endif

PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 4, 4, 1);

#if defined(USES_TIMERS) || defined(USES_EVENTS) || defined(USES_TCP) || defined(USES_UDP)
/** @brief Handles nothing. */
static void on_event(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource, (void)event, (void)data, (void)user_data;
}
#endif

#ifdef USES_TIMERS
/** @brief A timer with a handler. */
static void use_timers(ptk_handle_t loop) {
    ptk_handle_t timer = ptk_timer_create(loop);

    (void)ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, on_event, NULL);
    (void)ptk_timer_start_repeating(timer, 10);
}
#endif

#ifdef USES_EVENTS
/** @brief A source with a handler, and a raise. */
static void use_events(ptk_handle_t loop) {
    ptk_handle_t source = ptk_user_event_source_create(loop);

    (void)ptk_set_event_handler(source, 1, on_event, NULL);
    (void)ptk_raise_event(source, 1, 0);
}
#endif

#ifdef USES_PROTOTHREADS
static ptk_handle_t sleep_timer; /**< @brief The timer of the protothread. */

/** @brief Sleeps again and again. */
static ptk_pt_status_t sleeper_run(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    for (;;) {
        PTK_PT_SLEEP(pt, sleep_timer, 10);
    }
    PTK_PT_END(pt);
}

/** @brief A protothread that sleeps. */
static void use_protothreads(ptk_handle_t loop) {
    static ptk_pt_t sleeper;

    sleep_timer = ptk_timer_create(loop);
    (void)ptk_protothread_init(&sleeper, sleeper_run);
    (void)ptk_protothread_run(&sleeper);
}
#endif

#ifdef USES_TCP
/** @brief All that a TCP server and client with handlers call. */
static void use_tcp(ptk_handle_t loop) {
    static uint8_t memory[64];
    ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, 502);
    ptk_handle_t listener = ptk_socket_create(loop);
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof memory);
    (void)ptk_socket_listen(listener, &address, 1);
    (void)ptk_set_event_handler(listener, PTK_EVENT_READABLE, on_event, NULL);
    ptk_handle_t socket = ptk_socket_accept(listener, NULL);
    (void)ptk_socket_receive(socket, &buf);
    (void)ptk_socket_send(socket, &buf);
    (void)ptk_socket_connect(ptk_socket_create(loop), &address);
    (void)ptk_socket_destroy(socket);
}
#endif

#ifdef USES_UDP
/** @brief All that a UDP client and server with a handler call. */
static void use_udp(ptk_handle_t loop) {
    static uint8_t memory[64];
    ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, 502);
    ptk_handle_t socket = ptk_socket_create(loop);
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof memory);
    (void)ptk_socket_open_udp(socket, &address);
    (void)ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_event, NULL);
    (void)ptk_socket_receive_from(socket, &buf, &address);
    (void)ptk_socket_send_to(socket, &buf, &address);
    (void)ptk_socket_destroy(socket);
}
#endif

#ifdef USES_MODBUS
/** @brief A Modbus server on a register map, with two connections and an identification. */
static void use_modbus(ptk_handle_t loop) {
    static ptk_modbus_server_t server;
    static ptk_modbus_connection_t connections[2];
    static uint8_t coils[16], inputs[16];
    static uint16_t holding[16], input_registers[16];
    static const ptk_modbus_map_t map = {
        .coils = coils,
        .discrete_inputs = inputs,
        .holding_registers = holding,
        .input_registers = input_registers,
        .num_coils = 16,
        .num_discrete_inputs = 16,
        .num_holding_registers = 16,
        .num_input_registers = 16,
    };
    ptk_modbus_server_config_t config = {
        .loop = loop,
        .connections = connections,
        .num_connections = 2,
        .unit_id = PTK_MODBUS_ANY_UNIT,
        .map = &map,
    };

    config.address = ptk_address_any(PTK_ADDRESS_IPV4, 502);
    (void)ptk_modbus_server_start(&server, &config);
}
#endif

int main(void) {
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);

#ifdef USES_TIMERS
    use_timers(loop);
#endif
#ifdef USES_EVENTS
    use_events(loop);
#endif
#ifdef USES_PROTOTHREADS
    use_protothreads(loop);
#endif
#ifdef USES_TCP
    use_tcp(loop);
#endif
#ifdef USES_UDP
    use_udp(loop);
#endif
#ifdef USES_MODBUS
    use_modbus(loop);
#endif
    for (;;) {
        (void)ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
}
