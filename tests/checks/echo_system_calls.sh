# SPDX-License-Identifier: MIT
# In steady state the echo server makes three system calls for each message on one connection: it waits, receives and
# sends, and nothing else.
# Usage: echo_system_calls.sh ECHO_SERVER ECHO_CLIENT WORK
. "$(dirname -- "$0")/common.sh"
server=$1
client=$2
fresh_directory "$3"
command -v strace >/dev/null || fail "no strace"
strace -o probe true 2>probe.error || skip "strace may not trace here: $(head -n 1 probe.error)"

# -D: the tracer is the background process, so that the process started here is the server.
strace -D -o trace "$server" --bind 127.0.0.1 --port 0 >output 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT
port=$(wait_for "$listening_port" output "$pid")
"$client" "$port" 110 || fail "the client had no echo"
kill "$pid"
wait "$pid" || true
trap - EXIT

tries=0
until grep -q '^+++ ' trace; do
    tries=$((tries + 1))
    [ "$tries" -le 100 ] || fail "the trace does not end"
    sleep 0.1
done

# From the receipt of message 10, in steady state, to before the receipt of message 110.
awk '/^recvfrom\(.*message 000110/ { exit } /^recvfrom\(.*message 000010/ { steady = 1 } steady' trace \
    | sed 's/(.*//' >steady
sort steady | uniq -c
[ "$(grep -c '^recvfrom$' steady)" = 100 ] || fail "not 100 times recv: $(grep -c . steady) calls"
[ "$(grep -c '^sendto$' steady)" = 100 ] || fail "not 100 times send"
[ "$(grep -cE "^$waiting_call\$" steady)" = 100 ] || fail "did not wait 100 times"
[ "$(grep -c . steady)" = 300 ] || fail "other system calls between the messages"
