"""A joint session as a state machine: replayed from events, and never lost."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.errors import TooLate
from lms.domain.joint import live
from lms.domain.joint.dealing import Player
from lms.domain.joint.exercise import other_side
from lms.domain.joint.live import FIRST, SECOND, Draft, Event, Live, replay
from tests.domain.joint.exercises import EXERCISE, START, after, numbered

SIDE = {role.id: role.side for role in EXERCISE.roles}


def people(observers: int, members: int) -> list[Player]:
    return [Player(f"o{n}", "observer") for n in range(observers)] + [
        Player(f"c{n}", "commission") for n in range(members)
    ]


def opened() -> list[Event]:
    return numbered(live.opening(EXERCISE, replay([])), [])


def onward(events: list[Event], players: list[Player], seed: int = 1) -> list[Event]:
    return numbered(live.onward(EXERCISE, replay(events), players, Random(seed)), events)


def test_the_way_leads_from_the_lobby_through_the_scenes_to_the_debrief() -> None:
    events, seen = opened(), []
    for _ in range(5):
        events = onward(events, people(6, 6))
        seen.append((replay(events).stage, replay(events).scene))
    assert seen == [
        ("scene", "one"),
        ("scene", "two"),
        ("scene", "three"),
        ("scene", "four"),
        ("debrief", None),
    ]
    assert (
        replay(numbered(live.turning(EXERCISE, replay(events), "close"), events)).stage == "closed"
    )


def test_a_thing_happens_at_its_minute_by_itself_and_a_pause_stops_the_clock() -> None:
    events = onward(opened(), people(6, 6))
    state = replay(events)
    assert [i.id for i in state.happened(EXERCISE, after(minutes=2, seconds=59))] == []
    assert [i.id for i in state.happened(EXERCISE, after(minutes=3))] == ["call"]
    assert state.mark(EXERCISE, after(minutes=2)) != state.mark(EXERCISE, after(minutes=3))
    events = numbered(live.turning(EXERCISE, state, "pause"), events, after(minutes=4))
    assert [i.id for i in replay(events).happened(EXERCISE, after(minutes=50))] == ["call"]
    events = numbered(live.turning(EXERCISE, replay(events), "resume"), events, after(minutes=50))
    assert replay(events).elapsed(after(minutes=51)) == timedelta(minutes=5)


def test_held_things_wait_for_the_facilitator() -> None:
    events = onward(opened(), people(6, 6))
    events = numbered(live.turning(EXERCISE, replay(events), "hold"), events)
    assert replay(events).happened(EXERCISE, after(minutes=9)) == ()
    drafts = live.injecting(EXERCISE, replay(events), "dark", after(minutes=1))
    events = numbered(drafts, events)
    assert [i.id for i in replay(events).happened(EXERCISE, after(minutes=1))] == ["dark"]
    with pytest.raises(TooLate):
        live.injecting(EXERCISE, replay(events), "dark", after(minutes=1))


def test_what_was_shown_stays_shown_and_takes_no_more_answers() -> None:
    events = onward(opened(), people(6, 6))
    assert replay(events).answers_are_open("one")
    events = numbered(live.showing(EXERCISE, replay(events)), events)
    assert not replay(events).answers_are_open("one")
    events = onward(events, people(6, 6))
    back = live.backward(EXERCISE, replay(events), people(6, 6), Random(1))
    state = replay(numbered(back, events))
    assert (state.scene, "one" in state.shown) == ("one", True)
    assert not state.answers_are_open("one")


def test_cards_are_counted_by_hand_and_a_later_count_replaces_the_first() -> None:
    events = onward(opened(), people(6, 6))
    for number in (3, 7):
        drafts = live.raising(EXERCISE, replay(events), "observer", {"a": number, "b": 0})
        events = numbered(drafts, events)
    assert replay(events).raised["one"]["observer"] == {"a": 7, "b": 0}
    for wrong in ({"d": 1}, {"a": -1}, {"a": 1000}):
        with pytest.raises(ValueError, match="that"):
            live.raising(EXERCISE, replay(events), "observer", wrong)


def test_a_deed_out_of_its_place_is_too_late() -> None:
    with pytest.raises(TooLate):
        live.onward(EXERCISE, replay([]), [], Random(1))
    with pytest.raises(TooLate):
        live.opening(EXERCISE, replay(opened()))


@given(
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 9),
    st.integers(),
)
def test_everybody_plays_both_sides_and_the_sides_are_even(
    observers: int, members: int, late: int, seed: int
) -> None:
    players = people(observers, members)
    there, latecomers = players[late:], players
    events = opened()
    for number in range(4):
        events = onward(events, there if number == 0 else latecomers, seed + number)
    roles = replay(events).roles
    assert set(roles[FIRST]) == set(roles[SECOND]) == {player.card for player in players}
    for card, role in roles[FIRST].items():
        assert SIDE[roles[SECOND][card]] == other_side(SIDE[role])
    sizes = Counter(SIDE[role] for role in roles[FIRST].values())
    assert abs(sizes["observer"] - sizes["commission"]) <= 1
    for half in (FIRST, SECOND):
        assert Counter(roles[half].values())["chair"] <= 1
        assert Counter(roles[half].values())["press"] <= 2


def done(
    deed: str, state: Live, moment: datetime, players: list[Player], random: Random
) -> tuple[Draft, ...]:
    if deed == "open":
        return live.opening(EXERCISE, state)
    if deed in ("next", "back"):
        way = live.onward if deed == "next" else live.backward
        return way(EXERCISE, state, players, random)
    if deed == "show":
        return live.showing(EXERCISE, state)
    if deed == "inject":
        return live.injecting(EXERCISE, state, "call", moment)
    return live.turning(EXERCISE, state, deed)


DEEDS = ("open", "next", "back", "pause", "resume", "hold", "release", "show", "close", "inject")


@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 600)), max_size=40), st.integers())
def test_whatever_is_done_the_state_is_the_replay_of_its_events(
    deeds: list[tuple[str, int]], seed: int
) -> None:
    """A process that dies anywhere leaves the same session to the next, and nothing goes back on
    what was shown; what is refused changes nothing."""
    events: list[Event] = []
    moment, random, players = START, Random(seed), people(5, 5)
    for deed, seconds in deeds:
        moment += timedelta(seconds=seconds)
        state = replay(events)
        try:
            drafts = done(deed, state, moment, players, random)
        except TooLate:
            assert deed not in live.possible(EXERCISE, state) or deed == "inject"
            continue
        assert deed in live.possible(EXERCISE, state)
        events = numbered(drafts, events, moment)
        then = replay(events)
        assert then.shown >= state.shown
        assert then.stage in live.STAGES
        assert (then.scene is not None) == (then.stage == "scene")
        assert timedelta() <= then.elapsed(moment)
        assert replay(list(events)) == then
