"""What rows share: one world, two servers, rounds taken in turn, and lines with a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from benchmarks import servers, worlds
from benchmarks.load import Load, Visit
from benchmarks.servers import Server
from benchmarks.worlds import Visitor, World
from lms import db

CLIENTS = (1, 16)
Clients = list[Callable[[], Visit]]


@dataclass(frozen=True)
class Line:
    """One comparison. ``floor`` and ``product`` are figures by name; ``ratio`` is what the aim
    speaks of, ``aim`` its words, ``well`` whether it is met (None: nothing to be met)."""

    row: str
    case: str
    floor: dict[str, float]
    product: dict[str, float]
    ratio: float | None
    aim: str
    well: bool | None
    note: str = ""


@dataclass
class Rounds:
    """Several rounds of one side. The best round counts: what disturbs a machine only slows it."""

    loads: list[Load] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return max(load.rate for load in self.loads)

    @property
    def cpu_ms(self) -> float:
        return min(load.cpu_ms for load in self.loads)

    @property
    def calmest(self) -> Load:
        return min(self.loads, key=lambda load: load.percentile(0.99))

    def figures(self) -> dict[str, float]:
        calm = self.calmest
        return {
            "per_second": round(self.rate, 1),
            "cpu_ms": round(self.cpu_ms, 3),
            "p50_ms": round(calm.percentile(0.5), 2),
            "p99_ms": round(calm.percentile(0.99), 2),
            "worst_ms": round(calm.worst, 2),
        }


@dataclass
class Bench:
    """One run: how long, how often, and what it has set up so far."""

    world: World
    seconds: float
    rounds: int
    long: bool
    stack: ExitStack

    def __post_init__(self) -> None:
        worlds.add_cohort(self.world, "thousand", 1000)

    @property
    def people(self) -> list[Any]:
        return self.world.cohorts["thousand"][1]

    @cached_property
    def readers(self) -> list[Visitor]:
        """Sixteen signed-in trainees, every one with English as their language."""
        return worlds.visitors(self.world, self.people[0:48:3])

    @cached_property
    def trainer(self) -> Visitor:
        return worlds.add_trainer(self.world, ["thousand"])

    @cached_property
    def product(self) -> Server:
        """Started by the first row that asks; rows must have added their people before."""
        return self.stack.enter_context(servers.product(self.world.environ))

    def duel(
        self,
        floor: tuple[Server, Clients],
        product: tuple[Server, Clients],
        *,
        seconds: float | None = None,
        visits: int | None = None,
        expected: tuple[int, ...] = (200,),
    ) -> tuple[Rounds, Rounds]:
        """Floor, product, floor, product … Each is warmed up first. Anything but the expected
        status is an error: a fast refusal must not count as a fast page."""
        sides = (Rounds(), Rounds())
        for server, clients in (floor, product):
            server.measure(clients, visits=2 * len(clients))
        for _ in range(self.rounds):
            for side, (server, clients) in zip(sides, (floor, product), strict=True):
                span = None if visits else seconds or self.seconds
                load = server.measure(clients, seconds=span, visits=visits)
                wrong = set(load.statuses) - set(expected)
                assert not wrong, f"{load.statuses}\n{server.written()[-2000:]}"
                side.loads.append(load)
        return sides

    def statements(self, path: str, visitor: Visitor) -> int:
        """How many SQL statements the page asks for, the second time it is opened.

        SQLite itself is asked, on connections that are opened for this.
        """
        app, asked = self.world.app, []
        client = app.test_client(use_cookies=False)
        headers = {"Cookie": visitor.cookie, "Host": "127.0.0.1"}
        with app.app_context():
            engine = db.database().engine
        with traced(engine, asked):
            assert client.get(path, headers=headers).status_code == 200, path
            asked.clear()
            assert client.get(path, headers=headers).status_code == 200, path
        ours = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "--")
        return len([one for one in asked if not one.lstrip().startswith(ours)])

    def page(self, path: str, visitor: Visitor) -> str:
        """The page as the product draws it."""
        headers = {"Cookie": visitor.cookie, "Host": "127.0.0.1"}
        found = self.world.app.test_client(use_cookies=False).get(path, headers=headers)
        assert found.status_code == 200, (path, found.status_code)
        return found.text


@contextmanager
def traced(engine: sa.Engine, asked: list[str]) -> Iterator[None]:
    """Write down every statement that reaches SQLite through this engine."""

    def trace(connection: Any, _record: Any) -> None:
        connection.set_trace_callback(asked.append)

    engine.dispose()
    sa.event.listen(engine, "connect", trace)
    try:
        yield
    finally:
        sa.event.remove(engine, "connect", trace)
        engine.dispose()


def share(part: float, whole: float) -> float:
    return round(part / whole, 3) if whole else 0.0
