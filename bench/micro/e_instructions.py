#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""User-space instructions per timer operation and per expiry: the difference of two runs."""

import json
import os
import tempfile

from counting import callgrind, report

PEERS = ["array", "ptk", "libev", "libevent", "libuv"]


def count(build, peer, part, number, directory):
    """(instructions, expiries) of one run of a part."""
    program = os.path.join(build, "micro", "e_timers_" + peer)
    instructions, output = callgrind.of_program([program, "--part", part, "--count", str(number)], directory)
    rows = [json.loads(line) for line in output.splitlines()]
    return instructions, next((row["value"] for row in rows if row["metric"] == "expiries"), None)


def main():
    arguments = report.read_arguments(__doc__)
    few, many = (1000, 11000) if arguments.quick else (10000, 110000)
    with tempfile.TemporaryDirectory() as directory:
        for peer in PEERS[:2] if arguments.quick else PEERS:
            for part in ("start-stop", "restart-random"):
                low, high = (count(arguments.build, peer, part, number, directory)[0] for number in (few, many))
                report.print_row("e-" + part, peer, "instructions", "1", (high - low) / (many - few))
            low, high = (count(arguments.build, peer, "expiry-equal", ms, directory) for ms in (200, 1200))
            report.print_row("e-expiry-equal", peer, "instructions", "1", (high[0] - low[0]) / (high[1] - low[1]))


if __name__ == "__main__":
    main()
