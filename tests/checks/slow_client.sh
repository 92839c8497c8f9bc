# SPDX-License-Identifier: MIT
# A client that sends a lot before it reads anything gets all of it back. A server that forgets the rest of a partial
# send, or continues to read meanwhile, fails.
# Usage: slow_client.sh SLOW_CLIENT WORK SERVER [ARGUMENT...]; PORT stands for a free port in the arguments and is in the
# environment as PTK_TEST_PORT
. "$(dirname -- "$0")/common.sh"
client=$1
work=$2
shift 2
fresh_directory "$work"
PTK_TEST_PORT=$("$client" free-port) || fail "no free port"
export PTK_TEST_PORT
for argument do
    shift
    [ "$argument" != PORT ] || argument=$PTK_TEST_PORT
    set -- "$@" "$argument"
done
"$@" >output 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT
"$client" "$PTK_TEST_PORT" || { cat output; fail "with $1"; }
kill -0 "$pid" || { cat output; fail "the server ended"; }
