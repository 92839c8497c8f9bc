# SPDX-License-Identifier: MIT
"""User-space instructions, counted by valgrind's tool callgrind."""

import os
import re
import subprocess


def tool(out_file):
    """The prefix of a command that counts its instructions."""
    return ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out_file}"]


def instructions(out_file):
    with open(out_file, encoding="utf-8", errors="replace") as file:
        found = re.findall(r"^(?:summary|totals): (\d+)", file.read(), re.MULTILINE)
    if not found:
        raise RuntimeError("callgrind counted nothing")
    return int(found[-1])


def of_program(command, directory):
    """Instructions of a program that ends by itself, and what it printed."""
    out_file = os.path.join(directory, "callgrind.out")
    done = subprocess.run([*tool(out_file), *command], stdout=subprocess.PIPE, text=True, timeout=600, check=True)
    return instructions(out_file), done.stdout
