"""Attempts with what they were drawn from. Statements of hot pages are built once, here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.assessment.models import Attempt, Step
from lms.content import publishing
from lms.content.library import Library
from lms.domain import attempts as domain
from lms.domain.errors import NotThere
from lms.domain.grading import Paper
from lms.domain.permissions import Actor
from lms.domain.quizzes import Quiz
from lms.prepared import Prepared, PreparedLock


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


_IS_OWN = Attempt.account_id == sa.bindparam("account", type_=sa.Uuid())
_IS_THIS = Attempt.id == sa.bindparam("id", type_=sa.Uuid())
_LOCK_ANY = PreparedLock(sa.select(Attempt.id).where(_IS_THIS).with_for_update())
_LOCK_OWN = PreparedLock(sa.select(Attempt.id).where(_IS_THIS, _IS_OWN).with_for_update())


class _Row(NamedTuple):
    """An attempt and one of its steps."""

    account_id: uuid.UUID
    quiz: str
    release_id: uuid.UUID
    clock: date | None
    step: domain.Step


class _Known(NamedTuple):
    """An attempt as this process knows it."""

    of: _Row  # any of its rows, for what all of them say
    attempt: domain.Attempt


def _row(of: Any) -> _Row:
    step = domain.Step(
        of.sequence, domain.StepKind(of.kind), of.question, of.data, str(of.client_key), of.at
    )
    clock = date.fromisoformat(of.clock) if of.clock else None
    return _Row(of.account_id, of.quiz, of.release_id, clock, step)


# One statement for what every page of an attempt asks: there is no attempt without a step.
_ATTEMPT = (
    sa.select(
        Attempt.account_id,
        Attempt.quiz,
        Attempt.release_id,
        Attempt.clock,
        Step.sequence,
        Step.kind,
        Step.question,
        Step.data,
        Step.client_key,
        Step.at,
    )
    .join(Step, Step.attempt_id == Attempt.id)
    .where(_IS_THIS, Step.sequence >= sa.bindparam("since", type_=sa.Integer()))
    .order_by(Step.sequence)
)
# A step is never changed, and the last one of an attempt is read until another comes after it.
_OWN = Prepared(_ATTEMPT.where(_IS_OWN), made=_row, kept=500)
_ANY = Prepared(_ATTEMPT, made=_row)
# What tells the last step of an attempt from every other.
_LAST = Prepared(
    sa.select(Step.sequence, Step.client_key, Step.at).where(
        Step.attempt_id == sa.bindparam("id", type_=sa.Uuid()),
        Step.sequence >= sa.bindparam("since", type_=sa.Integer()),
    )
)
# Attempts that are going on, as far as they are known: a page need not read all their steps again.
MOST_KNOWN = 200
_known: dict[uuid.UUID, _Known] = {}


def own(session: Session, actor: Actor, attempt_id: uuid.UUID, *, locked: bool = False) -> Sitting:
    """One's own attempt, folded from its steps. Raises NotThere for anybody else's.

    ``locked`` makes others who write to the same attempt wait until this transaction ends.
    """
    if locked:
        _LOCK_OWN.take(session, id=attempt_id, account=actor.id)
    ask = partial(_OWN.all, session, account=actor.id)
    return _sitting(session, attempt_id, ask, owner=actor.id)


def of(session: Session, attempt_id: uuid.UUID, *, locked: bool = False) -> Sitting:
    """Anybody's attempt: for deeds that have asked whether they may. Raises NotThere."""
    if locked:
        _LOCK_ANY.take(session, id=attempt_id)
    return _sitting(session, attempt_id, partial(_ANY.all, session))


def keep_in_mind(sitting: Sitting, step: domain.Step) -> None:
    """Know an attempt with one more step, which is about to be kept: whether it was, is asked
    before it is believed."""
    known = _known.get(sitting.id)
    if known is not None:
        _known[sitting.id] = known._replace(attempt=sitting.attempt.then(step))


def _sitting(
    session: Session,
    attempt_id: uuid.UUID,
    ask: Callable[..., list[_Row]],
    owner: uuid.UUID | None = None,
) -> Sitting:
    """The attempt that ``ask`` finds, read on from where this process had come to before.

    Steps are only ever added: where the last one that was known is found in its place again, all
    before it are the same.
    """
    known = _known.get(attempt_id)
    if known is None or owner not in (None, known.of.account_id) or not _is_all(session, known):
        known = _read_on(attempt_id, known, ask)
    of = known.of
    books = publishing.at(session, of.release_id)
    return Sitting(attempt_id, of.account_id, books.quiz(of.quiz), books, of.clock, known.attempt)


def _is_all(session: Session, known: _Known) -> bool:
    """Whether the last step that is known was kept and is still the last."""
    last = known.attempt.steps[-1]
    rows = _LAST.all(session, id=uuid.UUID(known.attempt.id), since=last.sequence)
    found = [(row.sequence, str(row.client_key), row.at) for row in rows]
    return found == [(last.sequence, last.client_key, last.at)]


def _read_on(attempt_id: uuid.UUID, known: _Known | None, ask: Callable[..., list[_Row]]) -> _Known:
    before = known.attempt.steps if known else ()
    rows = ask(id=attempt_id, since=before[-1].sequence) if before else []
    if before and rows and rows[0].step == before[-1]:
        steps = (*before, *(row.step for row in rows[1:]))
    else:  # also when what was known is of a transaction that was taken back
        rows = ask(id=attempt_id, since=0)
        steps = tuple(row.step for row in rows)
    if not rows:
        raise NotThere
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    found = _known[attempt_id] = _Known(rows[0], domain.fold(steps, str(attempt_id)))
    return found
