#!/bin/sh
# The programs of docs/tutorial.md, server and client, each in a process of its own.
# Usage: tutorial.sh SERVER CLIENT DIRECTORY
#
# SPDX-License-Identifier: MIT
set -eu
. "$(dirname -- "$0")/../modbus/server_process.sh"

client=$2
work=$3
mkdir -p "$work"
start_server "$work/line_server.log" "$1" 127.0.0.1:0

# exchange STATUS EXPECTED REQUEST...: what the client prints, and how it ends.
exchange() {
    expected_status=$1
    expected=$2
    shift 2
    status=0
    # shellcheck disable=SC2086
    $PTK_EMULATOR "$client" "127.0.0.1:$server_port" "$@" >"$work/line_client.out" 2>"$work/line_client.err" || status=$?
    got=$(text_of "$work/line_client.out" | tr '\n' '|')
    [ "$status $got" = "$expected_status $expected" ] || fail "status $status, '$got', for: $*"
}

exchange 0 'OK|VALUE 3 21|ERROR|' 'SET 3 21' 'GET 3' 'HELLO'
exchange 0 'VALUE 3 21|' 'GET 3'
exchange 1 '' "$(printf '%070d' 0)"
kill -9 "$server_pid"
wait "$server_pid" || true
server_pid=''
exchange 1 '' 'GET 3'
grep -q PTK_ERR_CONNECTION_REFUSED "$work/line_client.err" || fail "why did it fail?"
echo "line_server and line_client: all responses are right"
