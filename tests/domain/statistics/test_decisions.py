"""How sure a pass mark is: against simulation, against integrals done another way."""

from __future__ import annotations

import os
from collections import Counter
from math import ceil, comb, exp, lgamma, log
from random import Random

import pytest

from lms.domain.statistics import Item, Scores, collect
from lms.domain.statistics.decisions import Decisions, decisions
from tests.domain.statistics import formulas
from tests.domain.statistics.published import LSAT6, LSAT7

SEED = int(os.environ.get("LMS_SEED", "20190609"))
IS_DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
EXAMS = 1_000 if IS_DEEP else 40


def of_rows(rows: list[list[int]], cut: float) -> Decisions:
    items = [Item(f"{n}", 1) for n in range(len(rows[0]))]
    found = decisions(collect(items, [{f"{n}": x for n, x in enumerate(r)} for r in rows]), cut)
    assert found is not None
    return found


def by_integration(rows: list[list[int]], length: int, cut: float) -> dict[str, float]:
    """The same shares by Simpson's rule over true scores, which the code never integrates."""
    p = len(rows[0])
    shares = formulas.of_test(rows)
    mean, variance = shares["mean"] / p, (shares["sd"] / p) ** 2
    spread = mean * (1 - mean) / (variance * shares["alpha"] / 100) - 1
    a, b = mean * spread, (1 - mean) * spread
    constant = lgamma(a + b) - lgamma(a) - lgamma(b)
    passes = ceil(cut * length - 1e-9)

    def over(low: float, high: float) -> tuple[float, float, float]:
        steps, found = 20_000, [0.0, 0.0, 0.0]
        for step in range(steps + 1):
            x = low + (high - low) * step / steps
            if not 0 < x < 1:
                continue
            weight = (1 if step in (0, steps) else 4 if step % 2 else 2) * (high - low) / steps / 3
            density = exp(constant + (a - 1) * log(x) + (b - 1) * log(1 - x))
            passed = sum(
                comb(length, k) * x**k * (1 - x) ** (length - k) for k in range(passes, length + 1)
            )
            found[0] += weight * density
            found[1] += weight * density * passed
            found[2] += weight * density * passed**2
        return found[0], found[1], found[2]

    below, above = over(0, cut), over(cut, 1)
    passed, twice = below[1] + above[1], below[2] + above[2]
    consistency = 1 - 2 * passed + 2 * twice
    luck = passed**2 + (1 - passed) ** 2
    return {
        "consistency": consistency,
        "kappa": (consistency - luck) / (1 - luck),
        "accuracy": 1 - below[1] - (above[0] - above[1]),
        "false_pass": below[1],
        "false_fail": above[0] - above[1],
    }


@pytest.mark.parametrize("rows", [LSAT6, LSAT7], ids=["LSAT 6", "LSAT 7"])
def test_the_shares_are_those_that_integration_gives(rows: list[list[int]]) -> None:
    found = of_rows(rows, 60)
    wanted = by_integration(rows, found.effective_length, 0.6)
    for name, value in wanted.items():
        assert getattr(found, name).value == pytest.approx(value, abs=1e-7), name


def sat_twice(people: int, seed: int, cut: int = 14) -> tuple[Scores, float]:
    """People whose true shares are beta distributed sit two papers of twenty equal questions:
    the first paper, and how often both decide alike."""
    random = Random(seed)
    rows, alike = [], 0
    for _ in range(people):
        true = random.betavariate(7, 3)
        papers = [[int(random.random() < true) for _ in range(20)] for _ in range(2)]
        rows.append({f"{n}": mark for n, mark in enumerate(papers[0])})
        alike += (sum(papers[0]) >= cut) == (sum(papers[1]) >= cut)
    return collect([Item(f"{n}", 1) for n in range(20)], rows), alike / people


def test_a_second_sitting_decides_as_often_alike_as_one_sitting_foretold() -> None:
    scores, alike = sat_twice(6_000, SEED)
    found = decisions(scores, 70)
    assert found is not None
    assert found.effective_length == pytest.approx(20, abs=1)
    assert found.consistency.value == pytest.approx(alike, abs=0.02)
    assert found.consistency.interval is not None
    total = (found.accuracy.value or 0) + (found.false_pass.value or 0)
    assert total + (found.false_fail.value or 0) == pytest.approx(1)


FIGURES = ("consistency", "kappa", "accuracy", "false_pass", "false_fail")


def test_the_intervals_of_all_shares_hold_the_truth() -> None:
    truth = decisions(sat_twice(20_000 if IS_DEEP else 5_000, SEED)[0], 70)
    held: Counter[str] = Counter()
    for number in range(1, EXAMS + 1):
        found = decisions(sat_twice(150, SEED + number)[0], 70)
        for name in FIGURES:
            figure, true = getattr(found, name), getattr(truth, name)
            assert figure.interval is not None
            held[name] += true.value in figure.interval
    for name in FIGURES:
        assert held[name] / EXAMS > 0.93 - 4 * (0.93 * 0.07 / EXAMS) ** 0.5, (name, held)


def test_marks_without_reliability_decide_nothing_that_can_be_counted() -> None:
    noise = [[n % 2, 1 - n % 2] for n in range(40)]
    items = [Item("0", 1), Item("1", 1)]
    assert decisions(collect(items, [{"0": a, "1": b} for a, b in noise]), 50) is None
    assert decisions(collect(items, []), 50) is None
