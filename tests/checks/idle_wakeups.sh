# SPDX-License-Identifier: MIT
# An idle loop wakes at most 100 times a second with run(), and not once when it waits for ever.
# Usage: idle_wakeups.sh IDLE_LOOP WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$2"

# The second may be over in the middle of a wait, hence 101.
"$1" run >output || fail "idle_loop run"
passes=$(sed -n 's/^passes //p' output)
echo "run(): $passes passes in a second"
[ "$passes" -ge 1 ] && [ "$passes" -le 101 ] || fail "run() made $passes passes in a second"

"$1" forever >output || fail "idle_loop forever"
passes=$(sed -n 's/^passes //p' output)
[ "$passes" = 1 ] || fail "$passes passes although it waited for ever"

# The loop has counted its own passes; strace counts the system calls.
command -v strace >/dev/null || { echo "without strace: the system calls were not counted"; exit 0; }
strace -o probe true 2>probe.error || skip "strace may not trace here: $(head -n 1 probe.error)"
strace -o trace "$1" run >/dev/null || fail "idle_loop run under strace"
waits=$(grep -cE "^$waiting_call\(" trace || true)
[ "$waits" -ge 1 ] && [ "$waits" -le 101 ] || fail "run() waited $waits times in a second"
strace -o trace "$1" forever >/dev/null || fail "idle_loop forever under strace"
grep -q '^--- SIGALRM' trace || fail "no signal in the trace"
waits=$(sed '/^--- SIGALRM/q' trace | grep -cE "^$waiting_call\(" || true)
[ "$waits" = 1 ] || fail "$waits waits before the signal"
