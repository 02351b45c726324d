"""Making a certificate: claims, token, drawn file, and the row that keeps them. Writes nothing."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Account
from lms.certification import printing, queries, tokens
from lms.certification.keys import Keyring
from lms.certification.models import Certificate, CertificateCode
from lms.certification.sealing import seal_pdf, seal_token
from lms.domain.certification import Period
from lms.domain.errors import NotThere, TooLate
from lms.domain.folding import clean
from lms.privacy import Vault

LONGEST_NAME = 80

# One list for all certificates, so that a place in it says nothing about whose it is.
EVERYBODYS = {"scope": "all"}
_PLACES = sa.union_all(sa.select(Certificate.status_index), sa.select(CertificateCode.status_index))


@dataclass(frozen=True)
class Desk:
    """What this machine issues with: its keys, its vault, and the address where people verify."""

    keys: Keyring
    vault: Vault = field(repr=False)  # its key never comes near a log
    verify_at: str


@dataclass(frozen=True)
class Draft:
    """Everything about a certificate but its name, its serial and its signature.

    ``words`` are the programme's in the language of the print; ``release`` is the digest that goes
    into the token, ``law`` the legal clock that was learned; ``follows`` is the serial of the
    certificate that this one renews or corrects.
    """

    trainee_id: uuid.UUID
    cohort_id: uuid.UUID
    organisation: str
    programme: str
    level: int
    purpose: str
    language: str
    words: dict[str, Any]
    period: Period
    election_id: uuid.UUID | None
    election_on: date | None
    release_id: uuid.UUID
    release: bytes
    attempt_id: uuid.UUID
    law: str
    follows: str | None


def named(name: str) -> str:
    """The name as it will be printed. Raises ValueError for one that cannot be."""
    found = clean(name)
    if not 0 < len(found) <= LONGEST_NAME:
        raise ValueError("a name that cannot be printed")
    return found


def make(
    session: Session, draft: Draft, name: str, *, by: uuid.UUID, now: datetime, desk: Desk
) -> tuple[dict[str, Any], str]:
    """The row of a certificate that is signed and drawn, and not yet issued; and its token.

    The name is printed and hashed into the token, and kept nowhere else.
    Raises NotThere for an erased person, NoKey, TooLate when the list is full, and
    printing.Unprintable.
    """
    key, salt = desk.keys.must_issue(), tokens.new_salt()
    claims = tokens.Claims(
        serial=tokens.new_serial(),
        programme=draft.programme,
        level=draft.level,
        purpose=draft.purpose,
        language=draft.language,
        issued_on=draft.period.valid_from,
        valid_until=draft.period.valid_until,
        status_index=free_index(session),
        release=draft.release,
        name_salt=salt,
        name_hash=tokens.hash_of_name(name, salt),
        election_on=draft.election_on,
    )
    token = tokens.issue(claims, key)
    desk.keys.must_stand_for(tokens.Verified(claims, key.id, token))
    printed = _printed(claims, draft, key.id.hex())
    words = draft.words
    drawn = printing.pdf(
        printing.Sheet(
            printed, token, name, words["body_html"], words["pledge_html"], desk.verify_at
        )
    )
    wrapped = session.scalar(sa.select(Account.person_key).where(Account.id == draft.trainee_id))
    if wrapped is None:
        raise NotThere  # an erased person
    row = {
        "serial": printed["serial"],
        "account_id": draft.trainee_id,
        "cohort_id": draft.cohort_id,
        "programme": draft.programme,
        "purpose": draft.purpose,
        "election_id": draft.election_id,
        "release_id": draft.release_id,
        "attempt_id": draft.attempt_id,
        "issued_by": by,
        "issued_at": now,
        "valid_from": claims.issued_on,
        "valid_until": claims.valid_until,
        "grace_days": draft.period.grace_days,
        "cause": draft.period.cause.value,
        "follows": draft.follows,
        "language": draft.language,
        "claims": printed,
        "token_sealed": seal_token(desk.vault, draft.trainee_id, wrapped, token),
        "token_sha256": hashlib.sha256(token.encode()).hexdigest(),
        "status_index": claims.status_index,
        "key_id": key.id.hex(),
        "pdf_sealed": seal_pdf(desk.vault, draft.trainee_id, wrapped, drawn),
        "pdf_sha256": hashlib.sha256(drawn).hexdigest(),
    }
    return row, token


def free_index(session: Session) -> int:
    """A place in the revocation list that nobody has, drawn by lot. Raises TooLate when full."""
    return free_places(session, 1)[0]


def free_places(session: Session, count: int, most: int = tokens.LIST_POSITIONS) -> list[int]:
    """So many places that nobody has, drawn by lot. Raises TooLate when more than ``most`` would
    then be taken."""
    taken = set(session.scalars(_PLACES.execution_options(**EVERYBODYS)))
    if len(taken) + count > most:
        raise TooLate("list-full")
    found: list[int] = []
    while len(found) < count:
        index = secrets.randbelow(tokens.LIST_POSITIONS)
        if index not in taken:
            taken.add(index)
            found.append(index)
    return found


def is_taken(session: Session, index: int) -> bool:
    """Whether somebody was given this place meanwhile."""
    for places in (Certificate, CertificateCode):
        taken = sa.select(places.status_index).where(places.status_index == index)
        if session.scalar(taken.execution_options(**EVERYBODYS)) is not None:
            return True
    return False


def release_digest(session: Session, release_id: uuid.UUID) -> bytes:
    """The beginning of the SHA-256 over all that the release holds (docs/certificates.md)."""
    items = queries.release_items(session, release_id)
    lines = "".join(f"{kind} {slug} {digest}\n" for kind, slug, digest in items)
    return hashlib.sha256(lines.encode()).digest()[: tokens.RELEASE_BYTES]


def _printed(claims: tokens.Claims, draft: Draft, key_id: str) -> dict[str, Any]:
    """Everything printed but the name, as it is kept and shown to those who verify."""
    return {
        "serial": tokens.serial_text(claims.serial),
        "programme": claims.programme,
        "programme_title": draft.words["title"],
        "level": claims.level,
        "purpose": claims.purpose,
        "language": claims.language,
        "organisation": draft.organisation,
        "issued_on": claims.issued_on.isoformat(),
        "valid_until": claims.valid_until.isoformat(),
        "election_on": claims.election_on.isoformat() if claims.election_on else None,
        "law": draft.law,
        "release": claims.release.hex(),
        "key_id": key_id,
    }
