"""An answer, durable before the reply: its rate beside bare commits, and how long some wait."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sa

from benchmarks import load, servers, worlds
from benchmarks.bench import Bench, Line, Rounds, share
from benchmarks.floor.base import SETTINGS, new_id, now
from benchmarks.load import Visit
from benchmarks.servers import Server
from lms import db
from lms.assessment.models import Step

LEAST_SHARE = round(1 / 6, 3)
P99_TIMES, WORST_TIMES = 2.5, 5.0
QUIZ = "final-exam"
ANSWERS, LONG = 10_000, 100_000
ALONE = 3000  # answers of the single client
RAW_SECONDS = 2.0
WARM = 16  # people who answer before anything is measured


@dataclass(frozen=True)
class Raw:
    """One writer that keeps answers by the driver alone: the same rows in the same database as the
    floor's, with the same promises, and nothing around them."""

    instance: Path
    attempt: uuid.UUID

    def commits(self, seconds: float) -> float:
        """How many one-row transactions a second there are."""
        connection = sqlite.connect(self.instance / "lms.sqlite", isolation_level=None)
        for setting in SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        (before,) = connection.execute(
            "SELECT max(sequence) FROM attempt_steps WHERE attempt_id = ?", (self.attempt.hex,)
        ).fetchone()
        number, begin = before, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            number += 1
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO attempt_steps (attempt_id, sequence, kind, question, data, "
                "client_key, at) VALUES (?, ?, 'answer', 'copy-when', '[\"now\"]', ?, ?)",
                (self.attempt.hex, number, new_id(), now()),
            )
            connection.execute("COMMIT")
        rate = (number - before) / (time.perf_counter() - begin)
        connection.close()
        return float(rate)


def run(bench: Bench) -> list[Line]:
    books = bench.world.library()
    questions = sum(line["count"] for line in books.quizzes[QUIZ]["draw"])
    total = LONG if bench.long else ANSWERS
    # People of their own: those of other rows may have an exam open.
    worlds.add_cohort(bench.world, "writers", total // questions + WARM + 1, done=False)
    *people, writer = worlds.visitors(bench.world, bench.world.cohorts["writers"][1])
    *attempts, raw = worlds.open_attempts(
        bench.world, QUIZ, [person.id for person in (*people, writer)]
    )
    papers = papers_of(bench, attempts[0])
    everything = list(zip(people, attempts, strict=True))
    first, everything = everything[:WARM], everything[WARM:]
    alone, together = everything[: ALONE // questions], everything[ALONE // questions :]
    environ = worlds.twin(bench.world)
    lines = []
    with servers.floor(environ) as bare:
        # The first answer of a process takes ten times as long: it comes to own what it shared.
        for server, is_floor in ((bare, True), (bench.product, False)):
            server.measure(_clients(first, papers, WARM, is_floor), visits=WARM)
        for count, part in ((1, alone), (16, together)):
            commits, floor, product = _compare(
                bench, bare, part, count, papers, Raw(Path(environ["LMS_INSTANCE"]), raw)
            )
            lines += _lines(count, commits, floor, product)
    kept = _kept(bench, [attempt for _person, attempt in everything])
    asked = len(everything) * len(papers)
    locked = bench.product.written().count("locked")
    lines.append(
        Line(
            "answer",
            "every acknowledged answer kept, no “database is locked”",
            {},
            {"acknowledged": asked, "kept": kept, "locked": locked},
            None,
            "kept = acknowledged, locked = 0",
            kept == asked and locked == 0,
        )
    )
    return lines


def _compare(
    bench: Bench, bare: Server, part: list[Any], count: int, papers: list[Any], raw: Raw
) -> tuple[float, Rounds, Rounds]:
    """Raw commits, floor, product, in turn, each on its share of the attempts."""
    commits, floor, product = [], Rounds(), Rounds()
    size = max(1, len(part) // bench.rounds)
    for number in range(bench.rounds):
        last = number == bench.rounds - 1
        some = part[number * size : None if last else (number + 1) * size]
        commits.append(raw.commits(RAW_SECONDS))
        for side, server, is_floor in ((floor, bare, True), (product, bench.product, False)):
            clients = _clients(some, papers, count, is_floor)
            measured = server.measure(clients, visits=len(some))
            assert set(measured.statuses) == {303}, f"{measured.statuses} {server.written()[-900:]}"
            side.loads.append(measured)
    return max(commits), floor, product


def _clients(
    part: list[Any], papers: list[Any], count: int, is_floor: bool
) -> list[Callable[[], Visit]]:
    """Clients whose requests are written beforehand: that work is not the server's."""
    waiting = iter([_requests(*one, papers, is_floor) for one in part])
    return [lambda: _visit(next(waiting))] * count


def _requests(person: Any, attempt: uuid.UUID, papers: list[Any], is_floor: bool) -> list[bytes]:
    cookie = person.bare if is_floor else person.cookie
    requests = []
    for question, fields in papers:
        sent = [("csrf_token", person.token), ("client_key", str(uuid.uuid4())), ("seen", "0")]
        requests.append(load.post(f"/attempts/{attempt}/{question}", sent + fields, cookie))
    return requests


def _visit(requests: list[bytes]) -> Visit:
    """One person answers a whole paper, without looking at the pages between."""
    for request in requests:  # noqa: UP028 - a list could not be sent the answers
        yield request


def papers_of(bench: Bench, attempt: uuid.UUID) -> list[tuple[str, list[tuple[str, str]]]]:
    """(question, the fields of its right answer) for each question; all attempts have one paper."""
    books = bench.world.library()
    with bench.world.app.app_context():
        paper = db.session().scalar(sa.select(Step.data).where(Step.attempt_id == attempt))
    return [
        (q, worlds.form_fields(books.questions[q], books.questions[q].right_answer))
        for q in paper["questions"]
    ]


def _kept(bench: Bench, attempts: list[uuid.UUID]) -> int:
    with bench.world.app.app_context():
        return sum(
            db.session().scalar(
                sa.select(sa.func.count()).where(Step.attempt_id == attempt, Step.kind == "answer")
            )
            or 0
            for attempt in attempts
        )


def _lines(count: int, raw: float, floor: Rounds, product: Rounds) -> list[Line]:
    case = f"{count} client{'s' * (count > 1)}"
    calm = product.calmest
    p99, worst = (
        share(calm.percentile(0.99), calm.percentile(0.5)),
        share(calm.worst, calm.percentile(0.5)),
    )
    part = share(product.rate, raw)
    raw_figures = {"per_second": round(raw, 1)}
    return [
        Line(
            "answer",
            f"{case}: rate beside raw commits of one writer",
            raw_figures,
            product.figures(),
            part,
            f"at least {LEAST_SHARE}",
            part >= LEAST_SHARE,
        ),
        Line(
            "answer",
            f"{case}: rate beside the same job done bare",
            floor.figures(),
            product.figures(),
            share(product.rate, floor.rate),
            "for comparison",
            None,
        ),
        Line(
            "answer",
            f"{case}: p99 beside p50",
            floor.figures(),
            product.figures(),
            p99,
            f"at most {P99_TIMES}",
            p99 <= P99_TIMES,
        ),
        Line(
            "answer",
            f"{case}: worst beside p50",
            floor.figures(),
            product.figures(),
            worst,
            f"at most {WORST_TIMES}",
            worst <= WORST_TIMES,
        ),
    ]
