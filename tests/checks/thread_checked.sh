# SPDX-License-Identifier: MIT
# Every public function that belongs to the loop's thread checks it in Debug libraries.
# Usage: thread_checked.sh SOURCE_DIRECTORY
. "$(dirname -- "$0")/common.sh"
cd "$1/src"

# Names of the functions whose @note begins with "Loop thread" and allows no other thread.
names=$(awk '
    /^ \* @note Loop thread/ { bound = 1 }
    bound && /any thread/ { bound = 0 }
    /^ptk_(err_t|handle_t) ptk_[a-z0-9_]+\(/ {
        if (bound) { sub(/^[a-z_]+ /, ""); sub(/\(.*/, ""); print }
        bound = 0
    }' include/linux/protocol_toolkit.h)
[ "$(echo "$names" | wc -l)" -ge 35 ] || fail "few functions found in the header: this check looks for the wrong thing"
for name in $names; do
    awk -v name="$name" '
        $0 ~ "^ptk_(err_t|handle_t) " name "\\(" { inside = 1 }
        inside && /PTK_ENTER|PTK_CHECK_THREAD/ { found = 1 }
        inside && /^}/ { inside = 0 }
        END { exit !found }' lib/core/*.c || fail "$name does not check the thread: PTK_ENTER is missing"
done
echo "$(echo "$names" | wc -l) functions check the thread"
