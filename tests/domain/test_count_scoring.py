"""Living through a night and what it is worth: good work, no work, accusations, chance."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from lms.domain.counts.night import Night, live
from lms.domain.counts.play import Act, Impossible, State, begin, own_hours, perform, replay
from lms.domain.counts.scoring import Score, is_neutral, score
from tests.domain.count_players import (
    a_country,
    a_head,
    a_note,
    accuse_everything,
    do_nothing,
    play_at_random,
    play_best,
)

NIGHTS = 1_000 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 60
FIRST = int(os.environ.get("LMS_SEED", "0"))

PLAYS: dict[str, Callable[[Night], State]] = {
    "best": play_best,
    "nothing": do_nothing,
    "accuse": accuse_everything,
    "random": lambda night: play_at_random(night, Random(night.seed)),
}


@dataclass(frozen=True)
class Column:
    """What one way of playing came to over many nights."""

    percents: list[int]
    passed: int
    alarms: int
    sensitivity: list[int]


@pytest.fixture(scope="module")
def table() -> dict[str, Column]:
    """Every way of playing over the same nights, printed with -s."""
    nights = [live(a_head(), a_country(), seed) for seed in range(FIRST, FIRST + NIGHTS)]
    found = {}
    for name, play in PLAYS.items():
        scores = [score(night, play(night)) for night in nights]
        column = Column(
            [s.percent for s in scores],
            sum(s.passed for s in scores),
            sum(len(s.false_alarms) for s in scores),
            [s.sensitivity for s in scores if s.sensitivity is not None],
        )
        found[name] = column
        mean = sum(column.percents) / NIGHTS
        print(  # noqa: T201 - the table that is asked for
            f"{name:8} mean {mean:5.1f} min {min(column.percents)} max {max(column.percents)} "
            f"passed {column.passed}/{NIGHTS} alarms {column.alarms / NIGHTS:.1f} a night, "
            f"found {sum(column.sensitivity) / len(column.sensitivity):.1f} %"
        )
    return found


def test_the_best_play_scores_everything_in_every_night(table: dict[str, Column]) -> None:
    assert set(table["best"].percents) == {100}
    assert table["best"].passed == NIGHTS
    assert table["best"].alarms == 0
    assert set(table["best"].sensitivity) == {100}


def test_doing_nothing_is_worth_nothing_in_clean_nights_too(table: dict[str, Column]) -> None:
    assert set(table["nothing"].percents) == {0}
    assert table["nothing"].passed == 0
    assert set(table["nothing"].sensitivity) == {0}


def test_accusing_everybody_of_everything_never_passes(table: dict[str, Column]) -> None:
    assert max(table["accuse"].percents) == 0
    assert table["accuse"].passed == 0


def test_chance_never_passes(table: dict[str, Column]) -> None:
    assert max(table["random"].percents) < 40
    assert table["random"].passed == 0


def a_night(*kinds: str, seed: int = 4, **other: Any) -> Night:
    return live(a_head(pool=kinds, draw=(len(kinds),) * 2, **other), a_country(), seed)


def play(night: Night, *acts: Act) -> Score:
    """Begin, do these acts in the first moment, and go to the end."""
    state = replay(night, acts)[-1]
    while not state.finished:
        state = perform(night, state, Act("on"))
    return score(night, state)


def test_a_clean_night_measures_no_detection() -> None:
    night = a_night()
    assert score(night, play_best(night)).sensitivity is None


def test_a_false_alarm_costs_as_much_as_a_find_brings() -> None:
    night = a_night("zone", phases=("opening",))
    good = play(night, a_note(kind="zone", place="seat", who="chair", time=365))
    both = play(
        night,
        a_note(kind="zone", place="seat", who="chair", time=365),
        a_note(kind="insult", place="seat", who="member", time=365),
    )
    assert both.false_alarms == ("insult",)
    points = sum(part.earned for part in good.parts)
    possible = sum(part.possible for part in good.parts)
    assert good.percent == 100 * points // possible
    assert both.percent == 100 * (points - 10) // possible


def test_what_was_guessed_and_not_seen_is_no_find() -> None:
    night = a_night("access-blocked", phases=("opening",))
    guessed = play(night, a_note(kind="access-blocked", place="door", who="nobody", time=365))
    assert guessed.detected == ()
    assert guessed.false_alarms == ("access-blocked",)


GUIDE: list[tuple[dict[str, Any], str, int]] = [
    ({"time": 900}, "time", 1),
    ({"place": "paper"}, "place", 1),
    ({"how": "suppose"}, "own", 2),
    ({"how": "heard"}, "own", 2),
    ({"who": "police"}, "who", 1),
    ({"rule": "another"}, "rule", 1),
    ({"text": "Article 43 and article 44 say so."}, "rule", 1),
    ({"witness": ""}, "witness", 1),
    ({"request": "none"}, "request", 1),
    ({"request": "annul"}, "request", 1),
    ({"handed": False}, "receipt", 1),
    ({"text": "They are thieves."}, "tone", 1),
    ({"text": ""}, "tone", 1),
]


@pytest.mark.parametrize(("change", "heading", "points"), GUIDE)
def test_each_heading_of_the_marking_guide_is_lost_alone(
    change: dict[str, Any], heading: str, points: int
) -> None:
    night = a_night("zone", phases=("opening",))
    whole: dict[str, Any] = {
        "kind": "zone",
        "place": "seat",
        "who": "chair",
        "time": 365,
        "rule": "rule-zone",
        "witness": sorted(night.witnesses)[0],
        "request": "explain",
        "handed": True,
        "text": "The chairs stand behind a tape, nine metres from the table.",
    }
    assert play(night, a_note(**whole)).notes[0].total == 10
    marked = play(night, a_note(**{**whole, **change})).notes[0]
    assert marked.total == 10 - points
    assert marked.points[heading] == 0


def test_an_invented_witness_or_number_leaves_nothing_of_a_note() -> None:
    night = a_night("mobile-surplus", phases=("count", "protocol"))
    absent = ({"proxy", "other-observer", "journalist"} - night.witnesses).pop()
    amount = night.precinct.amount("mobile-surplus") or 0
    for lie in ({"witness": absent}, {"number": 2 * amount + 6}):
        state = begin(night)
        while night.moments[state.moment].step.id != "portable-opened":
            state = perform(night, state, Act("on"))
        note = a_note(kind="mobile-surplus", time=night.moments[state.moment].at, **lie)
        marked = score(night, perform(night, state, note)).notes[0]
        assert marked.invented
        assert marked.total == 0


@pytest.mark.parametrize("what", ["touch", "block", "follow", "photo"])
def test_a_broken_limit_of_safety_fails_the_best_play(what: str) -> None:
    night = a_night()
    state = play_best(night)
    assert score(night, state).passed
    step = {"touch": "sorting", "block": "copy", "follow": "packing", "photo": "doubtful"}[what]
    state = begin(night)
    while night.moments[state.moment].step.id != step:
        state = perform(night, state, Act("on"))
    deed = Act("photograph", {"object": "marked-ballot"}) if what == "photo" else Act(what)
    assert score(night, perform(night, state, deed)).breaches
    assert not score(night, perform(night, state, deed)).passed


def test_an_act_takes_twelve_minutes_in_which_a_step_is_missed() -> None:
    night = a_night("power-cut", phases=("count", "protocol"))
    state = begin(night)
    while "power-cut" not in [h.kind for h in night.moments[state.moment + 1].happenings]:
        state = perform(night, state, Act("on"))
    for _ in range(8):
        state = perform(night, state, Act("act"))
    state = perform(night, state, Act("on"))
    assert state.moment in state.missed
    assert not state.known


def test_an_own_count_with_a_gap_is_none() -> None:
    night = a_night("layered-ballots")
    watched = play_best(night)
    assert None not in own_hours(night, watched).values()
    assert set(own_hours(night, do_nothing(night)).values()) == {None}


def test_the_same_acts_give_the_same_score_to_whoever_marks() -> None:
    night = a_night("zone", "copy-refused", "moved-pile")
    acts = [Act("go", {"place": "boxes"}), a_note(kind="zone"), Act("on"), Act("on")]
    states = replay(night, acts)
    assert states == replay(night, list(acts))
    assert score(night, states[-1]) == score(night, replay(night, acts)[-1])


IMPOSSIBLE = [
    Act("fly"),
    Act("go", {"place": "moon"}),
    Act("ask", {"question": "age"}),
    Act("tally", {"counts": [1]}),
    Act("judge", {"verdicts": {"0": "maybe"}}),
    Act("check", {"marks": {}}),
    Act("own", {"cells": {"Z": 1}}),
    Act("own", {"cells": {"B": -1}}),
    Act("own", {"cells": {"B": True}}),
    Act("photograph", {"object": "voter"}),
    Act("follow"),
    a_note(kind="treason"),
    a_note(time="noon"),
    a_note(time=99_999),
    a_note(number=10**9),
    a_note(text="x" * 3_000),
    a_note(witness="my friend"),
]


@pytest.mark.parametrize("act", IMPOSSIBLE, ids=lambda act: f"{act.verb}-{act.details}"[:40])
def test_what_a_moment_does_not_offer_changes_nothing(act: Act) -> None:
    night = a_night()
    with pytest.raises(Impossible):
        perform(night, begin(night), act)


def test_after_the_end_nothing_can_be_done() -> None:
    night = a_night(phases=("opening",))
    with pytest.raises(Impossible):
        perform(night, do_nothing(night), Act("on"))


@pytest.mark.parametrize(
    ("words", "neutral"),
    [
        ("302 more ballots were found than were issued.", True),
        ("The election was stolen.", False),
        ("Члены комиссии мошенники.", False),
        ("В урне на 29 бюллетеней больше, чем выдано.", True),
        ("Олар дауыстарды ұрлады.", False),
        ("Жәшікте 29 бюллетень артық.", True),
        ("Второй член комиссии взял пачку.", True),
        ("", False),
    ],
)
def test_a_sentence_that_judges_is_not_neutral(words: str, neutral: bool) -> None:
    assert is_neutral(words) is neutral
