# The shared part is the same in every platform's header, and the script that keeps it so works.
# Usage: headers_equal.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
sync="$1/scripts/sync-headers"
reference="$1/src/include/linux/protocol_toolkit.h"

sh "$sync" --check || fail "the headers differ"

# On a copy: a platform part of its own stays, a shared part that drifted is found and mended.
fresh_directory "$2"
sed -e 's/^#define PTK_PLATFORM_NAME .*/#define PTK_PLATFORM_NAME "other"/' "$reference" >expected.h
sed -e 's/PTK_ERR_SYSTEM = -[0-9]*/PTK_ERR_SYSTEM = -99/' expected.h >other.h
! cmp -s expected.h other.h || fail "the copy has not drifted"
if sh "$sync" --check "$reference" "$PWD/other.h" >/dev/null 2>&1; then
    fail "a difference was not found"
fi
sh "$sync" "$reference" "$PWD/other.h"
sh "$sync" --check "$reference" "$PWD/other.h" || fail "still different"
cmp expected.h other.h || fail "not what it should be"

# A header without markers is refused and not touched.
grep -v 'PTK shared part: end' expected.h >broken.h
cp broken.h before.h
if sh "$sync" "$reference" "$PWD/broken.h" 2>/dev/null; then
    fail "a header without its end marker was accepted"
fi
cmp before.h broken.h || fail "a header without its end marker was changed"
