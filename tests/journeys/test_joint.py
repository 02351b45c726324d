"""A joint session in seven browsers: planned, handed out on cards, played, shown, redeemed.

Six of them are in the room at once: the facilitator, three observers and two members of a
commission, each phone known by its card alone. One phone of either side runs no script. The seventh
is the commission's own trainer, who makes the cards of that side and certifies afterwards.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lms.domain.joint.exercise import COMMISSION, OBSERVER, SIDES, other_side
from lms.domain.joint.results import tenths
from tests.journeys.looking import Eyes
from tests.journeys.people import enter
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
EXERCISE, FIRST, SECOND, CALL = "refused-copy", "tomorrow", "wrong-figure", "district"
RAISED = {"a": 3, "b": 0, "c": 2, "d": 1}
FIRST_HALF, SECOND_HALF = 2, 3  # columns of the statement below
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")
# Side, number on the card, whether its phone runs scripts, and what it answers every time.
PHONES = (
    (OBSERVER, 1, True, "c"),
    (OBSERVER, 2, False, "a"),
    (OBSERVER, 3, True, "b"),
    (COMMISSION, 1, True, "d"),
    (COMMISSION, 2, False, "c"),
)


@pytest.fixture
def own_site(prepared: Path, tmp_path: Path) -> Iterator[Site]:
    """A house of its own: people are certified here, once."""
    found = Site.like(prepared, tmp_path / "instance")
    found.start()
    yield found
    found.stop()


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
        self.eyes.look(dark=state in ("scene", "shown"))
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
        self.holds.look(dark=state in ("lobby", "scene", "shown"))

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
            "JOIN joint_sessions s ON s.id = c.session_id WHERE s.state = 'open'"
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
        for name, value in (("starts_time", "14:30"), ("place", "Дом культуры"), ("seats", "5")):
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


@pytest.mark.parametrize(
    "language",
    [
        pytest.param("en", marks=pytest.mark.deep),
        "ru",
        pytest.param("kk", marks=pytest.mark.deep),
    ],
)
def test_two_sides_meet_and_leave_with_a_receipt(
    language: str, own_site: Site, browser: Browser
) -> None:
    room = Room(own_site, browser, language)
    room.plan()
    codes = {OBSERVER: cards(room.holds, room.address, 3)}
    chair = room.signed_in("chair")
    codes[COMMISSION] = cards(chair, room.address, 2)
    phones = [
        Phone(room, side, number, script, letter, codes[side][number - 1])
        for side, number, script, letter in PHONES
    ]
    comes_in(room, phones)
    first = scene_with_a_call_and_a_killed_worker(room, phones)
    second = other_half(room, phones)
    for card, (role, side) in first.items():
        assert second[card][1] == other_side(side), (card, role)
    receipts = afterwards(room, phones)
    assert len(set(receipts)) == len(phones)
    over(room, chair)
    redeemed_and_certified(room, room.holds, receipts[0], "ready", "precinct-observer")
    redeemed_and_certified(room, chair, receipts[4], "member2", "joint-training")
    for eyes in [room.holds, chair, *(phone.eyes for phone in phones)]:
        assert not eyes.complaints, eyes.complaints
        eyes.context.close()


def comes_in(room: Room, phones: list[Phone]) -> None:
    """Everybody answers what both sides are asked, and types the digits from the wall."""
    phones[0].look("planned")
    for phone in phones:
        phone.answer("who-gets")
        phone.is_in("who-gets")
    room.holds.go(f"{room.address}/console")
    room.do("open")
    room.look("lobby")
    room.holds.go(f"{room.address}/wall")
    digits = room.holds.page.locator(".digits").inner_text()
    for phone in phones:
        # A script has opened the door by itself; without one the link does.
        if not phone.eyes.script:
            phone.press("#room p a[href='/sessions/room']")
        phone.page.fill("#f-digits", digits)
        phone.press("form[action$='/present'] button")
        assert not phone.page.locator("#f-digits").count()
    phones[0].look("lobby")
    room.holds.go(f"{room.address}/console")


def scene_with_a_call_and_a_killed_worker(
    room: Room, phones: list[Phone]
) -> dict[tuple[str, int], tuple[str, str]]:
    """The first scene. Every process that answers is killed between the votes."""
    room.do("next")
    room.look("scene")
    dealt = room.sides(FIRST_HALF)
    assert sorted(side for _role, side in dealt.values()).count(OBSERVER) in (2, 3)
    for phone in phones:
        phone.see(room.texts["scenes"][FIRST]["title"])
        role = dealt[phone.home, phone.number][0]
        assert room.texts["roles"][role]["title"] in phone.page.locator("#room").inner_text()
    phones[0].look("scene")
    room.do("inject", f":has(input[value='{CALL}'])")
    call = room.texts["injects"][CALL]["title"]
    for phone in phones:
        if dealt[phone.home, phone.number][1] == COMMISSION:
            phone.see(call)
        else:
            assert call not in phone.page.locator("#room").inner_text()
    for phone in phones[:2]:
        phone.answer(FIRST)
    room.site.kill_workers()
    for phone in phones[2:]:
        phone.answer(FIRST)
    for phone in phones:
        phone.is_in(FIRST)
        phone.eyes.complaints.clear()  # a stream was cut off, which the browser says
    phones[0].look("voted")
    sent = "SELECT count(*), count(DISTINCT card_id) FROM joint_votes WHERE scene = ?"
    votes = room.rows(sent, FIRST)
    assert votes == [(5, 5)]
    raise_cards(room)
    room.do("show")
    room.look("shown")
    expected = as_counted(room)
    for phone in phones:
        side = dealt[phone.home, phone.number][1]
        phone.see(room.texts["scenes"][FIRST]["parts"][side]["title"])
        phone.page.locator("#room .split").wait_for()
        assert meters(phone.eyes) == expected
    assert meters(room.holds) == expected
    phones[0].look("shown")
    return dealt


def raise_cards(room: Room) -> None:
    """Others have no phones: the facilitator counts the cards that they raise."""
    for side in SIDES:
        page = room.holds.page
        form = f"form:has(input[value='raise']):has(input[value='{side}'])"
        page.locator(f"details:has({form}) summary").click()
        for letter, number in RAISED.items():
            page.fill(f"#raised-{side}-{letter}", str(number))
        room.holds.press(f"{form} button")


def as_counted(room: Room) -> list[int]:
    """What the bars have to say: the cards alone, for on neither side are there five phones,
    and fewer are not added to anything."""
    found: list[int] = []
    for side in SIDES:
        letters = room.exercise.scene(FIRST).letters(side)
        shares = tenths(RAISED, letters)
        assert shares is not None
        found += [shares[letter] for letter in letters]
    return found


def meters(eyes: Eyes) -> list[int]:
    all_of_them = eyes.page.locator("#room meter").evaluate_all("all => all.map((x) => x.value)")
    return [int(value) for value in all_of_them]


def other_half(room: Room, phones: list[Phone]) -> dict[tuple[str, int], tuple[str, str]]:
    """Sides are changed; with fewer than five on a side nobody sees what it answered."""
    room.do("next")
    for phone in phones:
        phone.see(room.texts["scenes"][SECOND]["title"])
        phone.answer(SECOND)
        phone.is_in(SECOND)
    phones[0].look("second half")
    dealt = room.sides(SECOND_HALF)
    room.do("show")
    for phone in phones:
        phone.see(re.split(r"[.!?]", plain(room.texts["scenes"][SECOND]["settled_html"]))[0])
        assert meters(phone.eyes) == []
    phones[0].look("few")
    room.do("next")
    room.look("debrief")
    return dealt


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).strip()


def afterwards(room: Room, phones: list[Phone]) -> list[str]:
    """Each side reads its own debrief; receipts are shown once, feedback has no name."""
    receipts = []
    for phone in phones:
        phone.see(room.texts["debriefs"][phone.home]["title"])
        phone.look("debrief")
        phone.press("form[action$='/receipt'] button")
        receipts.append(phone.page.locator("strong.receipt").inner_text())
        phone.look("receipt")
        phone.eyes.go("/sessions/room")
        phone.page.check("input[name='useful'][value='4']")
        phone.page.fill("#f-words", f"...{phone.letter}...")
        phone.press("form[action$='/feedback'] button")
        assert not phone.page.locator("#f-words").count()
        assert not phone.page.locator("form[action$='/receipt']").count()
    room.holds.page.locator("details:has(input[value='close']) summary").click()
    room.do("close")
    return receipts


def over(room: Room, chair: Eyes) -> None:
    """Both organisations read one report; heads are counted by each for its own side."""
    reports = []
    for eyes, heads in ((room.holds, "3"), (chair, "3")):
        eyes.go(f"{room.address}/attendance")
        eyes.page.fill("#f-heads", heads)
        eyes.press("form[action$='/attendance'] button")
        eyes.go(f"{room.address}/report")
        reports.append(eyes.text())
    assert reports[0] == reports[1]
    assert all(f"...{letter}..." in reports[0] for letter in "abcd")
    # Two cards typed the digits and three heads were counted: a flag for the commission alone.
    kinds = []
    for eyes in (room.holds, chair):
        eyes.go(f"{room.address}/attendance")
        kinds.append(eyes.page.locator("main .notice.attention").count())
    assert kinds == [0, 1]


def redeemed_and_certified(
    room: Room, trainer: Eyes, receipt: str, login: str, programme: str
) -> None:
    """The person's own trainer counts the receipt and issues what the programme gives."""
    name = room.site.cards[login]["name"]
    trainer.go("/cohorts/")
    trainer.press("main tbody th a" if login == "member2" else "th a:has-text('Shymkent')")
    trainer.press(f"main tbody a:has-text('{name}')")
    person = trainer.path
    trainer.press("main a[href$='/receipt']")
    trainer.page.fill("#f-receipt", receipt)
    trainer.press("form[action$='/receipt'] button")
    assert trainer.page.locator(".notice.good").count()
    trainer.page.fill("#f-receipt", receipt)
    trainer.page.locator("form[action$='/receipt'] button").click()
    trainer.page.wait_for_load_state()
    assert not trainer.page.locator(".notice.good").count(), "a receipt counted twice"
    trainer.go(person)
    trainer.press("main a[href$='/certify']")
    for_observers = trainer.page.locator("input[name='purpose'][value='deployment']")
    assert not (login == "member2" and for_observers.count()), "a member sent to observe"
    trainer.page.fill("#f-name", name)
    trainer.page.check(f"input[name='language'][value='{room.language}']")
    trainer.press("form[action$='/certify'] button")
    found = re.search(r"/certificates/([0-9A-Z-]+)", trainer.path)
    assert found
    room.seen.add("/verify/serial")
    trainer.go(f"/verify/{found[1]}")
    title = room.site.books.programmes[programme]["texts"][room.language]["title"]
    assert title in trainer.text()
