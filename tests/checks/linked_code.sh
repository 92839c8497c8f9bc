# A program links only the code that it uses. A program with timers alone links none for sockets, sources or
# protothreads, not even to resize or destroy its loop, and none for threads, which it does not start.
# SPDX-License-Identifier: MIT
# Usage: linked_code.sh SOURCE_DIRECTORY INCLUDE_DIRECTORY ARCHIVE WORK COMPILER
. "$(dirname -- "$0")/common.sh"
fresh_directory "$4"
"$5" -std=c99 -Os -fno-lto -I"$2" "$1/tests/checks/timers_program.c" "$3" -Wl,--gc-sections -o program
./program || fail "the program does not run"
nm program >symbols
grep -qw ptk_timer_create symbols || fail "no timer in the program"
if grep -E '[ _](ptk_socket_|ptk_source_|ptk_user_event|ptk_raise|ptk_pt_|ptk_protothread|ptk_semaphore|ptk_port_socket|ptk_port_thread_start|ptk_port_thread_join)' symbols; then
    fail "a program with timers alone links this"
fi
