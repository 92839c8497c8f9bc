# SPDX-License-Identifier: MIT
"""Result rows and options of the scripts that count."""

import argparse
import json


def read_arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", required=True, help="where the programs were built")
    parser.add_argument("--rounds", type=int, default=1, help="ignored: counts do not vary as times do")
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    return parser.parse_args()


def print_row(scenario, peer, metric, unit, value):
    print(json.dumps({"scenario": scenario, "peer": peer, "metric": metric, "unit": unit, "round": 1, "value": value}),
          flush=True)
