/**
 * @file fault_main.c
 * @brief sim_faults: runs each test of the conformance suite again and again, each time with another call of the port
 *        that fails. A test may fail then; what must hold is in fault_watch.c, and that nothing crashes or hangs.
 *
 * sim_faults [--test NAME] [--kind KIND --call N] [--repeat] [--every] [--part PART/PARTS]
 *
 * NAME is a test or a subject. KIND is a number, PTK_SIM_FAULT_; with it that one run is made, in this process and with
 * the test's output. Without it every call of every kind fails once, and once more with --repeat: a call that has failed
 * is then repeated, and the test must not notice. A test that makes hundreds of
 * calls of a kind repeats itself: fifty of them fail, or all with --every. --part 2/4 is the second quarter of
 * the tests. Each run is a process of its own. Exit status: 0 everything held; 1
 * something did not, and a line is the command that shows it; 2 wrong arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "fault_watch.h"
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/** @brief Seconds of the processor that a run may take, a hundred times what the longest takes. */
enum { RUN_LIMIT_S = 60 };
/** @brief Runs that fail before the rest is left. */
enum { FAILURES_SHOWN = 10 };
/**
 * @brief Of a test that makes more calls of a kind than this, so many in equal steps are let fail: it repeats itself. Of one
 *        that makes more calls than this altogether fewer, so that they are so many calls in all of its runs.
 */
enum { CALLS_OF_A_KIND = 50, CALLS_OF_A_TEST = 250 };

/** @brief The names of the kinds, in their order. */
static const char *const kinds[PTK_SIM_FAULT_COUNT] = {
    "loop",          "open",   "bind",  "connect", "accept", "send", "short send", "receive",
    "short receive", "option", "watch", "wait",    "report", "poll", "peek",       "late"};

/** @brief What a run leaves to the process that has started it. */
typedef struct outcome {
    uint64_t calls[PTK_SIM_FAULT_COUNT]; /**< @brief Calls that each kind could have met. */
    char failure[200];                   /**< @brief What did not hold, or nothing. */
} outcome_t;

/** @brief Whether a test writes to the memory of a loop, so that it cannot be looked at when the test has failed. */
static bool is_unfit(const char *test) {
    return strcmp(test, "handle.all_combinations_come_before_one_comes_again") == 0 ||
           strcmp(test, "resize.connections_survive") == 0;
}

static const char *program; /**< @brief This program's name. */
static outcome_t *outcome;  /**< @brief In memory that is shared. */
static uint32_t part = 1;   /**< @brief Which part of the tests. */
static uint32_t parts = 1;  /**< @brief Of how many. */
static uint32_t number;     /**< @brief Tests so far, of all parts. */
static bool every_call;     /**< @brief All calls of all kinds. */
static bool is_silent;      /**< @brief The tests' output is not printed. */
static uint64_t runs;       /**< @brief Runs made. */
static uint32_t failed;     /**< @brief Runs in which something did not hold. */

void harness_print(const char *text) {
    if (!is_silent) {
        (void)fputs(text, stdout);
        (void)fflush(stdout);
    }
}

/* ------------------------------------------------------------------------------------------ a run */

/** @brief Whether a test may notice that a call had to be repeated. */
static bool may_notice(const fault_run_t *run) {
    return run->kind == PTK_SIM_FAULT_POLL ||                      /* a pass of a loop more */
           strcmp(run->test, "listener.full_pool_pauses_it") == 0; /* which counts the refused accepts */
}

/** @brief Makes a run in this process. @return what did not hold, or NULL. */
static const char *make_run(const fault_run_t *run) {
    fault_watch(run);
    int status = harness_main(suite_tables, run->test);
    memcpy(outcome->calls, ptk_sim_world()->calls_of, sizeof outcome->calls);
    fault_watch_end();
    if (fault_watch_failure() != NULL) {
        return fault_watch_failure();
    }
    bool must_pass = run->call == 0 || (fault_watch_was_repeated() && !may_notice(run));
    if (status == 0 || !must_pass) {
        return NULL;
    }
    return run->call == 0 ? "the test failed without a fault" : "the test failed although the call was repeated";
}

/** @brief Prints what did not hold, and the command that shows it. */
static void print_failure(const fault_run_t *run, const char *what) {
    printf("%s, %s %llu: %s\n", run->test, kinds[run->kind], (unsigned long long)run->call, what);
    printf("%s --test %s --kind %u --call %llu%s\n", program, run->test, (unsigned)run->kind,
           (unsigned long long)run->call, run->repeats ? " --repeat" : "");
    (void)fflush(stdout);
    failed++;
}

/** @brief The child's part of a run. Does not return. */
static void run_in_child(const fault_run_t *run) {
    struct rlimit limit = {RUN_LIMIT_S, RUN_LIMIT_S};
    (void)setrlimit(RLIMIT_CPU, &limit);
    const char *what = make_run(run);
    if (what != NULL) {
        (void)snprintf(outcome->failure, sizeof outcome->failure, "%s", what);
    }
    (void)fflush(NULL);
    _exit(what != NULL ? 3 : 0);
}

/** @brief Makes a run in a process of its own. */
static void fork_run(const fault_run_t *run) {
    char text[64] = "";
    int status = 0;
    memset(outcome, 0, sizeof *outcome);
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        run_in_child(run);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        print_failure(run, "no process could be made");
        return;
    }
    runs++;
    if (WIFSIGNALED(status)) {
        (void)snprintf(text, sizeof text,
                       WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL ? "it hangs" : "signal %d",
                       WTERMSIG(status));
        print_failure(run, text);
    } else if (outcome->failure[0] != 0) {
        print_failure(run, outcome->failure);
    } else if (WEXITSTATUS(status) != 0) {
        print_failure(run, "a sanitizer, or the test, has ended the process");
    }
}

/** @brief How many calls to go on for the next one that fails. */
static uint64_t step_of(const uint64_t *calls, uint32_t kind) {
    uint64_t all = 0;
    for (int i = 0; i < PTK_SIM_FAULT_COUNT; i++) {
        all += calls[i];
    }
    uint64_t most = all <= CALLS_OF_A_TEST ? CALLS_OF_A_KIND : CALLS_OF_A_KIND * CALLS_OF_A_TEST / all;
    return 1 + calls[kind] / (most < 5 ? 5 : most);
}

/** @brief Lets each call of a test fail. */
static void run_test(const char *test, bool repeats) {
    uint64_t calls[PTK_SIM_FAULT_COUNT];
    fault_run_t run = {test, 0, 0, repeats};
    uint32_t failed_before = failed;
    fork_run(&run);
    memcpy(calls, outcome->calls, sizeof calls);
    for (run.kind = 0; run.kind < PTK_SIM_FAULT_COUNT; run.kind++) {
        uint64_t step = every_call ? 1 : step_of(calls, run.kind);
        for (run.call = 1; run.call <= calls[run.kind] && failed - failed_before < FAILURES_SHOWN; run.call += step) {
            if (!repeats || fault_is_error(run.kind)) {
                fork_run(&run);
            }
        }
    }
}

/* ------------------------------------------------------------------------------------------ the command line */

/** @brief Whether a test is meant: by its name, or by its subject. */
static bool is_meant(const char *test, const char *wanted) {
    size_t length = wanted == NULL ? 0 : strlen(wanted);
    return wanted == NULL || (strncmp(test, wanted, length) == 0 && (test[length] == 0 || test[length] == '.'));
}

/** @brief Runs those tests of a subject that are meant. @return how many there are. */
static uint32_t run_subject(const harness_test_t *test, const char *wanted, bool repeats) {
    const char *subject = test->name;
    uint64_t runs_before = runs;
    uint32_t tests = 0;
    for (; test->name != NULL; test++) {
        if (is_meant(test->name, wanted) && !is_unfit(test->name) && number++ % parts + 1 == part) {
            run_test(test->name, repeats);
            tests++;
        }
    }
    if (tests > 0) {
        printf("%.*s: %llu runs\n", (int)strcspn(subject, "."), subject, (unsigned long long)(runs - runs_before));
    }
    return tests;
}

/** @brief Runs the tests that are meant. @return how many there are. */
static uint32_t run_tests(const char *wanted, bool repeats) {
    uint32_t tests = 0;
    for (const harness_test_t *const *table = suite_tables; *table != NULL; table++) {
        tests += (*table)->name != NULL ? run_subject(*table, wanted, repeats) : 0;
    }
    return tests;
}

/** @brief Makes one run where it can be looked at. */
static int show_run(const fault_run_t *run) {
    const char *what = run->test == NULL ? "which test?" : make_run(run);
    printf("%s\n", what == NULL ? "everything held" : what);
    return what == NULL ? 0 : 1;
}

/** @brief Runs what the command line says. @param count arguments. @param arguments the options. */
int main(int count, char **arguments) {
    fault_run_t run = {NULL, PTK_SIM_FAULT_COUNT, 0, false};
    program = arguments[0];
    outcome = mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (outcome == MAP_FAILED) {
        return 2;
    }
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? arguments[i + 1] : "";
        bool has_value = true;
        if (strcmp(arguments[i], "--test") == 0) {
            run.test = value;
        } else if (strcmp(arguments[i], "--kind") == 0) {
            run.kind = (uint32_t)strtoul(value, NULL, 10);
        } else if (strcmp(arguments[i], "--call") == 0) {
            run.call = strtoull(value, NULL, 10);
        } else if (strcmp(arguments[i], "--part") == 0) {
            char *end = NULL;
            part = (uint32_t)strtoul(value, &end, 10);
            parts = *end == '/' ? (uint32_t)strtoul(end + 1, NULL, 10) : 0;
            parts = parts == 0 ? 1 : parts;
        } else if (strcmp(arguments[i], "--repeat") == 0) {
            run.repeats = true;
            has_value = false;
        } else if (strcmp(arguments[i], "--every") == 0) {
            every_call = true;
            has_value = false;
        } else {
            fprintf(stderr,
                    "sim_faults [--test NAME] [--kind KIND --call N] [--repeat] [--every] [--part PART/PARTS]\n");
            return 2;
        }
        i += has_value ? 1 : 0;
    }
    if (run.kind < PTK_SIM_FAULT_COUNT) {
        return show_run(&run);
    }
    is_silent = true;
    uint32_t tests = run_tests(run.test, run.repeats);
    printf("%u tests, %llu runs, %u failed\n", (unsigned)tests, (unsigned long long)runs, (unsigned)failed);
    return tests > 0 && failed == 0 ? 0 : 1;
}
