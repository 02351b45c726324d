"""Memory of two workers: at rest, under thousands of mixed requests, and after as many again.

Counted is PSS of the whole process group from /proc/<pid>/smaps_rollup, in MiB: pages that several
processes share count once. RSS, which counts them once for each process, stands beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from benchmarks import load, servers, worlds
from benchmarks.bench import Bench, Line, share
from benchmarks.load import Visit
from benchmarks.servers import Server
from benchmarks.worlds import Visitor

MOST_IDLE = 110.0  # MiB
MOST_LOADED = 200.0  # MiB
MOST_GROWTH = 1.05
REQUESTS = 3000
CLIENTS = 16
REST = 3.0  # seconds of silence before the memory at rest is read


def run(bench: Bench) -> list[Line]:
    people = worlds.visitors(bench.world, bench.people[:CLIENTS])
    trainer = bench.trainer
    cohort = bench.world.cohorts["thousand"][0]
    pages = _pages(bench)
    reports = ["/cohorts/", f"/cohorts/{cohort}", f"/cohorts/{cohort}/rules"]
    with servers.product(bench.world.environ) as server:
        _warm(server)
        idle = server.memory()
        first, wrong = _load(server, people, trainer, pages, reports)
        time.sleep(REST)
        after = server.memory()
        second, wrong_again = _load(server, people, trainer, pages, reports)
        time.sleep(REST)
        again = server.memory()
    peak = max(first, second, key=lambda found: found["pss"])
    growth = share(again["pss"], after["pss"])
    return [
        _line("at rest", idle, idle["pss"], MOST_IDLE),
        _line(f"most while {2 * REQUESTS:,} requests came", peak, peak["pss"], MOST_LOADED),
        Line(
            "memory, 2 workers",
            f"after {REQUESTS:,} more requests beside after the first {REQUESTS:,}",
            _figures(after),
            _figures(again),
            growth,
            f"at most {MOST_GROWTH}",
            growth <= MOST_GROWTH,
            "floor: after the first load",
        ),
        Line(
            "memory, 2 workers",
            "answers under that load that were not pages",
            {},
            {"not_200": float(wrong + wrong_again)},
            float(wrong + wrong_again),
            "none: memory that an error freed does not count",
            wrong + wrong_again == 0,
        ),
    ]


def _line(case: str, found: dict[str, float], pss: float, most: float) -> Line:
    aim = f"at most {most:g} MiB PSS"
    return Line("memory, 2 workers", case, {}, _figures(found), round(pss, 1), aim, pss <= most)


def _figures(found: dict[str, float]) -> dict[str, float]:
    return {f"{name}_MiB": round(value, 1) for name, value in found.items()}


def _warm(server: Server) -> None:
    """Until every worker has started: the first that answers is not the last to be loaded."""
    until, before = time.monotonic() + 60, 0.0
    while time.monotonic() < until:
        time.sleep(REST)
        now = server.memory()["pss"]
        if abs(now - before) < 0.5:
            return
        before = now


def _pages(bench: Bench) -> list[str]:
    """The pages of trainees, every lesson among them, in a fixed order."""
    books = bench.world.library()
    lessons = [f"/courses/{slug}" for slug in books.lessons]
    courses = [f"/courses/{slug}/" for slug in books.courses]
    quizzes = [f"/quizzes/{slug}" for slug in books.quizzes]
    others = ["/my/", "/courses/", "/glossary", "/sources", "/account", "/search?q=ballot"]
    return [*lessons, *courses, *quizzes, *others, "/verify"]


def _load(
    server: Server,
    people: list[Visitor],
    trainer: Visitor,
    pages: list[str],
    reports: list[str],
) -> tuple[dict[str, float], int]:
    """The same requests each time it is called.

    Gives the most memory that was seen meanwhile, and how many answers were not a page.
    """
    asked = [(page, person.cookie) for person in people for page in pages]
    requests = _in_turn(asked, [(page, trainer.cookie) for page in reports])
    clients: list[Callable[[], Visit]] = [lambda: _visit(*next(requests))] * CLIENTS
    most, done = dict.fromkeys(("pss", "rss"), 0.0), threading.Event()

    def watch() -> None:
        while not done.wait(0.25):
            found = server.memory()
            if found["pss"] > most["pss"]:
                most.update(found)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        found = load.run(server.port, clients, visits=REQUESTS)
    finally:
        done.set()
        watcher.join()
    return most, sum(found.statuses.values()) - found.statuses[200]


def _in_turn(
    asked: list[tuple[str, str]], trained: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Trainees' pages without end, and after every twentieth one of the trainer's."""
    number = 0
    while True:
        yield asked[number % len(asked)]
        if number % 20 == 19:
            yield trained[number // 20 % len(trained)]
        number += 1


def _visit(path: str, cookie: str) -> Visit:
    yield load.get(path, cookie, load.BROWSER)
