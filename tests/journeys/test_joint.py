"""A joint session in seven browsers: planned, handed out on cards, played, shown, redeemed.

Six of them are in the room at once: the facilitator, three observers and two members of a
commission, each phone known by its card alone. One phone of either side runs no script. The seventh
is the commission's own trainer, who makes the cards of that side and certifies afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lms.domain.joint.exercise import COMMISSION, OBSERVER, SIDES, other_side
from lms.domain.joint.results import tenths
from tests.journeys.looking import Eyes
from tests.journeys.meeting import DEEP, SEATS, Phone, Room, cards
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
FIRST, SECOND, CALL = "tomorrow", "wrong-figure", "district"
RAISED = {"a": 3, "b": 0, "c": 2, "d": 1}
FIRST_HALF, SECOND_HALF = 2, 3  # columns of the statement below
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
    codes = {OBSERVER: cards(room.holds, room.address, SEATS + 1 if DEEP else 3)}
    room.holds.go(f"{room.address}/sheet")
    chair = room.signed_in("chair")
    codes[COMMISSION] = cards(chair, room.address, 2)
    phones = [
        Phone(room, side, number, script, letter, codes[side][number - 1])
        for side, number, script, letter in PHONES
    ]
    if DEEP:
        waits(room, codes[OBSERVER][SEATS])
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


def waits(room: Room, code: str) -> None:
    """A card beyond the seats waits, and is offered the seat of one that comes back."""
    phone = Phone(room, OBSERVER, SEATS + 1, True, "a", code)
    assert phone.page.locator("#room .notice.attention").count() == 1
    assert not phone.page.locator("#room form.answer").count()
    phone.look("waiting")
    room.holds.go(room.address)
    room.holds.page.locator("details:has(form[action$='/give-back']) summary").click()
    room.holds.page.fill("#f-number", str(SEATS))
    room.holds.press("form[action$='/give-back'] button")
    # Nobody has to look: the page that waits is told.
    phone.page.locator("#room form[action$='/seat'] button").wait_for()
    phone.look("seat")
    phone.eyes.context.close()


def comes_in(room: Room, phones: list[Phone]) -> None:
    """Everybody answers what both sides are asked, and types the digits from the wall."""
    phones[0].look("planned")
    phones[0].send("#answer-who-gets")  # nothing was chosen: that is said, and then forgotten
    said = phones[0].page.locator("main > .notice.attention")
    said.wait_for()
    for phone in phones:
        phone.answer("who-gets")
        phone.is_in("who-gets")
    assert not said.count()
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
