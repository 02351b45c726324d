"""Certifying runs: drawn from the tactics of the gate, counted, limited.

Source: answers to removal, 6.5 (two of the tactics, drawn; no failure, a record of 3 or more,
safety never below 1).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.content.library import Library
from lms.domain.errors import NotThere, TooLate
from lms.domain.gates import Drawn, May, candidates, draw, may_begin
from lms.domain.permissions import Actor
from lms.domain.runs import SEEDS
from lms.drills.models import Gate, Run


@dataclass(frozen=True)
class Attempt:
    """One attempt at a gate: its runs by scenario, in the order in which they were drawn."""

    id: uuid.UUID
    number: int
    scenarios: tuple[str, ...]
    started_at: datetime
    finished_at: datetime | None
    passed: bool | None
    runs: Mapping[str, Run]


@dataclass(frozen=True)
class Desk:
    """Everything that somebody needs to know before beginning: the rule, what was, what may be."""

    programme: str
    rule: Drawn
    attempts: tuple[Attempt, ...]
    may: May
    enough: bool

    @property
    def open(self) -> Attempt | None:
        return next((one for one in self.attempts if one.finished_at is None), None)

    @property
    def passed(self) -> bool:
        return any(one.passed for one in self.attempts)


def desk(session: Session, actor: Actor, books: Library, programme: str, *, now: datetime) -> Desk:
    """One's own desk. Raises NotThere for a programme that draws no runs."""
    rule = books.programme(programme).requires.drawn if programme in books.programmes else None
    if rule is None:
        raise NotThere
    attempts = _attempts(session, actor.id, programme)
    ended = [one.finished_at for one in attempts if one.finished_at and not one.passed]
    return Desk(
        programme=programme,
        rule=rule,
        attempts=attempts,
        may=may_begin(rule.attempts, rule.wait_hours, ended, now),
        enough=len(candidates(rule, books.scenarios.values())) >= rule.runs,
    )


def _attempts(session: Session, account: uuid.UUID, programme: str) -> tuple[Attempt, ...]:
    rows = session.scalars(
        sa.select(Gate)
        .where(Gate.account_id == account, Gate.programme == programme)
        .order_by(Gate.number.desc())
    ).all()
    played: dict[uuid.UUID | None, dict[str, Run]] = {}
    statement = sa.select(Run).where(
        Run.account_id == account, Run.gate_id.in_([row.id for row in rows])
    )
    for run in session.scalars(statement):
        played.setdefault(run.gate_id, {})[run.scenario] = run
    return tuple(
        Attempt(
            row.id,
            row.number,
            tuple(row.scenarios),
            row.started_at,
            row.finished_at,
            row.passed,
            played.get(row.id, {}),
        )
        for row in rows
    )


def begin(
    session: Session,
    actor: Actor,
    books: Library,
    programme: str,
    *,
    timed: bool,
    chance: Random,
    now: datetime,
) -> uuid.UUID:
    """Draw the scenarios and begin every run; give the attempt's id, or that of the open one.

    Raises NotThere, and TooLate with ``passed``, ``wait`` or ``too-few``.
    """
    found = desk(session, actor, books, programme, now=now)
    if found.open is not None:
        return found.open.id
    if found.passed:
        raise TooLate("passed")
    if not found.may.begin:
        raise TooLate("wait", opens_at=found.may.until)
    before = found.attempts[0].scenarios if found.attempts else ()
    drawn = draw(found.rule, books.scenarios.values(), before, chance)
    if len(drawn) < found.rule.runs:
        raise TooLate("too-few")
    gate = Gate(
        account_id=actor.id,
        programme=programme,
        number=len(found.attempts) + 1,
        release_id=books.published,
        scenarios=list(drawn),
        started_at=now,
    )
    session.add(gate)
    session.flush()
    for slug in drawn:
        session.add(
            Run(
                account_id=actor.id,
                scenario=slug,
                release_id=books.published,
                seed=chance.randrange(SEEDS),
                timed=timed,
                gate_id=gate.id,
                started_at=now,
            )
        )
    session.flush()
    trail.record(
        session,
        "begin-drawn-runs",
        actor_id=actor.id,
        subject=f"programme:{programme}",
        facts={"number": gate.number, "release": str(books.published)},
        now=now,
    )
    return gate.id


def note(session: Session, gate_id: uuid.UUID, *, now: datetime) -> None:
    """A run of this attempt has ended: the attempt is over when all passed, or one did not."""
    gate = session.get_one(Gate, gate_id, with_for_update=True)
    statement = sa.select(Run.passed).where(
        Run.account_id == gate.account_id, Run.gate_id == gate_id
    )
    ended = list(session.scalars(statement))
    if any(passed is False for passed in ended):
        gate.passed, gate.finished_at = False, gate.finished_at or now
    elif all(ended):
        gate.passed, gate.finished_at = True, now
    session.flush()


def programme_of(session: Session, gate_id: uuid.UUID) -> str:
    """The programme that an attempt is for."""
    found: str = session.execute(sa.select(Gate.programme).where(Gate.id == gate_id)).scalar_one()
    return found
