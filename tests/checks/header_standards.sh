# SPDX-License-Identifier: MIT
# Each public header compiles alone, protocol_toolkit.h also in every macro and with the programs in its comments, as
# C99 and as C++11, with GCC and Clang where they are installed, without a warning.
# Usage: header_standards.sh SOURCE_DIRECTORY INCLUDE_DIRECTORY WORK DEFINITION...
. "$(dirname -- "$0")/common.sh"
checks=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
source_directory=$1
include=$2
work=$3
shift 3
fresh_directory "$work"

# compile SOURCE FLAG...: in both languages with both compilers.
compile() {
    source=$1
    shift
    for compiler in "gcc -x c -std=c99" "g++ -x c++ -std=c++11" "clang -x c -std=c99" "clang++ -x c++ -std=c++11"; do
        if command -v "${compiler%% *}" >/dev/null; then
            # shellcheck disable=SC2086
            $compiler -pedantic-errors -Wall -Wextra -Werror -I "$include" "$@" -fsyntax-only "$source" \
                || fail "$compiler $* $source"
            compiled=$((compiled + 1))
        fi
    done
}

compiled=0
# Once with the header's own limits, once with those of the build.
printf '#include <protocol_toolkit.h>\n' >alone.c
definitions=$(printf -- '-D%s ' "$@")
for source in alone.c "$checks/header_macros.c"; do
    compile "$source"
    # shellcheck disable=SC2086
    compile "$source" $definitions
done

# The programs in its comments, which ignore some arguments.
awk '/@endcode/ { inside = 0 }
    inside { sub(/^ \* ?/, ""); print >name }
    /@code/ { inside = 1; name = "example" ++count ".c"; print "#include <protocol_toolkit.h>" >name }
' "$include/protocol_toolkit.h"
[ -f example2.c ] || fail "found no examples in the header"
for source in example*.c; do
    compile "$source" -Wno-unused-parameter -Wno-unused-function
done

for header in "$source_directory"/src/protocols/*/include/*.h; do
    [ -f "$header" ] || continue
    printf '#include <%s>\n' "$(basename "$header")" >alone.c
    compile alone.c -I "$(dirname "$header")"
done

[ "$compiled" -ge 4 ] || fail "neither gcc nor clang"

# All macros are really used.
sed -n 's/^#define \(PTK_[A-Z0-9_]*\).*/\1/p' "$include/protocol_toolkit.h" | sort -u >macros
[ "$(grep -c . macros)" -gt 40 ] || fail "found too few macros in the header"
while read -r macro; do
    grep -qw "$macro" "$checks/header_macros.c" || fail "header_macros.c does not use $macro"
done <macros
