#!/bin/sh
# examples/modbus_client: wrong arguments, and everything it does against examples/modbus_server.
# Usage: example_client.sh CLIENT SERVER DIRECTORY
#
# SPDX-License-Identifier: MIT
set -eu
. "$(dirname -- "$0")/server_process.sh"

client=$1
server=$2
mkdir -p "$3"
out=$3/client.out
err=$3/client.err
monitor_pid=''

stop_monitor_at_exit() {
    if [ -n "$monitor_pid" ]; then
        kill -9 "$monitor_pid" 2>/dev/null
    fi
    stop_at_exit
}
trap stop_monitor_at_exit EXIT

# run STATUS ARGUMENT...: runs the client, which has to end with that status.
run() {
    expected=$1
    shift
    status=0
    # shellcheck disable=SC2086
    $PTK_EMULATOR "$client" "$@" >"$out" 2>"$err" || status=$?
    [ "$status" = "$expected" ] || { cat "$err"; fail "status $status instead of $expected: $*"; }
}

# one_line STATUS ARGUMENT...: that status, nothing on stdout, one line on stderr.
one_line() {
    run "$@"
    [ ! -s "$out" ] || fail "wrote to stdout: $*"
    [ "$(lines_in "$err")" = 1 ] || { cat "$err"; fail "not one line on stderr: $*"; }
}

one_line 2
one_line 2 frobnicate
one_line 2 read
one_line 2 read --type coil --address 0
one_line 2 read --host localhost --type coil --address 0
one_line 2 read --host 127.0.0.1 --address 0
one_line 2 read --host 127.0.0.1 --type bit --address 0
one_line 2 read --host 127.0.0.1 --type coil
one_line 2 read --host 127.0.0.1 --type coil --address
one_line 2 read --host 127.0.0.1 --type coil --address 65536
one_line 2 read --host 127.0.0.1 --type coil --address 65535 --count 2
one_line 2 read --host 127.0.0.1 --type coil --address 0 --count 0
one_line 2 read --host 127.0.0.1 --type coil --address 0 --port 0
one_line 2 read --host 127.0.0.1:0 --type coil --address 0
one_line 2 read --host 127.0.0.1 --type coil --address 0 --unit 256
one_line 2 read --host 127.0.0.1 --type coil --address 0 --timeout 0
one_line 2 read --host 127.0.0.1 --type coil --address 0 --in-flight 0
one_line 2 read --host 127.0.0.1 --type coil --address 0 --in-flight 17
one_line 2 read --host 127.0.0.1 --type coil --address 0 1
one_line 2 read --host 127.0.0.1 --type coil --address 0 --nonsense
one_line 2 write --host 127.0.0.1 --type coil --address 0
one_line 2 write --host 127.0.0.1 --type coil --address 0 2
one_line 2 write --host 127.0.0.1 --type holding --address 0 65536
one_line 2 write --host 127.0.0.1 --type holding --address 0 -1
one_line 2 write --host 127.0.0.1 --type holding --address 0 1x
one_line 2 write --host 127.0.0.1 --type holding --address 0 --count 2 1 2
one_line 2 write --host 127.0.0.1 --type input --address 0 1
one_line 2 write --host 127.0.0.1 --type discrete --address 0 1
run 0 --help
grep -q '^usage: modbus_client' "$out" || fail "--help does not print the usage"

start_server "$3/client_server.log" "$server" --port 0
port=$server_port
here="--host 127.0.0.1 --port $port --timeout 20000"

# shows VALUE...: the table that was printed last has these values.
shows() {
    got=$(text_of "$out" | sed 1d | awk '{ printf "%s ", $2 }')
    [ "$got" = "$* " ] || { cat "$out"; fail "shows '$got' instead of '$*'"; }
}

# shellcheck disable=SC2086
{
    run 0 write $here --type holding --address 10 1 0x2 65535
    shows 1 2 65535
    run 0 write $here --type holding --address 11 77
    run 0 read $here --type holding --address 9 --count 5
    shows 0 1 77 65535 0
    [ "$(text_of "$out" | sed -n '5p' | awk '{ print $1, $3, $4 }')" = "12 -1 0xFFFF" ] || { cat "$out"; fail "table"; }
    run 0 write $here --type coil --address 999 1
    run 0 write $here --type coil --address 0 1 0 1
    run 0 read $here --type coil --address 0
    shows 1
    run 0 read $here --type coil --address 0 --count 1000
    [ "$(text_of "$out" | sed 1d | awk '{ n += $2 } END { print NR, n }')" = "1000 3" ] || { cat "$out"; fail "1000 coils"; }
    run 0 read $here --type holding --address 0 --count 1000
    [ "$(text_of "$out" | sed 1d | awk '{ n += $2 } END { print NR, n }')" = "1000 65613" ] || { cat "$out"; fail "1000 registers"; }
    run 0 read $here --type discrete --address 990 --count 10
    shows 0 0 0 0 0 0 0 0 0 0
    run 0 read $here --type holding --address 0 --count 1000 --in-flight 16
    [ "$(text_of "$out" | sed 1d | awk '{ n += $2 } END { print NR, n }')" = "1000 65613" ] || { cat "$out"; fail "16 in flight"; }
    one_line 1 read $here --type coil --address 1000
    grep -q 'exception 2' "$err" || { cat "$err"; fail "which exception?"; }
    one_line 1 read $here --type holding --address 900 --count 300
    one_line 1 write $here --type holding --address 1000 1
    # Another unit gets no response.
    one_line 1 read --host 127.0.0.1 --port "$port" --timeout 100 --unit 9 --type coil --address 0
    grep -q 'no response' "$err" || { cat "$err"; fail "why does it fail?"; }
}

# Output that cannot be written is no success. Only Linux has such a file, and a Windows program does not see it.
case $client in
    *.exe) ;;
    *)
        if [ -c /dev/full ]; then
            status=0
            # shellcheck disable=SC2086
            $PTK_EMULATOR "$client" read $here --type coil --address 0 >/dev/full 2>"$err" || status=$?
            [ "$status $(lines_in "$err")" = "1 1" ] || { cat "$err"; fail "status $status with a full disk"; }
            # The monitor does not go on without anybody who can see it.
            status=0
            # shellcheck disable=SC2086
            $PTK_EMULATOR "$client" monitor $here --type coil --address 0 >/dev/full 2>"$err" || status=$?
            [ "$status $(lines_in "$err")" = "1 1" ] || { cat "$err"; fail "monitor: status $status with a full disk"; }
        fi
        ;;
esac

# wait_for TEXT: until the monitor has written a line with it, after what it had written before.
seen=0
wait_for() {
    tries=0
    until tail -n "+$((seen + 1))" "$3" | grep -q "$1"; do
        kill -0 "$2" 2>/dev/null || fail "monitor has ended"
        tries=$((tries + 1))
        [ "$tries" -le "$patience" ] || { cat "$3"; fail "monitor does not show '$1'"; }
        sleep 0.1
    done
    seen=$(lines_in "$3")
}

# The monitor shows a value that changes, the loss of the server, and the same server when it is back.
monitor=$3/client_monitor.out
# shellcheck disable=SC2086
$PTK_EMULATOR "$client" monitor $here --type holding --address 11 --interval 20 >"$monitor" 2>"$err" &
monitor_pid=$!
wait_for '11 *77' "$monitor_pid" "$monitor"
# shellcheck disable=SC2086
run 0 write $here --type holding --address 11 78
wait_for '11 *78' "$monitor_pid" "$monitor"
stop_server TERM
wait_for 'connection' "$monitor_pid" "$monitor"
start_server "$3/client_server.log" "$server" --port "$port"
wait_for '11 *0' "$monitor_pid" "$monitor"
ask_to_end INT "$monitor_pid" "$client"
status=0
wait "$monitor_pid" || status=$?
monitor_pid=''
[ "$status" = 0 ] || fail "monitor ended with status $status"

# monitor_without TEXT ARGUMENT...: a monitor that shows the text and never reads a value, which is no success.
monitor_without() {
    text=$1
    shift
    seen=0
    $PTK_EMULATOR "$client" monitor "$@" --type holding --address 0 --interval 20 >"$monitor" 2>"$err" &
    monitor_pid=$!
    wait_for "$text" "$monitor_pid" "$monitor"
    ask_to_end INT "$monitor_pid" "$client"
    status=0
    wait "$monitor_pid" || status=$?
    monitor_pid=''
    [ "$status $(lines_in "$err")" = "1 1" ] || { cat "$err"; fail "status $status of a monitor without a value: $*"; }
}

monitor_without 'no response' --host 127.0.0.1 --port "$port" --timeout 100 --unit 9
stop_server INT
monitor_without 'connection' --host 127.0.0.1 --port "$port" --timeout 20000

# No server.
# Windows tries for two seconds before it believes that.
# shellcheck disable=SC2086
one_line 1 read $here --type coil --address 0
grep -q 'refused' "$err" || { cat "$err"; fail "why does it fail?"; }
echo "modbus_client: everything is as it should be"
