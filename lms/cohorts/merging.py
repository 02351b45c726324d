"""Two entries of one person: what stands in the way of merging them, and handing all over.

The one place that moves rows of every room: a merge half done would be worse than none.
"""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.assessment.models import Allowance, Attempt, Essay, Repair
from lms.calibration.models import Calibration
from lms.certification.models import Certificate, TopUpStep
from lms.counts.models import CountRun
from lms.domain.mastery import Tally, add
from lms.drills.models import Gate, Run
from lms.joint.models import JointAttendance
from lms.learning.models import CheckAnswer, Evidence, Pledge, Reading, RuleStanding
from lms.messages.models import LetterDue, LetterWish, MessageCopy
from lms.privacy import CannotOpen, Vault
from lms.signoffs.models import PAGE_COLUMN, FilledForm, PaperSheet, SignoffEvent

# Rows that only have to be said to be somebody else's; nothing in them is unique to a person.
PLAIN: tuple[Any, ...] = (Attempt, Allowance, Essay, Repair, Run, CountRun, CheckAnswer)
PLAIN += (Evidence, SignoffEvent, PaperSheet)
# Rows of which a person has one of each kind (the second column): the one who stays keeps theirs.
ONE_OF_A_KIND: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (Calibration, (Calibration.incidents,)),
    (TopUpStep, (TopUpStep.change_id, TopUpStep.kind, TopUpStep.item)),
)


def obstacles(session: Session, kept: uuid.UUID, gone: uuid.UUID) -> list[str]:
    """Codes of all that stands in the way; empty means that the two can be merged."""
    found = []
    held = sa.select(Certificate.serial).where(Certificate.account_id == gone)
    if session.scalar(held.limit(1)) is not None:
        found.append("merge-certificate")  # it is sealed and printed for that entry
    for model, name in (
        (Attempt, Attempt.quiz),
        (Run, Run.scenario),
        (CountRun, CountRun.exercise),
        (Gate, Gate.programme),
    ):
        open_ = [
            set(
                session.scalars(
                    sa.select(name).where(model.account_id == one, model.finished_at.is_(None))
                )
            )
            for one in (kept, gone)
        ]
        if open_[0] & open_[1]:
            found.append("merge-open")
    signed = sa.select(SignoffEvent.id).where(
        SignoffEvent.account_id == gone, SignoffEvent.assessor_id == kept
    )
    if session.scalar(signed.limit(1)) is not None:
        found.append("oneself")
    return found


def hand_over(
    session: Session, gone: uuid.UUID, kept: uuid.UUID, *, vault: Vault
) -> dict[str, str | int | bool | None]:
    """Give everything of one entry to the other; how many rows of each kind moved."""
    moved: dict[str, str | int | bool | None] = {}
    for model in PLAIN:
        done: Any = session.execute(
            sa.update(model).where(model.account_id == gone).values(account_id=kept)
        )
        moved[model.__tablename__] = done.rowcount
    for model, kind in ONE_OF_A_KIND:
        _one_of_a_kind(session, model, kind, gone, kept)
    _gates(session, gone, kept)
    _readings(session, gone, kept)
    _pledges(session, gone, kept)
    _standings(session, gone, kept)
    _forms(session, gone, kept, vault)
    _receipts(session, gone, kept)
    # Sealed with the key that goes: whoever wrote still has the words.
    session.execute(sa.delete(MessageCopy).where(MessageCopy.account_id == gone))
    for model in (LetterDue, LetterWish):  # the one who stays asks, or has asked, for themselves
        session.execute(sa.delete(model).where(model.account_id == gone))
    session.flush()
    return moved


def _one_of_a_kind(
    session: Session, model: Any, kind: tuple[Any, ...], gone: uuid.UUID, kept: uuid.UUID
) -> None:
    there = {
        tuple(row) for row in session.execute(sa.select(*kind).where(model.account_id == kept))
    }
    theirs = session.execute(sa.select(*kind).where(model.account_id == gone)).all()
    for values in map(tuple, theirs):
        rows = sa.and_(
            model.account_id == gone, *(c == v for c, v in zip(kind, values, strict=True))
        )
        if values in there:
            session.execute(sa.delete(model).where(rows))
        else:
            session.execute(sa.update(model).where(rows).values(account_id=kept))


def _gates(session: Session, gone: uuid.UUID, kept: uuid.UUID) -> None:
    """Attempts at certifying runs, counted on after those of the one who stays."""
    most = sa.select(Gate.programme, sa.func.max(Gate.number)).group_by(Gate.programme)
    rows = session.execute(most.where(Gate.account_id == kept)).all()
    last = {row.programme: int(row[1]) for row in rows}
    theirs = sa.select(Gate).where(Gate.account_id == gone).order_by(Gate.number)
    for gate in session.scalars(theirs).all():
        gate.number += last.get(gate.programme, 0)
        gate.account_id = kept
    session.flush()


def _readings(session: Session, gone: uuid.UUID, kept: uuid.UUID) -> None:
    """A lesson finished under either entry is finished."""
    for row in session.scalars(sa.select(Reading).where(Reading.account_id == gone)).all():
        other = session.get(Reading, (kept, row.lesson))
        if other is None:
            session.add(
                Reading(
                    account_id=kept,
                    lesson=row.lesson,
                    opened_at=row.opened_at,
                    finished_at=row.finished_at,
                )
            )
        else:
            other.opened_at = min(other.opened_at, row.opened_at)
            ends = [x for x in (other.finished_at, row.finished_at) if x]
            other.finished_at = min(ends, default=None)
        session.delete(row)
    session.flush()


def _pledges(session: Session, gone: uuid.UUID, kept: uuid.UUID) -> None:
    for row in session.scalars(sa.select(Pledge).where(Pledge.account_id == gone)).all():
        if session.get(Pledge, (kept, row.programme)) is None:
            session.add(
                Pledge(
                    account_id=kept,
                    programme=row.programme,
                    release_id=row.release_id,
                    language=row.language,
                    signed_on=row.signed_on,
                )
            )
        session.delete(row)
    session.flush()


def _standings(session: Session, gone: uuid.UUID, kept: uuid.UUID) -> None:
    """What is known of each rule, counted anew from the evidence of both."""
    session.execute(sa.delete(RuleStanding).where(RuleStanding.account_id.in_([gone, kept])))
    tallies: dict[str, Tally] = {}
    rows = session.execute(
        sa.select(Evidence.rule, Evidence.right, Evidence.at)
        .where(Evidence.account_id == kept)
        .order_by(Evidence.at, Evidence.id)
    )
    for rule, right, at in rows:
        tallies[rule] = add(tallies.get(rule, Tally()), right, at)
    session.add_all(
        RuleStanding(
            account_id=kept, rule=rule, last=one.last, seen=one.seen, right=one.right, at=one.at
        )
        for rule, one in tallies.items()
    )
    session.flush()


def _forms(session: Session, gone: uuid.UUID, kept: uuid.UUID, vault: Vault) -> None:
    """Filled forms, sealed anew with the key that stays. One that does not open is dropped."""
    old, new = accounts.person_key(session, gone), accounts.person_key(session, kept)
    for row in session.scalars(sa.select(FilledForm).where(FilledForm.account_id == gone)).all():
        try:
            page = vault.open_bytes(gone, old, PAGE_COLUMN, row.page_sealed)
            row.page_sealed = vault.seal_bytes(kept, new, PAGE_COLUMN, page)
        except CannotOpen:
            session.delete(row)
            continue
        row.account_id = kept
    session.flush()


def _receipts(session: Session, gone: uuid.UUID, kept: uuid.UUID) -> None:
    """Joint trainings add up: each was shown by a receipt of its own."""
    theirs, mine = session.get(JointAttendance, gone), session.get(JointAttendance, kept)
    if theirs is None:
        return
    if mine is None:
        mine = JointAttendance(account_id=kept, receipts=0, last_on=theirs.last_on)
        session.add(mine)
    mine.receipts += theirs.receipts
    mine.last_on = max(mine.last_on, theirs.last_on)
    session.delete(theirs)
