# SPDX-License-Identifier: MIT
# Tests are named as tests/README.md says: the table of tests/<suite>/test_<subject>.c is <subject>_tests, its tests begin
# with the subject, a suite lists it, and no test is there that no table has.
# Usage: test_names.sh SOURCE_DIRECTORY
. "$(dirname -- "$0")/common.sh"
cd "$1/tests"
result=0
wrong() {
    echo "$*"
    result=1
}

tables=0
for file in */test_*.c; do
    subject=${file##*/test_}
    subject=${subject%.c}
    grep -q '^const harness_test_t\|^static const harness_test_t' "$file" || continue # its tests are in another file's table
    tables=$((tables + 1))
    grep -q "^const harness_test_t ${subject}_tests\[\]" "$file" || wrong "$file has no table ${subject}_tests"
    others=$(sed -n '/_tests\[\] = {/,/^}/s/^    {"\([^"]*\)", [a-z_0-9]*},.*/\1/p' "$file" | grep -v "^$subject\.[a-z][a-z_0-9]*$" || true)
    [ -z "$others" ] || wrong "$file has tests of another subject: $others"
    grep -qw "${subject}_tests,\|SUBJECT(${subject})" "${file%/*}"/suite*.c "${file%/*}"/subjects.h 2>/dev/null || wrong "no suite in ${file%/*} has ${subject}_tests"
done
[ "$tables" -ge 70 ] || fail "only $tables tables of tests: this check looks for the wrong thing"
echo "$tables tables of tests"
exit $result
