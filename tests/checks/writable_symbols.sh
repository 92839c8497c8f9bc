# SPDX-License-Identifier: MIT
# A release archive has as many writable symbols as it may: the core one, the head of the list of event loop arrays,
# and a protocol library none.
# Usage: writable_symbols.sh ARCHIVE COUNT WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$3"
machine_code "$1" code.a

nm code.a | grep ' [bBdDcCsSgG] ' >symbols || true
cat symbols
count=$(grep -c . symbols || true)
[ "$count" = "$2" ] || fail "$count writable symbols instead of $2"

# The same by the size of all writable sections, which also counts what has no symbol. Each symbol is one pointer.
bytes=$(size -t code.a | awk 'END { print $2 + $3 }')
pointer=$(($(getconf LONG_BIT) / 8))
[ "$bytes" = $(($2 * pointer)) ] || fail "$bytes bytes of writable memory"
