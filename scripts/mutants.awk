# SPDX-License-Identifier: MIT
# For scripts/mutate: lists the changes that are made to C sources formatted as ours are.
# Prints for each: file, first line, last line, column, length, new text, what it is; with tabs between.

# emit KIND, COLUMN, LENGTH, TEXT: a change within the line.
function emit(kind, column, length_, text) {
    printf "%s\t%d\t%d\t%d\t%d\t%s\t%s\n", FILENAME, FNR, FNR, column, length_, text, kind
}

# masked LINE: the line with blanks in place of comments, strings and characters.
function masked(line,    result, i, c, two) {
    result = ""
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; result = result " "; i++ }
            result = result " "
        } else if (two == "/*") {
            in_comment = 1
            result = result "  "
            i++
        } else if (c == "\"" || c == "'") {
            quote = c
            result = result "\""
            for (i++; i <= length(line) && substr(line, i, 1) != quote; i++) {
                if (substr(line, i, 1) == "\\") { i++; result = result "\"" }
                result = result "\""
            }
            result = result "\""
        } else {
            result = result c
        }
    }
    return result
}

# operators TEXT, OLD, NEW: each OLD, which has blanks around, becomes NEW.
function operators(text, old, new,    start, place) {
    start = 1
    while ((place = index(substr(text, start), " " old " ")) > 0) {
        emit(old " to " new, start + place, length(old), new)
        start += place + length(old)
    }
}

# words TEXT, OLD, NEW: each OLD that is a whole word becomes NEW.
function words(text, old, new,    start, place, before, after) {
    start = 1
    while ((place = index(substr(text, start), old)) > 0) {
        place += start - 1
        before = place == 1 ? " " : substr(text, place - 1, 1)
        after = substr(text, place + length(old), 1)
        if (before !~ /[A-Za-z0-9_.]/ && after !~ /[A-Za-z0-9_.]/) emit(old " to " new, place, length(old), new)
        start = place + length(old)
    }
}

# closing TEXT, OPEN: where the parenthesis that opens there is closed, or 0 if not on this line.
function closing(text, open,    depth, i, c) {
    depth = 0
    for (i = open; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "(") depth++
        if (c == ")" && --depth == 0) return i
    }
    return 0
}

# conditions TEXT, KEYWORD: a condition that is no single comparison is negated; of one that is, the operator changes.
function conditions(text, keyword,    place, open, end, inner) {
    place = index(text, keyword " (")
    if (place == 0 || (place > 1 && substr(text, place - 1, 1) ~ /[A-Za-z0-9_]/)) return
    open = place + length(keyword) + 1
    end = closing(text, open)
    if (end == 0) return
    inner = substr(text, open + 1, end - open - 1)
    if (inner ~ / (&&|\|\|) / || inner !~ / (==|!=|<|>|<=|>=) |^!/) {
        emit(keyword " negated", open, end - open + 1, "(!" substr($0, open, end - open + 1) ")")
    }
}

# statements TEXT: a call, an assignment or a jump is deleted, a returned value is replaced.
function statements(text,    indent, body) {
    match(text, /^ */)
    indent = RLENGTH
    body = substr(text, indent + 1)
    if (pending_line) {
        if (text ~ /;$/) {
            printf "%s\t%d\t%d\t%d\t%d\t%s\t%s\n", FILENAME, pending_line, FNR, pending_column, 0, ";", "statement deleted"
            pending_line = 0
        } else if (text !~ /[,(&|?:+=-]$/ && text !~ /[^;{}]$/) {
            pending_line = 0
        }
        return
    }
    if (indent < 4 || body ~ /^(return|case|default|if|for|while|do|else|switch|goto|typedef|static|struct|const)([^A-Za-z0-9_]|$)/) {
        if (body ~ /^return .*;$/) returned(text, indent, body)
        if (body ~ /^return;$/) emit("statement deleted", indent + 1, length(body), ";")
        return
    }
    if (body ~ /^(break|continue);$/) emit("statement deleted", indent + 1, length(body), ";")
    if (body !~ /^\(void\)[a-z]|^[*(]*[a-z_][A-Za-z0-9_>.*()\[\]-]*( [-+|&^*\/%<>]*= |\(|\+\+;|--;)/) return
    if (body ~ /;$/) {
        emit("statement deleted", indent + 1, length(body), ";")
    } else if (body !~ /[{}]$/) {
        pending_line = FNR
        pending_column = indent + 1
    }
}

# returned TEXT, INDENT, BODY: the value becomes another one.
function returned(text, indent, body,    value, start) {
    value = substr(body, 8, length(body) - 8)
    start = indent + 8
    if (value == "PTK_ERR_OK") emit("PTK_ERR_OK to an error", start, length(value), "PTK_ERR_INVALID_ARGUMENT")
    else if (value ~ /^PTK_ERR_[A-Z_]+$/) emit("an error to PTK_ERR_OK", start, length(value), "PTK_ERR_OK")
    else if (value !~ /^(true|false|0|1|NULL)$/) emit("0 returned", start, length(value), "0")
}

FNR == 1 { in_comment = 0; in_directive = 0; pending_line = 0 }
{
    line = masked($0)
    sub(/ +$/, "", line)
    if (line ~ /^ *#/ || in_directive) { in_directive = $0 ~ /\\$/; next }
    if (line ~ /^PTK_STATIC_ASSERT|^ *(assert|PTK_DIAGNOSE|PTK_ENTER|PTK_LOG)[A-Z_]*\(/) next
    operators(line, "==", "!="); operators(line, "!=", "==")
    operators(line, "<", "<="); operators(line, "<=", "<"); operators(line, ">", ">="); operators(line, ">=", ">")
    operators(line, "&&", "||"); operators(line, "||", "&&")
    operators(line, "+", "-"); operators(line, "-", "+"); operators(line, "*", "+"); operators(line, "/", "*")
    operators(line, "%", "/"); operators(line, "<<", ">>"); operators(line, ">>", "<<")
    operators(line, "&", "|"); operators(line, "|", "&"); operators(line, "^", "|")
    operators(line, "+=", "-="); operators(line, "-=", "+="); operators(line, "|=", "&="); operators(line, "&=", "|=")
    words(line, "0", "1"); words(line, "1", "0"); words(line, "true", "false"); words(line, "false", "true")
    words(line, "0u", "1u"); words(line, "1u", "0u")
    for (i = 1; i <= length(line); i++) {
        two = substr(line, i, 2)
        if (two == "++") emit("++ to --", i, 2, "--")
        if (two == "--") emit("-- to ++", i, 2, "++")
        if (substr(line, i, 1) == "!" && two != "!=") emit("! left out", i, 1, "")
    }
    conditions(line, "if")
    conditions(line, "while")
    statements(line)
}
