"""Panels that set a pass mark, and what their judges said."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id


class Panel(Base):
    """A panel of one organisation on one exam, in the words of one release."""

    __tablename__ = "panels"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("organisations.id"), index=True
    )
    quiz: Mapped[str] = mapped_column(sa.String(160))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    opened_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class PanelJudgement(Base):
    """How many per cent of barely competent observers would answer a question, says a judge."""

    __tablename__ = "panel_judgements"
    __table_args__ = (sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),)

    panel_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("panels.id"), primary_key=True)
    judge_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    question: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    percent: Mapped[int]
