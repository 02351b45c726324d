"""A night of the count: making one, and a step of a run beside an ordinary page.

The page of a step is compared twice: opened again and again, as a lesson is; and in nights that are
lived from beginning to end, where no page was seen before, beside a quiz that is answered.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks import load, worlds
from benchmarks.bench import Bench, Line, share
from benchmarks.load import Visit
from benchmarks.rows.answer import papers_of
from benchmarks.worlds import Visitor
from lms import db
from lms.counts.models import CountRun, CountStep
from lms.domain.counts.best import best_acts
from lms.domain.counts.night import Night, live
from lms.domain.counts.precinct import Head
from lms.domain.counts.scoring import score
from tests.counts.test_living import fields
from tests.domain.count_players import play_best

MOST_TIMES = 1.5
EXERCISE = "full-night"
ORDINARY = "/courses/counting/the-protocol"
NIGHTS = 200
DEEP = 30  # acts that a run already has
TOGETHER = 16
QUIZ = "final-exam"


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
        Line(
            "night",
            "making a full night (and playing and marking it) beside the CPU of a lesson",
            {"lesson_ms": page.cpu_ms},
            figures,
            share(each, page.cpu_ms),
            "for comparison",
            None,
        ),
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
        _lived(bench),
    ]


def _lived(bench: Bench) -> Line:
    """Whole nights, best played, beside whole quizzes: a deed kept and the page after it."""
    books, document = bench.world.library(), bench.world.library().counts[EXERCISE]
    head, country = Head.from_document(document), books.country(document["rules"])
    worlds.add_cohort(bench.world, "night", TOGETHER * (bench.rounds + 1), done=False)
    people = worlds.visitors(bench.world, bench.world.cohorts["night"][1])
    nights = [live(head, country, seed) for seed in range(len(people))]
    lived = [
        _live(path, night, person)
        for path, night, person in zip(
            _runs(bench, [person.id for person in people], deep=0), nights, people, strict=True
        )
    ]
    attempts = worlds.open_attempts(bench.world, QUIZ, [person.id for person in people])
    papers = papers_of(bench, attempts[0])
    answered = [
        _answer(attempt, papers, person) for attempt, person in zip(attempts, people, strict=True)
    ]
    quiz, count = _cost(bench, iter(answered)), _cost(bench, iter(lived))
    ratio = share(count, quiz)
    return Line(
        "night",
        f"{TOGETHER} whole nights: CPU of an act and the next page beside those of an answer",
        {"cpu_ms": round(quiz, 2)},
        {"cpu_ms": round(count, 2)},
        ratio,
        f"at most {MOST_TIMES}",
        ratio <= MOST_TIMES,
    )


def _cost(bench: Bench, visits: Iterator[Visit]) -> float:
    """CPU in milliseconds of one deed and the page after it; the first round warms up."""
    rounds = []
    for _ in range(bench.rounds + 1):
        one = bench.product.measure([lambda: next(visits)] * TOGETHER, visits=TOGETHER)
        assert set(one.statuses) <= {200, 303}, one.statuses
        rounds.append(2 * one.cpu_ms)  # two requests
    return min(rounds[1:])


def _live(path: str, night: Night, person: Visitor) -> Visit:
    """Every act of the best play, each with the page that it leads to."""
    for step, act in enumerate(best_acts(night)):
        found = fields(act, night)
        if act.verb == "check":
            found |= {f"broken-{check}": "y" for check in act.details["marks"]}
        kept = [*_hidden(person), ("step", str(step)), ("verb", act.verb)]
        sent = yield load.post(f"{path}/acts", kept + list(found.items()), person.cookie)
        yield load.get(sent.location.partition("#")[0], person.cookie)


def _answer(attempt: uuid.UUID, papers: list[Any], person: Visitor) -> Visit:
    for question, sent in papers:
        kept = [*_hidden(person), ("seen", "0"), *sent]
        answer = yield load.post(f"/attempts/{attempt}/{question}", kept, person.cookie)
        yield load.get(answer.location, person.cookie)


def _hidden(person: Visitor) -> list[tuple[str, str]]:
    return [("csrf_token", person.token), ("client_key", str(uuid.uuid4()))]


def _runs(bench: Bench, people: list[uuid.UUID], deep: int = DEEP) -> list[str]:
    """An open run for each of these people, in which so many acts were done."""
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
            verbs = ["on"] * min(12, deep) + ["ask"] * (deep - 12)
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
