#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""User-space instructions per echoed message: the difference of two runs, so that what a server does once cancels."""

import os
import tempfile

from counting import callgrind, echo, report


def count(build, peer, connections, messages, directory):
    out_file = os.path.join(directory, "callgrind.out")
    server = echo.Server(build, peer, callgrind.tool(out_file))
    echo.exchange(build, server.port, messages, connections)
    server.stop()
    return callgrind.instructions(out_file)


def main():
    arguments = report.read_arguments(__doc__)
    few, many = (200, 1200) if arguments.quick else (1000, 11000)
    with tempfile.TemporaryDirectory() as directory:
        for connections in (1, 50):
            for peer in echo.PEERS[:2] if arguments.quick else echo.PEERS:
                low, high = (count(arguments.build, peer, connections, messages, directory) for messages in (few, many))
                report.print_row(f"a-{connections}", peer, "instructions", "1", (high - low) / (many - few))


if __name__ == "__main__":
    main()
