"""Reports are kept until what they rest on changes; they count as the corrections in force say."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms import db
from lms.assessment import correcting
from lms.statistics import views
from lms.statistics.keeping import Kept, Rests, Shelf
from tests.conftest import START, Moment
from tests.page import Page
from tests.statistics.sitters import sit
from tests.world import World

SignedIn = Callable[[str], Page]
RESTS = Rests(("release", ()), "people", 100)


class Work:
    """Something that takes so many seconds, and counts how often it was done."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.done, self.clock = seconds, 0, 0.0

    def __call__(self) -> None:
        self.done += 1
        self.clock += self.seconds

    def shelf(self) -> Shelf:
        return Shelf(lambda: self.clock)


def test_nothing_is_worked_out_twice_while_nothing_changes() -> None:
    work = Work(30)
    shelf = work.shelf()
    for hours in range(48):
        found = shelf.get("key", RESTS, work, START + timedelta(hours=hours))
        assert found == Kept(None, START)
    assert work.done == 1


def test_another_release_or_correction_is_never_answered_from_before() -> None:
    work = Work(30)
    shelf = work.shelf()
    shelf.get("key", RESTS, work, START)
    corrected = replace(RESTS, rules=("release", ("void",)))
    assert not shelf.get("key", corrected, work, START).is_stale
    assert work.done == 2


def test_what_takes_long_is_shown_as_stale_for_a_quarter_of_an_hour() -> None:
    work = Work(30)
    shelf = work.shelf()
    shelf.get("key", RESTS, work, START)
    newer = replace(RESTS, people="more people", attempts=112)
    found = shelf.get("key", newer, work, START + timedelta(minutes=14))
    assert (found.is_stale, found.newer, found.at, work.done) == (True, 12, START, 1)
    assert not shelf.get("key", newer, work, START + timedelta(minutes=14), fresh=True).is_stale
    again = shelf.get("key", RESTS, work, START + timedelta(minutes=30))
    assert (again.is_stale, work.done) == (False, 3)


def test_what_is_quick_is_never_stale() -> None:
    work = Work(0.5)
    shelf = work.shelf()
    shelf.get("key", RESTS, work, START)
    assert not shelf.get("key", replace(RESTS, people="more"), work, START).is_stale
    assert work.done == 2


# --- the pages -----------------------------------------------------------------------------------


def rows(page: Page) -> dict[str, dict[str, str]]:
    text = page.client.get("/statistics/exam?format=csv").get_data(as_text=True)
    found = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    return {row["question"]: row for row in found}


def correct(app: Flask, world: World, question: str, kind: str, value: Any) -> None:
    with app.app_context(), db.transaction() as session:
        made = correcting.propose(
            session,
            world.actor("tamara"),
            question,
            kind,
            value,
            "ambiguous",
            organisation_id=world.ids["North"],
            now=START,
        )
        correcting.apply(session, world.actor("kairat"), made.id, now=START)


def test_figures_follow_the_corrections_and_say_so(
    app: Flask, world: World, signed_in_as: SignedIn, now: Moment
) -> None:
    sit(app, world, "North one", 8, lambda n, q: q != "q-see" or n % 2 == 0, now=START)
    page = signed_in_as("tamara")
    assert "nothing has changed since" in page.get("/statistics/exam").text
    before = rows(page)
    assert float(before["q-see"]["facility"]) == 0.5
    other = next(slug for slug in before if slug != "q-see")
    correct(app, world, "q-see", "void", None)
    after = rows(page)
    assert "q-see" not in after
    assert after[other]["facility"] == before[other]["facility"]
    page.get("/statistics/exam")
    assert "taken out of every paper" in page.text
    page.get("/statistics/exam/q-see", status=404)
    # Another organisation's people sat the same exam and are judged as before.
    sit(app, world, "South one", 6, lambda _n, q: q != "q-see", now=START)
    assert float(rows(signed_in_as("saule"))["q-see"]["facility"]) == 0.0


def test_an_answer_that_is_accepted_later_counts_from_the_first_person_on(
    app: Flask, world: World, signed_in_as: SignedIn, now: Moment
) -> None:
    from tests.assessment.papers import RIGHT, WRONG
    from tests.assessment.papers import sit as sit_in_browser

    sit(app, world, "North one", 5, lambda _n, _q: True, now=START)
    for login in ("aida", "bota"):
        sit_in_browser(
            signed_in_as(login), "exam", lambda q: (WRONG if q == "q-look" else RIGHT)[q]
        )
    page = signed_in_as("kairat")
    assert float(rows(page)["q-look"]["facility"]) == pytest.approx(5 / 7)
    correct(app, world, "q-look", "accept", ["ceiling"])
    assert float(rows(page)["q-look"]["facility"]) == 1.0
    assert "a further answer is accepted" in page.get("/statistics/exam/q-look").text


def test_a_second_look_works_nothing_out(
    app: Flask,
    world: World,
    signed_in_as: SignedIn,
    now: Moment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sit(app, world, "North one", 6, lambda n, _q: n % 2 == 0, now=START)
    page = signed_in_as("tamara").get("/statistics/exam")
    question = next(link for link in page.sheet.links if "/statistics/exam/q-" in link)

    def no_more(*_given: object) -> None:
        raise AssertionError("worked out again")

    monkeypatch.setattr(views, "report", no_more)
    now.move(minutes=20)
    page.get("/statistics/exam")
    page.get(question)
    assert "2026-03-01 09:00 UTC" in page.text
