"""Where the people of a cohort leave the best path of a scenario. Numbers only: nobody is named."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.content.library import Document
from lms.drills.models import Run, RunChoice

WHICH = ("first", "latest")
# One statement asks for so many at once: databases limit the parameters of a statement.
AT_ONCE = 500


@dataclass(frozen=True)
class Decision:
    """How often a choice was made in a scene. ``grade`` as the author graded it."""

    choice: str
    grade: str
    people: int


@dataclass(frozen=True)
class Stop:
    """A scene and who decided in it. ``best`` is the choice of the best path, None off it."""

    scene: str
    arrived: int
    best: str | None
    decisions: tuple[Decision, ...]

    @property
    def stayed(self) -> int:
        """Those who made the choice of the best path."""
        return sum(one.people for one in self.decisions if one.choice == self.best)

    @property
    def left(self) -> tuple[Decision, ...]:
        """The other choices that were made, the commonest first."""
        return tuple(one for one in self.decisions if one.choice != self.best and one.people)


@dataclass(frozen=True)
class Flow:
    """A cohort's runs of one scenario: one run of each person."""

    people: int
    passed: int
    outcomes: Mapping[str, int] = field(default_factory=dict)
    along: tuple[Stop, ...] = ()
    aside: tuple[Stop, ...] = ()


@dataclass(frozen=True)
class Ended:
    """One finished run: whose, and how it ended."""

    id: uuid.UUID
    account_id: uuid.UUID
    scenario: str
    outcome: str
    passed: bool


def ended(session: Session, people: Sequence[uuid.UUID]) -> list[Ended]:
    """Every finished run of these people, the earliest first."""
    found: list[Ended] = []
    for part in _parts(people):
        rows = session.execute(
            sa.select(
                Run.id, Run.account_id, Run.scenario, Run.outcome, Run.passed, Run.finished_at
            )
            .where(Run.account_id.in_(part), Run.finished_at.is_not(None))
            .order_by(Run.finished_at, Run.id)
        )
        found += [
            Ended(row.id, row.account_id, row.scenario, row.outcome or "", bool(row.passed))
            for row in rows
        ]
    return found


def one_each(runs: Iterable[Ended], which: str) -> list[Ended]:
    """One run of each person: the ``first``, which shows what they knew, or the ``latest``."""
    chosen: dict[uuid.UUID, Ended] = {}
    for run in runs:
        if which == "latest" or run.account_id not in chosen:
            chosen[run.account_id] = run
    return list(chosen.values())


def flow(session: Session, document: Document, runs: Sequence[Ended]) -> Flow:
    """Count these runs on the scenario as it is published now.

    Choices that an older release had and this one has not are left out. A person who comes through
    a scene twice counts once for each choice there.
    """
    made = _made(session, [run.id for run in runs])
    best = dict(document["best_path"])
    stops = {
        scene["id"]: _stop(scene, best.get(scene["id"]), made)
        for scene in document["scenes"]
        if not scene["end"] and not scene.get("chance")
    }
    along = [scene for scene, _choice in document["best_path"] if scene in stops]
    return Flow(
        people=len(runs),
        passed=sum(run.passed for run in runs),
        outcomes=dict(Counter(run.outcome for run in runs)),
        along=tuple(stops[scene] for scene in dict.fromkeys(along)),
        aside=tuple(
            stop for scene, stop in stops.items() if scene not in set(along) and stop.arrived
        ),
    )


def _made(session: Session, runs: Sequence[uuid.UUID]) -> Counter[tuple[str, str]]:
    made: Counter[tuple[str, str]] = Counter()
    for part in _parts(runs):
        rows = session.execute(
            sa.select(
                RunChoice.scene,
                RunChoice.choice,
                sa.func.count(sa.distinct(RunChoice.run_id)).label("people"),
            )
            .where(RunChoice.run_id.in_(part))
            .group_by(RunChoice.scene, RunChoice.choice)
        )
        for row in rows:
            made[row.scene, row.choice] += row.people
    return made


def _stop(scene: Document, best: str | None, made: Mapping[tuple[str, str], int]) -> Stop:
    decisions = [
        Decision(choice["id"], choice["grade"], made.get((scene["id"], choice["id"]), 0))
        for choice in scene["choices"]
    ]
    decisions.sort(key=lambda one: -one.people)
    return Stop(scene["id"], sum(one.people for one in decisions), best, tuple(decisions))


def _parts(ids: Sequence[uuid.UUID]) -> Iterable[Sequence[uuid.UUID]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
