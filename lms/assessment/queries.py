"""Attempts as their owner sees them. Statements of hot pages are built once, here."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.assessment.models import (
    Allowance,
    Attempt,
    AttemptResult,
    Closing,
    Exposure,
    Repair,
    Step,
)
from lms.domain import attempts as domain
from lms.domain.permissions import Actor
from lms.domain.quizzes import Quiz
from lms.domain.starting import Hindrance, may_start
from lms.prepared import Prepared

_IS_OWN = Attempt.account_id == sa.bindparam("account", type_=sa.Uuid())
_IS_OF_QUIZ = Attempt.quiz == sa.bindparam("quiz", type_=sa.String())


@dataclass(frozen=True)
class Earlier:
    """An attempt in a list: when it was, and how it ended."""

    id: uuid.UUID
    started_at: datetime
    deadline: datetime | None
    ended_at: datetime | None
    passed: bool | None
    earned: int | None
    possible: int | None
    abandoned: bool = False

    @property
    def percent(self) -> int | None:
        if self.earned is None or not self.possible:
            return None
        return self.earned * 100 // self.possible


_OWN_ATTEMPTS = Prepared(
    sa.select(
        Attempt.id,
        Attempt.started_at,
        Attempt.deadline,
        Attempt.finished_at,
        AttemptResult.passed,
        AttemptResult.earned,
        AttemptResult.possible,
        Attempt.abandoned,
    )
    .outerjoin(AttemptResult, AttemptResult.attempt_id == Attempt.id)
    .where(_IS_OWN, _IS_OF_QUIZ)
    .order_by(Attempt.started_at.desc())
)


def own_attempts(session: Session, actor: Actor, quiz: str) -> list[Earlier]:
    """One's attempts at a quiz, the latest first."""
    return [Earlier(*row) for row in _OWN_ATTEMPTS.all(session, account=actor.id, quiz=quiz)]


_STARTS = Prepared(
    sa.select(Step.data)
    .join(Attempt, Attempt.id == Step.attempt_id)
    .where(_IS_OWN, _IS_OF_QUIZ, Step.kind == domain.StepKind.START.value)
)


def questions_met(session: Session, actor: Actor, quiz: str) -> Counter[str]:
    """How often this person met each question in earlier attempts at this quiz."""
    starts = _STARTS.all(session, account=actor.id, quiz=quiz)
    return Counter(question for start in starts for question in start.data["questions"])


def result_of(session: Session, attempt_id: uuid.UUID) -> AttemptResult | None:
    """The one result of an attempt, to be marked anew; None while there is none."""
    return session.get(AttemptResult, attempt_id)


_OVER = Prepared(
    sa.select(Attempt.id).where(
        _IS_OWN,
        _IS_OF_QUIZ,
        Attempt.finished_at.is_(None),
        Attempt.due_at < sa.bindparam("before", type_=Attempt.due_at.type),
    )
)


def open_attempts_over(
    session: Session, actor: Actor, quiz: str, before: datetime
) -> list[uuid.UUID]:
    """Own attempts whose time ran out before a moment and that nobody closed."""
    rows = _OVER.all(session, account=actor.id, quiz=quiz, before=before)
    return [row.id for row in rows]


def due(session: Session, now: datetime, most: int) -> Sequence[uuid.UUID]:
    """Attempts of anybody whose last moment has passed, the oldest first: for the job."""
    return session.scalars(
        sa.select(Attempt.id)
        .where(Attempt.finished_at.is_(None), Attempt.due_at < now)
        .order_by(Attempt.due_at)
        .limit(most)
        .execution_options(scope="all")  # the job closes what ran out, whoever's it is
    ).all()


@dataclass(frozen=True)
class Granted:
    """What staff allowed one person at one quiz, all grants together."""

    minutes: int = 0
    attempts: int = 0


_GRANTED = Prepared(
    sa.select(
        sa.func.coalesce(sa.func.sum(Allowance.extra_minutes), 0).label("minutes"),
        sa.func.coalesce(sa.func.sum(Allowance.extra_attempts), 0).label("attempts"),
    ).where(
        Allowance.account_id == sa.bindparam("account", type_=sa.Uuid()),
        Allowance.quiz == sa.bindparam("quiz", type_=sa.String()),
    )
)


def granted(session: Session, account_id: uuid.UUID, quiz: str) -> Granted:
    row = _GRANTED.first(session, account=account_id, quiz=quiz)
    return Granted(int(row.minutes), int(row.attempts))


@cache
def _closing(cohorts: int) -> Prepared:
    ids = [sa.bindparam(f"cohort{number}", type_=sa.Uuid()) for number in range(cohorts)]
    first = sa.func.min(Closing.closes_at).label("at")
    return Prepared(
        sa.select(first).where(
            Closing.cohort_id.in_(ids), Closing.quiz == sa.bindparam("quiz", type_=sa.String())
        )
    )


def closes_at(session: Session, actor: Actor, quiz: str) -> datetime | None:
    """When a quiz closes for somebody: the first day of all their cohorts; None for never."""
    ids = dict.fromkeys(held.cohort_id for held in actor.held if held.cohort_id is not None)
    if not ids:
        return None
    cohorts = {f"cohort{number}": cohort for number, cohort in enumerate(ids)}
    found: datetime | None = _closing(len(ids)).first(session, quiz=quiz, **cohorts).at
    return found


_REPAIRS = Prepared(
    sa.select(Repair.id, Repair.rule, Repair.state)
    .where(
        Repair.account_id == sa.bindparam("account", type_=sa.Uuid()),
        Repair.quiz == sa.bindparam("quiz", type_=sa.String()),
        Repair.state != "done",
    )
    .order_by(Repair.rule)
)


class OpenRepair(NamedTuple):
    """What is still to be mended on one rule, and whether a trainer is needed for it."""

    id: uuid.UUID
    rule: str
    state: str


def open_repairs(session: Session, actor: Actor, quiz: str) -> list[OpenRepair]:
    """What is still to be mended before the next attempt at a quiz, in order of its rules."""
    return [OpenRepair(*row) for row in _REPAIRS.all(session, account=actor.id, quiz=quiz)]


def is_sitting(session: Session, actor: Actor, question: str) -> bool:
    """Whether a question stands on an open paper of this person's own."""
    starts = session.scalars(
        sa.select(Step.data)
        .join(Attempt, Attempt.id == Step.attempt_id)
        .where(
            Attempt.account_id == actor.id,
            Attempt.finished_at.is_(None),
            Step.kind == domain.StepKind.START,
        )
    )
    return any(question in start["questions"] for start in starts)


def hindrance(session: Session, actor: Actor, quiz: Quiz, now: datetime) -> Hindrance | None:
    """What is in the way of a new attempt: limits, grants and closing days taken together."""
    found = may_start(
        own_attempts(session, actor, quiz.slug),
        quiz,
        now,
        extra_attempts=granted(session, actor.id, quiz.slug).attempts,
        closes_at=closes_at(session, actor, quiz.slug),
    )
    if found is None and quiz.repair and open_repairs(session, actor, quiz.slug):
        return Hindrance("repair")
    return found


_EXPOSURES = Prepared(
    sa.select(Exposure.question, Exposure.drawn).where(
        Exposure.quiz == sa.bindparam("quiz", type_=sa.String())
    )
)


def exposures(session: Session, quiz: str) -> tuple[int, dict[str, int]]:
    """How many papers of a quiz were drawn, and on how many of them each question stood."""
    drawn: dict[str, int] = {row.question: row.drawn for row in _EXPOSURES.all(session, quiz=quiz)}
    return drawn.pop("", 0), drawn
