"""Codes without a name: more tokens of one certificate, for those who do not all need to know that
they met the same person.

Each is a token like any other, with a serial, a place in the revocation list and a salt of its
own; what they share they share with everybody who was certified for the same days. They are
drawn by their holder, who types the name once more, since it is not kept. How a code stands is how
its certificate stands. They are not in the log, which counts certificates, and no root vouches for
them: when their key is withdrawn, new ones are drawn. Source: beyond the peers 5; hard parts 5.6.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts.models import Account
from lms.certification import histories, making, queries, tokens
from lms.certification.making import EVERYBODYS, Desk
from lms.certification.models import Certificate, CertificateCode
from lms.certification.sealing import open_code, open_token, seal_code
from lms.domain.certification import standing_at
from lms.domain.errors import NotThere, TooLate
from lms.domain.permissions import Actor
from lms.privacy import Vault

SET = 6  # on one sheet
MOST = 2 * SET  # of one certificate
# The other half of the list is for certificates, whatever everybody draws.
ROOM = tokens.LIST_POSITIONS // 2
CROWD = 10  # people: among fewer a code hides little


class OtherName(ValueError):
    """Not the name that was printed on the certificate."""


@dataclass(frozen=True)
class Code:
    """One code as its sheet shows it. ``printed`` is what a check of it answers."""

    token: str
    printed: dict[str, Any]


def draw(
    session: Session, actor: Actor, serial: str, name: str, *, now: datetime, desk: Desk
) -> None:
    """Make a set of codes of one's own certificate.

    Raises NotThere for a certificate that is not one's own, OtherName, NoKey (also when verifiers
    would refuse so old a certificate of the present key), and TooLate: with the status of one that
    does not hold, ``codes-drawn`` after the last set, ``codes-full`` when half of the revocation
    list is taken.
    """
    # Whoever draws twice at once waits here; in the order of the other deeds.
    session.execute(sa.select(Account.id).where(Account.id == actor.id).with_for_update())
    row = own(session, actor, serial)
    standing = standing_at(histories.one(session, serial, row), now)
    if not standing.holds:
        raise TooLate(standing.status.value)
    if count(session, serial) + SET > MOST:
        raise TooLate("codes-drawn")
    key = desk.keys.must_issue()
    wrapped = queries.holders_key(session, row)
    if wrapped is None:
        raise NotThere
    claims = tokens.claims_of(open_token(desk.vault, actor.id, wrapped, row.token_sealed))
    if not claims.names(name):
        raise OtherName
    trail.record(
        session,
        "draw-codes",
        actor_id=actor.id,
        subject=f"certificate:{serial}",
        facts={"codes": SET},
        now=now,
    )
    for place in _places(session):
        salt = tokens.new_salt()
        another = replace(
            claims,
            serial=tokens.new_serial(),
            status_index=place,
            name_salt=salt,
            name_hash=tokens.hash_of_name(name, salt),
        )
        token = tokens.issue(another, key)
        desk.keys.must_stand_for(tokens.Verified(another, key.id, token))
        session.add(
            CertificateCode(
                serial=tokens.serial_text(another.serial),
                certificate=serial,
                made_at=now,
                token_sealed=seal_code(desk.vault, actor.id, wrapped, token),
                token_sha256=hashlib.sha256(token.encode()).hexdigest(),
                status_index=place,
                key_id=key.id.hex(),
            )
        )
    session.flush()


def own(session: Session, actor: Actor, serial: str) -> Certificate:
    """One's own certificate. Raises NotThere."""
    found = session.get(Certificate, serial, populate_existing=True)
    if found is None or found.account_id != actor.id:
        raise NotThere
    return found


def count(session: Session, serial: str) -> int:
    """How many codes a certificate has."""
    asked = sa.select(sa.func.count()).select_from(CertificateCode)
    return session.scalar(asked.where(CertificateCode.certificate == serial)) or 0


def codes_of(session: Session, row: Certificate, vault: Vault) -> list[Code]:
    """The codes of one's own certificate, in an order that says nothing.

    Raises privacy.CannotOpen when the holder was erased.
    """
    key = queries.holders_key(session, row)
    rows = session.scalars(
        sa.select(CertificateCode)
        .where(CertificateCode.certificate == row.serial)
        .order_by(CertificateCode.made_at, CertificateCode.serial)
    )
    return [
        Code(
            open_code(vault, row.account_id, key, one.token_sealed),
            {**row.claims, "serial": one.serial, "key_id": one.key_id},
        )
        for one in rows
    ]


def is_one_of_few(session: Session, row: Certificate) -> bool:
    """Whether fewer than ten people hold a certificate that says the same: what a code says is then
    little else than who shows it."""
    same = (
        Certificate.programme,
        Certificate.purpose,
        Certificate.election_id,
        Certificate.release_id,
        Certificate.language,
        Certificate.valid_from,
        Certificate.valid_until,
    )
    alike = sa.select(sa.func.count(Certificate.account_id.distinct())).where(
        *(column.is_not_distinct_from(getattr(row, column.key)) for column in same)
    )
    return (session.scalar(alike.execution_options(**EVERYBODYS)) or 0) < CROWD


def _places(session: Session) -> list[int]:
    try:
        return making.free_places(session, SET, ROOM)
    except TooLate:
        raise TooLate("codes-full") from None
