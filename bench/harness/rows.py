# SPDX-License-Identifier: MIT
"""Result rows: the one format that every benchmark program and the runner share.

A row is one line of JSON on standard output:

    {"scenario": "a-50", "peer": "ptk", "metric": "messages_per_s", "unit": "1/s", "round": 1, "value": 51234.5}

scenario  letter of the scenario, and what was varied: a-1, a-50, e-start-stop, g-16384
peer      whose figure it is: ptk, libuv, libev, libevent, epoll, ... ; one word
metric    what was measured, one word
unit      of the value: "1/s", "ns", "us", "bytes", "calls", "instructions", "1", ...
round     1 to the number of rounds; figures of one round are compared with each other
value     a number

Lines that do not begin with "{" are remarks for the person who watches.
"""

import json
import statistics

FIELDS = {"scenario": str, "peer": str, "metric": str, "unit": str, "round": int, "value": (int, float)}


def parse_line(line):
    """A row, or None for a remark. Raises ValueError for a row that is not as it must be."""
    if not line.startswith("{"):
        return None
    row = json.loads(line)
    for field, kind in FIELDS.items():
        if not isinstance(row.get(field), kind) or isinstance(row.get(field), bool):
            raise ValueError(f"bad or missing {field}: {line}")
    unknown = set(row) - set(FIELDS)
    if unknown:
        raise ValueError(f"unknown fields {sorted(unknown)}: {line}")
    return row


class Results:
    """All rows of a run."""

    def __init__(self, rows=()):
        self.rows = list(rows)

    def add(self, row):
        self.rows.append(row)

    def scenarios(self):
        return list(dict.fromkeys(row["scenario"] for row in self.rows))

    def metrics(self, scenario):
        return list(dict.fromkeys(row["metric"] for row in self.rows if row["scenario"] == scenario))

    def peers(self, scenario, metric):
        return list(dict.fromkeys(row["peer"] for row in self.rows
                                  if row["scenario"] == scenario and row["metric"] == metric))

    def unit(self, scenario, metric):
        return next(row["unit"] for row in self.rows if row["scenario"] == scenario and row["metric"] == metric)

    def by_round(self, scenario, metric, peer):
        """{round: value}. Several rows of one round are reduced to their median."""
        values = {}
        for row in self.rows:
            if (row["scenario"], row["metric"], row["peer"]) == (scenario, metric, peer):
                values.setdefault(row["round"], []).append(row["value"])
        return {number: statistics.median(found) for number, found in values.items()}

    def median(self, scenario, metric, peer):
        """The median over the rounds, or None if nothing was measured."""
        values = self.by_round(scenario, metric, peer)
        return statistics.median(values.values()) if values else None

    def spread(self, scenario, metric, peer):
        """(smallest, largest) over the rounds."""
        values = self.by_round(scenario, metric, peer).values()
        return min(values), max(values)

    def ratio(self, one, other):
        """Median of the ratios of two (scenario, metric, peer) in the same round, or None."""
        above = self.by_round(*one)
        below = self.by_round(*other)
        ratios = [above[number] / below[number] for number in above if below.get(number)]
        return statistics.median(ratios) if ratios else None
