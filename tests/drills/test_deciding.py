"""Decisions against the clock and without it, chance, sub-stories, and what is said aloud."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from lms import db
from lms.drills.models import Run
from tests.conftest import Moment
from tests.drills.playing import Browser, begin, choose, id_of, kept, run_of
from tests.page import Page

Seeded = Callable[[str], None]


@pytest.fixture
def page(signed_in_as: Browser) -> Page:
    return signed_in_as("aida")


def against_the_clock(page: Page) -> Page:
    return begin(page, pace="clock").submit("/clock")


def test_the_scene_is_read_before_the_time_begins(app: Flask, now: Moment, page: Page) -> None:
    begin(page, pace="clock")
    assert "you have 30 seconds to decide" in page.text
    assert 'name="choice"' not in page.html
    now.move(minutes=20)
    page.submit("/clock")
    assert 'data-seconds="30"' in page.html
    choose(page, "freeze")
    assert kept(app, run_of(page)) == [("freeze", False)]


def test_whoever_lets_the_time_pass_has_made_the_choice_for_that(
    app: Flask, now: Moment, page: Page
) -> None:
    run = run_of(against_the_clock(page))
    now.move(seconds=36)
    choose(page, "ask")
    assert kept(app, run) == [("freeze", True)]
    assert "The time was up" in page.text


def test_a_slow_line_takes_nobody_a_decision(app: Flask, now: Moment, page: Page) -> None:
    against_the_clock(page)
    now.move(seconds=34)
    choose(page, "ask")
    assert kept(app, run_of(page)) == [("ask", False)]


def test_a_page_that_noticed_it_itself_is_believed_only_after_the_time(
    app: Flask, now: Moment, page: Page
) -> None:
    run = run_of(against_the_clock(page))
    now.move(seconds=3)
    page.submit("/choices", {"choice": "freeze", "up": "1"})
    assert kept(app, run) == [("freeze", False)]


def test_a_page_that_sends_at_nought_is_late(app: Flask, now: Moment, page: Page) -> None:
    run = run_of(against_the_clock(page))
    now.move(seconds=31)
    page.submit("/choices", {"choice": "freeze", "up": "1"})
    assert kept(app, run) == [("freeze", True)]


def test_coming_back_after_the_time_shows_what_happened_and_nothing_else(
    now: Moment, page: Page
) -> None:
    run = run_of(against_the_clock(page))
    now.move(hours=9)
    page.get(run)
    assert "The time is up" in page.text
    assert "Say nothing" in page.text
    assert "Ask for the names" not in page.text


def test_a_choice_before_the_clock_runs_is_refused(app: Flask, page: Page) -> None:
    run = run_of(begin(page, pace="clock"))
    page.post(f"{run}/choices", {"choice": "ask", "step": "0"}, status=409)
    assert kept(app, run) == []


def test_the_clock_begins_once(now: Moment, page: Page) -> None:
    run = run_of(against_the_clock(page))
    now.move(seconds=20)
    page.post(f"{run}/clock", {"step": "0"})
    assert 'data-seconds="10"' in page.html


def test_anybody_may_go_on_without_the_clock(app: Flask, now: Moment, page: Page) -> None:
    run = run_of(against_the_clock(page))
    page.submit("/unhurried")
    now.move(hours=1)
    choose(page, "ask")
    assert kept(app, run) == [("ask", False)]


def test_without_the_clock_nothing_hurries_and_the_score_is_the_same(
    app: Flask, now: Moment, signed_in_as: Browser, seeded: Seeded
) -> None:
    seeded("out")
    marks = []
    for login, pace in (("aida", "clock"), ("bota", "calm")):
        page = begin(signed_in_as(login), pace=pace)
        if pace == "clock":
            page.submit("/clock")
        now.move(seconds=20)
        run = run_of(choose(page, "ask", "note"))
        with app.app_context():
            row = db.session().get_one(Run, id_of(run))
            marks.append((row.timed, row.outcome, row.passed, row.percent))
    assert marks == [
        (True, "removed-documented", True, 57),
        (False, "removed-documented", True, 57),
    ]


@pytest.mark.parametrize(
    ("happening", "scene", "told"),
    [
        ("pause", "A pause", "He sits down for a moment"),
        ("out", "Outside", "He takes you by the arm"),
    ],
)
def test_chance_is_told_and_stays_as_it_fell(
    happening: str, scene: str, told: str, page: Page, seeded: Seeded, signed_in_as: Browser
) -> None:
    seeded(happening)
    run = run_of(choose(begin(page), "ask"))
    for browser in (page, signed_in_as("aida")):
        browser.get(run)
        assert f"<h1>{scene}</h1>" in browser.html
        assert told in browser.text
        assert "He thinks." in browser.text


def test_a_sub_story_comes_back_to_where_it_was_entered(page: Page) -> None:
    choose(begin(page), "phone", "talk")
    assert "<h1>At the table</h1>" in page.html
    assert "It is 23:22" in page.text
    assert "Call the coordinator" not in page.html.split("<fieldset")[1]


def test_the_sentence_is_given_after_the_choice_and_never_before(page: Page) -> None:
    begin(page)
    assert "I do not resist" not in page.text
    choose(page, "ask")
    assert "Say it aloud" in page.text
    assert "I do not resist. Your names, please." in page.text


def test_a_run_that_has_ended_stops_for_nobody(page: Page) -> None:
    run = run_of(choose(begin(page), "over"))
    page.post(f"{run}/unhurried", status=409)
    page.post(f"{run}/clock", {"step": "1"}, status=409)


def test_time_belongs_to_its_owner(page: Page, signed_in_as: Browser) -> None:
    run = run_of(begin(page, pace="clock"))
    other = signed_in_as("bota").get("/scenarios/night")
    for deed in ("clock", "unhurried", "papers"):
        other.post(f"{run}/{deed}", {"step": "0", "text": "x"}, status=404)
