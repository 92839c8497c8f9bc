# SPDX-License-Identifier: MIT
"""The goals: for each a figure from the results, and the bound that it must keep."""

# The libraries for comparisons with the best library. The hand-written programs show the limit and are not among them.
TCP_LIBRARIES = ["libev", "libevent", "libuv_try", "libuv_write", "bufferevent"]
UDP_LIBRARIES = ["libev", "libevent", "libuv_try", "libuv_send"]
TIMER_LIBRARIES = ["libev", "libevent", "libuv"]


def against(scenario, metric, peer):
    """ptk's figure divided by another's, in the same round."""
    return lambda results: results.ratio((scenario, metric, "ptk"), (scenario, metric, peer))


def between(scenario, other, metric):
    """ptk's figure in one scenario divided by its figure in another one."""
    return lambda results: results.ratio((scenario, metric, "ptk"), (other, metric, "ptk"))


def value(scenario, metric):
    return lambda results: results.median(scenario, metric, "ptk")


def against_best(scenario, metric, peers, best=max):
    """ptk's figure divided by that of the best of the others: best is max for rates, min for costs."""
    def find(results):
        medians = {peer: results.median(scenario, metric, peer) for peer in peers}
        medians = {peer: median for peer, median in medians.items() if median is not None}
        if not medians:
            return None
        best_peer = best(medians, key=medians.get)
        return results.ratio((scenario, metric, "ptk"), (scenario, metric, best_peer))
    return find


def at_least(limit):
    return f"at least {limit:g}", lambda figure: figure >= limit


def at_most(limit):
    return f"at most {limit:g}", lambda figure: figure <= limit


def below(limit):
    return f"below {limit:g}", lambda figure: figure < limit


GOALS = [
    ("(a) 1 connection: messages/s relative to hand-written epoll",
     against("a-1", "per_core_s", "epoll"), at_least(0.985)),
    ("(a) 50 connections: the same", against("a-50", "per_core_s", "epoll"), at_least(0.99)),
    ("(a) 1000 connections: the same", against("a-1000", "per_core_s", "epoll"), at_least(0.99)),
    ("(a) 50 connections: server CPU relative to hand-written epoll",
     against("a-50", "server_cpu", "epoll"), at_most(1.01)),
    ("(a) 1000 connections: the same", against("a-1000", "server_cpu", "epoll"), at_most(1.01)),
    ("(a) 50 connections, two processors: the same", against("a-50-two-cores", "server_cpu", "epoll"), at_most(1.01)),
    ("(a) 1000 connections, two processors: the same", against("a-1000-two-cores", "server_cpu", "epoll"),
     at_most(1.01)),
    ("(a) 1 connection: user-space instructions for a message, relative to the best library",
     against_best("a-1", "instructions", TCP_LIBRARIES, min), below(1)),
    ("(a) the same relative to hand-written epoll", against("a-1", "instructions", "epoll"), at_most(1.3)),
    ("(b) server CPU, 10,000 idle connections relative to none", between("b-10000-idle", "b-no-idle", "server_cpu"),
     at_most(1.01)),
    ("(c) connections/s relative to the best library", against_best("c", "per_core_s", TCP_LIBRARIES), at_least(1)),
    ("(d) 1 socket: datagrams/s relative to the best library",
     against_best("d-1", "per_core_s", UDP_LIBRARIES), at_least(1)),
    ("(d) 50 sockets: the same", against_best("d-50", "per_core_s", UDP_LIBRARIES), at_least(1)),
    ("(e) start and stop a timer, 10,000 armed: ns", value("e-start-stop", "time"), at_most(8)),
    ("(e) stop and restart a random one: ns", value("e-restart-random", "time"), at_most(12)),
    ("(e) ns for an expiry, all timers in phase", value("e-expiry-equal", "cpu_per_expiry"), at_most(30)),
    ("(e) random phases: CPU for a wake-up, relative to the best library",
     against_best("e-expiry-random", "cpu_per_wakeup", TIMER_LIBRARIES, min), below(1)),
    ("(e) random phases: expiries lost, %", value("e-expiry-random", "lost_expiries"), below(0.1)),
    ("(f) ns for a raise, 1 thread, all delivered in order", value("f-raise-1", "time"), at_most(40)),
    ("(f) latency to a sleeping loop, p50, relative to a bare eventfd",
     against("f-latency", "p50", "eventfd"), at_most(1.05)),
    ("(f) the same, p99", against("f-latency", "p99", "eventfd"), at_most(1.1)),
    ("(g) look up a handle, 16,384 slots relative to 16", between("g-16384", "g-16", "look_up"), at_most(1.2)),
    ("(g) destroy and create, 16,384 slots relative to 16",
     between("g-16384", "g-16", "destroy_and_create"), at_most(1.2)),
    ("(g) replace one in a full pool, 16,384 slots relative to 16", between("g-16384", "g-16", "replace_in_full_pool"),
     at_most(1.2)),
    ("(h) 50 clients: requests/s relative to libmodbus", against("h-50", "per_core_s", "libmodbus"), at_least(1.5)),
    ("(h) 500 clients: requests lost", value("h-500", "lost"), at_most(0)),
    ("(j) system calls for a message, 1 connection", value("j-1", "system_calls"), at_most(3.01)),
    ("(j) system calls for a message, 50 connections", value("j-50", "system_calls"), at_most(2.1)),
    ("(j) heap calls for a message", value("j-heap", "calls_per_message"), at_most(0)),
    ("(j) bytes of text that the library adds to a static echo server", value("j-text", "library"), below(9800)),
]


def judge(results):
    """[(row, goal, figure or None, whether it was reached)] for what was measured."""
    judged = []
    for row, find, (goal, is_reached) in GOALS:
        figure = find(results)
        judged.append((row, goal, figure, figure is not None and is_reached(figure)))
    return judged
