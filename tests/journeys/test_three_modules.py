"""Rights, count and removal read on a phone, lesson by lesson, in each language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.looking import Eyes
from tests.journeys.people import enter
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
MODULES = ("observer-rights", "counting", "removal")
PHONE = {"width": 360, "height": 800}
NOTE = {
    "ru": "Машинный перевод, не проверен носителем языка.",
    "kk": "Машиналық аударма, ана тілінде сөйлейтін адам тексермеген.",
}


@pytest.mark.parametrize(
    "language",
    [
        "kk",
        pytest.param("en", marks=pytest.mark.deep),
        pytest.param("ru", marks=pytest.mark.deep),
    ],
)
def test_every_lesson_is_there_fits_and_can_be_read_with_a_screen_reader(
    site: Site, browser: Browser, language: str
) -> None:
    eyes = Eyes(browser, site.address, language, True, set())
    card = next(c for c in site.cards.values() if c["role"] == "trainee")
    eyes.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a width and a height
    enter(eyes, card["login"], card["secret"])
    lessons = [slug for slug in site.books.lessons if slug.split("/")[0] in MODULES]
    assert len(lessons) >= 14
    for slug in lessons:
        eyes.page.goto(f"{eyes.address}/courses/{slug}")
        eyes.examine()
        lesson = site.books.lessons[slug]
        assert eyes.page.locator("h1").inner_text() == lesson["texts"][language]["title"]
        drawn = eyes.page.locator("article section.rule").count()
        gone = eyes.page.locator("article p.notice.plain[role=note]").count()
        assert drawn + gone >= len(lesson["rule_ids"]), slug
        assert eyes.page.locator("article form[action*='/checks/']").count() == len(
            lesson["questions"]
        )
        if language in NOTE:
            assert NOTE[language] in eyes.text()
    eyes.context.close()
