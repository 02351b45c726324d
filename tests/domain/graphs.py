"""Random scenarios, small enough that every run of them can be tried."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from lms.domain.scenarios import BACK, OUTCOMES, Position, Scenario, open_choices, start, take
from tests.domain.builders import a_choice, a_scenario, a_scene, an_end

CONDITIONS = [
    None,
    None,
    "safety >= 2",
    "record >= 1 and in_room",
    "not in_room",
    "copy == none",
    "elapsed < 6",
    "elapsed >= 4 or record == 2",
]


@st.composite
def a_random_scenario(draw: st.DrawFn, *, again: bool = True) -> Scenario:
    """A scenario of a few scenes, with loops, chance and sub-stories; with ``again`` some choices
    may be repeated. Chance leads to scenes in which somebody chooses, as the check demands."""
    scenes, ends = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    ids = [f"s{n}" for n in range(scenes)] + [f"e{n}" for n in range(ends)]

    chance = {scene for scene in ids[1:scenes] if draw(st.integers(0, 3)) == 0}

    def choice(number: int, by_chance: bool) -> dict[str, Any]:
        grade = draw(st.sampled_from(["best", "ok", "weak", "weak", "fail"]))
        may_turn = grade != "fail" and not by_chance
        targets = [i for i in ids if i not in chance] if by_chance else ids
        target = draw(st.sampled_from([*targets, BACK] if may_turn else targets))
        back = None
        if may_turn and target != BACK and draw(st.integers(0, 4)) == 0:
            back = draw(st.sampled_from(ids))
        return a_choice(
            target,
            "weak" if by_chance else grade,
            back=back,
            id=f"c{number}",
            minutes=draw(st.integers(0, 4)),
            effects={
                m: draw(st.integers(-2, 2))
                for m in draw(st.sets(st.sampled_from(["safety", "record"])))
            },
            sets=draw(
                st.sampled_from([{}, {}, {"in_room": False}, {"copy": "asked"}, {"in_room": True}])
            ),
            condition=draw(st.sampled_from(CONDITIONS)),
            again=again and draw(st.integers(0, 3)) == 0,
        )

    return a_scenario(
        *[
            # Eight choices at most: the ways to take them grow as their factorial.
            a_scene(
                scene,
                *[
                    choice(n, scene in chance)
                    for n in range(draw(st.integers(0, 3 if scenes < 3 else 2)))
                ],
                chance=scene in chance,
            )
            for scene in ids[:scenes]
        ],
        *[an_end(end, draw(st.sampled_from(OUTCOMES[:3]))) for end in ids[scenes:]],
        limits={"safety": [0, 3], "record": [0, 2]},
        passes=draw(st.sampled_from(["safety >= 1", "record >= 1 or copy == asked", None])),
    )


Run = tuple[tuple[tuple[str, str], ...], Position]


def every_position(scenario: Scenario) -> Iterator[Run]:
    """Every position of every run, with the choices that led to it.

    Ends because choices are used up: not for a scenario with choices that may be repeated.
    """
    waiting: list[Run] = [((), start(scenario))]
    while waiting:
        steps, position = waiting.pop()
        yield steps, position
        for choice in open_choices(scenario, position):
            after = take(scenario, position, choice.id)
            waiting.append(((*steps, (position.scene, choice.id)), after))
