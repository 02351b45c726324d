"""Two paths beside each other: which scenes they share, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Row:
    """One height of the picture: the number of a point on each path, or None where a path has none.

    ``together``: both are in the same scene.
    """

    yours: int | None
    best: int | None

    @property
    def together(self) -> bool:
        return self.yours is not None and self.best is not None


def aligned(yours: Sequence[str], best: Sequence[str]) -> tuple[Row, ...]:
    """The scenes of two paths, row by row; the same scene stands in one row where the order of both
    allows it. Every point of both paths is in exactly one row, in its order."""
    rows: list[Row] = []
    at_yours = at_best = 0
    matcher = SequenceMatcher(None, list(yours), list(best), autojunk=False)
    for block in matcher.get_matching_blocks():
        rows += [Row(number, None) for number in range(at_yours, block.a)]
        rows += [Row(None, number) for number in range(at_best, block.b)]
        rows += [Row(block.a + n, block.b + n) for n in range(block.size)]
        at_yours, at_best = block.a + block.size, block.b + block.size
    return tuple(rows)
