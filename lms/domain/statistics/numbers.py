"""Distributions that intervals and tests need; the standard library has only the normal one."""

from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
_TINY = 1e-300


def normal_quantile(share: float) -> float:
    """The standard normal value below which ``share`` of the cases lie."""
    return _NORMAL.inv_cdf(share)


def normal_cdf(value: float) -> float:
    """The share of standard normal cases below ``value``."""
    return _NORMAL.cdf(value)


def beta_cdf(x: float, a: float, b: float) -> float:
    """The share of a beta distribution with parameters ``a`` and ``b`` that lies below ``x``.

    Continued fraction by Lentz's method. Source: Abramowitz and Stegun, 26.5.8.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # where the fraction converges slowly, take the other tail
        return 1.0 - beta_cdf(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, 1000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + term * d)
            c = _away(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return found


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def student_cdf(t: float, degrees: float) -> float:
    """The share of Student's distribution below ``t``."""
    tail = beta_cdf(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
    return tail if t < 0 else 1 - tail


@lru_cache(maxsize=512)
def student_quantile(share: float, degrees: float) -> float:
    """The value below which ``share`` of Student's distribution lies. ``degrees`` from 1 up."""
    if share < 0.5:
        return -student_quantile(1 - share, degrees)
    low, high = 0.0, 1.0
    while student_cdf(high, degrees) < share:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if student_cdf(middle, degrees) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def at_least(successes: int, trials: int, chance: float) -> float:
    """The chance of so many successes or more in independent trials."""
    if successes <= 0:
        return 1.0
    if successes > trials:
        return 0.0
    return beta_cdf(chance, successes, trials - successes + 1)


def log_choose(n: int, k: int) -> float:
    """The logarithm of the number of ways to choose ``k`` of ``n``."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def standard_error_of_share(share: float, count: int) -> float:
    """The usual standard error of an observed share, never quite zero."""
    return sqrt(max(share * (1 - share), 0.25 / max(count, 1)) / max(count, 1))
