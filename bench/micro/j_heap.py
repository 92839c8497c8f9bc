#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Calls of the heap per echoed message, and heap bytes per connection and per timer."""

import os
import socket
import struct
import subprocess
import tempfile

from counting import echo, report

TIMER_PEERS = ["ptk", "libev", "libevent", "libuv"]
TIMERS = 10000
# The libuv servers take the application's buffer from the heap as well; it is not the library's need.
BUFFERS_ON_HEAP = {"libuv_try": 512, "libuv_write": 512}


class HeapCounters:
    """The file in which bench/micro/memory/heap_count.c counts."""

    def __init__(self, build, directory):
        self.path = os.path.join(directory, "counters")
        with open(self.path, "wb"):
            pass
        self.environment = {"LD_PRELOAD": os.path.join(build, "micro", "preload", "libheap_count.so"),
                            "HEAP_COUNTERS": self.path}

    def read(self):
        """(calls that allocate, bytes in use)."""
        with open(self.path, "rb") as file:
            return struct.unpack("=QQ", file.read(16))


def connect_and_echo(port, number):
    """So many connections, each of which the server has answered on."""
    found = []
    for _ in range(number):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(b"x")
        connection.recv(1)
        found.append(connection)
    return found


def measure_echo(build, peer, counters, quick):
    connections, messages = (200, 100) if quick else (1000, 1000)
    server = echo.Server(build, peer, environment=counters.environment)
    warm = connect_and_echo(server.port, 100)
    before = counters.read()
    more = connect_and_echo(server.port, connections)
    after = counters.read()
    heap = (after[1] - before[1]) / connections
    report.print_row("j-heap", peer, "connection", "bytes", heap - BUFFERS_ON_HEAP.get(peer, 0))
    for _ in range(messages):
        warm[0].sendall(b"y" * 64)
        warm[0].recv(64)
    report.print_row("j-heap", peer, "calls_per_message", "1", (counters.read()[0] - after[0]) / messages)
    for connection in warm + more:
        connection.close()
    server.stop()


def measure_timers(build, peer, counters):
    """What the heap holds for 10,000 timers: no library gives it back before the program ends."""
    program = os.path.join(build, "micro", "e_timers_" + peer)
    subprocess.run([program, "--part", "expiry-equal", "--count", "100"], stdout=subprocess.DEVNULL, check=True,
                   env=dict(os.environ, **counters.environment))
    report.print_row("j-heap", peer, "timer", "bytes", counters.read()[1] / TIMERS)


def main():
    arguments = report.read_arguments(__doc__)
    with tempfile.TemporaryDirectory() as directory:
        for peer in echo.PEERS:
            measure_echo(arguments.build, peer, HeapCounters(arguments.build, directory), arguments.quick)
        for peer in TIMER_PEERS:
            measure_timers(arguments.build, peer, HeapCounters(arguments.build, directory))


if __name__ == "__main__":
    main()
