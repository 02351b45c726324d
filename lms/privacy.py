"""Personal fields at rest: each person has a data key, wrapped by a key outside the database.

AES-256-GCM throughout. The associated data names table, column and person, so that a ciphertext
moved to another row or column does not open. Destroying a person's wrapped key erases, in one
write, every personal field of that person. Source: security C-56.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

NONCE_BYTES = 12
KEY_BYTES = 32
EPOCH_BYTES = 4


class CannotOpen(Exception):
    """The field is not this person's, was changed, or its key is gone."""


@dataclass(frozen=True)
class Vault:
    """Wraps and opens personal fields with the key of the present epoch."""

    field_key: bytes = field(repr=False)

    @property
    def epoch(self) -> bytes:
        """A short name of the wrapping key, kept with what it wrapped."""
        return hashlib.sha256(b"epoch" + self.field_key).digest()[:EPOCH_BYTES]

    def new_person_key(self, person: uuid.UUID) -> bytes:
        """A fresh data key for one person, wrapped: epoch, nonce, ciphertext."""
        return self.epoch + _seal(
            self.field_key, secrets.token_bytes(KEY_BYTES), b"person:" + person.bytes
        )

    def seal(self, person: uuid.UUID, wrapped: bytes, column: str, text: str) -> bytes:
        """Seal one field. ``column`` is ``table.column``."""
        return _seal(self._key(person, wrapped), text.encode(), _about(column, person))

    def seal_bytes(
        self, person: uuid.UUID, wrapped: bytes | None, column: str, body: bytes
    ) -> bytes:
        """Seal a file. Raises CannotOpen when the person's key is gone."""
        if wrapped is None:
            raise CannotOpen
        return _seal(self._key(person, wrapped), body, _about(column, person))

    def open_bytes(
        self, person: uuid.UUID, wrapped: bytes | None, column: str, sealed: bytes
    ) -> bytes:
        """The bytes of a sealed file. Raises CannotOpen."""
        if wrapped is None:
            raise CannotOpen
        return _open(self._key(person, wrapped), sealed, _about(column, person))

    def open(self, person: uuid.UUID, wrapped: bytes | None, column: str, sealed: bytes) -> str:
        """The text of a sealed field. Raises CannotOpen; never returns a wrong text."""
        if wrapped is None:
            raise CannotOpen
        return _open(self._key(person, wrapped), sealed, _about(column, person)).decode()

    def _key(self, person: uuid.UUID, wrapped: bytes) -> bytes:
        if wrapped[:EPOCH_BYTES] != self.epoch:
            raise CannotOpen
        return _open(self.field_key, wrapped[EPOCH_BYTES:], b"person:" + person.bytes)


def vault() -> Vault:
    """The vault of the running application."""
    found: Vault = current_app.extensions["lms.vault"]
    return found


def _about(column: str, person: uuid.UUID) -> bytes:
    return column.encode() + b":" + person.bytes


def _seal(key: bytes, plain: bytes, about: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def _open(key: bytes, sealed: bytes, about: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        raise CannotOpen from None
