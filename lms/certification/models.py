"""Certificates as they were issued. Status is computed, never stored."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class Certificate(Base):
    """Frozen at issue: claims as printed, token, rendered file and its hash.

    The name is printed and signed over with a random salt; neither it nor the salt is kept.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        sa.CheckConstraint("purpose IN ('training', 'deployment')", name="purpose"),
        sa.CheckConstraint("issued_by <> account_id", name="not_oneself"),
        # One standing certificate per person, programme and purpose, whoever clicks twice.
        sa.Index(
            "ix_certificates_one_standing",
            "account_id",
            "programme",
            "purpose",
            "election_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND replaced_at IS NULL"),
        ),
    )

    serial: Mapped[str] = mapped_column(sa.String(26), primary_key=True)  # 128 random bits
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    cohort_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cohorts.id"), index=True)
    programme: Mapped[str] = mapped_column(sa.String(80))
    purpose: Mapped[str] = mapped_column(sa.String(12))
    # Empty string instead of NULL in the unique index would lie; a training certificate has none
    # and its uniqueness is also asked for under the write lock.
    election_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("elections.id"))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    # The passed exam this rests on: without one there is no certificate.
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempt_results.attempt_id"))
    issued_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    issued_at: Mapped[datetime]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    language: Mapped[str] = mapped_column(sa.String(2))
    claims: Mapped[dict[str, Any]]
    token: Mapped[str] = mapped_column(sa.String(400))
    status_index: Mapped[int] = mapped_column(unique=True)
    key_id: Mapped[str] = mapped_column(sa.String(16))
    pdf: Mapped[bytes] = mapped_column(sa.LargeBinary)
    pdf_sha256: Mapped[str] = mapped_column(sa.String(64))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    revoked_reason: Mapped[str | None] = mapped_column(sa.String(40))  # a code, never free text
    replaced_at: Mapped[datetime | None]


class StatusList(Base):
    """Each signed revocation list ever published: numbered, dated, never changed."""

    __tablename__ = "status_lists"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    issued_at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)
