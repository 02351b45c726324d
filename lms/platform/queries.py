"""What those who run the machine may know: counts and the trail, never a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.content.models import Document, Release


@dataclass(frozen=True)
class Published:
    """The current release: its number, its moment, and how many documents are frozen in all."""

    number: int
    at: datetime
    documents: int


def published(session: Session) -> Published:
    """What is published. Call it only when something is."""
    last = session.execute(
        sa.select(Release.number, Release.published_at).order_by(Release.number.desc()).limit(1)
    ).one()
    documents = session.scalar(sa.select(sa.func.count()).select_from(Document)) or 0
    return Published(last.number, last.published_at, documents)


def entries(
    session: Session, *, before: int | None = None, most: int | None = None
) -> Sequence[trail.Entry]:
    """Entries of the trail, the latest first; only those before a number, and at most so many."""
    statement = sa.select(trail.Entry).order_by(trail.Entry.number.desc())
    if before is not None:
        statement = statement.where(trail.Entry.number < before)
    return session.scalars(statement.limit(most) if most is not None else statement).all()


def is_ready(session: Session) -> bool:
    """Whether the database answers and has its tables."""
    session.execute(sa.text("SELECT 1 FROM releases LIMIT 1"))
    return True
