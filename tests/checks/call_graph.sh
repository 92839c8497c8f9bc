# SPDX-License-Identifier: MIT
# The files of a folder call each other one way: a ring of files, each of which needs all the others, has at most MOST.
# A file needs another one if its object refers to a symbol that the other's object defines.
# Usage: call_graph.sh FOLDER ARCHIVE MOST WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$4"
machine_code "$2" code.a
for source in "$1"/*.c; do
    basename "$source" .c
done >files
[ -s files ] || fail "no sources in $1"

# "file T symbol" for each that is defined or undefined ("U"); the diagnostics of Debug libraries are left out.
nm -A -P code.a | awk '
    { name = $1; sub(/.*\[/, "", name); sub(/\.c\.(o|obj)\]:?$/, "", name) }
    name != "diagnose" && name != "log" { print name, $3, $2 }' >symbols

awk -v most="$3" '
    FILENAME == "files" { is_here[$1] = 1; next }
    !($1 in is_here) { next }
    $2 == "U" { uses[++count] = $1 " " $3; next }
    $2 ~ /^[A-Z]$/ { home[$3] = $1; files[$1] = 1; defined++ }
    END {
        if (defined == 0) { print "no symbol of these files was found"; exit 1 }
        for (i = 1; i <= count; i++) {
            split(uses[i], use, " ")
            if ((use[2] in home) && home[use[2]] != use[1]) {
                needs[use[1], home[use[2]]] = 1
                why[use[1], home[use[2]]] = why[use[1], home[use[2]]] " " use[2]
                edges++
            }
        }
        if (edges == 0) { print "no call from one file to another was found"; exit 1 }
        for (pair in needs) { reaches[pair] = 1 }
        for (k in files) for (i in files) if ((i, k) in reaches) for (j in files) if ((k, j) in reaches) reaches[i, j] = 1
        result = 0
        for (i in files) {
            if (!((i, i) in reaches) || (i in seen)) { continue }
            size = 0
            for (j in files) if (((i, j) in reaches) && ((j, i) in reaches)) { ring[++size] = j; seen[j] = 1 }
            printf "a ring of %d files:\n", size
            for (a = 1; a <= size; a++) for (b = 1; b <= size; b++) if ((ring[a], ring[b]) in needs) {
                printf "  %s calls %s:%s\n", ring[a], ring[b], why[ring[a], ring[b]]
            }
            if (size > most) { result = 1 }
        }
        exit result
    }' files symbols || fail "calls in a circle"
