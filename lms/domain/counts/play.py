"""Living through a night: every act is kept, and all else is a replay of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lms.domain.counts.chance import Chance
from lms.domain.counts.figures import CHECKS
from lms.domain.counts.kinds import KINDS, PLACES, ROLES, SITES
from lms.domain.counts.night import WITNESSES, Happening, Moment, Night

# Minutes that each act takes. Source: removal responses, 6.2, for the act of violation.
MINUTES: Mapping[str, int] = {
    "go": 1, "ask": 2, "note": 2, "photograph": 1, "call": 3, "apply": 8, "act": 12,
    "tally": 1, "judge": 1, "own": 2, "check": 5, "touch": 1, "block": 1, "follow": 1, "on": 0,
}  # fmt: skip
QUESTIONS = ("figures", "rule", "why", "copy")
OBJECTS = ("room", "notice", "seals", "piles", "protocol", "marked-ballot", "list-page")
HOWS = ("saw", "heard", "figures", "told", "suppose")
REQUESTS = ("explain", "record", "apply", "higher", "annul", "none")
# Limits of safety and of the law that no result is worth. Source: training-safety-limits.
BREACHES = ("touch", "block", "follow", "marked-ballot", "list-page")
MOST_NOTES = 60
MOST_WORDS = 2_000  # characters
MOST_BALLOTS = 99_999

Details = Mapping[str, Any]


class Impossible(ValueError):
    """An act that this moment does not offer. Nothing happened."""


@dataclass(frozen=True)
class Act:
    """One thing an observer does: a verb of ``MINUTES`` and what belongs to it."""

    verb: str
    details: Details = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """A note as it was written: in which moment, at what minute, and its parts."""

    moment: int
    written: int
    details: Details
    known: frozenset[tuple[int, int]]
    receipt: str | None = None

    @property
    def kind(self) -> str | None:
        found: str | None = self.details.get("kind") or None
        return found


@dataclass(frozen=True)
class State:
    """Where an observer is in a night and what they have. ``clock`` is in minutes of the day.

    ``known`` are the happenings that were perceived, as (moment, place in it). ``covered`` are the
    moments of voting in which the boxes were watched, ``near`` those whose ballots were seen.
    """

    moment: int = 0
    clock: int = 0
    place: str = "seat"
    moved: bool = False
    known: frozenset[tuple[int, int]] = frozenset()
    covered: frozenset[int] = frozenset()
    near: frozenset[int] = frozenset()
    missed: frozenset[int] = frozenset()
    asked: tuple[tuple[int, str], ...] = ()
    notes: tuple[Note, ...] = ()
    photographs: tuple[tuple[int, str], ...] = ()
    sent: tuple[tuple[int, str, str], ...] = ()
    tallies: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    verdicts: Mapping[int, str] = field(default_factory=dict)
    own: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, int] | None = None
    sentence: str = ""
    breaches: tuple[tuple[int, str], ...] = ()
    finished: bool = False


# What a verb does: night, moment, state and details in, the next state out.
Deed = Callable[[Night, Moment, State, Details], State]


def begin(night: Night) -> State:
    """The observer sits down where they were told to, as the first moment begins."""
    return _arrive(night, State(), 0)


def replay(night: Night, acts: Iterable[Act], since: State | None = None) -> tuple[State, ...]:
    """Every state of a run, the beginning (or ``since``) first. Raises Impossible."""
    states = [since or begin(night)]
    for act in acts:
        states.append(perform(night, states[-1], act))
    return tuple(states)


def _arrive(night: Night, state: State, number: int) -> State:
    moment = night.moments[number]
    clock = max(state.clock, moment.at)
    late = clock >= moment.ends
    missed = state.missed | {number} if late else state.missed
    return _look(night, replace(state, moment=number, clock=clock, moved=False, missed=missed))


def _look(night: Night, state: State) -> State:
    """Take in what shows from where one stands, unless the moment is over."""
    moment = night.moments[state.moment]
    if state.clock >= moment.ends:
        return state
    seen = {
        (moment.number, at)
        for at, happening in enumerate(moment.happenings)
        if happening.asked is None and state.place in happening.places
    }
    number = frozenset({moment.number})
    return replace(
        state,
        known=state.known | seen,
        covered=state.covered | number if state.place == "boxes" else state.covered,
        near=state.near | number if state.place == "table" else state.near,
    )


def offers(night: Night, state: State) -> tuple[str, ...]:
    """The verbs that this moment offers."""
    moment = night.moments[state.moment]
    found = ["ask", "note", "photograph", "call", "apply", "act", "on", "own"]
    if not state.moved:
        found.append("go")
    if moment.ballots and moment.number in state.near:
        found.append("tally" if moment.step.id == "sorting" else "judge")
    if moment.step.id in ("stationary-opened", "sorting", "doubtful"):
        found.append("touch")
    if moment.step.id in ("copy", "packing"):
        found.append("block")
    if moment.step.id == "packing":
        found.append("follow")
    if has_protocol(night, state):
        found.append("check")
    return tuple(found)


def has_protocol(night: Night, state: State) -> bool:
    """Has the commission's protocol been seen by now?"""
    return any(m.step.id == "protocol" for m in night.moments[: state.moment + 1])


def perform(night: Night, state: State, act: Act) -> State:
    """The state after an act. Raises Impossible for what this moment does not offer."""
    if state.finished or act.verb not in offers(night, state):
        raise Impossible(act.verb)
    moment = night.moments[state.moment]
    after = _DEEDS[act.verb](night, moment, state, act.details)
    if act.verb == "on":
        return after
    return replace(after, clock=after.clock + MINUTES[act.verb])


def _on(night: Night, moment: Moment, state: State, _details: Details) -> State:
    if moment.number + 1 == len(night.moments):
        return replace(state, finished=True)
    return _arrive(night, state, moment.number + 1)


def _go(night: Night, _moment: Moment, state: State, details: Details) -> State:
    place = _one_of(details, "place", PLACES)
    return _look(night, replace(state, place=place, moved=True))


def _ask(_night: Night, moment: Moment, state: State, details: Details) -> State:
    question = _one_of(details, "question", QUESTIONS)
    told = {
        (moment.number, at)
        for at, happening in enumerate(moment.happenings)
        if happening.asked == question and state.clock < moment.ends
    }
    asked = (*state.asked, (moment.number, question))
    return replace(state, known=state.known | told, asked=asked)


def _note(night: Night, moment: Moment, state: State, details: Details) -> State:
    kind = details.get("kind") or ""
    if len(state.notes) >= MOST_NOTES or (kind and kind not in KINDS):
        raise Impossible("note")
    _one_of(details, "place", SITES)
    _one_of(details, "how", HOWS)
    _one_of(details, "who", ROLES)
    _one_of(details, "request", REQUESTS)
    _one_of(details, "witness", ("", *WITNESSES))
    minute, number = details.get("time"), details.get("number")
    if not _is_whole(minute, 48 * 60) or not (number is None or _is_whole(number, MOST_BALLOTS)):
        raise Impossible("note")
    if len(str(details.get("text", ""))) > MOST_WORDS:
        raise Impossible("note")
    receipt = None
    if details.get("handed"):
        taken = Chance("receipt", night.seed, len(state.notes)).below(3)
        refused = not taken or "application-refused" in night.kinds
        receipt = "refused" if refused else "taken"
    note = Note(moment.number, state.clock, dict(details), state.known, receipt)
    extra = 2 if details.get("handed") else 0
    return replace(state, notes=(*state.notes, note), clock=state.clock + extra)


def _photograph(night: Night, moment: Moment, state: State, details: Details) -> State:
    thing = _one_of(details, "object", OBJECTS)
    if thing in BREACHES:
        return _breach(thing)(night, moment, state, details)
    return replace(state, photographs=(*state.photographs, (moment.number, thing)))


def _send(verb: str) -> Deed:
    """A call or a paper: what was said or written is kept."""

    def deed(_night: Night, moment: Moment, state: State, details: Details) -> State:
        words = str(details.get("text", ""))
        if len(words) > MOST_WORDS or len(state.sent) >= MOST_NOTES:
            raise Impossible(verb)
        return replace(state, sent=(*state.sent, (moment.number, verb, words)))

    return deed


def _tally(_night: Night, moment: Moment, state: State, details: Details) -> State:
    counts = details.get("counts")
    choices = len(moment.ballots[0].marks) + 1  # the last is the invalid pile
    if not isinstance(counts, list | tuple) or len(counts) != choices:
        raise Impossible("tally")
    if not all(_is_whole(count, len(moment.ballots)) for count in counts):
        raise Impossible("tally")
    return replace(state, tallies={**state.tallies, moment.number: tuple(counts)})


def _judge(_night: Night, moment: Moment, state: State, details: Details) -> State:
    given = details.get("verdicts")
    if not isinstance(given, Mapping):
        raise Impossible("judge")
    known = {"invalid", *(str(at) for at in range(len(moment.ballots[0].marks)))}
    numbers = {str(at): at for at in range(len(moment.ballots))}
    if not all(at in numbers and verdict in known for at, verdict in given.items()):
        raise Impossible("judge")
    found = {numbers[at]: str(verdict) for at, verdict in given.items()}
    return replace(state, verdicts={**state.verdicts, **found})


def _own(night: Night, _moment: Moment, state: State, details: Details) -> State:
    cells = details.get("cells")
    lines = night.precinct.figures.said.lines()
    if not isinstance(cells, Mapping) or not all(
        name in lines and _is_whole(value, MOST_BALLOTS) for name, value in cells.items()
    ):
        raise Impossible("own")
    return replace(state, own=dict(cells))


def _check(_night: Night, _moment: Moment, state: State, details: Details) -> State:
    marks, words = details.get("marks"), str(details.get("text", ""))
    if not isinstance(marks, Mapping) or len(words) > MOST_WORDS:
        raise Impossible("check")
    if not all(c in CHECKS and _is_whole(amount, MOST_BALLOTS) for c, amount in marks.items()):
        raise Impossible("check")
    return replace(state, marks=dict(marks), sentence=words)


def _breach(what: str) -> Deed:
    def deed(_night: Night, moment: Moment, state: State, _details: Details) -> State:
        return replace(state, breaches=(*state.breaches, (moment.number, what)))

    return deed


_DEEDS: Mapping[str, Deed] = {
    "on": _on, "go": _go, "ask": _ask, "note": _note, "photograph": _photograph,
    "call": _send("call"), "apply": _send("apply"), "act": _send("act"),
    "tally": _tally, "judge": _judge, "own": _own, "check": _check,
    "touch": _breach("touch"), "block": _breach("block"), "follow": _breach("follow"),
}  # fmt: skip


def _one_of(details: Details, key: str, known: Iterable[str]) -> str:
    value = details.get(key)
    if value not in tuple(known):
        raise Impossible(key)
    return str(value)


def _is_whole(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def happenings(night: Night, state: State) -> list[tuple[int, int, Happening]]:
    """What was perceived, in order: the moment, the place in it, the happening."""
    return [(m, at, night.moments[m].happenings[at]) for m, at in sorted(state.known)]


def hours_known(night: Night, state: State) -> dict[int, int]:
    """The commission's hourly totals that were asked for; all of them where voting was another's.

    An exercise without the voting begins with the sheet of whoever watched before.
    """
    hourly = night.precinct.figures.hourly
    if not night.has("evening"):
        return dict(hourly)
    asked = {number for number, question in state.asked if question == "figures"}
    found: dict[int, int] = {}
    for number in asked:
        first, last = night.moments[number].hours
        found.update({hour: n for hour, n in hourly.items() if first < hour <= last})
    return dict(sorted(found.items()))


def own_hours(night: Night, state: State) -> dict[int, int | None]:
    """The observer's own count by the hour; None from the first hour on that has a gap."""
    own = night.precinct.figures.own_hourly
    if not night.has("evening"):
        return dict(own)
    found: dict[int, int | None] = {}
    whole = True
    for moment in night.moments:
        if moment.step.id not in ("morning", "mobile", "afternoon", "evening"):
            continue
        whole = whole and moment.number in state.covered
        first, last = moment.hours
        found.update({h: (n if whole else None) for h, n in own.items() if first < h <= last})
    return found
