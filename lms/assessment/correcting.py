"""Putting right after the fact: propose, look at what would change, apply, take back.

A correction holds for the results of one organisation. One person proposes it, another applies it,
and so it is with taking it back: one asks for it, another does it (security C-78). The trail says
why both times; what was done to each result is kept beside the result.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts.models import RoleHeld
from lms.assessment import marking, sittings
from lms.assessment.marking import Change
from lms.assessment.models import Attempt, AttemptResult, Correction, Step
from lms.domain import corrections as domain
from lms.domain.attempts import StepKind
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.permissions import Actor, Permission, Place, may

Facts = Mapping[str, str | int | None]


def organisations(actor: Actor) -> set[uuid.UUID]:
    """The organisations for which this person may propose corrections."""
    held = actor.places_where(Permission.CORRECT_MARKS)
    return {one.organisation_id for one in held if one.organisation_id is not None}


def people_of(organisation_ids: Iterable[uuid.UUID]) -> sa.Select[uuid.UUID]:
    """The ids of all who hold a role in these organisations, as part of a statement."""
    return sa.select(RoleHeld.account_id).where(
        RoleHeld.organisation_id.in_(list(organisation_ids))
    )


def may_apply(actor: Actor, correction: Correction) -> bool:
    """Whether this person may apply it: somebody over the whole organisation, not who proposed."""
    reaches = may(actor, Permission.APPLY_CORRECTIONS, Place(correction.organisation_id))
    return reaches and correction.proposed_by != actor.id


def may_undo(actor: Actor, correction: Correction) -> bool:
    """Whether this person may take it back now: over the whole organisation, not who asked."""
    reaches = may(actor, Permission.APPLY_CORRECTIONS, Place(correction.organisation_id))
    return reaches and correction.undo_asked_by not in (None, actor.id)


def visible(session: Session, actor: Actor) -> Sequence[Correction]:
    """The corrections of one's organisations, the latest first."""
    return session.scalars(
        sa.select(Correction)
        .where(Correction.organisation_id.in_(organisations(actor)))
        .order_by(Correction.proposed_at.desc(), Correction.id)
    ).all()


def one(
    session: Session, actor: Actor, correction_id: uuid.UUID, *, locked: bool = False
) -> Correction:
    """One correction of one's organisations. Raises NotThere."""
    statement = sa.select(Correction).where(
        Correction.id == correction_id, Correction.organisation_id.in_(organisations(actor))
    )
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise NotThere
    return found


def propose(
    session: Session,
    actor: Actor,
    question: str,
    kind: str,
    value: Any,
    reason: str,
    *,
    organisation_id: uuid.UUID,
    now: datetime,
) -> Correction:
    """Propose a correction; no result changes. Raises NotThere and ValueError."""
    if organisation_id not in organisations(actor):
        raise NotThere
    if kind not in domain.KINDS or reason not in domain.REASONS:
        raise ValueError(f"unknown correction {kind!r} for {reason!r}")
    correction = Correction(
        organisation_id=organisation_id,
        question=question,
        kind=kind,
        value=value,
        reason=reason,
        proposed_by=actor.id,
        proposed_at=now,
    )
    session.add(correction)
    session.flush()
    _record(session, "propose-correction", actor, correction, now)
    return correction


def _results(
    session: Session, correction: Correction, *, locked: bool = False
) -> Iterator[tuple[uuid.UUID, AttemptResult]]:
    """The results in the organisation whose paper holds the question, with whose they are."""
    people = people_of([correction.organisation_id])
    rows = session.execute(
        sa.select(Attempt.account_id, AttemptResult)
        .join(Attempt, Attempt.id == AttemptResult.attempt_id)
        .join(Step, sa.and_(Step.attempt_id == Attempt.id, Step.kind == StepKind.START.value))
        .where(
            Attempt.account_id.in_(people),
            sa.cast(Step.data, sa.Text).contains(f'"{correction.question}"', autoescape=True),
        )
        .order_by(AttemptResult.attempt_id)
        .execution_options(populate_existing=locked, scope="all")  # a whole organisation's results
    )
    for found in rows:
        yield found.account_id, found.AttemptResult


def dry_run(session: Session, correction: Correction) -> list[Change]:
    """What applying (or taking back) would change, result by result; nothing is written."""
    this = domain.Correction(
        str(correction.id), correction.question, correction.kind, correction.value
    )
    is_applied = correction.applied_at is not None
    changes = []
    held: dict[uuid.UUID, list[domain.Correction]] = {}
    for account_id, row in _results(session, correction):
        if account_id not in held:
            now_held = marking.in_force(session, account_id)
            without = [c for c in now_held if c.id != this.id]
            held[account_id] = without if is_applied else [*without, this]
        sitting = sittings.of(session, row.attempt_id)
        change = marking.would_change(session, sitting, row, held[account_id])
        if change is not None:
            changes.append(change)
    return changes


def apply(
    session: Session, actor: Actor, correction_id: uuid.UUID, *, now: datetime
) -> list[Change]:
    """Apply what somebody else proposed: every result it concerns is marked anew, in one deed.

    Raises NotYours for somebody without the whole organisation, and TooLate with
    ``same-person`` for who proposed it, or ``finished`` when it was applied already.
    """
    marking.hold_corrections(session, alone=True)
    correction = one(session, actor, correction_id, locked=True)
    if correction.applied_at is not None:
        raise TooLate("finished")
    if not may(actor, Permission.APPLY_CORRECTIONS, Place(correction.organisation_id)):
        raise NotYours
    if correction.proposed_by == actor.id:
        raise TooLate("same-person")
    correction.applied_by, correction.applied_at = actor.id, now
    session.flush()
    return _mark_anew(session, actor, correction, "applied", now)


def ask_undo(
    session: Session, actor: Actor, correction_id: uuid.UUID, reason: str, *, now: datetime
) -> Correction:
    """Ask that an applied correction be taken back; no result changes. Who asks last is who asked.

    Raises TooLate with ``finished`` when there is nothing to take back, and ValueError.
    """
    if reason not in domain.UNDO_REASONS:
        raise ValueError(f"no reason to take a correction back: {reason!r}")
    correction = one(session, actor, correction_id, locked=True)
    if correction.applied_at is None or correction.undone_at is not None:
        raise TooLate("finished")
    correction.undo_asked_by, correction.undo_asked_at = actor.id, now
    correction.undo_reason = reason
    session.flush()
    _record(session, "ask-undo-correction", actor, correction, now, {"undo_reason": reason})
    return correction


def undo(
    session: Session, actor: Actor, correction_id: uuid.UUID, *, now: datetime
) -> list[Change]:
    """Take an applied correction back, as somebody else asked: every result is what it was.

    Raises NotYours, and TooLate with ``finished`` when there is nothing to take back,
    ``not-asked`` before anybody asked, or ``same-person`` for who did.
    """
    marking.hold_corrections(session, alone=True)
    correction = one(session, actor, correction_id, locked=True)
    if correction.applied_at is None or correction.undone_at is not None:
        raise TooLate("finished")
    if not may(actor, Permission.APPLY_CORRECTIONS, Place(correction.organisation_id)):
        raise NotYours
    if correction.undo_asked_by is None:
        raise TooLate("not-asked")
    if correction.undo_asked_by == actor.id:
        raise TooLate("same-person")
    correction.undone_by, correction.undone_at = actor.id, now
    session.flush()
    return _mark_anew(session, actor, correction, "undone", now)


def _mark_anew(
    session: Session, actor: Actor, correction: Correction, cause: str, now: datetime
) -> list[Change]:
    changes = []
    for _account, row in list(_results(session, correction, locked=True)):
        sitting = sittings.of(session, row.attempt_id)
        change = marking.remark(
            session, sitting, row, cause=cause, correction_id=correction.id, now=now
        )
        if change is not None:
            changes.append(change)
    facts: Facts = {
        "changed": len(changes),
        "pass_now": sum(change.passes_now for change in changes),
        "fail_now": sum(change.fails_now for change in changes),
    }
    deed = "apply-correction" if cause == "applied" else "undo-correction"
    if cause == "undone":
        facts = {**facts, "undo_reason": correction.undo_reason}
    _record(session, deed, actor, correction, now, facts)
    return changes


def _record(
    session: Session,
    deed: str,
    actor: Actor,
    correction: Correction,
    now: datetime,
    facts: Facts | None = None,
) -> None:
    trail.record(
        session,
        deed,
        actor_id=actor.id,
        subject=f"question:{correction.question}"[:120],
        facts={
            "correction": str(correction.id),
            "kind": correction.kind,
            "reason": correction.reason,
            **(facts or {}),
        },
        now=now,
    )


def drift(session: Session) -> Iterator[Change]:
    """Every result that marking anew would change: none, unless something is wrong with us."""
    rows = session.scalars(
        sa.select(AttemptResult)
        .order_by(AttemptResult.attempt_id)
        .execution_options(scope="all")  # the operator marks everything anew and compares
    )
    for row in rows:
        change = marking.would_change(session, sittings.of(session, row.attempt_id), row)
        if change is not None:
            yield change
