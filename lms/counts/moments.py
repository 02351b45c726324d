"""The page of a moment.

Most of it is the same for all who may do the same things in the same exercise: the forms. That part
is drawn once and kept (web/kept.py), with blanks for what one night shows and one reader did. Of
what fills the blanks, ballots and tables that come again are kept too, for drawing one costs more
than finding out everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from lms.content.library import Library
from lms.counts import papers, telling, words
from lms.counts.queries import Living
from lms.counts.reading import Errors
from lms.domain.counts.figures import CHECKS
from lms.domain.counts.kinds import PLACES
from lms.domain.counts.play import State, offers
from lms.domain.counts.telling import clock_face
from lms.domain.languages import pick
from lms.learning import pages
from lms.web import kept
from lms.web.forms import csrf_token
from lms.web.languages import language
from lms.web.pieces import NOTHING, Pieces, part

# Drawn pieces: a ballot is 1 kB, a protocol 8 kB, and most nights share their ballots.
_pieces = Pieces(2000)


def page(living: Living, errors: Errors, typed: dict[str, str]) -> kept.Drawn:
    """The moment in which a run is; with errors, what was typed comes back beside them."""
    text, used = pick(living.document["texts"], language())
    translation = living.document["translations"].get(language())
    state, offered = living.state, offers(living.night, living.state)
    # Where a protocol is to be filled in, the form for it stands open until it was.
    own_open = "check" in offered and not state.own
    shown = _shown(living, offered, errors, typed)

    def draw(put: Callable[[str], str] = kept.blank) -> str:
        return render_template(
            "counts/moment.html",
            put=put,
            words=text,
            used=used,
            translation=translation,
            offered=offered,
            errors=errors,
            typed=typed,
            own_open=own_open,
            **_forms(living, offered),
        )

    if errors:
        return draw(shown.__getitem__)
    noted = (translation or {}).get("state"), (translation or {}).get("reviewed_by")
    exercise = living.books.published, living.document["slug"], used, *noted
    return kept.page(("moment", *exercise, *sorted(offered), own_open), draw, shown)


def _forms(living: Living, offered: Iterable[str]) -> dict[str, Any]:
    """What the forms offer: the same in every night of an exercise."""
    night, books = living.night, living.books
    choices = night.head.candidates + night.country.against_all
    checks, groups = papers.checks(), []
    if "check" in offered:
        for letter, heading in papers.groups().items():
            lines = [
                {"id": check, "formula": checks[check][0], "meaning": checks[check][1]}
                for check in CHECKS
                if check[0] == letter
            ]
            groups.append({"heading": heading, "lines": lines})
    return {
        "piles": [papers.choice(number, night.head.candidates) for number in range(choices)],
        "own": [(row["symbol"], row["label"]) for row in telling.own_rows(living, language())],
        "groups": groups,
        "questions": telling.choices_of(words.questions()),
        "objects": telling.choices_of(papers.objects()),
        "kinds": sorted(
            ((k, label) for k, label in words.kinds().items() if k in night.country.breaks),
            key=lambda pair: pair[1],
        ),
        "sites": telling.choices_of(words.sites()),
        "roles": telling.choices_of(words.roles()),
        "hows": telling.choices_of(words.hows()),
        "requests": telling.choices_of(words.requests()),
        "everybody": telling.choices_of(words.witnesses()),
        "rules": _rules(living, books),
        "temptations": [(v, label) for v, label in papers.temptations().items() if v in offered],
    }


def _rules(living: Living, books: Library) -> list[tuple[str, str]]:
    """The rules that a note may name, by their short names."""
    ids = {rule for rules in living.night.country.breaks.values() for rule in rules}
    day = telling.day_of(living.document)
    chips = [pages.rule_chip(books, rule, language(), day) for rule in ids if rule in books.rules]
    return sorted(((str(c["id"]), str(c["name"])) for c in chips), key=lambda pair: pair[1])


def _shown(
    living: Living, offered: Iterable[str], errors: Errors, typed: dict[str, str]
) -> dict[str, str]:
    """What fills the blanks: this night, this moment, this reader."""
    state, moment, night = living.state, living.moment, living.night
    title, sentence = words.steps()[moment.step.id]
    now = clock_face(max(state.clock, moment.at))
    names, last = words.witnesses(), moment.number + 1 == len(night.moments)
    posted = typed if errors else {}
    return {
        "token": csrf_token(),  # asked once, for it stands in every form
        "run": str(living.id),
        "step": str(living.steps),
        "number": str(moment.number + 1),
        "total": str(len(night.moments)),
        "title": title,
        "sentence": sentence,
        "time": now,
        "ends": clock_face(moment.ends),
        "place": words.places()[state.place],
        "above": _above(living),
        "seen": _seen(living),
        "board": _board(living),
        "commission": _commission(living) if "check" in offered else NOTHING,
        "done": _part("done")(done(state, moment.number)),
        "places": _places(living, errors, posted) if "go" in offered else NOTHING,
        "note-time": posted.get("time") or now,
        "witnesses": ", ".join(names[who] for who in names if who in night.witnesses),
        "onward": _("The night is over: look back") if last else _("Go on to the next step"),
        **_ballots(living, errors, posted),
        **_own_figures(living, posted),
        **_marks(living, offered, posted),
    }


def _part(name: str) -> Callable[..., Markup]:
    return part("counts/_moment.html", name)


def _above(living: Living) -> Markup:
    state, moment, night = living.state, living.moment, living.night
    first, missed = moment.number == 0, moment.number in state.missed
    before = telling.known_before(living, language()) if first else []
    hourly = ""
    if first and not night.has("evening"):
        hourly = telling.hourly(list(night.precinct.figures.hourly.items()))
    own_count = telling.own_line(living, state)
    if not (missed or before or hourly or own_count):
        return NOTHING
    return _part("above")(missed, before, hourly, own_count)


def _seen(living: Living) -> Markup:
    """What is seen and heard: lines, figures, replies, and what can be told of ballots."""
    state, moment = living.state, living.moment
    missed, at_table = moment.number in state.missed, moment.number in state.near
    figures = telling.heard(living, moment, state)
    named = telling.labels(living.night, living.books, language()) if figures else {}
    lines, replies = telling.perceived(moment, state), telling.replies(living, moment, state)
    ballots = bool(moment.ballots)
    on_board = moment.step.id == "totals" and not missed
    return _part("seen")(
        lines,
        [(named[name], value) for name, value in figures],
        replies,
        ballots and at_table,
        moment.step.id == "doubtful" and not state.verdicts,
        ballots and not at_table and not missed,
        _calls(living) if ballots and not at_table else "",
        not (lines or figures or replies or ballots or on_board or missed),
    )


def _board(living: Living) -> Markup:
    moment, night = living.moment, living.night
    if moment.step.id != "totals" or moment.number in living.state.missed:
        return NOTHING
    rows = telling.board_rows(night.precinct.figures.board, night.head.candidates)
    return _part("board")(rows)


def _calls(living: Living) -> str:
    """What is heard of ballots by somebody who cannot see them."""
    candidates = living.night.head.candidates
    if living.moment.step.id != "sorting":
        return ""
    heard = [
        _("invalid") if b.called is None else papers.choice(b.called, candidates)
        for b in living.moment.ballots
    ]
    return ", ".join(heard)


def _ballots(living: Living, errors: Errors, posted: dict[str, str]) -> dict[str, str]:
    """The ballots that lie before the reader, and the forms of whoever counts or judges them."""
    state, moment = living.state, living.moment
    if not moment.ballots or moment.number not in state.near:
        return {}
    candidates, choices = living.night.head.candidates, len(moment.ballots[0].marks)
    doubtful = moment.step.id == "doubtful"
    decided = doubtful and bool(state.verdicts)
    drawn = [
        _pieces.again(
            ("ballot", ballot, number, candidates, doubtful, decided),
            lambda at=number: _ballot(living, at),  # type: ignore[misc]  # bound at once
        )
        for number, ballot in enumerate(moment.ballots)
    ]
    found: dict[str, str] = {"ballots": NOTHING.join(drawn)}
    if not doubtful:
        return found | {f"pile-{n}": posted.get(f"pile-{n}", "") for n in range(choices + 1)}
    options = [
        (str(n), _("Valid: %(name)s", name=papers.choice(n, candidates))) for n in range(choices)
    ]
    options.append(("invalid", _("Invalid")))
    given = dict(state.verdicts)
    if posted.get("verb") == "judge":
        given = {n: posted.get(f"verdict-{n}", "") for n in range(len(moment.ballots))}
    count = len(moment.ballots)
    if given or errors:
        found["verdicts"] = _part("verdicts")(count, options, given, errors)
    else:
        key = ("verdicts", count, candidates, choices)
        found["verdicts"] = _pieces.again(key, lambda: _part("verdicts")(count, options, {}, {}))
    return found


def _ballot(living: Living, number: int) -> Markup:
    line = telling.ballot_of(living, living.moment, number)
    return part("counts/_parts.html", "ballot")(line)


def _commission(living: Living) -> Markup:
    """The commission's protocol beside the reader's own figures."""
    night = living.night
    of_night = living.books.published, living.document["slug"], night.seed
    return _pieces.again(
        ("commission", *of_night, *living.state.own.items()),
        lambda: _part("commission")(telling.protocol_rows(living, language())),
    )


def _places(living: Living, errors: Errors, posted: dict[str, str]) -> Markup:
    here, told = living.state.place, words.places()
    options = [(place, told[place]) for place in PLACES if place != here]
    if posted.get("verb") == "go":
        error = errors.get("place", [None])[0]
        return _part("places")(options, posted.get("place"), error)
    return _pieces.again(("places", here), lambda: _part("places")(options, None, None))


def _own_figures(living: Living, posted: dict[str, str]) -> dict[str, str]:
    """The own protocol as it was kept, or as it was just typed."""
    typed = posted.get("verb") == "own"
    own = living.state.own
    names = living.night.precinct.figures.written.lines()
    return {
        f"own-{name}": posted.get(f"own-{name}", "") if typed else str(own.get(name, ""))
        for name in names
    }


def _marks(living: Living, offered: Iterable[str], posted: dict[str, str]) -> dict[str, str]:
    """The checks as they were marked before, or just now."""
    if "check" not in offered:
        return {}
    state, typed = living.state, posted.get("verb") == "check"
    marks = state.marks or {}
    found = {"own-sentence": posted.get("sentence", "") if typed else state.sentence}
    for check in CHECKS:
        marked = posted.get(f"broken-{check}") == "y" if typed else check in marks
        found[f"marked-{check}"] = " checked" if marked else ""
        found[f"by-{check}"] = posted.get(f"by-{check}", "") if typed else str(marks.get(check, ""))
    return found


def done(state: State, number: int) -> list[str]:
    """What was done in a moment, so that a page says what it has kept."""
    lines = [
        _("Photographed: %(what)s", what=papers.objects()[thing])
        for moment, thing in state.photographs
        if moment == number
    ]
    sent = papers.sent()
    lines += [f"{sent[verb]}: {text}" for moment, verb, text in state.sent if moment == number]
    receipts = papers.receipts()
    for note in state.notes:
        if note.moment == number:
            line = f"{clock_face(note.details['time'])} {note.details['text']}"
            lines.append(line + (f" ({receipts[note.receipt]})" if note.receipt else ""))
    lines += [papers.breaches()[what] for moment, what in state.breaches if moment == number]
    if number in state.tallies:
        lines.append(_("Your tally is kept."))
    if state.own:
        lines.append(_("Your protocol is kept."))
    if state.marks is not None:
        lines.append(_("Your checks are kept."))
    return lines
