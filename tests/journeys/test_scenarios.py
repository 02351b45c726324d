"""Removed, but documented: a scenario played to an ending that passes, in a real browser.

With script, without it, and by keyboard alone.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from lms.domain.scenarios import Position, Scenario, has_ended, open_choices, outcome, start, take
from tests.journeys.looking import Eyes
from tests.journeys.people import enter
from tests.journeys.site import Site
from tests.journeys.test_keyboard import tab_to

pytestmark = pytest.mark.browser
SLUG = "told-to-leave"
WRITTEN = "I do not agree. I hindered nobody. I leave under protest, 18:51."
Way = list[tuple[str, str]]


def way_to(scenario: Scenario, wanted: str, writing: str | None = None) -> Way:
    """The shortest passing way to an outcome, of best and acceptable choices alone; one on which
    a paper of the kind ``writing`` is written."""
    waiting: list[tuple[Position, Way]] = [(start(scenario), [])]
    while waiting:
        position, way = waiting.pop(0)
        if has_ended(scenario, position):
            ending = outcome(scenario, position)
            found = ending is not None and ending.outcome == wanted and ending.passed
            if found and (not writing or writing in written(scenario, way)):
                return way
            continue
        for choice in open_choices(scenario, position):
            if choice.grade in ("best", "ok"):
                after = take(scenario, position, choice.id)
                waiting.append((after, [*way, (position.scene, choice.id)]))
    raise AssertionError(f"no way to {wanted} passes")


def written(scenario: Scenario, way: Way) -> set[str | None]:
    found = [scenario.scenes[scene].choice(choice) for scene, choice in way]
    return {choice.writes for choice in found if choice is not None}


def by_hand(eyes: Eyes, choice: str) -> None:
    eyes.page.check(f"input[name='choice'][value='{choice}']")
    eyes.press("form[action$='/choices'] button")
    if eyes.page.locator("#f-text").count():
        eyes.page.fill("#f-text", WRITTEN)
        eyes.press("form[action$='/papers'] button")


def by_keyboard(eyes: Eyes, choice: str) -> None:
    page = eyes.page
    tab_to(page, "input[name='choice']")
    page.keyboard.press("Space")
    for _ in range(9):
        if page.locator("input[name='choice']:checked").get_attribute("value") == choice:
            break
        page.keyboard.press("ArrowDown")
    tab_to(page, "form[action$='/choices'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state()
    if page.locator("#f-text").count():
        tab_to(page, "#f-text")
        page.keyboard.insert_text(WRITTEN)
        tab_to(page, "form[action$='/papers'] button:not([type='button'])")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.wait_for_load_state()


Hand = Callable[[Eyes, str], None]
RUNS: list[tuple[str, bool, Hand, str]] = [
    ("en", True, by_hand, "You were removed, and there is a record"),
    ("ru", False, by_hand, "Вас удалили, но запись есть"),
    ("kk", True, by_keyboard, "Сізді шығарып жіберді, бірақ жазба бар"),
]


@pytest.mark.parametrize(
    ("language", "script", "hand", "words"),
    RUNS,
    ids=["with-script", "without-script", "keyboard-alone"],
)
def test_removed_but_documented_passes(
    language: str, script: bool, hand: Hand, words: str, site: Site, browser: Browser
) -> None:
    eyes = Eyes(browser, site.address, language, script, set())
    enter(eyes, "ready", site.cards["ready"]["secret"])
    eyes.go(f"/scenarios/{SLUG}")
    begin = "form[action$='/start'] button"
    if hand is by_keyboard:
        tab_to(eyes.page, begin)
        with eyes.page.expect_navigation():
            eyes.page.keyboard.press("Enter")
    else:
        eyes.press(begin)
    for _scene, choice in way_to(site.books.scenario(SLUG), "removed-documented", "objection"):
        hand(eyes, choice)
    assert eyes.path.endswith("/debrief")
    eyes.look()
    assert words in eyes.text()
    assert WRITTEN in eyes.page.content(), "what was written is kept for the debrief"
    assert eyes.page.locator(".notice.good").count() == 1, "it passes"
    # The picture of the path, and the table that says the same.
    assert eyes.page.locator("svg[role='img']").count() == 1
    assert eyes.page.locator("table").count() >= 1
    assert eyes.page.locator("[id^='point-']").count() >= 3
    eyes.page.locator("button[formaction='/languages/ru']").click()
    eyes.context.close()
