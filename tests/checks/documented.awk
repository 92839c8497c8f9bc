# SPDX-License-Identifier: MIT
# Names what a C source defines or declares at file scope without a Doxygen comment that has @brief: functions, types,
# data, and calls of macros that make such. What is not static is documented by a comment on any of its declarations in
# the files given. POSIX awk; a line at a time.

# Adds to what is collected, and notes where it begins.
function append(text) {
    if (chunk ~ /^[ \t]*$/ && text !~ /^[ \t]*$/) { start = FNR }
    chunk = chunk text
}

# Looks at what has been collected up to its end, with the comment in front of it.
function finish(kind, text, names, count, i, name, key, is_static) {
    text = chunk
    chunk = ""
    gsub(/\[[^]]*\]/, "[]", text)
    gsub(/__attribute__ *\(\([a-z_0-9]*\)\)/, "", text)
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    done = ""
    if (text == "" || text ~ /^extern "[^"]*"$/) { return }
    if (text ~ /^(struct|union|enum) [A-Za-z_0-9]+$/ && kind != "body") { comment = ""; return } # promises a type, no more
    if (text ~ /^[^(=]*(\([A-Z]* *\*)?__(real|wrap)_/) { comment = ""; return } # the linker's names for wrapped symbols
    if (text ~ /(_ASSERT|_LAYOUT)[A-Z_]* *\(/) { comment = ""; return }
    is_static = text ~ /(^| )static / || text ~ /PTK_(ALWAYS|FAST)_INLINE/ || kind == "macro"
    if (kind == "macro") {
        name = text; sub(/ *\(.*/, "", name)
        if (comment == "" && start - macro_line <= 1) { comment = "@brief" } # a block of them has one
        macro_line = comment ~ /@brief/ ? FNR : -1
        count = 1; names_of[1] = text
    } else if (text ~ /^typedef / || text ~ / BODY$/) {
        is_static = 1
        count = 1; names_of[1] = text
    } else if (text ~ /\(/ && text !~ /=/ && text !~ /\([A-Z]* *\*/) {
        name = text; sub(/ *\(.*/, "", name); sub(/.*[^A-Za-z_0-9]/, "", name)
        if (name == "main") { is_static = 1 } # one for each program
        count = 1; names_of[1] = name
    } else {
        count = split(text, names_of, ",")
        for (i = 1; i <= count; i++) {
            name = names_of[i]
            sub(/ *=.*/, "", name)
            if (match(name, /\([A-Z]* *\* *(const )? *[A-Za-z_0-9]+/)) { name = substr(name, RSTART, RLENGTH) }
            sub(/ *\[.*/, "", name); sub(/.*[^A-Za-z_0-9]/, "", name)
            names_of[i] = name
        }
    }
    for (i = 1; i <= count; i++) {
        key = (is_static ? FILENAME : "") SUBSEP names_of[i]
        if (!(key in place)) { order[++total] = key; place[key] = FILENAME ":" start ": " names_of[i] }
        if (comment ~ /@brief/) { documented[key] = 1 }
        done = done key "\n"
    }
    comment = ""
}

# A comment that belongs to what ended on this line: the rest of a line after a semicolon.
function belongs_to_last(text, keys, count, i) {
    if (text ~ /@brief/) {
        count = split(done, keys, "\n")
        for (i = 1; i <= count; i++) { if (keys[i] != "") { documented[keys[i]] = 1 } }
    }
}

function end_comment() {
    if (comment_text ~ /^\/\*\*</) { if (depth == 0) { belongs_to_last(comment_text) } }
    else if (depth == 0 && chunk ~ /^[ \t]*$/) { comment = comment_text ~ /^\/\*\*[^*]/ && comment_text !~ /@file/ ? comment_text : "" }
    in_comment = 0
}

FNR == 1 { depth = 0; round = 0; chunk = ""; comment = ""; in_comment = 0; in_define = 0; skipping = 0; done = ""; macro_line = -1 }

{
    line = $0
    # Lines of the preprocessor, comments in them aside. A macro takes the comment in front of it.
    if (!in_comment && (in_define || line ~ /^[ \t]*#/)) {
        if (!in_define && line ~ /^[ \t]*#[ \t]*(define|include)/) { comment = "" }
        in_define = line ~ /\\$/
        if (!match(line, /\/\*/) || index(substr(line, RSTART), "*/")) { next }
        line = substr(line, RSTART)
    }
    while (line != "") {
        if (in_comment) {
            at = index(line, "*/")
            if (at == 0) { comment_text = comment_text line; break }
            comment_text = comment_text substr(line, 1, at + 1)
            line = substr(line, at + 2)
            end_comment()
            continue
        }
        if (!match(line, /\/\*|["'{}();]/)) { if (depth == 0) { append(line) } break }
        before = substr(line, 1, RSTART - 1)
        what = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (depth == 0) { append(before) }
        if (what == "/*") {
            in_comment = 1; comment_text = "/*"
        } else if (what == "\"" || what == "'") {
            while (match(line, what == "'" ? "\\\\.|'" : "\\\\.|\"")) {
                is_end = RLENGTH == 1
                line = substr(line, RSTART + RLENGTH)
                if (is_end) { break }
            }
            if (depth == 0) { append(what what) } # what the text says is no code
        } else if (what == "{") {
            if (depth == 0 && round == 0) {
                is_function = chunk ~ /\)[ \t]*$/ && chunk !~ /=/
                follows_macro = chunk ~ /^[ \t]*$/ # the body of a function whose head is a macro, which was looked at
                if (chunk ~ /^[ \t]*extern "[^"]*"[ \t]*$/) { chunk = ""; continue }
            }
            depth++
        } else if (what == "}") {
            if (depth > 0 && --depth == 0) {
                if (is_function) { finish("function"); comment = ""; is_function = 0 }
                else if (follows_macro) { chunk = "" }
                else if (chunk !~ /=/) { chunk = chunk " BODY " }
            }
        } else if (depth == 0 && what == "(") {
            round++; chunk = chunk "("
        } else if (depth == 0 && what == ")") {
            chunk = chunk ")"
            if (--round == 0 && chunk ~ /^[ \t]*[A-Z_0-9]+[ \t]*\(/ && chunk !~ /\*[^()]*\)[ \t]*\(/ && line !~ /^[ \t]*\(/) {
                sub(/^[ \t]*;/, "", line)
                finish("macro")
            }
        } else if (depth == 0 && what == ";" && round == 0) {
            finish("")
        }
    }
    if (depth == 0 && !in_comment) { chunk = chunk " " }
    if (in_comment) { comment_text = comment_text " " }
}

END {
    for (i = 1; i <= total; i++) {
        if (!(order[i] in documented)) { print place[order[i]]; found++ }
    }
    exit found != 0
}
