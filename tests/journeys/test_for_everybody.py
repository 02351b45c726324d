"""Every scene of every scenario, every moment of a night of every count exercise, and all that is
printed of it, examined by axe in every language.

Where a run goes is its choices and a seed, so every scene is seen on the page that a trainee sees:
the choices are put into the database as if they had been made, with a seed that makes chance do
what has to happen. The usual run examines a few of them, and finds the way to all.
"""

from __future__ import annotations

import os
import re
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from lms import db
from lms.content import publishing
from lms.domain.counts.best import best_acts
from lms.domain.runs import kindest_seed, unfold
from lms.domain.scenarios import Position, Scenario, has_ended, open_choices, start, take
from tests.journeys.looking import Eyes
from tests.journeys.people import enter
from tests.journeys.plain import Plain
from tests.journeys.site import Site
from tests.journeys.stage import served
from tests.journeys.test_count import a_night, begin, send
from tests.world import World

pytestmark = pytest.mark.browser
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
LANGUAGES = ["en", "ru", "kk"]
# (whether a paper is to be written, how far the clock is, whether the run has ended)
NOT_MET_ELSEWHERE = {(True, None, False), (False, "deciding", False), (False, "over", False)}
Step = tuple[str, str]  # a scene, and what was chosen or happened there


@dataclass(frozen=True)
class Stop:
    """A page of a run that shows something for the first time, and how a run comes there.

    ``shows``: a scene by its name, what happens in one of chance by both names, a paper to write by
    its choice. ``asks``: the paper is still to be written. ``clock``: how far the time to decide
    is: still reading, deciding, over; None for a run without the clock.
    """

    shows: str
    steps: tuple[Step, ...]
    asks: bool = False
    clock: str | None = None


def stops(scenario: Scenario) -> Iterator[Stop]:
    """The nearest way to each page that shows something new. Nobody stands in a scene of chance:
    it is told on the page of the scene that it leads to."""
    waiting: list[tuple[Position, tuple[Step, ...]]] = [(start(scenario), ())]
    shown, seen = set[str](), set[object]()
    while waiting:
        position, steps = waiting.pop(0)
        scene = scenario.scenes[position.scene]
        if not scene.chance:
            for stop in _new(scenario, position, steps):
                if stop.shows not in shown:
                    shown.add(stop.shows)
                    yield stop
        key = (position.scene, *position.meters.items(), *position.flags.items(), *position.returns)
        if key in seen and not scene.chance:
            continue
        seen.add(key)
        for choice in open_choices(scenario, position):
            waiting.append(
                (take(scenario, position, choice.id), (*steps, (position.scene, choice.id)))
            )


def _new(scenario: Scenario, position: Position, steps: tuple[Step, ...]) -> Iterator[Stop]:
    scene = scenario.scenes[position.scene]
    yield Stop(scene.id, steps)
    if scene.seconds and not has_ended(scenario, position):
        for clock in ("reading", "deciding", "over"):
            yield Stop(f"{scene.id}, {clock}", steps, clock=clock)
    for at, happens in reversed(steps):
        if not scenario.scenes[at].chance:
            if _writes(scenario, (at, happens)):
                yield Stop(f"{at}/{happens}, paper", steps, asks=True)
            break
        yield Stop(f"{at}/{happens}", steps)


def _writes(scenario: Scenario, step: Step) -> str | None:
    choice = scenario.scenes[step[0]].choice(step[1])
    return choice.writes if choice else None


def to_show(scenario: Scenario) -> set[str]:
    """Everything that ``stops`` has to find, read off the scenario without walking through it."""
    found = set[str]()
    for scene in scenario.scenes.values():
        if scene.chance:
            found |= {f"{scene.id}/{choice.id}" for choice in scene.choices}
            continue
        found.add(scene.id)
        found |= {f"{scene.id}/{c.id}, paper" for c in scene.choices if c.writes}
        if scene.seconds:
            found |= {f"{scene.id}, {clock}" for clock in ("reading", "deciding", "over")}
    return found


@pytest.mark.parametrize("language", LANGUAGES if DEEP else ["kk"])
def test_scenes_are_for_everybody(
    language: str, site: Site, browser: Browser, record_property: Callable[[str, object], None]
) -> None:
    """All pages of all scenarios in the deep tier, against the clock too; otherwise one of each
    sort that no other journey looks at, of whichever scenario has it first."""
    eyes = Eyes(browser, site.address, language, True, set())
    enter(eyes, "newcomer", site.cards["newcomer"]["secret"])
    plain, sorts = Plain(eyes.context, eyes.address), set[object]()
    examined, scenes = 0, 0
    for slug in site.books.scenarios:
        scenario, run = site.books.scenario(slug), ""
        found = list(stops(scenario))
        assert {stop.shows for stop in found} == to_show(scenario), slug
        scenes += len(scenario.scenes)
        for stop in found:
            sort = stop.asks, stop.clock, _ends(scenario, stop)
            if not DEEP and (sort in sorts or sort not in NOT_MET_ELSEWHERE):
                continue
            if not run:
                run = _begun(plain, slug)
            _put(site.folder / "lms.sqlite", run, scenario, stop)
            eyes.seen.clear()
            eyes.page.goto(eyes.address + run)
            eyes.look(dark=DEEP and sort not in sorts)
            assert eyes.path.endswith("/debrief") == (_ends(scenario, stop) and not stop.asks)
            sorts.add(sort)
            examined += 1
        if run:
            _put(site.folder / "lms.sqlite", run, scenario, Stop("", ()))
    record_property("scenes", scenes)
    record_property("pages examined", examined)
    eyes.context.close()


def _begun(plain: Plain, slug: str) -> str:
    """The address of a run: of the one that was begun in another language, if there is one."""
    plain.get(f"/scenarios/{slug}")
    if found := re.search(r'href="(/runs/[0-9a-f-]{36})"', plain.html):
        return found[1]
    return plain.submit("/start", {"pace": "calm"}).path


def _ends(scenario: Scenario, stop: Stop) -> bool:
    position = start(scenario)
    for _scene, choice in stop.steps:
        position = take(scenario, position, choice)
    return has_ended(scenario, position)


def _put(file: Path, run: str, scenario: Scenario, stop: Stop) -> None:
    """Let a run have come this far."""
    seed = kindest_seed(scenario, stop.steps)
    chosen = [step for step in stop.steps if not scenario.scenes[step[0]].chance]
    beats = unfold(scenario, [choice for _scene, choice in chosen], seed)
    assert tuple((beat.scene, beat.choice.id) for beat in beats) == stop.steps, stop
    run_id = uuid.UUID(run.rsplit("/", 1)[-1]).hex
    written = [n for n, step in enumerate(chosen, start=1) if _writes(scenario, step)]
    if stop.asks:
        written.remove(len(chosen))
    began = datetime.now(UTC).replace(tzinfo=None)
    began += timedelta(minutes=5) if stop.clock == "deciding" else -timedelta(hours=1)
    with closing(sqlite3.connect(file)) as database, database:

        def insert(table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
            database.execute(f"DELETE FROM {table} WHERE run_id = ?", (run_id,))  # noqa: S608 - names
            marks = ", ".join("?" * len(columns.split()))
            database.executemany(
                f"INSERT INTO {table} ({', '.join(columns.split())}) VALUES ({marks})",  # noqa: S608
                rows,
            )

        database.execute(
            "UPDATE runs SET seed = ?, timed = ? WHERE id = ?",
            (seed, stop.clock is not None, run_id),
        )
        insert(
            "run_choices",
            "run_id sequence scene choice late client_key at",
            [
                (run_id, number, scene, choice, 0, uuid.uuid4().hex, str(began))
                for number, (scene, choice) in enumerate(chosen, start=1)
            ],
        )
        insert(
            "run_papers",
            "run_id sequence kind at",
            [(run_id, n, _writes(scenario, chosen[n - 1]), str(began)) for n in written],
        )
        clocks = [(run_id, len(chosen), str(began))] if stop.clock in ("deciding", "over") else []
        insert("run_clocks", "run_id sequence at", clocks)


@pytest.mark.deep
def test_what_chance_did_is_for_everybody(app: Flask, world: World, browser: Browser) -> None:
    """No scenario of the courses leaves anything to chance; the one of the tests does."""
    with app.app_context():
        scenario = publishing.current(db.session()).scenario("night")
        database = Path(db.database().url.database or "")
    found = list(stops(scenario))
    assert {stop.shows for stop in found} == to_show(scenario) > {"look/pause", "look/out"}
    with served(app, world, browser) as stage:
        eyes = stage.eyes("aida")
        plain = Plain(eyes.context, eyes.address)
        plain.get("/scenarios/night").submit("/start", {"pace": "calm"})
        for stop in found:
            _put(database, plain.path, scenario, stop)
            eyes.seen.clear()
            eyes.go(f"/runs/{plain.path.split('/')[2]}")


@pytest.mark.deep
@pytest.mark.parametrize("language", LANGUAGES)
def test_ballots_and_tables_are_for_everybody(
    language: str, site: Site, browser: Browser, record_property: Callable[[str, object], None]
) -> None:
    """A night of every exercise from moment to moment, as it is shown before and after one has
    judged; then its debrief, its paper version and its kit with every sort of doubtful ballot."""
    eyes = Eyes(browser, site.address, language, True, set())
    enter(eyes, "trainee", site.cards["trainee"]["secret"])
    plain, examined, runs = Plain(eyes.context, eyes.address), 0, dict[str, int]()

    def examine(path: str) -> None:
        nonlocal examined
        eyes.seen.clear()
        eyes.go(path)
        examined += 1

    for slug in site.books.counts:
        night = a_night(site, None, slug)
        run, fresh = begin(eyes, site, night, keys=False), True
        runs[slug] = night.seed
        for act in best_acts(night):
            if fresh or act.verb in ("tally", "judge", "own", "check"):
                examine(run)
            send(plain, run, act, night)
            # A moment, and what is told when one has judged for oneself.
            fresh = act.verb in ("on", "judge", "check")
        examine(run)
        assert eyes.path.endswith("/debrief")
    enter(eyes, "trainer2", site.cards["trainer2"]["secret"])
    for slug, seed in runs.items():
        for sheet in ("paper", "kit"):
            examine(f"/counts/{slug}/{sheet}?seed={seed}")
    record_property("pages examined", examined)
    eyes.context.close()
