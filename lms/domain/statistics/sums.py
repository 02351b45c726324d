"""Exact sums over pairs of marks, of the whole and with each group left out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from lms.domain.statistics.intervals import GROUPS


@dataclass(frozen=True)
class Pair:
    """Sums over pairs (x, y) of whole numbers: what variances and covariances are made of."""

    n: int = 0
    x: int = 0
    y: int = 0
    xx: int = 0
    yy: int = 0
    xy: int = 0

    def __sub__(self, other: "Pair") -> "Pair":
        return Pair(
            self.n - other.n,
            self.x - other.x,
            self.y - other.y,
            self.xx - other.xx,
            self.yy - other.yy,
            self.xy - other.xy,
        )

    @property
    def scatter_x(self) -> int:
        """n (n - 1) times the variance of x."""
        return self.n * self.xx - self.x * self.x

    @property
    def scatter_y(self) -> int:
        """n (n - 1) times the variance of y."""
        return self.n * self.yy - self.y * self.y

    @property
    def together(self) -> int:
        """n (n - 1) times the covariance."""
        return self.n * self.xy - self.x * self.y

    @property
    def scatter_sum(self) -> int:
        """n (n - 1) times the variance of x + y."""
        return self.scatter_x + self.scatter_y + 2 * self.together

    def over(self, scatter: int) -> float | None:
        """A scatter as a variance: divided by n (n - 1). None of fewer than two."""
        return scatter / (self.n * (self.n - 1)) if self.n > 1 else None

    @property
    def correlation(self) -> float | None:
        """The correlation of x and y; None where one of them does not vary."""
        spread = self.scatter_x * self.scatter_y
        return self.together / sqrt(spread) if spread > 0 else None


def sums_of(counts: Mapping[tuple[int, int], int]) -> Pair:
    """The sums over counted pairs."""
    n = x = y = xx = yy = xy = 0
    for (first, second), times in counts.items():
        n += times
        x += times * first
        y += times * second
        xx += times * first * first
        yy += times * second * second
        xy += times * first * second
    return Pair(n, x, y, xx, yy, xy)


@dataclass(frozen=True)
class Joint:
    """How often each pair came, in all and in each group, with the sums of both."""

    counts: Counter[tuple[int, int]]
    by_group: tuple[Counter[tuple[int, int]], ...]
    whole: Pair
    groups: tuple[Pair, ...]

    def without(self) -> list[Pair]:
        """The sums with each group left out."""
        return [self.whole - group for group in self.groups]

    def most_together(self) -> list[int | None]:
        """The greatest sum of x · y that the same values can give, of the whole first and then
        without each group: both sorted, the smallest with the smallest."""
        xs, ys = _margins(self.counts)
        found = [_paired(xs, ys)]
        for group in self.by_group:
            group_xs, group_ys = _margins(group)
            found.append(_paired(xs - group_xs, ys - group_ys))
        return list(found)


def joint(numbers: Iterable[int], xs: Iterable[int], ys: Iterable[int]) -> Joint:
    """Count pairs; ``numbers`` are those of the attempts, which say their groups."""
    triples = Counter(zip((number % GROUPS for number in numbers), xs, ys, strict=True))
    counts: Counter[tuple[int, int]] = Counter()
    by_group: list[Counter[tuple[int, int]]] = [Counter() for _ in range(GROUPS)]
    for (group, x, y), times in triples.items():
        counts[x, y] += times
        by_group[group][x, y] += times
    groups = tuple(sums_of(group) for group in by_group)
    return Joint(counts, tuple(by_group), sums_of(counts), groups)


def _margins(counts: Mapping[tuple[int, int], int]) -> tuple[Counter[int], Counter[int]]:
    xs: Counter[int] = Counter()
    ys: Counter[int] = Counter()
    for (x, y), times in counts.items():
        xs[x] += times
        ys[y] += times
    return xs, ys


def _paired(xs: Mapping[int, int], ys: Mapping[int, int]) -> int:
    first, second = sorted(xs.items()), sorted(ys.items())
    total = at = used = 0
    for x, times in first:
        while times:
            y, there = second[at]
            take = min(times, there - used)
            total += take * x * y
            times -= take
            used += take
            if used == there:
                at, used = at + 1, 0
    return total


def deviation_of_influence(counts: Mapping[tuple[int, int], int], sums: Pair) -> float:
    """The standard deviation of one case's influence on the correlation of the pairs."""
    n, correlation = sums.n, sums.correlation or 0.0
    mean_x, mean_y = sums.x / n, sums.y / n
    sd_x, sd_y = sqrt(sums.scatter_x) / n, sqrt(sums.scatter_y) / n
    squares = 0.0
    for (x, y), times in counts.items():
        u, v = (x - mean_x) / sd_x, (y - mean_y) / sd_y
        squares += times * (u * v - correlation * (u * u + v * v) / 2) ** 2
    return sqrt(squares / n)


def cumulants(counts: Mapping[int, int]) -> tuple[float | None, float | None, float | None]:
    """The unbiased cumulants k2, k3 and k4 of counted whole numbers.

    They need more than one, two and three cases. Source: hard parts 5.3.
    """
    n = sum(counts.values())
    total = sum(value * times for value, times in counts.items())
    # n times the distance from the mean is whole, so that the sums of powers are exact.
    second = third = fourth = 0
    for value, times in counts.items():
        distance = n * value - total
        second += times * distance**2
        third += times * distance**3
        fourth += times * distance**4
    k2 = second / (n**2 * (n - 1)) if n > 1 else None
    k3 = third / (n**2 * (n - 1) * (n - 2)) if n > 2 else None
    k4 = None
    if n > 3:
        k4 = (n * (n + 1) * fourth - 3 * (n - 1) * second**2) / (n**4 * (n - 1) * (n - 2) * (n - 3))
    return k2, k3, k4


def counted(values: Sequence[int]) -> list[Counter[int]]:
    """How often each value came in each group; ``values`` stand in the order of the attempts."""
    by_group: list[Counter[int]] = [Counter() for _ in range(GROUPS)]
    for number, value in enumerate(values):
        by_group[number % GROUPS][value] += 1
    return by_group
