# SPDX-License-Identifier: MIT
"""The machine and the versions that the measurements were made with."""

import os
import platform
import subprocess

PACKAGES = {"libuv": "libuv1-dev", "libev": "libev-dev", "libevent": "libevent-dev", "libmodbus": "libmodbus-dev"}


def first_line(command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def is_virtual():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return " hypervisor" in file.read()


def describe():
    """[(what, value)]"""
    where = " (virtual machine)" if is_virtual() else ""
    described = [("Processor", f"{processor()}, {len(os.sched_getaffinity(0))} processors{where}"),
                 ("System", f"{system()}, Linux {platform.release()}"),
                 ("Compiler", first_line(["cc", "--version"]))]
    for peer, package in PACKAGES.items():
        described.append((peer, first_line(["dpkg-query", "-W", "-f", "${Version}\n", package])))
    return described
