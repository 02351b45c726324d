"""A pass mark set by people who know the work: the modified Angoff method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from lms.domain.statistics.analysis import NOTHING, Figure
from lms.domain.statistics.intervals import of_mean


@dataclass(frozen=True)
class Cut:
    """What a panel says. ``percent`` is the cut with its interval over judges; ``error`` its
    standard error: how far other judges of this kind might have set it elsewhere.

    ``by_judge`` are the cuts of the judges alone, ``by_item`` mean and standard deviation of
    each question (None of one judge). ``unfinished`` judges left a question open and do not count.
    """

    percent: Figure
    error: float | None
    by_judge: Mapping[str, float]
    by_item: Mapping[str, tuple[float, float | None]]
    unfinished: tuple[str, ...]


def cut_of(
    judgements: Mapping[str, Mapping[str, int]], lines: Sequence[tuple[int, Sequence[str]]]
) -> Cut:
    """The cut of a panel.

    ``judgements`` maps a judge to the per cent of barely competent observers who would answer
    each question; ``lines`` are the lines of the blueprint, each with how many it draws and the
    questions it draws from, so that the cut is that of an average paper.

    Source: W. H. Angoff, in Educational Measurement, 2nd edition (1971); the error over judges
    by R. L. Brennan and R. E. Lockwood, Applied Psychological Measurement 4 (1980).
    """
    items = sorted({item for _count, line in lines for item in line})
    whole = {j: of for j, of in judgements.items() if all(item in of for item in items)}
    cuts = {judge: _cut(of, lines) for judge, of in sorted(whole.items())} if items else {}
    unfinished = tuple(sorted(set(judgements) - set(whole)))
    by_item = {item: _spread([of[item] for of in whole.values()]) for item in items if whole}
    if not cuts:
        return Cut(NOTHING, None, {}, by_item, unfinished)
    mean, deviation = _spread(list(cuts.values()))
    error = None if deviation is None else deviation / sqrt(len(cuts))
    interval = None if deviation is None else of_mean(mean, deviation, len(cuts))
    return Cut(Figure(mean, interval), error, cuts, by_item, unfinished)


def _cut(of: Mapping[str, int], lines: Sequence[tuple[int, Sequence[str]]]) -> float:
    drawn = [(count, line) for count, line in lines if line]
    asked = sum(count for count, _line in drawn)
    return sum(count * sum(of[item] for item in line) / len(line) for count, line in drawn) / asked


def _spread(values: Sequence[float]) -> tuple[float, float | None]:
    mean = sum(values) / len(values)
    if len(values) < 2:
        return mean, None
    return mean, sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
