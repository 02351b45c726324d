"""Deeds about certificates: certify, revoke, publish the revocation list.

Certifying has two halves. ``prepare`` reads, signs and draws the file, and holds no lock;
``certify`` asks everything again inside the writing transaction and inserts. So nobody waits
behind a drawing, and of two who certify at once one inserts and the other finds the certificate.
Views and commands commit, deeds flush.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts.models import Account
from lms.certification import lists, printing, queries, tokens
from lms.certification.keys import Keyring
from lms.certification.models import Certificate, StatusList
from lms.certification.readiness import Readiness, examine
from lms.certification.sealing import seal_pdf, seal_token
from lms.certification.wording import REASONS
from lms.cohorts import queries as cohorts
from lms.content.library import Library
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.folding import clean
from lms.domain.languages import pick
from lms.domain.permissions import Actor, Permission, may
from lms.domain.rules import legal_clock
from lms.privacy import Vault

LIST_LIFE = timedelta(days=1)
LONGEST_NAME = 80

# One list for all certificates, so that a place in it says nothing about whose it is.
EVERYBODYS = {"scope": "all"}


@dataclass(frozen=True)
class Desk:
    """What this machine issues with: its keys, its vault, and the address where people verify."""

    keys: Keyring
    vault: Vault = field(repr=False)  # its key never comes near a log
    verify_at: str


@dataclass(frozen=True)
class Prepared:
    """A certificate that is signed and drawn, and not yet issued.

    ``row`` is None when one was standing already, so that nothing had to be drawn.
    """

    trainee_id: uuid.UUID
    readiness: Readiness
    row: dict[str, Any] | None


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

    The name is printed and hashed into the token, and kept nowhere else.
    Raises NotThere, NotYours (for oneself, too), TooLate, Missing with what is missing, and
    ValueError for a name or language that cannot be printed.
    """
    found = examine(session, actor, trainee_id, cohort_id, purpose, now=now, library=library)
    name = clean(name)
    if not 0 < len(name) <= LONGEST_NAME or language not in found.languages:
        raise ValueError("a name or language that cannot be printed")
    if found.standing is not None:
        return Prepared(trainee_id, found, None)
    found.must_be_ready()
    key = desk.keys.must_issue()
    salt, cohort = tokens.new_salt(), found.cohort
    claims = tokens.Claims(
        serial=tokens.new_serial(),
        programme=cohort.programme,
        level=found.programme.level,
        purpose=purpose,
        language=language,
        issued_on=now.date(),
        valid_until=found.valid_until,
        status_index=_free_index(session),
        release=_release_digest(session, found.release_id),
        name_salt=salt,
        name_hash=tokens.hash_of_name(name, salt),
        election_on=cohort.held_on if purpose == "deployment" else None,
    )
    token = tokens.issue(claims, key)
    words = pick(library.programmes[cohort.programme]["texts"], language)[0]
    printed = _printed(claims, words["title"], cohort.organisation, found.law_on, key.id.hex())
    drawn = printing.pdf(
        printing.Sheet(
            printed, token, name, words["body_html"], words["pledge_html"], desk.verify_at
        )
    )
    person_key = session.scalar(sa.select(Account.person_key).where(Account.id == trainee_id))
    if person_key is None:
        raise NotThere  # an erased person
    row = {
        "serial": printed["serial"],
        "account_id": trainee_id,
        "cohort_id": cohort.id,
        "programme": claims.programme,
        "purpose": purpose,
        "election_id": cohort.election_id if purpose == "deployment" else None,
        "release_id": found.release_id,
        "attempt_id": found.attempt_id,
        "issued_by": actor.id,
        "issued_at": now,
        "valid_from": claims.issued_on,
        "valid_until": claims.valid_until,
        "language": language,
        "claims": printed,
        "token_sealed": seal_token(desk.vault, trainee_id, person_key, token),
        "token_sha256": hashlib.sha256(token.encode()).hexdigest(),
        "status_index": claims.status_index,
        "key_id": key.id.hex(),
        "pdf_sealed": seal_pdf(desk.vault, trainee_id, person_key, drawn),
        "pdf_sha256": hashlib.sha256(drawn).hexdigest(),
    }
    return Prepared(trainee_id, found, row)


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
    taken = sa.select(Certificate.serial).where(Certificate.status_index == row["status_index"])
    if session.scalar(taken.execution_options(**EVERYBODYS)) is not None:
        raise IndexTaken
    _replace_expired(session, found, now)
    session.add(Certificate(**row))
    session.flush()
    facts = {
        "account": str(trainee_id),
        "cohort": str(asked.cohort.id),
        "purpose": asked.purpose,
        "attempt": str(row["attempt_id"]),
    }
    _record(session, actor, "certify", row["serial"], now, facts)
    newest = queries.newest_list(session)
    if newest is None or now - newest.issued_at > LIST_LIFE:
        publish_list(session, desk.keys, now=now)
    return Issued(row["serial"], is_new=True)


def revoke(
    session: Session, actor: Actor, serial: str, reason: str, *, now: datetime, keys: Keyring
) -> bool:
    """Revoke a certificate for one of the fixed reasons, and publish a list that says so.

    False means that there is no key here to sign a list with: the page for checking says revoked,
    and the list has to be exported where the key is.
    Raises NotThere, NotYours, TooLate("revoked") for one that is revoked already, and ValueError
    for a reason that is not on the list.
    """
    if reason not in REASONS:
        raise ValueError("not a reason on the list")
    row = session.scalar(
        sa.select(Certificate).where(Certificate.serial == serial).with_for_update()
    )
    if row is None:
        raise NotThere
    cohort = cohorts.one(session, actor, row.cohort_id)
    if not may(actor, Permission.REVOKE, cohort.place):
        raise NotYours
    if row.revoked_at is not None:
        raise TooLate("revoked")
    row.revoked_at, row.revoked_by, row.revoked_reason = now, actor.id, reason
    session.flush()
    _record(session, actor, "revoke", serial, now, {"reason": reason})
    if keys.issuing is None:
        return False
    publish_list(session, keys, now=now)
    return True


def publish_list(session: Session, keys: Keyring, *, now: datetime) -> StatusList:
    """Sign a new revocation list of all that is revoked by now, with the next number.

    On PostgreSQL the caller's entry in the trail keeps two of them from taking one number.
    """
    revoked = session.scalars(
        sa.select(Certificate.status_index)
        .where(Certificate.revoked_at.is_not(None))
        .execution_options(**EVERYBODYS)
    )
    number = (session.scalar(sa.select(sa.func.max(StatusList.number))) or 0) + 1
    text = lists.publish(number, now, revoked, keys.must_issue(), keys.public)
    found = StatusList(number=number, issued_at=now, body=text.encode())
    session.add(found)
    session.flush()
    return found


def _replace_expired(session: Session, found: Readiness, now: datetime) -> None:
    """A certificate that is over makes room for the new one; it stays in the records."""
    for serial in found.over:
        session.get_one(Certificate, serial).replaced_at = now
    session.flush()


def _record(
    session: Session, actor: Actor, deed: str, serial: str, now: datetime, facts: dict[str, str]
) -> None:
    trail.record(
        session, deed, actor_id=actor.id, subject=f"certificate:{serial}", facts=facts, now=now
    )


def _free_index(session: Session) -> int:
    """A place in the revocation list that nobody has, drawn by lot. Raises TooLate when full."""
    places = sa.select(Certificate.status_index).execution_options(**EVERYBODYS)
    taken = set(session.scalars(places))
    if len(taken) >= tokens.LIST_POSITIONS:
        raise TooLate("list-full")
    while (index := secrets.randbelow(tokens.LIST_POSITIONS)) in taken:
        pass
    return index


def _release_digest(session: Session, release_id: uuid.UUID) -> bytes:
    """The beginning of the SHA-256 over all that the release holds (docs/certificates.md)."""
    items = queries.release_items(session, release_id)
    lines = "".join(f"{kind} {slug} {digest}\n" for kind, slug, digest in items)
    return hashlib.sha256(lines.encode()).digest()[: tokens.RELEASE_BYTES]


def _printed(
    claims: tokens.Claims, title: str, organisation: str, law_on: date, key_id: str
) -> dict[str, Any]:
    """Everything printed but the name, as it is kept and shown to those who verify."""
    return {
        "serial": tokens.serial_text(claims.serial),
        "programme": claims.programme,
        "programme_title": title,
        "level": claims.level,
        "purpose": claims.purpose,
        "language": claims.language,
        "organisation": organisation,
        "issued_on": claims.issued_on.isoformat(),
        "valid_until": claims.valid_until.isoformat(),
        "election_on": claims.election_on.isoformat() if claims.election_on else None,
        "law": legal_clock(law_on),
        "release": claims.release.hex(),
        "key_id": key_id,
    }
