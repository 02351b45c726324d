"""Playing a scenario through the pages: each choice kept, every ending, stale tabs, the debrief."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.drills.models import Run, RunChoice
from lms.learning.models import Evidence
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]


@pytest.fixture
def page(signed_in_as: Browser) -> Page:
    return begin(signed_in_as("aida"))


def begin(page: Page) -> Page:
    return page.get("/scenarios/door").submit("/start")


def choose(page: Page, *choices: str) -> Page:
    for choice in choices:
        page.submit("/choices", {"choice": choice})
    return page


def address(page: Page) -> str:
    """The run that a page is about."""
    return "/".join(page.path.split("/")[:3])


def kept(app: Flask, run: str) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session().execute(
            sa.select(RunChoice.scene, RunChoice.choice)
            .where(RunChoice.run_id == UUID(run.rsplit("/", 1)[-1]))
            .order_by(RunChoice.sequence)
        )
        return [(row.scene, row.choice) for row in rows]


# Every way through: the choices, the ending, passed or not, per cent of the best path's points.
WAYS = (
    (("paper", "stayed"), "You stayed, and there is a record", True, 100),
    (("street",), "You were removed, and nothing is on paper", False, 0),
    (("over",), "A safety limit was broken", False, 0),
    (("paper", "street"), "You were removed, and nothing is on paper", False, 75),
)


@pytest.mark.parametrize(("choices", "words", "passed", "percent"), WAYS)
def test_every_way_leads_to_its_ending(
    choices: tuple[str, ...],
    words: str,
    passed: bool,
    percent: int,
    app: Flask,
    page: Page,
) -> None:
    run = address(page)
    choose(page, *choices)
    assert page.path == f"{run}/debrief"
    assert words in page.text
    assert ("Not passed" in page.text) != passed
    assert f"{percent} % of the best possible" in page.text
    with app.app_context():
        row = db.session().get_one(Run, UUID(run.rsplit("/", 1)[-1]))
        assert (row.passed, row.percent) == (passed, percent)
        assert row.finished_at is not None
    assert [choice for _scene, choice in kept(app, run)] == list(choices)


def test_a_choice_moves_the_clock_and_the_meters(page: Page) -> None:
    assert "It is 18:30" in page.text
    assert "2 of 5" in page.text
    choose(page, "paper")
    assert "It is 18:32" in page.text
    assert "3 of 5" in page.text


def test_looking_back_shows_the_path_taken_beside_the_best_one(page: Page) -> None:
    choose(page, "paper", "street")
    for words in ("Ask for paper", "Sign it unread", "Stay and note", "Never sign unread."):
        assert words in page.text
    assert "Nothing was written." not in page.text  # said of a choice neither made nor best
    assert "What would have been best here" in page.text


def test_looking_back_names_the_article_that_settles_each_choice(page: Page) -> None:
    choose(page, "over")
    assert "Article 7(1), Teaching Election Act" in page.text
    assert 'href="/courses/basics/seeing#rule-see-count"' in page.html
    assert "That ends it." in page.text


def test_the_law_is_that_of_the_scenarios_day(page: Page) -> None:
    assert "9 June 2019" in page.text


def test_before_a_choice_nothing_tells_which_is_best(page: Page) -> None:
    page.get(address(page))
    main = page.html[page.html.index("<main") :]
    for hidden in ("best", "fail", "weak", "Paper is the record", "That ends it"):
        assert hidden not in main


def test_a_double_click_is_one_choice(app: Flask, page: Page) -> None:
    fields = {"choice": "paper", "client_key": "88888888-8888-4888-8888-888888888888"}
    run = address(page)
    page.submit("/choices", fields)
    page.post(f"{run}/choices", {**fields, "step": "0"})
    assert kept(app, run) == [("door", "paper")]


def test_a_tab_that_was_overtaken_is_refused_with_the_way_on(
    app: Flask, page: Page, signed_in_as: Browser
) -> None:
    run = address(page)
    other = signed_in_as("aida").get(run)
    choose(page, "paper")
    other.submit("/choices", {"choice": "street"}, status=409)
    assert "the other one has moved on" in other.text
    assert f'href="{run}"' in other.html
    assert kept(app, run) == [("door", "paper")]


def test_a_choice_after_the_end_changes_nothing(
    app: Flask, page: Page, signed_in_as: Browser
) -> None:
    run = address(page)
    other = signed_in_as("aida").get(run)
    choose(page, "over")
    other.submit("/choices", {"choice": "paper"}, status=409)
    assert "already finished" in other.text
    assert kept(app, run) == [("door", "over")]
    other.get(run)
    assert other.path == f"{run}/debrief"


@pytest.mark.parametrize("choice", ["stayed", "nowhere", "", "door"])
def test_a_choice_that_the_scene_does_not_have_changes_nothing(
    choice: str, app: Flask, page: Page
) -> None:
    run = address(page)
    page.submit("/choices", {"choice": choice}, status=404 if choice else 422)
    assert kept(app, run) == []


@pytest.mark.parametrize("step", ["", "-1", "1", "x", "9" * 20, "²"])
def test_a_step_that_cannot_be_is_refused(step: str, app: Flask, page: Page) -> None:
    run = address(page)
    answer = page.client.post(
        f"{run}/choices", data={"csrf_token": page.token(), "choice": "paper", "step": step}
    )
    assert answer.status_code in (409, 422)
    assert kept(app, run) == []


def test_no_choice_is_asked_for_in_words(page: Page) -> None:
    page.submit("/choices", {}, status=422)
    assert "Choose what you do." in page.text


def test_a_run_goes_on_from_another_device(page: Page, signed_in_as: Browser) -> None:
    run = address(choose(page, "paper"))
    other = signed_in_as("aida").get("/scenarios/door")
    assert run in other.sheet.links
    assert "She writes." in other.get(run).text
    assert address(other.post("/scenarios/door/start")) == run


def test_playing_again_keeps_the_run_before(page: Page, signed_in_as: Browser) -> None:
    first = address(choose(page, "over"))
    second = address(begin(page))
    assert second != first
    choose(page, "paper", "stayed")
    page.get("/scenarios/door")
    assert {f"{first}/debrief", f"{second}/debrief"} <= set(page.sheet.links)


def test_a_run_is_evidence_about_each_rule_it_needed(
    app: Flask, world: World, page: Page, signed_in_as: Browser
) -> None:
    """Known, unless one choice that cites the rule went wrong."""
    choose(page, "paper", "stayed")
    choose(begin(signed_in_as("bota")), "over")
    with app.app_context():
        for login, right in (("aida", True), ("bota", False)):
            rows = db.session().execute(
                sa.select(Evidence.rule, Evidence.right).where(
                    Evidence.account_id == world.ids[login]
                )
            )
            assert [tuple(row) for row in rows] == [("see-count", right)]


def test_the_debrief_waits_for_the_end(page: Page) -> None:
    run = address(page)
    page.get(f"{run}/debrief")
    assert page.path == run


def test_nobody_elses_run_is_there(page: Page, signed_in_as: Browser) -> None:
    run = address(page)
    other = signed_in_as("bota").get("/scenarios/door")
    assert run not in other.sheet.links
    for path in (run, f"{run}/debrief"):
        other.get(path, status=404)
    other.get("/scenarios/door").post(f"{run}/choices", {"choice": "paper", "step": "0"}, 404)


def test_a_scenario_without_a_translation_says_so(page: Page) -> None:
    run = address(page)
    page.post("/languages/kk").get(run)
    assert page.sheet.lang == "kk"
    assert "Аудармасы әлі жоқ" in page.text
    assert re.search(r'class="scene" lang="en"', page.html)
