"""Reports are kept until what they rest on changes; they count as the corrections in force say."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from flask import Flask

from lms import db
from lms.assessment import correcting
from lms.statistics import views, working
from lms.statistics.keeping import Kept, Rests, Shelf, Working
from lms.statistics.reading import Progress
from lms.statistics.reports import Report
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

    def __call__(self, progress: Progress) -> None:
        self.done += 1
        self.clock += self.seconds
        progress(1.0)

    def shelf(self) -> Shelf:
        return Shelf(lambda: self.clock)


def get(
    shelf: Shelf, rests: Rests, work: Any, now: datetime, *, fresh: bool = False
) -> Kept | Working:
    return shelf.get("key", rests.rules, lambda: rests, work, now, fresh=fresh)


def kept(found: Kept | Working) -> Kept:
    assert isinstance(found, Kept)
    return found


def test_nothing_is_worked_out_twice_while_nothing_changes() -> None:
    work = Work(30)
    shelf = work.shelf()
    for hours in range(48):
        found = get(shelf, RESTS, work, START + timedelta(hours=hours))
        assert found == Kept(None, START)
    assert work.done == 1


def test_another_release_or_correction_is_never_answered_from_before() -> None:
    work = Work(30)
    shelf = work.shelf()
    get(shelf, RESTS, work, START)
    corrected = replace(RESTS, rules=("release", ("void",)))
    assert not kept(get(shelf, corrected, work, START)).is_stale
    assert work.done == 2


def test_what_takes_long_is_shown_as_stale_for_a_quarter_of_an_hour() -> None:
    work = Work(30)
    shelf = work.shelf()
    get(shelf, RESTS, work, START)
    newer = replace(RESTS, people="more people", attempts=112)
    found = kept(get(shelf, newer, work, START + timedelta(minutes=14)))
    assert (found.is_stale, found.newer, found.at, work.done) == (True, 12, START, 1)
    later = START + timedelta(minutes=14)
    assert not kept(get(shelf, newer, work, later, fresh=True)).is_stale
    again = kept(get(shelf, RESTS, work, START + timedelta(minutes=30)))
    assert (again.is_stale, work.done) == (False, 3)


def test_what_a_large_report_rests_on_is_not_counted_for_every_reader() -> None:
    work, counted = Work(30), 0
    shelf = work.shelf()

    def ask() -> Rests:
        nonlocal counted
        counted += 1
        return replace(RESTS, attempts=100 + counted, people=counted)

    for seconds in range(120):
        found = kept(shelf.get("key", RESTS.rules, ask, work, START + timedelta(seconds=seconds)))
        assert found.newer == seconds // 30
    assert (work.done, counted) == (1, 4)
    shelf.get("key", ("release", ("void",)), ask, work, START + timedelta(seconds=120))
    assert counted == 5


def test_what_is_quick_is_never_stale() -> None:
    work = Work(0.5)
    shelf = work.shelf()
    get(shelf, RESTS, work, START)
    assert not kept(get(shelf, replace(RESTS, people="more"), work, START)).is_stale
    assert work.done == 2


class Slow:
    """Work that goes on until it is told to end, however long a request is willing to wait."""

    def __init__(self) -> None:
        self.begun, self.end, self.done = Event(), Event(), 0
        self.shelf = Shelf(time.monotonic, patience=0.05)
        self.trouble: Exception | None = None

    def __call__(self, progress: Progress) -> None:
        self.done += 1
        progress(0.4)
        self.begun.set()
        assert self.end.wait(20)
        if self.trouble:
            raise self.trouble

    def get(self, rests: Rests, now: datetime = START, *, fresh: bool = False) -> Kept | Working:
        return get(self.shelf, rests, self, now, fresh=fresh)

    def finish(self) -> None:
        """Let the work end once it has taken long, and wait until what it came to is kept."""
        time.sleep(2 * self.shelf.patience)
        self.end.set()
        until = time.monotonic() + 20
        while self.shelf.is_working and time.monotonic() < until:
            time.sleep(0.005)


def test_nobody_waits_for_long_work_and_all_see_how_far_it_is() -> None:
    slow = Slow()
    slow.get(RESTS)
    assert slow.begun.wait(20)
    assert slow.get(RESTS) == slow.get(RESTS, fresh=True) == Working(START, 0.4)
    slow.finish()
    assert slow.get(RESTS) == Kept(None, START)
    assert slow.done == 1


def test_old_figures_are_shown_while_newer_ones_are_worked_out_unless_the_rules_changed() -> None:
    slow = Slow()
    slow.get(RESTS)
    slow.finish()
    slow.end.clear()
    newer, hours = replace(RESTS, people="more", attempts=107), START + timedelta(hours=3)
    assert slow.get(newer, hours) == Kept(None, START, is_stale=True, newer=7)
    assert isinstance(slow.get(newer, hours, fresh=True), Working)
    assert slow.done == 2
    corrected = replace(newer, rules=("release", ("void",)))
    assert isinstance(slow.get(corrected, hours), Working)
    slow.finish()
    assert slow.get(corrected, hours) == Kept(None, hours)


def test_what_went_wrong_beside_the_pages_is_told_to_whoever_asks_next() -> None:
    slow = Slow()
    slow.trouble = RuntimeError("planted")
    slow.get(RESTS)
    slow.end.set()
    with pytest.raises(RuntimeError, match="planted"):
        for _ in range(100):
            slow.get(RESTS)
    slow.trouble = None
    slow.finish()
    assert slow.get(RESTS) == Kept(None, START)


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

    monkeypatch.setattr(working, "work", no_more)
    now.move(minutes=20)
    page.get("/statistics/exam")
    page.get(question)
    assert "2026-03-01 09:00 UTC" in page.text


def test_a_page_whose_figures_take_long_says_how_far_they_are_and_asks_again(
    app: Flask,
    world: World,
    signed_in_as: SignedIn,
    now: Moment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sit(app, world, "North one", 6, lambda n, _q: n % 2 == 0, now=START)
    page, slow, work = signed_in_as("tamara"), Slow(), working.work
    monkeypatch.setattr(views, "_shelf", slow.shelf)

    def slowly(given: Flask, sought: working.Sought, progress: Progress) -> Report | None:
        slow(progress)
        return work(given, sought, progress)

    monkeypatch.setattr(working, "work", slowly)
    page.get("/statistics/exam", status=202)
    assert slow.begun.wait(20)
    for address in ("/statistics/exam", "/statistics/exam?format=csv", "/statistics/exam/q-see"):
        answer = page.client.get(address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (202, "3")
        assert '<meta http-equiv="refresh" content="3">' in answer.get_data(as_text=True)
    assert "Done, per cent 40 of 100" in page.get("/statistics/exam", status=202).text
    slow.finish()
    assert "All numbers" in page.get("/statistics/exam").text
    assert page.client.get("/statistics/exam?format=csv").mimetype == "text/csv"
    assert slow.done == 1
