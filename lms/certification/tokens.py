"""The compact token of a certificate: what a stranger can check with a public key and no network.

Library code: no application, no database, no settings. The claims are a CBOR map with small whole
numbers as keys, written in the one deterministic way, and signed (signing.py). There is no name in
it, no station, no region. Source: hard parts 5.6; security C-81, C-82; docs/certificates.md.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import cbor2

from lms.certification.signing import (
    KEY_ID_BYTES,
    SIGNATURE_BYTES,
    IssuingKey,
    NotGenuine,
    PublicKeys,
    decode45,
    opened,
    read_typed,
    sign,
)

PREFIX = "OBS1:"
LONGEST = 300  # characters; what a QR of 5 cm still shows a cheap camera at level Q
LONGEST_PROGRAMME = 32
PURPOSES = ("training", "deployment")
LANGUAGES = ("en", "ru", "kk")
LIST_POSITIONS = 131_072
SERIAL_BYTES = SALT_BYTES = NAME_HASH_BYTES = 16
RELEASE_BYTES = 12
DAY_ZERO = date(2020, 1, 1)
LONGEST_LIFE = timedelta(days=5 * 366)
_PROGRAMME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Crockford's alphabet: no I, L, O, U to mistake for 1, 1, 0, V.
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIGNS = frozenset(_CROCKFORD)
_MISTAKEN = str.maketrans("OIL", "011")
SERIAL_LENGTH = 26
_PLACES_OF_SIGNS = range(5 * (SERIAL_LENGTH - 1), -1, -5)


@dataclass(frozen=True)
class Claims:
    """What a certificate says, frozen at issue.

    ``issued_on`` is also the first day it holds; ``valid_until`` the last. ``election_on`` is
    there exactly for a certificate that allows deployment. ``release`` is the beginning of the
    digest of the content that was learned. Constructing impossible claims raises ValueError.
    """

    serial: bytes
    programme: str
    level: int
    purpose: str
    language: str
    issued_on: date
    valid_until: date
    status_index: int
    release: bytes
    name_salt: bytes
    name_hash: bytes
    election_on: date | None = None

    def __post_init__(self) -> None:
        sane = (
            len(self.serial) == SERIAL_BYTES,
            len(self.programme) <= LONGEST_PROGRAMME and _PROGRAMME.fullmatch(self.programme),
            1 <= self.level <= 9,
            self.purpose in PURPOSES,
            self.language in LANGUAGES,
            DAY_ZERO <= self.issued_on <= self.valid_until <= self.issued_on + LONGEST_LIFE,
            0 <= self.status_index < LIST_POSITIONS,
            len(self.release) == RELEASE_BYTES,
            len(self.name_salt) == SALT_BYTES,
            len(self.name_hash) == NAME_HASH_BYTES,
            (self.election_on is not None) == (self.purpose == "deployment"),
            self.election_on is None
            or self.issued_on <= self.election_on <= self.issued_on + LONGEST_LIFE,
        )
        if not all(sane):
            raise ValueError("these claims cannot be")

    def names(self, name: str) -> bool:
        """Whether this is the name that was printed, but for case, spaces and ё/е."""
        return hmac.compare_digest(hash_of_name(name, self.name_salt), self.name_hash)


@dataclass(frozen=True)
class Verified:
    """Claims whose signature holds, with the id of the key and the exact text."""

    claims: Claims
    key_id: bytes
    token: str


@dataclass(frozen=True)
class Opened:
    """The exact text of a token whose signature holds, and what it carries, not read yet."""

    payload: bytes
    key_id: bytes
    token: str

    @property
    def serial(self) -> bytes:
        """The serial alone. Whether the rest are claims is left to whoever knows the very token
        that was issued under it. Raises NotGenuine("claims")."""
        try:
            found: Any = cbor2.loads(self.payload)
        except (ValueError, OverflowError, TypeError, cbor2.CBORError, RecursionError):
            raise NotGenuine("claims") from None
        serial = found.get(1) if type(found) is dict else None
        if type(serial) is not bytes or len(serial) != SERIAL_BYTES:
            raise NotGenuine("claims")
        return serial


# The claims in the order of their keys: attribute, type in CBOR, and the way there and back.
_DAYS = (lambda day: (day - DAY_ZERO).days, lambda days: DAY_ZERO + timedelta(days=days))
_SAME = (lambda value: value, lambda value: value)
_PLACES: tuple[tuple[str, type, tuple[Callable[[Any], Any], Callable[[Any], Any]]], ...] = (
    ("serial", bytes, _SAME),
    ("programme", str, _SAME),
    ("level", int, _SAME),
    ("purpose", int, (PURPOSES.index, lambda at: PURPOSES[at])),
    ("language", int, (LANGUAGES.index, lambda at: LANGUAGES[at])),
    ("issued_on", int, _DAYS),
    ("valid_until", int, _DAYS),
    ("status_index", int, _SAME),
    ("release", bytes, _SAME),
    ("name_salt", bytes, _SAME),
    ("name_hash", bytes, _SAME),
    ("election_on", int, _DAYS),
)


def issue(claims: Claims, key: IssuingKey) -> str:
    """The signed token of these claims, at most 300 characters."""
    token = sign(PREFIX, packed(claims), key)
    if len(token) > LONGEST:
        raise ValueError("these claims do not fit a token")
    return token


def packed(claims: Claims) -> bytes:
    """The one way these claims are written: deterministic CBOR (RFC 8949, 4.2.1)."""
    found = {}
    for number, (attribute, _, (write, _read)) in enumerate(_PLACES, start=1):
        value = getattr(claims, attribute)
        if value is not None:
            found[number] = write(value)
    return cbor2.dumps(found, canonical=True)


def unpacked(payload: bytes) -> Claims:
    """The claims in these bytes. Raises NotGenuine("claims") unless they are exactly as packed."""
    try:
        found: Any = cbor2.loads(payload)
        if type(found) is not dict:
            raise ValueError("not a map")
        values: dict[str, Any] = {}
        for number, (attribute, kind, (_write, read)) in enumerate(_PLACES, start=1):
            value: Any = found.pop(number, None)
            if value is None and attribute == "election_on":
                continue
            if type(value) is not kind or (isinstance(value, int) and value < 0):
                raise ValueError(attribute)
            values[attribute] = read(value)
        claims = Claims(**values)
        if found or packed(claims) != payload:
            raise ValueError("not the bytes we would have written")
    except (ValueError, IndexError, OverflowError, TypeError, cbor2.CBORError, RecursionError):
        raise NotGenuine("claims") from None
    return claims


def verify(token: str, keys: PublicKeys) -> Verified:
    """Check exactly this text against known keys, strictly: any change to it is refused.

    Says nothing about today and nothing about revocation. Raises NotGenuine.
    """
    found = _opened(token, keys)
    return Verified(unpacked(found.payload), found.key_id, token)


def _opened(token: str, keys: PublicKeys) -> Opened:
    if len(token) > LONGEST:
        raise NotGenuine("format")
    payload, named = opened(PREFIX, token, keys)
    return Opened(payload, named, token)


def claims_of(token: str) -> Claims:
    """The claims of a token of one's own that was sealed since it was issued; nothing is verified.

    For a token from outside there is only ``verify``.
    """
    signed = decode45(token.removeprefix(PREFIX))
    return unpacked(signed[: -KEY_ID_BYTES - SIGNATURE_BYTES])


def verify_typed(typed: str, keys: PublicKeys) -> Verified:
    """Check what somebody typed, pasted or scanned: wrapped, spaced or in small letters.

    Raises NotGenuine.
    """
    return read_typed(PREFIX, typed, lambda text: verify(text, keys))


def open_typed(typed: str, keys: PublicKeys) -> Opened:
    """The same without reading the claims, for whoever holds the token that was issued.

    Raises NotGenuine.
    """
    return read_typed(PREFIX, typed, lambda text: _opened(text, keys))


def normalised_name(name: str) -> str:
    """The name as it is hashed: composed, in small letters, single spaces, е for ё."""
    small = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).lower())
    return " ".join(small.replace("ё", "е").split())


def hash_of_name(name: str, salt: bytes) -> bytes:
    return hashlib.sha256(salt + normalised_name(name).encode()).digest()[:NAME_HASH_BYTES]


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def new_serial() -> bytes:
    """128 random bits: nobody can guess or count certificates."""
    return secrets.token_bytes(SERIAL_BYTES)


def serial_text(serial: bytes) -> str:
    """A serial as stored and used in addresses: 26 characters of Crockford's base32."""
    number = int.from_bytes(serial, "big")
    return "".join([_CROCKFORD[number >> place & 31] for place in _PLACES_OF_SIGNS])


def serial_shown(serial: str) -> str:
    """A serial for people: in groups."""
    return "-".join((serial[:6], *(serial[at : at + 5] for at in range(6, SERIAL_LENGTH, 5))))


def serial_typed(typed: str) -> str | None:
    """The serial somebody typed, with or without groups and in any case; None if it is none."""
    bare = "".join(typed.upper().split()).replace("-", "")
    if len(bare) != SERIAL_LENGTH:  # such as a whole token
        return None
    bare = bare.translate(_MISTAKEN)
    return bare if bare[0] <= "7" and set(bare) <= _SIGNS else None
