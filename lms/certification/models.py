"""Certificates as they were issued. Status is computed, never stored."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id
from lms.dialects import one_where

STANDING = sa.text("revoked_at IS NULL AND replaced_at IS NULL")


def _one_standing(name: str, *columns: str, where: str) -> sa.Index:
    return one_where(name, *columns, where=f"{STANDING.text} AND {where}")


class Certificate(Base):
    """Frozen at issue: claims as printed, and, sealed with the holder's key, token and file.

    The name is printed and signed over with a random salt, and stands nowhere in the open: neither
    a name nor anything a list of names could be tried against (the token has salt and hash) is
    kept but in the sealed columns. Whose key is destroyed, their file is gone.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        sa.CheckConstraint("purpose IN ('training', 'deployment')", name="purpose"),
        sa.CheckConstraint(
            "(purpose = 'deployment') = (election_id IS NOT NULL)", name="election_of_deployment"
        ),
        sa.CheckConstraint("issued_by <> account_id", name="not_oneself"),
        sa.CheckConstraint("valid_from <= valid_until", name="days"),
        sa.CheckConstraint("status_index BETWEEN 0 AND 131071", name="status_index"),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked_for_a_reason"
        ),
        sa.CheckConstraint(
            "(replaced_at IS NULL) = (replaced_as IS NULL)", name="replaced_as_something"
        ),
        sa.CheckConstraint("replaced_as IN ('renewal', 'replacement')", name="replaced_as"),
        sa.CheckConstraint("grace_days BETWEEN 0 AND 90", name="grace_days"),
        sa.CheckConstraint(
            "cause IN ('first', 'renewal', 'top-up', 'lapse-repair', 'replacement')", name="cause"
        ),
        sa.CheckConstraint("cause <> 'replacement' OR follows IS NOT NULL", name="replaces"),
        sa.UniqueConstraint("follows", name="one_follows"),
        # One standing certificate per person, programme and purpose, whoever clicks twice. Two
        # indexes, because in one of them a training certificate's empty election would not count.
        _one_standing(
            "ix_certificates_one_for_training",
            "account_id",
            "programme",
            where="purpose = 'training'",
        ),
        _one_standing(
            "ix_certificates_one_for_election",
            "account_id",
            "programme",
            "election_id",
            where="purpose = 'deployment'",
        ),
    )

    serial: Mapped[str] = mapped_column(sa.String(26), primary_key=True)  # 128 random bits
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    cohort_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cohorts.id"), index=True)
    programme: Mapped[str] = mapped_column(sa.String(80))
    purpose: Mapped[str] = mapped_column(sa.String(12))
    election_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("elections.id"))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    # The passed exam this rests on: without one there is no certificate.
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempt_results.attempt_id"))
    issued_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    issued_at: Mapped[datetime]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    grace_days: Mapped[int] = mapped_column(server_default="0")  # of its programme, at issue
    cause: Mapped[str] = mapped_column(sa.String(12), server_default="first")
    # The certificate whose period this one renews, or which it corrects.
    follows: Mapped[str | None] = mapped_column(sa.ForeignKey("certificates.serial"))
    language: Mapped[str] = mapped_column(sa.String(2))
    claims: Mapped[dict[str, Any]]  # as printed (wording.facts), without anything of the name
    token_sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    token_sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    status_index: Mapped[int] = mapped_column(unique=True)
    key_id: Mapped[str] = mapped_column(sa.String(8))
    pdf_sealed: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    pdf_sha256: Mapped[str] = mapped_column(sa.String(64))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    revoked_reason: Mapped[str | None] = mapped_column(sa.String(40))  # a code, never free text
    replaced_at: Mapped[datetime | None]
    replaced_as: Mapped[str | None] = mapped_column(sa.String(11))


class CertificateEvent(Base):
    """What happened to a certificate between its issue and its end. Rows are only ever added.

    Revocation and replacement, which happen once, stand in the certificate's own row, where an
    index reads them; ``histories`` reads both as one history.
    """

    __tablename__ = "certificate_events"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('suspended', 'lifted', 'top-up-asked', 'topped-up', 'top-up-waived')",
            name="kind",
        ),
        sa.CheckConstraint("(kind = 'top-up-asked') = (due IS NOT NULL)", name="due_of_asked"),
        sa.CheckConstraint(
            "(kind IN ('suspended', 'lifted')) = (reason IS NOT NULL)", name="for_a_reason"
        ),
    )

    serial: Mapped[str] = mapped_column(sa.ForeignKey("certificates.serial"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(14))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    reason: Mapped[str | None] = mapped_column(sa.String(40))  # a code, never free text
    change: Mapped[str] = mapped_column(sa.String(36), default="")  # which top-up
    due: Mapped[date | None]


class CertificateCode(Base):
    """One more signed token of a certificate, which says the same and cannot be linked to it.

    Serial, place in the list and salt are its own. How it stands is how its certificate stands.
    """

    __tablename__ = "certificate_codes"
    __table_args__ = (sa.CheckConstraint("status_index BETWEEN 0 AND 131071", name="status_index"),)

    serial: Mapped[str] = mapped_column(sa.String(26), primary_key=True)  # 128 random bits
    certificate: Mapped[str] = mapped_column(sa.ForeignKey("certificates.serial"), index=True)
    made_at: Mapped[datetime]
    token_sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    token_sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    status_index: Mapped[int] = mapped_column(unique=True)
    key_id: Mapped[str] = mapped_column(sa.String(8))


class CertificateBatch(Base):
    """People of a cohort who are certified together: drawn up, confirmed, worked off one by one."""

    __tablename__ = "certificate_batches"
    __table_args__ = (
        sa.CheckConstraint("purpose IN ('training', 'deployment')", name="purpose"),
        sa.CheckConstraint("(begun_at IS NULL) = (begun_by IS NULL)", name="begun_by_somebody"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cohorts.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(12))
    drawn_up_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    begun_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    # Until when whoever works it off has it to themselves; past, when nobody does.
    busy_until: Mapped[datetime | None]


class BatchPerson(Base):
    """One person of a batch. The name to print is kept, sealed, until they are settled."""

    __tablename__ = "certificate_batch_people"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('issued', 'there', 'failed')", name="outcome"),
        sa.CheckConstraint("outcome IS NULL OR name_sealed IS NULL", name="no_name_is_left"),
        sa.CheckConstraint("(outcome = 'failed') = (problem IS NOT NULL)", name="named_failure"),
    )

    batch_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("certificate_batches.id"), primary_key=True
    )
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    name_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    outcome: Mapped[str | None] = mapped_column(sa.String(6))
    serial: Mapped[str | None] = mapped_column(sa.ForeignKey("certificates.serial"))
    problem: Mapped[str | None] = mapped_column(sa.String(40))  # a code, never free text
    needs: Mapped[list[Any] | None]  # what was missing, as pairs of kind and id


class StatusList(Base):
    """Each signed revocation list ever published: numbered, dated, never changed."""

    __tablename__ = "status_lists"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    issued_at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)  # the signed text (lists.py)


class LawChange(Base):
    """A change of the law that an organisation has announced to its certificates' holders."""

    __tablename__ = "law_changes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisations.id"))
    source_id: Mapped[str] = mapped_column(sa.String(80))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    announced_at: Mapped[datetime]
    announced_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    due: Mapped[date]
    # It was announced by mistake: whoever had not learned it yet has nothing to learn.
    taken_back_at: Mapped[datetime | None]


class LawChangeItem(Base):
    """What was decided for one lesson, question or scenario that a change touches."""

    __tablename__ = "law_change_items"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('lesson', 'question', 'scenario')", name="kind"),
        sa.CheckConstraint(
            "decision IN ('still-right', 'reword', 'void', 'retest')", name="decision"
        ),
    )

    change_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("law_changes.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    decision: Mapped[str] = mapped_column(sa.String(12))


class TopUpStep(Base):
    """One item of a top-up that its holder has done, once."""

    __tablename__ = "top_up_steps"

    change_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("law_changes.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    done_at: Mapped[datetime]


class LogEntry(Base):
    """A certificate in the log of all: the hash of its token with a salt. Rows are only added."""

    __tablename__ = "log_entries"
    __table_args__ = (sa.UniqueConstraint("place", name="one_at_a_place"),)

    serial: Mapped[str] = mapped_column(sa.ForeignKey("certificates.serial"), primary_key=True)
    place: Mapped[int]  # from 0, without a gap
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary)
    leaf: Mapped[bytes] = mapped_column(sa.LargeBinary)


class LogCheckpoint(Base):
    """What the log was at a moment, signed; handed out, so that it cannot be taken back."""

    __tablename__ = "log_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(sa.LargeBinary)
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(sa.Text)
