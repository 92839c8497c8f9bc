# Starts a server on a port that the system chooses, and ends it by its process number. To be sourced.
#
# PTK_EMULATOR is the command that runs a program of a cross build: words without spaces inside, such as
# "env WINEDEBUG=-all wine" or "qemu-arm". It must become the program's process (exec), as these do. Peers that were made
# elsewhere are programs of this machine and run without it.
#
# SPDX-License-Identifier: MIT

PTK_EMULATOR=${PTK_EMULATOR:-}
server_pid=''

# Tenths of a second that a program may take to get ready: emulated ones load slowly.
patience=600

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

stop_at_exit() {
    if [ -n "$server_pid" ]; then
        kill -9 "$server_pid" 2>/dev/null
    fi
}
trap stop_at_exit EXIT
trap 'exit 1' HUP INT TERM

# text_of FILE: what a program wrote, without the carriage returns of a Windows program and the lines of a Debug library's
# log: on a busy machine a handler may be slow.
text_of() {
    tr -d '\r' <"$1" | grep -v '^ptk [EWID] ' || true
}

# lines_in FILE: how many lines it has, those of the log not counted.
lines_in() {
    grep -vc '^ptk [EWID] ' "$1" || true
}

# ask_to_end SIGNAL PID PROGRAM: a Windows program can be ended by SIGINT only, which is its Ctrl-C. There is no SIGTERM
# from outside: Wine ends the process with it as with SIGKILL.
ask_to_end() {
    case $3 in
        *.exe) kill -INT "$2" ;;
        *) kill "-$1" "$2" ;;
    esac
}

# empty_output OUTPUT: removes what an earlier run left there. The shell that becomes the server would
# empty it too late.
empty_output() {
    server_output=$1
    : >"$server_output"
}

# wait_for_server: sets server_port when the server has said where it listens.
wait_for_server() {
    server_port=''
    tries=0
    while [ -z "$server_port" ]; do
        server_port=$(text_of "$server_output" | sed -n '1s/^listening on .*:\([1-9][0-9]*\)$/\1/p')
        if [ -z "$server_port" ]; then
            kill -0 "$server_pid" 2>/dev/null || { cat "$server_output" >&2; fail "the server has ended"; }
            tries=$((tries + 1))
            [ "$tries" -le "$patience" ] || { cat "$server_output" >&2; fail "the server does not say where it listens"; }
            sleep 0.1
        fi
    done
}

# start_server OUTPUT PROGRAM ARGUMENT...: starts a server of this build; sets server_pid and server_port.
start_server() {
    empty_output "$1"
    server_program=$2
    shift
    # shellcheck disable=SC2086
    $PTK_EMULATOR "$@" >"$server_output" 2>&1 &
    server_pid=$!
    wait_for_server
}

# start_peer OUTPUT PROGRAM ARGUMENT...: the same with a server of this machine.
start_peer() {
    empty_output "$1"
    server_program=$2
    shift
    "$@" >"$server_output" 2>&1 &
    server_pid=$!
    wait_for_server
}

# stop_server SIGNAL: ends the server, which has to end in an orderly way and to have said nothing more.
stop_server() {
    ask_to_end "$1" "$server_pid" "$server_program" || fail "the server ended before its signal"
    status=0
    wait "$server_pid" || status=$?
    server_pid=''
    [ "$status" = 0 ] || { cat "$server_output" >&2; fail "the server ended with status $status"; }
    [ "$(lines_in "$server_output")" = 1 ] || { cat "$server_output" >&2; fail "the server said more than one line"; }
}
