# SPDX-License-Identifier: MIT
"""How many bytes each input file contributes to a linked program, from GNU ld's map."""

import os
import re

# What `size` calls text: everything that is loaded and not written to.
READ_ONLY = (".text", ".rodata", ".eh_frame", ".gcc_except_table", ".init", ".fini")
# " .text.name  0x0000000000401000  0x2f archive.a(member.o)"; the name alone on a line when it is long.
PIECE = re.compile(r"^ (\.[\w.$*-]+)?\s+0x([0-9a-f]{16})\s+0x([0-9a-f]+) (\S.*)$")
NAME = re.compile(r"^ (\.[\w.$*-]+)$")


def read_only_bytes(path):
    """{input file: bytes} for the read-only part of the program."""
    found = {}
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    section = None
    for line in text[text.index("Linker script and memory map"):].splitlines():
        name = NAME.match(line)
        if name:
            section = name.group(1)
            continue
        piece = PIECE.match(line)
        if not piece:
            continue
        section = piece.group(1) or section
        if int(piece.group(2), 16) != 0 and section is not None and section.startswith(READ_ONLY):
            source = os.path.basename(piece.group(4))
            found[source] = found.get(source, 0) + int(piece.group(3), 16)
    return found
