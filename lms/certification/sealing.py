"""Token and file at rest, sealed with the holder's own key: with that key they are gone."""

from __future__ import annotations

import base64
import uuid

from lms.privacy import Vault

_TOKEN_COLUMN = "certificates.token_sealed"  # noqa: S105 - a column, no secret
_CODE_COLUMN = "certificate_codes.token_sealed"
_PDF_COLUMN = "certificates.pdf_sealed"
_NAME_COLUMN = "certificate_batch_people.name_sealed"


def seal_token(vault: Vault, holder: uuid.UUID, person_key: bytes, token: str) -> bytes:
    return vault.seal(holder, person_key, _TOKEN_COLUMN, token)


def open_token(vault: Vault, holder: uuid.UUID, person_key: bytes | None, sealed: bytes) -> str:
    """Raises privacy.CannotOpen when the holder was erased."""
    return vault.open(holder, person_key, _TOKEN_COLUMN, sealed)


def seal_code(vault: Vault, holder: uuid.UUID, person_key: bytes, token: str) -> bytes:
    """One more token of a certificate."""
    return vault.seal(holder, person_key, _CODE_COLUMN, token)


def open_code(vault: Vault, holder: uuid.UUID, person_key: bytes | None, sealed: bytes) -> str:
    """Raises privacy.CannotOpen when the holder was erased."""
    return vault.open(holder, person_key, _CODE_COLUMN, sealed)


def seal_pdf(vault: Vault, holder: uuid.UUID, person_key: bytes, pdf: bytes) -> bytes:
    return vault.seal(holder, person_key, _PDF_COLUMN, base64.b64encode(pdf).decode())


def open_pdf(vault: Vault, holder: uuid.UUID, person_key: bytes | None, sealed: bytes) -> bytes:
    """Raises privacy.CannotOpen when the holder was erased."""
    return base64.b64decode(vault.open(holder, person_key, _PDF_COLUMN, sealed))


def seal_name(vault: Vault, holder: uuid.UUID, person_key: bytes, name: str) -> bytes:
    """A name that waits to be printed."""
    return vault.seal(holder, person_key, _NAME_COLUMN, name)


def open_name(vault: Vault, holder: uuid.UUID, person_key: bytes | None, sealed: bytes) -> str:
    """Raises privacy.CannotOpen when the holder was erased."""
    return vault.open(holder, person_key, _NAME_COLUMN, sealed)
