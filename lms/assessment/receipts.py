"""Receipts of answers: a short code that only this server can have given for this very answer.

Source: security, C-76.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from functools import cache
from typing import Any

from lms.privacy import vault

# Fifty bits: nobody guesses one, and it can still be read out.
LETTERS = 10


def receipt(attempt_id: uuid.UUID, sequence: int, answer: Any) -> str:
    """The code of one step of an attempt, such as ``7KQ2M-XD4TN``."""
    told = json.dumps(answer, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(told.encode()).hexdigest()
    code = hmac.digest(
        _key(vault().field_key), f"{attempt_id}:{sequence}:{digest}".encode(), "sha256"
    )
    letters = base64.b32encode(code).decode()[:LETTERS]
    return f"{letters[:5]}-{letters[5:]}"


@cache
def _key(field_key: bytes) -> bytes:
    return hmac.digest(field_key, b"receipts of answers", "sha256")


def is_genuine(code: str, attempt_id: uuid.UUID, sequence: int, answer: Any) -> bool:
    """Whether this server gave the code for this step; spaces and case do not count."""
    wanted = receipt(attempt_id, sequence, answer)
    return hmac.compare_digest(wanted.encode(), code.strip().upper().encode())
