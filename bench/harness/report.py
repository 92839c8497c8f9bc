# SPDX-License-Identifier: MIT
"""Writes the results into docs/benchmarks/README.md, between two markers."""

from harness import goals, machine

BEGIN = "<!-- results: begin (written by scripts/bench) -->"
END = "<!-- results: end -->"

TITLES = {"a": "(a) TCP echo", "b": "(b) TCP echo with idle connections", "c": "(c) Connection churn",
          "d": "(d) UDP echo", "e": "(e) Timers", "f": "(f) Raising events from threads", "g": "(g) Handle operations",
          "h": "(h) Modbus server", "i": "(i) Protothreads", "j": "(j) Memory, system calls and text"}
METRICS = {"per_s": "Exchanges per second", "per_core_s": "Exchanges per second of processor time",
           "server_cpu": "CPU time of the server for each exchange", "lost": "Lost",
           "instructions": "User-space instructions", "time": "Time"}
# What ratios are relative to: the first of these that was measured.
LIMITS = ["epoll", "array", "eventfd", "libmodbus"]


def number(figure):
    """Four significant digits, with separators between thousands."""
    if figure == int(figure) and abs(figure) < 10000:
        return str(int(figure))
    if abs(figure) >= 1000:
        return f"{figure:,.0f}"
    return f"{figure:.4g}"


def limit_of(results, scenario, metric):
    peers = results.peers(scenario, metric)
    return next((peer for peer in LIMITS if peer in peers), None)


def cell(results, scenario, metric, peer):
    """Median, spread and ratio to the limit."""
    median = results.median(scenario, metric, peer)
    if median is None:
        return "-"
    smallest, largest = results.spread(scenario, metric, peer)
    text = number(median)
    if smallest != largest:
        text += f" [{number(smallest)} to {number(largest)}]"
    limit = limit_of(results, scenario, metric)
    ratio = results.ratio((scenario, metric, peer), (scenario, metric, limit)) if limit else None
    if ratio is not None and peer != limit:
        text += f" **{ratio:.3f}**"
    return text


def table(headings, lines):
    yield "| " + " | ".join(headings) + " |"
    yield "| " + " | ".join("---" for _ in headings) + " |"
    for line in lines:
        yield "| " + " | ".join(line) + " |"


def goals_lines(results):
    lines = []
    for row, goal, figure, is_reached in goals.judge(results):
        measured = "not measured" if figure is None else number(figure)
        lines.append((row, goal, measured, "yes" if is_reached else "**no**"))
    return table(["row", "goal", "measured", "reached"], lines)


def metric_lines(results, letter, metric):
    scenarios = [name for name in results.scenarios() if name[0] == letter and metric in results.metrics(name)]
    peers = list(dict.fromkeys(peer for name in scenarios for peer in results.peers(name, metric)))
    unit = results.unit(scenarios[0], metric)
    limits = [limit_of(results, name, metric) for name in scenarios]
    title = METRICS.get(metric, metric.replace("_", " ").capitalize().replace("Cpu", "CPU"))
    unit_text = f", in {unit}" if unit not in ("1", "1/s") else ""
    relation = f"; in bold the ratio to {limits[0]}" if limits[0] else ""
    yield f"{title}{unit_text}{relation}:"
    yield ""
    peers.sort(key=lambda peer: (peer not in LIMITS, peer != "ptk"))
    yield from table(["", *scenarios],
                     [[peer, *(cell(results, name, metric, peer) for name in scenarios)] for peer in peers])
    yield ""


def has_news(results, letter, metric):
    """The share of the processor is for the runner only; losses are reported if there are any."""
    if metric == "share":
        return False
    return metric != "lost" or any(row["value"] for row in results.rows
                                   if row["scenario"][0] == letter and row["metric"] == "lost")


def section_lines(results, letter, plots):
    yield f"### {TITLES.get(letter, letter)}"
    yield ""
    for plot, title in plots:
        yield f"![{title}]({plot})"
        yield ""
    metrics = dict.fromkeys(metric for name in results.scenarios() if name[0] == letter
                            for metric in results.metrics(name))
    for metric in metrics:
        if has_news(results, letter, metric):
            yield from metric_lines(results, letter, metric)
    if "lost" in metrics and not has_news(results, letter, "lost"):
        yield "Nothing was lost."
        yield ""


def lines_of(results, number_of_rounds, plots):
    yield "### Machine"
    yield ""
    yield from table(["", ""], machine.describe())
    yield ""
    yield f"{number_of_rounds} rounds. Figures are medians of the rounds, in brackets the smallest and the largest; ratios " \
          "are medians of the ratios in the same round."
    yield ""
    yield "### Goals"
    yield ""
    yield from goals_lines(results)
    yield ""
    for letter in sorted({name[0] for name in results.scenarios()}):
        yield from section_lines(results, letter, plots.get(letter, []))


def update(path, results, number_of_rounds, plots):
    """Replaces the text between the markers of the file."""
    with open(path, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
        after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + "\n\n" + "\n".join(lines_of(results, number_of_rounds, plots)) + "\n" + END + after)
