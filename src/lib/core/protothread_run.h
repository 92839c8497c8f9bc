/**
 * @file protothread_run.h
 * @brief Protothreads: resuming, ending, and the lists they wait on.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_PROTOTHREAD_RUN_H
#define PTK_CORE_PROTOTHREAD_RUN_H

#include "protocol_toolkit.h"

/** @brief What ptk_pt_t.magic is while the protothread lives, and after its end. */
#define PTK_PT_MAGIC_LIVE 0x50744C76u
#define PTK_PT_MAGIC_FINISHED 0x50744678u

/** @brief Whether it was initialised and is neither finished nor cancelled. */
bool ptk_protothread_is_live(const ptk_pt_t *pt);

/**
 * @brief PTK_ERR_OK if a protothread can run now, PTK_ERR_BUSY if it runs, PTK_ERR_INVALID_ARGUMENT if it is not live.
 */
ptk_err_t ptk_protothread_check(const ptk_pt_t *pt);

/**
 * @brief Notes the loop that a protothread waits on, which from then on resumes it.
 *
 * False if it waits on another one.
 */
bool ptk_protothread_bind(ptk_pt_t *pt, ptk_event_loop_slot_t *loop);

/** @brief Appends to a list; a protothread is on one list at most. */
void ptk_pt_list_append(ptk_pt_list_t *list, ptk_pt_t *pt);

/** @brief Takes a protothread off the list it is on, if any. */
void ptk_pt_list_remove(ptk_pt_t *pt);

#endif
