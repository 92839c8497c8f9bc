# The code in the pages is the code of files that are compiled and run. Above a code block stands where it is from:
#   <!-- code: examples/tutorial/line_protocol.c [take] -->     what is between /* [take] */ and /* [/take] */ there
#   <!-- code: examples/tutorial/line_protocol.c -->            the whole file
# In the pages that teach, each block of C needs one. The README's program is compiled by check.readme_program.
# Usage: doc_code.sh PROJECT WORK
. "$(dirname -- "$0")/common.sh"
project=$1
fresh_directory "$2"

# blocks PAGE: writes each block of C to block.N, and what stands above it to origin.N; prints how many there are.
blocks() {
    awk '
        /^```c$/ { inside = 1; n++; print above >("origin." n); printf "" >("block." n); next }
        /^```/ { inside = 0; next }
        inside { print >("block." n); next }
        { above = $0 }
        END { print n + 0 }' "$1"
}

# original FILE [REGION]: the text that the block has to have.
original() {
    if [ -z "$2" ]; then
        cat "$project/$1"
    else
        awk -v begin="/* [$2] */" -v end="/* [/$2] */" '
            $0 == begin { inside = 1; next }
            $0 == end { exit }
            inside { print }' "$project/$1"
    fi
}

compared=0
for page in README.md docs/tutorial.md docs/cookbook.md docs/faq.md docs/embedded.md docs/protothreads.md; do
    rm -f block.* origin.*
    count=$(blocks "$project/$page")
    number=0
    while [ "$number" -lt "$count" ]; do
        number=$((number + 1))
        origin=$(sed -n 's/^<!-- code: \(.*\) -->$/\1/p' "origin.$number")
        if [ -z "$origin" ]; then
            case $page in README.md | docs/protothreads.md) continue ;; esac
            head -n 3 "block.$number" >&2
            fail "$page: code block $number has no line above it that says where it is from"
        fi
        file=${origin%% *}
        region=$(printf '%s\n' "$origin" | sed -n 's/^[^ ]* \[\(.*\)\]$/\1/p')
        original "$file" "$region" >expected
        [ -s expected ] || fail "$page: there is nothing at $origin"
        diff expected "block.$number" >&2 || fail "$page: code block $number is not what $origin is"
        compared=$((compared + 1))
    done
done
[ "$compared" -gt 0 ] || fail "no code was compared"
echo "$compared code blocks are what they say"
