# SPDX-License-Identifier: MIT
"""Runs the programs that measure by themselves and print rows: everything in the build's micro directory.

Programs built from bench/micro are called once in each round as

    PROGRAM --rounds 1 [--quick]

so that peers alternate although each program knows one of them only; the runner numbers the rounds. Scripts,
bench/micro/*.py, are for what needs a tool and does not vary (callgrind, strace, size); they are called once as

    SCRIPT --build DIRECTORY --rounds N [--quick]
"""

import os
import subprocess
import sys

from harness import rows


def find_programs(build):
    directory = os.path.join(build, "micro")
    if not os.path.isdir(directory):
        return []
    paths = [os.path.join(directory, name) for name in sorted(os.listdir(directory))]
    return [path for path in paths
            if os.path.isfile(path) and os.access(path, os.X_OK) and not path.endswith((".so", ".a"))]


def find_scripts(source):
    directory = os.path.join(source, "micro")
    if not os.path.isdir(directory):
        return []
    return [os.path.join(directory, name) for name in sorted(os.listdir(directory)) if name.endswith(".py")]


def take_rows(text, results, round_number):
    """Adds the rows of a program's output and returns how many; round_number None keeps the program's own numbers."""
    found = 0
    for line in text.splitlines():
        row = rows.parse_line(line)
        if row is None:
            print(f"  {line}", file=sys.stderr)
            continue
        if round_number is not None:
            row["round"] = round_number
        results.add(row)
        found += 1
    return found


def run_one(command, results, round_number, timeout):
    """Runs a program and takes its rows, also those that it printed before it failed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
        take_rows(output, results, round_number)
        raise RuntimeError(f"{' '.join(command)} did not end within {timeout} s") from None
    except BaseException:
        process.kill()
        process.wait()
        raise
    found = take_rows(output, results, round_number)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    if not found:
        raise RuntimeError(f"{' '.join(command)} printed no row")


def is_wanted(path, only):
    """Programs are named SCENARIO_..., so that one scenario can be run alone."""
    return not only or os.path.basename(path)[0] in only


def run_all(build, source, results, number_of_rounds, quick, only):
    """Runs everything, also after a failure. Returns what failed."""
    failures = []

    def run(command, round_number, timeout):
        try:
            run_one(command, results, round_number, timeout)
        except (RuntimeError, ValueError) as error:
            print(f"FAILED: {error}", file=sys.stderr)
            failures.append(str(error))

    quick_option = ["--quick"] if quick else []
    programs = [path for path in find_programs(build) if is_wanted(path, only)]
    for round_number in range(1, number_of_rounds + 1):
        for program in programs:
            print(f"round {round_number}: {os.path.basename(program)}", file=sys.stderr)
            run([program, "--rounds", "1", *quick_option], round_number, 30 if quick else 120)
    for script in find_scripts(source):
        if is_wanted(script, only):
            print(os.path.basename(script), file=sys.stderr)
            run([sys.executable, script, "--build", build, "--rounds", str(number_of_rounds), *quick_option], None, 900)
    return failures
