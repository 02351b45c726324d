"""The page of one question: at most twice the CPU of a bare page of the same size."""

from __future__ import annotations

import sqlalchemy as sa

from benchmarks import load, servers, worlds
from benchmarks.bench import CLIENTS, Bench, Line, share
from benchmarks.load import Visit
from lms import db
from lms.assessment.models import Step

MOST_TIMES = 2.0
QUIZ = "final-exam"


def run(bench: Bench) -> list[Line]:
    readers = bench.readers
    attempts = worlds.open_attempts(bench.world, QUIZ, [reader.id for reader in readers])
    question = _single_choice(bench, attempts[0])
    paths = [f"/attempts/{attempt}/{question}" for attempt in attempts]
    page = bench.page(paths[0], readers[0])
    body = page.split("<main", 1)[1].partition(">")[2].split("</main>")[0]
    statements = bench.statements(paths[0], readers[0])
    environ = worlds.twin(bench.world)
    worlds.write_body(environ, "question", body)
    lines = []
    with servers.floor(environ) as bare:
        for count in CLIENTS:
            pairs = list(zip(paths, readers, strict=True))[:count]
            product = [lambda p=p, r=r: _visit(p, r.cookie) for p, r in pairs]
            nobody = [lambda: _visit("/bare/question", "")] * count
            plain, ours = bench.duel((bare, nobody), (bench.product, product))
            ratio = share(ours.cpu_ms, plain.cpu_ms)
            case = f"{count} client{'s' * (count > 1)}"
            lines.append(
                Line(
                    "question page",
                    f"{case}: CPU beside a bare page",
                    plain.figures(),
                    ours.figures(),
                    ratio,
                    f"at most {MOST_TIMES}",
                    ratio <= MOST_TIMES,
                )
            )
            same = [lambda p=p, r=r: _visit(p, r.bare) for p, r in pairs]
            floor, again = bench.duel((bare, same), (bench.product, product))
            lines.append(
                Line(
                    "question page",
                    f"{case}: CPU beside the same job done bare",
                    floor.figures(),
                    again.figures(),
                    share(again.cpu_ms, floor.cpu_ms),
                    "for comparison",
                    None,
                )
            )
    found = {"statements": float(statements)}
    lines.append(
        Line("question page", "SQL statements", {}, found, statements, "for comparison", None)
    )
    return lines


def _single_choice(bench: Bench, attempt: object) -> str:
    """A question of one choice on that paper: the commonest type."""
    with bench.world.app.app_context():
        paper = db.session().scalar(sa.select(Step.data).where(Step.attempt_id == attempt))
    books = bench.world.library()
    found: str = next(q for q in paper["questions"] if books.questions[q].kind == "single")
    return found


def _visit(path: str, cookie: str) -> Visit:
    yield load.get(path, cookie)
