"""Whole nights of the count in a real browser: three irregularities found, and a clean night."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser

from lms.domain.counts.night import Night, live
from lms.domain.counts.play import Act
from lms.domain.counts.precinct import Head
from tests.counts.test_living import acts_of, fields
from tests.journeys.looking import Eyes
from tests.journeys.people import sign_in
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
EXERCISE = "full-night"
# Steps with something of their own on the page: ballots, judgements, the board, the protocol.
LOOKED_AT = {"Sorting", "Doubtful ballots", "The piles are counted", "The protocol"}


def a_seed(site: Site, planted: int) -> Night:
    """The first night of the exercise in which so many irregularities are planted."""
    document = site.books.counts[EXERCISE]
    head, country = Head.from_document(document), site.books.country(document["rules"])
    nights = (live(head, country, seed) for seed in range(200))
    return next(night for night in nights if len(night.kinds) == planted)


def begin(eyes: Eyes, site: Site, night: Night) -> None:
    """Begin a practice run, and see to it that it is this night: the server draws by chance."""
    eyes.go(f"/counts/{EXERCISE}")
    eyes.press("form[action$='/start'] button")
    run = uuid.UUID(eyes.path.rsplit("/", 1)[-1])
    with closing(sqlite3.connect(site.folder / "lms.sqlite")) as database, database:
        changed = database.execute(
            "UPDATE count_runs SET seed = ? WHERE id = ?", (night.seed, run.hex)
        )
        assert changed.rowcount == 1
    eyes.page.reload()


def do(eyes: Eyes, act: Act, night: Night) -> None:
    """One act with its form, as a person does it."""
    form = eyes.page.locator(f"form:has(input[name='verb'][value='{act.verb}'])").first
    summary = eyes.page.locator(
        f"details:not([open]):has(input[name='verb'][value='{act.verb}']) > summary"
    )
    if summary.count():
        summary.first.click()
    given = fields(act, night)
    if act.verb == "check":
        given |= {f"broken-{check}": "y" for check in act.details["marks"]}
    for name, value in given.items():
        field = form.locator(f"[name='{name}']").first
        kind = field.evaluate("e => e.tagName + ' ' + (e.type || '')")
        if kind.startswith("SELECT"):
            field.select_option(value)
        elif kind.endswith("radio"):
            form.locator(f"[name='{name}'][value='{value}']").check()
        elif kind.endswith("checkbox"):
            field.check()
        else:
            field.fill(value)
    form.locator("button").last.click()
    eyes.page.wait_for_load_state()
    eyes.look()


NIGHTS: list[tuple[str, bool, int, str]] = [
    ("en", True, 3, "Found 3 of 3: a sensitivity of 100 %."),
    ("ru", False, 0, "В эту ночь ничего не было подстроено"),
]


@pytest.mark.parametrize(("language", "script", "planted", "words"), NIGHTS)
def test_a_full_night(
    language: str, script: bool, planted: int, words: str, site: Site, browser: Browser
) -> None:
    eyes = Eyes(browser, site.address, language, script, set())
    card: dict[str, Any] = site.cards["trainee"]
    eyes.page.goto(f"{site.address}/sign-in")
    sign_in(eyes, card["login"], card["secret"])
    eyes.page.locator(f"button[formaction='/languages/{language}']").click()
    night = a_seed(site, planted)
    begin(eyes, site, night)
    looked_at: set[str] = set()
    for act in acts_of(night):
        step = eyes.page.locator("h1").inner_text()
        if step in LOOKED_AT and step not in looked_at:
            looked_at.add(step)
            eyes.seen.clear()  # each kind of page is examined once: these are kinds of their own
            eyes.look()
        do(eyes, act, night)
    assert eyes.path.endswith("/debrief")
    assert words in eyes.text()
    assert "100 %" in eyes.text()
    assert eyes.page.locator(".notice.good").count() == 1
    assert not eyes.complaints, eyes.complaints
    # The person is the same in other journeys, and reads English there.
    eyes.page.locator("button[formaction='/languages/en']").click()
