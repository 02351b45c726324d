"""Attempts, their append-only steps and their one result; what staff grant, correct and mark."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id
from lms.dialects import one_where


class Attempt(Base):
    """One try at a quiz. Its paper and all randomness stand in its first step."""

    __tablename__ = "attempts"
    __table_args__ = (
        # One open attempt per person and quiz, whatever tabs and devices do at once.
        one_where(
            "ix_attempts_one_open",
            "account_id",
            "quiz",
            where="finished_at IS NULL",
        ),
        sa.Index("ix_attempts_account", "account_id"),
        # What the job that closes attempts looks for.
        sa.Index("ix_attempts_due_at", "due_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    quiz: Mapped[str] = mapped_column(sa.String(160))
    quiz_kind: Mapped[str] = mapped_column(sa.String(10))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    clock: Mapped[str | None] = mapped_column(sa.String(10))  # the election day it was drawn for
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    # After this moment somebody has to close it; None once it is closed, or without a limit.
    due_at: Mapped[datetime | None]
    # When the answers were locked, and whether nobody handed them in.
    finished_at: Mapped[datetime | None]
    abandoned: Mapped[bool] = mapped_column(default=False)


class Step(Base):
    """One thing that happened in an attempt. Never changed; (attempt, sequence) is taken once."""

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
    """The one result of an attempt. A certificate points here.

    It exists once everything is marked, and follows the corrections in force.
    """

    __tablename__ = "attempt_results"

    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    earned: Mapped[int]
    possible: Mapped[int]
    passed: Mapped[bool]
    missed_rules: Mapped[list[Any]]
    missed_critical: Mapped[list[Any]]
    knocked_out: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime]


class Allowance(Base):
    """More time or more attempts for one person at one quiz, granted by staff for a reason."""

    __tablename__ = "allowances"
    __table_args__ = (sa.Index("ix_allowances_account_id", "account_id", "quiz"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    quiz: Mapped[str] = mapped_column(sa.String(160))
    extra_minutes: Mapped[int]
    extra_attempts: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(20))  # one of a list, never free text
    granted_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    at: Mapped[datetime]


class Closing(Base):
    """When a quiz closes for a cohort."""

    __tablename__ = "quiz_closings"

    cohort_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cohorts.id"), primary_key=True)
    quiz: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    closes_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))


class Exposure(Base):
    """On how many papers of a quiz a question has stood; kept where the quiz has a cap."""

    __tablename__ = "exposures"

    quiz: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    question: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    drawn: Mapped[int]


class Correction(Base):
    """A correction of a question for one organisation: proposed, applied by another; asked to be
    taken back, and taken back by another."""

    __tablename__ = "corrections"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisations.id"))
    question: Mapped[str] = mapped_column(sa.String(160), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    value: Mapped[Any] = mapped_column(sa.JSON)
    reason: Mapped[str] = mapped_column(sa.String(20))
    proposed_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    applied_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    applied_at: Mapped[datetime | None]
    undo_asked_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    undo_asked_at: Mapped[datetime | None]
    undo_reason: Mapped[str | None] = mapped_column(sa.String(20))
    undone_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    undone_at: Mapped[datetime | None]


class AnswerFile(Base):
    """A file of answers that one member of staff handed in for a trainee, until another decides.

    ``text`` is the file as it was handed in, and goes once somebody has decided.
    """

    __tablename__ = "answer_files"
    __table_args__ = (
        # One at a time, so that whoever confirms knows what the file comes on top of.
        one_where(
            "ix_answer_files_one_waiting",
            "attempt_id",
            where="decided_at IS NULL",
        ),
        sa.Index("ix_answer_files_attempt_id", "attempt_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"))
    text: Mapped[str | None] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.String(20))  # one of a list, never free text
    handed_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    handed_at: Mapped[datetime]
    # taken, or why it was not; by another than who handed it in, unless that person withdrew it
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    decided_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]


class ResultChange(Base):
    """What a correction, or taking it back, did to one result. Only ever added to."""

    __tablename__ = "result_changes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"), index=True)
    correction_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("corrections.id"))
    cause: Mapped[str] = mapped_column(sa.String(10))  # applied, undone, handed, essay
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class Essay(Base):
    """One essay handed in: where it is on its way to a mark, and what it was given."""

    __tablename__ = "essays"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "question"),
        sa.Index("ix_essays_state", "state", "due_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    question: Mapped[str] = mapped_column(sa.String(160))
    state: Mapped[str] = mapped_column(sa.String(10))  # waiting, second, third, marked
    due_on: Mapped[date]
    earned: Mapped[int | None]
    settled_at: Mapped[datetime | None]


class EssayMark(Base):
    """What one marker gave, line by line. Never changed; a marker marks an essay once."""

    __tablename__ = "essay_marks"
    __table_args__ = (sa.UniqueConstraint("essay_id", "marker_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    essay_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("essays.id"))
    marker_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    points: Mapped[dict[str, Any]]
    earned: Mapped[int]
    at: Mapped[datetime]


class Repair(Base):
    """What somebody who was knocked out has to mend on one rule before the next attempt."""

    __tablename__ = "repairs"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "rule"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"))
    quiz: Mapped[str] = mapped_column(sa.String(160))
    rule: Mapped[str] = mapped_column(sa.String(160))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    # Questions that this person missed on the rule: never asked again here.
    met: Mapped[list[Any]]
    question: Mapped[str | None] = mapped_column(sa.String(160))
    order: Mapped[Any] = mapped_column(sa.JSON)
    misses: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10))  # open, trainer, done
    closed_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    at: Mapped[datetime]
