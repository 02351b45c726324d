"""Trainers and coordinators at their cohorts, on a phone and at a desk, in three languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.looking import Eyes
from tests.journeys.people import sign_in
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
COHORT = "Shymkent, weekends"
# Of a language and over both people: each kind of page is examined once, in light and dark.
EXAMINED: dict[str, set[str]] = {}
WIDTHS = {"phone": 360, "desk": 1280}


def arrive(site: Site, browser: Browser, login: str, language: str, where: str) -> tuple[Eyes, str]:
    """Sign in, choose the language, and find the cohort; its address."""
    seen = EXAMINED.setdefault(language, set())
    eyes = Eyes(browser, site.address, language, True, seen)
    eyes.page.set_viewport_size({"width": WIDTHS[where], "height": 900})
    card = site.cards[login]
    sign_in(eyes, card["login"], card["secret"])
    eyes.page.locator(f"button[formaction='/languages/{language}']").click()
    eyes.page.wait_for_load_state()
    eyes.go("/cohorts/")
    link = eyes.page.locator(f"th a:has-text('{COHORT}')").first.get_attribute("href")
    assert link
    return eyes, link


def as_wide_as(eyes: Eyes, where: str) -> None:
    """The examination tries both widths; go on with this person's own."""
    eyes.page.set_viewport_size({"width": WIDTHS[where], "height": 900})


@pytest.mark.parametrize(
    ("language", "where"),
    [
        ("ru", "desk"),
        pytest.param("kk", "phone", marks=pytest.mark.deep),
        pytest.param("en", "phone", marks=pytest.mark.deep),
    ],
)
def test_a_trainer_finds_whom_to_call_writes_and_marks(
    site: Site, browser: Browser, language: str, where: str
) -> None:
    eyes, cohort = arrive(site, browser, "trainer2", language, where)
    for path in ("", "/today", "/way", "/rules", "/practical", "/practical/record"):
        eyes.go(cohort + path)
        as_wide_as(eyes, where)
    eyes.go(f"{cohort}/messages")
    as_wide_as(eyes, where)
    eyes.page.locator("input[name='people']").first.check()
    eyes.page.fill("#f-words", "18:00")
    eyes.press("form[action$='/messages'] button")
    eyes.go(f"{cohort}/practical/opening/group")
    eyes.go(f"{cohort}/practical/read-back")
    eyes.go("/assessing/opening")
    as_wide_as(eyes, where)
    eyes.go(f"{cohort}/practical")
    eyes.press("tbody tr:last-child a[href*='/practical/opening/']")  # somebody's sheet
    assert eyes.page.locator("form[action*='/practical/opening/']").count() == 1
    eyes.context.close()


@pytest.mark.parametrize(
    ("language", "where"),
    [
        ("ru", "phone"),
        pytest.param("kk", "desk", marks=pytest.mark.deep),
        pytest.param("en", "desk", marks=pytest.mark.deep),
    ],
)
def test_a_coordinator_compares_manages_and_accredits(
    site: Site, browser: Browser, language: str, where: str
) -> None:
    eyes, cohort = arrive(site, browser, "coordinator", language, where)
    everybody = eyes.page.locator("th a:has-text('Almaty')").first.get_attribute("href")
    eyes.go(f"{everybody}/today")  # their election is still to come
    as_wide_as(eyes, where)
    eyes.go(f"{everybody}/messages?filter=at-risk")
    for path in (f"{cohort}/trainers", "/cohorts/compare", f"{cohort}/import", "/messages/"):
        eyes.go(path)
        as_wide_as(eyes, where)
    eyes.go(cohort)
    eyes.press("tbody th a")
    eyes.press("a[href$='/manage']")
    as_wide_as(eyes, where)
    eyes.press("form[role=search] button")
    eyes.context.close()
