"""Marks of many attempts, kept by item, in exact whole numbers."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import lcm

from lms.domain.statistics.intervals import GROUPS


@dataclass(frozen=True)
class Item:
    """A question as far as its marks go. ``maximum`` is in the unit of the marks.

    ``guess`` is the share that a blind guess earns, None where nobody can say.
    """

    name: str
    maximum: int
    guess: float | None = None


@dataclass(frozen=True)
class Column:
    """The marks of one item: ``who`` are the numbers of the attempts that had it, rising."""

    item: Item
    who: "array[int]"
    marks: "array[int]"


@dataclass(frozen=True)
class Scores:
    """The marks of ``count`` attempts. One mark of a paper is ``unit`` of these numbers.

    ``totals`` and ``possible`` say of each attempt what it earned and could earn.
    """

    columns: tuple[Column, ...]
    totals: tuple[int, ...]
    possible: tuple[int, ...]
    unit: int = 1

    @property
    def count(self) -> int:
        """How many attempts there are."""
        return len(self.totals)

    @property
    def is_fixed(self) -> bool:
        """Whether every attempt had every item, so that they all sat the same form."""
        return all(len(column.who) == self.count for column in self.columns)

    def rests(self, column: Column) -> list[int]:
        """What each attempt that had the item earned with all other items.

        Where papers could earn different sums, all are brought to one.
        """
        left = [self.possible[who] - column.item.maximum for who in column.who]
        rests = [
            self.totals[who] - mark for who, mark in zip(column.who, column.marks, strict=True)
        ]
        sizes = set(left) - {0}
        if len(sizes) < 2:
            return rests
        common = lcm(*sizes)
        return [
            rest * (common // size) if size else 0 for rest, size in zip(rests, left, strict=True)
        ]

    def scaled_totals(self) -> tuple[list[int], int]:
        """Every attempt's total, brought to one sum that all could earn; and that sum."""
        common = lcm(*(set(self.possible) - {0})) if any(self.possible) else 1
        scaled = [
            total * (common // size) if size else 0
            for total, size in zip(self.totals, self.possible, strict=True)
        ]
        return scaled, common

    def part(self, chosen: Sequence[bool]) -> "Scores":
        """The attempts that were chosen, with the totals that they had."""
        number: dict[int, int] = {}
        for who, is_chosen in enumerate(chosen):
            if is_chosen:
                number[who] = len(number)
        columns = []
        for column in self.columns:
            kept = [
                (number[who], mark)
                for who, mark in zip(column.who, column.marks, strict=True)
                if who in number
            ]
            columns.append(
                Column(
                    column.item,
                    array("q", [who for who, _ in kept]),
                    array("q", [mark for _, mark in kept]),
                )
            )
        return Scores(
            tuple(columns),
            tuple(self.totals[who] for who in number),
            tuple(self.possible[who] for who in number),
            self.unit,
        )


def collect(items: Iterable[Item], rows: Iterable[Mapping[str, int]], unit: int = 1) -> Scores:
    """Gather the marks of attempts, each a mapping of an item's name to its mark.

    An item that was not on an attempt's paper is left out of its mapping; one that was not
    answered has the mark 0. Raises ValueError for a mark below 0 or above the maximum, for an
    unknown item, and for two items of one name.
    """
    columns = [Column(item, array("q"), array("q")) for item in items]
    by_name = {column.item.name: column for column in columns}
    if len(by_name) < len(columns):
        raise ValueError("two items have the same name")
    totals, possible = [], []
    for number, row in enumerate(rows):
        total = most = 0
        for name, mark in row.items():
            column = by_name.get(name)
            if column is None:
                raise ValueError(f"an unknown item {name!r}")
            if not 0 <= mark <= column.item.maximum:
                raise ValueError(f"{name!r} is marked {mark} of {column.item.maximum}")
            column.who.append(number)
            column.marks.append(mark)
            total += mark
            most += column.item.maximum
        totals.append(total)
        possible.append(most)
    return Scores(tuple(columns), tuple(totals), tuple(possible), unit)


def group_of(attempt: int) -> int:
    """The group in which an attempt is left out when an interval is sought."""
    return attempt % GROUPS
