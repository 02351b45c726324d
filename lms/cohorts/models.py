"""Organisations and their cohorts. Who is in a cohort stands in the roles people hold."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id


class Organisation(Base):
    __tablename__ = "organisations"
    __table_args__ = (sa.CheckConstraint("kind IN ('observers', 'commission')", name="kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))


class Cohort(Base):
    __tablename__ = "cohorts"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("organisations.id"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(200))
    programme: Mapped[str] = mapped_column(sa.String(80))
    election_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("elections.id"))
    created_on: Mapped[date]


class PeopleImport(Base):
    """One list of people that was brought in; it can be undone for a day."""

    __tablename__ = "people_imports"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cohorts.id"), index=True)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    at: Mapped[datetime]
    people: Mapped[int]
    undone_at: Mapped[datetime | None]


class ImportedPerson(Base):
    """Who came with an import. The row goes when the import is undone."""

    __tablename__ = "imported_people"

    import_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("people_imports.id"), primary_key=True
    )
    account_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, index=True
    )
