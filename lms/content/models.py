"""Published content: documents that never change, and the releases that gather them."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id


class Document(Base):
    """One compiled file or question, frozen. The digest is over its canonical JSON."""

    __tablename__ = "documents"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    slug: Mapped[str] = mapped_column(sa.String(160))
    body: Mapped[str] = mapped_column(sa.Text)


class PublishedFile(Base):
    """A picture beside a lesson, under its own digest."""

    __tablename__ = "published_files"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Release(Base):
    """Everything that was current at one moment. Attempts and runs point to their release."""

    __tablename__ = "releases"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(unique=True)
    published_at: Mapped[datetime]


class ReleaseItem(Base):
    __tablename__ = "release_items"

    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.ForeignKey("documents.digest"))
