# SPDX-License-Identifier: MIT
"""Bar charts of the results, made by gnuplot."""

import os
import subprocess

from harness import report


class Plot:
    """One chart: groups of bars, one group for each peer, one bar for each scenario."""

    def __init__(self, name, letter, title, metric, scenarios, as_ratio):
        self.name = name
        self.letter = letter
        self.title = title
        self.metric = metric
        self.scenarios = scenarios
        self.as_ratio = as_ratio


PLOTS = [
    Plot("echo-rate.svg", "a", "TCP echo: messages/s, hand-written epoll = 1 (more is better)", "per_core_s",
         ["a-1", "a-50", "a-1000"], True),
    Plot("echo-cpu.svg", "a", "TCP echo: server CPU per message, hand-written epoll = 1 (less is better)", "server_cpu",
         ["a-1", "a-50", "a-1000"], True),
    Plot("idle-cpu.svg", "b", "Server CPU per message in ns, 50 active connections (less is better)", "server_cpu",
         ["b-no-idle", "b-10000-idle"], False),
    Plot("churn-rate.svg", "c", "Connections/s, hand-written epoll = 1 (more is better)", "per_core_s", ["c"], True),
    Plot("udp-rate.svg", "d", "UDP echo: datagrams/s, hand-written epoll = 1 (more is better)", "per_core_s",
         ["d-1", "d-50"], True),
    Plot("timer-operations.svg", "e", "Timer operations with 10,000 armed, ns (less is better)", "time",
         ["e-start-stop", "e-restart-random"], False),
    Plot("timer-expiry.svg", "e", "CPU per expiry in ns, 10,000 timers in phase (less is better)", "cpu_per_expiry",
         ["e-expiry-equal"], False),
    Plot("raise.svg", "f", "Time of a raise in ns (less is better)", "time", ["f-raise-1", "f-raise-4"], False),
    Plot("raise-latency.svg", "f", "Latency of a raise to a sleeping loop, median in us (less is better)", "p50",
         ["f-latency"], False),
    Plot("modbus-rate.svg", "h", "Modbus: requests/s, libmodbus = 1 (more is better)", "per_core_s",
         ["h-1", "h-50", "h-500"], True),
]

SCRIPT = """set terminal svg size 860,360 font "sans-serif,12" background "white"
set output "{path}"
set title "{title}"
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.85 border -1
set boxwidth 0.9
set grid ytics
set yrange [0:*]
set xrange [-0.6:{last}]
set key outside right top
set xtics nomirror noenhanced
set datafile missing "-"
plot {series}{line}
"""


def figure(results, plot, scenario, peer):
    if not plot.as_ratio:
        return results.median(scenario, plot.metric, peer)
    limit = report.limit_of(results, scenario, plot.metric)
    return results.ratio((scenario, plot.metric, peer), (scenario, plot.metric, limit)) if limit else None


def data_block(results, plot, scenarios):
    peers = list(dict.fromkeys(peer for name in scenarios for peer in results.peers(name, plot.metric)))
    peers.sort(key=lambda peer: (peer not in report.LIMITS, peer != "ptk"))
    lines = ["$data << EOD", " ".join(["peer", *(f'"{name}"' for name in scenarios)])]
    for peer in peers:
        figures = [figure(results, plot, name, peer) for name in scenarios]
        lines.append(" ".join([f'"{peer}"', *("-" if found is None else f"{found:.5g}" for found in figures)]))
    return "\n".join([*lines, "EOD", ""]), len(peers)


def draw(results, directory):
    """Draws what was measured. Returns {letter: [(file name, title)]}."""
    drawn = {}
    for plot in PLOTS:
        scenarios = [name for name in plot.scenarios if plot.metric in results.metrics(name)]
        if not scenarios:
            continue
        series = ", ".join(f'$data using {column}:xtic(1) title "{name}" noenhanced'
                           for column, name in enumerate(scenarios, start=2))
        data, number_of_peers = data_block(results, plot, scenarios)
        script = data + SCRIPT.format(
            last=number_of_peers - 0.4, path=os.path.join(directory, plot.name), title=plot.title, series=series,
            line=", 1 with lines linecolor black notitle" if plot.as_ratio else "")
        subprocess.run(["gnuplot"], input=script, text=True, check=True)
        drawn.setdefault(plot.letter, []).append((plot.name, plot.title))
    return drawn
