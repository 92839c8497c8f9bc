#!/bin/sh
# examples/mqtt_client against peers that lose an acknowledgement, refuse, send what is no MQTT, or say nothing.
# Usage: mqtt_bad_peers.sh CLIENT PEER DIRECTORY
#
# SPDX-License-Identifier: MIT
set -eu
. "$(dirname -- "$0")/../modbus/server_process.sh"

client=$1
peer=$2
mkdir -p "$3"
log=$3/mqtt_peer.log
err=$3/mqtt_peer.err

# meets MODE STATUS "LINE|..." PATTERN ARGUMENT...: how the client ends, which packets the peer gets, what the client says.
meets() {
    mode=$1
    expected="$2 $3"
    pattern=$4
    shift 4
    start_server "$log" "$peer" "$mode"
    status=0
    # shellcheck disable=SC2086
    $PTK_EMULATOR "$client" "$@" --port "$server_port" --attempts 2 >/dev/null 2>"$err" || status=$?
    tries=0 # the peer prints its last line when the client may have ended already
    while [ "$status $(text_of "$log" | sed 1d | tr '\n' '|')" != "$expected" ]; do
        tries=$((tries + 1))
        [ "$tries" -le 100 ] || { cat "$log" "$err" >&2; fail "$mode: status $status and the packets above"; }
        sleep 0.1
    done
    kill -9 "$server_pid"
    wait "$server_pid" 2>/dev/null || true
    server_pid=''
    text_of "$err" | grep -q "$pattern" || { cat "$err" >&2; fail "$mode: no '$pattern'"; }
}

# 4.4 and 3.3.1.1: not acknowledged, so sent again, with the same identifier and DUP; the next message has neither.
meets lost-ack 0 'CONNECT|PUBLISH dup 0 id 1|CONNECT|PUBLISH dup 1 id 1|PUBLISH dup 0 id 2|DISCONNECT|' \
    'PTK_ERR_.*; trying again' publish --topic a --qos 1 --id device one two
meets refuses 1 'CONNECT|' 'refused by the broker, code 5' publish --topic a one
meets malformed 1 'CONNECT|CONNECT|' 'malformed packet' publish --topic a one
meets too-long 1 'CONNECT|CONNECT|' 'malformed packet' subscribe --topic a
meets silent 1 'CONNECT|CONNECT|' 'PTK_ERR_TIMED_OUT' publish --topic a --timeout 200 one
# After each lost PINGRESP it connects again; each connection that was accepted begins a new series of attempts.
start_server "$log" "$peer" no-pong
# shellcheck disable=SC2086
$PTK_EMULATOR "$client" subscribe --port "$server_port" --topic a --keep-alive 1 --timeout 1000 >/dev/null 2>"$err" &
client_pid=$!
tries=0
until text_of "$log" | tr '\n' '|' | grep -q '|CONNECT|SUBSCRIBE|PINGREQ|CONNECT|SUBSCRIBE|'; do
    tries=$((tries + 1))
    [ "$tries" -le "$patience" ] || { kill -9 "$client_pid"; cat "$log" "$err" >&2; fail "no-pong: the packets above"; }
    sleep 0.1
done
kill -9 "$client_pid"
wait "$client_pid" 2>/dev/null || true
echo "mqtt_client: bad peers are met as they should be"
