"""Nights that were lived through: the acts of each, from which everything else is replayed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id
from lms.dialects import one_where


class CountRun(Base):
    """One run through one night. ``seed`` is drawn by the server and shown when it is over."""

    __tablename__ = "count_runs"
    __table_args__ = (
        one_where(
            "ix_count_runs_one_open",
            "account_id",
            "exercise",
            where="finished_at IS NULL",
        ),
        sa.Index("ix_count_runs_account", "account_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    exercise: Mapped[str] = mapped_column(sa.String(160))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    seed: Mapped[int]
    certifying: Mapped[bool]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # Copied from the replay when the run ends, so that lists need not replay every run.
    passed: Mapped[bool | None]
    percent: Mapped[int | None]
    planted: Mapped[int | None]
    detected: Mapped[int | None]
    false_alarms: Mapped[int | None]


class CountStep(Base):
    """One act of a run. Never changed; a repeated delivery has the same ``client_key``."""

    __tablename__ = "count_steps"
    __table_args__ = (sa.UniqueConstraint("run_id", "client_key"),)

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("count_runs.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verb: Mapped[str] = mapped_column(sa.String(20))
    details: Mapped[Any] = mapped_column(sa.JSON)
    client_key: Mapped[uuid.UUID]
    at: Mapped[datetime]
