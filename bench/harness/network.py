# SPDX-License-Identifier: MIT
"""Runs the scenarios with a server and the load client: a, b, c, d and h.

For messages per second the server and the client share one processor: there the ratio of two peers repeats within about
1 %, while on two processors rates jump between modes with the scheduler's choices. On two processors only the server's CPU
time for each message is taken.
"""

import os
import subprocess
import sys

from harness import rows

TCP_PEERS = ["epoll", "ptk", "libev", "libevent", "libuv_try", "libuv_write", "bufferevent"]
UDP_PEERS = ["epoll", "ptk", "libev", "libevent", "libuv_try", "libuv_send"]
MODBUS_PEERS = ["libmodbus", "libmodbus_epoll", "ptk"]

# If client and server together had less of their processor than this, other programs disturbed them.
UNDISTURBED_SHARE = 0.97


class Case:
    """One scenario: where its servers are, and what the client does."""

    def __init__(self, scenario, directory, peers, mode, connections, idle=0, two_processors=False):
        self.scenario = scenario
        self.directory = directory
        self.peers = peers
        self.client = ["--mode", mode, "--connections", str(connections), "--idle", str(idle)]
        self.two_processors = two_processors


CASES = [
    Case("a-1", "tcp_echo", TCP_PEERS, "echo", 1),
    Case("a-50", "tcp_echo", TCP_PEERS, "echo", 50),
    Case("a-1000", "tcp_echo", TCP_PEERS, "echo", 1000),
    Case("a-50-two-cores", "tcp_echo", TCP_PEERS, "echo", 50, two_processors=True),
    Case("a-1000-two-cores", "tcp_echo", TCP_PEERS, "echo", 1000, two_processors=True),
    Case("b-no-idle", "tcp_echo", TCP_PEERS, "echo", 50),
    Case("b-10000-idle", "tcp_echo", TCP_PEERS, "echo", 50, idle=10000),
    Case("c", "tcp_echo", TCP_PEERS, "churn", 50),
    Case("d-1", "udp_echo", UDP_PEERS, "udp", 1),
    Case("d-50", "udp_echo", UDP_PEERS, "udp", 50),
    Case("h-1", "modbus", MODBUS_PEERS, "modbus", 1),
    Case("h-50", "modbus", MODBUS_PEERS, "modbus", 50),
    Case("h-500", "modbus", MODBUS_PEERS, "modbus", 500),
]


class Server:
    """A server program while it runs."""

    def __init__(self, path, processor):
        self.process = subprocess.Popen(["taskset", "-c", str(processor), path], stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split(":")
        if len(words) != 2:
            self.stop()
            raise RuntimeError(f"{path} did not print its port")
        self.port = int(words[1])

    def stop(self):
        self.process.terminate()
        self.process.stdout.read()
        if self.process.wait() not in (0, -15):
            raise RuntimeError(f"{self.process.args[-1]} ended with {self.process.returncode}")


def processors():
    """(of the server, of a client that has its own)."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[-1], allowed[0]


def measure(build, case, peer, round_number, times):
    """Rows of one measurement with a fresh server."""
    server_processor, other_processor = processors()
    client_processor = other_processor if case.two_processors else server_processor
    server = Server(os.path.join(build, case.directory, peer), server_processor)
    try:
        done = subprocess.run(
            ["taskset", "-c", str(client_processor), os.path.join(build, "load", "load"), *case.client, *times,
             "--port", str(server.port), "--server-pid", str(server.process.pid),
             "--scenario", case.scenario, "--peer", peer, "--round", str(round_number)],
            stdout=subprocess.PIPE, text=True, timeout=120, check=False)
    finally:
        server.stop()
    if done.returncode != 0:
        raise RuntimeError(f"the load client ended with {done.returncode} in {case.scenario} with {peer}")
    return [rows.parse_line(line) for line in done.stdout.splitlines()]


def value_of(found, metric):
    return next(row["value"] for row in found if row["metric"] == metric)


def measure_undisturbed(build, case, peer, round_number, times, attempts):
    """Measures again if other programs used the processor; keeps the least disturbed measurement."""
    best = None
    for _ in range(1 if case.two_processors else attempts):
        found = measure(build, case, peer, round_number, times)
        if best is None or value_of(found, "share") > value_of(best, "share"):
            best = found
        if value_of(best, "share") >= UNDISTURBED_SHARE:
            break
    return best


def run_round(build, results, round_number, quick, only, attempts):
    """Every case with every peer; each round begins with a different peer."""
    times = ["--warmup-ms", "30", "--ms", "100"] if quick else ["--warmup-ms", "300", "--ms", "1000"]
    for case in CASES:
        if only and case.scenario[0] not in only:
            continue
        print(f"round {round_number}: {case.scenario}", file=sys.stderr)
        first = round_number % len(case.peers)
        for peer in case.peers[first:] + case.peers[:first]:
            found = measure_undisturbed(build, case, peer, round_number, times, attempts)
            for row in found:
                # Rates on two processors say more about the scheduler than about the server.
                if not case.two_processors or row["metric"] in ("server_cpu", "lost"):
                    results.add(row)
