"""Sign-offs as facts that are only ever added, and who was able to give them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id

PAGE_COLUMN = "filled_forms.page_sealed"  # what a sealed page is bound to


class SignoffEvent(Base):
    """One fact from the room, under the id that its device gave it. Never changed.

    ``basis`` is what the assessor rested on at the time: their certificate and who issued it, or
    the coordinator who accredited them (the lineage of beyond the peers 15).
    """

    __tablename__ = "signoff_events"
    __table_args__ = (
        sa.CheckConstraint("assessor_id <> account_id", name="not_oneself"),
        sa.CheckConstraint("kind IN ('mark', 'sign', 'countersign', 'void')", name="kind"),
        sa.Index("ix_signoff_events_account", "account_id", "checklist"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    cohort_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cohorts.id"), index=True)
    checklist: Mapped[str] = mapped_column(sa.String(160))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    assessor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    origin_id: Mapped[uuid.UUID]  # the copy of the sheets that it was made on: random, no mark
    counter: Mapped[int]
    marks: Mapped[dict[str, Any]]
    basis: Mapped[dict[str, Any]]
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]


class AssessorCalibration(Base):
    """The day on which a trainer agreed with the key of a checklist's samples."""

    __tablename__ = "assessor_calibrations"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    checklist: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    lines: Mapped[str] = mapped_column(sa.String(16), primary_key=True)  # digest of its lines
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    agreed: Mapped[int]
    of: Mapped[int]
    on: Mapped[date]


class Accreditation(Base):
    """A coordinator lets a trainer assess, until a day. The latest row of a trainer holds."""

    __tablename__ = "accreditations"
    __table_args__ = (sa.CheckConstraint("given_by <> account_id", name="not_oneself"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisations.id"))
    given_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    given_at: Mapped[datetime]
    until: Mapped[date]


class PaperSheet(Base):
    """A sheet that was printed for one person: its code leads back to whom it is about."""

    __tablename__ = "paper_sheets"

    code: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    cohort_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cohorts.id"))
    checklist: Mapped[str] = mapped_column(sa.String(160))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    printed_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    printed_at: Mapped[datetime]


class FilledForm(Base):
    """The page that a trainee filled in, kept as proof for a while: pixels alone, sealed."""

    __tablename__ = "filled_forms"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sheet_id: Mapped[uuid.UUID] = mapped_column(index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    cohort_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cohorts.id"))
    added_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    added_on: Mapped[date]
    keep_until: Mapped[date] = mapped_column(index=True)
    page_sealed: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    page_sha256: Mapped[str] = mapped_column(sa.String(64))
