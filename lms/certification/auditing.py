"""Whether every certificate came into being as it must: what only somebody with the tables breaks.

The application issues nothing without a passed exam of its holder and a line in the trail. Whoever
writes to the tables by hand can; this finds it. Source: security C-83, AB27.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.certification import logbook, queries
from lms.certification.making import EVERYBODYS
from lms.certification.models import Certificate, CertificateCode, CertificateEvent, LawChange
from lms.certification.nameless import SET

# The deed that the trail must hold for each event that the tables hold. What asks for top-ups is
# one entry for all of them, and one row that each of them names.
DEEDS = {
    "suspended": "suspend-certificate",
    "lifted": "lift-certificate",
    "topped-up": "top-up",
}


TAKEN_BACK = "take-back-change"


@dataclass(frozen=True)
class Flaw:
    """A certificate that cannot be relied on, and why, as a sentence for the operator."""

    serial: str
    what: str


def audit(session: Session) -> list[Flaw]:
    """Every flaw of every certificate, in order of serial; empty when there is none."""
    found = [
        Flaw(serial, "rests on no exam that its holder had passed when it was issued")
        for serial in queries.unsupported(session)
    ]
    found += _against_the_trail(session)
    found += [Flaw(serial, "it is not in the log") for serial in logbook.unlogged(session)]
    found += _chains(session)
    found += _top_ups(session)
    found += _codes(session)
    return sorted(found, key=lambda flaw: (flaw.serial, flaw.what))


def _against_the_trail(session: Session) -> Iterator[Flaw]:
    """What the tables say and the trail does not. The trail itself is checked link by link."""
    told: dict[tuple[str, str], int] = {}
    entries = session.execute(
        sa.select(trail.Entry.deed, trail.Entry.subject, sa.func.count())
        .where(trail.Entry.subject.like("certificate:%"))
        .group_by(trail.Entry.deed, trail.Entry.subject)
    )
    for deed, subject, count in entries:
        told[deed, subject.removeprefix("certificate:")] = count
    rows = session.execute(
        sa.select(Certificate.serial, Certificate.cause, Certificate.revoked_at).execution_options(
            **EVERYBODYS
        )
    )
    for serial, cause, revoked_at in rows:
        issued = "replace" if cause == "replacement" else "certify"
        if (issued, serial) not in told:
            yield Flaw(serial, "the trail does not say that it was issued")
        if (revoked_at is not None) != (("revoke", serial) in told):
            yield Flaw(serial, "trail and table do not agree on whether it was revoked")
    events = session.execute(
        sa.select(CertificateEvent.serial, CertificateEvent.kind, sa.func.count())
        .group_by(CertificateEvent.serial, CertificateEvent.kind)
        .execution_options(**EVERYBODYS)
    )
    kept = {(DEEDS[kind], serial): count for serial, kind, count in events if kind in DEEDS}
    deeds = set(DEEDS.values())
    for deed, serial in kept.keys() | {key for key in told if key[0] in deeds}:
        if kept.get((deed, serial), 0) != told.get((deed, serial), 0):
            yield Flaw(serial, f"trail and table do not agree on its events: {deed}")


def _top_ups(session: Session) -> Iterator[Flaw]:
    """Each top-up that was asked for belongs to a change that was announced, with its last day."""
    announced = {
        str(id_): due for id_, due in session.execute(sa.select(LawChange.id, LawChange.due))
    }
    rows = session.execute(
        sa.select(CertificateEvent.serial, CertificateEvent.change, CertificateEvent.due)
        .where(CertificateEvent.kind == "top-up-asked")
        .execution_options(**EVERYBODYS)
    )
    for serial, change, due in rows:
        if announced.get(change) != due:
            yield Flaw(serial, "its top-up belongs to no change of the law that was announced")
    taken_back = set(
        session.scalars(sa.select(trail.Entry.subject).where(trail.Entry.deed == TAKEN_BACK))
    )
    waived = session.execute(
        sa.select(CertificateEvent.serial, CertificateEvent.change)
        .where(CertificateEvent.kind == "top-up-waived")
        .execution_options(**EVERYBODYS)
    )
    for serial, change in waived:
        if f"law-change:{change}" not in taken_back:
            yield Flaw(serial, "it was let off a top-up, and the trail does not say by whom")


def _chains(session: Session) -> Iterator[Flaw]:
    """What was replaced has exactly one that follows it, and the other way round."""
    rows = session.execute(
        sa.select(
            Certificate.serial,
            Certificate.follows,
            Certificate.replaced_at,
            Certificate.account_id,
        ).execution_options(**EVERYBODYS)
    ).all()
    by_serial = {row.serial: row for row in rows}
    followed = {row.follows for row in rows if row.follows is not None}
    for row in rows:
        if (row.replaced_at is not None) != (row.serial in followed):
            yield Flaw(row.serial, "it was replaced and nothing follows it, or the other way round")
        before = by_serial.get(row.follows) if row.follows else None
        if before is not None and before.account_id != row.account_id:
            yield Flaw(row.serial, "it follows a certificate of somebody else")


def _codes(session: Session) -> Iterator[Flaw]:
    """Codes without a name came in whole sets, each told by the trail; no place is used twice."""
    drawn = {
        subject.removeprefix("certificate:"): times
        for subject, times in session.execute(
            sa.select(trail.Entry.subject, sa.func.count())
            .where(trail.Entry.deed == "draw-codes")
            .group_by(trail.Entry.subject)
        )
    }
    counted = (
        sa.select(CertificateCode.certificate, sa.func.count().label("codes"))
        .group_by(CertificateCode.certificate)
        .execution_options(**EVERYBODYS)
    )
    kept = {found.certificate: found.codes for found in session.execute(counted)}
    for serial in drawn.keys() | kept.keys():
        if kept.get(serial, 0) != SET * drawn.get(serial, 0):
            yield Flaw(serial, "trail and table do not agree on its codes without a name")
    twice = sa.select(CertificateCode.certificate).join(
        Certificate, Certificate.status_index == CertificateCode.status_index
    )
    for serial in session.scalars(twice.distinct().execution_options(**EVERYBODYS)):
        yield Flaw(serial, "a code of it has the place of another certificate in the list")
