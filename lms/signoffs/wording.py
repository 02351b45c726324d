"""Checklists, marks and states in the words of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from lms.content.library import Library
from lms.domain.languages import pick
from lms.domain.signoffs import Sheet, Stage, Standing, State
from lms.domain.signoffs import result as came_to_of
from lms.learning import pages
from lms.web.filters import authored


@dataclass(frozen=True)
class LineShown:
    """One line of a checklist as a page draws it. ``choices`` pair a mark with its words, the
    best first."""

    id: str
    html: Markup
    shown: Markup
    choices: list[tuple[int, Any]]
    rules: list[dict[str, object]]
    knock_out: bool
    top: int

    @property
    def field(self) -> str:
        return f"line-{self.id}"


def title(books: Library, slug: str, language: str) -> str:
    words: str = pick(books.checklists[slug]["texts"], language)[0]["title"]
    return words


def lines(
    books: Library, slug: str, language: str, on: date | None, only: frozenset[str] | None = None
) -> list[LineShown]:
    """The lines of a checklist; ``only`` some of them."""
    words = pick(books.checklists[slug]["texts"], language)[0]["lines"]
    found = []
    for line in books.checklist(slug).lines:
        if only is not None and line.id not in only:
            continue
        told = words[line.id]
        levels = [authored(level) for level in told["levels"]] or [_("Not shown"), _("Shown")]
        found.append(
            LineShown(
                line.id,
                authored(told["html"]),
                authored(told["shown_html"]),
                [(mark, levels[mark]) for mark in range(line.top, -1, -1)],
                [
                    pages.rule_chip(books, rule, language, on)
                    for rule in line.rules
                    if rule in books.rules
                ],
                line.knock_out,
                line.top,
            )
        )
    return found


def state(found: Standing) -> tuple[str, str]:
    """(words, kind of tag) of how somebody stands."""
    if found.disputed and found.state is not State.PASSED:
        return _("two assessors differ"), "stop"
    if found.waiting and found.state is not State.PASSED:
        return _("waits for the second assessor"), "attention"
    if found.state is State.PASSED:
        return _("passed"), "good"
    if found.state is State.REPEAT:
        return _("asked to repeat"), "attention"
    if found.state is State.FAILED:
        return _("failed"), "stop"
    if found.signed_by:
        return _(
            "signed by %(done)s of %(wanted)s trainers",
            done=len(found.signed_by),
            wanted=found.wanted,
        ), "attention"
    return _("not evaluated"), ""


def stage(found: Stage) -> str:
    words: dict[Stage, str] = {
        Stage.OPEN: _("not signed yet"),
        Stage.WAITING: _("waits for the second assessor"),
        Stage.SIGNED: _("signed"),
        Stage.DISPUTED: _("two assessors differ"),
        Stage.VOID: _("withdrawn"),
    }
    return words[found]


def result(books: Library, sheet: Sheet) -> tuple[str, str]:
    """(words, kind of tag) of what a signed sheet came to."""
    came_to = came_to_of(books.checklist(sheet.checklist), sheet.marks)
    return {
        State.PASSED: (_("passed"), "good"),
        State.REPEAT: (_("asked to repeat"), "attention"),
        State.FAILED: (_("failed"), "stop"),
        State.NOT_EVALUATED: (_("not evaluated"), ""),
    }[came_to]


def bar(code: str) -> str:
    """Why a trainer may not assess, and what to do about it."""
    known: Mapping[str, str] = {
        "oneself": _("Nobody assesses themselves."),
        "not-certified": _(
            "You are not certified as a trainer yet. A coordinator of your organisation can "
            "accredit you until you are."
        ),
        "not-calibrated": _("First mark the samples of this checklist."),
    }
    return known[code]
