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

# references DIRECTORY NM: the names that its objects refer to and none of them defines, sorted.
references() {
    "$2" -g "$1"/*.o | sed -n 's/.* [TRBDC] //p' | sort -u >"$1/own"
    "$2" -u "$1"/*.o | sed -n 's/.* U //p' | sort -u | comm -23 - "$1/own"
}

# compare_references DIRECTORY NM NAMES OTHERS: its objects have to refer to each of the names, may refer to the others, and to
# nothing else.
compare_references() {
    references "$1" "$2" >"$1/refers"
    # shellcheck disable=SC2086
    printf '%s\n' $3 | sort >"$1/listed"
    # shellcheck disable=SC2086
    printf '%s\n' $4 >"$1/others"
    comm -23 "$1/refers" "$1/listed" | grep -vxFf "$1/others" >"$1/unlisted" || true
    [ ! -s "$1/unlisted" ] || fail "$1: refers to $(tr '\n' ' ' <"$1/unlisted")"
    comm -13 "$1/refers" "$1/listed" >"$1/unused"
    [ ! -s "$1/unused" ] || fail "$1: does not refer to $(tr '\n' ' ' <"$1/unused")"
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
