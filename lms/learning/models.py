"""Where a reader is, what they answered inside lessons, and what is known about each rule."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id


class Reading(Base):
    """One person's way through one lesson. Hangs on the lesson's stable name, not its position."""

    __tablename__ = "readings"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    lesson: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    opened_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class CheckAnswer(Base):
    """An answer to a question inside a lesson. Append-only; the last one is shown again."""

    __tablename__ = "check_answers"
    __table_args__ = (sa.UniqueConstraint("account_id", "client_key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    question: Mapped[str] = mapped_column(sa.String(160))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    client_key: Mapped[uuid.UUID]
    answer: Mapped[Any] = mapped_column(sa.JSON)
    earned: Mapped[int]
    at: Mapped[datetime]


class RuleStanding(Base):
    """What a person's answers showed about one rule: a kept counter.

    Only ``learning.actions.keep_evidence`` writes it, and a test recomputes it from Evidence.
    """

    __tablename__ = "rule_standings"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    last: Mapped[str] = mapped_column(sa.String(8))  # the latest answers, "1" right, "0" not
    seen: Mapped[int]
    right: Mapped[int]
    at: Mapped[datetime]


class Evidence(Base):
    """One thing that showed whether a person knows a rule. Append-only."""

    __tablename__ = "evidence"
    # One answer, attempt or run counts once per rule, however often it is sent.
    __table_args__ = (sa.UniqueConstraint("account_id", "rule", "origin"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    rule: Mapped[str] = mapped_column(sa.String(160))
    right: Mapped[bool]
    origin: Mapped[str] = mapped_column(sa.String(80))  # "check:…", "attempt:…", "run:…"
    at: Mapped[datetime]


class Pledge(Base):
    """A promise signed: of which programme, in which words (the digest), on which day."""

    __tablename__ = "pledges"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    programme: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    language: Mapped[str] = mapped_column(sa.String(2))
    signed_on: Mapped[date]
