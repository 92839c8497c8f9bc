# SPDX-License-Identifier: MIT
# The platforms' headers are what scripts/make-headers makes of the fragments, and the script works.
# Usage: headers_made.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
make_headers="$1/scripts/make-headers"
sh "$make_headers" --check || fail "run scripts/make-headers"
headers=$(find "$1/src/include" -name protocol_toolkit.h | grep -c .)
fragments=$(find "$1/src/include/fragments" -name '*.h' ! -name common.h | grep -c .)
[ "$headers" = "$fragments" ] || fail "$headers headers, but fragments of $fragments platforms"

# On a copy: a header that was edited is found and made again; a header that is missing is made.
fresh_directory "$2"
cp -R "$1/src/include" copy
sed 's/PTK_ERR_SYSTEM = -[0-9]*/PTK_ERR_SYSTEM = -99/' copy/linux/protocol_toolkit.h >edited.h
! cmp -s edited.h copy/linux/protocol_toolkit.h || fail "the edit changed nothing"
cp edited.h copy/linux/protocol_toolkit.h
rm -r copy/posix
! sh "$make_headers" --check copy 2>/dev/null || fail "an edited header was not found"
cmp edited.h copy/linux/protocol_toolkit.h || fail "--check changed a header"
sh "$make_headers" copy >/dev/null
for header in linux posix; do
    cmp "$1/src/include/$header/protocol_toolkit.h" "copy/$header/protocol_toolkit.h" || fail "$header is not made again"
done

# must_fail WHY EDIT FRAGMENT: after this mistake in a fragment nothing is made.
must_fail() {
    cp "$fragments_directory"/*.h copy/fragments/
    sed "$2" "$fragments_directory/$3" >"copy/fragments/$3"
    ! cmp -s "$fragments_directory/$3" "copy/fragments/$3" || fail "$1: the edit changed nothing"
    ! sh "$make_headers" copy >/dev/null 2>&1 || fail "$1 was accepted"
    cmp "$header" copy/linux/protocol_toolkit.h || fail "$1: the header was changed"
}
fragments_directory=$1/src/include/fragments
header=$1/src/include/linux/protocol_toolkit.h
must_fail "a part that is missing" 's/@part includes/@part end/' linux.h
must_fail "a part that nothing takes" 's/@insert includes//' common.h
must_fail "a part that is there twice" 's/@part layout/@part includes/' linux.h
must_fail "a header without its beginning" 's/@part header//' common.h
