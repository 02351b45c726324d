"""Deeds of somebody who sits a quiz: start, keep an answer, finish. Views commit, deeds flush."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from random import SystemRandom

from sqlalchemy.orm import Session

from lms import trail
from lms.assessment import queries
from lms.assessment.models import Attempt, AttemptResult, Step
from lms.assessment.queries import Sitting
from lms.content.library import Library
from lms.domain import attempts as domain
from lms.domain.drawing import draw
from lms.domain.errors import TooLate
from lms.domain.grading import grade
from lms.domain.mastery import evidence_of
from lms.domain.permissions import Actor
from lms.domain.questions import Answer
from lms.domain.rules import critical_rules
from lms.learning.actions import keep_evidence
from lms.prepared import PreparedInsert

_STEP = PreparedInsert(Step)


def start(
    session: Session,
    actor: Actor,
    books: Library,
    slug: str,
    *,
    day: date | None,
    client_key: uuid.UUID,
    now: datetime,
) -> uuid.UUID:
    """Begin an attempt, or go on with the one that is open; give its id.

    The paper and every random choice are made here, once, and kept in the first step. ``day`` is
    the election's, and with it the legal clock of the paper.
    Raises TooLate with ``used-up`` or ``wait``.
    """
    quiz = books.quiz(slug)
    for over in queries.open_attempts_over(session, actor, slug, now - domain.GRACE):
        finish(session, actor, over, client_key=uuid.uuid4(), now=now)
    hindrance = domain.may_start(queries.own_attempts(session, actor, slug), quiz, now)
    if hindrance is not None:
        if hindrance.attempt is not None:
            open_id: uuid.UUID = hindrance.attempt.id
            return open_id
        raise TooLate(hindrance.reason, until=hindrance.until, allowed=hindrance.allowed)
    random = SystemRandom()
    ids = draw(
        quiz,
        books.questions.values(),
        queries.questions_met(session, actor, slug),
        random,
        critical_rules=critical_rules(books.rules.values(), day),
        on=day,
    )
    first = domain.begin(
        [books.questions[q] for q in ids],
        random,
        minutes=quiz.minutes,
        at=now,
        client_key=str(client_key),
    )
    attempt = Attempt(
        account_id=actor.id,
        quiz=slug,
        quiz_kind=quiz.kind,
        release_id=books.release,
        clock=day.isoformat() if day else None,
        started_at=now,
        deadline=domain.fold([first]).deadline,
    )
    session.add(attempt)
    session.flush()
    _keep(session, attempt.id, first)
    if quiz.is_exam:
        trail.record(
            session,
            "start-exam",
            actor_id=actor.id,
            subject=f"attempt:{attempt.id}",
            facts={"quiz": slug, "release": str(books.release)},
            now=now,
        )
    return attempt.id


def keep_answer(
    session: Session,
    actor: Actor,
    attempt_id: uuid.UUID,
    question_id: str,
    answer: Answer | None,
    *,
    seen: int,
    client_key: uuid.UUID,
    now: datetime,
) -> None:
    """Keep one answer. Until the attempt ends a later answer replaces an earlier one; where
    feedback follows each answer, the first one stands.

    Raises TooLate once the attempt is finished, its time is up, or another page was quicker;
    nothing is changed then.
    """
    sitting = queries.own_sitting(session, actor, attempt_id, locked=True)
    kept = domain.answer(
        sitting.attempt, question_id, answer, seen=seen, client_key=str(client_key), now=now
    )
    if not kept.is_new:
        return
    if sitting.quiz.feedback == "each" and sitting.attempt.latest(question_id):
        raise TooLate("answered")
    _keep(session, attempt_id, kept.step)


def finish(
    session: Session,
    actor: Actor,
    attempt_id: uuid.UUID,
    *,
    client_key: uuid.UUID,
    now: datetime,
) -> None:
    """Lock the answers, mark them, and keep the one result. Finishing again changes nothing."""
    sitting = queries.own_sitting(session, actor, attempt_id, locked=True)
    locked = domain.finish(sitting.attempt, client_key=str(client_key), now=now)
    if not locked.is_new:
        return
    _keep(session, attempt_id, locked.step)
    row = session.get_one(Attempt, attempt_id)
    row.finished_at = locked.step.at
    _mark(session, actor, sitting, now=now)


def _mark(session: Session, actor: Actor, sitting: Sitting, *, now: datetime) -> None:
    paper = sitting.paper
    result = grade(paper, sitting.attempt.answers)
    session.add(
        AttemptResult(
            attempt_id=sitting.id,
            earned=result.earned,
            possible=result.possible,
            passed=result.passed,
            missed_rules=sorted(result.missed_rules),
            missed_critical=sorted(result.missed_critical),
            at=now,
        )
    )
    shown: dict[str, bool] = {}
    for piece in evidence_of(paper, result, now):
        # Two questions on one rule: known means both were right.
        shown[piece.rule] = shown.get(piece.rule, True) and piece.right
    session.flush()
    keep_evidence(session, actor.id, shown.items(), origin=f"attempt:{sitting.id}", now=now)
    if sitting.quiz.is_exam:
        trail.record(
            session,
            "finish-exam",
            actor_id=actor.id,
            subject=f"attempt:{sitting.id}",
            facts={
                "passed": result.passed,
                "earned": result.earned,
                "possible": result.possible,
            },
            now=now,
        )


def _keep(session: Session, attempt_id: uuid.UUID, step: domain.Step) -> None:
    _STEP.add(
        session,
        [
            {
                "attempt_id": attempt_id,
                "sequence": step.sequence,
                "kind": step.kind.value,
                "question": step.question,
                "data": step.data,
                "client_key": uuid.UUID(step.client_key) if step.client_key else uuid.uuid4(),
                "at": step.at,
            }
        ],
    )
