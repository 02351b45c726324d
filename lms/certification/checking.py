"""What to answer somebody who holds a certificate up: genuine, expired, revoked or unknown."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lms.certification import queries, tokens
from lms.certification.keys import Keyring
from lms.certification.sealing import open_code, open_token
from lms.certification.signing import NotGenuine
from lms.domain.certification import Standing
from lms.privacy import CannotOpen, Vault

# Asked for in place of a serial that is none, so that it costs and says the same as an unknown one.
_NOBODY = "0" * tokens.SERIAL_LENGTH


@dataclass(frozen=True)
class Answer:
    """``word`` is valid, expired, revoked, not-yet or unknown; ``printed`` is None for unknown.

    ``name_fits`` is None when no name was asked for, or it cannot be checked any more.
    """

    word: str
    printed: Mapping[str, Any] | None = None
    name_fits: bool | None = None
    standing: Standing | None = None


UNKNOWN = Answer("unknown")


def check(
    session: Session, typed: str, name: str, *, keys: Keyring, vault: Vault, at: date
) -> Answer:
    """Check a serial or a whole token, however it was typed, and a name if there is one.

    A token has to be genuine by its signature *and* be the very one that was issued here under
    its serial: with a stolen key alone nobody is certified. What is malformed, unknown and not
    genuine is answered alike, after the same question to the database.
    """
    token: tokens.Opened | None = None
    serial = tokens.serial_typed(typed)
    if serial is None:
        try:
            token = tokens.open_typed(typed, keys.public)
            serial = tokens.serial_text(token.serial)
        except NotGenuine:
            token = None
    found = queries.by_serial(session, serial or _NOBODY, at)
    if found is None or serial is None:
        return UNKNOWN
    if token is not None:
        digest = hashlib.sha256(token.token.encode()).hexdigest()
        if not hmac.compare_digest(digest, found.token_sha256):
            return UNKNOWN
    fits = _fits(session, serial, token, name, vault) if name.strip() else None
    return Answer(found.standing.status.value, found.printed, fits, found.standing)


def _fits(
    session: Session, serial: str, token: tokens.Opened | None, name: str, vault: Vault
) -> bool | None:
    """Whether this name was printed: asked of the token at hand, or of the one kept sealed."""
    claims = tokens.unpacked(token.payload) if token else _kept(session, serial, vault)
    return None if claims is None else claims.names(name)


def _kept(session: Session, serial: str, vault: Vault) -> tokens.Claims | None:
    try:
        if sealed := queries.sealed_token(session, serial):
            return tokens.claims_of(open_token(vault, *sealed))
        if sealed := queries.sealed_code(session, serial):
            return tokens.claims_of(open_code(vault, *sealed))
    except CannotOpen:
        pass
    return None
