"""Whether a question is harder in one language than the same people's other answers explain.

People of equal total score are compared. Questions that differ clearly are then taken out of the
score, and everybody is compared again: otherwise one bad translation makes all others look good.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from lms.domain.statistics.analysis import Figure
from lms.domain.statistics.intervals import LEVEL, Interval
from lms.domain.statistics.numbers import normal_cdf, normal_quantile
from lms.domain.statistics.scores import Column, Scores

# Fewer people than these on either side say nothing about a language.
LEAST_OF_GROUP = 20
MOST_LAYERS = 10
PEOPLE_IN_LAYER = 5
# A difference that is worth mending: a tenth of what the question can earn.
NOTICEABLE = 0.10
# So sure must the first look be to take a question out of the score.
SURE = 0.0005


@dataclass(frozen=True)
class Gap:
    """How much less (below 0) or more of an item this group earned than all others of equal
    total. ``share`` is of the item's maximum; ``chance`` how often luck alone does as much.
    """

    item: str
    group: str
    people: int
    others: int
    share: Figure
    chance: float

    @property
    def is_noticeable(self) -> bool:
        """Whether the difference is large enough to matter."""
        return self.share.value is not None and abs(self.share.value) >= NOTICEABLE


@dataclass
class _Cell:
    people: int = 0
    marks: int = 0
    squares: int = 0


def gaps(scores: Scores, groups: Sequence[str | None]) -> tuple[Gap, ...]:
    """Compare every group with all others, item by item; ``groups`` names each attempt's group.

    Attempts without a group are left out, and so are groups of fewer than 20 people.

    Source: beyond the peers 16; N. Mantel, Journal of the American Statistical Association 58
    (1963); the difference by S. Greenland and J. M. Robins, Biometrics 41 (1985); the second
    look by P. W. Holland and D. T. Thayer, in Test Validity (1988).
    """
    sizes = Counter(group for group in groups if group is not None)
    known = {group for group, size in sizes.items() if size >= LEAST_OF_GROUP}
    if len(known) < 2:
        return ()
    own = [group if group in known else None for group in groups]
    layers = max(2, min(MOST_LAYERS, min(sizes[g] for g in known) // PEOPLE_IN_LAYER))
    first = _compare(scores, own, _layers(scores, own, layers, frozenset()))
    odd = frozenset(gap.item for gap in first if gap.is_noticeable and gap.chance < SURE)
    if not odd or len(odd) == len(scores.columns):
        return tuple(first)
    return tuple(_compare(scores, own, _layers(scores, own, layers, odd)))


def _layers(
    scores: Scores, groups: Sequence[str | None], count: int, without: frozenset[str]
) -> list[int]:
    """The layer of equal total of every attempt, the items in ``without`` not counted."""
    totals, possible = list(scores.totals), list(scores.possible)
    for column in scores.columns:
        if column.item.name in without:
            for who, mark in zip(column.who, column.marks, strict=True):
                totals[who] -= mark
                possible[who] -= column.item.maximum
    shares = [total / most if most else 0.0 for total, most in zip(totals, possible, strict=True)]
    ordered = sorted(share for share, group in zip(shares, groups, strict=True) if group)
    borders = sorted({ordered[len(ordered) * n // count] for n in range(1, count)})
    return [sum(share >= border for border in borders) for share in shares]


def _compare(scores: Scores, groups: Sequence[str | None], layers: Sequence[int]) -> list[Gap]:
    found = []
    for column in scores.columns:
        cells = _cells(column, groups, layers)
        for group in sorted({group for _layer, group in cells}):
            gap = _gap(column, group, cells)
            if gap is not None:
                found.append(gap)
    return found


def _cells(
    column: Column, groups: Sequence[str | None], layers: Sequence[int]
) -> dict[tuple[int, str], _Cell]:
    cells: dict[tuple[int, str], _Cell] = {}
    for who, mark in zip(column.who, column.marks, strict=True):
        group = groups[who]
        if group is not None:
            cell = cells.setdefault((layers[who], group), _Cell())
            cell.people += 1
            cell.marks += mark
            cell.squares += mark * mark
    return cells


def _gap(column: Column, group: str, cells: dict[tuple[int, str], _Cell]) -> Gap | None:
    people = others = 0
    surplus = variance = weight = 0.0
    for layer in {layer for layer, _group in cells}:
        here = [(name, cell) for (at, name), cell in cells.items() if at == layer]
        mine = sum(cell.people for name, cell in here if name == group)
        both = sum(cell.people for _name, cell in here)
        people += mine
        others += both - mine
        if not 0 < mine < both:
            continue
        marks = sum(cell.marks for _name, cell in here)
        squares = sum(cell.squares for _name, cell in here)
        earned = sum(cell.marks for name, cell in here if name == group)
        surplus += earned - mine * marks / both
        weight += mine * (both - mine) / both
        variance += mine * (both - mine) * (both * squares - marks**2) / (both**2 * (both - 1))
    if min(people, others) < LEAST_OF_GROUP or not weight or variance <= 0:
        return None
    scale = weight * column.item.maximum
    share, error = surplus / scale, sqrt(variance) / scale
    half = normal_quantile((1 + LEVEL) / 2) * error
    chance = 2 * normal_cdf(-abs(share) / error)
    interval = Interval(max(share - half, -1.0), min(share + half, 1.0), "mantel")
    return Gap(column.item.name, group, people, others, Figure(share, interval), chance)
