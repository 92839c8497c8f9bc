# SPDX-License-Identifier: MIT
# The code and constants of the release archive fit into a limit.
# Usage: text_size.sh ARCHIVE LIMIT WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$3"
machine_code "$1" code.a
size -t code.a
text=$(size -t code.a | awk 'END { print $1 }')
[ "$text" -gt 0 ] || fail "no text at all"
[ "$text" -le "$2" ] || fail "$text bytes, more than $2"
