"""Certificates' rows and events, read as the histories that the domain replays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.certification.models import Certificate, CertificateEvent
from lms.domain.certification import Cause, Event, History, Kind, Period

# What a statement has to select of a certificate for its history to be read.
COLUMNS = (
    Certificate.valid_from,
    Certificate.valid_until,
    Certificate.grace_days,
    Certificate.cause,
    Certificate.revoked_at,
    Certificate.replaced_at,
    Certificate.replaced_as,
)
_REPLACED = {"renewal": Kind.RENEWED, "replacement": Kind.REPLACED}
_EVENTS = sa.select(
    CertificateEvent.serial,
    CertificateEvent.at,
    CertificateEvent.kind,
    CertificateEvent.change,
    CertificateEvent.due,
).order_by(CertificateEvent.serial, CertificateEvent.number)
_OF_ONE = _EVENTS.where(CertificateEvent.serial == sa.bindparam("serial"))
# What a statement that joins the events selects of each.
OF_EVENT = (
    CertificateEvent.at,
    CertificateEvent.kind,
    CertificateEvent.change,
    CertificateEvent.due,
)
MOST_AT_ONCE = 500  # serials in one statement


def history_of(row: Any, events: Iterable[Event] = ()) -> History:
    """The history of a row that has ``COLUMNS``, with its other events in order."""
    found = list(events)
    if row.revoked_at is not None:
        found.append(Event(row.revoked_at, Kind.REVOKED))
    if row.replaced_at is not None:
        found.append(Event(row.replaced_at, _REPLACED[row.replaced_as]))
    period = Period(row.valid_from, row.valid_until, row.grace_days, Cause(row.cause))
    return History(period, tuple(found))


def one(session: Session, serial: str, row: Any) -> History:
    """The history of one certificate; ``row`` has ``COLUMNS``."""
    return history_of(
        row, (_event(found) for found in session.execute(_OF_ONE, {"serial": serial}))
    )


def joined(rows: Sequence[Any]) -> History:
    """The history of one certificate from its rows, one for each event, or one without any.

    Each has ``COLUMNS`` and ``OF_EVENT``.
    """
    return history_of(rows[0], (_event(row) for row in rows if row.kind is not None))


def many(session: Session, rows: Iterable[Any]) -> dict[str, History]:
    """The histories of rows that have ``serial`` and ``COLUMNS``, by serial."""
    by_serial = {row.serial: row for row in rows}
    events = _gathered(session, list(by_serial))
    return {serial: history_of(row, events.get(serial, ())) for serial, row in by_serial.items()}


def every(session: Session) -> dict[str, History]:
    """The history of every certificate there is: for lists and audits, which are of all."""
    everybodys = {"scope": "all"}
    rows = session.execute(
        sa.select(Certificate.serial, *COLUMNS).execution_options(**everybodys)
    ).all()
    events: dict[str, list[Event]] = {}
    for found in session.execute(_EVENTS.execution_options(**everybodys)):
        events.setdefault(found.serial, []).append(_event(found))
    return {row.serial: history_of(row, events.get(row.serial, ())) for row in rows}


def _gathered(session: Session, serials: list[str]) -> Mapping[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for start in range(0, len(serials), MOST_AT_ONCE):
        some = serials[start : start + MOST_AT_ONCE]
        for row in session.execute(_EVENTS.where(CertificateEvent.serial.in_(some))):
            found.setdefault(row.serial, []).append(_event(row))
    return found


def _event(row: Any) -> Event:
    return Event(row.at, Kind(row.kind), row.change, row.due)
