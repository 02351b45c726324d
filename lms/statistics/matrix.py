"""A matrix of marks from elsewhere: a file with a header of items, a line of maximum marks, and a
line for each attempt."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import lcm
from pathlib import Path

from lms.domain.statistics import Item, Scores, collect

MOST_ITEMS = 2_000
MOST_PROBLEMS = 20
MOST_BYTES_IN_LINE = 200_000
# Marks with more decimals than these are not marks.
MOST_DECIMALS = 6
HIGHEST = Decimal(1_000_000)


@dataclass(frozen=True)
class Trouble(Exception):
    """What is wrong with a file; each entry is a line number and a sentence with its remedy."""

    problems: tuple[tuple[int, str], ...]


@dataclass
class _Marks:
    """Reads cells, and remembers those that it has read: a file has few different marks."""

    comma: bool
    known: dict[str, Fraction] = field(default_factory=dict)

    def read(self, cell: str) -> Fraction:
        """The mark in a cell. Raises ValueError."""
        found = self.known.get(cell)
        if found is None:
            found = self.known[cell] = self._parse(cell.strip())
        return found

    def _parse(self, text: str) -> Fraction:
        try:
            number = Decimal(text.replace(",", ".") if self.comma else text)
        except InvalidOperation:
            raise ValueError(
                f"“{text[:40]}” is not a number; write a mark such as 1 or 0.5"
            ) from None
        if not number.is_finite() or number < 0 or number > HIGHEST:
            raise ValueError(f"“{text[:40]}” is not a mark; write a number from 0 to {HIGHEST}")
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and exponent < -MOST_DECIMALS:
            raise ValueError(f"“{text[:40]}” has too many decimals; write at most {MOST_DECIMALS}")
        return Fraction(number)


def read_matrix(path: Path, progress: Callable[[int], None] = lambda _lines: None) -> Scores:
    """The marks in a file, exactly as they were written.

    The file is UTF-8 with commas, semicolons or tabs between its cells; with semicolons or tabs
    marks may have a decimal comma. An empty cell says that the item was not on that attempt's
    paper. ``progress`` is told the number of lines read, now and then. Raises Trouble.
    """
    with path.open("rb") as start:
        first = start.read(MOST_BYTES_IN_LINE).split(b"\n", 1)[0]
    delimiter = max(b",;\t", key=lambda sign: first.count(bytes([sign])))
    sign = chr(delimiter)
    marks = _Marks(comma=sign != ",")
    names, maxima, unit, lines = _survey(path, sign, marks, progress)
    items = [Item(name, int(maximum * unit)) for name, maximum in zip(names, maxima, strict=True)]
    rows = _exact(path, sign, marks, names, unit)
    if not lines:
        raise Trouble(((3, "there is no attempt; write a line of marks for each"),))
    return collect(items, rows, unit)


def _lines(path: Path, sign: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of every line that is not empty. Raises Trouble."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=sign, strict=True)
            for cells in reader:
                line = reader.line_num
                if any(cell.strip() for cell in cells):
                    yield line, cells
    except UnicodeDecodeError:
        raise Trouble(((line + 1, "this is not UTF-8; save the file as “CSV UTF-8”"),)) from None
    except csv.Error as problem:
        raise Trouble(((line + 1, f"{problem}; check the quotes of this line"),)) from None


def _survey(
    path: Path, sign: str, marks: _Marks, progress: Callable[[int], None]
) -> tuple[list[str], list[Fraction], int, int]:
    """Names, maxima, the unit in which all marks are whole, and how many attempts there are."""
    lines = _lines(path, sign)
    head = next(lines, None)
    if head is None:
        raise Trouble(((1, "the file is empty; begin with a line of item names"),))
    names = _names(*head)
    second = next(lines, None)
    if second is None:
        raise Trouble(((2, "the line of maximum marks is missing; write it below the names"),))
    maxima = _maxima(names, *second, marks)
    problems: list[tuple[int, str]] = []
    count = 0
    for line, cells in lines:
        count += 1
        if count % 10_000 == 0:
            progress(count)
        problems += [(line, what) for what in _wrong_in(names, maxima, cells, marks)]
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise Trouble(tuple(problems[:MOST_PROBLEMS]))
    unit = lcm(*(mark.denominator for mark in [*marks.known.values(), *maxima]))
    return names, maxima, unit, count


def _names(line: int, cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if len(names) > MOST_ITEMS:
        raise Trouble(((line, f"{len(names)} items; at most {MOST_ITEMS} are analysed at once"),))
    problems = []
    seen: set[str] = set()
    for place, name in enumerate(names, 1):
        if not name:
            problems.append((line, f"column {place} has no name; write one"))
        elif name in seen:
            problems.append((line, f"the name “{name}” again in column {place}; write another"))
        seen.add(name)
    if problems:
        raise Trouble(tuple(problems[:MOST_PROBLEMS]))
    return names


def _maxima(names: list[str], line: int, cells: list[str], marks: _Marks) -> list[Fraction]:
    if len(cells) != len(names):
        what = f"{len(cells)} maximum marks for {len(names)} items; write one for each"
        raise Trouble(((line, what),))
    maxima, problems = [], []
    for name, cell in zip(names, cells, strict=True):
        try:
            maximum = marks.read(cell)
        except ValueError as problem:
            problems.append((line, f"{name}: {problem}"))
            continue
        if not maximum:
            problems.append((line, f"{name}: a maximum of 0; write what the item is worth"))
        maxima.append(maximum)
    if problems:
        raise Trouble(tuple(problems[:MOST_PROBLEMS]))
    return maxima


def _wrong_in(
    names: list[str], maxima: list[Fraction], cells: list[str], marks: _Marks
) -> Iterator[str]:
    if len(cells) != len(names):
        yield f"{len(cells)} marks for {len(names)} items; write one for each, or leave it empty"
        return
    for name, maximum, cell in zip(names, maxima, cells, strict=True):
        if not cell or cell.isspace():
            continue
        try:
            mark = marks.read(cell)
        except ValueError as problem:
            yield f"{name}: {problem}"
            continue
        if mark > maximum:
            yield f"{name}: {cell.strip()} is above the maximum; mend it, or the second line"


def _exact(
    path: Path, sign: str, marks: _Marks, names: list[str], unit: int
) -> Iterator[Mapping[str, int]]:
    whole = {cell: int(mark * unit) for cell, mark in marks.known.items()}
    lines = _lines(path, sign)
    next(lines)
    next(lines)
    for _line, cells in lines:
        yield {
            name: whole[cell]
            for name, cell in zip(names, cells, strict=True)
            if cell and not cell.isspace()
        }
