"""Ways of living through a night: as well as can be, not at all, accusing everybody, by chance."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from lms.domain.counts.best import best_acts
from lms.domain.counts.country import CELLS, PHASES, STEPS, Country, Step
from lms.domain.counts.figures import CHECKS
from lms.domain.counts.kinds import KINDS, PLACES, SITES
from lms.domain.counts.night import Night
from lms.domain.counts.play import QUESTIONS, Act, State, begin, perform, replay
from lms.domain.counts.precinct import Head

SAYS: Mapping[str, tuple[str, ...]] = {
    "boxes-shown": ("V0", "B"),
    "mobile": ("App", "I_mob"),
    "closing": ("V", "A", "R"),
    "list-totalled": ("I_st", "I", "Sig"),
    "unused-cancelled": ("U", "S"),
    "portable-opened": ("F_mob",),
    "totals": ("F_st", "F", "X"),
}


def a_country(**other: Any) -> Country:
    found: dict[str, Any] = {
        "slug": "teaching",
        "invented": True,
        "opens": 7 * 60,
        "closes": 20 * 60,
        "most_hours": 12,
        "marks": "any",
        "signed": True,
        "against_all": False,
        "steps": tuple(Step(step, 20, SAYS.get(step, ()), ()) for step in STEPS),
        "form": CELLS,
        "breaks": {kind: (f"rule-{kind}",) for kind in KINDS},
    }
    return Country(**{**found, **other})


def a_head(**other: Any) -> Head:
    found: dict[str, Any] = {
        "slug": "precinct",
        "phases": tuple(PHASES),
        "voters": (1500, 2400),
        "ballots": (1600, 2600),
        "candidates": 7,
        "mobile": (10, 40),
        "turnout": (45, 60),
        "staff": 7,
        "pool": tuple(KINDS),
        "draw": (0, 4),
    }
    return Head(**{**found, **other})


def a_note(**other: Any) -> Act:
    found: dict[str, Any] = {
        "kind": "",
        "time": 600,
        "place": "table",
        "how": "saw",
        "who": "member",
        "rule": "",
        "witness": "",
        "request": "none",
        "handed": False,
        "number": None,
        "text": "",
    }
    return Act("note", {**found, **other})


def do_nothing(night: Night) -> State:
    state = begin(night)
    while not state.finished:
        state = perform(night, state, Act("on"))
    return state


def play_best(night: Night) -> State:
    """Stand where it can be seen, ask what brings it out, note it once, do the sums."""
    return replay(night, best_acts(night))[-1]


def accuse_everything(night: Night) -> State:
    """Note every kind there is in the last moment, mark every check."""
    state = begin(night)
    while state.moment + 1 < len(night.moments):
        state = perform(night, state, Act("on"))
    for kind in KINDS:
        note = a_note(kind=kind, time=night.moments[state.moment].at, text="Fraud!", who="chair")
        state = perform(night, state, note)
    if night.has("protocol"):
        state = perform(night, state, Act("check", {"marks": dict.fromkeys(CHECKS, 1)}))
    return perform(night, state, Act("on"))


def play_at_random(night: Night, random: Random) -> State:
    """A few acts of each sort, each drawn."""
    state = begin(night)
    while not state.finished:
        moment = night.moments[state.moment]
        if random.random() < 0.5:
            state = perform(night, state, Act("go", {"place": random.choice(PLACES)}))
        if random.random() < 0.3:
            state = perform(night, state, Act("ask", {"question": random.choice(QUESTIONS)}))
        if random.random() < 0.3:
            note = a_note(
                kind=random.choice(list(KINDS)),
                time=moment.at,
                place=random.choice(SITES),
                text="Something was seen.",
            )
            state = perform(night, state, note)
        if moment.number + 1 == len(night.moments) and night.has("protocol"):
            marks = {check: random.randint(1, 50) for check in CHECKS if random.random() < 0.2}
            state = perform(night, state, Act("check", {"marks": marks, "text": "It differs."}))
        state = perform(night, state, Act("on"))
    return state
