from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.errors import NotThere, TooLate
from lms.domain.scenarios import (
    Ending,
    Scenario,
    open_choices,
    outcome,
    percent,
    replay,
    start,
    take,
)
from tests.domain.builders import a_choice, a_scenario, a_scene, an_end
from tests.domain.graphs import a_random_scenario


def open_ids(scenario: Scenario, choices: list[str]) -> list[str]:
    return [choice.id for choice in open_choices(scenario, replay(scenario, choices)[-1])]


def ending(scenario: Scenario, choices: list[str]) -> Ending:
    found = outcome(scenario, replay(scenario, choices)[-1])
    assert found is not None
    return found


def test_a_run_begins_in_the_first_scene_with_nothing_done() -> None:
    position = start(a_scenario())
    assert (position.scene, position.points, position.elapsed) == ("door", 0, 0)
    assert position.meters == {"safety": 3, "record": 0}
    assert position.flags == {"in_room": True, "copy": "none"}
    assert outcome(a_scenario(), position) is None


def test_a_choice_moves_meters_flags_and_the_clock() -> None:
    act = a_choice(
        "end", "best", minutes=12, effects={"record": 2, "safety": -1}, sets={"copy": "asked"}
    )
    position = replay(a_scenario(a_scene("door", act), an_end()), ["end"])[-1]
    assert position.meters == {"safety": 2, "record": 2}
    assert position.flags == {"in_room": True, "copy": "asked"}
    assert (position.elapsed, position.points, position.scene) == (12, 2, "end")


def test_flags_written_as_words_are_read_as_values() -> None:
    leave = a_choice("end", sets={"in_room": "false"})
    position = replay(a_scenario(a_scene("door", leave), an_end()), ["end"])[-1]
    assert position.flags["in_room"] is False


def test_meters_stay_within_their_limits() -> None:
    again = a_choice("door", id="push", effects={"safety": -2, "record": 4}, again=True)
    scenario = a_scenario(a_scene("door", again, a_choice("end")), an_end())
    meters = [dict(position.meters) for position in replay(scenario, ["push"] * 3)]
    assert meters == [
        {"safety": 3, "record": 0},
        {"safety": 1, "record": 4},
        {"safety": 0, "record": 5},
        {"safety": 0, "record": 5},
    ]


def test_a_meter_without_limits_goes_where_it_is_pushed() -> None:
    scenario = a_scenario(
        a_scene("door", a_choice("end", effects={"safety": -9})), an_end(), limits={}
    )
    assert replay(scenario, ["end"])[-1].meters["safety"] == -6


def test_a_first_value_outside_the_limits_is_brought_back() -> None:
    assert start(a_scenario(meters={"safety": 9})).meters == {"safety": 3}


def test_a_used_choice_vanishes_unless_it_may_be_taken_again() -> None:
    scenario = a_scenario(
        a_scene(
            "door",
            a_choice("door", id="ask"),
            a_choice("door", id="wait", again=True),
            a_choice("end"),
        ),
        an_end(),
    )
    assert open_ids(scenario, []) == ["ask", "wait", "end"]
    assert open_ids(scenario, ["ask", "wait"]) == ["wait", "end"]
    with pytest.raises(TooLate) as caught:
        replay(scenario, ["ask", "ask"])
    assert caught.value.reason == "closed"


def test_choices_of_the_same_name_in_two_scenes_are_two_choices() -> None:
    scenario = a_scenario(
        a_scene("door", a_choice("hall", id="ask")),
        a_scene("hall", a_choice("end", id="ask")),
        an_end(),
    )
    assert replay(scenario, ["ask", "ask"])[-1].scene == "end"


def test_a_choice_whose_condition_does_not_hold_is_not_shown() -> None:
    scenario = a_scenario(
        a_scene(
            "door",
            a_choice("door", id="note", effects={"record": 1}, minutes=5, again=True),
            a_choice("end", condition="record >= 2 and elapsed < 15"),
        ),
        an_end(),
    )
    assert open_ids(scenario, ["note"]) == ["note"]
    assert open_ids(scenario, ["note", "note"]) == ["note", "end"]
    assert open_ids(scenario, ["note", "note", "note"]) == ["note"]


def test_a_choice_that_may_be_repeated_earns_once() -> None:
    scenario = a_scenario(
        a_scene("door", a_choice("door", "best", id="note", again=True), a_choice("end", "ok")),
        an_end(),
        maximum=3,
    )
    assert replay(scenario, ["note", "note", "note"])[-1].points == 2
    assert ending(scenario, ["note", "note", "end"]).percent == 100


def test_a_choice_that_does_not_exist_is_not_there() -> None:
    with pytest.raises(NotThere):
        take(a_scenario(), start(a_scenario()), "jump")


def test_nothing_can_be_chosen_after_the_end() -> None:
    scenario = a_scenario()
    scene = a_scene("door", a_choice("hall", "fail", id="push"))
    failed = a_scenario(scene, a_scene("hall", a_choice("end")), an_end())
    assert open_ids(scenario, ["end"]) == []
    assert open_ids(failed, ["push"]) == []
    with pytest.raises(TooLate) as caught:
        replay(failed, ["push", "end"])
    assert caught.value.reason == "finished"


@pytest.mark.parametrize(
    ("outcome_name", "passes", "passed"),
    [
        ("observed-documented", "safety >= 1", True),
        ("removed-documented", "safety >= 1", True),
        ("removed-documented", "record >= 1", False),
        ("removed-undocumented", "safety >= 1", False),
        ("harmed-or-charged", "safety >= 1", False),
        ("breach", "safety >= 1", False),
    ],
)
def test_only_two_outcomes_pass_and_only_if_the_condition_holds(
    outcome_name: str, passes: str, passed: bool
) -> None:
    scenario = a_scenario(
        a_scene("door", a_choice("end")), an_end(outcome=outcome_name), passes=passes
    )
    assert ending(scenario, ["end"]).passed is passed
    assert ending(scenario, ["end"]).outcome == outcome_name


def test_a_scenario_without_a_pass_condition_passes_by_its_outcome() -> None:
    assert ending(a_scenario(passes=None), ["end"]).passed


def test_a_fail_that_leads_to_an_end_shows_its_outcome_and_never_passes() -> None:
    scenario = a_scenario(a_scene("door", a_choice("end", "fail")), an_end())
    assert ending(scenario, ["end"]).outcome == "observed-documented"
    assert not ending(scenario, ["end"]).passed


def test_a_fail_that_leads_on_ends_in_a_breach_where_it_led() -> None:
    scene = a_scene("door", a_choice("hall", "fail", effects={"safety": -2}), a_choice("end"))
    scenario = a_scenario(scene, a_scene("hall", a_choice("end")), an_end())
    found = ending(scenario, ["hall"])
    assert (found.outcome, found.passed) == ("breach", False)
    assert found.meters["safety"] == 1


@pytest.mark.parametrize(
    ("points", "maximum", "share"),
    [(0, 7, 0), (2, 3, 66), (3, 3, 100), (5, 3, 100), (1, 0, 0)],
)
def test_the_share_is_rounded_down_and_never_above_all(
    points: int, maximum: int, share: int
) -> None:
    assert percent(points, maximum) == share


@pytest.mark.parametrize(
    "scenes",
    [
        [a_scene("door", a_choice("nowhere")), an_end()],
        [a_scene("door", a_choice("end", "great")), an_end()],
        [a_scene("door", a_choice("end", effects={"luck": 1})), an_end()],
        [a_scene("door", a_choice("end", sets={"luck": 1})), an_end()],
        [a_scene("door", a_choice("end", minutes=-1)), an_end()],
        [a_scene("door", a_choice("end")), an_end(outcome="victory")],
        [a_scene("door", a_choice("end", condition="luck > 1")), an_end()],
    ],
)
def test_a_scenario_that_does_not_hold_together_is_an_error(scenes: list[Any]) -> None:
    with pytest.raises(ValueError):
        a_scenario(*scenes)


def test_a_scenario_begins_somewhere() -> None:
    with pytest.raises(ValueError, match="no scene 'yard'"):
        a_scenario(start="yard")


@given(a_random_scenario(), st.data())
def test_a_run_never_leaves_the_limits_and_replays_to_the_same_place(
    scenario: Scenario, data: st.DataObject
) -> None:
    position, taken = start(scenario), list[str]()
    for _ in range(12):
        choices = open_choices(scenario, position)
        if not choices:
            break
        choice = data.draw(st.sampled_from(choices))
        before, position = position, take(scenario, position, choice.id)
        taken.append(choice.id)
        assert position.elapsed == before.elapsed + choice.minutes
        assert before.points <= position.points <= before.points + 2
        for meter, (low, high) in scenario.limits.items():
            assert low <= position.meters[meter] <= high
        found = outcome(scenario, position)
        assert (found is not None) == (position.failed or scenario.scenes[position.scene].end)
        assert found is None or not (found.passed and position.failed)
    assert replay(scenario, taken)[-1] == position
