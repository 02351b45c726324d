"""A cohort of 100,000: its first page beside that of 1,000, and the table of it taken away.

Everybody in both has just been enrolled. The list that is streamed is read here as it comes, at the
pace of this machine, and the memory of the server is looked at meanwhile.
"""

from __future__ import annotations

import socket
import threading
import time

from benchmarks import load, servers, worlds
from benchmarks.bench import Bench, Line, share
from benchmarks.load import Visit
from benchmarks.servers import Server

SMALL, LARGE = 1_000, 100_000
MOST_TIMES = 1.5
MOST_FIRST_BYTE = 100.0  # ms
MOST_MEMORY = 20.0  # MiB


def run(bench: Bench) -> list[Line]:
    small = worlds.add_cohort(bench.world, "enrolled", SMALL, done=False)
    large = worlds.add_cohort(bench.world, "all enrolled", LARGE, done=False)
    cookie = worlds.add_trainer(bench.world, ["enrolled", "all enrolled"], "enroller").cookie
    with servers.product(bench.world.environ) as server:

        def visit(cohort: object) -> Visit:
            yield load.get(f"/cohorts/{cohort}", cookie)

        few, many = bench.duel((server, [lambda: visit(small)]), (server, [lambda: visit(large)]))
        ratio = share(many.calmest.percentile(0.5), few.calmest.percentile(0.5))
        first, seconds, size, more = _take_away(server, f"/cohorts/{large}?format=csv", cookie)
    took = {"first_byte_ms": round(first, 1), "seconds": round(seconds, 1), "mb": round(size, 1)}
    return [
        Line(
            f"{LARGE:,} enrolments",
            f"first page, 1 client: time beside that of {SMALL:,}",
            few.figures(),
            many.figures(),
            ratio,
            f"at most {MOST_TIMES}",
            ratio <= MOST_TIMES,
        ),
        Line(
            f"{LARGE:,} enrolments",
            "CSV: until the first byte",
            {},
            took,
            round(first, 1),
            f"at most {MOST_FIRST_BYTE:g} ms",
            first <= MOST_FIRST_BYTE,
        ),
        Line(
            f"{LARGE:,} enrolments",
            "CSV: most memory beside that before it",
            {},
            {"more_MiB": round(more, 1)},
            round(more, 1),
            f"at most {MOST_MEMORY:g} MiB PSS",
            more <= MOST_MEMORY,
        ),
    ]


def _take_away(server: Server, path: str, cookie: str) -> tuple[float, float, float, float]:
    """(ms until the first byte, seconds in all, MB, MiB of memory more than before)."""
    before, most, over = server.memory()["pss"], 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.2):
            most = max(most, server.memory()["pss"])

    watcher = threading.Thread(target=watch)
    watcher.start()
    began, size, end = time.perf_counter(), 0, b""
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
            line.sendall(load.get(path, cookie))
            first = 0.0
            while not end.endswith(b"0\r\n\r\n"):
                piece = line.recv(262_144)
                assert piece, "the server hung up"
                first = first or time.perf_counter() - began
                size += len(piece)
                end = (end + piece)[-16:]
    finally:
        over.set()
        watcher.join()
    seconds = time.perf_counter() - began
    return 1000 * first, seconds, size / 1e6, max(most - before, 0.0)
