#!/bin/sh
# examples/modbus_server against mbpoll. mbpoll counts from 1: reference 11 is address 10, unless it gets -0.
# Usage: interop_mbpoll.sh SERVER MBPOLL DIRECTORY
#
# SPDX-License-Identifier: MIT
set -eu
. "$(dirname -- "$0")/server_process.sh"

mkdir -p "$3"
output=$3/mbpoll.log
mbpoll=$2
start_server "$3/mbpoll_server.log" "$1" --port 0 --unit 17

# poll ARGUMENT...: one request to the server; mbpoll's output goes to $output.
poll() {
    "$mbpoll" -m tcp -p "$server_port" -a 17 -o 10 "$@" >"$output" 2>&1
}

# write "MBPOLL OPTIONS" VALUE...
write() {
    options=$1
    shift
    # shellcheck disable=SC2086
    poll $options 127.0.0.1 "$@" || { cat "$output"; fail "mbpoll could not write: $options"; }
    grep -q "^Written $# references" "$output" || { cat "$output"; fail "mbpoll did not write all: $options"; }
}

# read_back "MBPOLL OPTIONS" EXPECTED...: the lines "[reference]: value" must have these values.
read_back() {
    options=$1
    shift
    # shellcheck disable=SC2086
    poll $options -c $# -1 127.0.0.1 || { cat "$output"; fail "mbpoll could not read: $options"; }
    got=$(sed -n 's/^\[[0-9]*\]:[[:space:]]*//p' "$output" | tr '\n' ' ')
    [ "$got" = "$* " ] || { cat "$output"; fail "mbpoll read '$got' instead of '$*': $options"; }
}

# refused "MBPOLL OPTIONS": the server responds with exception 2.
refused() {
    # shellcheck disable=SC2086
    if poll $1 -1 127.0.0.1; then
        cat "$output"
        fail "mbpoll was not refused: $1"
    fi
    grep -q 'Illegal data address' "$output" || { cat "$output"; fail "mbpoll got another response: $1"; }
}

write "-t 4 -r 11" 111 222 65535
read_back "-t 4 -r 11" 111 222 "65535 (-1)"
read_back "-t 4 -r 10 -0" 111 222
write "-t 4 -r 12" 333
read_back "-t 4 -r 11" 111 333
write "-t 0 -r 1000" 1
write "-t 0 -r 995" 1 0 1 1
read_back "-t 0 -r 994" 0 1 0 1 1 0 1
read_back "-t 1 -r 999" 0 0
read_back "-t 3 -r 999" 0 0
read_back "-t 3 -r 7" 1
refused "-t 0 -r 1001"
refused "-t 1 -r 1000 -c 2"
refused "-t 3 -r 1001"
refused "-t 4 -r 1000 -c 2"

stop_server INT
echo "mbpoll: all responses are right"
