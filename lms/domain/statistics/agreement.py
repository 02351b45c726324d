"""Whether people see the same incident alike: agreement with a key, and between people."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from lms.domain.statistics.analysis import NOTHING, Figure
from lms.domain.statistics.intervals import LEVEL, Interval
from lms.domain.statistics.numbers import at_least

RESAMPLES = 1_000
# Fewer incidents than these resampled say little about others.
LEAST_UNITS = 10
SURE = 0.05

# One unit's judgements, each a place on the scale from 0; whoever judged nothing is left out.
Unit = Sequence[int]


class Scale(StrEnum):
    """What the distance of two judgements means."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def krippendorff(
    units: Sequence[Unit], levels: int, scale: Scale, random: Random | None = None
) -> Figure:
    """Krippendorff's alpha: 1 is perfect agreement, 0 what luck gives.

    ``units`` are incidents with the judgements of whoever judged them, as places below
    ``levels``. None where fewer than two people judged any, or all judgements are one. The
    interval comes from drawing incidents anew with ``random``.

    Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
    """
    matrices = [_coincidences(unit, levels) for unit in units if len(unit) > 1]
    value = _alpha(matrices, scale)
    if value is None or random is None or len(matrices) < LEAST_UNITS:
        return Figure(value)
    return Figure(
        value,
        _resampled(
            len(matrices),
            lambda drawn: _alpha([matrices[number] for number in drawn], scale),
            random,
        ),
    )


def _coincidences(unit: Unit, levels: int) -> list[list[float]]:
    """How often each two judgements of a unit meet, each judgement counted once in all."""
    counts = Counter(unit)
    others = len(unit) - 1
    return [
        [(counts[a] * (counts[b] - (a == b))) / others for b in range(levels)]
        for a in range(levels)
    ]


def _alpha(matrices: Sequence[list[list[float]]], scale: Scale) -> float | None:
    if not matrices:
        return None
    levels = range(len(matrices[0]))
    observed = [[sum(m[a][b] for m in matrices) for b in levels] for a in levels]
    margins = [sum(row) for row in observed]
    total = sum(margins)
    distances = [[_distance(a, b, margins, scale) for b in levels] for a in levels]
    seen = sum(observed[a][b] * distances[a][b] for a in levels for b in levels)
    by_luck = sum(margins[a] * margins[b] * distances[a][b] for a in levels for b in levels)
    return 1 - (total - 1) * seen / by_luck if by_luck else None


def _distance(a: int, b: int, margins: Sequence[float], scale: Scale) -> float:
    if scale is Scale.NOMINAL:
        return float(a != b)
    if scale is Scale.INTERVAL:
        return float((a - b) ** 2)
    low, high = min(a, b), max(a, b)
    return float((sum(margins[low : high + 1]) - (margins[a] + margins[b]) / 2) ** 2)


def kappa(
    pairs: Sequence[tuple[int, int]], levels: int, random: Random | None = None, *, weighted: bool
) -> Figure:
    """Cohen's kappa of pairs of judgements, such as a person's and the key's.

    ``weighted`` lets a near miss count less than a far one, by the square of the distance.
    None where both always chose one and the same.

    Source: J. Cohen, Educational and Psychological Measurement 20 (1960) and Psychological
    Bulletin 70 (1968).
    """
    value = _kappa(pairs, levels, weighted)
    if value is None or random is None or len(pairs) < LEAST_UNITS:
        return Figure(value)
    return Figure(
        value,
        _resampled(
            len(pairs),
            lambda drawn: _kappa([pairs[number] for number in drawn], levels, weighted),
            random,
        ),
    )


def _kappa(pairs: Sequence[tuple[int, int]], levels: int, weighted: bool) -> float | None:
    firsts, seconds = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)

    def weight(a: int, b: int) -> int:
        return (a - b) ** 2 if weighted else int(a != b)

    seen = len(pairs) * sum(weight(a, b) for a, b in pairs)
    by_luck = sum(
        firsts[a] * seconds[b] * weight(a, b) for a in range(levels) for b in range(levels)
    )
    return 1 - seen / by_luck if by_luck else None


def _resampled(
    count: int, value: Callable[[Sequence[int]], float | None], random: Random
) -> Interval | None:
    """Percentiles over samples of as many units, drawn with putting back.

    Source: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, chapter 13.
    """
    found = []
    for _ in range(RESAMPLES):
        drawn = value(random.choices(range(count), k=count))
        if drawn is not None:
            found.append(drawn)
    if len(found) < RESAMPLES // 2:
        return None
    found.sort()
    tail = (1 - LEVEL) / 2
    low, high = found[int(tail * len(found))], found[-1 - int(tail * len(found))]
    return Interval(low, high, "bootstrap")


class Leaning(StrEnum):
    """Which way somebody errs: reports too much, too little, or neither more than luck."""

    OVER = "over"
    UNDER = "under"
    EVEN = "even"


@dataclass(frozen=True)
class Judged:
    """One person beside the key. ``over`` and ``under`` count incidents called graver or milder
    than the key has them."""

    alike: int
    over: int
    under: int
    of: int
    kappa: Figure

    @property
    def leaning(self) -> Leaning:
        """Which way the errors lean, if one way is more than luck would make it."""
        wrong = self.over + self.under
        if wrong and at_least(max(self.over, self.under), wrong, 0.5) < SURE:
            return Leaning.OVER if self.over > self.under else Leaning.UNDER
        return Leaning.EVEN


def judged(
    answers: Mapping[str, int], key: Mapping[str, int], levels: int, random: Random
) -> Judged:
    """Compare somebody's judgements with the key; incidents without a judgement are left out."""
    pairs = [(answers[incident], key[incident]) for incident in key if incident in answers]
    return Judged(
        alike=sum(a == b for a, b in pairs),
        over=sum(a > b for a, b in pairs),
        under=sum(a < b for a, b in pairs),
        of=len(pairs),
        kappa=kappa(pairs, levels, random, weighted=True) if pairs else NOTHING,
    )
