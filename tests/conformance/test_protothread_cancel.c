/**
 * @file test_protothread_cancel.c
 * @brief Protothreads and their children: spawning, cancelling, and ends that come from elsewhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief A protothread, its child, and what it did. */
typedef struct context {
    ptk_pt_t pt;
    uint32_t step;
    uint32_t starts;
    uint32_t limit;
    uint32_t timeout_ms;
    ptk_handle_t source;
    ptk_handle_t timer;
    struct context *child;
    ptk_err_t seen;
    ptk_err_t other;
} context_t;

/** @brief The context of a protothread. Returns it. */
static context_t *of(ptk_pt_t *pt) {
    return (context_t *)(void *)pt;
}

/** @brief Protothread: yields some times. */
static ptk_pt_status_t yields(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    while (context->step < context->limit) {
        context->step++;
        PTK_PT_YIELD(pt, support_loop);
        context->seen = PTK_PT_ERROR(pt);
    }
    PTK_PT_END(pt);
}

/** @brief Protothread: spawns its child and waits for it. */
static ptk_pt_status_t spawns(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    context->step = 1;
    if (context->child != NULL) {
        PTK_PT_SPAWN(pt, &context->child->pt, spawns);
        context->seen = PTK_PT_ERROR(pt);
    } else if (context->source != 0) {
        PTK_PT_WAIT_EVENT(pt, context->source, 1);
    }
    context->step = 2;
    PTK_PT_END(pt);
}

/** @brief Length of a chain of parents and children. */
enum { CHAIN = 40 };
/** @brief A chain, in which each spawns the next one. */
static context_t chain[CHAIN];

/** @brief Builds a chain whose last member waits for the source. */
static void build_chain(ptk_handle_t source) {
    memset(chain, 0, sizeof(chain));
    for (uint32_t i = 0; i + 1 < CHAIN; i++) {
        chain[i].child = &chain[i + 1];
        chain[i].seen = PTK_ERR_SYSTEM;
    }
    chain[CHAIN - 1].source = source;
}

/** @brief A parent goes on when its child has ended. */
static void spawn_waits_for_the_child(void) {
    CHECK(support_open());
    build_chain(ptk_user_event_source_create(support_loop));
    CHECK_EQUAL(ptk_protothread_init(&chain[0].pt, spawns), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&chain[0].pt), PTK_ERR_OK);
    for (uint32_t i = 0; i < CHAIN; i++) {
        CHECK_EQUAL(chain[i].step, 1);
        CHECK(!ptk_protothread_is_finished(&chain[i].pt));
    }
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(chain[CHAIN - 1].step, 1);
    CHECK_EQUAL(ptk_raise_event(chain[CHAIN - 1].source, 1, 0), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    for (uint32_t i = 0; i < CHAIN; i++) {
        CHECK_EQUAL(chain[i].step, 2);
        CHECK_EQUAL(chain[i].seen, PTK_ERR_OK);
        CHECK(ptk_protothread_is_finished(&chain[i].pt));
    }
    CHECK(support_close());
}

/** @brief Protothread: is woken by an event, then spawns a child that yields. */
static ptk_pt_status_t wakes_and_spawns(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_EVENT(pt, context->source, 1);
    context->step = PTK_PT_WOKEN_RESOURCE(pt) == context->source;
    PTK_PT_SPAWN(pt, &context->child->pt, yields);
    context->step += PTK_PT_WOKEN_RESOURCE(pt) == 0;
    PTK_PT_END(pt);
}

/** @brief A parent whose child has ended was woken by no resource, whatever has woken it before. */
static void child_is_no_resource(void) {
    static context_t child; /* a loop that the test leaves when it fails still knows them */
    static context_t parent;

    child = (context_t){.limit = 2};
    parent = (context_t){.child = &child};
    CHECK(support_open());
    parent.source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_protothread_init(&parent.pt, wakes_and_spawns), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&parent.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(parent.source, 1, 0), PTK_ERR_OK);
    CHECK(support_run_until_finished(&parent.pt));
    CHECK_EQUAL(parent.step, 2);
    CHECK(support_close());
}

/** @brief A child that was cancelled may be something else before its parent goes on. */
static void cancelled_child_is_used_anew(void) {
    static context_t child; /* a loop that the test leaves when it fails still knows them */
    static context_t parent;

    CHECK(support_open());
    child = (context_t){.source = ptk_user_event_source_create(support_loop)};
    parent = (context_t){.child = &child};
    CHECK_EQUAL(ptk_protothread_init(&parent.pt, spawns), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&parent.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&child.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&child.pt, spawns), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&child.pt), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK(ptk_protothread_is_finished(&parent.pt));
    CHECK_EQUAL(parent.seen, PTK_ERR_CANCELLED);
    CHECK(!ptk_protothread_is_finished(&child.pt));
    CHECK(support_close());
}

/** @brief A child that ends at once does not stop its parent. */
static void child_that_ends_at_once(void) {
    build_chain(0);
    CHECK_EQUAL(ptk_protothread_init(&chain[0].pt, spawns), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&chain[0].pt), PTK_ERR_OK);
    for (uint32_t i = 0; i < CHAIN; i++) {
        CHECK_EQUAL(chain[i].step, 2);
        CHECK(ptk_protothread_is_finished(&chain[i].pt));
    }
}

/** @brief Cancelling a parent ends its child, and the child of that. */
static void cancel_ends_the_children(void) {
    CHECK(support_open());
    build_chain(ptk_user_event_source_create(support_loop));
    CHECK_EQUAL(ptk_protothread_init(&chain[0].pt, spawns), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&chain[0].pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&chain[0].pt), PTK_ERR_OK);
    for (uint32_t i = 0; i < CHAIN; i++) {
        CHECK(ptk_protothread_is_finished(&chain[i].pt));
    }
    CHECK_EQUAL(ptk_raise_event(chain[CHAIN - 1].source, 1, 0), PTK_ERR_OK);
    memset(chain, 0xA5, sizeof(chain));
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(chain[0].step, 0xA5A5A5A5u);
    CHECK(support_close());
}

/** @brief A child cancelled alone resumes its parent, from the loop, with an outcome of its own. The rest ends as
 *  usual. Only the last of the chain has waited for something of the loop. */
static void cancel_of_a_child_resumes_the_parent(void) {
    enum { CANCELLED = CHAIN / 2 };

    CHECK(support_open());
    build_chain(ptk_user_event_source_create(support_loop));
    CHECK_EQUAL(ptk_protothread_init(&chain[0].pt, spawns), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&chain[0].pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&chain[CANCELLED].pt), PTK_ERR_OK);
    CHECK_EQUAL(chain[CANCELLED - 1].step, 1);
    memset(&chain[CANCELLED], 0xA5, sizeof(chain[0]) * (CHAIN - CANCELLED));
    CHECK(support_poll(support_loop, 1));
    for (uint32_t i = 0; i < CANCELLED; i++) {
        CHECK_EQUAL(chain[i].step, 2);
        CHECK_EQUAL(chain[i].seen, i == CANCELLED - 1 ? PTK_ERR_CANCELLED : PTK_ERR_OK);
        CHECK(ptk_protothread_is_finished(&chain[i].pt));
    }
    CHECK_EQUAL(chain[CANCELLED].step, 0xA5A5A5A5u);
    CHECK(support_close());
}

/** @brief Protothread: cancels its parent, which waits for it. */
static ptk_pt_status_t cancels_its_parent(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    context->seen = ptk_protothread_cancel(&chain[0].pt);
    PTK_PT_END(pt);
}

/** @brief Protothread: spawns a child that cancels it. */
static ptk_pt_status_t spawns_its_end(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_SPAWN(pt, &context->child->pt, cancels_its_parent);
    context->step = 2;
    PTK_PT_END(pt);
}

/** @brief A parent whose child runs cannot be cancelled: the child would be ended while it runs. */
static void cancel_by_a_child(void) {
    memset(chain, 0, sizeof(chain));
    chain[0].child = &chain[1];
    CHECK_EQUAL(ptk_protothread_init(&chain[0].pt, spawns_its_end), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&chain[0].pt), PTK_ERR_OK);
    CHECK_EQUAL(chain[1].seen, PTK_ERR_BUSY);
    CHECK_EQUAL(chain[0].step, 2);
    CHECK(ptk_protothread_is_finished(&chain[0].pt));
}

/** @brief A child is cancelled when the loop is gone already: nothing resumes its parent. */
static void cancel_of_a_child_without_a_loop(void) {
    CHECK(support_open());
    build_chain(ptk_user_event_source_create(support_loop));
    CHECK_EQUAL(ptk_protothread_init(&chain[0].pt, spawns), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&chain[0].pt), PTK_ERR_OK);
    CHECK(support_close());
    CHECK_EQUAL(ptk_protothread_cancel(&chain[CHAIN - 1].pt), PTK_ERR_OK);
    CHECK_EQUAL(chain[CHAIN - 2].step, 1);
    CHECK_EQUAL(ptk_protothread_cancel(&chain[0].pt), PTK_ERR_OK);
    CHECK(ptk_protothread_is_finished(&chain[CHAIN - 2].pt));
}

/** @brief What may happen between the cancel of a child and the pass that would resume its parent: the parent is
 *  cancelled too, the loop is destroyed, or the parent was resumed by hand. */
static void parent_of_a_cancelled_child(void) {
    for (uint32_t kind = 0; kind <= 2; kind++) {
        CHECK(support_open());
        build_chain(0);
        chain[0].child = &chain[CHAIN - 1];
        chain[CHAIN - 1].source = ptk_user_event_source_create(support_loop);
        CHECK_EQUAL(ptk_protothread_init(&chain[0].pt, spawns), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&chain[0].pt), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_cancel(&chain[CHAIN - 1].pt), PTK_ERR_OK);
        CHECK_EQUAL(chain[0].step, 1);
        if (kind == 0) {
            CHECK_EQUAL(ptk_protothread_cancel(&chain[0].pt), PTK_ERR_OK);
        } else if (kind == 1) {
            CHECK(support_close());
            CHECK(support_open());
            CHECK_EQUAL(ptk_protothread_cancel(&chain[0].pt), PTK_ERR_OK);
        } else {
            CHECK_EQUAL(ptk_protothread_run(&chain[0].pt), PTK_ERR_OK);
            CHECK_EQUAL(chain[0].step, 2);
            CHECK_EQUAL(chain[0].seen, PTK_ERR_CANCELLED);
        }
        CHECK(ptk_protothread_is_finished(&chain[0].pt));
        memset(chain, 0xA5, sizeof(chain));
        CHECK(support_poll(support_loop, 3));
        CHECK_EQUAL(chain[0].step, 0xA5A5A5A5u);
        CHECK(support_close());
    }
}

/** @brief Cancels its child, or leaves without it, before it comes to its wait again. */
static ptk_pt_status_t ends_before_its_child(ptk_pt_t *pt) {
    context_t *context = of(pt);

    context->starts++;
    if (context->limit == 1) {
        context->other = ptk_protothread_cancel(&context->child->pt);
    } else if (context->limit == 2) {
        return PTK_PT_EXITED;
    }
    PTK_PT_BEGIN(pt);
    PTK_PT_SPAWN(pt, &context->child->pt, spawns);
    context->seen = PTK_PT_ERROR(pt);
    PTK_PT_END(pt);
}

/** @brief A parent that ends leaves its child running. */
static void parent_that_ends_before_its_child(void) {
    for (uint32_t kind = 1; kind <= 2; kind++) {
        static context_t parent;
        static context_t child;
        static context_t poison;

        memset(&parent, 0, sizeof(parent));
        memset(&child, 0, sizeof(child));
        memset(&poison, 0xA5, sizeof(poison));
        CHECK(support_open());
        child.source = ptk_user_event_source_create(support_loop);
        parent.child = &child;
        CHECK_EQUAL(ptk_protothread_init(&parent.pt, ends_before_its_child), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&parent.pt), PTK_ERR_OK);
        CHECK_EQUAL(child.step, 1);
        parent.limit = kind;
        CHECK_EQUAL(ptk_protothread_run(&parent.pt), PTK_ERR_OK);
        CHECK(ptk_protothread_is_finished(&parent.pt));
        CHECK_EQUAL(ptk_protothread_is_finished(&child.pt), kind == 1);
        CHECK_EQUAL(parent.starts, 2);
        CHECK_EQUAL(parent.seen, kind == 1 ? PTK_ERR_CANCELLED : PTK_ERR_OK);
        memset(&parent, 0xA5, sizeof(parent));
        CHECK_EQUAL(ptk_raise_event(child.source, 1, 0), PTK_ERR_OK);
        CHECK(support_poll(support_loop, 3));
        CHECK_EQUAL(child.step, kind == 1 ? 1 : 2);
        CHECK(memcmp(&parent, &poison, sizeof(parent)) == 0);
        CHECK(support_close());
    }
}

/** @brief Protothread: spawns a child that ends at once, for ever. */
static ptk_pt_status_t spawns_again_and_again(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    for (;;) {
        context->starts++;
        PTK_PT_SPAWN(pt, &context->child->pt, spawns);
    }
    PTK_PT_END(pt);
}

/** @brief A parent that is to be resumed already, was resumed by hand meanwhile and waits for its next child. */
static void children_cancelled_one_after_the_other(void) {
    static context_t parent;
    static context_t child;

    memset(&parent, 0, sizeof(parent));
    memset(&child, 0, sizeof(child));
    CHECK(support_open());
    child.source = ptk_user_event_source_create(support_loop);
    parent.child = &child;
    CHECK_EQUAL(ptk_protothread_init(&parent.pt, spawns_again_and_again), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&parent.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&child.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&parent.pt), PTK_ERR_OK);
    CHECK_EQUAL(parent.starts, 2);
    CHECK_EQUAL(ptk_protothread_cancel(&child.pt), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(parent.starts, 3);
    CHECK(!ptk_protothread_is_finished(&child.pt));
    CHECK_EQUAL(ptk_protothread_cancel(&parent.pt), PTK_ERR_OK);
    CHECK(ptk_protothread_is_finished(&child.pt));
    CHECK(support_close());
}

/** @brief Each kind of registration is gone after a cancel: the memory may be anything then. */
static ptk_pt_status_t waits_as_set(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    context->starts++;
    if (context->limit == 0) {
        PTK_PT_WAIT_EVENT(pt, context->source, 1);
    } else if (context->limit == 1) {
        PTK_PT_WAIT_EVENT_TIMEOUT(pt, context->source, 1, context->timer, context->timeout_ms);
    } else if (context->limit == 2) {
        PTK_PT_SLEEP(pt, context->timer, context->timeout_ms);
    } else if (context->limit == 3) {
        PTK_PT_YIELD(pt, support_loop);
    } else if (context->limit == 4) {
        PTK_PT_WAIT_UNTIL(pt, support_loop, context->step == 77);
    } else {
        PTK_PT_WAIT_UNTIL_TIMEOUT(pt, support_loop, context->step == 77, context->timer, context->timeout_ms);
    }
    context->step = 99;
    PTK_PT_END(pt);
}

/** @brief A cancelled protothread is not resumed, whatever it waited for. */
static void cancel_removes_every_registration(void) {
    for (uint32_t kind = 0; kind <= 5; kind++) {
        static context_t context;
        support_record_t record = {0};

        memset(&context, 0, sizeof(context));
        CHECK(support_open());
        context.source = ptk_user_event_source_create(support_loop);
        context.timer = ptk_timer_create(support_loop);
        context.limit = kind;
        context.timeout_ms = 5;
        CHECK_EQUAL(ptk_protothread_init(&context.pt, waits_as_set), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
        CHECK(ptk_protothread_is_finished(&context.pt));
        CHECK_EQUAL(ptk_raise_event(context.source, 1, 7), PTK_ERR_OK);
        {
            const ptk_handle_t source = context.source;
            const ptk_handle_t timer = context.timer;

            memset(&context, 0xA5, sizeof(context));
            support_run_ms(20);
            CHECK_EQUAL(context.step, 0xA5A5A5A5u);
            /* The event is still raised and the timer free for another use. */
            CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &record), PTK_ERR_OK);
            CHECK(support_poll(support_loop, 2));
            CHECK_EQUAL(record.count, 1);
            CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &record), PTK_ERR_OK);
            CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
            CHECK(support_run_until(&record.count, 2));
        }
        CHECK(support_close());
    }
}

/** @brief Protothread: cancels another one. */
static ptk_pt_status_t cancels_the_other(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_YIELD(pt, support_loop);
    context->seen = ptk_protothread_cancel(&context->child->pt);
    memset(context->child, 0xA5, sizeof(*context->child));
    context->step = 1;
    PTK_PT_END(pt);
}

/** @brief Both have yielded; the first to run cancels the other, which is next in the same pass. */
static void cancel_of_a_neighbour_in_the_pass(void) {
    static context_t first;
    static context_t second;
    static context_t third;

    memset(&first, 0, sizeof(first));
    memset(&second, 0, sizeof(second));
    memset(&third, 0, sizeof(third));
    CHECK(support_open());
    first.child = &second;
    third.limit = 5;
    second.limit = 5;
    CHECK_EQUAL(ptk_protothread_init(&first.pt, cancels_the_other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&second.pt, yields), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&third.pt, yields), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&first.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&second.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&third.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(first.step, 1);
    CHECK_EQUAL(first.seen, PTK_ERR_OK);
    CHECK_EQUAL(second.step, 0xA5A5A5A5u);
    /* Where one leaves the queue, another may take its turn. */
    CHECK(third.step == 2 || third.step == 3);
    CHECK(support_poll(support_loop, 6));
    CHECK(ptk_protothread_is_finished(&third.pt));
    CHECK_EQUAL(second.step, 0xA5A5A5A5u);
    /* The same when no other protothread has yielded. */
    CHECK_EQUAL(ptk_protothread_init(&first.pt, cancels_the_other), PTK_ERR_OK);
    first.child = &third;
    third.step = 0;
    CHECK_EQUAL(ptk_protothread_init(&third.pt, yields), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&first.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&third.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK(ptk_protothread_is_finished(&first.pt));
    CHECK_EQUAL(third.step, 0xA5A5A5A5u);
    CHECK(support_close());
}

/** @brief Cancelling one of many that are queued leaves the others in order. */
static void cancel_from_the_middle_of_a_queue(void) {
    static context_t contexts[3];

    memset(contexts, 0, sizeof(contexts));
    CHECK(support_open());
    for (uint32_t i = 0; i < 3; i++) {
        contexts[i].limit = 3;
        CHECK_EQUAL(ptk_protothread_init(&contexts[i].pt, yields), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&contexts[i].pt), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_protothread_cancel(&contexts[1].pt), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 4));
    CHECK_EQUAL(contexts[0].step, 3);
    CHECK_EQUAL(contexts[1].step, 1);
    CHECK_EQUAL(contexts[2].step, 3);
    CHECK(support_close());
}

/** @brief Protothread: polls a condition that never becomes true. */
static ptk_pt_status_t polls(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_UNTIL(pt, support_loop, ++context->step == 0);
    PTK_PT_END(pt);
}

/** @brief What polls and what has yielded ends with its loop, and does not run in the next one of the same slot. */
static void loop_ends_while_they_wait(void) {
    static context_t polling, yielding, next_polling, next_yielding;

    CHECK(support_open());
    memset(&polling, 0, sizeof polling);
    memset(&next_polling, 0, sizeof next_polling);
    memset(&yielding, 0, sizeof yielding);
    yielding.limit = 1000;
    next_yielding = yielding;
    CHECK_EQUAL(ptk_protothread_init(&next_polling.pt, polls), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&next_yielding.pt, yields), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&polling.pt, polls), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&yielding.pt, yields), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&polling.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&yielding.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK(support_close());
    uint32_t polled = polling.step;
    uint32_t yielded = yielding.step;
    CHECK(polled > 0 && yielded > 0);
    CHECK(support_open());
    CHECK_EQUAL(ptk_protothread_run(&next_polling.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&next_yielding.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&polling.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&yielding.pt), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(polling.step, polled);
    CHECK_EQUAL(yielding.step, yielded);
    CHECK(next_polling.step > 2 && next_yielding.step > 2); /* those of the next loop stay what they are */
    CHECK(support_close());
}

/** @brief Protothread: begins again if it is asked to, also while it waits; waits for an event or for time. */
static ptk_pt_status_t begins_again(ptk_pt_t *pt) {
    context_t *context = of(pt);

    if (context->starts > 0) {
        context->starts = 0;
        PTK_PT_RESTART(pt);
    }
    PTK_PT_BEGIN(pt);
    context->step++;
    PTK_PT_WAIT_EVENT_TIMEOUT(pt, context->source, 1, context->timer, context->timeout_ms);
    context->seen = PTK_PT_ERROR(pt);
    PTK_PT_END(pt);
}

/** @brief A wait that is left by a restart is over: the next one has a timer of its own. */
static void restart_while_it_waits(void) {
    static context_t context; /* a loop that the test leaves when it fails still knows it */

    CHECK(support_open());
    context = (context_t){.timeout_ms = 60000};
    context.source = ptk_user_event_source_create(support_loop);
    context.timer = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_protothread_init(&context.pt, begins_again), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.step, 1);
    context.source = ptk_user_event_source_create(support_loop);
    context.timer = ptk_timer_create(support_loop);
    context.timeout_ms = 1;
    context.starts = 1;
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.step, 2);
    CHECK(support_run_until_finished(&context.pt));
    CHECK_EQUAL(context.seen, PTK_ERR_TIMED_OUT);
    CHECK(support_close());
}

/** @brief The loop or the resource goes away while a protothread waits: it is not resumed, and can be cancelled. */
static void waited_for_resource_is_destroyed(void) {
    static context_t contexts[3];

    memset(&contexts, 0, sizeof(contexts));
    CHECK(support_open());
    for (uint32_t i = 0; i < 3; i++) {
        contexts[i].source = ptk_user_event_source_create(support_loop);
        contexts[i].timer = ptk_timer_create(support_loop);
        contexts[i].limit = i == 2 ? 5 : i;
        contexts[i].timeout_ms = SUPPORT_LIMIT_MS; /* none is over before it is cancelled */
        CHECK_EQUAL(ptk_protothread_init(&contexts[i].pt, waits_as_set), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&contexts[i].pt), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_user_event_source_destroy(contexts[0].source), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(contexts[0].step, 0);
    CHECK_EQUAL(ptk_protothread_cancel(&contexts[0].pt), PTK_ERR_OK);
    CHECK(support_close());
    CHECK_EQUAL(ptk_protothread_cancel(&contexts[1].pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&contexts[2].pt), PTK_ERR_OK);
    CHECK(support_open());
    CHECK(support_poll(support_loop, 3));
    CHECK(support_close());
}

const harness_test_t protothread_cancel_tests[] = {
    {"protothread_cancel.spawn_waits_for_the_child", spawn_waits_for_the_child},
    {"protothread_cancel.cancelled_child_is_used_anew", cancelled_child_is_used_anew},
    {"protothread_cancel.child_is_no_resource", child_is_no_resource},
    {"protothread_cancel.child_that_ends_at_once", child_that_ends_at_once},
    {"protothread_cancel.cancel_ends_the_children", cancel_ends_the_children},
    {"protothread_cancel.cancel_of_a_child_resumes_the_parent", cancel_of_a_child_resumes_the_parent},
    {"protothread_cancel.cancel_by_a_child", cancel_by_a_child},
    {"protothread_cancel.cancel_of_a_child_without_a_loop", cancel_of_a_child_without_a_loop},
    {"protothread_cancel.parent_of_a_cancelled_child", parent_of_a_cancelled_child},
    {"protothread_cancel.parent_that_ends_before_its_child", parent_that_ends_before_its_child},
    {"protothread_cancel.children_cancelled_one_after_the_other", children_cancelled_one_after_the_other},
    {"protothread_cancel.cancel_removes_every_registration", cancel_removes_every_registration},
    {"protothread_cancel.cancel_of_a_neighbour_in_the_pass", cancel_of_a_neighbour_in_the_pass},
    {"protothread_cancel.cancel_from_the_middle_of_a_queue", cancel_from_the_middle_of_a_queue},
    {"protothread_cancel.loop_ends_while_they_wait", loop_ends_while_they_wait},
    {"protothread_cancel.restart_while_it_waits", restart_while_it_waits},
    {"protothread_cancel.waited_for_resource_is_destroyed", waited_for_resource_is_destroyed},
    {NULL, NULL},
};
