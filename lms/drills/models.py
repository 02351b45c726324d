"""Runs through scenarios: the choices made, from which everything else is replayed; what was
written in them; and the certifying runs that were drawn."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id
from lms.dialects import one_where


class Gate(Base):
    """One attempt at the certifying runs of a programme: which scenarios were drawn for it."""

    __tablename__ = "gates"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "programme", "number"),
        one_where(
            "ix_gates_one_open",
            "account_id",
            "programme",
            where="finished_at IS NULL",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    programme: Mapped[str] = mapped_column(sa.String(160))
    number: Mapped[int]
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    scenarios: Mapped[list[Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    passed: Mapped[bool | None]


class Run(Base):
    __tablename__ = "runs"
    __table_args__ = (
        one_where(
            "ix_runs_one_open",
            "account_id",
            "scenario",
            where="finished_at IS NULL AND gate_id IS NULL",
        ),
        # A scenario is played once for each time it was drawn.
        sa.UniqueConstraint("gate_id", "scenario"),
        sa.Index("ix_runs_account", "account_id"),
        sa.Index("ix_runs_scenario", "scenario"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    scenario: Mapped[str] = mapped_column(sa.String(160))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    # With the choices it makes the run: what is left to chance is drawn from it.
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    # Against the clock, or in the untimed mode that everybody may choose.
    timed: Mapped[bool]
    gate_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("gates.id"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # Copied from the replay when the run ends, so that lists need not replay every run.
    outcome: Mapped[str | None] = mapped_column(sa.String(40))
    passed: Mapped[bool | None]
    percent: Mapped[int | None]


class RunChoice(Base):
    __tablename__ = "run_choices"
    __table_args__ = (sa.UniqueConstraint("run_id", "client_key"),)

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scene: Mapped[str] = mapped_column(sa.String(160))
    choice: Mapped[str] = mapped_column(sa.String(160))
    # The time to decide was over: the choice is what happens then.
    late: Mapped[bool]
    client_key: Mapped[uuid.UUID]
    at: Mapped[datetime]


class RunClock(Base):
    """When the time to decide began: after the scene was read, for the choice of this number."""

    __tablename__ = "run_clocks"

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class RunPaper(Base):
    """What was written after the choice of this number, sealed with its author's key."""

    __tablename__ = "run_papers"

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(20))
    # Empty where somebody went on without writing.
    text_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    at: Mapped[datetime]
