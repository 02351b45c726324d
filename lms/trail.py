"""The trail: an append-only, hash-chained record of deeds others will ask about.

Each entry commits to the one before it, so that a changed, removed or inserted entry breaks every
later digest. Entries name accounts by id only and hold no free text. Source: security C-88, C-89.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import g, has_app_context
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base
from lms.prepared import Prepared, PreparedInsert, PreparedLock

FIRST = "0" * 64
# Any fixed number: on PostgreSQL it lets one transaction at a time append to the chain.
CHAIN_LOCK = 7_306_143


class Entry(Base):
    __tablename__ = "trail"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None]
    deed: Mapped[str] = mapped_column(sa.String(60), index=True)
    subject: Mapped[str] = mapped_column(sa.String(120), index=True)
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)


_CHAIN = PreparedLock(sa.select(sa.func.pg_advisory_xact_lock(CHAIN_LOCK)))
_LAST = Prepared(sa.select(Entry.number, Entry.digest).order_by(Entry.number.desc()).limit(1))
_ENTRY = PreparedInsert(Entry)


def record(
    session: Session,
    deed: str,
    *,
    actor_id: uuid.UUID | None,
    subject: str,
    now: datetime,
    facts: Mapping[str, str | int | bool | None] | None = None,
) -> None:
    """Append one entry in the transaction of the deed itself: both are kept, or neither.

    ``deed`` is a verb of the room (``certify``), ``subject`` a kind and an id
    (``certificate:4ZK…``). ``facts`` holds ids, numbers and codes, never a name or free text.
    """
    _CHAIN.take(session)
    last = _LAST.first(session)
    entry = {
        "number": last.number + 1 if last else 1,
        "at": now,
        "actor_id": actor_id,
        "deed": deed,
        "subject": subject,
        "facts": dict(facts or {}),
        "previous": last.digest if last else FIRST,
    }
    _ENTRY.add(session, [{**entry, "digest": digest_of(Entry(**entry))}])
    if has_app_context():
        g.trail_written = True


def digest_of(entry: Entry) -> str:
    """SHA-256 over the previous digest and the canonical entry."""
    canonical = json.dumps(
        [
            entry.previous,
            entry.number,
            entry.at.isoformat(),
            str(entry.actor_id) if entry.actor_id else None,
            entry.deed,
            entry.subject,
            entry.facts,
        ],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def first_break(entries: Iterable[Entry]) -> int | None:
    """The number of the first entry that does not follow from the one before; None if all do.

    ``entries`` are all entries in order of number, from the first.
    """
    previous = FIRST
    for number, entry in enumerate(entries, start=1):
        follows = entry.number == number and entry.previous == previous
        if not follows or entry.digest != digest_of(entry):
            return number
        previous = entry.digest
    return None
