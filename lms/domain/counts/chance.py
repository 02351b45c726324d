"""Chance that is the same on every machine and with every version of Python."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

Thing = TypeVar("Thing")
_WORD = (1 << 64) - 1


class Chance:
    """A stream of numbers that follows from its names alone.

    The standard generator keeps its bits between versions of Python, but not what its methods make
    of them; a night has to be the same in ten years. The steps are those of SplitMix64, with
    whole numbers only. ``apart`` opens another stream, so that one part of a night that uses more
    numbers than before does not change the others.
    """

    def __init__(self, *names: object) -> None:
        self._names = names
        digest = sha256("\x1f".join(str(name) for name in names).encode()).digest()
        self._state = int.from_bytes(digest[:8], "big")

    def apart(self, *names: object) -> Chance:
        """The stream of these names below this one; it does not depend on what was drawn here."""
        return Chance(*self._names, *names)

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _WORD
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
        return mixed ^ (mixed >> 31)

    def below(self, bound: int) -> int:
        """A whole number from 0 to ``bound`` - 1, each as likely. Raises ValueError below 1."""
        if bound < 1:
            raise ValueError("nothing to draw from")
        fair = (_WORD + 1) - (_WORD + 1) % bound
        while (drawn := self._next()) >= fair:
            pass
        return drawn % bound

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def pick(self, things: Sequence[Thing]) -> Thing:
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """The same things in another order."""
        left, out = list(things), []
        while left:
            out.append(left.pop(self.below(len(left))))
        return out
