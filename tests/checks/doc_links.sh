# Each link between pages, and from a page to a file, leads to a file that exists and to a heading that is there.
# Usage: doc_links.sh PROJECT WORK
#
# SPDX-License-Identifier: MIT
. "$(dirname -- "$0")/common.sh"
project=$1
fresh_directory "$2"

# anchors PAGE: the anchors of its headings, as GitHub makes them.
anchors() {
    awk '/^```/ { code = !code } !code && /^#+ / { sub(/^#+ +/, ""); print tolower($0) }' "$1" \
        | sed 's/`//g; s/\[\([^]]*\)\]([^)]*)/\1/g; s/[^a-z0-9 _-]//g; s/ /-/g'
}

# links PAGE: what is linked to within the project. No code: neither blocks nor indented lines.
links() {
    awk '/^```/ { code = !code } !code && !/^    /' "$1" | grep -o '](\([^()]*\))' | sed 's/^](//; s/)$//' \
        | grep -vE '^(https?|mailto):' || true
}

checked=0
for page in "$project"/*.md "$project"/docs/*.md "$project"/docs/*/*.md "$project"/tests/*.md "$project"/tests/*/*.md; do
    [ -e "$page" ] || continue
    links "$page" >links
    while read -r link; do
        file=${link%%#*}
        target=$page
        [ -z "$file" ] || target=$(dirname -- "$page")/$file
        [ -e "$target" ] || fail "$page: there is no $link"
        case $link in
            *.md#* | '#'*)
                anchors "$target" >anchors
                grep -qxF "${link#*#}" anchors || fail "$page: there is no heading for $link"
                ;;
        esac
        checked=$((checked + 1))
    done <links
done
[ "$checked" -gt 0 ] || fail "no links were found"
echo "$checked links are right"
