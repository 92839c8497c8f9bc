# SPDX-License-Identifier: MIT
# The part of scripts/make-man-pages that reads headers; man_pages_write.awk writes the pages.
#
# A page begins at a "/* ---- title */" line of protocol_toolkit.h, or at the start of another header. An item is a
# comment with what it documents; @name groups are items, too. Left out: what is between @cond and @endcond, the parts
# that the library alone uses (storage, steps), and what protects and includes headers.

# ----------------------------------------------------------------------------------------------------------- items

# begin_page NAME TITLE
function begin_page(name, title) {
    page = name
    if (!(name in page_title)) {
        pages[++page_count] = name
        page_title[name] = title
        page_header[name] = header
        page_items[name] = 0
    }
    group = ""
}

# add_item KIND NAME DECLARATION DOC MEMBERS
function add_item(kind, name, declaration, doc, members,    number) {
    if (page == "") { return }
    number = ++page_items[page]
    item_kind[page, number] = kind
    item_name[page, number] = name
    item_declaration[page, number] = declaration
    item_doc[page, number] = doc
    item_members[page, number] = members
    item_group[page, number] = group
}

# name_of DECLARATION: what a declaration or a member of one declares.
function name_of(declaration,    text) {
    text = declaration
    if (text ~ /^#define/) {
        sub(/^#define +/, "", text)
        sub(/[^A-Za-z0-9_].*/, "", text)
        return text
    }
    if (text !~ /\{/ && match(text, /\(\*[a-z_0-9]+\)\(/)) { return substr(text, RSTART + 2, RLENGTH - 4) }
    if (text ~ /^typedef/ || text ~ /\}/) {
        sub(/;[^;]*$/, "", text)
        sub(/[^A-Za-z0-9_]*$/, "", text)
        if (text ~ /^(struct|enum)/) { sub(/ *\{.*/, "", text) }
        sub(/.*[^A-Za-z0-9_]/, "", text)
        return text
    }
    sub(/[=[;,:(].*/, "", text)
    text = trim(text)
    sub(/.*[^A-Za-z0-9_]/, "", text)
    return text
}

# kind_of DECLARATION
function kind_of(declaration) {
    if (declaration ~ /^#define +[A-Za-z0-9_]+\(/) { return "macro" }
    if (declaration ~ /^#define/) { return "constant" }
    if (declaration ~ /^typedef/ || declaration ~ /^(struct|enum)[^(]*(\{|;)/) { return "type" }
    if (declaration ~ /\(/) { return "function" }
    return "type"
}

# end_declaration: a declaration is complete.
function end_declaration() {
    if (doc != "" && !hidden) {
        add_item(kind_of(declaration), name_of(declaration), declaration, doc, members)
    }
    declaration = ""
    members = ""
    doc = ""
}

# take_comment: a whole Doxygen comment is in text.
function take_comment(text,    title) {
    if (text ~ /@cond/) { hidden = 1; return }
    if (text ~ /@endcond/) { hidden = 0; return }
    if (text ~ /@}/) { group = ""; return }
    if (text ~ /@file/) {
        sub(/[ \n]*@file [^\n]*/, "", text)
        sub(/[ \n]*SPDX[^\n]*/, "", text)
        sub(/[ \n]*@brief /, "", text)
        file_doc[header] = text
        return
    }
    if (text ~ /@name/) {
        sub(/.*@name */, "", text)
        sub(/[ \n]*@\{.*/, "", text)
        title = text
        sub(/\n.*/, "", title)
        if (text !~ /\n/) { text = title "\n" }
        sub(/^[^\n]*\n/, "", text)
        group = title
        add_item("group", title, "", text, "")
        return
    }
    sub(/^[ \n]*@brief /, "", text)
    if (depth > 0) { member_doc = text }
    else { doc = text }
}

# add_member TEXT: what is said of the member that was read.
function add_member(text) {
    members = members name_of(trim(member)) "\t" trim(text) "\001"
    member_doc = ""
    member = ""
}

# comment_text LINE: without what makes it a line of a comment.
function comment_text(line) {
    sub(/^ *\/\*\*<? ?/, "", line)
    sub(/ *\*\/.*/, "", line)
    sub(/^ *\* ?/, "", line)
    return line
}

# ------------------------------------------------------------------------------------------------------------ read

FNR == 1 {
    header = FILENAME
    sub(/.*\//, "", header)
    headers[++header_count] = header
    page = ""
    declaration = ""
    doc = ""
    depth = 0
    hidden = in_comment = in_plain = in_cplusplus = in_define = 0
    if (header != "protocol_toolkit.h") {
        page = header
        sub(/\.h$/, "", page)
        begin_page(page, "")
    }
}

in_comment {
    comment = comment "\n" comment_text($0)
    if (/\*\//) {
        in_comment = 0
        if (trailing) {
            sub(/^ *@brief /, "", comment)
            if (depth > 0) { add_member(comment) }
            else { doc = comment; end_declaration() }
        } else {
            take_comment(comment)
        }
    }
    next
}

/^\/\* -+ .* \*\/$/ {
    title = $0
    sub(/^\/\* -+ /, "", title)
    sub(/ \*\/$/, "", title)
    if (header == "protocol_toolkit.h") {
        name = title
        sub(/(,| and ).*/, "", name)
        gsub(/ /, "_", name)
        if (title == "storage") { page = "" }
        else { begin_page("ptk_" name, title) }
    }
    next
}

in_plain { if (/\*\//) { in_plain = 0 } next }
/^ *\/\*([^*]|$)/ { if (!/\*\//) { in_plain = 1 } next }
/^#ifdef __cplusplus/ { in_cplusplus = 1 }
in_cplusplus { if (/^#endif/) { in_cplusplus = 0 } next }
/^#/ && !/^#define/ { next }
/^ *$/ { next }

# A comment before what it documents.
/^ *\/\*\*[^<]/ || /^ *\/\*\*$/ {
    trailing = 0
    comment = comment_text($0)
    if (/\*\//) { take_comment(comment) } else { in_comment = 1 }
    next
}

{
    line = $0
    trailing = index(line, "/**<")
    if (trailing) {
        comment = comment_text(substr(line, trailing))
        line = substr(line, 1, trailing - 1)
        sub(/ +$/, "", line)
    }
    if (depth > 0) {
        member = member line
        if (line ~ /[;,]$/ && member_doc != "" && !trailing) { add_member(member_doc) }
    } else {
        member = ""
    }
    declaration = declaration (declaration == "" ? "" : "\n") line
    is_define = declaration ~ /^#define/
    if (!is_define) {
        depth += gsub(/\{/, "{", line) - gsub(/\}/, "}", line)
    }
    complete = is_define ? line !~ /\\$/ : depth == 0 && line ~ /;$/
    if (trailing && $0 !~ /\*\//) { in_comment = 1; next }
    if (trailing) {
        sub(/^ *@brief /, "", comment)
        if (depth > 0) { add_member(comment) }
        else if (complete) { doc = comment }
    }
    if (complete) { end_declaration() }
}
