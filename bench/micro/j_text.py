#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Read-only bytes that each library adds to the smallest static echo server, from the linker's map.

The peers' archives are Debian's, compiled for speed; ptk's is as shipped. The server is compiled with the size flags of ptk,
and once more without LTO. What the C library adds for each of them is reported separately.
"""

import os
import socket
import subprocess
import time

from counting import linker_map, report

# With LTO, library and application are pieces of one name.
ARCHIVES = {"ptk": ("libptk", ".ltrans"), "ptk_no_lto": ("libptk",), "libev": ("libev.",), "libevent": ("libevent",), "libuv": ("libuv",)}
ATTEMPTS = 200


def check_that_it_echoes(program):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([program, str(port)])
    try:
        for attempt in range(ATTEMPTS):
            try:
                connection = socket.create_connection(("127.0.0.1", port))
                break
            except ConnectionRefusedError:
                if attempt == ATTEMPTS - 1 or process.poll() is not None:
                    raise
                time.sleep(0.01)
        with connection:
            connection.sendall(b"hello")
            if connection.recv(5) != b"hello":
                raise RuntimeError(f"{program} does not echo")
    finally:
        process.terminate()
        process.wait()


def split(pieces, peer):
    """(bytes of the library, of the application, of everything else)."""
    names = ARCHIVES.get(peer, ())
    library = sum(size for source, size in pieces.items() if any(name in source for name in names))
    application = sum(size for source, size in pieces.items() if source.endswith(".c.o"))
    return library, application, sum(pieces.values()) - library - application


def main():
    arguments = report.read_arguments(__doc__)
    directory = os.path.join(arguments.build, "micro", "text")
    maps = {peer: linker_map.read_only_bytes(os.path.join(directory, peer + ".map")) for peer in ("epoll", *ARCHIVES)}
    for peer in maps:
        check_that_it_echoes(os.path.join(directory, peer))
    rest_without = split(maps["epoll"], "epoll")[2]
    for peer in ARCHIVES:
        library, _, rest = split(maps[peer], peer)
        if peer == "ptk":
            library -= split(maps["ptk_no_lto"], "ptk_no_lto")[1]
        report.print_row("j-text", peer, "library", "bytes", library)
        report.print_row("j-text", peer, "c_library", "bytes", rest - rest_without)


if __name__ == "__main__":
    main()
