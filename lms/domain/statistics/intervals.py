"""Intervals: how far from a number the truth may well be. All are at 95 %."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atanh, exp, log, sqrt, tanh

from lms.domain.statistics.numbers import at_least, normal_quantile, student_quantile

LEVEL = 0.95
GROUPS = 20


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``; ``method`` is the name under which books know it."""

    low: float
    high: float
    method: str

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def scaled(self, factor: float) -> "Interval":
        """The same in another unit."""
        return Interval(self.low * factor, self.high * factor, self.method)


def wilson(earned: float, of: int) -> Interval | None:
    """The interval of a share; None of nothing.

    ``earned`` may be a sum of parts of 1: a mark in parts varies less than one of all or
    nothing with the same mean, so that the interval is then wider than it had to be.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    """
    if not of:
        return None
    z = normal_quantile((1 + LEVEL) / 2)
    share, squared = earned / of, z * z
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    half = z * sqrt(share * (1 - share) / of + squared / (4 * of * of)) / (1 + squared / of)
    # At 0 and at 1 rounding must not push the bound past what was seen.
    return Interval(
        max(min(middle - half, share), 0.0), min(max(middle + half, share), 1.0), "wilson"
    )


def of_spread(earned: int, of: int) -> Interval | None:
    """The interval of the standard deviation of marks that are all (1) or nothing (0).

    They spread by nothing but their share, most at one half, so that it is the image of
    Wilson's interval; near one half no interval around the deviation itself would hold.
    """
    share = wilson(earned, of)
    if share is None or of < 2:
        return None
    ends = [_of_share(share.low, of), _of_share(share.high, of)]
    return Interval(min(ends), _of_share(0.5, of) if 0.5 in share else max(ends), "wilson")


def _of_share(share: float, count: int) -> float:
    return sqrt(share * (1 - share) * count / (count - 1))


def fisher(correlation: float, deviation: float, count: int) -> Interval | None:
    """The interval of a correlation on Fisher's scale; None where it is ±1 or fewer than 4.

    ``deviation`` is the standard deviation of the influence of one case on the correlation
    (for two normal variables it is 1 - r²). Marks of an item are not normal, and for an easy
    or a hard item the textbook value would promise too much.

    Source: R. A. Fisher, Metron 1 (1921); the deviation by the delta method, as in
    A. W. van der Vaart, Asymptotic Statistics, example 3.6.
    """
    if count < 4 or abs(correlation) >= 1:
        return None
    error = deviation / (1 - correlation**2) / sqrt(count - 3)
    half = student_quantile((1 + LEVEL) / 2, count - 2) * error
    return Interval(tanh(atanh(correlation) - half), tanh(atanh(correlation) + half), "fisher-z")


def of_mean(mean: float, deviation: float, count: int) -> Interval | None:
    """The interval of a mean by Student's distribution; None of fewer than two."""
    if count < 2:
        return None
    half = student_quantile((1 + LEVEL) / 2, count - 1) * deviation / sqrt(count)
    return Interval(mean - half, mean + half, "student-t")


def of_median(ordered: Sequence[float]) -> Interval | None:
    """The interval of a median between two of the ordered values; None of fewer than six.

    It keeps what it promises whatever the distribution.

    Source: W. J. Conover, Practical Nonparametric Statistics, 3.2.
    """
    count = len(ordered)
    rank = 0
    # P(Binomial(n, 1/2) <= rank - 1) must stay below half of what may be missed.
    while at_least(count - rank, count, 0.5) <= (1 - LEVEL) / 2:
        rank += 1
    if not rank:
        return None
    return Interval(ordered[rank - 1], ordered[count - rank], "order-statistics")


@dataclass(frozen=True)
class Scale:
    """Where a number is close to normal, and back from there."""

    there: Callable[[float], float]
    back: Callable[[float], float]


PLAIN = Scale(lambda x: x, lambda x: x)
POSITIVE = Scale(log, exp)
SHORT_OF_ONE = Scale(lambda x: -log(1 - x), lambda y: 1 - exp(-y))
SHARE = Scale(lambda x: log(x / (1 - x)), lambda y: 1 / (1 + exp(-y)))


def jackknife(
    whole: float | None, without: Sequence[float | None], scale: Scale = PLAIN
) -> Interval | None:
    """The interval of any smooth number, from its values with one group of cases left out.

    ``without`` holds one value for each of the equally large groups. None when the number is
    undefined in the whole or without any of them.

    Source: J. W. Tukey (1958); B. Efron and R. J. Tibshirani, An Introduction to the
    Bootstrap, chapter 11.
    """
    count = len(without)
    if whole is None or count < 2:
        return None
    try:
        centre = scale.there(whole)
        moved = [scale.there(value) for value in without if value is not None]
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    if len(moved) < count:
        return None
    mean = sum(moved) / count
    error = sqrt((count - 1) / count * sum((value - mean) ** 2 for value in moved))
    half = student_quantile((1 + LEVEL) / 2, count - 1) * error
    return Interval(scale.back(centre - half), scale.back(centre + half), "jackknife")
