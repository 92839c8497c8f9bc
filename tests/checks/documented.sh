# SPDX-License-Identifier: MIT
# Every source has an SPDX line, and every function, type and data definition at file scope a Doxygen comment with @brief.
# Usage: documented.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
find_undocumented="$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/documented.awk"
fresh_directory "$2"
list=$PWD/undocumented
cd "$1"

# user_program.c is written as a user would, without these comments.
result=0
sources=$(find src examples tests bench cmake -name '*.[ch]' ! -name user_program.c | sort)
[ -n "$sources" ] || fail "no sources"
# All are read, as a comment in one file counts for others.
# shellcheck disable=SC2086
read_sources=$(printf '%s\n' $sources | grep -E '^(src|examples|tests)/')
# shellcheck disable=SC2086
awk -f "$find_undocumented" $read_sources >"$list" || true
[ ! -s "$list" ] || { echo "without a @brief:"; cat "$list"; result=1; }

scripts="$(grep -lE '^#!/bin/sh' .ci/* scripts/*) $(find scripts tests -name '*.sh')"
scripts="$scripts $(find cmake examples src tests bench -name CMakeLists.txt -o -name '*.cmake' -o -name '*.py') CMakeLists.txt"
# shellcheck disable=SC2086
without=$(grep -L 'SPDX-License-Identifier: MIT' $sources $scripts || true)
[ -z "$without" ] || { echo "without an SPDX line:"; echo "$without"; result=1; }

# The search finds what it has to find, and nothing else.
found=$(printf '%s\n' '/** @file x.h @brief A file. */' '#include "x.h"' 'static int bare;' \
    'static int after; /**< @brief Said. */' 'static void lone(void) {' '    if (1) { "}"; }' '}' '/* no brief */' \
    'typedef struct {' '    int a; /**< @brief No. */' '} kind_t;' 'MAKE(slots, 2);' '/** @brief Said. */' '#define X 1' \
    'enum { ONE };' '/**' ' * @brief Said.' ' */' 'int said(void);' 'struct later;' 'int said(void) {' '}' \
    '/** @brief Said. */' 'MAKE(one)' 'MAKE(two)' '/** @brief Said. */' 'TEST(one) {' '    a();' '}' '/** @brief Said. */' \
    'static void after_a_test(void) {' '}' | awk -f "$find_undocumented" | sed 's/^[^:]*:\([0-9]*\):.*/\1/' | tr '\n' ' ')
[ "$found" = '3 5 9 12 15 ' ] || fail "the search found lines $found"
exit $result
