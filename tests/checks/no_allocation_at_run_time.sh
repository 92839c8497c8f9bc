# SPDX-License-Identifier: MIT
# From the creation of its first loop to its exit, the Modbus server under load never calls the allocator.
# Usage: no_allocation_at_run_time.sh MODBUS_SERVER MODBUS_CLIENT COUNTER ALLOCATING_PROGRAM WORK
. "$(dirname -- "$0")/common.sh"
server=$1
client=$2
counter=$3
allocating_program=$4
fresh_directory "$5"

# The counter does count. LD_PRELOAD cannot name a directory with a space.
copy=$(mktemp "${TMPDIR:-/tmp}/ptk-counter-XXXXXX")
trap 'rm -f "$copy"' EXIT
cp "$counter" "$copy"
counter=$copy

PTK_ALLOCATION_REPORT=$PWD/probe LD_PRELOAD=$counter "$allocating_program" || fail "the allocating program"
[ "$(cat probe)" = 4 ] || fail "the counter saw $(cat probe) calls instead of 4"

PTK_ALLOCATION_REPORT=$PWD/report LD_PRELOAD=$counter "$server" --bind 127.0.0.1 --port 0 >output 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; rm -f "$copy"' EXIT
port=$(wait_for "$listening_port" output "$pid")

# Eight clients at once, each with every kind of register, and requests that are refused.
load() {
    round=0
    while [ "$round" -lt 10 ]; do
        for kind in coil discrete holding input; do
            "$client" read --host 127.0.0.1 --port "$port" --type $kind --address $((round * 10)) --count 50 || return 1
        done
        "$client" write --host 127.0.0.1 --port "$port" --type holding --address "$round" 1 2 3 4 || return 1
        "$client" write --host 127.0.0.1 --port "$port" --type coil --address "$round" 1 0 1 || return 1
        if "$client" read --host 127.0.0.1 --port "$port" --type holding --address 65000 --count 5; then
            return 1
        fi
        round=$((round + 1))
    done
}
clients=''
for number in 1 2 3 4 5 6 7 8; do
    load >"load$number" 2>&1 &
    clients="$clients $!"
done
for number in $clients; do
    wait "$number" || { tail -n 3 load?; fail "a client failed"; }
done
if command -v mbpoll >/dev/null; then
    mbpoll -m tcp -p "$port" -a 1 -t 4 -r 1 -c 100 -1 127.0.0.1 >mbpoll 2>&1 || { cat mbpoll; fail "mbpoll"; }
fi

kill "$pid"
status=0
wait "$pid" || status=$?
trap - EXIT
[ "$status" = 0 ] || { cat output; fail "the server ended with status $status"; }
[ -s report ] || fail "no report: was there no event loop?"
[ "$(cat report)" = 0 ] || fail "$(cat report) calls of the allocator"
echo "no call of the allocator"
