#!/bin/sh
# Our client, as a library and as examples/modbus_client, against a server made with libmodbus.
# Usage: interop_libmodbus_server.sh SERVER PROGRAM EXAMPLE DIRECTORY
#
# SPDX-License-Identifier: MIT
set -eu
. "$(dirname -- "$0")/server_process.sh"

example=$3
mkdir -p "$4"
out=$4/libmodbus_example.out
start_peer "$4/libmodbus_made_server.log" "$1"
# shellcheck disable=SC2086
$PTK_EMULATOR "$2" "$server_port" || fail "our client found something wrong"

# expect "ARGUMENTS" VALUE...: the example prints these values.
expect() {
    arguments=$1
    shift
    # shellcheck disable=SC2086
    $PTK_EMULATOR "$example" $arguments --host 127.0.0.1 --port "$server_port" --timeout 20000 >"$out" 2>&1 ||
        { cat "$out"; fail "the example failed: $arguments"; }
    got=$(text_of "$out" | sed 1d | awk '{ printf "%s ", $2 }')
    [ "$got" = "$* " ] || { cat "$out"; fail "the example shows '$got' instead of '$*': $arguments"; }
}

expect "read --type input --address 198 --count 2" 61638 61639
expect "write --type holding --address 100 5 0xFFFE" 5 65534
expect "read --type holding --address 99 --count 4" 1099 5 65534 1102
expect "write --type coil --address 190 0 1 1" 0 1 1
expect "write --type coil --address 193 1" 1
expect "read --type coil --address 189 --count 5" 1 0 1 1 1
expect "read --type discrete --address 5 --count 2" 1 0

# More than one request can carry: the whole table.
# shellcheck disable=SC2086
$PTK_EMULATOR "$example" read --type holding --address 0 --count 200 --host 127.0.0.1 --port "$server_port" --timeout 20000 >"$out"
[ "$(lines_in "$out")" = 201 ] || { cat "$out"; fail "not all 200 registers are there"; }
[ "$(text_of "$out" | sed -n '201p' | awk '{ print $2 }')" = 1199 ] || { cat "$out"; fail "the last register is wrong"; }

stop_server TERM
echo "libmodbus: all responses are right"
