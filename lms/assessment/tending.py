"""What staff do around exams: grant, close, open again, clear a repair.

Every deed looks the person up within a cohort of the actor's, and leaves a line in the trail.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.assessment import actions, repairs, sittings
from lms.assessment.models import Allowance, Attempt, AttemptResult, Closing, Repair
from lms.cohorts.queries import CohortView
from lms.domain import ending
from lms.domain.attempts import fold
from lms.domain.errors import NotThere, TooLate
from lms.domain.permissions import Actor

# Causes in the room. Why a person needs more time is nobody's to write down (security 1.1).
REASONS = ("power", "network", "device", "interrupted", "agreed")
MOST_MINUTES = 240
Facts = Mapping[str, str | int | bool | None]


def attempts_of(
    session: Session, people: Iterable[uuid.UUID], quiz: str | None = None
) -> list[tuple[Attempt, AttemptResult | None]]:
    """The attempts of these people with their results, the latest first."""
    statement = (
        sa.select(Attempt, AttemptResult)
        .outerjoin(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .where(Attempt.account_id.in_(list(people)))
        .order_by(Attempt.started_at.desc(), Attempt.id)
    )
    if quiz is not None:
        statement = statement.where(Attempt.quiz == quiz)
    return [(row.Attempt, row.AttemptResult) for row in session.execute(statement)]


def closings_of(session: Session, cohort_id: uuid.UUID) -> dict[str, datetime]:
    rows = session.execute(
        sa.select(Closing.quiz, Closing.closes_at).where(Closing.cohort_id == cohort_id)
    )
    return {row.quiz: row.closes_at for row in rows}


def grants_of(session: Session, account_id: uuid.UUID) -> Sequence[Allowance]:
    return session.scalars(
        sa.select(Allowance).where(Allowance.account_id == account_id).order_by(Allowance.at.desc())
    ).all()


def repairs_of(session: Session, account_id: uuid.UUID) -> Sequence[Repair]:
    """What one person has still to mend."""
    return session.scalars(
        sa.select(Repair)
        .where(Repair.account_id == account_id, Repair.state != "done")
        .order_by(Repair.at.desc())
    ).all()


def grant(
    session: Session,
    actor: Actor,
    account_id: uuid.UUID,
    quiz: str,
    *,
    minutes: int,
    attempts: int,
    reason: str,
    now: datetime,
) -> None:
    """Give one person more minutes, from their next attempt on, or more attempts at a quiz."""
    session.add(
        Allowance(
            account_id=account_id,
            quiz=quiz,
            extra_minutes=minutes,
            extra_attempts=attempts,
            reason=reason,
            granted_by=actor.id,
            at=now,
        )
    )
    session.flush()
    facts: Facts = {"quiz": quiz, "minutes": minutes, "attempts": attempts, "reason": reason}
    _record(session, "grant-allowance", actor, f"account:{account_id}", now, facts)


def close_for_cohort(
    session: Session, actor: Actor, cohort: CohortView, quiz: str, at: datetime, *, now: datetime
) -> None:
    """Say when a quiz closes for a cohort. Attempts begun before keep the end they began with."""
    row = session.get(Closing, (cohort.id, quiz))
    if row is None:
        row = Closing(cohort_id=cohort.id, quiz=quiz)
        session.add(row)
    row.closes_at, row.decided_by = at, actor.id
    session.flush()
    facts = {"quiz": quiz, "closes_at": at.isoformat()}
    _record(session, "close-quiz", actor, f"cohort:{cohort.id}", now, facts)


def of_person(session: Session, account_id: uuid.UUID, attempt_id: uuid.UUID) -> Attempt:
    """An attempt looked up within its person. Raises NotThere."""
    row = session.scalar(
        sa.select(Attempt).where(Attempt.id == attempt_id, Attempt.account_id == account_id)
    )
    if row is None:
        raise NotThere
    return row


def reopen(
    session: Session,
    actor: Actor,
    row: Attempt,
    *,
    minutes: int,
    reason: str,
    now: datetime,
) -> None:
    """Open an abandoned attempt for so many minutes from now; none: hand in what was saved.

    Raises TooLate when it is open or finished, or another attempt at the quiz is open.
    """
    sitting = sittings.of(session, row.id, locked=True)
    until = now + timedelta(minutes=minutes) if minutes else sitting.attempt.deadline
    step = ending.reopen(sitting.attempt, until=until, now=now)
    actions.keep_step(session, row.id, step)
    row = session.get_one(Attempt, row.id, populate_existing=True)
    again = fold([*sitting.attempt.steps, step])
    row.finished_at, row.abandoned = None, False
    row.deadline, row.due_at = again.deadline, again.due_at
    try:
        with session.begin_nested():
            session.flush()
    except sa.exc.IntegrityError:
        raise TooLate("stale") from None
    facts: Facts = {"quiz": row.quiz, "minutes": minutes, "reason": reason}
    _record(session, "reopen-attempt", actor, f"attempt:{row.id}", now, facts)
    if not minutes:
        actions.close(session, row.id, now=now)
        session.refresh(row)


def clear_repair(
    session: Session, actor: Actor, account_id: uuid.UUID, repair_id: uuid.UUID, *, now: datetime
) -> None:
    """Let somebody go on after their trainer went through the rule with them. Raises NotThere."""
    found = session.scalar(
        sa.select(Repair)
        .where(Repair.id == repair_id, Repair.account_id == account_id)
        .with_for_update()
    )
    if found is None:
        raise NotThere
    repairs.clear(session, actor, found, now=now)


def _record(
    session: Session,
    deed: str,
    actor: Actor,
    subject: str,
    now: datetime,
    facts: Facts,
) -> None:
    trail.record(session, deed, actor_id=actor.id, subject=subject, facts=facts, now=now)
