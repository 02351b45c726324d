"""Removed, but documented: a removal scenario played to a pass, with and without script.

And by keyboard alone; and a night with time, chance, papers and a call, looked at in every state.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from lms.domain.scenarios import Scenario, has_ended, open_choices, outcome, start, take
from tests.journeys.looking import Eyes
from tests.journeys.people import Trainee, sign_in
from tests.journeys.site import ROOT, Site
from tests.journeys.test_keyboard import tab_to

pytestmark = pytest.mark.browser
NIGHT = ROOT / "tests" / "tree" / "quizzes" / "scenarios" / "night.md"


def way_to(scenario: Scenario, wanted: str) -> list[list[str]]:
    """The shortest passing way to an outcome."""
    waiting = [(start(scenario), list[list[str]]())]
    while waiting:
        position, way = waiting.pop(0)
        if has_ended(scenario, position):
            ending = outcome(scenario, position)
            if ending is not None and ending.outcome == wanted and ending.passed:
                return way
            continue
        for choice in open_choices(scenario, position):
            if not choice.fails and choice.grade != "weak":
                after = take(scenario, position, choice.id)
                waiting.append((after, [*way, [position.scene, choice.id]]))
    raise AssertionError(f"no way to {wanted} passes")


@pytest.fixture(scope="module")
def night_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real courses, and one scenario with everything that a scenario can have."""
    folder = tmp_path_factory.mktemp("night")
    content = folder / "content"
    for part in ("courses", "quizzes"):
        shutil.copytree(ROOT / part, content / part)
    text = NIGHT.read_text("utf-8").replace("see-count", "clear-view")
    text = text.replace("seconds=30", "seconds=10")
    (content / "quizzes" / "scenarios" / "a-night.md").write_text(text, "utf-8")
    found = Site(folder / "instance", LMS_CONTENT=str(content))
    (folder / "instance").mkdir()
    found.prepare()
    found.start()
    yield found
    found.stop()


@pytest.mark.parametrize(
    ("language", "script", "passed"),
    [
        ("en", True, "Passed: the record"),
        ("ru", False, "Пройдено"),
        ("kk", True, "Өтті"),
    ],
)
def test_removed_but_documented_passes(
    language: str, script: bool, passed: str, site: Site, browser: Browser
) -> None:
    eyes = Eyes(browser, site.address, language, script, set())
    trainee = Trainee(eyes, site)
    card = site.cards["trainee"]
    sign_in(eyes, card["login"], card["secret"])
    eyes.page.locator(f"button[formaction='/languages/{language}']").click()
    scenario = site.books.scenario("told-to-leave")
    trainee.play("told-to-leave", way_to(scenario, "removed-documented"))
    text = eyes.text()
    assert passed in text, text[:400]
    assert eyes.page.locator("svg[role='img']").count() == 1
    assert eyes.page.locator("table").count() >= 1
    eyes.context.close()


def test_a_whole_run_with_the_keyboard_alone(site: Site, browser: Browser) -> None:
    eyes = Eyes(browser, site.address, "en", True, set())
    page = eyes.page
    sign_in(eyes, site.cards["trainee"]["login"], site.cards["trainee"]["secret"])
    scenario = site.books.scenario("copy-refused")
    page.goto(f"{site.address}/scenarios/copy-refused")
    tab_to(page, "form[action$='/start'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for _scene, choice in site.books.scenarios[scenario.slug]["best_path"]:
        _choose_by_keyboard(page, choice)
    assert page.url.endswith("/debrief")
    eyes.look()
    eyes.context.close()


def _choose_by_keyboard(page: Page, choice: str) -> None:
    tab_to(page, "input[name='choice']")
    page.keyboard.press("Space")
    for _ in range(9):
        if page.locator("input[name='choice']:checked").get_attribute("value") == choice:
            break
        page.keyboard.press("ArrowDown")
    tab_to(page, "form[action$='/choices'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_time_chance_papers_and_a_call_are_looked_at(night_site: Site, browser: Browser) -> None:
    eyes = Eyes(browser, night_site.address, "en", True, set())
    page, card = eyes.page, night_site.cards["trainee"]
    sign_in(eyes, card["login"], card["secret"])
    eyes.go("/scenarios/a-night")
    eyes.press("form[action$='/start'] button")
    _look_anew(eyes)
    assert page.locator("input[name='choice']").count() == 0
    eyes.press("form[action$='/clock'] button")
    _look_anew(eyes)
    page.check("input[value='phone']")
    eyes.press("form[action$='/choices'] button")
    _look_anew(eyes)
    page.check("input[value='said']")
    eyes.press("form[action$='/choices'] button")
    _look_anew(eyes)
    page.fill("#f-text", "Precinct 17, 23:12. Two officers at the door. Safe. I need a call.")
    eyes.press("form[action$='/papers'] button")
    eyes.press("form[action$='/clock'] button")
    # Nobody decides: at nought the page itself sends what happens then.
    page.wait_for_selector("text=The time was up", timeout=15_000)
    _look_anew(eyes)
    while not eyes.path.endswith("/debrief"):
        if page.locator("#f-text").count():
            page.fill("#f-text", "Precinct 17, 23:20. I saw it myself: they are thieves!")
            eyes.press("form[action$='/papers'] button")
            continue
        page.locator("input[name='choice']").first.check()
        eyes.press("form[action$='/choices'] button")
    for words in ("time was up", "Signs of what it should hold", "What would have been best here"):
        assert words in page.content()
    _look_anew(eyes)
    trainer = night_site.cards["trainer"]
    sign_in(eyes, trainer["login"], trainer["secret"])
    page.goto(f"{night_site.address}/cohorts/")
    page.locator("button[formaction='/languages/en']").click()
    flows = 0
    for link in [x.get_attribute("href") for x in page.locator("main a[href^='/cohorts/']").all()]:
        eyes.go(f"{link}/scenarios")
        eyes.go(f"{link}/scenarios/told-to-leave")
        flows += page.locator("svg[role='img']").count()
    assert flows >= 1
    eyes.context.close()


def _look_anew(eyes: Eyes) -> None:
    """Look at this page though one of its kind was looked at: it is in another state."""
    eyes.seen.clear()
    eyes.look()
