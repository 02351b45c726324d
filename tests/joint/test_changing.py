"""A session that is planned can be moved by who hosts it, until it begins."""

from __future__ import annotations

import re

import pytest

from lms.accounts import codes
from tests.conftest import Moment
from tests.joint.rooms import Browser, Room
from tests.joint.test_sessions import digits

NEW = {"starts_on": "2026-03-28", "starts_time": "9:05", "place": "School 4", "seats": "5"}


def test_a_moved_session_is_read_by_both_and_its_cards_go_on_working(
    room: Room, signed_in_as: Browser
) -> None:
    cards = room.cards("observer", 6)
    tamara = signed_in_as("tamara").get(f"/sessions/{room.id}/change")
    assert "House of culture" in tamara.html
    tamara.submit("/change", NEW)
    assert "28 March 2026, 09:05" in tamara.text
    assert "Cards that wait 6" in tamara.text
    vera = signed_in_as("vera").get("/sessions/").text
    assert "School 4" in vera
    calendar = tamara.get(f"/sessions/{room.id}.ics").answer.get_data(as_text=True)
    assert "DTSTART:20260328T090500" in calendar
    assert "You are on the waiting list" in room.phone(cards[5].code).text
    # More seats, and whoever waited has one.
    tamara.get(f"/sessions/{room.id}/change").submit("/change", {"seats": "6"})
    assert "waiting list" not in room.phone(cards[5].code).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"starts_on": "2026-02-27"}, "This day is over"),
        ({"starts_on": "soon"}, "Write a day"),
        ({"starts_time": "25:00"}, "Write a time"),
        ({"place": "  "}, "Write where people come together"),
        ({"seats": "4"}, "Write a number from 5 to 300"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    room: Room, signed_in_as: Browser, typed: dict[str, str], said: str
) -> None:
    tamara = signed_in_as("tamara").get(f"/sessions/{room.id}/change")
    tamara.submit("/change", {**NEW, **typed}, 422)
    assert said in tamara.text
    assert ("School 4" in tamara.html) == ("place" not in typed)
    tamara.get("/sessions/new").submit("/sessions/new", {**NEW, **typed}, 422)
    assert said in tamara.text


def test_no_two_cards_share_what_finds_them(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one character instead of four there are 32 in all; a room that met one twice would fall
    over its own constraint, once in some twenty sessions of 300 cards."""
    monkeypatch.setattr(codes, "SELECTOR", 1)
    cards = room.cards("observer", 15) + room.cards("commission", 15)
    assert len({card.code[0] for card in cards}) == 30


def test_the_commission_cannot_move_it_and_nobody_can_once_it_began(
    room: Room, signed_in_as: Browser
) -> None:
    signed_in_as("vera").get(f"/sessions/{room.id}/change", 404)
    tamara = signed_in_as("tamara").get(f"/sessions/{room.id}/change")
    room.do("open")
    tamara.submit("/change", NEW, 409)
    assert "cannot be changed any more" in tamara.get(f"/sessions/{room.id}/change").text


def test_the_wall_and_the_phone_know_where_they_live(
    room: Room, signed_in_as: Browser, now: Moment
) -> None:
    """What was refused stands at another address; the script asks for the page itself."""
    (card,) = room.cards("observer", 1)
    room.do("open")
    phone = room.phone(card.code).get("/sessions/room")
    phone.submit("/present", {"digits": "1"}, 422)
    assert 'data-page="/sessions/room"' in phone.html
    tamara = signed_in_as("tamara")
    wall = f"/sessions/{room.id}/wall"
    first = tamara.get(f"{wall}?mark=1").answer.get_data(as_text=True)
    assert first in tamara.get(wall).text
    now.move(minutes=1)
    assert tamara.get(f"{wall}?mark=1").answer.get_data(as_text=True) != first


def test_a_session_held_before_its_day_gives_a_receipt_that_counts_today(
    room: Room, signed_in_as: Browser, now: Moment
) -> None:
    tamara = signed_in_as("tamara").get(f"/sessions/{room.id}/change")
    tamara.submit("/change", {**NEW, "starts_on": "2026-04-01"})
    (card,) = room.cards("observer", 1)
    phone = room.phone(card.code)
    room.do("open", "next", "show", "next", "show")
    phone.get("/sessions/room").submit("/present", {"digits": digits(room, now)})
    room.do("next")
    phone.get("/sessions/room").submit("/receipt")
    found = re.search(r"[0-9A-Z-]{130,}", phone.text)
    assert found
    aida = f"/cohorts/{room.world.ids['North one']}/people/{room.world.ids['aida']}/receipt"
    tamara.get(aida).submit("/receipt", {"receipt": found.group()})
    assert "1 receipt counts so far" in tamara.text


def test_a_joining_sheet_says_where_and_how_and_nothing_of_who(
    room: Room, signed_in_as: Browser
) -> None:
    room.cards("observer", 6)
    sheets = []
    for login in ("tamara", "vera", "oleg"):
        page = signed_in_as(login).get(f"/sessions/{room.id}")
        assert f"/sessions/{room.id}/sheet" in page.html
        sheets.append(page.get(f"/sessions/{room.id}/sheet").text)
    assert all(
        sheets[0].split("Joining sheet")[-1] == one.split("Joining sheet")[-1] for one in sheets
    )
    assert "1 March 2026, 14:00" in sheets[0]
    assert "House of culture, second floor" in sheets[0]
    assert "/sessions/join on any phone" in sheets[0]
    assert "North" not in sheets[0].split("Joining sheet")[-1]
    signed_in_as("saule").get(f"/sessions/{room.id}/sheet", 404)
