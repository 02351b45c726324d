"""The signed list of issuing keys: which keys the offline root stands for, and since when not.

Library code: no application, no database, no settings. Whoever checks certificates pins one key,
the root's, and takes the newest list from anywhere. A key signs for ninety days. One that was
stolen is withdrawn: from then on only the tokens that the list vouches for are believed of it, for
a thief can date a token as he likes. Source: security C-84, AB28; docs/certificates.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certification.signing import (
    IssuingKey,
    NotGenuine,
    PublicKeys,
    key_id,
    opened,
    read_typed,
    sign,
)
from lms.certification.tokens import DAY_ZERO, Verified

PREFIX = "OBK1:"
LIFE = timedelta(days=90)
LATEST = DAY_ZERO + timedelta(days=2_900_000)
# A renewal may begin so long after it is signed, and a correction in grace so long before.
AROUND = timedelta(days=90)
MARK_BYTES = 12
LONGEST = 4 * 1024 * 1024
_NUMBER, _SIGNED_AT, _KEYS = 1, 2, 3
_MALFORMED: tuple[type[Exception], ...] = (
    cbor2.CBORError,
    KeyError,
    OSError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Listed:
    """One issuing key. It signs from its ``first`` day to its ``last``; ``vouched`` holds the marks
    of the tokens that are believed of it although it was ``withdrawn``."""

    public: Ed25519PublicKey
    first: date
    last: date
    withdrawn: bool = False
    vouched: frozenset[bytes] = frozenset()

    def __post_init__(self) -> None:
        if not DAY_ZERO <= self.first <= self.last <= LATEST:
            raise ValueError("days that cannot be")
        if self.vouched and not self.withdrawn:
            raise ValueError("a key that is not withdrawn needs no vouching")

    def signs_on(self, day: date) -> bool:
        return not self.withdrawn and self.first <= day <= self.last


@dataclass(frozen=True)
class KeyList:
    """What the root says of its keys, by their ids. A later list has a higher ``number``."""

    number: int
    signed_at: datetime
    keys: Mapping[bytes, Listed]

    @property
    def public(self) -> dict[bytes, Ed25519PublicKey]:
        """Every key, for the tokens that it may have signed."""
        return {id_: one.public for id_, one in self.keys.items()}

    @property
    def trusted(self) -> dict[bytes, Ed25519PublicKey]:
        """The keys whose revocation lists, checkpoints and pages are believed."""
        return {id_: one.public for id_, one in self.keys.items() if not one.withdrawn}

    def must_accept(self, found: Verified) -> None:
        """Whether the root stands for a token whose signature holds.

        Raises NotGenuine: ``withdrawn`` for one of a withdrawn key that is not vouched for, and
        ``days`` for a certificate that begins when its key signed nothing.
        """
        listed = self.keys[found.key_id]
        if listed.withdrawn and mark(found.token) not in listed.vouched:
            raise NotGenuine("withdrawn")
        if not listed.first - AROUND <= found.claims.issued_on <= listed.last + AROUND:
            raise NotGenuine("days")


def mark(token: str) -> bytes:
    """By what a list knows a token: the beginning of its SHA-256, which says nothing."""
    return hashlib.sha256(token.encode()).digest()[:MARK_BYTES]


def publish(number: int, signed_at: datetime, keys: Iterable[Listed], root: IssuingKey) -> str:
    """The signed text of a list. Raises ValueError for a list that cannot be."""
    found = {key_id(one.public): one for one in keys}
    if number < 1 or signed_at.tzinfo is None or root.id in found:
        raise ValueError("a list that cannot be")
    claims = {
        _NUMBER: number,
        _SIGNED_AT: int(signed_at.timestamp()),
        _KEYS: [_packed(found[id_]) for id_ in sorted(found)],
    }
    return sign(PREFIX, cbor2.dumps(claims, canonical=True), root)


def verify(text: str, roots: PublicKeys) -> KeyList:
    """The list in exactly this text. Raises NotGenuine."""
    if len(text) > LONGEST:
        raise NotGenuine("format")
    payload, _root = opened(PREFIX, text, roots)
    try:
        claims: Any = cbor2.loads(payload)
        if type(claims) is not dict or len(claims) != 3:
            raise ValueError("not a list of keys")
        number, at, entries = claims[_NUMBER], claims[_SIGNED_AT], claims[_KEYS]
        if type(number) is not int or type(at) is not int or number < 1:
            raise ValueError("a number or moment that cannot be")
        if cbor2.dumps(claims, canonical=True) != payload:
            raise ValueError("not the bytes we would have written")
        listed = [_unpacked(entry) for entry in entries]
        ids = [key_id(one.public) for one in listed]
        if ids != sorted(set(ids)):
            raise ValueError("keys in another order, or twice")
        moment = datetime.fromtimestamp(at, UTC)
        if moment.date() < DAY_ZERO:
            raise ValueError("a moment that cannot be")
        return KeyList(number, moment, dict(zip(ids, listed, strict=True)))
    except _MALFORMED:
        raise NotGenuine("claims") from None


def verify_typed(typed: str, roots: PublicKeys) -> KeyList:
    """The list in a file, or scanned from paper. Raises NotGenuine."""
    return read_typed(PREFIX, typed, lambda text: verify(text, roots))


def _packed(one: Listed) -> list[Any]:
    days = [(day - DAY_ZERO).days for day in (one.first, one.last)]
    return [one.public.public_bytes_raw(), *days, int(one.withdrawn), b"".join(sorted(one.vouched))]


def _unpacked(entry: Any) -> Listed:
    public, first, last, withdrawn, marks = entry
    whole = all(type(value) is int and value >= 0 for value in (first, last, withdrawn))
    if not whole or withdrawn > 1 or type(public) is not bytes or type(marks) is not bytes:
        raise ValueError("not a key")
    vouched = [marks[at : at + MARK_BYTES] for at in range(0, len(marks), MARK_BYTES)]
    if vouched != sorted(set(vouched)) or len(marks) % MARK_BYTES:
        raise ValueError("marks in another order, or cut off")
    return Listed(
        Ed25519PublicKey.from_public_bytes(public),
        DAY_ZERO + timedelta(days=first),
        DAY_ZERO + timedelta(days=last),
        bool(withdrawn),
        frozenset(vouched),
    )
