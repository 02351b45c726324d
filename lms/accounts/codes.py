"""Codes to type from paper, and passphrases to learn by heart. Pure, but for the random source.

An invitation reads ``K7QM-3F9TZ-XB2RD-H``: a selector that finds the row, fifty secret bits, and a
check character that catches a slip of the pen. Source: security C-44.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
# Cyrillic and Latin letters that a person copies for a look-alike.
LOOKALIKES = str.maketrans("OILАВЕКМНРСТХУІ", "011ABEKMHPCTXYI")
SELECTOR, SECRET = 4, 10

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
PASSPHRASE_GROUPS, SYLLABLES = 5, 2  # 70 syllables: 6.13 bits each, 61 bits in all


@dataclass(frozen=True)
class Code:
    selector: str
    secret: str

    def __str__(self) -> str:
        half = SECRET // 2
        first, second = self.secret[:half], self.secret[half:]
        return f"{self.selector}-{first}-{second}-{check_character(self.selector + self.secret)}"


def new_code(taken: Callable[[str], object]) -> Code:
    """A code whose selector is nobody else's: ``taken`` says which are.

    There are a million selectors, so that among twelve hundred codes two are likely to meet.
    """
    while True:
        text = "".join(secrets.choice(ALPHABET) for _ in range(SELECTOR + SECRET))
        if not taken(text[:SELECTOR]):
            return Code(text[:SELECTOR], text[SELECTOR:])


def check_character(text: str) -> str:
    """A weighted sum modulo 31: any single slip changes it, but for a 0 written for a Z."""
    total = sum(place * ALPHABET.index(c) for place, c in enumerate(text, start=1))
    return ALPHABET[total % 31]


def read_code(typed: str) -> Code | None:
    """The code a person typed, however they spaced it; None if it cannot be one."""
    text = typed.upper().translate(LOOKALIKES)
    text = "".join(c for c in text if c not in " -–—\u00a0\t\r\n")
    if len(text) != SELECTOR + SECRET + 1 or any(c not in ALPHABET for c in text):
        return None
    if check_character(text[:-1]) != text[-1]:
        return None
    return Code(text[:SELECTOR], text[SELECTOR:-1])


def new_passphrase() -> str:
    """A passphrase that can be read over a telephone, such as ``bado-kite-…``; 61 bits."""
    syllable = [c + v for c in _CONSONANTS for v in _VOWELS]
    return "-".join(
        "".join(secrets.choice(syllable) for _ in range(SYLLABLES))
        for _ in range(PASSPHRASE_GROUPS)
    )
