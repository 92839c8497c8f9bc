#!/bin/sh
# Starts examples/modbus_server, runs a client of this machine against it, and stops it.
# Usage: against_server.sh SERVER CLIENT DIRECTORY; the client gets the port as its argument.
#
# SPDX-License-Identifier: MIT
set -eu
. "$(dirname -- "$0")/server_process.sh"

mkdir -p "$3"
start_server "$3/$(basename -- "$2").server.log" "$1" --port 0
"$2" "$server_port" || fail "$2 found something wrong"
stop_server TERM
