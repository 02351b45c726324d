"""Attempts as their owner sees them. Statements of hot pages are built once, here."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.assessment.models import Attempt, AttemptResult, Step
from lms.content import publishing
from lms.content.library import Library
from lms.domain import attempts as domain
from lms.domain.errors import NotThere
from lms.domain.grading import Paper
from lms.domain.permissions import Actor
from lms.domain.quizzes import Quiz
from lms.domain.rules import critical_rules
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
        critical = critical_rules(self.books.rules.values(), self.day)
        return self.quiz.paper(questions, critical)

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
_ATTEMPT_LOCKED = Prepared(_ATTEMPT.with_for_update())
_ATTEMPT_READ = Prepared(_ATTEMPT)
_STEPS = Prepared(
    sa.select(Step.sequence, Step.kind, Step.question, Step.data, Step.client_key, Step.at)
    .where(Step.attempt_id == sa.bindparam("id", type_=sa.Uuid()))
    .order_by(Step.sequence)
)


def own_sitting(
    session: Session, actor: Actor, attempt_id: uuid.UUID, *, locked: bool = False
) -> Sitting:
    """One's own attempt, folded from its steps. Raises NotThere for anybody else's.

    ``locked`` makes others who write to the same attempt wait until this transaction ends.
    """
    statement = _ATTEMPT_LOCKED if locked else _ATTEMPT_READ
    row = statement.first(session, id=attempt_id, account=actor.id)
    if row is None:
        raise NotThere
    books = publishing.at(session, row.release_id)
    return Sitting(
        id=row.id,
        account_id=row.account_id,
        quiz=books.quiz(row.quiz),
        books=books,
        day=date.fromisoformat(row.clock) if row.clock else None,
        attempt=domain.fold(_steps(session, row.id), str(row.id)),
    )


def _steps(session: Session, attempt_id: uuid.UUID) -> list[domain.Step]:
    return [
        domain.Step(
            row.sequence,
            domain.StepKind(row.kind),
            row.question,
            row.data,
            str(row.client_key),
            row.at,
        )
        for row in _STEPS.all(session, id=attempt_id)
    ]


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

    @property
    def percent(self) -> int | None:
        if self.earned is None or not self.possible:
            return None
        return self.earned * 100 // self.possible


def own_attempts(session: Session, actor: Actor, quiz: str) -> list[Earlier]:
    """One's attempts at a quiz, the latest first."""
    rows = session.execute(
        sa.select(
            Attempt.id,
            Attempt.started_at,
            Attempt.deadline,
            Attempt.finished_at,
            AttemptResult.passed,
            AttemptResult.earned,
            AttemptResult.possible,
        )
        .outerjoin(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .where(Attempt.account_id == actor.id, Attempt.quiz == quiz)
        .order_by(Attempt.started_at.desc())
    )
    return [Earlier(*row) for row in rows]


def questions_met(session: Session, actor: Actor, quiz: str) -> Counter[str]:
    """How often this person met each question in earlier attempts at this quiz."""
    starts = session.scalars(
        sa.select(Step.data)
        .join(Attempt, Attempt.id == Step.attempt_id)
        .where(
            Attempt.account_id == actor.id,
            Attempt.quiz == quiz,
            Step.kind == domain.StepKind.START,
        )
    )
    return Counter(question for start in starts for question in start["questions"])


def result_of(session: Session, attempt_id: uuid.UUID) -> AttemptResult | None:
    return session.get(AttemptResult, attempt_id)


def open_attempts_over(
    session: Session, actor: Actor, quiz: str, before: datetime
) -> Sequence[uuid.UUID]:
    """Own attempts whose time ran out before a moment and that nobody closed."""
    return session.scalars(
        sa.select(Attempt.id).where(
            Attempt.account_id == actor.id,
            Attempt.quiz == quiz,
            Attempt.finished_at.is_(None),
            Attempt.deadline < before,
        )
    ).all()
