# SPDX-License-Identifier: MIT
# Core includes no system header but C99's freestanding ones, <string.h> and <assert.h>; protocols use the public API alone.
# Usage: layering.sh SOURCE_DIRECTORY
. "$(dirname -- "$0")/common.sh"
cd "$1/src"
result=0

# includes FILE...: "file:line:#include <name>", spaces removed.
includes() {
    grep -nE '^[[:space:]]*#[[:space:]]*include' "$@" /dev/null | sed 's/[[:space:]]//g; s/\/\*.*//'
}

# The log of Debug libraries is the one part of core that prints.
core=$(find lib/core -name '*.[ch]' ! -name log.c)
[ -n "$core" ] || fail "no sources in lib/core"
# atomic.h is selected by compiler: for MSVC it takes that compiler's own <intrin.h>.
# shellcheck disable=SC2086
bad=$(includes $core | grep -vE '^lib/core/atomic\.h:[0-9]+:#include<intrin\.h>$' \
    | grep -vE '#include<(assert|float|iso646|limits|stdarg|stdbool|stddef|stdint|string)\.h>$' \
    | grep -vE '#include("(core/)?[a-z_0-9]+\.h"|<protocol_toolkit\.h>)$' || true)
[ -z "$bad" ] || { echo "core includes what is not its own:"; echo "$bad"; result=1; }
# shellcheck disable=SC2086
for name in $(includes $core | sed -n 's/.*#include"\(.*\)"$/\1/p' | sort -u); do
    [ "$name" = protocol_toolkit.h ] || [ -f "lib/core/${name#core/}" ] || { echo "core includes $name"; result=1; }
done
# shellcheck disable=SC2086
if grep -nE '__linux__|__APPLE__|_WIN32|__FreeBSD__|__unix__' $core; then
    echo "core asks which platform it is compiled for"
    result=1
fi

# A protocol sees the public header, its own headers, and the same system headers.
for protocol in protocols/*; do
    files=$(find "$protocol" -name '*.[ch]')
    [ -n "$files" ] || continue
    # shellcheck disable=SC2086
    bad=$(includes $files | grep -vE '#include<(assert|float|iso646|limits|stdarg|stdbool|stddef|stdint|string)\.h>$' \
        | grep -vE '#include("[a-z_0-9]+\.h"|<protocol_toolkit\.h>|<ptk_[a-z_0-9]+\.h>)$' || true)
    [ -z "$bad" ] || { echo "$protocol includes what it must not:"; echo "$bad"; result=1; }
    # shellcheck disable=SC2086
    for name in $(includes $files | sed -n 's/.*#include["<]\(.*\.h\)[">]$/\1/p' | sort -u); do
        case $name in
            protocol_toolkit.h | assert.h | float.h | iso646.h | limits.h | stdarg.h | stdbool.h | stddef.h | stdint.h | string.h) ;;
            *) [ -n "$(find "$protocol" -name "$name")" ] || { echo "$protocol includes $name"; result=1; } ;;
        esac
    done
done
exit $result
