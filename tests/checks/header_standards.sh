# The public header compiles alone, and in every macro, as C99 and as C++11, with GCC and Clang, without a warning.
# Usage: header_standards.sh INCLUDE_DIRECTORY WORK DEFINITION...
. "$(dirname -- "$0")/common.sh"
checks=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
include=$1
work=$2
shift 2
fresh_directory "$work"

# Once as it is, once with the limits of the build.
printf '#include <protocol_toolkit.h>\n' >alone.c
set -- '' "$(printf -- '-D%s ' "$@")"
for definitions in "$@"; do
    for source in alone.c "$checks/header_macros.c"; do
        for compiler in gcc clang; do
            command -v $compiler >/dev/null || fail "no $compiler"
            # shellcheck disable=SC2086
            $compiler -x c -std=c99 -pedantic-errors -Wall -Wextra -Werror -I "$include" $definitions -fsyntax-only \
                "$source" || fail "$compiler -std=c99 $definitions $source"
            # shellcheck disable=SC2086
            $compiler -x c++ -std=c++11 -pedantic-errors -Wall -Wextra -Werror -I "$include" $definitions \
                -fsyntax-only "$source" || fail "$compiler -std=c++11 $definitions $source"
        done
    done
done

# That "every macro" is true.
sed -n 's/^#define \(PTK_[A-Z0-9_]*\).*/\1/p' "$include/protocol_toolkit.h" | sort -u >macros
[ "$(grep -c . macros)" -gt 40 ] || fail "found too few macros in the header"
while read -r macro; do
    grep -qw "$macro" "$checks/header_macros.c" || fail "header_macros.c does not use $macro"
done <macros
