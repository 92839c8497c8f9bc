#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""System calls of the server per echoed message, counted by strace: the difference of two runs."""

import os
import re
import tempfile

from counting import echo, report


def count(build, peer, connections, messages, directory):
    out_file = os.path.join(directory, "calls")
    server = echo.Server(build, peer, ["strace", "-f", "-c", "-U", "calls,name", "-o", out_file])
    echo.exchange(build, server.port, messages, connections)
    server.stop()
    with open(out_file, encoding="utf-8") as file:
        return int(re.search(r"^\s*(\d+)\s+total", file.read(), re.MULTILINE).group(1))


def main():
    arguments = report.read_arguments(__doc__)
    few, many = (100, 1100) if arguments.quick else (1000, 11000)
    with tempfile.TemporaryDirectory() as directory:
        for connections in (1, 50):
            for peer in echo.PEERS[:2] if arguments.quick else echo.PEERS:
                low, high = (count(arguments.build, peer, connections, messages, directory) for messages in (few, many))
                report.print_row(f"j-{connections}", peer, "system_calls", "1", (high - low) / (many - few))


if __name__ == "__main__":
    main()
