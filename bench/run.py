#!/usr/bin/env python3
"""Runs the benchmarks: `scripts/bench` builds everything and calls this.

Rounds alternate between the peers, so that what the machine does meanwhile hits all of them alike; what is compared are
figures of the same round, and what is told is the median of these ratios. The format of a result is in harness/rows.py.

What programs of bench/micro must do to be run is in harness/micro.py.
"""

import argparse
import json
import os
import sys

from harness import micro, rows


def read_arguments():
    parser = argparse.ArgumentParser(description="runs the benchmarks")
    parser.add_argument("--build", required=True, help="where the programs were built")
    parser.add_argument("--rounds", type=int, default=7, help="rounds, each with every peer (default 7)")
    parser.add_argument("--quick", action="store_true", help="few short rounds, to see that everything works")
    parser.add_argument("--only", default="", help="letters of scenarios, such as ad")
    parser.add_argument("--name", default="local", help="name of the results file (default local)")
    return parser.parse_args()


def main():
    arguments = read_arguments()
    source = os.path.dirname(os.path.abspath(__file__))
    number_of_rounds = 2 if arguments.quick else arguments.rounds
    results = rows.Results()

    micro.run_all(arguments.build, source, results, number_of_rounds, arguments.quick, arguments.only)

    os.makedirs(os.path.join(source, "results"), exist_ok=True)
    with open(os.path.join(source, "results", arguments.name + ".json"), "w", encoding="utf-8") as file:
        for row in results.rows:
            file.write(json.dumps(row) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
