# SPDX-License-Identifier: MIT
# No C source has a line comment.
# Usage: line_comments.sh SOURCE_DIRECTORY
. "$(dirname -- "$0")/common.sh"
cd "$1"
files=$(find src examples tests bench -name '*.[ch]')
[ -n "$files" ] || fail "no sources"
# shellcheck disable=SC2086
sh scripts/check-comments $files || fail "line comments"

# The script does find them, and is not misled by strings and block comments.
if printf 'int a; // comment\n' | sh scripts/check-comments - >/dev/null; then
    fail "a line comment was not found"
fi
printf 'char *a = "http://"; /* // */ char b = \47"\47; char c = \47/\47;\n/*\n// inside\n*/\n' | sh scripts/check-comments - \
    || fail "that was no line comment"
