"""Playing a scenario through the pages: every choice kept, endings, stale tabs, looking back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.drills.models import Run, RunChoice
from lms.learning.models import RuleStanding
from tests.page import Page
from tests.world import World

Browse = Callable[[str], Page]


def begin(page: Page) -> Page:
    return page.get("/scenarios/door").submit("/start")


def choose(page: Page, *choices: str) -> Page:
    for choice in choices:
        page.submit("/choices", {"choice": choice})
    return page


def test_the_best_path_passes_and_shows_the_article(world: World, signed_in_as: Browse) -> None:
    page = choose(begin(signed_in_as("aida")), "paper", "stayed")
    assert page.path.endswith("/debrief")
    assert "You stayed, and there is a record" in page.text
    assert "100 % of the best possible" in page.text
    assert "Article 7(1)" in page.text
    assert "Paper is the record." in page.text


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (("street",), "You were removed, and nothing is on paper"),
        (("over",), "A safety limit was broken"),
        (("paper", "street"), "You were removed, and nothing is on paper"),
    ],
)
def test_other_endings_do_not_pass_and_show_the_best_path(
    world: World, signed_in_as: Browse, choices: tuple[str, ...], words: str
) -> None:
    page = choose(begin(signed_in_as("aida")), *choices)
    assert words in page.text
    assert "Not passed" in page.text
    assert "Stay and note" in page.text, "the best path stands beside one's own"


def test_meters_and_the_clock_move_with_a_choice(world: World, signed_in_as: Browse) -> None:
    page = begin(signed_in_as("aida"))
    assert "18:30" in page.text
    assert "2 of 5" in page.text
    choose(page, "paper")
    assert "18:32" in page.text
    assert "3 of 5" in page.text


def test_a_double_click_is_one_choice(app: Flask, world: World, signed_in_as: Browse) -> None:
    page = begin(signed_in_as("aida"))
    fields = dict(page.sheet.forms[0]["fields"]) | {"choice": "paper"}
    for _ in range(3):
        assert page.client.post(f"{page.path}/choices", data=fields).status_code == 303
    with app.app_context():
        count = sa.select(sa.func.count()).select_from(RunChoice).execution_options(scope="all")
        assert db.session().scalar(count) == 1


def test_a_page_that_another_tab_overtook_is_refused(world: World, signed_in_as: Browse) -> None:
    first = begin(signed_in_as("aida"))
    second = signed_in_as("aida").get(first.path)
    choose(first, "paper")
    second.submit("/choices", {"choice": "street"}, status=409)
    assert "open twice" in second.text


def test_no_choice_is_asked_for_in_words(world: World, signed_in_as: Browse) -> None:
    page = begin(signed_in_as("aida"))
    page.submit("/choices", {}, status=422)
    assert "Choose what you do." in page.text


def test_a_run_goes_on_from_another_device(world: World, signed_in_as: Browse) -> None:
    choose(begin(signed_in_as("aida")), "paper")
    page = signed_in_as("aida").get("/scenarios/door")
    page.get(next(link for link in page.sheet.links if "/runs/" in link))
    assert "She writes." in page.text


def test_a_finished_run_keeps_its_outcome_and_its_evidence(
    app: Flask, world: World, signed_in_as: Browse
) -> None:
    choose(begin(signed_in_as("aida")), "paper", "stayed")
    choose(begin(signed_in_as("bota")), "over")
    with app.app_context():
        everybody = {"scope": "all"}
        runs = {
            row.account_id: (row.outcome, row.passed, row.percent)
            for row in db.session().scalars(sa.select(Run).execution_options(**everybody))
        }
        known = {
            row.account_id: row.last
            for row in db.session().scalars(sa.select(RuleStanding).execution_options(**everybody))
        }
    assert runs[world.ids["aida"]] == ("observed-documented", True, 100)
    assert runs[world.ids["bota"]] == ("breach", False, 0)
    assert known == {world.ids["aida"]: "1", world.ids["bota"]: "0"}


def test_nobody_elses_run_is_there(world: World, signed_in_as: Browse) -> None:
    page = begin(signed_in_as("aida"))
    signed_in_as("bota").get(page.path, status=404)
