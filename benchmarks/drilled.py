"""Drills of invented people: runs along ways that somebody could really have gone, to the ending
to which they lead, and nights lived through act by act."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import count, islice
from random import Random
from typing import Any

from lms.content.library import Library
from lms.counts.models import CountRun, CountStep
from lms.domain.counts.best import best_acts
from lms.domain.counts.night import live
from lms.domain.counts.play import Act, replay
from lms.domain.counts.precinct import Head
from lms.domain.counts.scoring import Score, score
from lms.domain.gates import Drawn, draw
from lms.domain.runs import SEEDS, certifies, standing, unfold
from lms.domain.scenarios import has_ended, open_choices, outcome, start
from lms.drills.models import Gate, Run, RunChoice

Rows = dict[Any, list[dict[str, Any]]]
TABLES = (Gate, Run, RunChoice, CountRun, CountStep)
# How often a choice is made, by its grade: most people know most of it.
LIKELY = {"best": 12, "ok": 4, "weak": 2, "fail": 1}
WAYS = 40  # different runs of a scenario; people share them as they do in life
NIGHTS = 6


@dataclass(frozen=True)
class Way:
    """One run to its end: the seed of its chance, every (scene, choice) that was made, and what
    the product keeps of its ending. ``certifies`` is what a run that was drawn needs."""

    seed: int
    made: tuple[tuple[str, str], ...]
    outcome: str
    passed: bool
    percent: int
    certifies: bool


@lru_cache(maxsize=64)
def ways(books: Library, slug: str) -> tuple[Way, ...]:
    """Ways through a scenario as different people go them, the same every time."""
    random = Random(slug)
    return tuple(_go(books, slug, random) for _ in range(WAYS))


def _go(books: Library, slug: str, random: Random) -> Way:
    scenario, seed = books.scenario(slug), random.randrange(SEEDS)
    made: list[tuple[str, str]] = []
    while True:
        beats = unfold(scenario, [choice for _scene, choice in made], seed)
        here = standing(scenario, beats) if beats else start(scenario)
        if has_ended(scenario, here):
            break
        open_ = open_choices(scenario, here)
        chosen = random.choices(open_, [LIKELY[choice.grade] for choice in open_])[0]
        made.append((here.scene, chosen.id))
    ending = outcome(scenario, here)
    assert ending is not None
    return Way(
        seed, tuple(made), ending.outcome, ending.passed, ending.percent, certifies(scenario, here)
    )


def run(
    rows: Rows, books: Library, person: uuid.UUID, slug: str, then: datetime, way: Way, **of: Any
) -> None:
    """A finished run along a way, with every choice; ``of`` is the gate that drew it."""
    run_id = uuid.uuid4()
    rows[Run].append(
        {
            "id": run_id,
            "account_id": person,
            "scenario": slug,
            "release_id": books.release,
            "seed": way.seed,
            "timed": False,
            "gate_id": None,
            "started_at": then,
            "finished_at": then,
            "outcome": way.outcome,
            "passed": way.passed,
            "percent": way.percent,
            **of,
        }
    )
    rows[RunChoice] += [
        {
            "run_id": run_id,
            "sequence": number,
            "scene": scene,
            "choice": choice,
            "late": False,
            "client_key": uuid.uuid4(),
            "at": then,
        }
        for number, (scene, choice) in enumerate(way.made, start=1)
    ]


def passing(books: Library, slug: str, random: Random, *, certified: bool = False) -> Way:
    """One of the ways that pass, or that pass where a run counts."""
    found = [way for way in ways(books, slug) if (way.certifies if certified else way.passed)]
    assert found, slug
    return random.choice(found)


def drawn(
    rows: Rows,
    books: Library,
    person: uuid.UUID,
    programme: str,
    rule: Drawn,
    then: datetime,
    random: Random,
) -> None:
    """An attempt at the drawn runs that passed."""
    gate, scenarios = uuid.uuid4(), draw(rule, books.scenarios.values(), (), random)
    rows[Gate].append(
        {
            "id": gate,
            "account_id": person,
            "programme": programme,
            "number": 1,
            "release_id": books.release,
            "scenarios": list(scenarios),
            "started_at": then,
            "finished_at": then,
            "passed": True,
        }
    )
    for slug in scenarios:
        way = passing(books, slug, random, certified=True)
        run(rows, books, person, slug, then, way, gate_id=gate)


@lru_cache(maxsize=16)
def nights(books: Library, slug: str) -> tuple[tuple[int, tuple[Act, ...], Score], ...]:
    """Nights with something to find, with the acts of the best play and what they are worth."""
    document = books.counts[slug]
    head, country = Head.from_document(document), books.country(document["rules"])
    lived = (live(head, country, seed) for seed in count())
    found = []
    for night in islice((night for night in lived if night.kinds), NIGHTS):
        acts = best_acts(night)
        found.append((night.seed, acts, score(night, replay(night, acts)[-1])))
    return tuple(found)


def counted(
    rows: Rows,
    books: Library,
    people: Iterable[uuid.UUID],
    slug: str,
    then: datetime,
    random: Random,
) -> None:
    """A night that counts for each of these people, passed, with every act."""
    for person in people:
        seed, acts, marked = random.choice(nights(books, slug))
        run_id = uuid.uuid4()
        rows[CountRun].append(
            {
                "id": run_id,
                "account_id": person,
                "exercise": slug,
                "release_id": books.release,
                "seed": seed,
                "certifying": True,
                "started_at": then,
                "finished_at": then,
                "passed": marked.passed,
                "percent": marked.percent,
                "planted": marked.planted,
                "detected": len(marked.detected),
                "false_alarms": len(marked.false_alarms),
            }
        )
        rows[CountStep] += [
            {
                "run_id": run_id,
                "sequence": number,
                "verb": act.verb,
                "details": dict(act.details),
                "client_key": uuid.uuid4(),
                "at": then,
            }
            for number, act in enumerate(acts, start=1)
        ]
