"""The arithmetic of a protocol: which figures there are, and which checks they must keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from lms.domain.counts.country import CELLS

Votes = tuple[int | None, ...]


@dataclass(frozen=True)
class Sheet:
    """Figures in ballots or people: the cells by symbol, and the votes of each choice in order.

    None is a cell that is empty, or that was not said.
    """

    cells: Mapping[str, int | None]
    votes: Votes

    def lines(self) -> dict[str, int | None]:
        """Every figure by name; votes are ``C1``, ``C2``, …"""
        numbered = {f"C{number}": votes for number, votes in enumerate(self.votes, start=1)}
        return {**self.cells, **numbered}


@dataclass(frozen=True)
class Figures:
    """All the figures of a night.

    ``written`` is the protocol in digits and ``words`` the same in words, ``said`` what was
    announced, ``copy`` the paper handed out, ``board`` the votes on the running board.
    ``hourly`` and ``own_hourly`` are totals by the hour: the commission's ballots issued, and the
    observer's own count of ballots dropped in the room (None where it has a gap).
    ``issuing`` members had ``open_minutes``; the portable box was out for ``mobile_minutes``.
    """

    written: Sheet
    words: Sheet
    said: Sheet
    copy: Sheet
    board: Votes
    hourly: Mapping[int, int]
    own_hourly: Mapping[int, int | None]
    issuing: int
    open_minutes: int
    mobile_minutes: int
    form: tuple[str, ...] = field(default=CELLS)

    @property
    def own_total(self) -> int | None:
        """The observer's count at the end of voting; None with a gap in any hour."""
        totals = list(self.own_hourly.values())
        return None if not totals or None in totals else totals[-1]


def _sum(figures: Figures, *plus: str, minus: tuple[str, ...] = ()) -> int | None:
    cells = figures.written.cells
    found = [cells.get(name) for name in plus], [cells.get(name) for name in minus]
    if None in found[0] or None in found[1]:
        return None
    return sum(v for v in found[0] if v is not None) - sum(v for v in found[1] if v is not None)


def _excess(*differences: int | None) -> int | None:
    known = [d for d in differences if d is not None]
    return sum(max(0, d) for d in known) if known else None


def _votes(figures: Figures) -> int | None:
    votes = figures.written.votes
    return None if None in votes else sum(v for v in votes if v is not None)


def _e5(figures: Figures) -> int | None:
    rest, votes = _sum(figures, "F", minus=("X",)), _votes(figures)
    return None if rest is None or votes is None else rest - votes


def _differing(one: Sheet, other: Sheet) -> int:
    """How many lines differ. A line that ``one`` does not know is not compared."""
    theirs = other.lines()
    return sum(
        value is not None and theirs.get(name) != value for name, value in one.lines().items()
    )


def _e7_board(figures: Figures) -> int | None:
    if not figures.board or None in figures.board:
        return None
    return sum(b != s for b, s in zip(figures.board, figures.said.votes, strict=True))


def _n2(figures: Figures) -> int | None:
    return _excess(_sum(figures, "F_mob", minus=("I_mob",)), _sum(figures, "I_mob", minus=("App",)))


def _n5(figures: Figures) -> int:
    return sum(value is not None and value < 0 for value in figures.written.lines().values())


def _n6(figures: Figures) -> int | None:
    found = figures.written.cells.get("F")
    if found is None:
        return None
    return sum(votes is not None and votes > found for votes in figures.written.votes)


def _n7(figures: Figures) -> int | None:
    totals = list(figures.hourly.values())
    if not totals:
        return None
    falls = sum(max(0, a - b) for a, b in pairwise(totals))
    issued = figures.written.cells.get("I")
    return falls + (abs(totals[-1] - issued) if issued is not None else 0)


def _w1(figures: Figures) -> int | None:
    own, issued = figures.own_total, figures.written.cells.get("I_st")
    if own is None or issued is None:
        return None
    apart = abs(issued - own)
    return apart if apart > 20 and apart * 100 > 3 * issued else 0


def _w2(figures: Figures) -> int | None:
    issued = figures.written.cells.get("I_st")
    if issued is None:
        return None
    return max(0, issued - figures.issuing * figures.open_minutes)


def _w3(figures: Figures) -> int | None:
    issued = figures.written.cells.get("I_mob")
    if issued is None or not figures.mobile_minutes:
        return None
    return max(0, 4 * issued - figures.mobile_minutes)


def _w4(figures: Figures) -> int | None:
    gone, issued = _sum(figures, "I", minus=("F",)), figures.written.cells.get("I")
    if gone is None or issued is None:
        return None
    return gone if gone * 100 > 5 * issued else 0


def _w5(figures: Figures) -> int | None:
    invalid, found = figures.written.cells.get("X"), figures.written.cells.get("F")
    if invalid is None or found is None:
        return None
    if invalid == 0:
        return 1 if found >= 1500 else 0
    return invalid if invalid * 100 > 5 * found else 0


def _w6(figures: Figures) -> int | None:
    official, own = list(figures.hourly.items()), figures.own_hourly
    if len(official) < 2:
        return None
    (before, first), (last, second) = official[-2:]
    mine, minebefore = own.get(last), own.get(before)
    if mine is None or minebefore is None:
        return None
    jump = (second - first) - (mine - minebefore)
    return jump if jump > 20 else 0


Check = Callable[[Figures], int | None]
# By how much each check is broken: 0 when it holds, None when a figure it needs is not there.
# E1 to E7 are equalities, N1 to N7 inequalities, W1 to W6 warning lights; W7 compares precincts
# and belongs to the analysts. E7 is taken apart: words, what was said, the copy, the board.
# Source: procedures, 4.1 to 4.3; hard parts, 5.11 H.
CHECKS: Mapping[str, Check] = {
    "E1": lambda f: _sum(f, "V", "R", minus=("V0", "A")),
    "E2": lambda f: _sum(f, "I", minus=("I_st", "I_mob")),
    "E3": lambda f: _sum(f, "B", minus=("I", "S", "U")),
    "E4": lambda f: _sum(f, "F", minus=("F_mob", "F_st")),
    "E5": _e5,
    "E6": lambda f: _sum(f, "I", minus=("Sig",)),
    "E7-words": lambda f: _differing(f.words, f.written),
    "E7-said": lambda f: _differing(f.said, f.written),
    "E7-copy": lambda f: _differing(f.written, f.copy),
    "E7-board": _e7_board,
    "N1": lambda f: _excess(_sum(f, "F", minus=("I",))),
    "N2": _n2,
    "N3": lambda f: _excess(_sum(f, "F_st", minus=("I_st",))),
    "N4": lambda f: _excess(_sum(f, "I", minus=("V",))),
    "N5": _n5,
    "N6": _n6,
    "N7": _n7,
    "W1": _w1,
    "W2": _w2,
    "W3": _w3,
    "W4": _w4,
    "W5": _w5,
    "W6": _w6,
}


def examine(figures: Figures) -> dict[str, int | None]:
    """Every check with the amount by which it is broken, never negative.

    Zero: it holds. None: it cannot be made, since a cell is empty or not on the form. For E7 the
    amount is the number of lines that differ, for N5 and N6 the number of cells, for W3 minutes;
    otherwise ballots or people.

    Source: procedures, 4.
    """
    found: dict[str, int | None] = {}
    for name, check in CHECKS.items():
        amount = check(figures)
        found[name] = None if amount is None else abs(amount)
    return found


def broken(figures: Figures) -> dict[str, int]:
    """The checks that are broken, with their amounts; empty when all that can be made hold."""
    return {name: amount for name, amount in examine(figures).items() if amount}
