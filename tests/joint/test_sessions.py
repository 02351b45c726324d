"""A joint session from planning to receipt, through pages without a script."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest
import sqlalchemy as sa

from lms import db
from lms.domain.errors import TooLate
from lms.domain.joint.attendance import code_at
from lms.joint.models import JointCard, JointEvent, JointSession, JointVote, SpentReceipt
from tests.conftest import Moment
from tests.joint.rooms import Browser, Room
from tests.world import World


def digits(room: Room, now: Moment) -> str:
    with room.app.app_context():
        return code_at(db.session().get_one(JointSession, room.id).wall_key, now.at)


def test_a_trainer_plans_a_session_and_both_organisations_see_it(
    room: Room, signed_in_as: Browser
) -> None:
    tamara = signed_in_as("tamara").get("/sessions/new")
    tamara.submit("/sessions/new", {"starts_time": "soon", "starts_on": "never"}, 422)
    assert "Write a time" in tamara.text
    assert "soon" in tamara.html
    tamara.submit(
        "/sessions/new",
        {"starts_on": "2026-03-20", "starts_time": "9:30", "place": "Library", "seats": "12"},
    )
    assert "20 March 2026, 09:30" in tamara.text
    for login in ("vera", "oleg"):
        found = signed_in_as(login).get("/sessions/").text
        assert "Library" in found
        assert "with North" in found
    assert "Library" not in signed_in_as("saule").get("/sessions/").text
    signed_in_as("saule").get(f"/sessions/{room.id}", 404)


def test_cards_have_codes_and_no_owner_and_those_beyond_the_seats_wait(
    room: Room, signed_in_as: Browser
) -> None:
    tamara = signed_in_as("tamara").get(f"/sessions/{room.id}")
    tamara.submit("/cards", {"how_many": "22"})
    assert len(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]", tamara.text)) == 22
    assert tamara.text.count("waiting list") == 2
    tamara.get(f"/sessions/{room.id}")
    assert "Cards that wait 21, 22" in tamara.text
    tamara.submit("/give-back", {"number": "3"})
    assert "Cards that wait 22" in tamara.text
    tamara.submit("/give-back", {"number": "77"}, 422)
    assert "No card of this session has this number" in tamara.text
    # The other side sees neither the cards nor how many there are.
    vera = signed_in_as("vera").get(f"/sessions/{room.id}")
    assert "Seats 0 of 20 handed out" in vera.text


def test_a_waiting_card_moves_up_when_another_comes_back(room: Room, signed_in_as: Browser) -> None:
    with room.app.app_context(), db.transaction() as session:
        session.get_one(JointSession, room.id).seats = 1
    first, second = room.cards("observer", 2)
    phone = room.phone(second.code)
    assert "You are on the waiting list Place 1" in phone.text
    signed_in_as("tamara").get(f"/sessions/{room.id}").submit("/give-back", {"number": "1"})
    assert "waiting list" not in phone.get("/sessions/room").text
    room.do("open", "next")
    phone.get("/sessions/room").submit("/seat")
    assert "You play" in phone.text
    assert "This code opens nothing" in room.phone_refused(first.code).text


def test_a_card_opens_the_room_on_two_phones_and_its_answer_counts_once(room: Room) -> None:
    room.cards("commission", 1)
    (card,) = room.cards("observer", 1)
    one, other = room.phone(card.code), room.phone(card.code)
    alias = re.search(r"You are ([A-Z][a-z]+-[A-Z][a-z]+)", one.text)
    assert alias
    assert alias.group(1) in other.text
    room.do("open", "next")
    for phone, letter in ((one, "a"), (other, "b")):
        phone.get("/sessions/room").submit("/answer", {"letter": letter})
        assert f"Your answer is in: {letter.upper()}" in phone.text
    with room.app.app_context():
        votes = list(
            db.session().scalars(
                sa.select(JointVote).where(
                    JointVote.session_id == room.id, JointVote.scene == "signed"
                )
            )
        )
        assert sorted((vote.letter, vote.turn) for vote in votes) == [("a", 1), ("b", 2)]


def test_the_same_send_twice_is_one_answer(room: Room) -> None:
    cards = room.crowd(1, 1)
    room.do("open", "next")
    key = uuid.uuid4()
    room.vote(cards[0], "signed", "a", key)
    room.vote(cards[0], "signed", "a", key)
    with room.app.app_context():
        assert (
            db.session().scalar(
                sa.select(sa.func.count(JointVote.key)).where(JointVote.session_id == room.id)
            )
            == 1
        )


def test_whoever_is_signed_in_cannot_use_a_card(room: Room, signed_in_as: Browser) -> None:
    (card,) = room.cards("observer", 1)
    aida = signed_in_as("aida").get("/sessions/join")
    assert "You are signed in" in aida.text
    aida.post("/sessions/join", {"code": card.code}, 409)
    with room.app.app_context():
        assert not db.session().scalar(
            sa.select(JointCard.joined).where(JointCard.session_id == room.id)
        )


def test_a_whole_session_by_page(room: Room, signed_in_as: Browser, now: Moment) -> None:
    made = room.cards("observer", 1) + room.cards("commission", 1)
    phones = [room.phone(card.code) for card in made]
    crowd = room.crowd(9, 9)
    assert "The session has not begun" in phones[0].text
    phones[0].submit("/answer", {"letter": "b", "scene": "when"})
    for number, card_id in enumerate(crowd):
        room.vote(card_id, "when", "a" if number % 2 else "b")
    tamara = signed_in_as("tamara").get(f"/sessions/{room.id}/console")
    tamara.submit("/console")  # open
    tamara.submit("/console")  # next, to the first scene
    assert "The protocol is signed" in tamara.text
    assert "Let both tables read first" in tamara.text
    assert "minute 3" in tamara.text
    now.move(minutes=4)
    pages = [phone.get("/sessions/room").text for phone in phones]
    called = ["The telephone rings" in page for page in pages]
    assert called == ["You play the commission" in page for page in pages]
    for phone in phones:
        phone.submit("/answer", {"letter": "a"})
        phone.submit("/present", {"digits": "0"}, 422)
        assert "not the digits of this minute" in phone.text
        phone.submit("/present", {"digits": digits(room, now)})
        assert "Nobody knows whose it is" in phone.text
    for card_id in crowd:
        room.vote(card_id, "signed", "a")
    tamara.get(f"/sessions/{room.id}/console")
    assert "Answers of your own people 10 in 10" in tamara.text
    tamara.submit("/console")  # show both sides
    assert "10 in 10" in tamara.text
    seen = phones[0].get("/sessions/room").text
    assert "10 in 10" in seen
    assert "The commission’s duty: The commission places the table in view." in seen
    assert "At once, and in the room." in seen
    sides = [re.search(r"You play (an observer|the commission)", page).group(1) for page in pages]  # type: ignore[union-attr]
    room.do("take", "next")
    for phone, before in zip(phones, sides, strict=True):
        after = re.search(
            r"You play (an observer|the commission)", phone.get("/sessions/room").text
        )
        assert after
        assert after.group(1) != before
    room.do("next")
    assert "You asked once." in phones[0].get("/sessions/room").text  # the debrief of observers
    assert "You have a witness now." in phones[1].get("/sessions/room").text
    phones[0].submit("/receipt")
    receipt = re.search(r"[0-9A-Z-]{130,}", phones[0].text)
    assert receipt
    assert "cannot be shown again" in phones[0].get("/sessions/room").text
    room.do("close")
    _redeemed(room.world, signed_in_as, receipt.group(), room)
    _afterwards(room, signed_in_as, phones[1])


def _redeemed(world: World, signed_in_as: Browser, receipt: str, room: Room) -> None:
    address = f"/cohorts/{world.ids['North one']}/people/{world.ids['aida']}/receipt"
    tamara = signed_in_as("tamara").get(address)
    tamara.submit("/receipt", {"receipt": receipt[:-1] + ("0" if receipt[-1] != "0" else "1")}, 422)
    assert "not a receipt" in tamara.text
    tamara.submit("/receipt", {"receipt": receipt.lower().replace("-", " ")})
    assert "1 receipt counts so far, the last of 1 March 2026" in tamara.text
    other = f"/cohorts/{world.ids['North one']}/people/{world.ids['bota']}/receipt"
    tamara.get(other).submit("/receipt", {"receipt": receipt}, 409)
    assert "used already" in tamara.text
    with room.app.app_context():
        assert db.session().scalar(sa.select(sa.func.count()).select_from(SpentReceipt)) == 1


def _afterwards(room: Room, signed_in_as: Browser, phone: object) -> None:
    """What is left: what groups answered, the same for both; no answer, no role."""
    with room.app.app_context():
        assert (
            db.session().scalar(
                sa.select(sa.func.count(JointVote.key)).where(JointVote.session_id == room.id)
            )
            == 0
        )
        roles = (
            db.session()
            .scalars(sa.select(JointCard.role_first).where(JointCard.session_id == room.id))
            .all()
        )
        assert set(roles) == {None}
        kinds = set(db.session().scalars(sa.select(JointEvent.kind)))
        assert "dealt" not in kinds
    first, second = (
        signed_in_as(login).get(f"/sessions/{room.id}/report").text.split("nothing else.")[1]
        for login in ("tamara", "vera")
    )
    assert first == second
    assert "10 in 10" in first
    answer = signed_in_as("vera").get(f"/sessions/{room.id}/report?format=csv").answer
    assert '"signed","Observers","A","10"' in answer.get_data(as_text=True)


def test_two_devices_are_never_in_charge_at_once(room: Room, signed_in_as: Browser) -> None:
    laptop = signed_in_as("tamara").get(f"/sessions/{room.id}/console")
    laptop.submit("/console")
    phone = signed_in_as("vera").get(f"/sessions/{room.id}/console")
    assert "Another device is in charge" in phone.text
    phone.submit("/console")  # take over
    assert "Another device" not in phone.text
    laptop.submit("/console", status=409)
    assert "Another device is in charge" in laptop.get(f"/sessions/{room.id}/console").text
    phone.submit("/console")
    assert "The protocol is signed" in phone.text


def test_a_page_that_was_open_twice_does_not_skip_a_scene(
    room: Room, signed_in_as: Browser
) -> None:
    tamara = signed_in_as("tamara").get(f"/sessions/{room.id}/console")
    form = tamara.sheet.forms[0]
    assert form
    tamara.submit("/console")
    first = dict(next(f for f in tamara.sheet.forms if f["method"] == "post")["fields"])  # type: ignore[call-overload]
    tamara.submit("/console")
    tamara.post(f"/sessions/{room.id}/console", first, 409)


def test_only_a_trained_facilitator_opens_a_session(room: Room, signed_in_as: Browser) -> None:
    vera = signed_in_as("vera").get(f"/sessions/{room.id}/console")
    assert "A session is opened by a certified trainer" in vera.text
    vera.post(f"/sessions/{room.id}/console", {"deed": "open", "number": "0"}, 409)


def test_four_answers_of_a_side_are_not_shown(room: Room) -> None:
    cards = room.crowd(4, 4)
    room.do("open", "next")
    for card_id in cards:
        room.vote(card_id, "signed", "a")
    room.do("show")
    (card,) = room.cards("observer", 1)
    text = room.phone(card.code).text
    assert text.count("Fewer than five answered") == 2
    assert "in 10" not in text


def test_raised_cards_are_counted_beside_the_phones(room: Room) -> None:
    room.crowd(1, 1)
    room.do("open", "next")
    room.do("raise", side="observer", counts={"a": 2, "b": 8})
    room.do("show")
    (card,) = room.cards("observer", 1)
    assert "8 in 10" in room.phone(card.code).text


def test_heads_that_differ_are_a_flag_of_ones_own_side(room: Room, signed_in_as: Browser) -> None:
    tamara = signed_in_as("tamara").get(f"/sessions/{room.id}/attendance")
    tamara.submit("/attendance", {"heads": "3", "paper": ""})
    assert "The numbers differ codes and heads" in tamara.text
    tamara.submit("/attendance", {"heads": "many"}, 422)
    assert "many" in tamara.html
    assert "Heads –" in signed_in_as("vera").get(f"/sessions/{room.id}/attendance").text


def test_feedback_is_shown_of_five_and_without_order(room: Room, signed_in_as: Browser) -> None:
    made = room.cards("observer", 5)
    phones = [room.phone(card.code) for card in made]
    room.do("open", "next", "next", "next")
    for number, phone in enumerate(phones):
        phone.get("/sessions/room").submit("/feedback", {"useful": "5", "words": f"Word {number}"})
        assert "Nobody can tell that it was you" in phone.text
    phones[0].post("/sessions/room/feedback", {"useful": "1", "words": ""}, 409)
    assert "not over yet" in signed_in_as("vera").get(f"/sessions/{room.id}/report").text
    room.do("close")
    report = signed_in_as("vera").get(f"/sessions/{room.id}/report").text
    assert all(f"Word {number}" in report for number in range(5))


def test_a_calendar_says_when_and_where_in_quiet_words(room: Room, signed_in_as: Browser) -> None:
    for address in ("/sessions/calendar.ics", f"/sessions/{room.id}.ics"):
        body = signed_in_as("oleg").get(address).answer.get_data(as_text=True)
        assert "DTSTART:20260301T140000\r\n" in body
        assert "LOCATION:House of culture\\, second floor" in body
        assert "bserver" not in body
        assert str(room.id) not in body
        assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))


def test_a_session_is_called_off_once_and_its_cards_open_nothing(
    room: Room, signed_in_as: Browser
) -> None:
    (card,) = room.cards("observer", 1)
    phone = room.phone(card.code)
    tamara = signed_in_as("tamara").get(f"/sessions/{room.id}").submit("/cancel")
    assert "called off" in tamara.text
    assert "The session was called off" in phone.get("/sessions/room").text
    tamara.post(f"/sessions/{room.id}/cancel", status=409)
    signed_in_as("vera").get(f"/sessions/{room.id}").post(f"/sessions/{room.id}/cancel", status=404)


def test_an_answer_after_the_end_of_answers_is_too_late(room: Room) -> None:
    cards = room.crowd(5, 5)
    room.do("open", "next", "show")
    with pytest.raises(TooLate):
        room.vote(cards[0], "signed", "a")


def test_the_mark_changes_when_there_is_something_to_see(room: Room, now: Moment) -> None:
    (card,) = room.cards("observer", 1)
    phone = room.phone(card.code)
    seen = []
    for step in ("", "open", "next", "", "show"):
        if step:
            room.do(step)
        else:
            now.move(minutes=4)
        seen.append(phone.get("/sessions/room/now").answer.get_data(as_text=True))
    assert len(set(seen)) == len(seen)
    assert phone.get("/sessions/room/now").answer.get_data(as_text=True) == seen[-1]


def test_a_stream_tells_the_same_mark(room: Room) -> None:
    (card,) = room.cards("observer", 1)
    phone = room.phone(card.code)
    mark = phone.get("/sessions/room/now").answer.get_data(as_text=True)
    answer = phone.client.get("/sessions/room/stream")
    pieces = answer.iter_encoded()
    assert next(pieces) == b"retry: 3000\n\n"
    assert next(pieces).decode() == f"data: {mark}\n\n"
    answer.close()
    assert answer.mimetype == "text/event-stream"


def test_a_receipt_is_of_a_month_and_grows_old() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from lms.joint.receipts import new_receipt, read_receipt

    key = Ed25519PrivateKey.generate()
    text = new_receipt(key, date(2026, 1, 31))
    found = read_receipt(text, [key.public_key()])
    assert found.is_current(date(2026, 7, 31))
    assert not found.is_current(date(2026, 8, 1))
    assert not found.is_current(date(2025, 12, 31))
    assert read_receipt(text, [key.public_key()]).digest == found.digest
    assert read_receipt(new_receipt(key, date(2026, 1, 31)), [key.public_key()]) != found
