"""Sign-off in the room on a phone whose network is cut: nothing is lost, nothing arrives twice."""

from __future__ import annotations

import json
import sqlite3

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.journeys.looking import Eyes
from tests.journeys.people import enter
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
COHORT = "Shymkent, weekends"
WORD = "turnip-42"
SLUG = "opening"
DATABASES = "async () => (await indexedDB.databases()).map((one) => one.name)"
SEALED = """async () => {
  const asked = indexedDB.open('sheets-names');
  const opened = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const kept = await new Promise((done) => {
    const all = opened.transaction('bundle').objectStore('bundle').getAll();
    all.onsuccess = () => done(all.result);
  });
  opened.close();
  return kept.map((one) => new TextDecoder().decode(one.sealed)).join();
}"""
CACHED = """async () => {
  const shelf = await caches.open('sheets');
  const kept = await shelf.match('/sheets/');
  return kept ? await kept.text() : null;
}"""
STATE = "#sheets [role=status][data-state={}]"


def events(site: Site) -> list[tuple[str, str]]:
    """(kind, id) of every event about the opening that the server has from a phone, in order."""
    with sqlite3.connect(site.folder / "lms.sqlite") as database:
        rows = database.execute(
            "SELECT kind, id FROM signoff_events WHERE checklist = ? AND counter > 0 "
            "AND origin_id <> ? ORDER BY counter",
            (SLUG, "5b0fe2d43c5e4d5c9a556a1f2f9f1c07"),
        )
        return [(kind, found) for kind, found in rows]


def cohort_of(eyes: Eyes) -> str:
    eyes.page.goto(f"{eyes.address}/cohorts/")
    link = eyes.page.locator(f"th a:has-text('{COHORT}')").first.get_attribute("href")
    assert link
    return link


def unlock(page: Page, word: str) -> None:
    page.fill("#f-word", word)
    page.locator("[data-place] form button").click()


def open_sheet(page: Page, title: str, person: str) -> None:
    shelf = page.locator("[data-place] details", has_text=title)
    shelf.locator("summary").click()
    shelf.locator("li button", has_text=person).click()


def twice(page: Page) -> list[list[str]]:
    """Let everything that is sent arrive, lose the first answer, and note which events came."""
    came: list[list[str]] = []

    def pass_on(route: Route) -> None:
        sent = route.request.post_data_json["events"]
        came.append([one["id"] for one in json.loads(sent)])
        answer = route.fetch()
        if len(came) == 1:
            route.abort()  # it arrived; the phone does not hear of it
        else:
            route.fulfill(response=answer)

    page.context.route("**/sheets/events", pass_on)
    return came


def test_a_sheet_is_marked_without_a_network_and_arrives_once(site: Site, browser: Browser) -> None:
    eyes = Eyes(browser, site.address, "ru", True, set())
    page, card = eyes.page, site.cards["trainer2"]
    page.set_viewport_size({"width": 360, "height": 780})
    enter(eyes, card["login"], card["secret"])  # in Russian, whatever the trainer read before
    cohort = cohort_of(eyes)
    page.goto(f"{eyes.address}{cohort}/practical")
    page.locator("a[href^='/sheets/#']").click()
    unlock(page, WORD)
    page.wait_for_selector("[data-place] details")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    # Made ready although every page says no-store: what is kept in the open names nobody.
    page_kept = page.evaluate(CACHED)
    people = [x.strip() for x in page.locator("[data-place] li button").all_text_contents()]
    assert people
    assert page_kept
    sealed = page.evaluate(SEALED)
    assert not [name for name in people if name in page_kept or name in sealed]

    before = events(site)
    eyes.context.set_offline(True)
    page.goto(f"{site.address}/sheets/")
    unlock(page, "wrong-word")
    page.wait_for_selector("[data-place] .error:not(:empty)")
    unlock(page, WORD)
    page.wait_for_selector("[data-place] details")
    title = site.books.checklists[SLUG]["texts"]["ru"]["title"]
    lines = site.books.checklist(SLUG).lines
    open_sheet(page, title, people[0])
    for line in lines[:2]:
        page.check(f"[data-place] input[name='{line.id}'][value='0']")
    assert page.locator(STATE.format("device")).count() == 1
    eyes.complaints.clear()  # the browser says that it is offline
    eyes.look()

    page.goto(f"{site.address}/sheets/")  # the phone was put away and taken out again
    unlock(page, WORD)
    page.wait_for_selector("[data-place] details")
    open_sheet(page, title, people[0])
    assert page.locator("[data-place] input:checked").count() == 2
    for line in lines:  # the two that were marked are marked anew
        page.check(f"[data-place] input[name='{line.id}'][value='{line.top}']")
    page.locator("[data-place] form.sheet button:not([type=button])").click()
    page.wait_for_selector("[data-place] details")
    assert events(site) == before

    came = twice(page)
    eyes.complaints.clear()
    eyes.context.set_offline(False)
    for _ in range(100):  # until the first delivery is under way, whose answer is lost
        if came:
            break
        page.wait_for_timeout(100)
    assert page.locator(STATE.format("device")).count() == 1
    page.click("[data-send]")
    page.wait_for_selector(STATE.format("server"))
    assert len(came) == 2
    assert came[0] == came[1]
    arrived = events(site)[len(before) :]
    assert [kind for kind, _id in arrived] == ["mark"] * (2 + len(lines)) + ["sign"]
    assert len({found for _kind, found in arrived}) == len(arrived)

    eyes.complaints.clear()
    eyes.context.unroute_all()
    page.goto(f"{site.address}{cohort}/practical/record")
    row = page.locator("tbody tr", has_text=people[0]).first
    assert title in row.inner_text()
    page.locator("button[formaction='/sign-out']").click()
    page.wait_for_url("**/sign-in")
    assert "sheets-names" not in page.evaluate(DATABASES)
    eyes.context.close()
