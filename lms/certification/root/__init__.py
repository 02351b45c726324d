"""The root key, which is never in one place: three shares on paper, of which any two make it.

Library code for a machine that has no network: the root lives in memory for as long as it signs a
list of issuing keys (``chain``). Source: security C-84.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.certification.signing import KEY_ID_BYTES, IssuingKey
from lms.domain import sharing

PREFIX = "OBR1"
SEED_BYTES = 32
CHECK_BYTES = 4
_SIZE = 1 + KEY_ID_BYTES + SEED_BYTES + CHECK_BYTES
# Crockford's alphabet: no I, L, O, U to mistake for 1, 1, 0, V.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = -(-_SIZE * 8 // 5)
_GROUP = 6


class NotAShare(ValueError):
    """A text that is no share, or two that do not belong together. Says which, never what."""


def new_root() -> tuple[IssuingKey, list[str]]:
    """A fresh root, and the text of its three shares."""
    seed = secrets.token_bytes(SEED_BYTES)
    root = IssuingKey(Ed25519PrivateKey.from_private_bytes(seed))
    pieces = sharing.split(seed, secrets.token_bytes(SEED_BYTES))
    return root, [_text(number, root.id, piece) for number, piece in pieces.items()]


def root_of(shares: Iterable[str]) -> IssuingKey:
    """The root of which these are two shares. Raises NotAShare."""
    found = [_read(text) for text in shares]
    if len({id_ for _number, id_, _piece in found}) != 1:
        raise NotAShare("These are shares of different roots.")
    try:
        seed = sharing.joined({number: piece for number, _id, piece in found})
    except ValueError:
        raise NotAShare("Two different shares are needed.") from None
    root = IssuingKey(Ed25519PrivateKey.from_private_bytes(seed))
    if root.id != found[0][1]:
        raise NotAShare("These two shares do not give the root that they name.")
    return root


def _text(number: int, root_id: bytes, piece: bytes) -> str:
    body = bytes([number]) + root_id + piece
    value = int.from_bytes(body + hashlib.sha256(body).digest()[:CHECK_BYTES], "big")
    signs = "".join(_SIGNS[value >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    groups = [signs[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP)]
    return f"{PREFIX} {'-'.join(groups)}"


def _read(text: str) -> tuple[int, bytes, bytes]:
    start = text.upper().find(PREFIX)
    bare = "".join(text.upper()[start + len(PREFIX) :].split()).replace("-", "")
    bare = bare.translate(str.maketrans("OIL", "011"))
    if start < 0 or len(bare) != _LENGTH or any(sign not in _SIGNS for sign in bare):
        raise NotAShare("This is no share of a root.")
    value = 0
    for sign in bare:
        value = value << 5 | _SIGNS.index(sign)
    if value >> 8 * _SIZE:
        raise NotAShare("This is no share of a root.")
    content = value.to_bytes(_SIZE, "big")
    body, check = content[:-CHECK_BYTES], content[-CHECK_BYTES:]
    if hashlib.sha256(body).digest()[:CHECK_BYTES] != check:
        raise NotAShare("A sign of this share is wrong.")
    return body[0], body[1 : 1 + KEY_ID_BYTES], body[1 + KEY_ID_BYTES :]
