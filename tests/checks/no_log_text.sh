# SPDX-License-Identifier: MIT
# The release archive contains nothing of the log: no message, no function name, no format, no call.
# Usage: no_log_text.sh SOURCE_DIRECTORY ARCHIVE WORK
. "$(dirname -- "$0")/common.sh"
source_directory=$1
fresh_directory "$3"
machine_code "$2" code.a

if nm code.a | grep -e 'ptk_log_write' -e 'ptk_diagnose' -e '__func__' -e '__FUNCTION__' -e '__PRETTY_FUNCTION__'; then
    fail "the symbols above belong to the log"
fi

# The messages, from the calls in the sources, whose arguments may span lines.
find "$source_directory/src/lib" -name '*.c' -exec cat {} + | tr '\n' ' ' | grep -o 'PTK_LOG([^"]*"[^"]*"' \
    | sed 's/^[^"]*"\(.*\)"$/\1/' | sort -u >messages || true
# And the texts of the file that reports mistakes, without those that are too short to be recognised.
diagnose="$source_directory/src/lib/core/diagnose.c"
grep -v '^#' "$diagnose" | grep -o '"[^"\\]*"' | sed 's/^"\(.*\)"$/\1/' | grep -E '.{12}' | grep -v '^PTK_EVENT_' >>messages
grep -q 'stale handle' messages || fail "found no text in $diagnose: this check looks for the wrong thing"
[ -s messages ] || fail "found no PTK_LOG call in the sources: this check looks for the wrong thing"
echo "$(grep -c . messages) messages in the sources"

# Constants only: in machine code, any bytes may happen to look like a format.
objcopy --wildcard --strip-all --remove-relocations '*' --only-section '.rodata*' --only-section '.data*' \
    code.a constants.a
strings -a -n 2 constants.a >texts
if grep -F -f messages texts; then
    fail "the texts above are log messages"
fi
if grep -E '%[-+ #0-9.*]*(hh?|ll?|z|j|t)?[diuoxXfeEgGcspn]' texts; then
    fail "the texts above are formats"
fi
grep -q PTK_ERR_TIMED_OUT texts || fail "not even the names of the errors are there: this check does not see the texts"
