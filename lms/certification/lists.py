"""The signed revocation list: one bit per certificate ever issued, at a place drawn by lot.

Library code: no application, no database, no settings. The list says which places are revoked and
nothing else: no reason, no serial, no count of certificates. Source: hard parts 5.6.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2

from lms.certification.signing import (
    KEY_ID_BYTES,
    IssuingKey,
    NotGenuine,
    PublicKeys,
    opened,
    read_typed,
    sign,
)
from lms.certification.tokens import DAY_ZERO, LIST_POSITIONS

PREFIX = "OBL1:"
BITSTRING_BYTES = LIST_POSITIONS // 8
# The longest text we read: a list with every second place revoked fits well within.
LONGEST = 64 * 1024
_MALFORMED: tuple[type[Exception], ...] = (
    cbor2.CBORError,
    KeyError,
    OSError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
    zlib.error,
)
_NUMBER, _ISSUED_AT, _KEYS, _BITS = 1, 2, 3, 4


@dataclass(frozen=True)
class RevocationList:
    """Which places are revoked, as of a moment. A later list has a higher ``number``.

    ``covers`` holds the ids of the keys whose certificates the list speaks of: a place means
    nothing for a certificate of another mission.
    """

    number: int
    issued_at: datetime
    covers: frozenset[bytes]
    revoked: frozenset[int]

    def is_newer_than(self, other: RevocationList) -> bool:
        return self.number > other.number

    def is_older_than(self, days: int, now: datetime) -> bool:
        """Whether so many days have passed since the list was signed."""
        return now - self.issued_at > timedelta(days=days)

    def speaks_of(self, key_id: bytes) -> bool:
        return key_id in self.covers


def publish(
    number: int,
    issued_at: datetime,
    revoked: Iterable[int],
    key: IssuingKey,
    covers: Iterable[bytes] = (),
) -> str:
    """The signed text of a list; it covers the certificates of its own key and of ``covers``.

    Raises ValueError for a place outside the list, or a number or moment that cannot be.
    """
    bits = bytearray(BITSTRING_BYTES)
    for place in revoked:
        if not 0 <= place < LIST_POSITIONS:
            raise ValueError(f"no such place: {place}")
        bits[place >> 3] |= 0x80 >> (place & 7)  # the first place is the highest bit
    if number < 1 or issued_at.tzinfo is None:
        raise ValueError("a list has a number from 1 and a moment with a time zone")
    claims = {
        _NUMBER: number,
        _ISSUED_AT: int(issued_at.timestamp()),
        _KEYS: sorted({key.id, *covers}),
        _BITS: gzip.compress(bytes(bits), 9, mtime=0),
    }
    return sign(PREFIX, cbor2.dumps(claims, canonical=True), key)


def verify(text: str, keys: PublicKeys) -> RevocationList:
    """The list in exactly this text. Raises NotGenuine."""
    if len(text) > LONGEST:
        raise NotGenuine("format")
    payload, _ = opened(PREFIX, text, keys)
    try:
        claims: Any = cbor2.loads(payload)
        if type(claims) is not dict:
            raise ValueError("not a map")
        found = RevocationList(
            number=_whole(claims[_NUMBER]),
            issued_at=datetime.fromtimestamp(_whole(claims[_ISSUED_AT]), UTC),
            covers=frozenset(_key_id(value) for value in claims[_KEYS]),
            revoked=_places(_unzipped(claims[_BITS])),
        )
        if len(claims) != 4 or cbor2.dumps(claims, canonical=True) != payload:
            raise ValueError("not the bytes we would have written")
        if found.number < 1 or found.issued_at.date() < DAY_ZERO:
            raise ValueError("a list that cannot be")
    except _MALFORMED:
        raise NotGenuine("claims") from None
    return found


def verify_typed(typed: str, keys: PublicKeys) -> RevocationList:
    """The list in a file, or scanned from paper. Raises NotGenuine."""
    return read_typed(PREFIX, typed, lambda text: verify(text, keys))


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a whole number")
    return value


def _key_id(value: object) -> bytes:
    if type(value) is not bytes or len(value) != KEY_ID_BYTES:
        raise ValueError("not a key id")
    return value


def _unzipped(packed: object) -> bytes:
    """Unpack at most one bitstring: a small file must not fill the memory."""
    if type(packed) is not bytes:
        raise ValueError("not bytes")
    unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    bits = unpacking.decompress(packed, BITSTRING_BYTES + 1)
    if len(bits) != BITSTRING_BYTES or not unpacking.eof or unpacking.unused_data:
        raise ValueError("not a bitstring of the right length")
    return bits


def _places(bits: bytes) -> frozenset[int]:
    return frozenset(
        found.start() * 8 + bit
        for found in re.finditer(rb"[^\x00]", bits)
        for bit in range(8)
        if found.group()[0] & 0x80 >> bit
    )
