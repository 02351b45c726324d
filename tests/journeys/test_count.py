"""Whole nights of the count in a real browser: three irregularities found, and a clean night.

Each kind of act is done once by hand: with script, without it, and by keyboard alone. What repeats
is sent as its form would send it. With script the steps that look like no other are examined, all
of them in the deep tier.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Locator

from lms.domain.counts.best import best_acts
from lms.domain.counts.night import Night, live
from lms.domain.counts.play import Act
from lms.domain.counts.precinct import Head
from tests.counts.test_living import fields
from tests.journeys.looking import Eyes
from tests.journeys.people import enter
from tests.journeys.plain import Plain
from tests.journeys.site import Site
from tests.journeys.test_keyboard import tab_to

pytestmark = pytest.mark.browser
EXERCISE = "full-night"
# Steps with something of their own on the page: ballots, judgements, the board, the protocol.
OF_THEIR_OWN = {"registration", "sorting", "doubtful", "totals", "protocol"}
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


def a_night(site: Site, planted: int | None, exercise: str = EXERCISE) -> Night:
    """The first night of an exercise in which so many irregularities are planted; with None the one
    of the first few that has most of them."""
    document = site.books.counts[exercise]
    head, country = Head.from_document(document), site.books.country(document["rules"])
    nights = (live(head, country, seed) for seed in range(200 if planted is not None else 20))
    if planted is None:
        return max(nights, key=lambda night: len(night.kinds))
    return next(night for night in nights if len(night.kinds) == planted)


def begin(eyes: Eyes, site: Site, night: Night, *, keys: bool) -> str:
    """Begin a practice run, and see to it that it is this night: the server draws by chance."""
    eyes.go(f"/counts/{night.head.slug}")
    start = "form[action$='/start'] button"
    if keys:
        tab_to(eyes.page, start)
        with eyes.page.expect_navigation():
            eyes.page.keyboard.press("Enter")
    else:
        eyes.press(start)
    run = eyes.path
    with closing(sqlite3.connect(site.folder / "lms.sqlite")) as database, database:
        changed = database.execute(
            "UPDATE count_runs SET seed = ? WHERE id = ?",
            (night.seed, uuid.UUID(run.rsplit("/", 1)[-1]).hex),
        )
        assert changed.rowcount == 1
    return run


def given(act: Act, night: Night) -> dict[str, str]:
    found = fields(act, night)
    if act.verb == "check":
        found |= {f"broken-{check}": "y" for check in act.details["marks"]}
    return found


def form_of(eyes: Eyes, verb: str) -> str:
    return f"form:has(input[name='verb'][value='{verb}'])"


def by_hand(eyes: Eyes, act: Act, night: Night) -> None:
    """One act with its form, by mouse or finger."""
    form = eyes.page.locator(form_of(eyes, act.verb)).first
    closed = f"details:not([open]):has(input[name='verb'][value='{act.verb}']) > summary"
    if eyes.page.locator(closed).count():
        eyes.page.locator(closed).first.click()
    for name, value in given(act, night).items():
        field = form.locator(f"[name='{name}']").first
        kind = kind_of(field)
        if kind == "select":
            field.select_option(value)
        elif kind == "radio":
            form.locator(f"[name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            field.check()
        else:
            field.fill(value)
    with eyes.page.expect_navigation():
        form.locator("button").last.click()
    eyes.page.wait_for_load_state()


def by_keyboard(eyes: Eyes, act: Act, night: Night) -> None:
    """The same with Tab, Space, Enter, arrows and letters alone."""
    page, form = eyes.page, form_of(eyes, act.verb)
    closed = f"details:not([open]):has(input[name='verb'][value='{act.verb}']) > summary"
    if page.locator(closed).count():
        tab_to(page, closed)
        page.keyboard.press("Enter")
    wanted = given(act, night)
    # A form is gone through from its top down, as the Tab key goes.
    names = page.locator(f"{form} [name]").evaluate_all("all => all.map(e => e.name)")
    for name in sorted(wanted, key=names.index):
        field = f"{form} [name='{name}']"
        kind = kind_of(page.locator(field).first)
        tab_to(page, field)
        if kind == "radio":
            page.keyboard.press("Space")
            for _ in range(12):
                if page.locator(f"{field}:checked").get_attribute("value") == wanted[name]:
                    break
                page.keyboard.press("ArrowDown")
        elif kind == "checkbox":
            page.keyboard.press("Space")
        elif kind == "select":
            for _ in range(60):
                if page.locator(field).input_value() == wanted[name]:
                    break
                page.keyboard.press("ArrowDown")
        else:
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(wanted[name])
        value = page.locator(f"{field}:checked" if kind == "radio" else field).first
        assert value.input_value() == wanted[name], (name, wanted[name])
    tab_to(page, f"{form} button:not([type='button'])")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state()


def kind_of(field: Locator) -> str:
    return str(field.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type"))


def send(plain: Plain, run: str, act: Act, night: Night) -> None:
    """The same act once more: what its form sends."""
    plain.get(run).submit("/acts", given(act, night), having=("verb", act.verb))


Hand = Callable[[Eyes, Act, Night], None]
NIGHTS: list[tuple[str, bool, Hand, int, str]] = [
    ("en", True, by_hand, 3, "Found 3 of 3: a sensitivity of 100 %."),
    ("ru", False, by_hand, 0, "В эту ночь ничего не было подстроено"),
    ("kk", True, by_keyboard, 3, "100 %"),
]


@pytest.mark.parametrize(
    ("language", "script", "hand", "planted", "words"),
    [*(pytest.param(*night, marks=pytest.mark.deep) for night in NIGHTS[:2]), NIGHTS[2]],
    ids=["with-script", "without-script", "keyboard-alone"],
)
def test_a_full_night(
    language: str, script: bool, hand: Hand, planted: int, words: str, site: Site, browser: Browser
) -> None:
    eyes = Eyes(browser, site.address, language, script, set())
    enter(eyes, "trainee", site.cards["trainee"]["secret"])
    night = a_night(site, planted)
    run = begin(eyes, site, night, keys=hand is by_keyboard)
    eyes.page.goto(eyes.address + run)
    known, looked_at, moment = set[str](), set[tuple[int, bool]](), 0
    plain, moved = Plain(eyes.context, eyes.address), False
    for act in best_acts(night):
        step = night.moments[moment].step.id
        state = moment, act.verb in ("tally", "judge")
        looks = script and (DEEP or step in OF_THEIR_OWN)
        looks = looks and state not in looked_at
        by_itself = act.verb not in known
        if moved and (looks or by_itself):
            eyes.page.goto(eyes.address + run)
        moved = not by_itself
        if looks:
            looked_at.add(state)
            eyes.seen.clear()
            eyes.look(dark=state[1] or step == "protocol")
        if by_itself:
            hand(eyes, act, night)
            eyes.seen.clear()
        else:
            send(plain, run, act, night)
        known.add(act.verb)
        moment += act.verb == "on"
    assert {"on", "own", "check", "tally", "judge"} <= known
    if moved:
        eyes.page.goto(eyes.address + run)
    assert eyes.path.endswith("/debrief")
    eyes.look()
    assert words in eyes.text()
    assert "100 %" in eyes.text()
    assert eyes.page.locator(".notice.good").count() == 1
    assert not eyes.complaints, eyes.complaints
    # The person is the same in other journeys, and reads English there.
    with eyes.page.expect_navigation():
        eyes.page.locator("button[formaction='/languages/en']").click()
    eyes.context.close()
