# SPDX-License-Identifier: MIT
# The part of scripts/amalgamate that joins sources. Its input says what the library is made of, one part on a line:
# "source FILE", "debug FILE" (not under NDEBUG), "directory DIRECTORY" (where headers are looked for), "definition NAME".
#
# Headers of ours are put in where they are included first; where a condition may hide one, its include guard lets it come
# again. What is static has its name in one file, but here several share one: such a name gets the file's name before it if
# another file uses it, too. Macros of a file end with it.

# read_file FILE: its lines go to lines[FILE, 1...], their number to line_count[FILE].
function read_file(file,    line, status) {
    if (file in line_count) { return }
    line_count[file] = 0
    while ((status = (getline line <file)) > 0) { lines[file, ++line_count[file]] = line }
    if (status < 0) { print "amalgamate: " file " cannot be read" >"/dev/stderr"; failed = 1; exit 1 }
    close(file)
}

function exists(file,    line, status) {
    if (!(file in is_there)) {
        status = (getline line <file)
        close(file)
        is_there[file] = status >= 0
    }
    return is_there[file]
}

# find_header NAME FILE: where the compiler would find what FILE includes by that name; empty for a system's header.
function find_header(name, file,    directory, i, path) {
    directory = file
    sub(/[^\/]*$/, "", directory)
    if (exists(directory name)) { return directory name }
    for (i = 1; i <= directory_count; i++) {
        path = directories[i] "/" name
        if (exists(path)) { return path }
    }
    return ""
}

# shown FILE: its name in the project.
function shown(file) {
    return index(file, root) == 1 ? substr(file, length(root) + 1) : file
}

# put_line FILE LINE: a line of a file, or the header that it includes.
function put_line(file, line,    name, path) {
    if (line !~ /^[ \t]*#[ \t]*include[ \t]*["<]/) { print line; return }
    name = line
    sub(/^[ \t]*#[ \t]*include[ \t]*["<]/, "", name)
    sub(/[">].*/, "", name)
    if (name ~ /^(protocol_toolkit|ptk_modbus[a-z_]*)\.h$/) { return } # included at the top
    path = line ~ /</ ? "" : find_header(name, file)
    if (path == "") { print line; return }
    if (path in included) { return }
    if (conditions == 0) { included[path] = 1 }
    put_header(path)
}

# put_header FILE
function put_header(file,    i, line, guard, last) {
    read_file(file)
    for (i = line_count[file]; i > 0; i--) {
        if (lines[file, i] ~ /^#endif/) { last = i; break }
    }
    print ""
    print "/* " shown(file) " */"
    for (i = 1; i <= line_count[file]; i++) {
        line = lines[file, i]
        if (line ~ /^#ifndef/ && !guard) { guard = i }
        else if (i != last) { count_conditions(line) }
        put_line(file, line)
    }
}

# count_conditions LINE: in how many conditions the next line is.
function count_conditions(line) {
    if (line ~ /^[ \t]*#[ \t]*if/) { conditions++ }
    if (line ~ /^[ \t]*#[ \t]*endif/) { conditions-- }
}

# static_name LINE: the name of the static function or object that a line at file scope declares, or nothing.
function static_name(line) {
    if (line !~ /^static /) { return "" }
    sub(/[ ]*(\(|=|\[|;).*/, "", line)
    sub(/.*[ *]/, "", line)
    return line ~ /^[A-Za-z_][A-Za-z0-9_]*$/ ? line : ""
}

# collect FILE: which names are static in it, and in how many files each name is used.
function collect(file,    i, name, rest) {
    read_file(file)
    for (i = 1; i <= line_count[file]; i++) {
        name = static_name(lines[file, i])
        if (name != "") { is_static[file, name] = 1 }
        rest = lines[file, i]
        if (rest ~ /^ ?\*/ || rest ~ /^\/\*/) { continue }
        while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
            name = substr(rest, RSTART, RLENGTH)
            rest = substr(rest, RSTART + RLENGTH)
            if (!((file, name) in uses)) { uses[file, name] = 1; files_with[name]++ }
        }
    }
}

# renamed FILE LINE: with new names for what is static in the file and used by others, too; not in comments, strings, or
# after "." and "->", where they are members.
function renamed(file, line, stem,    before, name, at, quote, close_at) {
    before = ""
    while (line != "") {
        if (in_comment) {
            at = index(line, "*/")
            if (at == 0) { return before line }
            before = before substr(line, 1, at + 1)
            line = substr(line, at + 2)
            in_comment = 0
            continue
        }
        if (!match(line, /[A-Za-z_][A-Za-z0-9_]*|\/\*|"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|[0-9][0-9A-Za-z_]*/)) { return before line }
        name = substr(line, RSTART, RLENGTH)
        before = before substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (name == "/*") { in_comment = 1 }
        else if ((file, name) in is_static && files_with[name] > 1 && before !~ /(\.|->)$/) { name = stem "_" name }
        before = before name
    }
    return before
}

# put_source FILE
function put_source(file,    i, list, count, stem, defined, line) {
    stem = file
    sub(/.*\//, "", stem)
    sub(/\.c$/, "", stem)
    print ""
    print "/* " shown(file) " */"
    in_comment = 0
    for (i = 1; i <= line_count[file]; i++) {
        line = lines[file, i]
        count_conditions(line)
        if (line ~ /^#/ && line !~ /^#define/) { put_line(file, line) }
        else { print renamed(file, line, stem) }
        if (line ~ /^#define [A-Za-z_]/) {
            sub(/^#define /, "", line)
            sub(/[^A-Za-z0-9_].*/, "", line)
            defined = defined " " line
        }
    }
    count = split(defined, list, " ")
    for (i = 1; i <= count; i++) { print "#undef " list[i] }
}

$1 == "directory" { sub(/^directory /, ""); directories[++directory_count] = $0; next }
$1 == "definition" { definitions[++definition_count] = $2; next }
$1 == "source" && /\.c$/ { sub(/^source /, ""); sources[++source_count] = $0; is_debug[source_count] = 0 }
$1 == "debug" { sub(/^debug /, ""); sources[++source_count] = $0; is_debug[source_count] = 1 }

END {
    if (failed) { exit 1 }
    if (source_count == 0) { print "amalgamate: no sources" >"/dev/stderr"; exit 1 }
    print "/* Protocol Toolkit " version " for " platform ", made by scripts/amalgamate from the files named below. */"
    for (i = 1; i <= definition_count; i++) {
        print "#ifndef " definitions[i]
        print "#define " definitions[i] " 1"
        print "#endif"
    }
    print "#if defined(__clang__)"
    print "#pragma clang diagnostic ignored \"-Wunused-function\" /* of headers, not all inline functions are used */"
    print "#endif"
    # What the system's headers have to show must be known before the first of them.
    path = find_header("system_features.h", sources[1])
    if (path != "") { included[path] = 1; put_header(path) }
    print ""
    print "#include \"protocol_toolkit.h\""
    for (i = 1; i <= source_count; i++) { collect(sources[i]) }
    for (i = 1; i <= source_count; i++) {
        if (is_debug[i]) { print "#if !defined(NDEBUG)"; conditions++ }
        if (sources[i] ~ /log\.c$/) { # a program may have its own; from an archive it would not be taken then
            print "#if defined(__GNUC__)"
            print "#pragma weak ptk_log_write"
            print "#endif"
        }
        put_source(sources[i])
        if (is_debug[i]) { print "#endif"; conditions-- }
    }
}
