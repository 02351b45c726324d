"""Who meets in a joint session: the room as its facilitator sees it, and phones with a card."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser

from tests.journeys.looking import PICTURES, Eyes
from tests.journeys.people import enter
from tests.journeys.site import Site

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
EXERCISE = "refused-copy"
SEATS = 5
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")


class Phone:
    """Somebody in the room, of whom this test alone knows the side and the card."""

    def __init__(
        self, room: Room, side: str, number: int, script: bool, letter: str, code: str
    ) -> None:
        self.room, self.home, self.number, self.letter = room, side, number, letter
        self.eyes = Eyes(
            room.browser, room.site.address, room.language, script, room.seen, dark=DEEP
        )
        self.page = self.eyes.page
        self.page.set_viewport_size({"width": 360, "height": 780})
        self.eyes.go("/sessions/join")
        self.page.fill("#f-code", code.lower())
        self.press("main form button")

    def press(self, selector: str) -> None:
        self.eyes.press(selector)
        self.page.set_viewport_size({"width": 360, "height": 780})

    def look(self, state: str) -> None:
        """Examine this state of the one page there is, once for all phones."""
        if state not in self.room.states:
            self.room.states.add(state)
            self.eyes.seen.discard("/sessions/room")
        self.eyes.look(dark=bool(PICTURES) or state in ("scene", "shown"), state=state)
        self.page.set_viewport_size({"width": 360, "height": 780})

    def see(self, words: str) -> None:
        """Whoever runs a script is told; whoever runs none follows the link."""
        if not self.eyes.script:
            self.press("#room p a[href='/sessions/room']")
        self.page.locator("#room", has_text=words).wait_for()

    def send(self, selector: str) -> None:
        """Send an answer and do not wait for what comes back."""
        button = self.page.locator(f"{selector} button")
        if self.eyes.script:
            button.click()
        else:
            self.press(f"{selector} button")

    def answer(self, scene: str) -> None:
        form = f"#answer-{scene}"
        self.page.check(f"{form} input[value='{self.letter}']")
        self.send(form)

    def is_in(self, scene: str) -> None:
        self.page.locator(f"#answer-{scene} .saved").wait_for()
        assert self.letter.upper() in self.page.locator(f"#answer-{scene} .saved").inner_text()


class Room:
    """The session, seen by who holds it and by the database."""

    def __init__(self, site: Site, browser: Browser, language: str) -> None:
        self.site, self.browser, self.language = site, browser, language
        self.seen, self.states = set[str](), set[str]()
        self.exercise = site.books.joint_exercise(EXERCISE)
        self.texts = site.books.joint[EXERCISE]["texts"][language]
        self.holds = self.signed_in("trainer2")
        self.address = ""

    def signed_in(self, login: str) -> Eyes:
        eyes = Eyes(self.browser, self.site.address, self.language, True, self.seen, dark=DEEP)
        enter(eyes, login, self.site.cards[login]["secret"])
        return eyes

    def look(self, state: str) -> None:
        """Examine the console as it is at this moment."""
        self.seen.discard("/sessions/id/console")
        self.holds.look(dark=bool(PICTURES) or state in ("lobby", "scene", "shown"), state=state)

    def do(self, deed: str, form: str = "") -> None:
        self.seen.add("/sessions/id/console")
        self.holds.press(f"form:has(input[value='{deed}']){form} button")

    def rows(self, sql: str, *values: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.site.folder / "lms.sqlite")) as database:
            return database.execute(sql, values).fetchall()

    def sides(self, half: int) -> dict[tuple[str, int], tuple[str, str]]:
        """(home, number) of a card → the role it plays in a half, and that role's side."""
        side_of = {role.id: role.side for role in self.exercise.roles}
        rows = self.rows(
            "SELECT c.side, c.number, c.role_first, c.role_second FROM joint_cards c "
            "JOIN joint_sessions s ON s.id = c.session_id "
            "WHERE s.state = 'open' AND c.role_first IS NOT NULL"
        )
        found = {(str(row[0]), int(str(row[1]))): str(row[half]) for row in rows}
        return {card: (role, side_of[role]) for card, role in found.items()}

    def plan(self) -> None:
        """Plan it for next week, with the form's own help when the day is over already."""
        self.holds.go("/sessions/")
        self.holds.press("main a[href='/sessions/new']")
        page, form = self.holds.page, "main form"
        page.select_option("#f-exercise", EXERCISE)
        page.check("#f-co_held")
        page.select_option("#f-language", self.language)
        for name, value in (
            ("starts_time", "14:30"),
            ("place", "Дом культуры"),
            ("seats", str(SEATS)),
        ):
            page.fill(f"#f-{name}", value)
        today = datetime.now(UTC).date()
        page.fill("#f-starts_on", (today - timedelta(days=9)).isoformat())
        self.holds.press(f"{form} button")
        assert page.locator("#f-starts_on-error, .error").count()
        assert page.input_value("#f-place") == "Дом культуры"
        page.fill("#f-starts_on", (today + timedelta(days=7)).isoformat())
        self.holds.press(f"{form} button")
        self.address = self.holds.path
        assert re.fullmatch(r"/sessions/[0-9a-f-]{36}", self.address)


def cards(eyes: Eyes, address: str, how_many: int) -> list[str]:
    """Make cards of one's own side; their codes, by number."""
    eyes.go(address)
    eyes.page.fill("#f-how_many", str(how_many))
    eyes.press("form[action$='/cards'] button")
    found = CODE.findall(eyes.text())
    assert len(found) == how_many
    return found
