/*
 * The load client: many connections, one outstanding message on each. load.c reads the options and measures, exchange.c
 * moves the messages.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_BENCH_LOAD_H
#define PTK_BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>

typedef enum load_mode { LOAD_ECHO, LOAD_CHURN, LOAD_UDP, LOAD_MODBUS } load_mode_t;

/* What happened since the connections were opened. */
typedef struct load_counts {
    uint64_t completed; /* messages with the right reply */
    uint64_t lost;      /* messages without a reply, and connections that the server closed */
} load_counts_t;

/* Opens the connections and the idle ones, on which one message shows that the server has accepted them. */
void exchange_open(load_mode_t mode, uint16_t port, uint32_t connections, uint32_t idle);

/*
 * Exchanges messages until the end time, or until this number of messages has been sent since exchange_open
 * (UINT64_MAX: no limit) and their replies have come. Messages may be outstanding afterwards.
 */
void exchange_run(uint64_t deadline_ns, uint64_t message_limit);

/* Waits for outstanding replies; one that does not come in time counts as lost. */
void exchange_drain(void);

const load_counts_t *exchange_counts(void);

#endif
