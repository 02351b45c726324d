"""Deeds of a reader: open and finish a lesson, answer a question inside it, sign the pledge."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.domain.mastery import Tally, add
from lms.domain.permissions import Actor
from lms.domain.questions import POINTS, Answer, Question
from lms.learning.models import CheckAnswer, Evidence, Pledge, Reading, RuleStanding


def open_lesson(session: Session, actor: Actor, lesson: str, *, now: datetime) -> None:
    """Note that something was done in this lesson, once. Looking at a page writes nothing."""
    if session.get(Reading, (actor.id, lesson)) is None:
        session.add(Reading(account_id=actor.id, lesson=lesson, opened_at=now))
        session.flush()


def finish_lesson(session: Session, actor: Actor, lesson: str, *, now: datetime) -> None:
    """Note that this lesson was read to its end. A second time changes nothing."""
    row = session.get(Reading, (actor.id, lesson))
    if row is None:
        row = Reading(account_id=actor.id, lesson=lesson, opened_at=now)
        session.add(row)
    if row.finished_at is None:
        row.finished_at = now
    session.flush()


def answer_check(
    session: Session,
    actor: Actor,
    question: Question,
    answer: Answer | None,
    *,
    release_id: uuid.UUID,
    client_key: uuid.UUID,
    now: datetime,
) -> None:
    """Keep one answer to a question inside a lesson. The same key again changes nothing."""
    sent_before = session.scalar(
        sa.select(CheckAnswer.id).where(
            CheckAnswer.account_id == actor.id, CheckAnswer.client_key == client_key
        )
    )
    if sent_before is not None:
        return
    row = CheckAnswer(
        account_id=actor.id,
        question=question.id,
        release_id=release_id,
        client_key=client_key,
        answer=answer,
        earned=question.earned(answer),
        at=now,
    )
    session.add(row)
    session.flush()
    shown = dict.fromkeys(question.rules, row.earned == POINTS)
    keep_evidence(session, actor.id, shown.items(), origin=f"check:{row.id}", now=now)


def keep_evidence(
    session: Session,
    account_id: uuid.UUID,
    shown: Iterable[tuple[str, bool]],
    *,
    origin: str,
    now: datetime,
) -> None:
    """Add what an answer, attempt or run showed about rules, and move the kept standings on.

    ``shown`` pairs a rule with whether it was shown to be known. The only writer of RuleStanding;
    the same origin counts once per rule.
    """
    for rule, right in shown:
        known = session.scalar(
            sa.select(Evidence.id).where(
                Evidence.account_id == account_id,
                Evidence.rule == rule,
                Evidence.origin == origin,
            )
        )
        if known is not None:
            continue
        session.add(Evidence(account_id=account_id, rule=rule, right=right, origin=origin, at=now))
        row = session.get(RuleStanding, (account_id, rule))
        before = Tally(row.last, row.seen, row.right) if row else Tally()
        after = add(before, right, now)
        if row is None:
            row = RuleStanding(account_id=account_id, rule=rule)
            session.add(row)
        row.last, row.seen, row.right, row.at = after.last, after.seen, after.right, now
    session.flush()


def sign_pledge(
    session: Session,
    actor: Actor,
    programme: str,
    *,
    release_id: uuid.UUID,
    language: str,
    now: datetime,
) -> None:
    """Sign the pledge of a programme, once."""
    if session.get(Pledge, (actor.id, programme)) is not None:
        return
    session.add(
        Pledge(
            account_id=actor.id,
            programme=programme,
            release_id=release_id,
            language=language,
            signed_on=now.date(),
        )
    )
    session.flush()
    trail.record(
        session,
        "sign-pledge",
        actor_id=actor.id,
        subject=f"programme:{programme}",
        facts={"release": str(release_id)},
        now=now,
    )
