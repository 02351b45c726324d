"""Random scenarios, small enough that every run of them can be tried."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from lms.domain.scenarios import OUTCOMES, Position, Scenario, open_choices, start, take
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
    """A scenario of a few scenes, with loops; with ``again`` some choices may be repeated."""
    scenes, ends = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    ids = [f"s{n}" for n in range(scenes)] + [f"e{n}" for n in range(ends)]

    def choice(number: int) -> dict[str, Any]:
        return a_choice(
            draw(st.sampled_from(ids)),
            draw(st.sampled_from(["best", "ok", "weak", "weak", "fail"])),
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
                scene, *[choice(n) for n in range(draw(st.integers(0, 3 if scenes < 3 else 2)))]
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
