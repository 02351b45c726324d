"""Reliability where papers were drawn: each paper is parted into halves that are compared."""

from collections.abc import Sequence
from math import sqrt
from random import Random

from lms.domain.statistics.intervals import GROUPS
from lms.domain.statistics.scores import Scores

SPLITS = 10
# So many halved papers: of more, luck in the halving no longer shows in the second decimal.
ENOUGH = 200_000


def split_half(scores: Scores, random: Random) -> tuple[float | None, list[float | None]]:
    """The reliability of whole papers, and its values with each group of attempts left out.

    Every paper is parted at random into two halves, a few times; the mean correlation of the
    halves is stepped up to the whole length. None where halves do not vary.

    Source: hard parts 5.3, "a split-half by draw"; C. Spearman and W. Brown, British Journal
    of Psychology 3 (1910).
    """
    whole: list[float | None] = []
    without: list[list[float | None]] = []
    for _ in range(max(2, min(SPLITS, ENOUGH // max(scores.count, 1)))):
        groups = _halved(scores, random)
        everything = [sum(values) for values in zip(*groups, strict=True)]
        whole.append(_correlation(everything))
        without.append(
            [
                _correlation([a - b for a, b in zip(everything, group, strict=True)])
                for group in groups
            ]
        )
    return _stepped(whole), [_stepped(values) for values in zip(*without, strict=True)]


def _halved(scores: Scores, random: Random) -> list[list[float]]:
    """Sums over the pairs of halves, for each group of attempts."""
    earned = ([0] * scores.count, [0] * scores.count)
    most = ([0] * scores.count, [0] * scores.count)
    turn = [random.getrandbits(1) for _ in range(scores.count)]
    for column in random.sample(scores.columns, len(scores.columns)):
        maximum = column.item.maximum
        for who, mark in zip(column.who, column.marks, strict=True):
            half = turn[who]
            turn[who] = 1 - half
            earned[half][who] += mark
            most[half][who] += maximum
    groups = [[0.0] * 6 for _ in range(GROUPS)]
    for who in range(scores.count):
        if most[0][who] and most[1][who]:
            x, y = earned[0][who] / most[0][who], earned[1][who] / most[1][who]
            sums = groups[who % GROUPS]
            for place, value in enumerate((1.0, x, y, x * x, y * y, x * y)):
                sums[place] += value
    return groups


def _correlation(sums: Sequence[float]) -> float | None:
    n, x, y, xx, yy, xy = sums
    if n < 3:
        return None
    spread_x, spread_y = n * xx - x * x, n * yy - y * y
    # Sums of shares are rounded: what is this close to nothing does not vary.
    if spread_x <= 1e-9 * n or spread_y <= 1e-9 * n:
        return None
    return (n * xy - x * y) / sqrt(spread_x * spread_y)


def _stepped(correlations: Sequence[float | None]) -> float | None:
    found = [value for value in correlations if value is not None]
    if not found or len(found) < len(correlations):
        return None
    mean = sum(found) / len(found)
    return 2 * mean / (1 + mean) if mean > -1 else None
