"""The keys of a mission: the private ones that issue, and the public ones that everybody may have.

In ``instance/keys``: ``issuing-<key id>.key``, which only its owner may read, and
``issuing-<key id>.pub``. Of several private keys the one made last issues; a public key stays when
its private key is taken away, so that what it signed can still be checked. Source: security C-84.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms.certification.signing import IssuingKey, key_id
from lms.config import write_secret

_MADE = re.compile(rb"^Made: (\S+)$", re.MULTILINE)
_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


class NoKey(Exception):
    """There is no usable key where one was looked for. Says which file, never what is in it."""


@dataclass(frozen=True)
class Keyring:
    """``issuing`` is None where certificates are only checked."""

    issuing: IssuingKey | None = None
    public: dict[bytes, Ed25519PublicKey] = field(default_factory=dict)

    def must_issue(self) -> IssuingKey:
        """The key that signs now. Raises NoKey."""
        if self.issuing is None:
            raise NoKey("There is no issuing key; `lms certificates new-key` makes one.")
        return self.issuing


def keyring(folder: Path) -> Keyring:
    """The keys in a folder. Raises NoKey for a file that should hold one and does not.

    They are read again when the folder changed: every check of a certificate asks for them.
    """
    try:
        return _keyring(folder, folder.stat().st_mtime_ns)
    except OSError:
        raise NoKey(f"{folder} cannot be read.") from None


@lru_cache(maxsize=4)
def _keyring(folder: Path, _changed: int) -> Keyring:
    made = [_private(path) for path in sorted(folder.glob("issuing-*.key"))]
    issuing = max(made, key=lambda pair: pair[0], default=(None, None))[1]
    public = public_ring(sorted(folder.glob("issuing-*.pub")))
    if issuing is not None:
        public.setdefault(issuing.id, issuing.public)
    return Keyring(issuing, public)


def new_key(folder: Path, now: datetime) -> str:
    """Make an issuing key and its public half; from now on it issues. Returns its id in hex."""
    key = IssuingKey(Ed25519PrivateKey.generate())
    name = f"issuing-{key.id.hex()}"
    private = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # The moment stands in the file itself: copying and restoring change a file's own times.
    made = f"Made: {now.astimezone(UTC).isoformat(timespec='microseconds')}\n".encode()
    write_secret(folder / f"{name}.key", made + private)
    (folder / f"{name}.pub").write_bytes(public_text([key.public]))
    _keyring.cache_clear()
    return key.id.hex()


def public_ring(paths: Iterable[Path]) -> dict[bytes, Ed25519PublicKey]:
    """The public keys in some files, by their id. Raises NoKey."""
    return {key_id(key): key for path in paths for key in public_keys(path.read_bytes(), path)}


def public_text(keys: Iterable[Ed25519PublicKey]) -> bytes:
    """Public keys as PEM, one after the other: the file that verifiers are given."""
    blocks = []
    for key in keys:
        blocks.append(f"Key {key_id(key).hex()}\n".encode())
        blocks.append(
            key.public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
    return b"".join(blocks)


def public_keys(text: bytes, path: Path) -> list[Ed25519PublicKey]:
    """The Ed25519 keys in a PEM file; ``path`` is named in the refusal. Raises NoKey."""
    found = []
    for block in _BLOCK.findall(text):
        try:
            key = serialization.load_pem_public_key(block)
        except ValueError:
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise NoKey(f"{path} holds something else than Ed25519 public keys.")
        found.append(key)
    if not found:
        raise NoKey(f"{path} holds no public key.")
    return found


def _private(path: Path) -> tuple[str, IssuingKey]:
    text = path.read_bytes()
    try:
        key = serialization.load_pem_private_key(text, None)
    except (ValueError, TypeError):
        key = None
    made = _MADE.search(text)
    if not isinstance(key, Ed25519PrivateKey) or made is None:
        raise NoKey(f"{path} is not an issuing key; `lms certificates new-key` makes one.")
    return made.group(1).decode(), IssuingKey(key)
