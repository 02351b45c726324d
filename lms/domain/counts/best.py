"""The best that can be made of a night: where to stand, what to ask, what to write, what to sum up.

It knows what is planted, as no observer does: it is the measure that a score of 100 per cent is
held against, and how the people of a demonstration play.
"""

from __future__ import annotations

from dataclasses import dataclass

from lms.domain.counts.country import PHASES
from lms.domain.counts.figures import broken
from lms.domain.counts.night import Happening, Moment, Night
from lms.domain.counts.play import QUESTIONS, Act, State, begin, perform
from lms.domain.counts.scoring import known_figures, true_tally, true_verdicts


@dataclass(frozen=True)
class Sentences:
    """What is written down, in somebody's language and in neutral words: those that judge cost
    points. ``differs`` is followed by the amounts by which checks are broken."""

    note: str = "What happened, in one sentence, as it was seen."
    differs: str = "The protocol differs by"
    agrees: str = "Every check of the protocol holds."


def best_acts(night: Night, sentences: Sentences | None = None) -> tuple[Act, ...]:
    """Acts that score everything in this night, in order, to its end."""
    said = sentences or Sentences()
    state, acts = begin(night), list[Act]()

    def do(act: Act) -> None:
        nonlocal state
        state = perform(night, state, act)
        acts.append(act)

    while not state.finished:
        moment = night.moments[state.moment]
        goal = _stand(moment, state)
        if goal != state.place:
            do(Act("go", {"place": goal}))
        for question in _questions(moment):
            do(Act("ask", {"question": question}))
        for happening in _untold(moment, state):
            do(_note(night, moment, happening, said.note))
        for act in _work(night, moment):
            do(act)
        if moment.number + 1 == len(night.moments):
            do(_own(night))
            if night.has("protocol"):
                do(_check(night, state, said))
        do(Act("on"))
    return tuple(acts)


def _stand(moment: Moment, state: State) -> str:
    """The place from which most of this moment is seen; in voting the boxes come first, since an
    own count with a gap proves nothing."""
    wanted = [h for h in moment.happenings if h.kind and h.asked is None]
    narrow = {place for h in wanted if state.place not in h.places for place in h.places}
    in_voting = moment.step.id in PHASES["voting"]
    goal = "table" if moment.ballots else "boxes" if in_voting else state.place
    if narrow and goal not in narrow and (not moment.ballots or "table" not in narrow):
        goal = sorted(narrow)[0]
    if in_voting and goal != "boxes" and state.place != "boxes":
        goal = "boxes" if "boxes" in narrow else goal
    return goal


def _questions(moment: Moment) -> list[str]:
    """What brings something out here, and the turnout of these hours."""
    asked = {happening.asked for happening in moment.happenings}
    if moment.step.id in PHASES["voting"]:
        asked.add("figures")
    return [question for question in QUESTIONS if question in asked]


def _untold(moment: Moment, state: State) -> list[Happening]:
    """What was perceived here and is in no note yet, each kind once."""
    told = {note.kind for note in state.notes}
    found: dict[str, Happening] = {}
    for at, happening in enumerate(moment.happenings):
        kind = happening.kind
        if kind and kind not in told and (moment.number, at) in state.known:
            found.setdefault(kind, happening)
    return list(found.values())


def _note(night: Night, moment: Moment, happening: Happening, words: str) -> Act:
    return Act(
        "note",
        {
            "kind": happening.kind,
            "time": moment.at,
            "place": happening.site,
            "how": happening.how,
            "who": happening.who,
            "rule": (night.country.breaks[happening.kind or ""] or ("",))[0],
            "witness": sorted(night.witnesses)[0],
            "request": "record",
            "handed": True,
            "number": happening.amount or None,
            "text": words,
        },
    )


def _work(night: Night, moment: Moment) -> list[Act]:
    if moment.step.id == "sorting":
        return [Act("tally", {"counts": true_tally(night, moment)})]
    if moment.step.id == "doubtful":
        given = {str(at): verdict for at, verdict in true_verdicts(night, moment)}
        return [Act("judge", {"verdicts": given})]
    return []


def _own(night: Night) -> Act:
    heard = night.precinct.figures.said.lines()
    return Act("own", {"cells": {name: n for name, n in heard.items() if n is not None}})


def _check(night: Night, state: State, said: Sentences) -> Act:
    found = broken(known_figures(night, state))
    amounts = ", ".join(str(amount) for amount in found.values())
    text = f"{said.differs} {amounts}." if found else said.agrees
    return Act("check", {"marks": found, "text": text})
