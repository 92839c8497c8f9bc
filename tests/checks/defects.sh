# SPDX-License-Identifier: MIT
# What tests/harness/defects_*.c names exists in a suite, and the tables of docs/embedded.md have the same tests: a table
# belongs to the file that is named in a comment, <!-- defects_<system>.c -->, above it.
# Usage: defects.sh SOURCE_DIRECTORY
. "$(dirname -- "$0")/common.sh"
cd "$1"
result=0
wrong() {
    echo "$*"
    result=1
}

tests=$(sed -n 's/^    {"\([a-z_0-9]*\.[a-z_0-9]*\)", [a-z_0-9]*},.*/\1/p' tests/*/test_*.c)
subjects=$(printf '%s\n' "$tests" | sed 's/\..*//' | sort -u)
[ "$(printf '%s\n' "$tests" | wc -l)" -ge 400 ] || fail "this check looks for the wrong thing"
for file in tests/harness/defects_*.c; do
    name=${file##*/}
    listed=$(sed -n 's/^    {"\([a-z_0-9.]*\)",.*/\1/p' "$file" | sort)
    [ "$name" = defects_none.c ] || [ -n "$listed" ] || wrong "$file lists nothing"
    for entry in $listed; do
        printf '%s\n%s\n' "$tests" "$subjects" | grep -qxF "$entry" || wrong "$file: there is no test $entry"
    done
    grep -qF "<!-- $name -->" docs/embedded.md || continue
    shown=$(sed -n "/^<!-- $name -->/,/^\$/s/^| \`\([a-z_0-9.]*\)\`.*/\1/p" docs/embedded.md | sort)
    [ "$listed" = "$shown" ] || wrong "docs/embedded.md and $file differ: $(printf '%s\n' "$listed" "$shown" | sort | uniq -u | xargs)"
done
marked=$(sed -n 's/^<!-- \(defects_[a-z_]*\.c\) -->.*/\1/p' docs/embedded.md)
for name in $marked; do
    [ -f "tests/harness/$name" ] || wrong "docs/embedded.md shows $name, which is not there"
done
exit $result
