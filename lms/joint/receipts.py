"""Receipts: somebody was at some joint session in some month, says the key of this house.

A receipt is signed and names nobody: not a card, not a session, not a side. It works for whoever
brings it, once. The number in it is random and is not kept when it is given out, so that what is
redeemed later cannot be led back to the card. Who controls the running program at both moments
could compare them; blinding would need a script on the phone (docs/decisions/008).

The private key lies in ``instance/keys/receipts.key``; its public half beside it, for the house in
which receipts are redeemed, under the name ``receipts-<any name>.pub``.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms.accounts.codes import ALPHABET, LOOKALIKES
from lms.config import KEY_BYTES, write_secret

_ABOUT = b"a receipt of joint training, 1:"
_SERIAL, _MONTH, _SIGNATURE = 16, 2, 64
_BYTES = _SERIAL + _MONTH + _SIGNATURE
_LETTERS = -(-_BYTES * 8 // 5)
# A receipt is for now, not for a drawer.
MOST_MONTHS = 6


class NoReceipt(Exception):
    """This is not a receipt, or not one of a house that is known here. Says no more."""


@dataclass(frozen=True)
class Receipt:
    """A genuine receipt. ``digest`` is what is kept of it once it was used."""

    digest: bytes
    month: int

    def is_current(self, today: date) -> bool:
        return 0 <= month_of(today) - self.month <= MOST_MONTHS


def month_of(day: date) -> int:
    """The month of a receipt, as a number that grows by one."""
    return day.year * 12 + day.month - 1


def private_key(folder: Path) -> Ed25519PrivateKey:
    """The key that signs receipts here; made when it is first needed."""
    path = folder / "receipts.key"
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        try:
            write_secret(path, made.private_bytes_raw())
        except FileExistsError:
            pass  # another process was first
        else:
            (folder / "receipts.pub").write_text(made.public_key().public_bytes_raw().hex() + "\n")
    seed = path.read_bytes()
    if len(seed) != KEY_BYTES:
        raise NoReceipt
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_keys(folder: Path) -> list[Ed25519PublicKey]:
    """The keys whose receipts are taken here: our own, and those that were brought along."""
    found = []
    for path in sorted(folder.glob("receipts*.pub")):
        try:
            raw = bytes.fromhex(path.read_text("ascii").strip())
            found.append(Ed25519PublicKey.from_public_bytes(raw))
        except (ValueError, UnicodeDecodeError):
            continue  # a file that is no key opens nothing
    return found


def new_receipt(key: Ed25519PrivateKey, on: date) -> str:
    """A receipt for a session of this month, as text that can be copied and shown as a square."""
    said = secrets.token_bytes(_SERIAL) + month_of(on).to_bytes(_MONTH, "big")
    return _written(said + key.sign(_ABOUT + said))


def read_receipt(typed: str, keys: list[Ed25519PublicKey]) -> Receipt:
    """What somebody brought. Raises NoReceipt for anything that no key here has signed."""
    raw = _read(typed)
    said, signature = raw[: _SERIAL + _MONTH], raw[_SERIAL + _MONTH :]
    for key in keys:
        try:
            key.verify(signature, _ABOUT + said)
        except InvalidSignature:
            continue
        digest = hashlib.sha256(b"spent:" + said).digest()
        return Receipt(digest, int.from_bytes(said[_SERIAL:], "big"))
    raise NoReceipt


def _written(raw: bytes) -> str:
    number = int.from_bytes(raw, "big")
    letters = []
    for _ in range(_LETTERS):
        number, digit = divmod(number, 32)
        letters.append(ALPHABET[digit])
    text = "".join(reversed(letters))
    return "-".join(text[at : at + 11] for at in range(0, len(text), 11))


def _read(typed: str) -> bytes:
    text = typed.upper().translate(LOOKALIKES)
    text = "".join(c for c in text if c not in " -–—\u00a0\t\r\n")
    if len(text) != _LETTERS or any(c not in ALPHABET for c in text):
        raise NoReceipt
    number = 0
    for c in text:
        number = number * 32 + ALPHABET.index(c)
    try:
        return number.to_bytes(_BYTES, "big")
    except OverflowError:
        raise NoReceipt from None
