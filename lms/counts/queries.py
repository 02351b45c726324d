"""Runs through a night as their owner sees them: always a replay of the acts that were kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.content import publishing
from lms.content.library import Document, Library
from lms.counts.models import CountRun, CountStep
from lms.domain.counts.night import Moment, Night, live
from lms.domain.counts.play import Act, State, replay
from lms.domain.counts.precinct import Head
from lms.domain.counts.scoring import Score, score
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor
from lms.prepared import Prepared

_RUN = sa.select(
    CountRun.id,
    CountRun.exercise,
    CountRun.release_id,
    CountRun.seed,
    CountRun.certifying,
    CountRun.finished_at,
).where(
    CountRun.id == sa.bindparam("id", type_=sa.Uuid()),
    CountRun.account_id == sa.bindparam("account", type_=sa.Uuid()),
)
_RUN_LOCKED = _RUN.with_for_update()
_STEPS = Prepared(
    sa.select(CountStep.verb, CountStep.details, CountStep.client_key)
    .where(CountStep.run_id == sa.bindparam("id", type_=sa.Uuid()))
    .order_by(CountStep.sequence)
)
# Nights that are being lived through: a step must not build its night anew. A night never
# changes, and a few hundred of them are a few megabytes.
MOST_KEPT = 256
_nights: dict[tuple[uuid.UUID, str, int], Night] = {}


@dataclass(frozen=True)
class Living:
    """One run: its exercise as it was published when the run began, the acts and every state."""

    id: uuid.UUID
    books: Library
    document: Document
    night: Night
    certifying: bool
    finished_at: datetime | None
    acts: tuple[Act, ...]
    keys: frozenset[uuid.UUID]
    states: tuple[State, ...]

    @property
    def state(self) -> State:
        return self.states[-1]

    @property
    def moment(self) -> Moment:
        return self.night.moments[self.state.moment]

    @property
    def score(self) -> Score:
        return score(self.night, self.state)


def night_of(books: Library, slug: str, seed: int) -> Night:
    """The night of a published exercise and a seed. Raises NotThere for no such exercise."""
    document = books.counts.get(slug)
    if document is None:
        raise NotThere
    key = (books.published, slug, seed)
    found = _nights.get(key)
    if found is None:
        if len(_nights) >= MOST_KEPT:
            _nights.clear()
        found = live(Head.from_document(document), books.country(document["rules"]), seed)
        _nights[key] = found
    return found


def own_run(session: Session, actor: Actor, run_id: uuid.UUID, *, locked: bool = False) -> Living:
    """One's own run. Raises NotThere for anybody else's."""
    statement = _RUN_LOCKED if locked else _RUN
    row = session.execute(statement, {"id": run_id, "account": actor.id}).first()
    if row is None:
        raise NotThere
    books = publishing.at(session, row.release_id)
    night = night_of(books, row.exercise, row.seed)
    steps = _STEPS.all(session, id=run_id)
    acts = tuple(Act(step.verb, step.details) for step in steps)
    return Living(
        id=row.id,
        books=books,
        document=books.counts[row.exercise],
        night=night,
        certifying=row.certifying,
        finished_at=row.finished_at,
        acts=acts,
        keys=frozenset(step.client_key for step in steps),
        states=replay(night, acts),
    )


def open_run(session: Session, actor: Actor, exercise: str) -> CountRun | None:
    """The run of this exercise that is going on, if there is one."""
    return session.scalar(
        sa.select(CountRun).where(
            CountRun.account_id == actor.id,
            CountRun.exercise == exercise,
            CountRun.finished_at.is_(None),
        )
    )


def own_runs(session: Session, actor: Actor, exercise: str) -> Sequence[CountRun]:
    """One's finished runs of an exercise, the latest first."""
    return session.scalars(
        sa.select(CountRun)
        .where(
            CountRun.account_id == actor.id,
            CountRun.exercise == exercise,
            CountRun.finished_at.is_not(None),
        )
        .order_by(CountRun.finished_at.desc(), CountRun.id)
    ).all()


@dataclass(frozen=True)
class Certifying:
    """Whether a certifying run may begin. ``left`` None: as often as one likes."""

    left: int | None
    opens_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        return self.left != 0 and (self.opens_at is None or self.opens_at <= now)


def certifying(session: Session, actor: Actor, document: Document) -> Certifying:
    """How many certifying runs are left, and from when on.

    A finished night in which nothing was planted is not counted against anybody: it could not
    have shown whether they find what is there.
    """
    runs = [r for r in own_runs(session, actor, document["slug"]) if r.certifying and r.planted]
    most, wait = document["attempts"], document["wait_hours"]
    opens = None
    if runs and wait and runs[0].finished_at:
        opens = runs[0].finished_at + timedelta(hours=wait)
    return Certifying(None if most is None else max(0, most - len(runs)), opens)
