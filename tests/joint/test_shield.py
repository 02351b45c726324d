"""What one side, or whoever has the database, could learn about the other by a way round."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from lms import db
from lms.domain.errors import TooLate
from lms.domain.joint.aliases import HOW_MANY
from lms.joint import actions, answering, queries, streaming
from lms.joint.models import JointCard, JointFeedback, JointSession
from tests.conftest import Moment
from tests.joint.rooms import Browser, Room


def test_a_stream_that_nobody_reads_gives_its_place_back(room: Room) -> None:
    (card,) = room.cards("observer", 1)
    phone = room.phone(card.code)
    for _ in range(20):
        phone.client.head("/sessions/room/stream").close()
    assert streaming.streams.held == {"observer": 0, "commission": 0}


def test_phones_of_one_side_take_no_stream_from_the_other(room: Room) -> None:
    (mine,), (theirs,) = room.cards("observer", 1), room.cards("commission", 1)
    phone, other = room.phone(mine.code), room.phone(theirs.code)
    threads = room.app.config["LMS_SETTINGS"].threads
    open_ = []
    while (answer := phone.client.get("/sessions/room/stream")).status_code == 200:
        open_.append(answer)
    assert len(open_) == streaming.most_of("observer", threads)
    found = other.client.get("/sessions/room/stream")
    assert found.status_code == 200
    for answer in (*open_, found):
        answer.close()


@pytest.mark.parametrize("threads", range(1, 20))
def test_both_sides_together_leave_threads_for_pages(threads: int) -> None:
    given = [streaming.most_of(side, threads) for side in ("observer", "commission")]
    assert sum(given) == max(0, threads - streaming.LEFT_FOR_PAGES)
    assert abs(given[0] - given[1]) <= 1


def test_nobody_watches_the_answers_to_the_questions_come_in(
    room: Room, signed_in_as: Browser
) -> None:
    """A share that is seen before and after somebody answers says what they said, and when."""
    cards = room.crowd(6, 6)
    for number, card_id in enumerate(cards[:-1]):
        room.vote(card_id, "when", "a" if number % 2 else "b")
    tamara, vera = signed_in_as("tamara"), signed_in_as("vera")
    before = vera.get(f"/sessions/{room.id}/console").text
    room.vote(cards[0], "when", "a")
    assert vera.get(f"/sessions/{room.id}/console").text == before
    tamara.get(f"/sessions/{room.id}/console").submit("/console")  # open
    assert "Where the sides differ most" not in tamara.text
    for card_id in cards[:6]:
        room.vote(card_id, "when", "a")
    room.do("take", "show")
    assert "Agenda: where the sides differ most" in vera.get(f"/sessions/{room.id}/console").text
    with pytest.raises(TooLate):
        room.vote(cards[-1], "when", "b")
    room.do("next", "back")
    with pytest.raises(TooLate):
        room.vote(cards[-1], "when", "b")


def test_a_facilitator_sees_how_many_of_their_own_people_have_answered(
    room: Room, signed_in_as: Browser
) -> None:
    cards = room.crowd(6, 6)
    room.do("open", "next")
    vera = signed_in_as("vera")
    mark = f"/sessions/{room.id}/console?mark=1"
    before = vera.get(mark).text
    for card_id in cards[:6]:
        room.vote(card_id, "signed", "a")
    assert vera.get(mark).text == before
    for card_id in cards[6:9]:
        room.vote(card_id, "signed", "a")
    assert "Answers of your own people 5 in 10" in vera.get(f"/sessions/{room.id}/console").text


def test_whoever_uses_up_the_cards_learns_nothing_of_those_of_the_others(
    room: Room, signed_in_as: Browser
) -> None:
    room.cards("observer", 7)
    for _ in range(HOW_MANY // 2 // 100):
        room.cards("commission", 100)
    vera = signed_in_as("vera").get(f"/sessions/{room.id}")
    vera.submit("/cards", {"how_many": "1"}, 409)
    assert "all the cards that one session can have" in vera.text
    assert len(room.cards("observer", 93)) == 93


def test_a_waiting_phone_is_told_when_it_has_a_seat(room: Room) -> None:
    with room.app.app_context(), db.transaction() as session:
        session.get_one(JointSession, room.id).seats = 1
    _first, second = room.cards("observer", 2)
    phone = room.phone(second.code)
    mark = phone.get("/sessions/room/now").answer.get_data(as_text=True)
    assert f'data-mark="{mark}"' in phone.get("/sessions/room").html
    with room.app.app_context(), db.transaction() as session:
        actions.give_back(session, room.host, room.id, 1)
    assert phone.get("/sessions/room/now").answer.get_data(as_text=True) != mark


def test_the_database_does_not_tell_who_came_first_or_who_said_what(
    room: Room, now: Moment
) -> None:
    """On PostgreSQL rows carry the number of the transaction that wrote them, and lie in the order
    of writing: every card of a session has the same number, and its place says nothing."""
    cards = room.crowd(6, 6)
    room.do("open", "next", "next", "next")
    chosen = [cards[4], cards[1], cards[10], cards[2], cards[7]]
    for number, card_id in enumerate(chosen):
        with room.app.app_context(), db.transaction() as session:
            answering.say(session, card_id, 5, f"Word {number}")
    with room.app.app_context():
        reading = db.session()
        given = reading.scalars(
            sa.select(JointCard.id).where(
                JointCard.session_id == room.id, JointCard.feedback_given.is_(True)
            )
        ).all()
        assert sorted(given) == sorted(chosen)
        assert {one.words for one in queries.feedback_of(reading, room.id)} == {
            f"Word {number}" for number in range(5)
        }
        if db.database().is_sqlite:
            return
        where = {"session": room.id}
        numbers = "SELECT DISTINCT xmin::text FROM {} WHERE session_id = :session"
        for table in ("joint_cards", "joint_feedback"):
            found = reading.execute(sa.text(numbers.format(table)), where).all()
            assert len(found) == 1, table
        lying = "SELECT id::text FROM joint_feedback WHERE session_id = :session ORDER BY ctid"
        said = list(reading.scalars(sa.text(lying), where))
        assert said == sorted(said)
        assert reading.scalar(sa.select(sa.func.count(JointFeedback.id))) == 5


def test_the_cards_of_two_sessions_have_aliases_that_have_nothing_to_do_with_each_other(
    room: Room,
) -> None:
    """The first card of one session and the first of another are as far apart as the first and
    the second: by the chi squared of their distance in five classes."""
    classes, same, other = 5, Counter[int](), Counter[int]()
    taken = []
    with room.app.app_context(), db.transaction() as session:
        plan = session.get_one(JointSession, room.id)
        for _ in range(20):
            made = JointSession(
                **{
                    column.name: getattr(plan, column.name)
                    for column in JointSession.__table__.columns
                    if column.name != "id"
                }
            )
            session.add(made)
            session.flush()
            actions.hand_out(session, room.host, made.id, 15)
            taken.append([c.alias for c in queries.cards_of(session, made.id, "observer")])
        session.rollback()
    for first, second in zip(taken, taken[1:] + taken[:1], strict=True):
        for place in range(15):
            for counts, who in ((same, place), (other, (place + 7) % 15)):
                apart = (second[who] - first[place]) % HOW_MANY
                counts[apart * classes // HOW_MANY] += 1
    statistic = sum(
        (counts[one] - (same[one] + other[one]) / 2) ** 2 / ((same[one] + other[one]) / 2)
        for counts in (same, other)
        for one in range(classes)
    )
    # Four degrees of freedom; with real randomness one run in a hundred thousand would fail.
    assert statistic < 28.5
