"""Runs through a night as their owner sees them: always a replay of the acts that were kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
from lms.domain.gates import May, may_begin
from lms.domain.permissions import Actor
from lms.prepared import Prepared

_RUN_STATEMENT = sa.select(
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
_RUN, _RUN_LOCKED = Prepared(_RUN_STATEMENT), Prepared(_RUN_STATEMENT.with_for_update())
_STEPS = Prepared(
    sa.select(CountStep.verb, CountStep.details, CountStep.client_key)
    .where(
        CountStep.run_id == sa.bindparam("id", type_=sa.Uuid()),
        CountStep.sequence >= sa.bindparam("since"),
    )
    .order_by(CountStep.sequence)
)
# Nights that are being lived through: a step must not build its night anew. A night never
# changes, and a few hundred of them are a few megabytes.
MOST_KEPT = 256
_nights: dict[tuple[uuid.UUID, str, int], Night] = {}
# Runs that are going on, as far as they were replayed: a step must not replay the whole night.
MOST_LIVED = 1000
_lived: dict[uuid.UUID, Lived] = {}


@dataclass(frozen=True)
class Lived:
    """A run as far as it was replayed: how many acts, the keys they came with, and the state.

    ``last`` is the key of the last act. Acts are only ever added, so that whoever finds it in its
    place again knows that all before it are the same.
    """

    night: Night
    steps: int
    last: uuid.UUID | None
    keys: frozenset[uuid.UUID]
    state: State


@dataclass(frozen=True)
class Living:
    """One run: its exercise as it was published when the run began, and where its acts led.

    ``steps`` is how many acts there were, ``keys`` the keys that they came with.
    """

    id: uuid.UUID
    books: Library
    document: Document
    night: Night
    certifying: bool
    finished_at: datetime | None
    steps: int
    keys: frozenset[uuid.UUID]
    state: State

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
    row = (_RUN_LOCKED if locked else _RUN).first(session, id=run_id, account=actor.id)
    if row is None:
        raise NotThere
    books = publishing.at(session, row.release_id)
    night = night_of(books, row.exercise, row.seed)
    lived = _replayed(session, run_id, night)
    return Living(
        id=row.id,
        books=books,
        document=books.counts[row.exercise],
        night=night,
        certifying=bool(row.certifying),
        finished_at=row.finished_at,
        steps=lived.steps,
        keys=lived.keys,
        state=lived.state,
    )


def _replayed(session: Session, run_id: uuid.UUID, night: Night) -> Lived:
    """Every act of a run lived through, from where this process had come to before."""
    known = _lived.get(run_id)
    if known and known.night is not night:
        known = None
    rows = _STEPS.all(session, id=run_id, since=known.steps if known else 0)
    if known and known.steps and (not rows or rows[0].client_key != known.last):
        # What was read in a transaction that was taken back afterwards.
        known, rows = None, _STEPS.all(session, id=run_id, since=0)
    new = rows[1:] if known and known.steps else rows
    if known and not new:
        return known
    states = replay(night, (Act(r.verb, r.details) for r in new), known.state if known else None)
    found = Lived(
        night=night,
        steps=(known.steps if known else 0) + len(new),
        last=new[-1].client_key if new else None,
        keys=(known.keys if known else frozenset()) | {row.client_key for row in new},
        state=states[-1],
    )
    if len(_lived) >= MOST_LIVED:
        _lived.clear()
    _lived[run_id] = found
    return found


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


def certifying(session: Session, actor: Actor, document: Document, now: datetime) -> May:
    """How many runs that count are left this week, and from when on.

    A finished night in which nothing was planted is not counted against anybody: it could not
    have shown whether they find what is there.
    """
    runs = own_runs(session, actor, document["slug"])
    ended = [r.finished_at for r in runs if r.certifying and r.planted and r.finished_at]
    return may_begin(document["attempts"], document["wait_hours"], ended, now)
