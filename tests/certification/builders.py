"""Valid claims and keys; a test states only what matters to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.certification import tokens
from lms.certification.signing import IssuingKey
from lms.certification.tokens import Claims

SALT = bytes(range(16))
NAME = "Әсел Қуанышқызы"


def a_key(seed: int = 1) -> IssuingKey:
    return IssuingKey(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def claims(**stated: Any) -> Claims:
    given: dict[str, Any] = {
        "serial": bytes(range(100, 116)),
        "programme": "precinct-observer",
        "level": 1,
        "purpose": "training",
        "language": "kk",
        "issued_on": date(2026, 3, 1),
        "valid_until": date(2027, 3, 1),
        "status_index": 77_000,
        "release": b"r" * tokens.RELEASE_BYTES,
        "name_salt": SALT,
        "name_hash": tokens.hash_of_name(NAME, SALT),
    }
    return Claims(**(given | stated))
