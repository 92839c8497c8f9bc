# SPDX-License-Identifier: MIT
# The manual pages have every public function and macro with arguments, nothing of the comments' own marks, and no fault that
# man or mandoc sees.
# Usage: man_pages.sh SOURCE_DIRECTORY WORK HEADER...
. "$(dirname -- "$0")/common.sh"
source_directory=$1
fresh_directory "$2"
shift 2
"$source_directory/scripts/make-man-pages" 1.2.3 pages "$@" || fail "make-man-pages"
[ -f pages/man7/ptk.7 ] || fail "no ptk(7)"

# functions HEADER...: what is declared at the start of a line, without what the library alone uses.
functions() {
    sed -e '/@cond/,/@endcond/d' "$@" | sed -nE -e 's/^[a-z].*[ *](ptk_[a-z_0-9]+)\(.*/\1/p' |
        grep -v '^ptk_protothread_step_' | sort -u
}
functions "$@" >functions
[ "$(grep -c . functions)" -gt 100 ] || fail "too few functions: $(grep -c . functions)"
while read -r name; do
    [ -f "pages/man3/$name.3" ] || fail "no page $name(3)"
    sed '/^\.SH SYNOPSIS/q' "pages/man3/$name.3" | grep -qwF "$name" || fail "$name(3) does not name it"
done <functions
[ "$(readlink pages/man3/PTK_PT_RECEIVE.3)" = ptk_protothreads.3 ] || fail "no page PTK_PT_RECEIVE(3)"

pages=$(find pages -name '*.[37]' -type f | sort)
[ "$(echo "$pages" | grep -c .)" -ge 15 ] || fail "too few pages: $pages"
for page in $pages; do
    grep -q '^\.TH .* "ptk 1\.2\.3" ' "$page" || fail "$page: no version"
    if grep -nE '@(brief|param|return|note|code|endcode|name|ref|file)|SPDX-License-Identifier: MIT$|/\*|\*/' "$page" |
        grep -v ':\.\\" SPDX'; then
        fail "$page has marks of the comments"
    fi
    if command -v mandoc >tools; then
        mandoc -T lint -W warning "$page" | grep -v 'missing date, using ""' >faults || true
        [ ! -s faults ] || { cat faults; fail "mandoc: $page"; }
    fi
    if command -v groff >>tools; then
        groff -K utf8 -t -man -ww -T utf8 "$page" 2>faults >text || { cat faults; fail "groff: $page"; }
        [ ! -s faults ] || { cat faults; fail "groff: $page"; }
    fi
done

# What a reader sees of one function: its declaration, its argument with its range, what it returns, and who may call it.
sed -n '/^\.SS ptk_timer_start()/,/^\.SS ptk_timer_start_repeating()/p' pages/man3/ptk_timers.3 >timer_start
for text in '\\fBptk_err_t ptk_timer_start(ptk_handle_t timer, uint64_t interval_ms);\\fP' '\\fIinterval_ms\\fP' \
    '1 to PTK_TIME_MAX_MS ms, and not beyond .*' 'PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, .*' 'Threads' 'Loop thread\.'; do
    grep -qx -- "$text" timer_start || { cat timer_start; fail "ptk_timer_start(3) does not say $text"; }
done
echo "$(grep -c . functions) functions, $(echo "$pages" | grep -c .) pages"
