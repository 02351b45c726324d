"""The formulas of item analysis once more, as a textbook writes them: slow, exact, from the
definitions, and sharing nothing with the code that they check."""

from __future__ import annotations

from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 60
Numbers = list[int]


def root(value: Fraction) -> float:
    """The square root to sixty digits, then as a float."""
    return float((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def mean(values: Numbers) -> Fraction:
    return Fraction(sum(values), len(values))


def covariance(xs: Numbers, ys: Numbers) -> Fraction:
    """From the distances to the means, each times n so that it is whole."""
    n = len(xs)
    sx, sy = sum(xs), sum(ys)
    products = ((n * x - sx) * (n * y - sy) for x, y in zip(xs, ys, strict=True))
    return Fraction(sum(products), n * n * (n - 1))


def of_item(rows: list[list[int]], item: int, maximum: int) -> dict[str, float]:
    xs = [row[item] for row in rows]
    rests = [sum(row) - row[item] for row in rows]
    together = covariance(xs, rests)
    spread = covariance(xs, xs) * covariance(rests, rests)
    return {
        "facility": float(mean(xs) / maximum),
        "sd": root(covariance(xs, xs)),
        "discrimination_index": 100 * float(together) / root(spread),
        "discriminative_efficiency": 100 * float(together / covariance(sorted(xs), sorted(rests))),
        "effective_weight": 100 * weights(rows)[item],
    }


def weights(rows: list[list[int]]) -> list[float]:
    totals = [sum(row) for row in rows]
    columns = [[row[item] for row in rows] for item in range(len(rows[0]))]
    roots = [root(covariance(column, totals)) for column in columns]
    return [one / sum(roots) for one in roots]


def of_test(rows: list[list[int]]) -> dict[str, float]:
    totals = [sum(row) for row in rows]
    n, p = len(rows), len(rows[0])
    variance = covariance(totals, totals)
    parts = [
        covariance(column, column) for column in ([row[item] for row in rows] for item in range(p))
    ]
    alpha = Fraction(p, p - 1) * (1 - sum(parts, Fraction(0)) / variance)
    ordered = sorted(totals)
    k2, k3, k4 = k_statistics(totals)
    return {
        "mean": float(mean(totals)),
        "median": (ordered[(n - 1) // 2] + ordered[n // 2]) / 2,
        "sd": root(variance),
        "skewness": float(k3) / root(k2) ** 3,
        "kurtosis": float(k4 / k2**2),
        "alpha": 100 * float(alpha),
        "error_ratio": 100 * root(1 - alpha),
        "standard_error": root(1 - alpha) * root(variance),
    }


def k_statistics(values: Numbers) -> tuple[Fraction, Fraction, Fraction]:
    """From sums of powers. Source: M. G. Kendall and A. Stuart, volume 1, 12.10."""
    n = len(values)
    s1, s2, s3, s4 = (Fraction(sum(v**power for v in values)) for power in (1, 2, 3, 4))
    k2 = (n * s2 - s1**2) / (n * (n - 1))
    k3 = (2 * s1**3 - 3 * n * s1 * s2 + n**2 * s3) / (n * (n - 1) * (n - 2))
    k4 = (
        -6 * s1**4
        + 12 * n * s1**2 * s2
        - 3 * n * (n - 1) * s2**2
        - 4 * n * (n + 1) * s1 * s3
        + n**2 * (n + 1) * s4
    ) / (n * (n - 1) * (n - 2) * (n - 3))
    return k2, k3, k4
