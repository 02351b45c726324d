"""One step of a run beside an ordinary page, and what it costs to prove every scenario."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from benchmarks import load
from benchmarks.bench import CLIENTS, Bench, Line, share
from benchmarks.load import Visit
from lms import clock, db
from lms.config import ROOT
from lms.content.compiling import compile_tree
from lms.domain.exploring import explore
from lms.domain.permissions import Actor, Held, Role
from lms.domain.scenarios import Scenario, open_choices, start, take
from lms.drills import actions

MOST_TIMES = 1.5
SLUG = "told-to-leave"
LESSON = "/courses/observer-rights/who-may-observe"


def run(bench: Bench) -> list[Line]:
    runs = _runs(bench)
    lines = []
    for count in CLIENTS:
        pairs = list(zip(runs, bench.readers, strict=True))[:count]
        step = [lambda p=p, r=r: _visit(p, r.cookie) for p, r in pairs]
        page = [lambda r=r: _visit(LESSON, r.cookie) for _p, r in pairs]
        ordinary, ours = bench.duel((bench.product, page), (bench.product, step))
        ratio = share(ours.cpu_ms, ordinary.cpu_ms)
        case = f"{count} client{'s' * (count > 1)}: the page of a step beside a lesson, CPU"
        lines.append(
            Line(
                "scenario",
                case,
                ordinary.figures(),
                ours.figures(),
                ratio,
                f"at most {MOST_TIMES}",
                ratio <= MOST_TIMES,
            )
        )
    return [*lines, *_proofs()]


def _visit(path: str, cookie: str) -> Visit:
    yield load.get(path, cookie)


def _runs(bench: Bench) -> list[str]:
    """An open run of each reader, three choices in."""
    books = bench.world.library()
    path = books.scenarios[SLUG]["best_path"][:3]
    readers, found = bench.readers, []
    with bench.world.app.app_context(), db.transaction() as session:
        for reader in readers:
            actor = Actor(reader.id, (Held(Role.TRAINEE),))
            run_id = actions.start(session, actor, books, SLUG, seed=0, now=clock.now())
            for number, (_scene, choice) in enumerate(path):
                actions.choose(
                    session,
                    actor,
                    run_id,
                    choice,
                    step=number,
                    client_key=uuid.uuid4(),
                    now=clock.now(),
                )
            found.append(f"/runs/{run_id}")
    return found


def _proofs() -> list[Line]:
    """Exploring beside walking every position once without merging any, which is the floor."""
    compiled = compile_tree(ROOT)
    documents = [d for d in compiled.documents if d["kind"] == "scenario"]
    scenarios = [Scenario.from_document(document) for document in documents]
    proved = _best(lambda: [explore(scenario) for scenario in scenarios])
    walked = _best(lambda: [_walk(scenario) for scenario in scenarios])
    figures = {"scenarios": float(len(scenarios)), "ms": round(proved * 1000, 1)}
    return [
        Line(
            "scenario",
            "checking all scenarios beside a bare walk through their merged positions",
            {"ms": round(walked * 1000, 1)},
            figures,
            share(proved, walked),
            "for comparison",
            None,
        )
    ]


def _best(job: Callable[[], Any]) -> float:
    times = []
    for _ in range(3):
        began = time.process_time()
        job()
        times.append(time.process_time() - began)
    return min(times)


def _walk(scenario: Scenario) -> int:
    """Every position once, told apart by all that it holds but the points and the minutes."""
    first = start(scenario)
    seen, waiting = set[object](), [first]
    while waiting:
        position = waiting.pop()
        key = (position.scene, *position.meters.items(), *position.flags.items(), position.failed)
        if key in seen:
            continue
        seen.add(key)
        waiting += [take(scenario, position, c.id) for c in open_choices(scenario, position)]
    return len(seen)
