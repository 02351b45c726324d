"""A whole quiz of twenty questions, from the start to the result: at most twice the floor."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks import load, servers, worlds
from benchmarks.bench import CLIENTS, Bench, Line, share
from benchmarks.load import Visit
from benchmarks.worlds import Visitor

MOST_TIMES = 2.0
QUIZ = "final-exam"
VISITS = {1: 6, 16: 32}  # in a round


def run(bench: Bench) -> list[Line]:
    needed = sum(VISITS.values()) * (bench.rounds + 1)
    worlds.add_cohort(bench.world, "sitters", needed, done=False)
    people = worlds.visitors(bench.world, bench.world.cohorts["sitters"][1])
    books = bench.world.library()
    fields = {
        q: worlds.form_fields(found, found.right_answer) for q, found in books.questions.items()
    }
    environ = worlds.twin(bench.world)
    lines, waiting = [], {"floor": iter(people), "product": iter(people)}
    with servers.floor(environ) as bare:
        for count in CLIENTS:
            floor, product = [], []
            for _ in range(bench.rounds):
                for side, server, name in (
                    (floor, bare, "floor"),
                    (product, bench.product, "product"),
                ):
                    clients = _clients(waiting[name], fields, count, name == "floor")
                    found = server.measure(clients, visits=VISITS[count])
                    assert set(found.statuses) == {200, 303}, found.statuses
                    side.append(1000 * found.cpu_seconds / found.visits)
            ratio = share(min(product), min(floor))
            lines.append(
                Line(
                    "whole quiz",
                    f"{count} client{'s' * (count > 1)}: CPU of one person's quiz",
                    {"cpu_ms": round(min(floor), 1)},
                    {"cpu_ms": round(min(product), 1)},
                    ratio,
                    f"at most {MOST_TIMES}",
                    ratio <= MOST_TIMES,
                )
            )
    return lines


def _clients(
    waiting: Iterator[Visitor], fields: dict[str, Any], count: int, is_floor: bool
) -> list[Callable[[], Visit]]:
    return [lambda: _visit(waiting, fields, is_floor)] * count


def _visit(waiting: Iterator[Visitor], fields: dict[str, Any], is_floor: bool) -> Visit:
    """Start, each page and each answer, a last look, finish, and the result."""
    person = next(waiting)
    cookie = person.bare if is_floor else person.cookie

    def hidden() -> list[tuple[str, str]]:
        return [("csrf_token", person.token), ("client_key", str(uuid.uuid4())), ("seen", "0")]

    answer = yield load.post(f"/quizzes/{QUIZ}/start", hidden(), cookie)
    assert answer.status == 303, answer.status
    while answer.status == 303:
        at = answer.location
        answer = yield load.get(at, cookie)
    while not at.endswith("/finish"):
        sent = hidden() + fields[at.rsplit("/", 1)[-1]]
        answer = yield load.post(at, sent, cookie)
        at = answer.location
        answer = yield load.get(at, cookie)
    answer = yield load.post(at, hidden(), cookie)
    yield load.get(answer.location, cookie)
