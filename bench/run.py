#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the benchmarks: `scripts/bench` builds everything and calls this.

Each round measures all peers in turn, so that what else the machine does affects all of them alike. Figures of the same
round are compared, and the median of these ratios is reported. harness/rows.py describes the format of a result, and
harness/micro.py what the programs of bench/micro must do to be run.
"""

import argparse
import json
import os
import signal
import sys

from harness import goals, micro, network, plots, report, rows

SOURCE = os.path.dirname(os.path.abspath(__file__))


def read_arguments():
    parser = argparse.ArgumentParser(description="runs the benchmarks")
    parser.add_argument("--build", required=True, help="where the programs were built")
    parser.add_argument("--rounds", type=int, default=7, help="rounds, each with every peer (default 7)")
    parser.add_argument("--attempts", type=int, default=3,
                        help="times that a network measurement is tried while others disturb it (default 3)")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that everything works")
    parser.add_argument("--only", default="", help="letters of scenarios, such as ad")
    parser.add_argument("--name", default="local", help="name of the results file (default local)")
    parser.add_argument("--docs", help="directory of the page and the plots to update")
    parser.add_argument("--report", action="store_true", help="measure nothing, report what the results file holds")
    return parser.parse_args()


def measure(arguments):
    """(results, what failed)"""
    number_of_rounds = 1 if arguments.quick else arguments.rounds
    results = rows.Results()
    for round_number in range(1, number_of_rounds + 1):
        network.run_round(arguments.build, results, round_number, arguments.quick, arguments.only,
                          1 if arguments.quick else arguments.attempts)
    failures = micro.run_all(arguments.build, SOURCE, results, number_of_rounds, arguments.quick, arguments.only)
    return results, failures


def write_results(path, results):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        for row in results.rows:
            file.write(json.dumps(row) + "\n")


def read_results(path):
    with open(path, encoding="utf-8") as file:
        return rows.Results(rows.parse_line(line) for line in file)


def print_goals(results):
    for row, goal, figure, is_reached in goals.judge(results):
        if figure is not None:
            print(f"{'reached' if is_reached else 'NOT    '}  {figure:9.4g}  {goal:15}  {row}")


def main():
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that servers are ended as well
    arguments = read_arguments()
    path = os.path.join(SOURCE, "results", arguments.name + ".json")
    failures = []
    if arguments.report:
        results = read_results(path)
    else:
        results, failures = measure(arguments)
        write_results(path, results)
    if not results.rows:
        print("nothing was measured", file=sys.stderr)
        return 1
    print_goals(results)
    if arguments.docs:
        drawn = plots.draw(results, arguments.docs)
        number_of_rounds = max(row["round"] for row in results.rows)
        report.update(os.path.join(arguments.docs, "README.md"), results, number_of_rounds, drawn)
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
