#!/bin/sh
# examples/mqtt_client: wrong arguments, and everything it does against mosquitto.
# Usage: mqtt_client.sh CLIENT MOSQUITTO DIRECTORY
#
# SPDX-License-Identifier: MIT
set -eu
. "$(dirname -- "$0")/../modbus/server_process.sh"

client=$1
mosquitto=$2
mkdir -p "$3"
work=$3
out=$work/mqtt.out
err=$work/mqtt.err
broker_log=$work/mosquitto.log
broker_pid=''
subscriber_pid=''

end_all() {
    for pid in $broker_pid $subscriber_pid; do
        kill -9 "$pid" 2>/dev/null || true
    done
}
trap end_all EXIT

# run STATUS ARGUMENT...: runs the client, which has to end with that status.
run() {
    expected=$1
    shift
    status=0
    # shellcheck disable=SC2086
    $PTK_EMULATOR "$client" "$@" >"$out" 2>"$err" || status=$?
    [ "$status" = "$expected" ] || { cat "$err" >&2; fail "status $status instead of $expected: $*"; }
}

# refused ARGUMENT...: wrong arguments, one line says which.
refused() {
    run 2 "$@"
    [ ! -s "$out" ] && [ "$(lines_in "$err")" = 1 ] || { cat "$err" >&2; fail "not one line on stderr: $*"; }
}

# wait_for PATTERN COUNT FILE PID: until so many lines match, while the process lives.
wait_for() {
    tries=0
    while [ "$(text_of "$3" | grep -c "$1")" -lt "$2" ]; do
        kill -0 "$4" 2>/dev/null || { cat "$3" >&2; fail "ended before it wrote $2 times: $1"; }
        tries=$((tries + 1))
        [ "$tries" -le "$patience" ] || { cat "$3" >&2; fail "has not written $2 times: $1"; }
        sleep 0.1
    done
}

# start_broker PORT: fails if the port is taken.
start_broker() {
    printf 'listener %s 127.0.0.1\nallow_anonymous true\nlog_type all\nlog_dest stderr\n' "$1" >"$work/mosquitto.conf"
    : >"$broker_log"
    "$mosquitto" -c "$work/mosquitto.conf" >"$broker_log" 2>&1 &
    broker_pid=$!
    tries=0
    until grep -q 'mosquitto version .* running' "$broker_log"; do
        if ! kill -0 "$broker_pid" 2>/dev/null; then
            broker_pid=''
            return 1
        fi
        tries=$((tries + 1))
        [ "$tries" -le "$patience" ] || { cat "$broker_log" >&2; fail "the broker does not get ready"; }
        sleep 0.1
    done
}

# stop_broker: by its process number, and waits for its end.
stop_broker() {
    kill "$broker_pid"
    wait "$broker_pid" || true
    broker_pid=''
}

# start_subscriber SUBSCRIPTIONS ARGUMENT...: in the background, and waits until it has subscribed.
start_subscriber() {
    : >"$work/received"
    : >"$work/subscriber.err"
    # shellcheck disable=SC2086
    $PTK_EMULATOR "$client" subscribe --port "$port" --timeout 20000 "$@" >"$work/received" 2>"$work/subscriber.err" &
    subscriber_pid=$!
    wait_for '^mqtt_client: subscribed to' 1 "$work/subscriber.err" "$subscriber_pid"
}

# end_of_subscriber LINE...: it ends by itself, with status 0, and has received these lines.
end_of_subscriber() {
    status=0
    wait "$subscriber_pid" || status=$?
    subscriber_pid=''
    [ "$status" = 0 ] || { cat "$work/subscriber.err" >&2; fail "the subscriber ended with status $status"; }
    printf '%s\n' "$@" >"$work/expected"
    text_of "$work/received" | cmp -s - "$work/expected" || { cat "$work/received" >&2; fail "received something else"; }
}

refused
refused frobnicate
refused publish --topic a
refused publish one
refused publish --topic 'a/#' one
refused subscribe
refused subscribe --topic a one
refused subscribe --topic a --qos 2
refused subscribe --topic a --host localhost
refused subscribe --topic a --port 0
refused subscribe --topic a --keep-alive 65536
refused publish --topic "$(printf '%05000d' 0)" one
run 0 --help
grep -q '^usage: mqtt_client' "$out" || fail "--help does not print the usage"

port=$((20000 + $$ % 20000))
until start_broker "$port"; do
    port=$((port + 1))
    [ "$port" -le 65000 ] || fail "no free port"
done

# At most once and at least once, a long message, an empty one, a filter with wildcards, an ID.
long=$(printf '%03000d' 7)
start_subscriber --topic 'plant/+/state' --qos 1 --count 6
run 0 publish --port "$port" --topic plant/pump/state first
run 0 publish --port "$port" --topic plant/pump/state --qos 1 second third
run 0 publish --port "$port" --topic plant/none "not this one"
run 0 publish --port "$port" --topic plant/fan/state --qos 1 --id fan "$long" "" sixth
end_of_subscriber "plant/pump/state first" "plant/pump/state second" "plant/pump/state third" "plant/fan/state $long" \
    "plant/fan/state " "plant/fan/state sixth"

# A silent client pings before the broker's time is over; Ctrl-C disconnects it.
start_subscriber --topic idle --keep-alive 1 --id silent
wait_for 'Received PINGREQ from silent' 3 "$broker_log" "$broker_pid"
ask_to_end INT "$subscriber_pid" "$client"
wait_for 'Received DISCONNECT from silent' 1 "$broker_log" "$broker_pid"
wait "$subscriber_pid" || fail "Ctrl-C: status $?"
subscriber_pid=''

# The broker goes away and comes back: the subscriber connects again, and so does a publisher that began meanwhile.
start_subscriber --topic plant/door --qos 1 --count 2 --attempts 0 --id door
run 0 publish --port "$port" --topic plant/door --qos 1 open
stop_broker
wait_for 'trying again' 2 "$work/subscriber.err" "$subscriber_pid"
# shellcheck disable=SC2086
$PTK_EMULATOR "$client" publish --port "$port" --topic plant/later --qos 1 --attempts 0 noted >"$out" 2>"$err" &
publisher_pid=$!
wait_for 'trying again' 1 "$err" "$publisher_pid"
start_broker "$port" || { cat "$broker_log" >&2; fail "the broker does not come back"; }
wait "$publisher_pid" || { cat "$err" >&2; fail "the publisher has not connected again"; }
wait_for '^mqtt_client: subscribed to' 2 "$work/subscriber.err" "$subscriber_pid"
run 0 publish --port "$port" --topic plant/door --qos 1 closed
end_of_subscriber "plant/door open" "plant/door closed"

# No one listens: it gives up after the attempts that it was allowed.
stop_broker
run 1 publish --port "$port" --topic a --attempts 2 one
[ "$(lines_in "$err")" = 2 ] || { cat "$err" >&2; fail "not two attempts"; }
echo "mqtt_client: everything is as it should be"
