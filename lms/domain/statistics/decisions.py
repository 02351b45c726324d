"""How often an exam of this kind would decide about the same person in the same way twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, comb, exp, lgamma, log
from random import Random

from lms.domain.statistics.analysis import LEAST, NOTHING, Figure
from lms.domain.statistics.intervals import SHARE, SHORT_OF_ONE, Scale, jackknife
from lms.domain.statistics.numbers import beta_cdf
from lms.domain.statistics.reliability import Reliability, added, reliability_of, squares_by_group
from lms.domain.statistics.scores import Scores

MOST_ITEMS = 400  # an effective length beyond this changes no third digit


@dataclass(frozen=True)
class Decisions:
    """What a pass mark decides, as shares of all people.

    ``consistency``: two papers decide alike; ``kappa``: the same, less what luck gives.
    ``accuracy``: the paper decides as an endless one would; ``false_pass`` and ``false_fail``
    are its two ways of being wrong. ``effective_length`` is how many questions of right or
    wrong, equally hard for one person, would be as reliable.
    """

    cut_percent: float
    effective_length: int
    consistency: Figure
    kappa: Figure
    accuracy: Figure
    false_pass: Figure
    false_fail: Figure


@dataclass(frozen=True)
class _Shape:
    """Mean, variance and reliability of the shares that people earned."""

    mean: float
    variance: float
    reliability: float

    @property
    def true_variance(self) -> float:
        return self.variance * self.reliability

    @property
    def is_usable(self) -> bool:
        room = self.mean * (1 - self.mean)
        return 0 < self.reliability < 1 and 0 < self.variance < room

    @property
    def length(self) -> int:
        room = self.mean * (1 - self.mean)
        exact = (room - self.true_variance) / (self.variance * (1 - self.reliability))
        return max(1, min(MOST_ITEMS, round(exact)))


def decisions(
    scores: Scores,
    cut_percent: float,
    random: Random | None = None,
    *,
    reliability: Reliability | None = None,
) -> Decisions | None:
    """What passing at ``cut_percent`` decides; None where the reliability is undefined or nothing.

    It looks at the total alone: knock-outs by critical rules come on top, and only the
    simulation of learners has them. ``random`` parts drawn papers into halves, where the
    ``reliability`` was not worked out before.

    Source: S. A. Livingston and C. Lewis, Journal of Educational Measurement 32 (1995), with
    true shares in a beta distribution of two parameters.
    """
    found = reliability or reliability_of(scores, random)
    totals, possible = scores.scaled_totals()
    by_group = squares_by_group(totals)
    everything = added(by_group)
    shape = _shape(everything.n, everything.x, everything.xx, possible, found.whole)
    if shape is None:
        return None
    length, cut = shape.length, cut_percent / 100
    passes = max(0, ceil(cut * length - 1e-9))
    whole = _decide(shape, length, passes, cut)
    without: list[tuple[float, ...] | None] = []
    for group, value in zip(by_group, found.without, strict=True):
        rest = everything - group
        part = _shape(rest.n, rest.x, rest.xx, possible, value)
        without.append(_decide(part, length, passes, cut) if part else None)
    many = scores.count >= LEAST

    def figure(place: int, scale: Scale) -> Figure:
        values = [None if part is None else part[place] for part in without]
        return Figure(whole[place], jackknife(whole[place], values, scale) if many else None)

    return Decisions(
        cut_percent,
        length,
        figure(0, SHARE),
        figure(1, SHORT_OF_ONE) if whole[1] < 1 else NOTHING,
        figure(2, SHARE),
        figure(3, SHARE),
        figure(4, SHARE),
    )


def _shape(
    n: int, total: int, squares: int, possible: int, reliability: float | None
) -> _Shape | None:
    if reliability is None or n < 2 or not possible:
        return None
    variance = (n * squares - total * total) / (n * (n - 1)) / possible**2
    shape = _Shape(total / n / possible, variance, reliability)
    return shape if shape.is_usable else None


def _decide(shape: _Shape, length: int, passes: int, cut: float) -> tuple[float, ...]:
    """Consistency, kappa, accuracy, false passes and false fails."""
    spread = shape.mean * (1 - shape.mean) / shape.true_variance - 1
    a, b = shape.mean * spread, (1 - shape.mean) * spread
    start = _log_beta(a, b)
    passed = truly = 0.0
    for right in range(passes, length + 1):
        weight = comb(length, right) * exp(_log_beta(a + right, b + length - right) - start)
        passed += weight
        truly += weight * (1 - beta_cdf(cut, a + right, b + length - right))
    twice = sum(
        exp(log(ways) + _log_beta(a + right, b + 2 * length - right) - start)
        for right, ways in _both(length, passes)
    )
    consistency = 1 - 2 * passed + 2 * twice
    by_luck = passed**2 + (1 - passed) ** 2
    kappa = (consistency - by_luck) / (1 - by_luck) if by_luck < 1 else 1.0
    able = 1 - beta_cdf(cut, a, b)
    false_pass, false_fail = passed - truly, able - truly
    return consistency, kappa, 1 - false_pass - false_fail, false_pass, false_fail


@lru_cache(maxsize=64)
def _both(length: int, passes: int) -> Sequence[tuple[int, int]]:
    """In how many ways two passed papers of this length hold so many right answers together."""
    single = [comb(length, right) for right in range(length + 1)]
    found = []
    for both in range(2 * passes, 2 * length + 1):
        ways = sum(
            single[one] * single[both - one]
            for one in range(max(passes, both - length), min(length, both - passes) + 1)
        )
        if ways:
            found.append((both, ways))
    return found


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
