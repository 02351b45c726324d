"""Certifying runs: drawn, counted, limited, and passed by the rule of the gate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.certification import queries as certification
from lms.content import publishing
from lms.domain.certification import Need
from lms.drills.models import Gate, Run
from tests.conftest import Moment
from tests.drills.playing import Browser, choose
from tests.page import Page
from tests.world import World

GATE = "/certifying/drawn"


@pytest.fixture
def page(signed_in_as: Browser, seeded: Callable[[str], None], now: Moment) -> Page:
    return signed_in_as("aida").get(GATE)


def draw(page: Page) -> Page:
    return page.get(GATE).submit("/start", {"pace": "calm"})


def runs(app: Flask) -> dict[str, Run]:
    """The runs of the latest attempt, by scenario."""
    with app.app_context():
        gate = latest(app)
        found = db.session().scalars(sa.select(Run).where(Run.gate_id == gate.id))
        return {run.scenario: run for run in found}


def play(app: Flask, page: Page, slug: str, *choices: str) -> None:
    run = runs(app)[slug]
    page.get(f"/runs/{run.id}")
    choose(page, *choices)


def play_night(app: Flask, page: Page) -> None:
    """Ask; then whatever chance brings, the best of it."""
    play(app, page, "night", "ask")
    if "<h1>A pause</h1>" in page.html:
        choose(page, "act").submit("/papers", {"text": "", "do": "skip"})
    else:
        choose(page, "note")


def latest(app: Flask) -> Gate:
    with app.app_context():
        everybodys = sa.select(Gate).order_by(Gate.number.desc())
        found = db.session().scalar(everybodys.execution_options(scope="all"))
        assert found is not None
        return found


def missing(app: Flask, world: World) -> tuple[Need, ...]:
    with app.app_context():
        session = db.session()
        return certification.missing(
            session, publishing.current(session), "drawn", world.ids["aida"]
        )


def test_one_scenario_of_each_tactic_is_drawn(app: Flask, page: Page) -> None:
    draw(page)
    assert set(runs(app)) == {"door", "night"}
    assert "Drawn for you" in page.text


def test_passing_both_is_what_was_missing(app: Flask, world: World, page: Page) -> None:
    need = Need("drawn-runs", "drawn")
    assert need in missing(app, world)
    draw(page)
    play(app, page, "door", "paper", "stayed")
    assert latest(app).finished_at is None
    play_night(app, page)
    assert latest(app).passed is True
    assert need not in missing(app, world)
    assert "Nothing more is needed here." in page.get(GATE).text
    page.post(f"{GATE}/start", status=409)


def test_one_that_does_not_pass_ends_the_attempt(app: Flask, page: Page) -> None:
    draw(page)
    play(app, page, "door", "over")
    gate = latest(app)
    assert (gate.passed, gate.finished_at is not None) == (False, True)
    assert "The next attempt opens on" in page.get(GATE).text


def test_attempts_are_apart_and_counted(app: Flask, now: Moment, page: Page) -> None:
    draw(page)
    play(app, page, "door", "over")
    page.post(f"{GATE}/start", status=409)
    now.move(hours=12)
    draw(page)
    assert latest(app).number == 2
    play(app, page, "door", "street")
    now.move(days=3)
    assert "The attempts of these seven days have been used." in page.get(GATE).text
    page.post(f"{GATE}/start", status=409)
    now.move(days=4)  # seven days after the first one
    draw(page)
    assert latest(app).number == 3


def test_beginning_twice_is_one_attempt(app: Flask, page: Page) -> None:
    draw(page)
    page.post(f"{GATE}/start", {"pace": "calm"})
    assert latest(app).number == 1
    with app.app_context():
        everybodys = sa.select(sa.func.count()).select_from(Run)
        assert db.session().scalar(everybodys.execution_options(scope="all")) == 2


def test_practice_goes_on_beside_a_certifying_run(app: Flask, page: Page) -> None:
    draw(page)
    page.get("/scenarios/door").submit("/start")
    practice = page.path
    assert practice not in {f"/runs/{run.id}" for run in runs(app).values()}
    choose(page, "over")
    assert latest(app).finished_at is None


def test_a_certifying_run_is_evidence_and_passes_its_scenario_too(
    app: Flask, world: World, page: Page
) -> None:
    draw(page)
    play(app, page, "door", "paper", "stayed")
    with app.app_context():
        session = db.session()
        done = certification.done_for(session, publishing.current(session), world.ids["aida"])
    assert "door" in done.scenarios


@pytest.mark.parametrize("programme", ["basic-observer", "nowhere"])
def test_a_programme_that_draws_nothing_has_no_gate(programme: str, page: Page) -> None:
    page.get(f"/certifying/{programme}", status=404)
    page.post(f"/certifying/{programme}/start", status=404)


def test_an_attempt_is_not_forgotten_on_another_device(
    app: Flask, page: Page, signed_in_as: Browser, now: Moment
) -> None:
    draw(page)
    now.at += timedelta(days=3)
    other = signed_in_as("aida").get(GATE)
    assert {f"/runs/{run.id}" for run in runs(app).values()} <= set(other.sheet.links)
