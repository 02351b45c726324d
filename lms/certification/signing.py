"""Signed text that fits a QR: base45, a prefix that names the kind, and an Ed25519 signature.

Library code: no application, no database, no settings. A signed text is

    PREFIX + base45(payload + key id (4 bytes) + signature (64 bytes))

and the signature is over ``PREFIX + payload + key id``, so that a text of one kind never passes for
another. The format is written down for others in docs/certificates.md.
Source: hard parts 5.6; security C-81, C-82.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from struct import pack
from typing import Protocol, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# RFC 9285; the alphabet is that of a QR's alphanumeric mode.
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
KEY_ID_BYTES = 4
SIGNATURE_BYTES = 64
# A space belongs to the alphabet, and typing, wrapping and mail destroy spaces. Printed and typed
# text shows another sign instead; the QR carries the space.
SHOWN_SPACE = "_"
_BASE = len(ALPHABET)
_NO_SIGN = 0xFF
_VALUES = bytes(ALPHABET.find(chr(code)) % 256 for code in range(256))  # -1 becomes _NO_SIGN

PublicKeys = Mapping[bytes, Ed25519PublicKey]


Read = TypeVar("Read")


class Numbered(Protocol):
    """A signed list of which later ones have higher numbers."""

    @property
    def number(self) -> int: ...


AList = TypeVar("AList", bound=Numbered)


class NotGenuine(Exception):
    """Not signed by a known key, or not exactly what was signed. ``reason`` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class IssuingKey:
    """A key that signs. Its id is the beginning of the SHA-256 of the public key's 32 bytes."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    @property
    def id(self) -> bytes:
        return key_id(self.public)


def key_id(public: Ed25519PublicKey) -> bytes:
    """The 4 bytes by which a token names its key."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def sign(prefix: str, payload: bytes, key: IssuingKey) -> str:
    """The signed text of a payload."""
    body = payload + key.id
    return prefix + encode45(body + key.private.sign(prefix.encode() + body))


def opened(prefix: str, text: str, keys: PublicKeys) -> tuple[bytes, bytes]:
    """The payload of a signed text and the id of its key.

    Nothing of the payload is looked at before the signature holds. There is one algorithm and the
    text names none. Raises NotGenuine: ``format``, ``key`` (an unknown one) or ``signature``.
    """
    if not text.startswith(prefix):
        raise NotGenuine("format")
    try:
        signed = decode45(text[len(prefix) :])
    except ValueError:
        raise NotGenuine("format") from None
    if len(signed) <= KEY_ID_BYTES + SIGNATURE_BYTES:
        raise NotGenuine("format")
    body, signature = signed[:-SIGNATURE_BYTES], signed[-SIGNATURE_BYTES:]
    payload, named = body[:-KEY_ID_BYTES], body[-KEY_ID_BYTES:]
    key = keys.get(named)
    if key is None:
        raise NotGenuine("key")
    try:
        key.verify(signature, prefix.encode() + body)
    except InvalidSignature:
        raise NotGenuine("signature") from None
    return payload, named


def encode45(content: bytes) -> str:
    """Base45 as in RFC 9285."""
    signs: list[str] = []
    for at in range(0, len(content) - 1, 2):
        rest, low = divmod(content[at] << 8 | content[at + 1], _BASE)
        high, middle = divmod(rest, _BASE)
        signs += ALPHABET[low], ALPHABET[middle], ALPHABET[high]
    if len(content) % 2:
        high, low = divmod(content[-1], _BASE)
        signs += ALPHABET[low], ALPHABET[high]
    return "".join(signs)


def decode45(text: str) -> bytes:
    """The bytes of a base45 text. Raises ValueError for anything that encode45 would not write."""
    values = text.encode("ascii").translate(_VALUES)
    if _NO_SIGN in values or len(values) % 3 == 1:
        raise ValueError("not base45")
    whole = len(values) - len(values) % 3
    low, middle, high = values[:whole:3], values[1:whole:3], values[2:whole:3]
    pairs = [
        a + _BASE * (b + _BASE * c) for a, b, c in zip(low, middle, high, strict=True)
    ]  # a comprehension: every check of a certificate comes through here
    last = [values[-2] + _BASE * values[-1]] if whole < len(values) else []
    if max(pairs, default=0) > 0xFFFF or max(last, default=0) > 0xFF:
        raise ValueError("a group that no bytes give")
    return pack(f">{len(pairs)}H{len(last)}B", *pairs, *last)


def shown(text: str) -> str:
    """A signed text for people to read, copy and type: no spaces in it."""
    return text.replace(" ", SHOWN_SPACE)


def readings(prefix: str, typed: str) -> Iterator[str]:
    """What a typed, pasted or scanned text may have been before it was wrapped, spaced or cased.

    The first is the likeliest. Being generous here costs nothing: each reading still has to be
    exactly what was signed.
    """
    lines = [line.strip("\r\n\t\v\f") for line in typed.upper().strip().splitlines()]
    for joint, kept in (("", True), (" ", True), ("", False)):
        joined = joint.join(lines if kept else (line.replace(" ", "") for line in lines))
        start = joined.find(prefix)
        if start >= 0:
            yield joined[start:].replace(SHOWN_SPACE, " ")


def read_typed(prefix: str, typed: str, read: Callable[[str], Read]) -> Read:
    """What ``read`` makes of a text that was typed, pasted, scanned, or stands in a file.

    Raises NotGenuine as ``read`` did of the last reading, or ``format`` where there was none.
    """
    problem = NotGenuine("format")
    for reading in readings(prefix, typed):
        try:
            return read(reading)
        except NotGenuine as found:
            problem = found
    raise problem


def newest(lists: Iterable[AList]) -> AList | None:
    """The list that counts when several are at hand."""
    return max(lists, key=lambda found: found.number, default=None)
