"""Runs: replayed from choices and a seed, scored by competence, explained by what was missing."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.conditions import Compare, Name
from lms.domain.errors import NotThere, TooLate
from lms.domain.runs import (
    SEEDS,
    Score,
    certifies,
    drawn,
    lacking,
    scores,
    standing,
    unfold,
)
from lms.domain.scenarios import Scenario, has_ended, open_choices, replay, start
from tests.domain.builders import a_chance, a_choice, a_scenario, a_scene, an_end
from tests.domain.graphs import a_random_scenario


def with_luck(**changes: Any) -> Scenario:
    """Ask; the officer shrugs (three times in four) or acts; then write or go."""
    return a_scenario(
        a_scene("door", a_choice("look", "best", id="ask", rules=["r"], effects={"record": 2})),
        a_chance(
            "look",
            a_choice("hall", "weak", id="shrugs", weight=3, minutes=1),
            a_choice("arm", "weak", id="acts", weight=1, effects={"safety": -1}),
        ),
        a_scene("hall", a_choice("end", "best", id="write", rules=["r"], effects={"record": 1})),
        a_scene("arm", a_choice("end", "ok", id="go")),
        an_end(),
        passes="record >= 3 and safety >= 1",
        **changes,
    )


def test_chance_is_the_same_for_the_same_seed_and_falls_by_its_weights() -> None:
    scenario = with_luck()
    happened = Counter(unfold(scenario, ["ask"], seed)[1].choice.id for seed in range(2000))
    assert 1400 < happened["shrugs"] < 1600
    assert unfold(scenario, ["ask"], 7) == unfold(scenario, ["ask"], 7)


def test_chance_is_the_same_on_every_machine() -> None:
    """Written down by hand from SHA-256, so that a change of the drawing is seen here."""
    assert [drawn(seed, 0, "look", 4) for seed in range(8)] == [0, 3, 3, 0, 0, 0, 2, 1]
    assert len({drawn(1, draws, "look", 10**6) for draws in range(50)}) == 50


def test_what_chance_did_stands_among_the_beats_and_earns_nothing() -> None:
    beats = unfold(with_luck(), ["ask"], 0)
    assert [(b.scene, b.by_chance) for b in beats] == [("door", False), ("look", True)]
    assert beats[0].after.points == beats[1].after.points == 2
    assert beats[1].after.draws == 1


def test_a_run_that_begins_with_chance_has_happened_before_anybody_chose() -> None:
    scenario = a_scenario(
        a_chance("coin", a_choice("door", "weak"), a_choice("end", "weak")),
        a_scene("door", a_choice("end")),
        an_end(),
    )
    assert len(unfold(scenario, [], 3)) == 1
    assert standing(with_luck(), ()) == start(with_luck())


def test_choices_of_another_run_are_refused() -> None:
    with pytest.raises(NotThere):
        unfold(with_luck(), ["write"], 0)
    once = a_scenario(a_scene("door", a_choice("door", id="note"), a_choice("end")), an_end())
    with pytest.raises(TooLate):
        unfold(once, ["note", "note"], 0)


@given(a_random_scenario(), st.integers(0, SEEDS - 1), st.data())
def test_a_run_replays_to_the_same_place_whatever_was_chosen(
    scenario: Scenario, seed: int, data: st.DataObject
) -> None:
    taken: list[str] = []
    beats = ()
    for _ in range(8):
        try:
            beats = unfold(scenario, taken, seed)
        except ValueError:
            return  # nothing can happen in a scene of chance: the check reports it as a trap
        here = standing(scenario, beats)
        may = open_choices(scenario, here)
        if not may:
            break
        taken.append(data.draw(st.sampled_from(may)).id)
    again = unfold(scenario, taken[: sum(not b.by_chance for b in beats)], seed)
    assert again == beats
    positions = replay(scenario, [b.choice.id for b in beats])
    assert positions[-1] == standing(scenario, beats)
    assert all(has_ended(scenario, p) is False for p in positions[:-1])


def test_two_people_with_the_same_log_get_the_same_score() -> None:
    scenario = with_luck(maxima={"safety": 2, "record": 4, "law": 4, "conduct": 0})
    seed = next(s for s in range(99) if unfold(scenario, ["ask"], s)[1].choice.id == "shrugs")
    mine, yours = (unfold(scenario, ["ask", "write"], seed) for _ in range(2))
    assert scores(scenario, mine) == scores(scenario, yours)
    assert scores(scenario, mine) == (
        Score("safety", 0, 2),
        Score("record", 4, 4),
        Score("law", 4, 4),
    )


@pytest.mark.parametrize(
    ("choice", "shows"),
    [
        ({"grade": "weak", "effects": {"safety": -1}}, {"safety"}),
        ({"grade": "best", "rules": ["r"]}, {"law"}),
        ({"grade": "best", "effects": {"record": 1}}, {"record"}),
        ({"grade": "best", "writes": "act"}, {"record"}),
        ({"grade": "ok", "effects": {"record": 1}}, set()),
        ({"grade": "weak", "effects": {"tone": -1}}, {"conduct"}),
    ],
)
def test_a_decision_shows_what_its_choices_tell(choice: dict[str, Any], shows: set[str]) -> None:
    scenario = a_scenario(
        a_scene("door", a_choice("end", **choice), a_choice("end", "ok", id="other")),
        an_end(),
        meters={"safety": 3, "record": 0, "tone": 1},
    )
    assert scenario.scenes["door"].competences == shows


def test_the_author_has_the_last_word_on_what_a_decision_shows() -> None:
    scene = a_scene("door", a_choice("end", "best", rules=["r"]), tests=["conduct"])
    assert a_scenario(scene, an_end()).scenes["door"].competences == {"conduct"}


def test_certifying_takes_a_record_of_three_and_safety_at_every_moment() -> None:
    scenario = a_scenario(
        a_scene(
            "door",
            a_choice("hall", id="thin", effects={"record": 2}),
            a_choice("hall", id="full", effects={"record": 3}),
            a_choice("hall", id="risky", effects={"record": 3, "safety": -3}),
        ),
        a_scene("hall", a_choice("end", effects={"safety": 2})),
        an_end(),
        passes="record >= 1",
    )
    found = {
        way: certifies(scenario, standing(scenario, unfold(scenario, [way, "end"], 0)))
        for way in ("thin", "full", "risky")
    }
    assert found == {"thin": False, "full": True, "risky": False}
    assert not certifies(scenario, start(scenario))


def test_what_a_pass_would_have_taken_is_named() -> None:
    scenario = a_scenario(passes="safety >= 1 and (record >= 3 or copy == photo) and in_room")
    parts = lacking(scenario, start(scenario))
    assert [p.left for p in parts if isinstance(p, Compare)] == [Name("record"), Name("copy")]
    assert lacking(a_scenario(passes="safety >= 1"), start(a_scenario())) == ()
