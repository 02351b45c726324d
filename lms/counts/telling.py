"""A moment of a night as a page shows it: what was perceived, figures, ballots, choices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from lms.content.library import Document, Library
from lms.counts import papers, words
from lms.counts.queries import Living
from lms.domain.counts.figures import Sheet
from lms.domain.counts.night import Moment, Night
from lms.domain.counts.papers import Ballot
from lms.domain.counts.play import State, hours_known, offers, own_hours
from lms.domain.counts.scoring import REFUSED
from lms.domain.counts.telling import clock_face
from lms.domain.languages import pick


def labels(night: Night, books: Library, language: str) -> dict[str, str]:
    """The name of every line of the form: cells by symbol, votes as C1, C2, …"""
    cells = books.count_rules[night.country.slug]["cells"]
    named = {cell["cell"]: pick(cell["texts"], language)[0]["label"] for cell in cells}
    votes = night.precinct.figures.written.votes
    for number in range(len(votes)):
        named[f"C{number + 1}"] = papers.choice(number, night.head.candidates)
    return {name: named.get(name, name) for name in night.precinct.figures.written.lines()}


def heard(living: Living, moment: Moment, state: State) -> list[tuple[str, int]]:
    """The lines announced in a moment, with their figures, unless it was missed."""
    if moment.number in state.missed:
        return []
    said = living.night.precinct.figures.said
    refused = REFUSED if "figures-refused" in living.night.kinds else ()
    names = [name for name in moment.step.says if name not in refused]
    if moment.step.id == "announced":
        names += [f"C{number + 1}" for number in range(len(said.votes))]
    lines = said.lines()
    return [(name, value) for name in names if (value := lines.get(name)) is not None]


def perceived(moment: Moment, state: State) -> list[str]:
    """What was seen and heard in a moment, in sentences."""
    told = words.happenings()
    return [
        told[happening.id]
        for at, happening in enumerate(moment.happenings)
        if (moment.number, at) in state.known and told[happening.id]
    ]


def replies(living: Living, moment: Moment, state: State) -> list[dict[str, str]]:
    """The questions asked in a moment with their ordinary answers.

    A question that brought out an irregularity has that for an answer, told where it is perceived.
    """
    asked = [question for number, question in state.asked if number == moment.number]
    special = {h.asked for h in moment.happenings if h.asked}
    questions, answers = words.questions(), words.answers()
    lines = []
    for question in dict.fromkeys(asked):
        answer = "" if question in special else answers[question]
        hours = hours_known(living.night, state)
        first, last = moment.hours
        figures = [(h, n) for h, n in hours.items() if first < h <= last]
        if question == "figures" and living.night.has("evening") and figures:
            told = hourly(figures)
            answer = f"{answer} {told[:1].upper()}{told[1:]}.".strip()
        lines.append({"question": questions[question], "answer": answer})
    return lines


def hourly(figures: list[tuple[int, int]]) -> str:
    """Ballots issued by the hour, in a line."""
    return "; ".join(
        _("by %(hour)s ballots issued: %(number)s", hour=f"{hour:02}:00", number=number)
        for hour, number in figures
    )


def own_line(living: Living, state: State) -> str:
    """The observer's own count, as far as it goes without a gap."""
    known = [(h, n) for h, n in own_hours(living.night, state).items() if n is not None]
    reached = [(h, n) for h, n in known if h * 60 <= max(state.clock, living.moment.ends)]
    if not reached:
        return ""
    hour, number = reached[-1]
    found: str = _(
        "Your own count, without a gap: %(number)s dropped a ballot in the room by %(hour)s.",
        number=number,
        hour=f"{hour:02}:00",
    )
    return found


def ballot_lines(living: Living, moment: Moment, *, decided: bool = False) -> list[dict[str, Any]]:
    """Every ballot of a moment, as ``ballot_of`` gives it."""
    count = len(moment.ballots)
    return [ballot_of(living, moment, number, decided=decided) for number in range(count)]


def ballot_of(
    living: Living, moment: Moment, number: int, *, decided: bool = False
) -> dict[str, Any]:
    """A ballot as it is drawn, with a description that tells as much as the picture.

    What the commission decides about doubtful ones is shown once the observer has judged them, so
    that nobody copies it.
    """
    ballot, candidates = moment.ballots[number], living.night.head.candidates
    doubtful = moment.step.id == "doubtful"
    called = not doubtful or decided or bool(living.state.verdicts)
    line = ballot_line(ballot, number, candidates, called=called)
    if doubtful and called:
        line["called"] = _decision(ballot, candidates)
    return line


def _decision(ballot: Ballot, candidates: int) -> str:
    """On which pile the commission lays a doubtful ballot."""
    found: str = (
        _("The commission decides: invalid")
        if ballot.pile is None
        else _("The commission decides: %(name)s", name=papers.choice(ballot.pile, candidates))
    )
    return found


def ballot_line(ballot: Ballot, number: int, candidates: int, *, called: bool) -> dict[str, Any]:
    shapes = papers.shapes()
    said = []
    for at, shape in enumerate(ballot.marks):
        if shape:
            name = papers.choice(at, candidates)
            said.append(_("%(shape)s in the square of %(name)s", shape=shapes[shape], name=name))
    if ballot.outside:
        said.append(_("%(shape)s beside the squares", shape=shapes[ballot.outside]))
    if not said:
        said.append(_("no mark"))
    said.append(_("signed by the member") if ballot.signed else _("no signature of the member"))
    if not ballot.set_form:
        said.append(_("the paper is not of the set form: no header, another border"))
    line: dict[str, Any] = {
        "number": number + 1,
        "rows": [
            {"name": papers.choice(at, candidates), "shape": shape}
            for at, shape in enumerate(ballot.marks)
        ],
        "outside": ballot.outside,
        "signed": ballot.signed,
        "set_form": ballot.set_form,
        "text": "; ".join(said) + ".",
        "called": "",
    }
    if called:
        line["called"] = (
            _("Read aloud: invalid")
            if ballot.called is None
            else _("Read aloud: %(name)s", name=papers.choice(ballot.called, candidates))
        )
    return line


def protocol_rows(living: Living, language: str) -> list[dict[str, Any]]:
    """The commission's paper, line by line: digits, words, the copy, and what was written down."""
    figures = living.night.precinct.figures
    named = labels(living.night, living.books, language)
    spoken, copy = figures.words.lines(), figures.copy.lines()
    rows = []
    for name, value in figures.written.lines().items():
        rows.append(
            {
                "symbol": name,
                "label": named[name],
                "digits": "" if value is None else str(value),
                "words": in_words(spoken.get(name)),
                "posted": "" if copy.get(name) is None else str(copy[name]),
                "own": living.state.own.get(name, ""),
            }
        )
    return rows


def in_words(value: int | None) -> str:
    """A figure digit by digit, as commissions write it so that nothing can be added."""
    if value is None:
        return ""
    digits = papers.digits()
    return " ".join(digits[digit] for digit in str(value))


def board_rows(sheet_votes: tuple[int | None, ...], candidates: int) -> list[dict[str, Any]]:
    return [
        {"label": papers.choice(number, candidates), "value": votes or 0}
        for number, votes in enumerate(sheet_votes)
    ]


def own_rows(living: Living, language: str) -> list[dict[str, Any]]:
    """The lines of the own protocol: those announced in this exercise, with what was entered."""
    night = living.night
    named = labels(night, living.books, language)
    here = set(night.said_here)
    if night.has("announced"):
        here |= {f"C{number + 1}" for number in range(len(night.precinct.figures.said.votes))}
    return [
        {"symbol": name, "label": label, "value": living.state.own.get(name, "")}
        for name, label in named.items()
        if name in here
    ]


def known_before(living: Living, language: str) -> list[tuple[str, int]]:
    """Figures that a colleague wrote down in the parts of the day that are not in the exercise."""
    night = living.night
    if night.has("boxes-shown") or (night.has("protocol") and len(night.moments) == 1):
        return []
    named = labels(night, living.books, language)
    order = night.country.steps
    first = next(at for at, step in enumerate(order) if step.id == night.moments[0].step.id)
    said: Sheet = night.precinct.figures.said
    names = [cell for step in order[:first] for cell in step.says]
    lines = said.lines()
    return [(named[n], v) for n in names if (v := lines.get(n)) is not None]


def choices_of(
    table: Mapping[str, str], known: tuple[str, ...] | None = None
) -> list[tuple[str, str]]:
    return [(key, label) for key, label in table.items() if known is None or key in known]


def day_of(document: Document) -> date | None:
    """The day whose law an exercise is about; None for the latest."""
    return date.fromisoformat(document["clock"]) if document.get("clock") else None


def acts(living: Living) -> set[str]:
    return set(offers(living.night, living.state))


def times(moment: Moment) -> tuple[str, str]:
    return clock_face(moment.at), clock_face(moment.ends)
