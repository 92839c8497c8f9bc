# SPDX-License-Identifier: MIT
# The user's program runs until it is ended, and neither fails nor spins.
# Usage: user_program.sh [EMULATOR...] PROGRAM
. "$(dirname -- "$0")/common.sh"
status=0
timeout 1 "$@" || status=$?
[ "$status" = 124 ] || fail "it ended with status $status before its second was over"
