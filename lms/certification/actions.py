"""Deeds that issue certificates: certify (for the first time or again), and correct one.

Each has two halves. ``prepare`` reads, signs and draws the file, and holds no lock; the other asks
everything again inside the writing transaction and inserts. So nobody waits behind a drawing, and
of two who certify at once one inserts and the other finds the certificate. Views and commands
commit, deeds flush.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts.models import Account
from lms.certification import histories, logbook, making, parity, queries
from lms.certification.ending import locked, must, publish_list
from lms.certification.making import Desk, Draft
from lms.certification.models import Certificate
from lms.certification.readiness import Readiness, examine
from lms.certification.wording import REPLACE_REASONS
from lms.content import publishing
from lms.content.library import Library
from lms.domain.certification import Cause, Kind
from lms.domain.dates import day
from lms.domain.errors import TooLate
from lms.domain.languages import pick
from lms.domain.permissions import Actor, Permission
from lms.domain.rules import legal_clock

LIST_LIFE = timedelta(days=1)


@dataclass(frozen=True)
class Prepared:
    """A certificate that is signed and drawn, and not yet issued.

    ``row`` is None when one was standing already, so that nothing had to be drawn.
    """

    trainee_id: uuid.UUID
    readiness: Readiness
    row: dict[str, Any] | None
    token: str = ""


@dataclass(frozen=True)
class Issued:
    """``is_new`` is False when the person had a certificate for this already."""

    serial: str
    is_new: bool


class IndexTaken(Exception):
    """Somebody else was issued the same place in the revocation list: prepare again."""


def prepare(
    session: Session,
    actor: Actor,
    trainee_id: uuid.UUID,
    cohort_id: uuid.UUID,
    purpose: str,
    name: str,
    language: str,
    *,
    now: datetime,
    library: Library,
    desk: Desk,
) -> Prepared:
    """Sign and draw a certificate for somebody of a cohort, without writing anything.

    Raises NotThere, NotYours (for oneself, too), TooLate, Missing with what is missing, and
    ValueError for a name or language that cannot be printed.
    """
    found = examine(session, actor, trainee_id, cohort_id, purpose, now=now, library=library)
    name = making.named(name)
    if language not in found.languages:
        raise ValueError("a language that cannot be printed")
    if found.standing is not None:
        return Prepared(trainee_id, found, None)
    found.must_be_ready()
    cohort, for_deployment = found.cohort, purpose == "deployment"
    draft = Draft(
        trainee_id=trainee_id,
        cohort_id=cohort.id,
        organisation=cohort.organisation,
        programme=cohort.programme,
        level=found.programme.level,
        purpose=purpose,
        language=language,
        words=pick(library.programmes[cohort.programme]["texts"], language)[0],
        period=found.period,
        election_id=cohort.election_id if for_deployment else None,
        election_on=cohort.held_on if for_deployment else None,
        release_id=found.release_id,
        release=making.release_digest(session, found.release_id),
        attempt_id=found.attempt_id,
        law=legal_clock(found.law_on),
        follows=found.follows,
    )
    row, token = making.make(session, draft, name, by=actor.id, now=now, desk=desk)
    return Prepared(trainee_id, found, row, token)


def certify(
    session: Session,
    actor: Actor,
    prepared: Prepared,
    *,
    now: datetime,
    library: Library,
    desk: Desk,
) -> Issued:
    """Issue what was prepared, exactly once: a second click finds the first one's certificate.

    Everything is asked again, since the world may have moved on. Raises as ``prepare`` does, and
    IndexTaken.
    """
    row, trainee_id, asked = prepared.row, prepared.trainee_id, prepared.readiness
    # Whoever certifies the same person at once waits here (SQLite has one writer anyway).
    session.execute(sa.select(Account.id).where(Account.id == trainee_id).with_for_update())
    found = examine(
        session, actor, trainee_id, asked.cohort.id, asked.purpose, now=now, library=library
    )
    if found.standing is not None:
        _record(session, actor, "certify-again", found.standing, now, {})
        return Issued(found.standing, is_new=False)
    found.must_be_ready()
    if row is None or found != asked:
        raise TooLate("changed")
    if found.follows is not None:
        _make_room(session, found.follows, "renewal", now)
    facts = {
        "account": str(trainee_id),
        "cohort": str(asked.cohort.id),
        "purpose": asked.purpose,
        "attempt": str(row["attempt_id"]),
        "cause": row["cause"],
    }
    _record(session, actor, "certify", row["serial"], now, facts)
    _insert(session, row)
    _log(session, row["serial"], prepared.token, desk, now)
    newest = queries.newest_list(session)
    if newest is None or now - newest.issued_at > LIST_LIFE:
        publish_list(session, desk.keys, now=now)
    return Issued(row["serial"], is_new=True)


def prepare_replacement(
    session: Session,
    actor: Actor,
    serial: str,
    name: str,
    language: str,
    *,
    now: datetime,
    desk: Desk,
) -> tuple[dict[str, Any], str]:
    """Sign and draw a corrected certificate for the same period, without writing anything.

    It says what the old one says, in the words that were published then; only the name, the
    language and the serial are new. Raises NotThere, NotYours, TooLate with the reason why it
    cannot be replaced, and ValueError for a name or language that cannot be printed.
    """
    name = making.named(name)
    old = queries.row(session, actor, serial, Permission.CERTIFY)
    must(session, old, Kind.REPLACED, now)
    if queries.rests_on_nothing(session, serial):
        raise TooLate("no-basis")
    books = publishing.at(session, old.release_id)
    texts = books.programmes[old.programme]["texts"]
    if language not in parity.languages(books, old.programme):
        raise ValueError("a language that cannot be printed")
    period = histories.one(session, serial, old).period
    printed = old.claims
    draft = Draft(
        trainee_id=old.account_id,
        cohort_id=old.cohort_id,
        organisation=printed["organisation"],
        programme=old.programme,
        level=printed["level"],
        purpose=old.purpose,
        language=language,
        words=pick(texts, language)[0],
        # In grace the old days are over; the new paper cannot say more than the old one did.
        period=replace(
            period, valid_from=min(now.date(), period.valid_until), cause=Cause.REPLACEMENT
        ),
        election_id=old.election_id,
        election_on=day(printed["election_on"]),
        release_id=old.release_id,
        release=bytes.fromhex(printed["release"]),
        attempt_id=old.attempt_id,
        law=printed["law"],
        follows=serial,
    )
    return making.make(session, draft, name, by=actor.id, now=now, desk=desk)


def replace_with(
    session: Session,
    actor: Actor,
    prepared: tuple[dict[str, Any], str],
    reason: str,
    *,
    now: datetime,
    desk: Desk,
) -> str:
    """Issue a prepared correction; from now on the old paper does not count. Gives its serial.

    Raises NotThere, NotYours, TooLate when the old one ended or was replaced meanwhile,
    ValueError for a reason that is not on the list, and IndexTaken.
    """
    if reason not in REPLACE_REASONS:
        raise ValueError("not a reason on the list")
    row, token = prepared
    old = locked(session, actor, row["follows"], Permission.CERTIFY)
    must(session, old, Kind.REPLACED, now)
    _make_room(session, old.serial, "replacement", now)
    facts = {"follows": old.serial, "reason": reason}
    _record(session, actor, "replace", row["serial"], now, facts)
    _insert(session, row)
    _log(session, row["serial"], token, desk, now)
    publish_list(session, desk.keys, now=now)
    serial: str = row["serial"]
    return serial


def _insert(session: Session, row: dict[str, Any]) -> None:
    """Write the row. After the entry in the trail: on PostgreSQL that lets one at a time look
    whether a place in the list is free, of which certificates and their codes have one each."""
    if making.is_taken(session, row["status_index"]):
        raise IndexTaken
    session.add(Certificate(**row))
    session.flush()


def _log(session: Session, serial: str, token: str, desk: Desk, now: datetime) -> None:
    """Enter it in the log, and make a checkpoint when one is due."""
    logbook.append(session, serial, token)
    if logbook.is_due(session, now):
        logbook.make_checkpoint(session, desk.keys, now=now)


def _make_room(session: Session, serial: str, how: str, now: datetime) -> None:
    """The certificate before makes room for the new one; it stays in the records."""
    old = session.get_one(Certificate, serial)
    old.replaced_at, old.replaced_as = now, how
    session.flush()


def _record(
    session: Session, actor: Actor, deed: str, serial: str, now: datetime, facts: dict[str, str]
) -> None:
    trail.record(
        session, deed, actor_id=actor.id, subject=f"certificate:{serial}", facts=facts, now=now
    )
