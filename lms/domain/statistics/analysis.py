"""Item analysis: what each question did, and what the whole test is worth.

Indices are in percent and facilities shares of 1, as hard parts 5.3 says; variances divide by
the number of attempts less one. None is what cannot be said: nothing varied, or there were too
few attempts. With every number comes an interval as soon as there are enough attempts for one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from statistics import median

from lms.domain.statistics.intervals import (
    POSITIVE,
    SHORT_OF_ONE,
    Interval,
    Scale,
    fisher,
    jackknife,
    of_mean,
    of_median,
    of_spread,
    wilson,
)
from lms.domain.statistics.reliability import (
    Reliability,
    added,
    reliability_of,
    squares_by_group,
)
from lms.domain.statistics.scores import Column, Item, Scores
from lms.domain.statistics.sums import (
    Joint,
    Pair,
    counted,
    cumulants,
    deviation_of_influence,
    joint,
)

# Fewer attempts than these give no interval, and a discrimination below the last is weak evidence.
LEAST_FOR_FACILITY = 10
LEAST = 30
FIRM = 100


@dataclass(frozen=True)
class Figure:
    """A number and its interval, either of which may be missing."""

    value: float | None
    interval: Interval | None = None

    def scaled(self, factor: float) -> "Figure":
        """The same in another unit."""
        return Figure(
            None if self.value is None else self.value * factor,
            self.interval.scaled(factor) if self.interval else None,
        )


NOTHING = Figure(None)


@dataclass(frozen=True)
class ItemAnalysis:
    """What one item did among ``attempts``. ``sd`` is in marks of the paper.

    The discrimination index is the item against the rest of the paper, never against a total
    that holds the item itself. ``effective_weight`` is only for tests in which everybody had
    every item. ``is_weak`` says that the discrimination rests on fewer than 100 attempts.
    """

    item: Item
    attempts: int
    facility: Figure
    sd: Figure
    discrimination_index: Figure
    discriminative_efficiency: Figure
    effective_weight: Figure
    is_weak: bool


@dataclass(frozen=True)
class Analysis:
    """What a test did. Totals are in marks, or in percent where papers were not worth the same.

    ``alpha`` is Cronbach's, in percent, for a form that all had; ``split_half`` the stepped-up
    correlation of halves, in percent, where papers were drawn. ``standard_error`` of one
    person's total rests on the one of the two that there is.
    """

    attempts: int
    items: tuple[ItemAnalysis, ...]
    is_fixed: bool
    in_percent: bool
    mean: Figure
    median: Figure
    sd: Figure
    skewness: Figure
    kurtosis: Figure
    alpha: Figure
    split_half: Figure
    error_ratio: Figure
    standard_error: Figure

    @property
    def reliability(self) -> float | None:
        """Alpha, or what stands for it, as a share; None where there is neither."""
        found = self.alpha.value if self.alpha.value is not None else self.split_half.value
        return None if found is None else found / 100


def analyse(
    scores: Scores, random: Random | None = None, *, reliability: Reliability | None = None
) -> Analysis:
    """Analyse the marks of a test. ``random`` splits drawn papers into halves.

    Whoever has worked the ``reliability`` out hands it over. Without either, drawn papers have
    none. Source: hard parts 5.3.
    """
    fixed = scores.is_fixed and scores.count > 0
    joints = [joint(c.who, c.marks, scores.rests(c)) for c in scores.columns]
    weights = _effective_weights(joints, scores.count) if fixed else [NOTHING] * len(joints)
    items = tuple(
        _item(column, found, weight, scores.unit)
        for column, found, weight in zip(scores.columns, joints, weights, strict=True)
    )
    even = len(set(scores.possible)) <= 1
    totals, possible = (list(scores.totals), scores.unit) if even else scores.scaled_totals()
    factor = 1 / scores.unit if even else 100 / possible
    spread = _spread(totals, factor)
    found = reliability or reliability_of(scores, random)
    sure = _sure(found.whole, found.without, scores.count, SHORT_OF_ONE)
    whole = Figure(found.whole, sure).scaled(100)
    return Analysis(
        scores.count,
        items,
        fixed,
        not even,
        *spread,
        alpha=whole if fixed else NOTHING,
        split_half=NOTHING if fixed else whole,
        error_ratio=_error_ratio(found, scores.count),
        standard_error=_standard_error(found, totals).scaled(factor),
    )


def _item(column: Column, found: Joint, weight: Figure, unit: int) -> ItemAnalysis:
    sums, maximum, count = found.whole, column.item.maximum, found.whole.n
    variance = sums.over(sums.scatter_x)
    sd = None if variance is None else sqrt(variance) / unit
    many = count >= LEAST
    return ItemAnalysis(
        item=column.item,
        attempts=count,
        facility=Figure(
            sums.x / (count * maximum) if count and maximum else None,
            wilson(sums.x / maximum, count) if maximum and count >= LEAST_FOR_FACILITY else None,
        ),
        sd=Figure(sd, _sure_of_spread(found, maximum, unit) if many and sd else None),
        discrimination_index=_discrimination(found),
        discriminative_efficiency=_efficiency(found),
        effective_weight=weight,
        is_weak=count < FIRM,
    )


def _sure_of_spread(found: Joint, maximum: int, unit: int) -> Interval | None:
    if {mark for mark, _rest in found.counts} <= {0, maximum}:
        interval = of_spread(found.whole.x // maximum, found.whole.n)
        return interval and interval.scaled(maximum / unit)
    deviations = _deviations(found, unit)
    variance = found.whole.over(found.whole.scatter_x) or 0.0
    return jackknife(sqrt(variance) / unit, deviations, POSITIVE)


def _deviations(found: Joint, unit: int) -> list[float | None]:
    return [
        None if (variance := sums.over(sums.scatter_x)) is None else sqrt(variance) / unit
        for sums in found.without()
    ]


def _discrimination(found: Joint) -> Figure:
    value = found.whole.correlation
    if value is None:
        return NOTHING
    interval = None
    if found.whole.n >= LEAST:
        deviation = deviation_of_influence(found.counts, found.whole)
        interval = fisher(value, deviation, found.whole.n)
    return Figure(value, interval).scaled(100)


def _efficiency(found: Joint) -> Figure:
    most = found.most_together()
    shares = [
        _share(sums, together)
        for sums, together in zip([found.whole, *found.without()], most, strict=True)
    ]
    many = found.whole.n >= LEAST
    return Figure(shares[0], jackknife(shares[0], shares[1:]) if many else None).scaled(100)


def _share(sums: Pair, most: int | None) -> float | None:
    if most is None:
        return None
    highest = sums.n * most - sums.x * sums.y
    return sums.together / highest if highest > 0 else None


def _effective_weights(joints: Sequence[Joint], count: int) -> list[Figure]:
    """The share of each item in the spread of the totals; None where it works against them."""
    whole = _weights([found.whole for found in joints])
    parts = []
    if count >= LEAST:
        leaving = zip(*(found.without() for found in joints), strict=True)
        parts = [_weights(list(sums)) for sums in leaving]
    return [
        Figure(
            weight,
            jackknife(weight, [part[number] for part in parts], POSITIVE)
            if parts and weight
            else None,
        ).scaled(100)
        for number, weight in enumerate(whole)
    ]


def _weights(sums: Sequence[Pair]) -> list[float | None]:
    # The covariance of an item with the total is that with the rest and its own variance.
    roots = [sqrt(both) if (both := pair.together + pair.scatter_x) >= 0 else None for pair in sums]
    whole = sum(root for root in roots if root is not None)
    return [None if root is None or not whole else root / whole for root in roots]


def _spread(totals: Sequence[int], factor: float) -> tuple[Figure, Figure, Figure, Figure, Figure]:
    """Mean, median, standard deviation, skewness and kurtosis of the totals."""
    if not totals:
        return NOTHING, NOTHING, NOTHING, NOTHING, NOTHING
    by_group = counted(totals)
    counts = sum(by_group, Counter[int]())
    whole = _shape(counts)
    without = [_shape(counts - group) for group in by_group] if len(totals) >= LEAST else []
    mean, sd, skewness, kurtosis = whole

    def sure(place: int) -> list[float | None]:
        return [shape[place] for shape in without]

    return (
        Figure(mean, of_mean(mean, sd, len(totals)) if mean is not None and sd else None).scaled(
            factor
        ),
        Figure(median(totals), of_median(sorted(totals))).scaled(factor),
        Figure(sd, jackknife(sd, sure(1), POSITIVE)).scaled(factor),
        Figure(skewness, jackknife(skewness, sure(2))),
        Figure(kurtosis, jackknife(kurtosis, sure(3))),
    )


def _shape(
    counts: Counter[int],
) -> tuple[float | None, float | None, float | None, float | None]:
    n = sum(counts.values())
    k2, k3, k4 = cumulants(counts)
    return (
        sum(value * times for value, times in counts.items()) / n if n else None,
        None if k2 is None else sqrt(k2),
        k3 / k2**1.5 if k2 and k3 is not None else None,
        k4 / k2**2 if k2 and k4 is not None else None,
    )


def _sure(
    whole: float | None, without: Sequence[float | None], count: int, scale: Scale
) -> Interval | None:
    return jackknife(whole, without, scale) if count >= LEAST else None


def _error_ratio(found: Reliability, count: int) -> Figure:
    """The part of the spread that is error, in percent."""
    ratio = _ratio(found.whole)
    ratios = [_ratio(value) for value in found.without]
    return Figure(ratio, _sure(ratio, ratios, count, POSITIVE)).scaled(100)


def _standard_error(found: Reliability, totals: Sequence[int]) -> Figure:
    """How far one person's total lies from what it would be on average of many such papers."""
    by_group = squares_by_group(totals)
    everything = added(by_group)
    errors = [
        _error(value, everything - group)
        for value, group in zip(found.without, by_group, strict=False)
    ]
    error = _error(found.whole, everything)
    return Figure(error, _sure(error, errors, len(totals), POSITIVE))


def _error(reliability: float | None, sums: Pair) -> float | None:
    ratio, variance = _ratio(reliability), sums.over(sums.scatter_x)
    return None if ratio is None or variance is None else ratio * sqrt(variance)


def _ratio(reliability: float | None) -> float | None:
    return None if reliability is None else sqrt(max(0.0, 1 - reliability))
