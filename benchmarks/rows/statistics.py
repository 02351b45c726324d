"""Item analysis with all its intervals, beside facility and discrimination alone done bare."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import exp, sqrt
from random import Random

from benchmarks.bench import Bench, Line, share
from lms.domain.statistics import Item, Scores, analyse, collect

CASES = ((300, 60, 1.0), (100_000, 60, 30.0))  # people, items, seconds of CPU that it may take
SEED = 1


def run(bench: Bench) -> list[Line]:  # noqa: ARG001 - needs no server
    """300 people by 60 items, and 100,000 attempts at as many."""
    return [_case(people, items, most) for people, items, most in CASES]


def _case(people: int, items: int, most: float) -> Line:
    names = [f"item-{number}" for number in range(items)]
    scores = collect([Item(name, 1, 0.25) for name in names], _sat(people, names))
    bare = _seconds(lambda: _bare(scores))
    full = _seconds(lambda: analyse(scores, Random(SEED)))
    return Line(
        "statistics",
        f"{people:,} attempts at {items} items",
        {"cpu_seconds": round(bare, 3)},
        {"cpu_seconds": round(full, 3)},
        share(full, bare),
        f"within {most:g} s of CPU",
        full <= most,
        "the floor gives no interval, efficiency, weight or reliability",
    )


def _sat(people: int, names: list[str]):  # type: ignore[no-untyped-def]  # rows, one at a time
    random = Random(SEED)
    hard = {name: random.gauss(-1, 1) for name in names}
    for _ in range(people):
        able = random.gauss(0, 1)
        yield {name: int(random.random() < 1 / (1 + exp(hard[name] - able))) for name in names}


def _seconds(job: Callable[[], object]) -> float:
    began = time.process_time()  # a busy machine is no reason to miss an aim
    job()
    return time.process_time() - began


def _bare(scores: Scores) -> list[tuple[float, float]]:
    """Facility and discrimination of every item, by sums over floats."""
    found = []
    for column in scores.columns:
        rests = [scores.totals[who] - mark for who, mark in zip(column.who, column.marks)]  # noqa: B905
        n = len(rests)
        mean_x, mean_y = sum(column.marks) / n, sum(rests) / n
        xx = sum((x - mean_x) ** 2 for x in column.marks)
        yy = sum((y - mean_y) ** 2 for y in rests)
        xy = sum((x - mean_x) * (y - mean_y) for x, y in zip(column.marks, rests))  # noqa: B905
        found.append((mean_x / column.item.maximum, xy / sqrt(xx * yy) if xx and yy else 0.0))
    return found
