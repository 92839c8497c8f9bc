# SPDX-License-Identifier: MIT
# A program links only the code that it uses. A program with timers alone links none for sockets, sources or
# protothreads, not even to destroy its loop, and none for threads, which it does not start. To resize its loop it links
# what moves sources, and no more of them; that is in resize alone, as few programs resize. A program with a loop alone
# links none for timers either.
# Usage: linked_code.sh SOURCE_DIRECTORY INCLUDE_DIRECTORY ARCHIVE WORK COMPILER
. "$(dirname -- "$0")/common.sh"
source_directory=$1 include_directory=$2 archive=$3 compiler=$5
fresh_directory "$4"
others='ptk_socket_|ptk_source_|ptk_user_event|ptk_raise|ptk_pt_|ptk_protothread|ptk_semaphore|ptk_port_socket|ptk_port_thread_start|ptk_port_thread_join'

# link_timers OPTION...: the program, which has to run, and its symbols.
link_timers() {
    "$compiler" -std=c99 -Os -fno-lto -I"$include_directory" "$@" "$source_directory/tests/checks/timers_program.c" \
        "$archive" -Wl,--gc-sections -o program
    ./program || fail "the program does not run"
    nm program >symbols
    grep -qw ptk_timer_create symbols || fail "no timer in the program"
}

link_timers -DWITHOUT_RESIZE
if grep -E "[ _]($others|ptk_sources_)" symbols; then
    fail "a program with timers alone links this"
fi
link_timers
if grep -E "[ _]($others)" symbols | grep -vwE 'ptk_source_(copy|update)'; then
    fail "a program with timers alone that resizes links this"
fi

"$compiler" -std=c99 -Os -fno-lto -I"$include_directory" "$source_directory/tests/checks/idle_loop.c" "$archive" \
    -Wl,--gc-sections -o loop_alone
nm loop_alone >symbols
grep -qw ptk_event_loop_run symbols || fail "no loop in the program"
if grep -E "[ _]($others|ptk_timer_)" symbols; then
    fail "a program with a loop alone links this"
fi
