# SPDX-License-Identifier: MIT
"""The TCP echo servers of ../tcp_echo with the load client, under the tool that counts."""

import json
import os
import subprocess

PEERS = ["epoll", "ptk", "libev", "libevent", "libuv_try", "libuv_write", "bufferevent"]


class Server:
    """A server under a tool, once it listens."""

    def __init__(self, build, peer, tool=(), environment=None):
        command = [*tool, os.path.join(build, "tcp_echo", peer)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                        env=dict(os.environ, **(environment or {})))
        words = self.process.stdout.readline().split(":")
        if len(words) != 2:
            self.process.kill()
            raise RuntimeError(f"{' '.join(command)} did not print its port")
        self.port = int(words[1])
        self.pid = self._server_pid()

    def _server_pid(self):
        """strace is the server's parent; valgrind becomes the server."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(children, encoding="ascii") as file:
            found = file.read().split()
        return int(found[0]) if found else self.process.pid

    def stop(self):
        os.kill(self.pid, 15)
        self.process.stdout.read()
        if self.process.wait() not in (0, -15):
            raise RuntimeError(f"a server ended with {self.process.returncode}")


def exchange(build, port, messages, connections=1):
    """Lets the load client exchange this number of messages, and checks that none was lost."""
    done = subprocess.run([os.path.join(build, "load", "load"), "--mode", "echo", "--port", str(port),
                           "--connections", str(connections), "--messages", str(messages)],
                          stdout=subprocess.PIPE, text=True, timeout=300, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if any(row["value"] != 0 for row in rows if row["metric"] == "lost"):
        raise RuntimeError("messages were lost")
