"""Attempts as their owner sees them. Statements of hot pages are built once, here."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.assessment.models import (
    Allowance,
    Attempt,
    AttemptResult,
    Closing,
    Essay,
    Exposure,
    Repair,
    ResultChange,
    Step,
)
from lms.content import publishing
from lms.content.library import Library
from lms.domain import attempts as domain
from lms.domain.errors import NotThere
from lms.domain.grading import Paper
from lms.domain.permissions import Actor
from lms.domain.quizzes import Quiz
from lms.domain.starting import Hindrance, may_start
from lms.prepared import Prepared


@dataclass(frozen=True)
class Sitting:
    """One attempt with the content it was drawn from, which never changes under it."""

    id: uuid.UUID
    account_id: uuid.UUID
    quiz: Quiz
    books: Library
    day: date | None
    attempt: domain.Attempt

    @property
    def paper(self) -> Paper:
        questions = [self.books.questions[q] for q in self.attempt.questions]
        critical = self.books.critical(self.day)
        return self.quiz.paper(questions, critical)

    def may_answer(self, question_id: str) -> bool:
        """Whether a further answer to a question is taken while the attempt is open.

        Where feedback follows each answer the first one stands, unless there are tries left and
        the last was not right.
        """
        used = self.attempt.tries.get(question_id, 0)
        if self.quiz.feedback != "each" or not used:
            return True
        question = self.books.questions[question_id]
        right = question.earned(self.attempt.answers.get(question_id)) == question.points
        return used < self.quiz.tries and not right

    def number_of(self, question_id: str) -> int:
        """The question's place on the paper, from 1. Raises NotThere."""
        if question_id not in self.attempt.questions:
            raise NotThere
        return self.attempt.questions.index(question_id) + 1


_ATTEMPT = sa.select(
    Attempt.id, Attempt.account_id, Attempt.quiz, Attempt.release_id, Attempt.clock
).where(
    Attempt.id == sa.bindparam("id", type_=sa.Uuid()),
    Attempt.account_id == sa.bindparam("account", type_=sa.Uuid()),
)
_IS_OWN = Attempt.account_id == sa.bindparam("account", type_=sa.Uuid())
_IS_OF_QUIZ = Attempt.quiz == sa.bindparam("quiz", type_=sa.String())
_OF_STEP = (Step.sequence, Step.kind, Step.question, Step.data, Step.client_key, Step.at)
_ATTEMPT_LOCKED = Prepared(_ATTEMPT.with_for_update())
# One statement for what every page of an attempt asks: there is no attempt without a step.
_ATTEMPT_READ = Prepared(
    _ATTEMPT.add_columns(*_OF_STEP)
    .join(Step, Step.attempt_id == Attempt.id)
    .order_by(Step.sequence),
    kept=2000,  # a step is never changed, and the first one holds a whole paper
)
_STEPS = Prepared(
    sa.select(*_OF_STEP)
    .where(Step.attempt_id == sa.bindparam("id", type_=sa.Uuid()))
    .order_by(Step.sequence),
    kept=2000,
)


def own_sitting(
    session: Session, actor: Actor, attempt_id: uuid.UUID, *, locked: bool = False
) -> Sitting:
    """One's own attempt, folded from its steps. Raises NotThere for anybody else's.

    ``locked`` makes others who write to the same attempt wait until this transaction ends.
    """
    if not locked:
        rows = _ATTEMPT_READ.all(session, id=attempt_id, account=actor.id)
        if not rows:
            raise NotThere
        return _sitting(session, rows[0], rows)
    row = _ATTEMPT_LOCKED.first(session, id=attempt_id, account=actor.id)
    if row is None:
        raise NotThere
    return _sitting(session, row, _STEPS.all(session, id=row.id))


_ANY = sa.select(
    Attempt.id, Attempt.account_id, Attempt.quiz, Attempt.release_id, Attempt.clock
).where(Attempt.id == sa.bindparam("id", type_=sa.Uuid()))
_ANY_LOCKED = Prepared(_ANY.with_for_update())
_ANY_READ = Prepared(_ANY)


def sitting_of(session: Session, attempt_id: uuid.UUID, *, locked: bool = False) -> Sitting:
    """Anybody's attempt: for deeds that have asked whether they may. Raises NotThere."""
    row = (_ANY_LOCKED if locked else _ANY_READ).first(session, id=attempt_id)
    if row is None:
        raise NotThere
    return _sitting(session, row, _STEPS.all(session, id=row.id))


def _sitting(session: Session, row: Any, steps: Iterable[Any]) -> Sitting:
    books = publishing.at(session, row.release_id)
    return Sitting(
        id=row.id,
        account_id=row.account_id,
        quiz=books.quiz(row.quiz),
        books=books,
        day=date.fromisoformat(row.clock) if row.clock else None,
        attempt=domain.fold([_step(found) for found in steps], str(row.id)),
    )


def _step(row: Any) -> domain.Step:
    return domain.Step(
        row.sequence,
        domain.StepKind(row.kind),
        row.question,
        row.data,
        str(row.client_key),
        row.at,
    )


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


def closes_at(session: Session, actor: Actor, quiz: str) -> datetime | None:
    """When a quiz closes for somebody: the first day of all their cohorts; None for never."""
    ids = [held.cohort_id for held in actor.held if held.cohort_id is not None]
    return session.scalar(
        sa.select(sa.func.min(Closing.closes_at)).where(
            Closing.cohort_id.in_(ids), Closing.quiz == quiz
        )
    )


def open_repairs(session: Session, actor: Actor, quiz: str) -> Sequence[Repair]:
    """What is still to be mended before the next attempt at a quiz, in order of its rules."""
    return session.scalars(
        sa.select(Repair)
        .where(Repair.account_id == actor.id, Repair.quiz == quiz, Repair.state != "done")
        .order_by(Repair.rule)
    ).all()


@dataclass(frozen=True)
class OwnEssay:
    """An essay as its writer sees it: where it is, and by when it is marked."""

    question: str
    state: str
    due_on: date
    earned: int | None


def own_essays(session: Session, actor: Actor, attempt_id: uuid.UUID) -> list[OwnEssay]:
    rows = session.execute(
        sa.select(Essay.question, Essay.state, Essay.due_on, Essay.earned)
        .where(Essay.attempt_id == attempt_id, Essay.account_id == actor.id)
        .order_by(Essay.question)
    )
    return [OwnEssay(*row) for row in rows]


def own_changes(session: Session, actor: Actor, attempt_id: uuid.UUID) -> Sequence[ResultChange]:
    """What was done to one's own result after the fact, the latest first."""
    return session.scalars(
        sa.select(ResultChange)
        .join(Attempt, Attempt.id == ResultChange.attempt_id)
        .where(Attempt.account_id == actor.id, ResultChange.attempt_id == attempt_id)
        .order_by(ResultChange.at.desc())
    ).all()


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
