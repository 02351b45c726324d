"""A scenario as a booklet: every scene with its number, the answers behind, one file, no network.

Drawn from the same document that is played, so that paper and screen cannot differ. The page
carries its own style; the PDF is set by typst, to which every word comes as data, never as markup.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from flask import render_template
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from lms.config import ROOT
from lms.content.library import Document, Library
from lms.domain.conditions import Condition, comparisons
from lms.domain.languages import pick
from lms.domain.scenarios import BACK, Choice, Scenario
from lms.drills import flags, wording
from lms.learning import pages
from lms.typesetting import typeset
from lms.web.filters import shown_day

TEMPLATE = ROOT / "templates" / "print" / "booklet.typ"
# The day that stands in the file: the same booklet is the same bytes on every machine.
STAMP = datetime(2019, 6, 9, tzinfo=UTC)


def booklet(books: Library, slug: str, language: str) -> dict[str, Any]:
    """Everything that stands in the booklet, in one language. Raises KeyError for no such slug."""
    document, scenario = books.scenarios[slug], books.scenario(slug)
    numbers = {scene["id"]: place for place, scene in enumerate(document["scenes"], start=1)}
    with force_locale(language):
        texts, used = pick(document["texts"], language)
        law = wording.law(document)
        return {
            "language": language,
            "used": used,
            "title": texts["title"],
            "intro": blocks(texts["intro_html"]),
            "facts": _facts(document, law),
            "how": _how(),
            "sheet": _sheet(document),
            "scenes": [_scene(scenario, scene, numbers, language) for scene in document["scenes"]],
            "answers": _answers(books, scenario, document, numbers, language),
            "words": _words(),
        }


def page(made: dict[str, Any]) -> str:
    """The booklet as one page of HTML that needs nothing else."""
    with force_locale(made["language"]):
        return render_template("print/booklet.xhtml", made=made)


def pdf(made: dict[str, Any]) -> bytes:
    """The booklet as a tagged PDF, the same bytes for the same scenario."""
    data = json.dumps(made, ensure_ascii=False)
    found: bytes = typeset(TEMPLATE, data, standards=["ua-1"], timestamp=STAMP)
    return found


def _words() -> dict[str, str]:
    return {
        "scenes": _("Scenes"),
        "answers": _("Answers"),
        "sheet": _("Your sheet"),
        "turn": _("go to"),
        "end": _("The end:"),
        "grade": _("Grade"),
        "warning": _("For those who train: read this part only afterwards."),
    }


def _facts(document: Document, law: dict[str, str] | None) -> list[str]:
    found = [_("About %(minutes)s minutes.", minutes=document["minutes"])]
    if document.get("time"):
        found.append(_("It begins at %(time)s.", time=document["time"]))
    if law:
        told = {"day": shown_day(law["day"]), "letter": law["letter"]}
        found.append(_("The law is that of %(day)s (clock %(letter)s).", **told))
    return found


def _how() -> list[str]:
    return [
        _("Begin with scene 1. Read it, decide, and go to the scene whose number is given."),
        _("Keep the meters and the minutes on your sheet; no meter leaves its limits."),
        _("A choice that you have made once is gone, unless it says that it may be made again."),
        _("Where chance decides, draw one of so many slips of paper."),
        _("Write the papers that you are asked for on a sheet of your own."),
    ]


def _sheet(document: Document) -> list[dict[str, Any]]:
    names = wording.meters()
    return [
        {
            "label": names.get(meter, meter),
            "start": value,
            "low": (document["limits"].get(meter) or [0, 5])[0],
            "high": (document["limits"].get(meter) or [0, 5])[1],
        }
        for meter, value in document["meters"].items()
    ]


def _scene(
    scenario: Scenario, scene: Document, numbers: dict[str, int], language: str
) -> dict[str, Any]:
    words = pick(scene["texts"], language)[0]
    found = scenario.scenes[scene["id"]]
    before, ways = 0, []
    for document, choice in zip(scene["choices"], found.choices, strict=True):
        ways.append(
            {
                "text": blocks(pick(document["texts"], language)[0]["html"]),
                "to": _to(choice, numbers),
                "notes": _notes(choice, chance=found.chance, before=before),
            }
        )
        before += choice.weight
    notes = []
    if found.seconds:
        notes.append(
            ngettext("%(num)s second to decide", "%(num)s seconds to decide", found.seconds)
        )
    if found.chance:
        notes.append(ngettext("Draw one of %(num)s slip.", "Draw one of %(num)s slips.", before))
    return {
        "number": numbers[scene["id"]],
        "title": words["title"],
        "text": blocks(words["html"]),
        "notes": notes,
        "end": wording.outcomes().get(found.outcome or "", "") if found.end else "",
        "ways": ways,
    }


def _to(choice: Choice, numbers: dict[str, int]) -> str:
    if choice.target == BACK:
        return str(_("go back to the scene that you came from"))
    where = str(numbers[choice.target])
    if choice.back:
        return str(
            _("%(scene)s, and afterwards back to %(back)s", scene=where, back=numbers[choice.back])
        )
    return where


def _notes(choice: Choice, *, chance: bool, before: int) -> list[str]:
    notes = []
    if chance:
        last = before + choice.weight
        slips = str(last) if choice.weight == 1 else f"{before + 1}–{last}"
        notes.append(_("slip %(slips)s", slips=slips))
    if choice.condition:
        notes.append(_("only if: %(what)s", what=_condition(choice.condition)))
    if choice.minutes:
        notes.append(ngettext("%(num)s minute", "%(num)s minutes", choice.minutes))
    names = wording.meters()
    for meter, change in choice.effects.items():
        notes.append(f"{names.get(meter, meter)} {change:+d}")
    for flag, value in choice.sets.items():
        notes.append(f"{flags.name(flag)}: {flags.value(flag, value)}")
    if choice.again:
        notes.append(_("may be made again"))
    if choice.writes:
        notes.append(_("write: %(paper)s", paper=wording.papers()[choice.writes]))
    return [str(note) for note in notes]


def _condition(condition: Condition) -> str:
    return "; ".join(wording.condition(part) for part in comparisons(condition))


def _answers(
    books: Library,
    scenario: Scenario,
    document: Document,
    numbers: dict[str, int],
    language: str,
) -> list[dict[str, Any]]:
    grades = {
        "best": _("best"),
        "ok": _("acceptable"),
        "weak": _("weak"),
        "fail": _("ends the run"),
    }
    found = []
    for scene in document["scenes"]:
        if scene["end"] or scene.get("chance"):
            continue
        ways = []
        for choice in scene["choices"]:
            words = pick(choice["texts"], language)[0]
            say = wording.sentence(books, document, choice, lend=True, reader=language)
            ways.append(
                {
                    "text": blocks(words["html"]),
                    "grade": grades[choice["grade"]],
                    "feedback": blocks(words.get("feedback_html") or ""),
                    "say": say["said"] if say else "",
                    "meaning": say["meaning"] if say else "",
                    "witness": words.get("witness") or "",
                    "rules": [_rule(books, rule, scenario, language) for rule in choice["rules"]],
                }
            )
        title = pick(scene["texts"], language)[0]["title"]
        found.append({"number": numbers[scene["id"]], "title": title, "ways": ways})
    return found


def _rule(books: Library, rule: str, scenario: Scenario, language: str) -> str:
    if rule not in books.rules:
        return rule
    chip = pages.rule_chip(books, rule, language, scenario.clock, with_sources=True)
    sources: Any = chip["sources"]
    articles = dict.fromkeys(str(source["article"]) for source in sources if source["article"])
    name = str(chip["name"])
    return f"{name} ({_('article %(list)s', list=', '.join(articles))})" if articles else name


def blocks(html: str) -> list[dict[str, Any]]:
    """Authored text as paragraphs and entries of (how, words), how being plain, strong or soft."""
    reader = _Blocks()
    reader.feed(html)
    reader.close()
    return [block for block in reader.found if any(words.strip() for _how, words in block["runs"])]


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self._ways: list[str] = []
        self._in_item = False

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li" or (tag == "p" and not self._in_item):
            self._in_item = tag == "li"
            self.found.append({"kind": "item" if tag == "li" else "paragraph", "runs": []})
        elif tag in ("strong", "b"):
            self._ways.append("strong")
        elif tag in ("em", "i"):
            self._ways.append("soft")

    def handle_endtag(self, tag: str) -> None:
        if tag == "li":
            self._in_item = False
        elif tag in ("strong", "b", "em", "i") and self._ways:
            self._ways.pop()

    def handle_data(self, data: str) -> None:
        words = re.sub(r"\s+", " ", data)
        if not words.strip() and not self.found:
            return
        if not self.found:
            self.found.append({"kind": "paragraph", "runs": []})
        self.found[-1]["runs"].append([self._ways[-1] if self._ways else "plain", words])
