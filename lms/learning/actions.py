"""Deeds of a reader: open and finish a lesson, answer a question inside it, sign the pledge."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.db import new_id
from lms.domain.mastery import Tally, add
from lms.domain.permissions import Actor
from lms.domain.questions import POINTS, Answer, Question
from lms.learning.models import CheckAnswer, Evidence, Pledge, Reading, RuleStanding
from lms.prepared import Prepared, PreparedInsert, PreparedWrite

_KNOWN = Prepared(
    sa.select(Evidence.rule).where(
        Evidence.account_id == sa.bindparam("account", type_=sa.Uuid()),
        Evidence.origin == sa.bindparam("origin"),
    )
)
# Locked where the database can: of two deeds of one person at once the second counts on the first.
_STANDINGS = Prepared(
    sa.select(RuleStanding.rule, RuleStanding.last, RuleStanding.seen, RuleStanding.right)
    .where(RuleStanding.account_id == sa.bindparam("account", type_=sa.Uuid()))
    .with_for_update()
)
_EVIDENCE, _STANDING = PreparedInsert(Evidence), PreparedInsert(RuleStanding)
_MOVED = PreparedWrite(
    sa.update(RuleStanding)
    .where(
        RuleStanding.account_id == sa.bindparam("of", type_=sa.Uuid()),
        RuleStanding.rule == sa.bindparam("on", type_=sa.String()),
    )
    .values(
        {
            column: sa.bindparam(column.key, type_=column.type)
            for column in (
                RuleStanding.last,
                RuleStanding.seen,
                RuleStanding.right,
                RuleStanding.at,
            )
        }
    )
)


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
    wanted: dict[str, bool] = {}
    for rule, right in shown:
        wanted.setdefault(rule, right)
    for row in _KNOWN.all(session, account=account_id, origin=origin):
        wanted.pop(row.rule, None)
    if not wanted:
        return
    who = {"account_id": account_id, "at": now}
    _EVIDENCE.add(
        session,
        [
            {"id": new_id(), **who, "rule": rule, "right": right, "origin": origin}
            for rule, right in wanted.items()
        ],
    )
    before = {row.rule: row for row in _STANDINGS.all(session, account=account_id)}
    first: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    for rule, right in wanted.items():
        old = before.get(rule)
        after = add(Tally(old.last, old.seen, old.right) if old else Tally(), right, now)
        figures = {"last": after.last, "seen": after.seen, "right": after.right, "at": now}
        if old:
            again.append({"of": account_id, "on": rule, **figures})
        else:
            first.append({"account_id": account_id, "rule": rule, **figures})
    _STANDING.add(session, first)
    _MOVED.each(session, again)


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
