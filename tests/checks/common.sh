# SPDX-License-Identifier: MIT
# What the checks share; sourced, not run. POSIX shell.
set -eu

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

skip() {
    echo "SKIPPED: $*"
    exit 77
}

# fresh_directory DIRECTORY: empties it, and goes there.
fresh_directory() {
    rm -rf "$1"
    mkdir -p "$1"
    cd "$1"
}

# machine_code ARCHIVE COPY: a copy without the LTO sections, so that nm sees the machine code's symbols, static ones
# included, and not what the compiler's plugin makes of the LTO sections.
machine_code() {
    objcopy --wildcard --remove-section '.gnu.lto_*' --remove-section '.llvm.lto' "$1" "$2"
    [ "$(nm "$2" | grep -c ' [TtDdBb] ')" -gt 0 ] || fail "$1 has no symbols"
}

# is_running PID: a process that ended and was not waited for yet does not count.
is_running() {
    case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in '' | Z*) return 1 ;; esac
}

# wait_for PATTERN FILE PID: waits until a line of the file matches while the process lives; prints what the pattern's
# group matched.
wait_for() {
    tries=0
    while :; do
        found=$(sed -n "s/.*$1.*/\\1/p" "$2" | head -n 1)
        [ -z "$found" ] || break
        is_running "$3" || { cat "$2" >&2; fail "the process ended before it printed $1"; }
        tries=$((tries + 1))
        [ "$tries" -le 200 ] || { cat "$2" >&2; fail "no line with $1"; }
        sleep 0.1
    done
    printf '%s\n' "$found"
}

# The line in which a server of ours prints where it listens.
listening_port='127\.0\.0\.1:\([1-9][0-9]*\)'

# The system call that waits, as strace names it, which depends on the processor: the Linux port's, and select()'s.
waiting_call='(epoll_p?wait2?|_newselect|select|pselect6(_time64)?)'
