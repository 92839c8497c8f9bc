# SPDX-License-Identifier: MIT
# The part of scripts/make-man-pages that writes what man_pages.awk has read: -v version=X.Y.Z -v output=DIRECTORY. Prints for
# each function and macro with arguments its page and the name that it is to have there, too.

# ------------------------------------------------------------------------------------------------------------ text

# escape TEXT: as troff prints it.
function escape(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) { text = "\\&" text }
    return text
}

# words TEXT: a line of prose. Hyphens between letters stay hyphens, functions are bold, **x** is bold.
function words(text,    before, name) {
    gsub(/\\/, "\\e", text)
    gsub(/ -/, " \\-", text)
    gsub(/@ref /, "", text)
    while (match(text, /\*\*[^*]+\*\*/)) {
        text = substr(text, 1, RSTART - 1) "\\fB" substr(text, RSTART + 2, RLENGTH - 4) "\\fP" \
            substr(text, RSTART + RLENGTH)
    }
    before = ""
    while (match(text, /(ptk|PTK)_[A-Za-z0-9_]+\(\)/)) {
        name = substr(text, RSTART, RLENGTH - 2)
        before = before substr(text, 1, RSTART - 1) "\\fB" name "\\fP()"
        text = substr(text, RSTART + RLENGTH)
    }
    text = before text
    if (text ~ /^[.']/) { text = "\\&" text }
    return text
}

function put(line) {
    print line >file
}

function trim(text) {
    sub(/^[ \t]+/, "", text)
    sub(/[ \t]+$/, "", text)
    return text
}

# end_table: a table was collected, row by row; the second row is the line below the head. Cells of a wide column are broken
# into lines.
function end_table(    row, column, cell, count, part, wide, formats) {
    if (table_rows == 0) { return }
    count = split(table[1], part, /\|/) - 2
    for (row = 1; row <= table_rows; row++) {
        split(table[row], part, /\|/)
        for (column = 2; row != 2 && column <= count + 1; column++) {
            if (length(trim(part[column])) > 24) { wide[column] = 1 }
        }
    }
    for (column = 2; column <= count + 1; column++) { formats = formats (column in wide ? " lx" : " l") }
    put(".TS")
    put("allbox;")
    put(substr(formats, 2) ".")
    for (row = 1; row <= table_rows; row++) {
        if (row == 2) { continue }
        split(table[row], part, /\|/)
        line_of_cells = ""
        for (column = 2; column <= count + 1; column++) {
            cell = words(trim(part[column]))
            if (row == 1) { cell = "\\fB" cell "\\fP" }
            if (column in wide) { cell = "T{\n" cell "\nT}" }
            line_of_cells = line_of_cells (column > 2 ? "\t" : "") cell
        }
        put(line_of_cells)
    }
    put(".TE")
    put(".sp")
    table_rows = 0
}

# prose TEXT: a comment's text, lines between newlines; @brief and @file are gone.
function prose(text,    line, lines, count, i, in_code, name) {
    gsub(/ @param/, "\n@param", text) # several may be on a line
    gsub(/ @return/, "\n@return", text)
    gsub(/ @note/, "\n@note", text)
    count = split(text, lines, "\n")
    table_rows = 0
    paragraph = 0
    for (i = 1; i <= count; i++) {
        line = lines[i]
        if (in_code) {
            if (line ~ /^ *@endcode/) {
                in_code = 0
                put(".EE")
                put(".RE")
                paragraph = 1
            } else {
                put(escape(line))
            }
            continue
        }
        line = trim(line)
        if (line ~ /^\|/) { table[++table_rows] = line; continue }
        end_table()
        if (line == "") { paragraph = 1; continue }
        if (line ~ /^@code/) { put(".PP"); put(".RS 4"); put(".EX"); in_code = 1; continue }
        if (line ~ /^@param/) {
            sub(/^@param(\[[a-z,]*\])? */, "", line)
            name = line
            sub(/ .*/, "", name)
            sub(/^[^ ]* */, "", line)
            put(".TP")
            put("\\fI" name "\\fP")
            put(words(line))
            continue
        }
        if (line ~ /^@return/) {
            sub(/^@return */, "", line)
            put(".TP")
            put("Returns")
            put(words(line))
            continue
        }
        if (line ~ /^@note/) {
            sub(/^@note */, "", line)
            put(".TP")
            put("Threads")
            put(words(line))
            continue
        }
        if (line ~ /^- /) {
            put(".IP \\(bu 2")
            put(words(substr(line, 3)))
            paragraph = 0
            continue
        }
        if (paragraph) { put(".PP"); paragraph = 0 }
        put(words(line))
    }
    end_table()
}

# brief TEXT: the first sentence of a comment, without its full stop.
function brief(text) {
    gsub(/\n/, " ", text)
    sub(/@(param|return|note|code).*/, "", text)
    gsub(/  +/, " ", text)
    if (match(text, /\. /)) { text = substr(text, 1, RSTART) }
    text = trim(text)
    sub(/\.$/, "", text)
    return text
}

# ----------------------------------------------------------------------------------------------------------- write

# shown DECLARATION KIND: as a page shows it; of a macro its name and arguments.
function shown(declaration, kind) {
    if (kind == "macro") {
        sub(/^#define +/, "", declaration)
        sub(/\).*/, ")", declaration)
    }
    if (kind == "constant") { sub(/ *\\?\n.*/, "", declaration) }
    return declaration
}

function put_code(text,    count, i, lines) {
    count = split(text, lines, "\n")
    for (i = 1; i <= count; i++) {
        put(lines[i] ~ /^ *$/ ? ".PP" : "\\fB" escape(lines[i]) "\\fP")
    }
}

function put_members(members,    count, i, list, member) {
    count = split(members, list, "\001")
    for (i = 1; i < count; i++) {
        split(list[i], member, "\t")
        gsub(/\n +/, " ", member[2])
        gsub(/\n/, " ", member[2])
        put(".TP")
        put("\\fB" escape(member[1]) "\\fP")
        put(words(member[2]))
    }
}

function put_title(name, section) {
    put("'\\\" t")
    put(".\\\" SPDX-License-Identifier: MIT")
    put(".TH " name " " section " \"\" \"ptk " version "\" \"Protocol Toolkit\"")
    put(".nh")
    put(".ad l")
}

function is_shown(name, i) {
    return item_group[name, i] != "Steps" && item_name[name, i] != "Steps"
}

# put_names: NAME and SYNOPSIS of a page, and the pages that stand for its functions.
function put_names(name, what,    i, kind, names) {
    put(".SH NAME")
    names = name
    for (i = 1; i <= page_items[name]; i++) {
        kind = item_kind[name, i]
        if (is_shown(name, i) && (kind == "function" || kind == "macro") && item_name[name, i] != name) {
            names = names ",\n" item_name[name, i]
        }
    }
    put(names " \\- " what)
    put(".SH SYNOPSIS")
    put(".nf")
    put("\\fB#include <" page_header[name] ">\\fP")
    for (i = 1; i <= page_items[name]; i++) {
        kind = item_kind[name, i]
        if (is_shown(name, i) && (kind == "function" || kind == "macro")) {
            if (kind != "macro" || last_kind != "macro") { put(".PP") }
            put_code(shown(item_declaration[name, i], kind))
            last_kind = kind
        }
    }
    put(".fi")
    put(".PP")
    put("Link with \\fB" (name ~ /modbus/ ? "pkg\\-config \\-\\-libs ptk\\-modbus" : "pkg\\-config \\-\\-libs ptk") "\\fP.")
}

function put_items(name,    i, kind, declared, private) {
    for (i = 1; i <= page_items[name]; i++) {
        if (!is_shown(name, i)) { continue }
        kind = item_kind[name, i]
        if (kind == "group") {
            put(".SS " item_name[name, i])
            prose(item_doc[name, i])
        } else if (item_group[name, i] != "" && item_doc[name, i] !~ /\n/ && item_doc[name, i] !~ /@param/) {
            put(".TP")
            declared = shown(item_declaration[name, i], kind)
            put("\\fB" (declared ~ /\n/ ? item_name[name, i] "()" : escape(declared)) "\\fP")
            put(words(item_doc[name, i]))
        } else {
            put(".SS " (kind == "function" || kind == "macro" ? item_name[name, i] "()" : item_name[name, i]))
            put(".nf")
            private = item_doc[name, i] ~ /content is private/
            declared = shown(item_declaration[name, i], kind)
            if (private) { sub(/ \{.*\}/, " { ... }", declared) }
            put_code(declared)
            put(".fi")
            put(".PP")
            prose(item_doc[name, i])
            if (!private) { put_members(item_members[name, i]) }
        }
    }
}

function put_see_also(name,    i, list) {
    put(".SH SEE ALSO")
    list = "\\fBptk\\fP(7)"
    for (i = 1; i <= page_count; i++) {
        if (pages[i] != name) { list = list ",\n\\fB" pages[i] "\\fP(3)" }
    }
    put(list)
}

# what_of PAGE: a few words that say what it is about.
function what_of(name) {
    if (page_title[name] != "") { return page_title[name] " of Protocol Toolkit" }
    return brief(file_doc[page_header[name]])
}

END {
    if (page_count == 0) {
        print "no pages" >"/dev/stderr"
        exit 1
    }
    for (p = 1; p <= page_count; p++) {
        name = pages[p]
        last_kind = ""
        file = output "/man3/" name ".3"
        put_title(name, 3)
        put_names(name, what_of(name))
        put(".SH DESCRIPTION")
        if (page_title[name] == "") { prose(file_doc[page_header[name]]) }
        put_items(name)
        put_see_also(name)
        close(file)
        for (i = 1; i <= page_items[name]; i++) {
            if (is_shown(name, i) && item_kind[name, i] ~ /^(function|macro)$/ && item_name[name, i] != name) {
                print name ".3", item_name[name, i] ".3"
            }
        }
    }
    file = output "/man7/ptk.7"
    put_title("ptk", 7)
    put(".SH NAME")
    put("ptk \\- event loops, sockets, timers and protothreads without a heap")
    put(".SH SYNOPSIS")
    put(".nf")
    put("\\fB#include <protocol_toolkit.h>\\fP")
    put(".PP")
    put("\\fBcc program.c $(pkg\\-config \\-\\-cflags \\-\\-libs ptk)\\fP")
    put(".fi")
    put(".SH DESCRIPTION")
    prose(file_doc["protocol_toolkit.h"])
    put(".SS Pages")
    for (p = 1; p <= page_count; p++) {
        put(".TP")
        put("\\fB" pages[p] "\\fP(3)")
        put(words(what_of(pages[p])))
    }
    put(".PP")
    put("Each function, and each macro with arguments, has its name as a page, too.")
    put_see_also("")
    close(file)
}
