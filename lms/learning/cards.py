"""The pocket card: what to say and which article carries it, from the rules that lessons teach.

Two papers: one sheet of A4 printed on both sides and folded, with every rule that has words to say;
and A6 with the critical ones. No sentence stands on it that stands in no lesson. A card that does
not fit its one sheet, or rests on something stale, is not made at all: half a card or a wrong one
is worse than none. Source: beyond the peers 6.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.config import ROOT
from lms.content.library import Library
from lms.domain.languages import pick
from lms.domain.rules import Standing
from lms.typesetting import typeset
from lms.web.languages import long_day

TEMPLATE = ROOT / "templates" / "print" / "card.typ"
PAPERS = ("a4", "a6")
SIDES = 2  # of the one sheet
LEAST_SIZE = 9  # points; smaller is not read in a dark room


@dataclass(frozen=True)
class Line:
    """One rule on the card: its name, what to say, and the articles that carry it."""

    rule: str
    name: str
    say: str
    articles: str


class Stale(Exception):
    """Rules that must not go on a card: ``rules`` pairs each with a short code of what is wrong:
    ``translation`` is missing or older than its source, ``source`` has changed or was repealed."""

    def __init__(self, rules: Sequence[tuple[str, str]]) -> None:
        super().__init__(rules)
        self.rules = tuple(rules)


class TooLong(Exception):
    """The card would need so many sides."""

    def __init__(self, sides: int) -> None:
        super().__init__(sides)
        self.sides = sides


def lines(
    books: Library, programme: str, language: str, day: date | None, paper: str
) -> tuple[Line, ...]:
    """What goes on a card, in reading order, as the law is on a day (None: the latest wordings).

    Raises Stale with every rule that stands in the way.
    """
    found, stale = [], []
    for lesson in books.programme(programme).requires.lessons:
        document = books.lessons.get(lesson)
        if document is None:
            continue
        for rule_id in dict.fromkeys(document["rule_ids"]):
            wording = books.rules[rule_id].at(day)
            if wording is None or books.taught_in[rule_id] != lesson:
                continue
            words, used = pick(wording.texts, language)
            if not words["say"] or (paper == "a6" and not wording.critical):
                continue
            translation = (document["translations"] or {}).get(language) or {}
            if used != language or translation.get("state") == "stale":
                stale.append((rule_id, "translation"))
            sources = [books.sources[one] for one in wording.sources if one in books.sources]
            if any(s.status in (Standing.CHANGED, Standing.REPEALED) for s in sources):
                stale.append((rule_id, "source"))
            articles = dict.fromkeys(source.article for source in sources if source.article)
            found.append(Line(rule_id, words["name"], words["say"], ", ".join(articles)))
    if stale:
        raise Stale(stale)
    return tuple(found)


def pdf(
    books: Library, programme: str, language: str, day: date | None, paper: str, version: str
) -> bytes:
    """The card as a tagged PDF of one sheet. ``version`` names the content it was made from.

    Raises Stale, and TooLong when it needs more than the two sides of its sheet.
    """
    found = lines(books, programme, language, day, paper)
    title = pick(books.programmes[programme]["texts"], language)[0]["title"]
    with force_locale(language):
        data = json.dumps(_data(found, title, language, day, paper, version), ensure_ascii=False)
    sides = _drawn(data, "svg")
    count = len(sides) if isinstance(sides, list) else 1
    if count > SIDES:
        raise TooLong(count)
    made = _drawn(data, "pdf")
    return bytes(made)


def _data(
    found: Sequence[Line], title: str, language: str, day: date | None, paper: str, version: str
) -> dict[str, Any]:
    return {
        "paper": paper,
        "size": LEAST_SIZE,
        "language": language,
        "title": title,
        "heading": _("What to say"),
        "law": _("law of %(day)s", day=long_day(day, language)) if day else "",
        "version": version,
        "lines": [{"name": one.name, "say": one.say, "articles": one.articles} for one in found],
    }


def _drawn(data: str, form: Literal["pdf", "svg"]) -> Any:
    """The card in this form: one file for a PDF, and for SVG a list when it has several sides."""
    return typeset(TEMPLATE, data, form=form, standards="ua-1" if form == "pdf" else None)
