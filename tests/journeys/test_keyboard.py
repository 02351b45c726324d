"""With the keyboard alone: find the way in, read, answer, play and leave."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.looking import Eyes
from tests.journeys.people import enter
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
MOST_TABS = 120


def focused(page: Page) -> str:
    return str(
        page.evaluate("(document.activeElement.innerText || document.activeElement.value || '')")
    )


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; every stop on the way is visible."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            assert page.evaluate(
                "() => { const e = document.activeElement, s = getComputedStyle(e);"
                " const l = e.closest('label'); const t = l ? getComputedStyle(l) : s;"
                " return s.outlineStyle !== 'none' || t.outlineStyle !== 'none'"
                " || s.boxShadow !== 'none'; }"
            ), f"the focus on {selector} cannot be seen"
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def test_sign_in_answer_and_play_with_the_keyboard_alone(site: Site, browser: Browser) -> None:
    eyes = Eyes(browser, site.address, "en", True, set())
    page, card = eyes.page, site.cards["trainee"]
    # In English, whatever the trainee read before on another journey.
    enter(eyes, card["login"], card["secret"])
    eyes.context.clear_cookies()
    page.goto(f"{site.address}/sign-in")
    tab_to(page, "#f-login")
    page.keyboard.type(card["login"])
    tab_to(page, "#f-secret")
    page.keyboard.type(card["secret"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/")

    page.keyboard.press("Tab")
    assert focused(page).startswith("Skip"), "the first stop leads past the header"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    page.goto(f"{site.address}/scenarios/told-to-leave")
    tab_to(page, "form[action$='/start'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*")
    tab_to(page, "input[name='choice']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert page.locator("input[name='choice']:checked").count() == 1
    tab_to(page, "form[action$='/choices'] button")
    page.keyboard.press("Enter")
    expect(page.locator("input[name='step']")).to_have_value("1")

    page.goto(f"{site.address}/courses/")
    for key in ("Escape", "Escape", "Escape"):
        page.keyboard.press(key)
    page.wait_for_url("**/leave")
    eyes.context.close()
