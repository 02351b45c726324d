"""Runs through scenarios: the choices made, from which everything else is replayed."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id


class Run(Base):
    __tablename__ = "runs"
    __table_args__ = (
        sa.Index(
            "ix_runs_one_open",
            "account_id",
            "scenario",
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
        sa.Index("ix_runs_account", "account_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    scenario: Mapped[str] = mapped_column(sa.String(160))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
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
    client_key: Mapped[uuid.UUID]
    at: Mapped[datetime]
