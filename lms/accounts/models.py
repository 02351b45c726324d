"""People, the roles they hold, their sessions on devices, and codes used once."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, new_id


class Account(Base):
    """A pseudonym. The name is optional, sealed with the person's own key, and never searched."""

    __tablename__ = "accounts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    login: Mapped[str | None] = mapped_column(sa.String(64))
    login_skeleton: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    secret_hash: Mapped[str | None] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(2), default="en")
    person_key: Mapped[bytes | None] = mapped_column(sa.LargeBinary(100))
    name_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary(1000))
    joined_on: Mapped[date | None]
    suspended_on: Mapped[date | None]

    held: Mapped[list[RoleHeld]] = relationship(back_populates="account", lazy="selectin")


class RoleHeld(Base):
    """A role at a place. A trainee's or an official's holding is their enrolment in a cohort."""

    __tablename__ = "roles_held"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "role", "organisation_id", "cohort_id"),
        # A cohort as it was enrolled, counted and shown page by page without looking at its rows.
        sa.Index("ix_roles_held_enrolment", "cohort_id", "role", "since", "account_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("organisations.id"))
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cohorts.id"), index=True)
    since: Mapped[date]
    # What a member of a commission is in it: chair, secretary or member; empty for everybody else.
    post: Mapped[str | None] = mapped_column(sa.String(20))

    account: Mapped[Account] = relationship(back_populates="held")


class DeviceSession(Base):
    """One signed-in browser. Only the digest of its secret is kept; no address, no agent."""

    __tablename__ = "device_sessions"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class OneTimeCode(Base):
    """A code for one purpose, used once: an invitation, or a way back in."""

    __tablename__ = "one_time_codes"

    selector: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    secret_hash: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str | None] = mapped_column(sa.String(20))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("organisations.id"))
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cohorts.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    issuer_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Failures(Base):
    """How often a door was tried in vain. The bucket is a keyed digest: no login, no address."""

    __tablename__ = "failures"

    bucket: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
