"""How much of the spread of totals is people, and how much is luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from lms.domain.statistics.scores import Column, Scores
from lms.domain.statistics.splitting import split_half
from lms.domain.statistics.sums import Pair, counted, joint, sums_of


@dataclass(frozen=True)
class Reliability:
    """A reliability as a share, and its values with each group of attempts left out.

    None where it is undefined: one question, or totals that do not differ.
    """

    whole: float | None = None
    without: Sequence[float | None] = ()


def reliability_of(scores: Scores, random: Random | None) -> Reliability:
    """Cronbach's alpha where all had the same questions, else a split half drawn by ``random``.

    Drawn papers without ``random`` have none. Source: hard parts 5.3.
    """
    if scores.count and scores.is_fixed:
        return _alpha(scores)
    if random is None or not scores.count:
        return Reliability()
    return Reliability(*split_half(scores, random))


def squares_by_group(totals: Sequence[int]) -> list[Pair]:
    """The sums of totals and of their squares, in each group of attempts."""
    return [
        sums_of({(value, 0): times for value, times in group.items()}) for group in counted(totals)
    ]


def added(pairs: Sequence[Pair]) -> Pair:
    """The sums of all groups of totals together."""
    return Pair(sum(p.n for p in pairs), x=sum(p.x for p in pairs), xx=sum(p.xx for p in pairs))


def _alpha(scores: Scores) -> Reliability:
    columns = [_by_group(column) for column in scores.columns]
    totals = squares_by_group(scores.totals)
    everything = [added(groups) for groups in columns]
    of_totals = added(totals)
    without = []
    for number, group in enumerate(totals):
        parts = [
            (whole - groups[number]).scatter_x
            for whole, groups in zip(everything, columns, strict=True)
        ]
        without.append(_cronbach(parts, (of_totals - group).scatter_x))
    whole = _cronbach([pair.scatter_x for pair in everything], of_totals.scatter_x)
    return Reliability(whole, without)


def _by_group(column: Column) -> tuple[Pair, ...]:
    return joint(column.who, column.marks, [0] * len(column.marks)).groups


def _cronbach(scatters: Sequence[int], of_totals: int) -> float | None:
    p = len(scatters)
    if p < 2 or of_totals <= 0:
        return None
    return p * (of_totals - sum(scatters)) / ((p - 1) * of_totals)
