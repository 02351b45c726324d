"""Attempts, their append-only steps, and their one result."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id


class Attempt(Base):
    """One try at a quiz. Its paper and all randomness stand in its first step."""

    __tablename__ = "attempts"
    __table_args__ = (
        # One open attempt per person and quiz, whatever tabs and devices do at once.
        sa.Index(
            "ix_attempts_one_open",
            "account_id",
            "quiz",
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
        sa.Index("ix_attempts_account", "account_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    quiz: Mapped[str] = mapped_column(sa.String(160))
    quiz_kind: Mapped[str] = mapped_column(sa.String(10))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    clock: Mapped[str | None] = mapped_column(sa.String(10))  # the election day it was drawn for
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Step(Base):
    """start, answer or finish. Never changed; (attempt, sequence) is taken once."""

    __tablename__ = "attempt_steps"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "client_key"),)

    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(10))
    question: Mapped[str | None] = mapped_column(sa.String(160))
    data: Mapped[Any] = mapped_column(sa.JSON)
    client_key: Mapped[uuid.UUID]
    at: Mapped[datetime]


class AttemptResult(Base):
    """The one result of an attempt, as marked at its end. A certificate points here."""

    __tablename__ = "attempt_results"

    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    earned: Mapped[int]
    possible: Mapped[int]
    passed: Mapped[bool]
    missed_rules: Mapped[list[Any]]
    missed_critical: Mapped[list[Any]]
    at: Mapped[datetime]
