"""What reviewers decided about translations, and the files that they sealed."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id


class TranslationReview(Base):
    """One decision about one block of a translation; only ever added to.

    ``pair`` names the block in the words of both languages, ``result`` the same once the words of
    the decision stand in it (lms/content/parting.py).
    """

    __tablename__ = "translation_reviews"
    __table_args__ = (sa.Index("ix_translation_reviews_file", "language", "path"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    language: Mapped[str] = mapped_column(sa.String(2))
    path: Mapped[str] = mapped_column(sa.String(160))
    pair: Mapped[str] = mapped_column(sa.String(24))
    result: Mapped[str] = mapped_column(sa.String(24))
    verdict: Mapped[str] = mapped_column(sa.String(8))
    words: Mapped[str | None] = mapped_column(sa.Text)
    advice: Mapped[str] = mapped_column(sa.String(500))
    reviewer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    decided_at: Mapped[datetime]


class TranslationSeal(Base):
    """A reviewer says of a whole file in certain words: a native speaker has read all of it."""

    __tablename__ = "translation_seals"
    __table_args__ = (sa.UniqueConstraint("language", "path", "seal"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    language: Mapped[str] = mapped_column(sa.String(2))
    path: Mapped[str] = mapped_column(sa.String(160))
    seal: Mapped[str] = mapped_column(sa.String(12))
    reviewer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    sealed_at: Mapped[datetime]
