#!/bin/sh
# The command line of examples/modbus_server: wrong arguments get one line on stderr and status 2.
# Usage: example_server_arguments.sh SERVER DIRECTORY
#
# SPDX-License-Identifier: MIT
set -eu
. "$(dirname -- "$0")/server_process.sh"

server=$1
mkdir -p "$2"

# run STATUS ARGUMENT...: runs the server, which has to end with that status; leaves what it wrote.
out=$2/arguments.out
err=$2/arguments.err
run() {
    expected=$1
    shift
    status=0
    # shellcheck disable=SC2086
    $PTK_EMULATOR "$server" "$@" >"$out" 2>"$err" || status=$?
    [ "$status" = "$expected" ] || { cat "$err"; fail "status $status instead of $expected: $*"; }
}

# wrong ARGUMENT...: status 2, nothing on stdout, one line on stderr.
wrong() {
    run 2 "$@"
    [ ! -s "$out" ] || fail "wrote to stdout: $*"
    [ "$(lines_in "$err")" = 1 ] || { cat "$err"; fail "not one line on stderr: $*"; }
}

wrong --port
wrong --port x
wrong --port 65536
wrong --port -1
wrong --unit 256
wrong --unit ''
wrong --bind localhost
wrong --bind 127.0.0.256
wrong --nonsense
wrong -h
wrong word

run 0 --help
grep -q '^usage: modbus_server' "$out" || fail "--help does not print the usage"

# A port that is taken: status 1 and one line.
start_server "$2/arguments_server.log" "$server" --port 0
run 1 --port "$server_port"
[ "$(lines_in "$err")" = 1 ] || { cat "$err"; fail "not one line about the port that is taken"; }
stop_server TERM
