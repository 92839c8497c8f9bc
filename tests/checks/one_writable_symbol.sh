# The release archive has exactly one writable symbol, the head of the list of event loop arrays.
# Usage: one_writable_symbol.sh ARCHIVE WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$2"
machine_code "$1" code.a

nm code.a | grep ' [bBdDcCsSgG] ' >symbols || true
cat symbols
count=$(grep -c . symbols || true)
[ "$count" = 1 ] || fail "$count writable symbols"

# The same by the size of all writable sections, which also counts what has no symbol: one pointer.
bytes=$(size -t code.a | awk 'END { print $2 + $3 }')
pointer=$(getconf LONG_BIT)
[ "$bytes" = $((pointer / 8)) ] || fail "$bytes bytes of writable memory"
