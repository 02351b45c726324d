"""The statistics of a quiz: for whom, of whom, and never of too few."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from lms.domain.permissions import Role
from lms.statistics.reports import FEWEST, too_small
from tests.conftest import START
from tests.page import Page
from tests.statistics.sitters import sit, sit_once
from tests.world import World

LATER = START + timedelta(hours=1)
SignedIn = Callable[[str], Page]


def even(number: int, question: str) -> bool:
    """Of every two people one knows it; of q-see all do."""
    return question == "q-see" or number % 2 == 0


def rows_of(page: Page, address: str) -> list[dict[str, str]]:
    text = page.client.get(address).get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_before_five_people_sat_a_quiz_there_are_no_figures(
    app: Flask, world: World, signed_in_as: SignedIn
) -> None:
    sit(app, world, "North one", FEWEST - 1, even, now=START)
    page = signed_in_as("tamara").get("/statistics/")
    assert "fewer than five" in page.text
    assert "/statistics/exam" not in page.sheet.links
    assert "would tell about each of them" in page.get("/statistics/exam").text


def test_a_trainer_sees_own_cohorts_and_a_coordinator_the_organisation(
    app: Flask, world: World, signed_in_as: SignedIn
) -> None:
    sit(app, world, "North one", 6, even, now=START)
    sit(app, world, "North two", 7, even, now=START)
    sit(app, world, "South one", 8, even, now=START)

    def answers(login: str) -> int:
        found = rows_of(signed_in_as(login), "/statistics/exam?format=csv")
        return max(int(row["answers"]) for row in found)

    assert answers("tamara") == 6
    assert answers("timur") == 7
    assert answers("kairat") == 13
    assert answers("saule") == 8


def test_facility_and_its_interval_are_those_of_the_answers(
    app: Flask, world: World, signed_in_as: SignedIn
) -> None:
    sit(app, world, "North one", 12, even, now=START)
    rows = rows_of(signed_in_as("tamara"), "/statistics/exam?format=csv")
    found = {row["question"]: row for row in rows}
    assert float(found["q-see"]["facility"]) == 1.0
    other = next(name for name in found if name != "q-see" and found[name]["answers"] == "12")
    assert float(found[other]["facility"]) == 0.5
    # Wilson of 6 in 12, by hand: 0.5 ± 0.246.
    assert float(found[other]["facility_low"]) == pytest.approx(0.2538, abs=1e-4)
    assert float(found[other]["facility_high"]) == pytest.approx(0.7462, abs=1e-4)
    assert "easy" in found["q-see"]["flags"]


def test_the_page_shows_flags_first_then_pictures_with_their_tables(
    app: Flask, world: World, signed_in_as: SignedIn
) -> None:
    sit(app, world, "North one", 10, even, now=START)
    page = signed_in_as("tamara").get("/statistics/exam")
    assert page.text.index("Questions to look at") < page.text.index("The whole quiz")
    assert "Nearly everybody answers it." in page.text
    assert "<svg" in page.html
    page.get("/statistics/exam?sort=-people&which=all")
    page.get("/statistics/exam?which=nonsense&sort=nonsense")


def test_who_may_still_have_to_pass_an_exam_does_not_see_its_key(
    app: Flask, world: World, signed_in_as: SignedIn
) -> None:
    sit(app, world, "North one", 10, even, now=START)
    trainer = signed_in_as("tamara").get("/statistics/exam/q-see")
    assert "its key are not shown to you" in trainer.text
    assert trainer.client.get("/statistics/exam/q-see?format=csv").status_code == 404
    coordinator = signed_in_as("kairat").get("/statistics/exam/q-see")
    assert "How often, in all and among" in coordinator.text
    sit_once(app, world, "tamara", lambda _question: True, now=START)
    assert "How often, in all and among" in trainer.get("/statistics/exam/q-see").text


def test_the_key_of_a_practice_is_shown(app: Flask, world: World, signed_in_as: SignedIn) -> None:
    sit(app, world, "North one", 10, even, quiz="practice", now=START)
    rows = rows_of(signed_in_as("tamara"), "/statistics/practice/q-see?format=csv")
    assert {row["choice"]: row["right"] for row in rows}["marks"] == "1"


def test_a_small_language_is_not_shown_nor_can_it_be_worked_out(
    app: Flask, world: World, signed_in_as: SignedIn
) -> None:
    sit(app, world, "North one", 12, even, now=START)
    sit(app, world, "North one", 3, even, language="kk", now=START)
    page = signed_in_as("tamara").get("/statistics/exam")
    assert page.text.count("too few people to show") == 2
    assert too_small({"en": 12, "kk": 3}) == {"en", "kk"}
    assert too_small({"en": 12, "kk": 3, "ru": 20}) == {"en", "kk"}
    assert too_small({"en": 12, "kk": 3, "ru": 2, "uz": 9}) == {"kk", "ru"}
    assert too_small({"en": 12, "kk": 2, "ru": 1}) == {"en", "kk", "ru"}
    assert too_small({"en": 12, "kk": 5}) == frozenset()


def test_first_last_and_best_attempts_are_told_apart(
    app: Flask, world: World, signed_in_as: SignedIn
) -> None:
    logins = sit(app, world, "North one", 5, lambda _n, _q: False, quiz="practice", now=START)
    for login in logins:
        sit_once(app, world, login, lambda _q: True, quiz="practice", now=LATER)
    page = signed_in_as("tamara")

    def facility(which: str) -> float:
        rows = rows_of(page, f"/statistics/practice?which={which}&format=csv")
        return sum(float(row["facility"]) for row in rows) / len(rows)

    assert (facility("first"), facility("last"), facility("best")) == (0.0, 1.0, 1.0)
    assert facility("all") == 0.5


def test_an_official_s_trainer_sees_the_commission_alone(
    app: Flask, world: World, signed_in_as: SignedIn
) -> None:
    world.add_person("vera", Role.TRAINER, "Members 17")
    sit(app, world, "North one", 9, even, now=START)
    assert "/statistics/exam" not in signed_in_as("vera").get("/statistics/").sheet.links
