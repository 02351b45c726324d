"""A night of the count: making one, and one step of a run beside an ordinary page."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

from benchmarks import load
from benchmarks.bench import Bench, Line, share
from benchmarks.load import Visit
from lms import db
from lms.counts.models import CountRun, CountStep
from lms.domain.counts.night import live
from lms.domain.counts.precinct import Head
from lms.domain.counts.scoring import score
from tests.domain.count_players import play_best

MOST_TIMES = 1.5
EXERCISE = "full-night"
ORDINARY = "/courses/counting/the-protocol"
NIGHTS = 200
DEEP = 30  # acts that a run already has: a step replays them


def run(bench: Bench) -> list[Line]:
    books = bench.world.library()
    document = books.counts[EXERCISE]
    head, country = Head.from_document(document), books.country(document["rules"])
    began = time.perf_counter()
    nights = [live(head, country, seed) for seed in range(NIGHTS)]
    each = 1000 * (time.perf_counter() - began) / NIGHTS
    began = time.perf_counter()
    played = [(night, play_best(night)) for night in nights]
    playing = 1000 * (time.perf_counter() - began) / NIGHTS
    began = time.perf_counter()
    for night, state in played:
        score(night, state)
    marking = 1000 * (time.perf_counter() - began) / NIGHTS
    readers = bench.readers
    paths = _runs(bench, [reader.id for reader in readers])
    statements = bench.statements(paths[0], readers[0])
    pages = [lambda r=r: _visit(ORDINARY, r.cookie) for r in readers]
    steps = [lambda p=p, r=r: _visit(p, r.cookie) for p, r in zip(paths, readers, strict=True)]
    page, step = bench.duel((bench.product, pages), (bench.product, steps))
    ratio = share(step.cpu_ms, page.cpu_ms)
    figures = {
        "make_ms": round(each, 2),
        "play_ms": round(playing, 2),
        "mark_ms": round(marking, 2),
    }
    return [
        Line("night", "making, playing and marking a full night", {}, figures, None, "–", None),
        Line(
            "night",
            f"a step after {DEEP} acts: CPU beside a lesson",
            page.figures(),
            step.figures(),
            ratio,
            f"at most {MOST_TIMES}",
            ratio <= MOST_TIMES,
        ),
        Line(
            "night",
            "SQL statements of a step",
            {},
            {"statements": float(statements)},
            statements,
            "for comparison",
            None,
        ),
    ]


def _runs(bench: Bench, people: list[uuid.UUID]) -> list[str]:
    """An open run for each of these people, a few questions into its last step but one."""
    books, now, paths = bench.world.library(), datetime.now(UTC), []
    with bench.world.app.app_context(), db.transaction() as session:
        for seed, person in enumerate(people):
            one = CountRun(
                account_id=person,
                exercise=EXERCISE,
                release_id=books.published,
                seed=seed,
                certifying=False,
                started_at=now,
            )
            session.add(one)
            session.flush()
            verbs = ["on"] * 12 + ["ask"] * (DEEP - 12)
            for number, verb in enumerate(verbs, start=1):
                details = {"question": "why"} if verb == "ask" else {}
                session.add(
                    CountStep(
                        run_id=one.id,
                        sequence=number,
                        verb=verb,
                        details=details,
                        client_key=uuid.uuid4(),
                        at=now,
                    )
                )
            paths.append(f"/count-runs/{one.id}")
    return paths


def _visit(path: str, cookie: str) -> Visit:
    yield load.get(path, cookie)
