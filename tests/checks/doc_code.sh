# The code in the pages is the code of files that are compiled and run: scripts/update-pages says how.
# Usage: doc_code.sh PROJECT
#
# SPDX-License-Identifier: MIT
. "$(dirname -- "$0")/common.sh"
"$1/scripts/update-pages" --check || fail "see above"
echo "the pages have the code of the files"
