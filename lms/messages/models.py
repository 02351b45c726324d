"""Messages inside the product: a sealed copy for each who gets one, and one for the sender; and who
wishes to be told by e-mail that one waits."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id


class Message(Base):
    """One message to some people of a cohort. Its words are sealed with the sender's key."""

    __tablename__ = "messages"
    __table_args__ = (sa.UniqueConstraint("sender_id", "client_key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cohorts.id"), index=True)
    sender_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    client_key: Mapped[uuid.UUID]
    sent_on: Mapped[date] = mapped_column(index=True)
    recipients: Mapped[int]
    words_sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class MessageCopy(Base):
    """A message as one person gets it, sealed with that person's key."""

    __tablename__ = "message_copies"

    message_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("messages.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, index=True
    )
    words_sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    read_on: Mapped[date | None]


class LetterWish(Base):
    """Somebody asked to be told by e-mail, at an address that is sealed with their key."""

    __tablename__ = "letter_wishes"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    deliver_to_sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    since: Mapped[date]
    last_on: Mapped[date | None]  # at most one letter a day
    refused_on: Mapped[date | None]


class LetterDue(Base):
    """A letter that has not been handed to the mail server yet; one for each person."""

    __tablename__ = "letters_due"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    asked_at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int]
