"""Runs as their owner sees them: always a replay of the choices that were made."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.content import publishing
from lms.content.library import Document, Library
from lms.domain import runs, scenarios
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor
from lms.drills.models import Run, RunChoice, RunClock, RunPaper
from lms.prepared import Prepared
from lms.privacy import CannotOpen, Vault

# What a slow line may add to the time to decide, both ways together.
GRACE = timedelta(seconds=5)
PAPER_COLUMN = "run_papers.text_sealed"

_RUN_STATEMENT = sa.select(
    Run.id,
    Run.account_id,
    Run.scenario,
    Run.release_id,
    Run.seed,
    Run.timed,
    Run.gate_id,
    Run.finished_at,
).where(
    Run.id == sa.bindparam("id", type_=sa.Uuid()),
    Run.account_id == sa.bindparam("account", type_=sa.Uuid()),
)
_RUN, _RUN_LOCKED = Prepared(_RUN_STATEMENT), Prepared(_RUN_STATEMENT.with_for_update())
_CHOICES = Prepared(
    sa.select(RunChoice.scene, RunChoice.choice, RunChoice.late, RunChoice.client_key)
    .where(RunChoice.run_id == sa.bindparam("id", type_=sa.Uuid()))
    .order_by(RunChoice.sequence)
)
_WRITTEN = Prepared(
    sa.select(RunPaper.sequence).where(
        RunPaper.run_id == sa.bindparam("id", type_=sa.Uuid()),
        RunPaper.sequence == sa.bindparam("sequence"),
    )
)
_CLOCK = Prepared(
    sa.select(RunClock.at).where(
        RunClock.run_id == sa.bindparam("id", type_=sa.Uuid()),
        RunClock.sequence == sa.bindparam("sequence"),
    )
)


@dataclass(frozen=True)
class Taken:
    """One choice as it was kept. ``late``: the time to decide was over."""

    scene: str
    choice: str
    late: bool


@dataclass(frozen=True)
class Playing:
    """One run: the scenario as it was published when the run began, and everything since.

    ``writing`` is the kind of paper that has to be written before the run goes on. ``decide_from``
    is when the time for the present decision began; None where it did not, or where there is none.
    """

    id: uuid.UUID
    account_id: uuid.UUID
    books: Library
    scenario: scenarios.Scenario
    document: Document
    timed: bool
    gate_id: uuid.UUID | None
    finished_at: datetime | None
    taken: tuple[Taken, ...]
    keys: frozenset[uuid.UUID]
    beats: tuple[runs.Beat, ...]
    writing: str | None
    decide_from: datetime | None

    @property
    def position(self) -> scenarios.Position:
        return runs.standing(self.scenario, self.beats)

    @property
    def scene(self) -> scenarios.Scene:
        return self.scenario.scenes[self.position.scene]

    @property
    def ending(self) -> scenarios.Ending | None:
        return scenarios.outcome(self.scenario, self.position)

    @property
    def seconds(self) -> int | None:
        """How long one has for the present decision; None where nobody hurries."""
        going_on = self.ending is None and self.writing is None
        return self.scene.seconds if self.timed and going_on else None

    def time_is_up(self, now: datetime) -> bool:
        """Whether the time for the present decision is over, a slow line allowed for."""
        if self.seconds is None or self.decide_from is None:
            return False
        return now > self.decide_from + timedelta(seconds=self.seconds) + GRACE

    def scene_document(self, scene: str) -> dict[str, Any]:
        found: dict[str, Any] = next(s for s in self.document["scenes"] if s["id"] == scene)
        return found

    def choice_document(self, scene: str, choice: str) -> dict[str, Any]:
        choices = self.scene_document(scene)["choices"]
        found: dict[str, Any] = next(c for c in choices if c["id"] == choice)
        return found


def own_run(session: Session, actor: Actor, run_id: uuid.UUID, *, locked: bool = False) -> Playing:
    """One's own run. Raises NotThere for anybody else's."""
    statement = _RUN_LOCKED if locked else _RUN
    row = statement.first(session, id=run_id, account=actor.id)
    if row is None:
        raise NotThere
    books = publishing.at(session, row.release_id)
    scenario = books.scenario(row.scenario)
    rows = _CHOICES.all(session, id=run_id)
    taken = tuple(Taken(c.scene, c.choice, bool(c.late)) for c in rows)
    beats = runs.unfold(scenario, [one.choice for one in taken], row.seed)
    scene = scenario.scenes[runs.standing(scenario, beats).scene]
    return Playing(
        id=row.id,
        account_id=row.account_id,
        books=books,
        scenario=scenario,
        document=books.scenarios[row.scenario],
        timed=bool(row.timed),
        gate_id=row.gate_id,
        finished_at=row.finished_at,
        taken=taken,
        keys=frozenset(c.client_key for c in rows),
        beats=beats,
        writing=_to_write(session, scenario, run_id, taken),
        decide_from=_clock(session, run_id, len(taken)) if row.timed and scene.seconds else None,
    )


def _to_write(
    session: Session, scenario: scenarios.Scenario, run_id: uuid.UUID, taken: tuple[Taken, ...]
) -> str | None:
    """The paper that the last choice asks for, until it is there."""
    last = scenario.scenes[taken[-1].scene].choice(taken[-1].choice) if taken else None
    if last is None or last.writes is None:
        return None
    return None if _WRITTEN.first(session, id=run_id, sequence=len(taken)) else last.writes


def _clock(session: Session, run_id: uuid.UUID, sequence: int) -> datetime | None:
    row = _CLOCK.first(session, id=run_id, sequence=sequence)
    found: datetime | None = row.at if row else None
    return found


@dataclass(frozen=True)
class Paper:
    """What was written after the choice of this number; no text where somebody wrote nothing, or
    where the key that opened it is gone."""

    sequence: int
    kind: str
    text: str | None


def papers(session: Session, playing: Playing, vault: Vault) -> dict[int, Paper]:
    """Everything that was written in one's own run, by the number of its choice."""
    key = accounts.person_key(session, playing.account_id)
    rows = session.execute(
        sa.select(RunPaper.sequence, RunPaper.kind, RunPaper.text_sealed).where(
            RunPaper.run_id == playing.id
        )
    )
    found = {}
    for row in rows:
        text = None
        if row.text_sealed is not None:
            try:
                text = vault.open(playing.account_id, key, PAPER_COLUMN, row.text_sealed)
            except CannotOpen:
                text = None
        found[row.sequence] = Paper(row.sequence, row.kind, text)
    return found


def open_run(session: Session, actor: Actor, scenario: str) -> uuid.UUID | None:
    """The practice run of this scenario that is going on, if there is one."""
    return session.scalar(
        sa.select(Run.id).where(
            Run.account_id == actor.id,
            Run.scenario == scenario,
            Run.gate_id.is_(None),
            Run.finished_at.is_(None),
        )
    )


def own_runs(session: Session, actor: Actor, scenario: str) -> Sequence[Run]:
    """One's finished runs of a scenario, the latest first."""
    return session.scalars(
        sa.select(Run)
        .where(Run.account_id == actor.id, Run.scenario == scenario, Run.finished_at.is_not(None))
        .order_by(Run.finished_at.desc())
    ).all()


def has_passed_since(session: Session, actor: Actor, scenario: str, since: datetime) -> bool:
    """Whether this person began a run of a scenario after a moment, and passed it."""
    passed = sa.select(Run.id).where(
        Run.account_id == actor.id,
        Run.scenario == scenario,
        Run.passed.is_(True),
        Run.finished_at.is_not(None),
        Run.started_at > since,
    )
    return session.scalar(passed.limit(1)) is not None
