# Starts an example server on a port that the system chooses, and ends it by its process number. To be sourced.
#
# SPDX-License-Identifier: MIT

server_pid=''

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

# start_server OUTPUT COMMAND...: sets server_pid and server_port when the server has said where it listens.
start_server() {
    server_output=$1
    shift
    "$@" >"$server_output" 2>&1 &
    server_pid=$!
    server_port=''
    tries=0
    while [ -z "$server_port" ]; do
        server_port=$(sed -n '1s/^listening on .*:\([1-9][0-9]*\)$/\1/p' "$server_output")
        if [ -z "$server_port" ]; then
            kill -0 "$server_pid" 2>/dev/null || { cat "$server_output" >&2; fail "the server has ended"; }
            tries=$((tries + 1))
            [ "$tries" -le 300 ] || { cat "$server_output" >&2; fail "the server did not say where it listens"; }
            sleep 0.1
        fi
    done
}

# stop_server SIGNAL: ends the server, which has to end in an orderly way and to have said nothing more.
stop_server() {
    kill "-$1" "$server_pid" || fail "the server was gone before it was told to end"
    status=0
    wait "$server_pid" || status=$?
    server_pid=''
    [ "$status" = 0 ] || { cat "$server_output" >&2; fail "the server ended with status $status"; }
    [ "$(wc -l <"$server_output")" -eq 1 ] || { cat "$server_output" >&2; fail "the server said more than one line"; }
}
