"""Who was there: a code on the wall, heads counted, a list on paper. Three numbers, no face.

Codes can be passed on and lists can be filled in for a friend; that the numbers differ is a flag
for whoever counted, not an accusation. Source: complaint 15.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

SECONDS = 60
DIGITS = 4


def code_at(key: bytes, moment: datetime, *, back: int = 0) -> str:
    """The digits on the wall at a moment; ``back`` windows of a minute earlier."""
    window = int(moment.timestamp()) // SECONDS - back
    digest = hmac.new(key, window.to_bytes(8, "big"), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def fits(key: bytes, typed: str, moment: datetime) -> bool:
    """Whether these are the digits of now or of the minute before: people type slowly."""
    text = "".join(c for c in typed if c in "0123456789")
    known = [code_at(key, moment, back=back) for back in (0, 1)]
    return any(hmac.compare_digest(text, one) for one in known)


@dataclass(frozen=True)
class Reckoning:
    """The three numbers of one side. None is a number that nobody has given yet."""

    codes: int
    heads: int | None = None
    paper: int | None = None

    @property
    def differences(self) -> tuple[tuple[str, str], ...]:
        """Which of the numbers that are there differ from each other, by name."""
        given = [("codes", self.codes), ("heads", self.heads), ("paper", self.paper)]
        known = [(name, number) for name, number in given if number is not None]
        return tuple(
            (one[0], other[0])
            for position, one in enumerate(known)
            for other in known[position + 1 :]
            if one[1] != other[1]
        )

    @property
    def state(self) -> str:
        """``open`` while one number stands alone, ``agrees``, or ``differs``."""
        if self.heads is None and self.paper is None:
            return "open"
        return "differs" if self.differences else "agrees"
