"""Marking: a result follows from the frozen paper, the answers, and the corrections in force."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import RoleHeld
from lms.assessment.models import AttemptResult, Correction, Essay, ResultChange
from lms.assessment.sittings import Sitting
from lms.content import publishing
from lms.domain import corrections as domain
from lms.domain.grading import Result, grade
from lms.domain.questions import Question
from lms.prepared import Prepared, PreparedInsert, PreparedLock

# Any fixed number: whoever marks shares it, whoever changes what is in force has it alone.
CORRECTING_LOCK = 7_306_144

_MARKED_BY_MANY = PreparedLock(sa.select(sa.func.pg_advisory_xact_lock_shared(CORRECTING_LOCK)))
_MARKED_BY_NOBODY = PreparedLock(sa.select(sa.func.pg_advisory_xact_lock(CORRECTING_LOCK)))
_RESULT = PreparedInsert(AttemptResult)
_IN_FORCE = Prepared(
    sa.select(Correction.id, Correction.question, Correction.kind, Correction.value)
    .join(RoleHeld, RoleHeld.organisation_id == Correction.organisation_id)
    .where(
        RoleHeld.account_id == sa.bindparam("account", type_=sa.Uuid()),
        Correction.applied_at.is_not(None),
        Correction.undone_at.is_(None),
    )
    .order_by(Correction.applied_at, Correction.id)
)
_BY_HAND = Prepared(
    sa.select(Essay.question, Essay.earned).where(
        Essay.attempt_id == sa.bindparam("attempt", type_=sa.Uuid()), Essay.state == "marked"
    )
)


@dataclass(frozen=True)
class Change:
    """What marking anew does to one result: the figures before and after."""

    attempt_id: uuid.UUID
    account_id: uuid.UUID
    quiz: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def passes_now(self) -> bool:
        return bool(self.after["passed"] and not self.before["passed"])

    @property
    def fails_now(self) -> bool:
        return bool(self.before["passed"] and not self.after["passed"])


def in_force(session: Session, account_id: uuid.UUID) -> list[domain.Correction]:
    """The corrections that hold for a person: those of the organisations they belong to."""
    rows = {row.id: row for row in _IN_FORCE.all(session, account=account_id)}
    return [domain.Correction(str(r.id), r.question, r.kind, r.value) for r in rows.values()]


def result_now(
    session: Session, sitting: Sitting, corrections: Sequence[domain.Correction] | None = None
) -> Result:
    """Mark an attempt as things stand; ``corrections`` replace those in force in a dry run."""
    attempt = sitting.attempt
    if corrections is None:
        corrections = in_force(session, sitting.account_id)
    on_paper = [c for c in corrections if c.question in attempt.questions]
    paper = sitting.paper
    by_hand = {}
    if any(question.marked_by_hand for question in paper.questions):
        by_hand = {r.question: r.earned for r in _BY_HAND.all(session, attempt=sitting.id)}
    return grade(
        paper,
        attempt.answers,
        tries=attempt.tries if sitting.quiz.tries > 1 else None,
        by_hand=by_hand,
        corrections=on_paper,
        versions=_versions(session, on_paper),
    )


def _versions(session: Session, corrections: Iterable[domain.Correction]) -> dict[str, Question]:
    found = {}
    for correction in corrections:
        if correction.kind == "version":
            books = publishing.at(session, uuid.UUID(correction.value))
            if correction.question in books.questions:
                found[correction.id] = books.questions[correction.question]
    return found


def hold_corrections(session: Session, *, alone: bool = False) -> None:
    """Until this transaction ends nobody changes the corrections in force (``alone``: nor marks).

    On SQLite one writer at a time is the rule already.
    """
    (_MARKED_BY_NOBODY if alone else _MARKED_BY_MANY).take(session)


def first_result(session: Session, sitting: Sitting, result: Result, *, now: datetime) -> None:
    """Keep the result of an attempt that has none. The table takes one for each attempt."""
    _RESULT.add(session, [{"attempt_id": sitting.id, "at": now, **figures(result)}])


def figures(result: Result) -> dict[str, Any]:
    """What is kept of a result."""
    return {
        "earned": result.earned,
        "possible": result.possible,
        "passed": result.passed,
        "missed_rules": sorted(result.missed_rules),
        "missed_critical": sorted(result.missed_critical),
        "knocked_out": sorted(result.knocked_out),
    }


def kept(row: AttemptResult) -> dict[str, Any]:
    """The figures that are kept now."""
    return {
        "earned": row.earned,
        "possible": row.possible,
        "passed": row.passed,
        "missed_rules": list(row.missed_rules),
        "missed_critical": list(row.missed_critical),
        "knocked_out": list(row.knocked_out),
    }


def would_change(
    session: Session,
    sitting: Sitting,
    row: AttemptResult,
    corrections: Sequence[domain.Correction] | None = None,
) -> Change | None:
    """What marking anew would do to a result; None when it would stay as it is."""
    before, after = kept(row), figures(result_now(session, sitting, corrections))
    if before == after:
        return None
    return Change(sitting.id, sitting.account_id, sitting.quiz.slug, before, after)


def remark(
    session: Session,
    sitting: Sitting,
    row: AttemptResult,
    *,
    cause: str,
    correction_id: uuid.UUID | None = None,
    now: datetime,
) -> Change | None:
    """Mark an attempt anew and keep what changed beside what it was; None when nothing did."""
    change = would_change(session, sitting, row)
    if change is None:
        return None
    for name, value in change.after.items():
        setattr(row, name, value)
    session.add(
        ResultChange(
            attempt_id=sitting.id,
            correction_id=correction_id,
            cause=cause,
            before=change.before,
            after=change.after,
            at=now,
        )
    )
    session.flush()
    return change
