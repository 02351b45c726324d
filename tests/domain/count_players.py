"""Ways of living through a night: as well as can be, not at all, accusing everybody, by chance."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from lms.domain.counts.country import CELLS, PHASES, STEPS, Country, Step
from lms.domain.counts.figures import CHECKS, broken
from lms.domain.counts.kinds import KINDS, PLACES, SITES
from lms.domain.counts.night import Night
from lms.domain.counts.play import QUESTIONS, Act, State, begin, perform
from lms.domain.counts.precinct import Head
from lms.domain.counts.scoring import known_figures, true_tally, true_verdicts

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
    state = begin(night)
    while not state.finished:
        state = _best_moment(night, state)
    return state


def _best_moment(night: Night, state: State) -> State:
    moment = night.moments[state.moment]
    wanted = [h for h in moment.happenings if h.kind and h.asked is None]
    narrow = {place for h in wanted if state.place not in h.places for place in h.places}
    in_voting = moment.step.id in PHASES["voting"]
    goal = "table" if moment.ballots else "boxes" if in_voting else state.place
    if narrow and goal not in narrow and (not moment.ballots or "table" not in narrow):
        goal = sorted(narrow)[0]
    if in_voting and goal != "boxes" and state.place != "boxes":
        goal = "boxes" if "boxes" in narrow else goal
    if goal != state.place:
        state = perform(night, state, Act("go", {"place": goal}))
    for question in QUESTIONS:
        asked = any(h.asked == question for h in moment.happenings)
        if asked or (question == "figures" and in_voting):
            state = perform(night, state, Act("ask", {"question": question}))
    told = {note.kind for note in state.notes}
    for at, happening in enumerate(moment.happenings):
        if (moment.number, at) in state.known and happening.kind and happening.kind not in told:
            told.add(happening.kind)
            state = perform(
                night,
                state,
                a_note(
                    kind=happening.kind,
                    time=moment.at,
                    place=happening.site,
                    how=happening.how,
                    who=happening.who,
                    rule=(night.country.breaks[happening.kind] or ("",))[0],
                    witness=sorted(night.witnesses)[0],
                    request="record",
                    handed=True,
                    number=happening.amount or None,
                    text="What happened, in one sentence, as it was seen.",
                ),
            )
    if moment.step.id == "sorting":
        state = perform(night, state, Act("tally", {"counts": true_tally(night, moment)}))
    if moment.step.id == "doubtful":
        given = {str(at): verdict for at, verdict in true_verdicts(night, moment)}
        state = perform(night, state, Act("judge", {"verdicts": given}))
    if moment.number + 1 == len(night.moments):
        said = night.precinct.figures.said.lines()
        cells = {name: value for name, value in said.items() if value is not None}
        state = perform(night, state, Act("own", {"cells": cells}))
        if night.has("protocol"):
            found = broken(known_figures(night, state))
            words = "The protocol differs by " + ", ".join(str(n) for n in found.values()) + "."
            state = perform(night, state, Act("check", {"marks": found, "text": words}))
    return perform(night, state, Act("on"))


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
