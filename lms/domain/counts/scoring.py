"""What an observer made of a night: found, missed, imagined; and how well it is on paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lms.domain.counts.figures import Figures, examine
from lms.domain.counts.kinds import KINDS
from lms.domain.counts.night import Happening, Moment, Night
from lms.domain.counts.play import Note, State, has_protocol, hours_known, own_hours

DETECTION = 10  # points for each irregularity found
ALARM = 10  # points taken for each false alarm
FIGURES, TALLY, VERDICTS, TABLE, SENTENCE = 10, 5, 5, 10, 5
# Points of a note. Source: removal responses, 7, "Marking guide for written exercises".
GUIDE: Mapping[str, int] = {
    "time": 1, "place": 1, "own": 2, "who": 1, "rule": 1, "witness": 1, "request": 1,
    "receipt": 1, "tone": 1,
}  # fmt: skip
NOTE = sum(GUIDE.values())
LATE = 10  # minutes by which a time may be wrong

# Words that judge instead of telling, in the three languages.
_CHARGED = re.compile(
    r"\b(?:st[eo]l[ea]n?\b|steal|fraud|thie[fv]|criminal|falsif|crook|liar|rigg|"
    r"украл|украд|воры|вора?\b|мошен|фальсиф|преступ|жулик|лжец|лжецы|обман|"
    r"ұрла|ұры\b|ұрылар|алаяқ|бұрмала|қылмыс|өтірікші)",
    re.IGNORECASE,
)
_ARTICLES = re.compile(r"\b(?:articles?|art\.|стать|ст\.|бап|бабы|бабын)", re.IGNORECASE)


def is_neutral(words: str) -> bool:
    """Does a sentence tell without judging? An empty one tells nothing."""
    return bool(words.strip()) and not _CHARGED.search(words)


@dataclass(frozen=True)
class NoteMark:
    """A note as it was marked. ``verdict`` is found, false, unseen or plain (about no violation).

    ``points`` are by the headings of the guide; all are zero where something was invented.
    """

    note: Note
    verdict: str
    points: Mapping[str, int]
    invented: bool = False

    @property
    def total(self) -> int:
        return sum(self.points.values())


@dataclass(frozen=True)
class Part:
    """One part of a score. ``earned`` and ``possible`` are in points."""

    id: str
    earned: int
    possible: int


@dataclass(frozen=True)
class Score:
    """The result of a run.

    ``sensitivity`` is the share, in per cent, of what was planted and found; None for a night in
    which nothing was planted, so that clean nights cannot raise anybody's figure.
    """

    parts: tuple[Part, ...]
    notes: tuple[NoteMark, ...]
    detected: tuple[str, ...]
    missed: tuple[str, ...]
    false_alarms: tuple[str, ...]
    breaches: tuple[str, ...]
    percent: int
    passed: bool

    @property
    def sensitivity(self) -> int | None:
        planted = len(self.detected) + len(self.missed)
        return 100 * len(self.detected) // planted if planted else None

    @property
    def planted(self) -> int:
        return len(self.detected) + len(self.missed)


def known_figures(night: Night, state: State) -> Figures:
    """The figures as this observer can check them: with their own count and what they asked."""
    return replace(
        night.precinct.figures,
        hourly=hours_known(night, state),
        own_hourly=own_hours(night, state),
    )


def score(night: Night, state: State) -> Score:
    """Mark a run. The same acts in the same night give the same score, whoever marks.

    Points: ten for each irregularity that was found and ten for the best note about it; the own
    protocol, the tally, the doubtful ballots, the table of checks and its one sentence, where the
    night has them. Each false alarm takes ten away. A limit of safety that was passed fails the
    run whatever the points.
    """
    marks = tuple(_mark(night, note) for note in state.notes)
    truth = examine(known_figures(night, state))
    ticked = state.marks or {}
    by_table = {
        kind
        for kind in night.kinds
        if (check := KINDS[kind].check) and truth.get(check) and ticked.get(check) == truth[check]
    }
    by_note = {m.note.kind for m in marks if m.verdict == "found"}
    detected = tuple(kind for kind in night.kinds if kind in by_table | by_note)
    missed = tuple(kind for kind in night.kinds if kind not in detected)
    alarms = _alarms(marks, ticked, truth)
    parts = [Part("detection", DETECTION * len(detected), DETECTION * len(night.kinds))]
    best = [max([m.total for m in marks if m.note.kind == k], default=0) for k in night.kinds]
    parts.append(Part("notes", sum(best), NOTE * len(best)))
    parts += _work(night, state, truth)
    parts = [part for part in parts if part.possible]
    earned, possible = sum(p.earned for p in parts), sum(p.possible for p in parts)
    percent = 100 * max(0, earned - ALARM * len(alarms)) // possible if possible else 0
    breaches = tuple(what for _moment, what in state.breaches)
    passed = (
        state.finished
        and not breaches
        and percent >= night.head.pass_percent
        and len(alarms) <= night.head.false_alarms
    )
    return Score(tuple(parts), marks, detected, missed, alarms, breaches, percent, passed)


def _alarms(
    marks: tuple[NoteMark, ...], ticked: Mapping[str, int], truth: Mapping[str, int | None]
) -> tuple[str, ...]:
    """What was reported and is not so, each once: kinds, and checks that hold."""
    imagined = [m.note.kind or "" for m in marks if m.verdict in ("false", "unseen")]
    wrongly = [check for check in ticked if not truth.get(check)]
    return tuple(dict.fromkeys([*imagined, *wrongly]))


def _mark(night: Night, note: Note) -> NoteMark:
    """Mark one note against the sign of its kind that it fits best."""
    nothing = dict.fromkeys(GUIDE, 0)
    if note.kind is None:
        return NoteMark(note, "plain", nothing)
    if note.kind not in night.kinds:
        return NoteMark(note, "false", nothing)
    seen = [
        (night.moments[m], night.moments[m].happenings[at])
        for m, at in note.known
        if night.moments[m].happenings[at].kind == note.kind
    ]
    if not seen:
        return NoteMark(note, "unseen", nothing)
    best = max((_points(night, note, *sign) for sign in seen), key=lambda p: sum(p.values()))
    if _invents(night, note, seen):
        return NoteMark(note, "found", nothing, invented=True)
    return NoteMark(note, "found", best)


def _points(night: Night, note: Note, moment: Moment, sign: Happening) -> dict[str, int]:
    details, words = note.details, str(note.details.get("text", ""))
    lecture = len(words) > 600 or len(_ARTICLES.findall(words)) > 1
    rules = night.country.breaks.get(sign.kind or "", ())
    fits = {
        "time": moment.at - LATE <= details["time"] <= moment.ends + LATE,
        "place": details["place"] == sign.site,
        "own": details["how"] == sign.how,
        "who": details["who"] == sign.who,
        # Where no rule is taught for it, a good note names none.
        "rule": (details.get("rule") or "") in (rules or ("",)) and not lecture,
        "witness": bool(details.get("witness")),
        "request": details["request"] not in ("none", "annul"),
        "receipt": note.receipt is not None,
        "tone": is_neutral(words),
    }
    return {name: GUIDE[name] if fit else 0 for name, fit in fits.items()}


def _invents(night: Night, note: Note, seen: list[tuple[Moment, Happening]]) -> bool:
    """Does the note name a witness who is not there, or a number that nobody could have seen?"""
    witness, number = note.details.get("witness"), note.details.get("number")
    if witness and witness not in night.witnesses:
        return True
    amounts = [sign.amount for _moment, sign in seen if sign.amount]
    return bool(amounts) and number is not None and number > 2 * max(amounts) + 5


def _work(night: Night, state: State, truth: Mapping[str, int | None]) -> list[Part]:
    """The parts that are earned on clean nights too: by working, not by being there."""
    parts = []
    heard = {
        name: value
        for name, value in night.precinct.figures.said.lines().items()
        if value is not None and _is_heard(night, name)
    }
    if "figures-refused" in night.kinds:
        heard = {name: v for name, v in heard.items() if name not in REFUSED}
    right = sum(state.own.get(name) == value for name, value in heard.items())
    parts.append(Part("figures", FIGURES * right // max(1, len(heard)), FIGURES if heard else 0))
    for moment in night.moments:
        if moment.step.id == "sorting":
            same = state.tallies.get(moment.number) == true_tally(night, moment)
            parts.append(Part("tally", TALLY if same else 0, TALLY))
        if moment.step.id == "doubtful":
            good = sum(
                state.verdicts.get(at) == verdict for at, verdict in true_verdicts(night, moment)
            )
            parts.append(Part("verdicts", VERDICTS * good // len(moment.ballots), VERDICTS))
    if night.has("protocol"):
        parts += _table(night, state, truth)
    return parts


def _is_heard(night: Night, line: str) -> bool:
    """Is this line announced while the observer is there? Votes are read out with the result."""
    if line in night.precinct.figures.said.cells:
        return line in night.said_here
    return night.has("announced")


# What a chair who gives no figures keeps back.
REFUSED = ("V0", "B")


def true_tally(night: Night, moment: Moment) -> tuple[int, ...]:
    """The ballots of a moment by what is really marked on them; the invalid ones last."""
    choices = [ballot.choice(night.country) for ballot in moment.ballots]
    return (*(choices.count(at) for at in range(len(moment.ballots[0].marks))), choices.count(None))


def true_verdicts(night: Night, moment: Moment) -> list[tuple[int, str]]:
    """For each ballot by its number: its choice as text, or ``invalid``."""
    found = []
    for at, ballot in enumerate(moment.ballots):
        choice = ballot.choice(night.country)
        found.append((at, "invalid" if choice is None else str(choice)))
    return found


def _table(night: Night, state: State, truth: Mapping[str, int | None]) -> list[Part]:
    """The checks: half for what is broken and by how much, half for leaving the rest alone."""
    if state.marks is None or not has_protocol(night, state):
        return [Part("table", 0, TABLE), Part("sentence", 0, SENTENCE)]
    broken = {check: amount for check, amount in truth.items() if amount}
    exact = sum(state.marks.get(check) == amount for check, amount in broken.items())
    named = sum(check in state.marks for check in broken)
    wrong = sum(check not in broken for check in state.marks)
    calm = max(0, 3 - wrong)
    if broken:
        half = TABLE // 2
        found = half * (exact + named) // (2 * len(broken)) + half * calm // 3
    else:
        found = TABLE * calm // 3
    numbers = set(re.findall(r"\d+", re.sub(r"(?<=\d)[\s  ,](?=\d{3}\b)", "", state.sentence)))
    says = not broken or bool(numbers & {str(amount) for amount in broken.values()})
    told = is_neutral(state.sentence)
    return [
        Part("table", found, TABLE),
        Part("sentence", SENTENCE if told and says else 0, SENTENCE),
    ]
