"""What pages of the drills call things, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.content.library import Document, Library
from lms.domain.conditions import Compare, Constant, Name, Operand, Truth
from lms.domain.languages import pick
from lms.domain.rules import legal_clock
from lms.domain.scenarios import ELAPSED, Choice
from lms.drills import flags
from lms.web.languages import language, once_per_language


@once_per_language
def outcomes() -> dict[str, str]:
    return {
        "observed-documented": _("You stayed, and there is a record"),
        "removed-documented": _("You were removed, and there is a record"),
        "removed-undocumented": _("You were removed, and nothing is on paper"),
        "harmed-or-charged": _("Somebody was harmed or charged"),
        "breach": _("A safety limit was broken"),
    }


@once_per_language
def meters() -> dict[str, str]:
    return {
        "safety": _("Safety"),
        "record": _("Record"),
        "tone": _("The chair’s tone"),
        "witnesses": _("Witnesses"),
    }


@once_per_language
def competences() -> dict[str, str]:
    return {
        "safety": _("Safety"),
        "record": _("Record"),
        "law": _("Law"),
        "conduct": _("Conduct"),
    }


@once_per_language
def papers() -> dict[str, str]:
    return {
        "application": _("Application to the commission"),
        "act": _("Act of violation"),
        "objection": _("Objection on the paper of your removal"),
        "call": _("Call to the coordinator"),
    }


@once_per_language
def paper_tasks() -> dict[str, str]:
    """What is asked of whoever writes; the patterns are the course's own wording."""
    return {
        "application": _(
            "Write the application as you would hand it in: the precinct, who you are, when you "
            "asked for what, who refused, what you ask the commission to do, and the line for the "
            "incoming mark. Two copies: one stays with you."
        ),
        "act": _(
            "Write the act: place, date and minute, what you saw yourself in one or two sentences, "
            "who by role, how many, the explanation that was given, witnesses, one rule, and "
            "whether the copy was taken."
        ),
        "objection": _(
            "Write beside your signature: that you do not agree, what you asked for and when, and "
            "that you leave under protest, with the minute."
        ),
        "call": _(
            "Write what you say in twenty seconds: precinct, time, one fact, whether you are safe, "
            "and what you need. About fifty words at most."
        ),
    }


@once_per_language
def elements() -> dict[str, str]:
    """The elements of a paper, as the marking guide calls them."""
    return {
        "time": _("The minute"),
        "place": _("The precinct"),
        "own": _("What you saw or did yourself"),
        "who": _("Who, by role"),
        "rule": _("One rule, no lecture"),
        "witnesses": _("Witnesses"),
        "request": _("What was asked, or what came of it"),
        "mark": _("The incoming mark, or that it was refused"),
        "tone": _("A neutral tone"),
        "disagree": _("That you do not agree"),
        "protest": _("That you leave under protest"),
        "safe": _("Whether you are safe"),
        "need": _("What you need"),
        "short": _("Short enough for twenty seconds"),
    }


@once_per_language
def doubts() -> dict[str, str]:
    return {
        "guess": _("there is also a guess; keep to what was seen"),
        "lecture": _("several articles; one is enough"),
        "heat": _("a word that accuses or shouts"),
        "long": _("more than can be said in twenty seconds"),
    }


def gained(before: Mapping[str, int], after: Mapping[str, int], choice: Choice) -> list[str]:
    """What a choice left behind that somebody else could find, where the author names nothing."""
    more_record = after.get("record", 0) - before.get("record", 0)
    people = after.get("witnesses", 0) - before.get("witnesses", 0)
    lines = []
    if choice.writes:
        lines.append(papers()[choice.writes])
    if more_record > 0:
        lines.append(_("An entry in your record, with its minute"))
    if people > 0:
        lines.append(ngettext("%(num)s more witness", "%(num)s more witnesses", people))
    return lines


def condition(part: Compare | Truth) -> str:
    """The smallest part of a condition, in words: Record: at least 3."""
    if isinstance(part, Truth):
        return _name(part.flag)
    if isinstance(part.left, Constant):
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        part = Compare(part.right, turned.get(part.sign, part.sign), part.left)
    value = _value(part.right, part.left)
    words: dict[str, str] = {
        ">=": _("at least %(value)s", value=value),
        ">": _("more than %(value)s", value=value),
        "<=": _("at most %(value)s", value=value),
        "<": _("less than %(value)s", value=value),
        "==": value,
        "!=": _("not %(value)s", value=value),
    }
    return f"{_name(part.left)}: {words[part.sign]}"


def _name(operand: Operand) -> str:
    if isinstance(operand, Constant):
        return _value(operand)
    if operand.name == ELAPSED:
        return str(_("Minutes since the beginning"))
    return meters().get(operand.name) or flags.name(operand.name)


def _value(operand: Operand, of: Operand | None = None) -> str:
    """A value in words; ``of`` is what it is compared with."""
    if isinstance(operand, Name):
        return _name(operand)
    return flags.value(of.name if isinstance(of, Name) else "", operand.constant)


def law(document: Document) -> dict[str, str] | None:
    """The legal clock of a scenario: its day and its letter."""
    if not document.get("clock"):
        return None
    day = datetime.fromisoformat(document["clock"]).date()
    return {"day": document["clock"], "letter": legal_clock(day)}


def hour(document: Document, elapsed: int) -> str:
    """The hour in the scenario, such as 18:42."""
    began = datetime.strptime(document["time"], "%H:%M")  # noqa: DTZ007 - a clock face
    return f"{began + timedelta(minutes=elapsed):%H:%M}"


def sentence(
    books: Library,
    document: Document,
    choice: Mapping[str, Any],
    *,
    lend: bool = False,
    reader: str | None = None,
) -> dict[str, str] | None:
    """What one says with a choice, in the language of the chair, and its meaning where that is not
    the reader's. With ``lend`` a good choice without a sentence of its own is given that of a rule
    that it cites: for looking back, where the rule stands beside it. ``reader`` is the language of
    the reader where nobody asks for a page."""
    texts = {code: words["say"] for code, words in choice["texts"].items() if words.get("say")}
    if lend and not texts and choice["grade"] == "best" and choice.get("writes") != "call":
        texts = _said_with(books, choice["rules"], document)
    if not texts:
        return None
    reads = reader or language()
    said, spoken = pick(texts, document.get("speaks") or reads)
    meaning, meant = pick(texts, reads)
    same = meaning == said
    return {
        "said": said,
        "language": spoken,
        "meaning": "" if same else meaning,
        "meant": meant,
    }


def _said_with(books: Library, rules: list[str], document: Document) -> dict[str, str]:
    day = datetime.fromisoformat(document["clock"]).date() if document.get("clock") else None
    for rule_id in rules:
        rule = books.rules.get(rule_id)
        wording = rule.at(day) if rule else None
        if wording is not None:
            found = {
                code: words["say"] for code, words in wording.texts.items() if words.get("say")
            }
            if found:
                return found
    return {}
