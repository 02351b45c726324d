"""What a form of a night sends, read into an act; or what to mend, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from lms.counts.queries import Living
from lms.domain.counts.figures import CHECKS
from lms.domain.counts.kinds import KINDS, PLACES, ROLES, SITES
from lms.domain.counts.night import WITNESSES
from lms.domain.counts.play import HOWS, MOST_BALLOTS, MOST_WORDS, OBJECTS, QUESTIONS, REQUESTS, Act

Errors = dict[str, list[str]]
Form = Mapping[str, str]
# Minutes after a moment that a note of it may still say.
SOON = 30
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])\Z")


def read_act(form: Form, living: Living) -> tuple[Act | None, Errors]:
    """The act that a form asks for; None with errors when something typed cannot be used."""
    verb, errors = form.get("verb", ""), Errors()
    if verb in ("on", "touch", "block", "follow"):
        return Act(verb), errors
    if verb in _CHOICES:
        field, known = _CHOICES[verb]
        value = form.get(field, "")
        if value not in known:
            return None, {field: [_("Choose one of them.")]}
        return Act(verb, {field: value}), errors
    if verb in ("call", "apply", "act"):
        words = form.get("words", "").strip()
        if not words:
            errors[f"words-{verb}"] = [_("Write what you say or hand in.")]
        elif len(words) > MOST_WORDS:
            errors[f"words-{verb}"] = [_too_long()]
        return (None if errors else Act(verb, {"text": words})), errors
    if verb in _READERS:
        details = _READERS[verb](form, living, errors)
        return (None if errors else Act(verb, details)), errors
    return None, {"verb": [_("Choose what you do.")]}


_CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "go": ("place", PLACES),
    "ask": ("question", QUESTIONS),
    "photograph": ("object", OBJECTS),
}


def _too_long() -> str:
    found: str = _("At most %(count)s characters.", count=MOST_WORDS)
    return found


def _note(form: Form, living: Living, errors: Errors) -> dict[str, Any]:
    details: dict[str, Any] = {"handed": form.get("handed") == "y"}
    for field, known, message in (
        ("site", SITES, _("Choose where it happened.")),
        ("how", HOWS, _("Choose how you know it.")),
        ("who", ROLES, _("Choose who did it, by role.")),
        ("request", REQUESTS, _("Choose what you asked for.")),
        ("kind", ("", *KINDS), _("Choose from the list.")),
        ("witness", ("", *WITNESSES), _("Choose from the list.")),
    ):
        details[field] = form.get(field, "")
        if details[field] not in known:
            errors[field] = [message]
    details["place"] = details.pop("site")
    details["rule"] = form.get("rule", "")
    if details["rule"] and details["rule"] not in living.books.rules:
        errors["rule"] = [_("Choose from the list.")]
    details["time"] = _minute(form.get("time", ""), living)
    if details["time"] is None:
        errors["time"] = [_("Write the time in hours and minutes, such as 21:40.")]
    details["number"] = None
    if form.get("number", "").strip():
        details["number"] = whole(form["number"])
        if details["number"] is None:
            errors["number"] = [_("Write a whole number, or leave it empty.")]
    details["text"] = form.get("text", "").strip()
    if not details["text"]:
        errors["text"] = [_("Write one sentence on what happened.")]
    elif len(details["text"]) > MOST_WORDS:
        errors["text"] = [_too_long()]
    return details


def _minute(text: str, living: Living) -> int | None:
    """Hours and minutes as a minute of this night: the last time that it was so by now.

    A long night goes on past the hour at which its day began, so that the face of a clock alone
    does not say which day is meant. What lies before the beginning is of the day after.
    """
    found = _TIME.match(text.strip())
    if found is None:
        return None
    minute, moments = int(found[1]) * 60 + int(found[2]), living.night.moments
    until = max(moments[living.state.moment].ends, living.state.clock) + SOON
    again = minute + 24 * 60
    return again if minute < moments[0].at - 120 or again <= until else minute


def whole(text: str) -> int | None:
    """A whole number as people write it, with spaces or commas between the thousands."""
    digits = re.sub(r"[\s\u00a0\u202f,]", "", text)
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 6:
        return None
    number = int(digits)
    return number if number <= MOST_BALLOTS else None


def _tally(form: Form, living: Living, errors: Errors) -> dict[str, Any]:
    ballots = living.moment.ballots
    if not ballots:
        return {"counts": []}
    counts = []
    for number in range(len(ballots[0].marks) + 1):
        count = whole(form.get(f"pile-{number}", ""))
        if count is None or count > len(ballots):
            errors[f"pile-{number}"] = [_("Write how many, 0 for none.")]
        counts.append(count)
    return {"counts": counts}


def _judge(form: Form, living: Living, errors: Errors) -> dict[str, Any]:
    verdicts = {}
    for number, _ballot in enumerate(living.moment.ballots):
        verdict = form.get(f"verdict-{number}", "")
        if not verdict:
            errors[f"verdict-{number}"] = [_("Decide about this ballot.")]
        verdicts[str(number)] = verdict
    return {"verdicts": verdicts}


def _own(form: Form, living: Living, errors: Errors) -> dict[str, Any]:
    cells = {}
    for name in living.night.precinct.figures.said.lines():
        typed = form.get(f"own-{name}", "").strip()
        if not typed:
            continue
        value = whole(typed)
        if value is None:
            errors[f"own-{name}"] = [_("Write a whole number, or leave it empty.")]
        else:
            cells[name] = value
    return {"cells": cells}


def _check(form: Form, _living: Living, errors: Errors) -> dict[str, Any]:
    marks: dict[str, int] = {}
    for check in CHECKS:
        typed = form.get(f"by-{check}", "").strip()
        if form.get(f"broken-{check}") != "y" and not typed:
            continue
        amount = whole(typed)
        if amount is None:
            errors[f"by-{check}"] = [_("%(check)s: write by how much.", check=check)]
        else:
            marks[check] = amount
    words = form.get("sentence", "").strip()
    if len(words) > MOST_WORDS:
        errors["sentence"] = [_too_long()]
    return {"marks": marks, "text": words}


_READERS = {"note": _note, "tally": _tally, "judge": _judge, "own": _own, "check": _check}
