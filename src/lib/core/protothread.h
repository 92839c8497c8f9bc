/** @file protothread.h @brief Protothreads: what the loop and the steps need of them. */
#ifndef PTK_CORE_PROTOTHREAD_H
#define PTK_CORE_PROTOTHREAD_H

#include "protocol_toolkit.h"

/** What ptk_pt_t.magic is while the protothread lives, and after its end. */
#define PTK_PT_MAGIC_LIVE 0x50744C76u
#define PTK_PT_MAGIC_FINISHED 0x50744678u

/** Whether it was initialised and is neither finished nor cancelled. */
bool ptk_protothread_is_live(const ptk_pt_t *pt);

/** Resumes a protothread with an event. */
void ptk_protothread_wake(ptk_pt_t *pt, ptk_handle_t resource, ptk_event_t event, uintptr_t data);

/** Notes the loop that a protothread waits on. False if it waits on another one. */
bool ptk_protothread_bind(ptk_pt_t *pt, ptk_handle_t loop);

/** Appends to a list; a protothread is on one list at most. */
void ptk_pt_list_append(ptk_pt_list_t *list, ptk_pt_t *pt);

/** Takes a protothread off the list it is on, if any. */
void ptk_pt_list_remove(ptk_pt_t *pt);

/** Resumes those that are on a list now, once each. They leave the list first. False if the loop is gone. */
bool ptk_pt_list_run(ptk_handle_t loop, ptk_pt_list_t *list);

/** Lets go of all that are on a list: its loop ends, and nobody will resume them. */
void ptk_pt_list_clear(ptk_pt_list_t *list);

#endif
