"""The keys of a mission: the private ones that issue, and the public ones that everybody may have.

In ``instance/keys``: ``issuing-<key id>.key``, which only its owner may read, and
``issuing-<key id>.pub``. Of several private keys the one made last issues; a public key stays when
its private key is taken away, so that what it signed can still be checked.

Under a root (``root.pub`` stands there too) only the keys of the signed list (``keys.signed``,
see ``chain``) are known, and only one that it names for today issues. Source: security C-84.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms import clock
from lms.certification import chain
from lms.certification.chain import KeyList
from lms.certification.signing import IssuingKey, NotGenuine, key_id
from lms.certification.tokens import Verified
from lms.config import write_secret

ROOT_FILE, LIST_FILE = "root.pub", "keys.signed"

_MADE = re.compile(rb"^Made: (\S+)$", re.MULTILINE)
_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


class NoKey(Exception):
    """There is no usable key where one was looked for. Says which file, never what is in it."""


@dataclass(frozen=True)
class Keyring:
    """``issuing`` is None where certificates are only checked, and where the root stands for no key
    that is here; ``listed`` is None where there is no root."""

    issuing: IssuingKey | None = None
    public: dict[bytes, Ed25519PublicKey] = field(default_factory=dict)
    listed: KeyList | None = None
    signed_list: str | None = None
    root: Ed25519PublicKey | None = None

    @property
    def trusted(self) -> dict[bytes, Ed25519PublicKey]:
        """The keys whose lists, checkpoints and pages are believed."""
        return self.public if self.listed is None else self.listed.trusted

    def must_issue(self) -> IssuingKey:
        """The key that signs now. Raises NoKey."""
        if self.issuing is None and self.root is not None:
            raise NoKey("The root stands for no issuing key that is here today; let it sign one.")
        if self.issuing is None:
            raise NoKey("There is no issuing key; `lms certificates new-key` makes one.")
        return self.issuing

    def must_stand_for(self, found: Verified) -> None:
        """Raises NoKey for a token that verifiers would refuse although it was signed here."""
        try:
            if self.listed is not None:
                self.listed.must_accept(found)
        except NotGenuine:
            raise NoKey("A verifier would refuse this: it begins too far from today.") from None


def keyring(folder: Path) -> Keyring:
    """The keys in a folder. Raises NoKey for a file that should hold one and does not.

    They are read again when the folder changed: every check of a certificate asks for them.
    """
    try:
        return _keyring(folder, folder.stat().st_mtime_ns, clock.now().date())
    except OSError:
        raise NoKey(f"{folder} cannot be read.") from None


@lru_cache(maxsize=4)
def _keyring(folder: Path, _changed: int, today: date) -> Keyring:
    made = [_private(path) for path in sorted(folder.glob("issuing-*.key"))]
    if (folder / ROOT_FILE).exists():
        return _under_root(folder, made, today)
    issuing = max(made, key=lambda pair: pair[0], default=(None, None))[1]
    public = public_ring(sorted(folder.glob("issuing-*.pub")))
    if issuing is not None:
        public.setdefault(issuing.id, issuing.public)
    return Keyring(issuing, public)


def _under_root(folder: Path, made: list[tuple[str, IssuingKey]], today: date) -> Keyring:
    """Only what the root stands for. Without a list there is no key at all."""
    roots = public_ring([folder / ROOT_FILE])
    (root,) = roots.values()
    path = folder / LIST_FILE
    if not path.exists():
        return Keyring(root=root)
    text = path.read_text("ascii", "replace").strip("\r\n")
    try:
        listed = chain.verify(text, roots)
    except NotGenuine:
        raise NoKey(f"{path} is not a list of keys that the root has signed.") from None
    signing = [
        pair
        for pair in made
        if pair[1].id in listed.keys and listed.keys[pair[1].id].signs_on(today)
    ]
    issuing = max(signing, key=lambda pair: pair[0], default=(None, None))[1]
    return Keyring(issuing, listed.public, listed, text, root)


def install(folder: Path, text: str, root: Ed25519PublicKey) -> KeyList:
    """Put a list of keys under its root; from now on only its keys are known here.

    Raises NoKey for a list that this root has not signed, that is older than the one here, or when
    another root is here already.
    """
    roots = {key_id(root): root}
    try:
        found = chain.verify_typed(text, roots)
    except NotGenuine:
        raise NoKey("This root has not signed that list.") from None
    here = folder / ROOT_FILE
    if here.exists() and public_ring([here]).keys() != roots.keys():
        raise NoKey("There is another root here already.")
    _keyring.cache_clear()
    before = _keyring(folder, 0, clock.now().date()) if here.exists() else Keyring()
    if before.listed is not None and found.number < before.listed.number:
        raise NoKey(f"The list here is number {before.listed.number}; that one is older.")
    at = text.upper().index(chain.PREFIX)
    _put(folder / LIST_FILE, text[at:].strip("\r\n").encode() + b"\n")
    _put(here, public_text([root]))
    _keyring.cache_clear()
    return found


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    write_secret(new, content)
    new.replace(path)


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
