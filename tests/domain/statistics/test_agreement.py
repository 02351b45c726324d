"""Agreement equals the published examples; a leaning is named when it is more than luck."""

from __future__ import annotations

from random import Random

import pytest

from lms.domain.statistics.agreement import (
    Leaning,
    Scale,
    judged,
    kappa,
    krippendorff,
)
from lms.domain.statistics.panels import cut_of

# Krippendorff (2011), example C: four observers, twelve units, places from 1; 0 is missing.
OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 0 0 0",
    "1 2 3 3 2 2 4 1 2 5 0 3",
    "0 3 3 3 2 3 4 2 2 5 1 0",
    "1 2 3 3 2 4 4 1 2 5 1 0",
]
# A well-known example of three coders, fifteen units.
CODERS = [
    "0 0 0 0 0 3 4 1 2 1 1 3 3 0 3",
    "1 0 2 1 3 3 4 3 0 0 0 0 0 0 0",
    "0 0 2 1 3 4 4 0 2 1 1 3 3 0 4",
]


def units(lines: list[str]) -> list[list[int]]:
    rows = [[int(cell) for cell in line.split()] for line in lines]
    return [[value - 1 for value in unit if value] for unit in zip(*rows, strict=True)]


@pytest.mark.parametrize(
    ("lines", "levels", "scale", "published"),
    [
        (OBSERVERS, 5, Scale.NOMINAL, 0.743),
        (OBSERVERS, 5, Scale.ORDINAL, 0.815),
        (OBSERVERS, 5, Scale.INTERVAL, 0.849),
        (CODERS, 4, Scale.NOMINAL, 0.691),
        (CODERS, 4, Scale.INTERVAL, 0.811),
    ],
)
def test_alpha_is_the_published_one(
    lines: list[str], levels: int, scale: Scale, published: float
) -> None:
    value = krippendorff(units(lines), levels, scale).value
    assert round(value or 0, 3) == published


def test_kappa_is_the_published_one() -> None:
    # Fifty proposals: both yes 20, yes and no 5, no and yes 10, both no 15. Cohen's kappa 0.4.
    pairs = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    assert kappa(pairs, 2, weighted=False).value == pytest.approx(0.4)
    # Weights change nothing where there are two levels.
    assert kappa(pairs, 2, weighted=True).value == pytest.approx(0.4)


def test_a_near_miss_counts_less_where_kappa_is_weighted() -> None:
    near = [(0, 0), (1, 1), (2, 2), (1, 2), (0, 1)]
    far = [(0, 0), (1, 1), (2, 2), (0, 2), (0, 1)]
    assert (kappa(near, 3, weighted=True).value or 0) > (kappa(far, 3, weighted=True).value or 0)


def test_perfect_agreement_is_one_and_one_answer_alone_says_nothing() -> None:
    assert krippendorff([[0, 0], [1, 1], [2, 2]], 3, Scale.ORDINAL).value == pytest.approx(1)
    assert krippendorff([[1, 1], [1, 1]], 3, Scale.ORDINAL).value is None
    assert krippendorff([[1], [0]], 3, Scale.ORDINAL).value is None
    assert kappa([(1, 1)] * 5, 3, weighted=True).value is None


def test_the_intervals_hold_the_truth_as_often_as_they_say() -> None:
    def judgements(random: Random, count: int) -> list[list[int]]:
        found = []
        for _ in range(count):
            truth = random.randrange(3)
            found.append(
                [truth if random.random() < 0.7 else random.randrange(3) for _ in range(8)]
            )
        return found

    truth = krippendorff(judgements(Random(1), 6_000), 3, Scale.ORDINAL).value or 0
    held = 0
    for seed in range(60):
        random = Random(100 + seed)
        found = krippendorff(judgements(random, 20), 3, Scale.ORDINAL, random)
        assert found.interval is not None
        held += truth in found.interval
    # With twenty incidents percentiles are a little short: 0.90 less what luck allows.
    assert held / 60 > 0.90 - 4 * (0.09 / 60) ** 0.5


KEY = {f"i{n}": n % 3 for n in range(20)}


def test_who_calls_everything_a_violation_leans_over() -> None:
    found = judged(dict.fromkeys(KEY, 2), KEY, 3, Random(1))
    assert found.leaning is Leaning.OVER
    assert (found.alike, found.over, found.under) == (6, 14, 0)
    assert (found.kappa.value or 0) == pytest.approx(0)


def test_who_calls_everything_in_order_leans_under() -> None:
    assert judged(dict.fromkeys(KEY, 0), KEY, 3, Random(1)).leaning is Leaning.UNDER


def test_a_slip_or_two_is_no_leaning() -> None:
    answers = KEY | {"i0": 1, "i3": 2}
    found = judged(answers, KEY, 3, Random(1))
    assert found.leaning is Leaning.EVEN
    assert found.alike == 18
    assert judged(KEY, KEY, 3, Random(1)).leaning is Leaning.EVEN


def test_a_panel_s_cut_is_the_mean_paper_s_and_its_error_that_of_the_judges() -> None:
    lines = [(2, ["a", "b"]), (1, ["c"])]
    judgements = {
        "one": {"a": 60, "b": 80, "c": 40},  # (2·70 + 40) / 3 = 60
        "two": {"a": 80, "b": 80, "c": 80},  # 80
        "three": {"a": 70, "b": 70, "c": 70},  # 70
        "late": {"a": 10},
    }
    found = cut_of(judgements, lines)
    assert found.percent.value == pytest.approx(70)
    assert found.by_judge == {"one": 60, "two": 80, "three": 70}
    assert found.error == pytest.approx(10 / 3**0.5)
    assert found.percent.interval is not None
    # Student with two degrees of freedom: 4.302653.
    assert found.percent.interval.high == pytest.approx(70 + 4.302653 * 10 / 3**0.5, abs=1e-4)
    assert found.by_item["a"] == (70, 10)
    assert found.unfinished == ("late",)


def test_a_panel_of_one_judge_has_a_cut_without_an_error() -> None:
    found = cut_of({"one": {"a": 60}}, [(1, ["a"])])
    assert (found.percent.value, found.percent.interval, found.error) == (60, None, None)
    assert cut_of({}, [(1, ["a"])]).percent.value is None
