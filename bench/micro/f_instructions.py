#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""User-space instructions per raise and its delivery: the difference of two runs.

Raises come in batches from the loop's own thread, each followed by a pass of the loop: interference between threads cannot
be counted. Peers that merge deliver once for a batch.
"""

import os
import tempfile

from counting import callgrind, report

PEERS = ["eventfd", "ptk", "libev", "libevent", "libuv", "libuv_queue"]


def main():
    arguments = report.read_arguments(__doc__)
    few, many = (5120, 51200) if arguments.quick else (51200, 563200)
    with tempfile.TemporaryDirectory() as directory:
        for peer in PEERS[:2] if arguments.quick else PEERS:
            program = os.path.join(arguments.build, "micro", "f_raise_" + peer)
            low, high = (callgrind.of_program([program, "--part", "batches", "--count", str(number)], directory)[0]
                         for number in (few, many))
            report.print_row("f-raise-1", peer, "instructions", "1", (high - low) / (many - few))


if __name__ == "__main__":
    main()
