#!/bin/sh
# examples/modbus_server against a client made with libmodbus.
# Usage: interop_libmodbus.sh SERVER CLIENT DIRECTORY
#
# SPDX-License-Identifier: MIT
set -eu
. "$(dirname -- "$0")/server_process.sh"

mkdir -p "$3"
start_server "$3/libmodbus_server.log" "$1" --port 0
"$2" "$server_port" || fail "the libmodbus client found something wrong"
stop_server TERM
