"""Messages as their senders and recipients may read them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.cohorts.models import Cohort
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor
from lms.messages.models import Message, MessageCopy
from lms.privacy import CannotOpen, Vault

IN_COPY = "message_copies.words_sealed"
IN_MESSAGE = "messages.words_sealed"


@dataclass(frozen=True)
class Read:
    """A message opened for somebody. ``read`` counts the recipients who have opened theirs."""

    id: uuid.UUID
    cohort: str
    on: date
    words: str | None  # None when it can no longer be opened
    unread: bool = False
    recipients: int = 0
    read: int = 0


def unread_count(session: Session, actor: Actor) -> int:
    """How many messages wait for this person."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(MessageCopy)
            .where(MessageCopy.account_id == actor.id, MessageCopy.read_on.is_(None))
        )
        or 0
    )


def received(session: Session, actor: Actor, vault: Vault) -> list[Read]:
    """What was written to one, the latest first."""
    rows = session.execute(
        sa.select(Message.id, Cohort.name, Message.sent_on, MessageCopy)
        .join(Message, Message.id == MessageCopy.message_id)
        .join(Cohort, Cohort.id == Message.cohort_id)
        .where(MessageCopy.account_id == actor.id)
        .order_by(Message.sent_on.desc(), Message.id)
    )
    key = accounts.person_key(session, actor.id)
    return [
        Read(
            message_id,
            cohort,
            on,
            _opened(vault, actor.id, key, IN_COPY, copy.words_sealed),
            unread=copy.read_on is None,
        )
        for message_id, cohort, on, copy in rows
    ]


def sent(session: Session, actor: Actor, cohort_id: uuid.UUID, vault: Vault) -> list[Read]:
    """What one wrote to a cohort that was looked up, the latest first."""
    opened = (
        sa.select(sa.func.count())
        .where(
            MessageCopy.message_id == Message.id,
            MessageCopy.read_on.is_not(None),
            MessageCopy.account_id.is_not(None),
        )
        .correlate(Message)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Message, opened)
        .where(Message.cohort_id == cohort_id, Message.sender_id == actor.id)
        .order_by(Message.sent_on.desc(), Message.id)
    )
    key = accounts.person_key(session, actor.id)
    return [
        Read(
            row.id,
            "",
            row.sent_on,
            _opened(vault, actor.id, key, IN_MESSAGE, row.words_sealed),
            recipients=row.recipients,
            read=read,
        )
        for row, read in rows
    ]


def own_copy(session: Session, actor: Actor, message_id: uuid.UUID) -> MessageCopy:
    """One's own copy of a message. Raises NotThere."""
    row = session.get(MessageCopy, (message_id, actor.id))
    if row is None:
        raise NotThere
    return row


def _opened(
    vault: Vault, person: uuid.UUID, key: bytes | None, column: str, sealed: bytes
) -> str | None:
    try:
        return vault.open(person, key, column, sealed)
    except CannotOpen:
        return None
