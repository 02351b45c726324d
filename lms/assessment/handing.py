"""Answers from a file: one member of staff hands it in, another takes it in.

What a device kept cannot be checked by a machine: somebody has to vouch that it was written in
time. Since it may make the difference between passing and not, two vouch for it, neither of them
the trainee, and the trail keeps both and the reason. Source: security C-78.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.assessment import actions, handed, marking, queries, sittings, tending
from lms.assessment.models import AnswerFile, Attempt
from lms.domain import ending
from lms.domain.attempts import StepKind
from lms.domain.errors import NotThere, TooLate
from lms.domain.permissions import Actor

TAKEN = "taken"
WITHDRAWN = "withdrawn"
# Why a file is not taken in.
REFUSALS = ("late", "doubtful", "wrong-file")


def waiting(session: Session, attempt_id: uuid.UUID) -> AnswerFile | None:
    """The file of this attempt that waits for a second person."""
    return session.scalar(
        sa.select(AnswerFile).where(
            AnswerFile.attempt_id == attempt_id, AnswerFile.decided_at.is_(None)
        )
    )


def all_waiting(session: Session, attempt_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of these attempts for which a file waits."""
    return frozenset(
        session.scalars(
            sa.select(AnswerFile.attempt_id).where(
                AnswerFile.attempt_id.in_(list(attempt_ids)), AnswerFile.decided_at.is_(None)
            )
        )
    )


def may_take_in(actor: Actor, found: AnswerFile, row: Attempt) -> bool:
    """Whether this person is another than who handed it in, and than the trainee."""
    return actor.id not in (found.handed_by, row.account_id)


def hand_in(
    session: Session, actor: Actor, row: Attempt, text: str, *, reason: str, now: datetime
) -> AnswerFile:
    """Hand in a file and vouch for it; no answer changes before somebody else takes it in.

    Raises NotOurs, TooLate with ``file-waiting`` while another file of the attempt waits, and
    with ``oneself`` for one's own attempt.
    """
    if row.account_id == actor.id:
        raise TooLate("oneself")
    if reason not in tending.REASONS:
        raise ValueError(f"no reason to take answers in: {reason!r}")
    sitting = sittings.of(session, row.id, locked=True)
    plan = handed.read(text.encode("utf-8", "replace"), sitting)
    if waiting(session, row.id) is not None:
        raise TooLate("file-waiting")
    found = AnswerFile(
        attempt_id=row.id, text=text, reason=reason, handed_by=actor.id, handed_at=now
    )
    session.add(found)
    session.flush()
    _record(session, "hand-in-answers", actor, row, found, {"answers": len(plan)}, now)
    return found


def take_in(
    session: Session, actor: Actor, row: Attempt, file_id: uuid.UUID, *, now: datetime
) -> int:
    """Keep the answers of a file that somebody else handed in; how many were new.

    An attempt that is marked is marked anew, one that was abandoned is handed in. Raises NotThere,
    TooLate with ``finished`` once it was decided, ``same-person`` for who handed it in, and
    ``oneself`` for one's own attempt.
    """
    found = _undecided(session, row, file_id)
    if row.account_id == actor.id:
        raise TooLate("oneself")
    if found.handed_by == actor.id:
        raise TooLate("same-person")
    sitting = sittings.of(session, row.id, locked=True)
    plan = handed.read((found.text or "").encode("utf-8", "replace"), sitting)
    _decide(found, actor, TAKEN, now)
    new = 0
    for one in plan:
        if one.trouble or one.key is None:
            continue
        sitting = sittings.of(session, row.id, locked=True)
        kept = ending.hand_over(
            sitting.attempt, one.question, one.answer, client_key=str(one.key), now=now
        )
        if kept.is_new:
            actions.keep_step(session, row.id, kept.step)
            new += 1
    _record(session, "take-in-answers", actor, row, found, {"answers": new}, now)
    if new:
        _mark(session, actor, row, found.reason, now)
    return new


def _mark(session: Session, actor: Actor, row: Attempt, reason: str, now: datetime) -> None:
    sitting = sittings.of(session, row.id, locked=True)
    result = queries.result_of(session, row.id)
    end = sitting.attempt.end
    if result is not None:
        marking.hold_corrections(session)
        marking.remark(session, sitting, result, cause="handed", now=now)
    elif end is not None and end.kind is StepKind.ABANDON:
        tending.reopen(session, actor, row, minutes=0, reason=reason, now=now)


def refuse(
    session: Session, actor: Actor, row: Attempt, file_id: uuid.UUID, why: str, *, now: datetime
) -> None:
    """Leave a file out for a reason, or withdraw what one handed in oneself; no answer changes.

    Raises NotThere, ValueError, and TooLate with ``finished`` or ``oneself``.
    """
    if why not in REFUSALS:
        raise ValueError(f"no reason to leave answers out: {why!r}")
    found = _undecided(session, row, file_id)
    if row.account_id == actor.id:
        raise TooLate("oneself")
    _decide(found, actor, WITHDRAWN if found.handed_by == actor.id else why, now)
    _record(session, "refuse-answers", actor, row, found, {"why": why}, now)


def _undecided(session: Session, row: Attempt, file_id: uuid.UUID) -> AnswerFile:
    found = session.scalar(
        sa.select(AnswerFile)
        .where(AnswerFile.id == file_id, AnswerFile.attempt_id == row.id)
        .with_for_update()
    )
    if found is None:
        raise NotThere
    if found.decided_at is not None:
        raise TooLate("finished")
    return found


def _decide(found: AnswerFile, actor: Actor, outcome: str, now: datetime) -> None:
    found.outcome, found.decided_by, found.decided_at, found.text = outcome, actor.id, now, None


def _record(
    session: Session,
    deed: str,
    actor: Actor,
    row: Attempt,
    found: AnswerFile,
    more: Mapping[str, str | int],
    now: datetime,
) -> None:
    facts = {"quiz": row.quiz, "file": str(found.id), "reason": found.reason, **more}
    trail.record(
        session, deed, actor_id=actor.id, subject=f"attempt:{row.id}", facts=facts, now=now
    )
