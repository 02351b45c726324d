"""Deeds: write to some people of a cohort, mark as read, erase what is old."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts import queries as accounts
from lms.cohorts import queries as cohorts
from lms.domain.errors import NotThere, TooLate
from lms.domain.permissions import Actor, Permission
from lms.messages import letters
from lms.messages.models import Message, MessageCopy
from lms.messages.queries import IN_COPY, IN_MESSAGE, own_copy
from lms.privacy import CannotOpen, Vault

KEPT_DAYS = 90
MOST_A_DAY = 10  # of one sender to one cohort: whoever is written to all day stops reading


def send(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    people: Sequence[uuid.UUID],
    words: str,
    *,
    key: uuid.UUID,
    vault: Vault,
    now: datetime,
) -> int:
    """Write to these learners of the cohort; how many got it. The same key again sends nothing.

    Raises NotThere for a cohort or a person that is not the sender's to write to, TooLate("quota")
    after too many on one day.
    """
    cohort = cohorts.one(session, actor, cohort_id, Permission.MESSAGE)
    before = session.scalar(
        sa.select(Message.recipients).where(
            Message.sender_id == actor.id, Message.client_key == key
        )
    )
    if before is not None:
        return before
    today = now.date()
    if _on_day(session, actor, cohort_id, today) >= MOST_A_DAY:
        raise TooLate("messages-quota")
    learners = {p.id for _c, p in cohorts.learners(session, [cohort.id], vault)}
    wanted = list(dict.fromkeys(people))
    if not wanted or not learners.issuperset(wanted):
        raise NotThere
    mine = accounts.person_key(session, actor.id)
    if mine is None:
        raise NotThere
    message = Message(
        cohort_id=cohort.id,
        sender_id=actor.id,
        client_key=key,
        sent_on=today,
        recipients=0,
        words_sealed=vault.seal(actor.id, mine, IN_MESSAGE, words),
    )
    session.add(message)
    session.flush()
    copies = []
    for person, wrapped in accounts.person_keys(session, wanted).items():
        try:
            sealed = vault.seal_bytes(person, wrapped, IN_COPY, words.encode())
        except CannotOpen:
            continue  # erased in the meantime: there is nobody to write to
        copies.append(MessageCopy(message_id=message.id, account_id=person, words_sealed=sealed))
    session.add_all(copies)
    message.recipients = len(copies)
    session.flush()
    letters.ask_for(session, [copy.account_id for copy in copies], now=now)
    trail.record(
        session,
        "message",
        actor_id=actor.id,
        subject=f"cohort:{cohort_id}",
        facts={"people": len(copies)},
        now=now,
    )
    return len(copies)


def _on_day(session: Session, actor: Actor, cohort_id: uuid.UUID, day: date) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Message)
            .where(
                Message.cohort_id == cohort_id,
                Message.sender_id == actor.id,
                Message.sent_on == day,
            )
        )
        or 0
    )


def mark_read(session: Session, actor: Actor, message_id: uuid.UUID, *, now: datetime) -> None:
    """Note the day on which one read a message. Raises NotThere for somebody else's."""
    row = own_copy(session, actor, message_id)
    if row.read_on is None:
        row.read_on = now.date()
        session.flush()


def erase_over(session: Session, today: date) -> int:
    """Erase every message older than its time, with all copies; how many."""
    last = today - timedelta(days=KEPT_DAYS)
    old = list(
        session.scalars(
            sa.select(Message.id)
            .where(Message.sent_on < last)
            .execution_options(scope="all")  # the job that erases looks at everybody's
        )
    )
    session.execute(sa.delete(MessageCopy).where(MessageCopy.message_id.in_(old)))
    session.execute(sa.delete(Message).where(Message.id.in_(old)))
    return len(old)
