"""The report on a cohort of 1,000: at most twice the time of the same figures asked bare."""

from __future__ import annotations

from benchmarks import load, servers, worlds
from benchmarks.bench import CLIENTS, Bench, Line, share
from benchmarks.load import Visit

MOST_TIMES = 2.0


def run(bench: Bench) -> list[Line]:
    cohort = bench.world.cohorts["thousand"][0]
    trainer = bench.trainer
    path = f"/cohorts/{cohort}"
    environ = worlds.twin(bench.world)
    lines = []
    with servers.floor(environ) as bare:
        for count in CLIENTS:
            floor, ours = bench.duel(
                (bare, [lambda: _visit(path, trainer.bare)] * count),
                (bench.product, [lambda: _visit(path, trainer.cookie)] * count),
            )
            ratio = share(ours.cpu_ms, floor.cpu_ms)
            lines.append(
                Line(
                    "report on 1,000 trainees",
                    f"{count} client{'s' * (count > 1)}: CPU beside the same figures asked bare",
                    floor.figures(),
                    ours.figures(),
                    ratio,
                    f"at most {MOST_TIMES}",
                    ratio <= MOST_TIMES,
                )
            )
    return lines


def _visit(path: str, cookie: str) -> Visit:
    yield load.get(path, cookie)
