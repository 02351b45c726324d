"""Count exercises: a precinct to be generated, and the rules of a country that it follows."""

from __future__ import annotations

import re

from lms.content.context import Bundle, Context, Document, Made, Place
from lms.content.heads import Table, table_of
from lms.content.heads import split_head as split
from lms.content.problems import did_you_mean, listed
from lms.content.quizzes import words_of
from lms.content.reading import TextFile
from lms.content.translations import finish_head, open_translations, states
from lms.domain.counts.country import CELLS, MARKS, PHASES, STEPS, Country
from lms.domain.counts.kinds import KINDS
from lms.domain.counts.precinct import possible
from lms.domain.counts.worked import WORKED
from lms.domain.languages import LANGUAGES, SOURCE_LANGUAGE

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\Z")
MOST_PEOPLE = 5_000
MOST_DRAWN = 4


def read_count_rules(slug: str, file: TextFile, context: Context) -> None:
    """Make the document of a rules file: a country's order of steps, announcements and form."""
    table = table_of(file.text, 1, file.path, context.report)
    context.index.define("count rules", slug, file.path, 1)
    document: Document = {
        "kind": "count-rules",
        "slug": slug,
        "texts": _named(table, "title"),
        "invented": table.flag("invented"),
        "opens": _minute(table, "opens"),
        "closes": _minute(table, "closes"),
        "most_hours": table.whole("most_hours", 1, 48),
        "marks": table.choice("marks", MARKS),
        "signed": table.flag("signed"),
        "against_all": table.flag("against_all"),
        "sources": _references(table, "sources", "source", context),
        "steps": [_step(step, context) for step in table.tables("steps", required=True)],
        "cells": [_cell(cell, context) for cell in table.tables("cells", required=True)],
        "breaks": _breaks(table.table("breaks", required=True), context),
    }
    table.finish("the rules of a count")
    if document["closes"] < document["opens"] + 180:
        table.wrong("closes", "voting of less than three hours", "write a later “closes”")
    for key, name in (("steps", "step"), ("cells", "cell")):
        ids = [entry[name] for entry in document[key]]
        for id_ in sorted({one for one in ids if ids.count(one) > 1}):
            table.wrong(key, f"the {name} “{id_}” twice", "delete one")
    form = [cell["cell"] for cell in document["cells"]]
    for step in document["steps"]:
        for cell in step["says"]:
            if cell not in form and not table.broken:
                what = f"“{cell}” is announced and is not on the form"
                table.wrong("steps", what, "add it to cells, or take it out of says")
    made = Made(document, Place(file.path, 1), frozenset({file.path}))
    context.made.append(made)


def _named(table: Table, key: str) -> Document:
    """A text in each language, as ``{en: {key: …}}``. English is required."""
    words, found = table.table(key, required=True), {}
    for language in LANGUAGES:
        text = None
        if words:
            required = language == SOURCE_LANGUAGE
            text = words.text(language) if required else words.maybe_text(language)
        if text:
            found[language] = {key: text}
    if words:
        words.finish(f"“{key}”")
    return found


def _minute(table: Table, key: str) -> int:
    text = table.text(key)
    found = _TIME.match(text)
    if not found:
        if text:
            table.wrong(key, f"“{key}” is “{text}”", 'write hours and minutes: "07:00"')
        return 0
    return int(found[1]) * 60 + int(found[2])


def _references(table: Table, key: str, kind: str, context: Context) -> list[str]:
    words = table.words(key, required=True)
    for word in words:
        context.index.refer(kind, word.text, table.path, word.line)
    return [word.text for word in words]


def _step(table: Table, context: Context) -> Document:
    found = {
        "step": table.choice("step", STEPS),
        "lasts": table.whole("lasts", 5, 600),
        "says": _cells(table, "says"),
        "sources": _references(table, "sources", "source", context),
    }
    table.finish("a step")
    return found


def _cells(table: Table, key: str) -> list[str]:
    found = []
    for word in table.texts(key) if key in table else []:
        if word.text in CELLS:
            found.append(word.text)
        else:
            remedy = did_you_mean(word.text, CELLS, f"known: {listed(CELLS)}")
            table.report.problem(table.path, word.line, f"no cell “{word.text}”", remedy)
    return found


def _cell(table: Table, context: Context) -> Document:
    found = {
        "cell": table.choice("cell", CELLS),
        "texts": _named(table, "label"),
        "sources": _references(table, "sources", "source", context),
    }
    table.finish("a cell")
    return found


def _breaks(table: Table | None, context: Context) -> Document:
    found: Document = {}
    for key in table.keys() if table else []:
        if key.text not in KINDS:
            remedy = did_you_mean(key.text, KINDS, f"known: {listed(KINDS)}")
            what = f"no kind of irregularity “{key.text}”"
            context.report.problem(table.path if table else "", key.line, what, remedy)
        elif table:
            # Empty where no lesson teaches a rule for it: then a good note names none.
            words = table.words(key.text)
            for word in words:
                context.index.refer("rule", word.text, table.path, word.line)
            found[key.text] = [word.text for word in words]
    return found


def read_count(bundle: Bundle, context: Context) -> None:
    """Make the document of a count exercise, and prove that its nights can be drawn."""
    head, body = split(bundle.source, context.report)
    context.index.define("count", bundle.slug, bundle.source.path, 1)
    title = head.text("title")
    document: Document = {
        "kind": "count",
        "slug": bundle.slug,
        "rules": head.text("rules"),
        "clock": head.date("clock"),
        "minutes": head.whole("minutes", 1, 600),
        "phases": _phases(head),
        "voters": _pair(head, "voters", 100, MOST_PEOPLE),
        "ballots": _pair(head, "ballots", 100, 2 * MOST_PEOPLE),
        "candidates": head.whole("candidates", 2, 12),
        "mobile": _pair(head, "mobile", 1, 400),
        "turnout": _pair(head, "turnout", 5, 95),
        "staff": head.whole("staff", 3, 20),
        "pool": [],
        "draw": _pair(head, "draw", 0, MOST_DRAWN),
        "pass_percent": head.whole("pass", 1, 100),
        "false_alarms": head.whole("false_alarms", 0, 10),
        "attempts": head.maybe_whole("attempts", 1, 100),
        "wait_hours": head.maybe_whole("wait_hours", 0, 720),
        "worked": _worked(head),
    }
    context.index.refer("count rules", document["rules"], head.path, head.line_of("rules"))
    _pool(head, document, context)
    _ballots_suffice(head, document)
    head.finish()
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    document["texts"] = {"en": words_of(title, body, "en", context)}
    if not body.trimmed():
        head.wrong("title", "an exercise without a briefing", "write under the head what it is")
    for translation in translations:
        finish_head(translation, head)
        text = words_of(translation.title, translation.body, translation.language, context)
        if bool(body.trimmed()) != bool(translation.body.trimmed()):
            translation.report.problem(
                translation.file.path,
                translation.body.start,
                "the briefing is missing here or in the source",
                "translate the source",
            )
        if translation.shown:
            document["texts"][translation.language] = text
    context.keep(document, bundle)


def _phases(head: Table) -> list[str]:
    words = [word.text for word in head.words("parts", required=True)]
    order = list(PHASES)
    for word in words:
        if word not in order:
            remedy = did_you_mean(word, order, f"known: {', '.join(order)}")
            head.wrong("parts", f"no part of a day “{word}”", remedy)
            return words[:0]
    first = order.index(words[0]) if words else 0
    if words != order[first : first + len(words)]:
        head.wrong(
            "parts", "parts that do not follow each other", f"write some of {order} in order"
        )
    return words


def _pair(head: Table, key: str, low: int, high: int) -> list[int]:
    """A range ``[lowest, highest]``."""
    values = [word.text for word in head.texts(key, required=True)]
    if not values:
        return [low, low]
    numbers = [int(text) for text in values if text.isascii() and text.isdecimal()]
    if len(numbers) != 2 or len(values) != 2 or not low <= numbers[0] <= numbers[1] <= high:
        what = f"“{key}” is [{', '.join(values)}]"
        head.wrong(key, what, f"write [lowest, highest], whole numbers from {low} to {high}")
        return [low, low]
    return numbers


def _worked(head: Table) -> list[str]:
    """The worked protocols that stand in for generated ones; none when it is left out."""
    found = []
    for word in head.texts("worked") if "worked" in head else []:
        if word.text in WORKED:
            found.append(word.text)
        else:
            remedy = f"known: {listed(WORKED)}"
            head.report.problem(head.path, word.line, f"no worked protocol “{word.text}”", remedy)
    return found


def _pool(head: Table, document: Document, context: Context) -> None:
    """The kinds that may be planted: those named, or all that this night can show."""
    made = [m for m in context.documents("count-rules") if m.document["slug"] == document["rules"]]
    spoilt = {problem.path for problem in context.report.problems}
    if not made or made[0].files & spoilt:
        head.allow("pool")
        return
    able = possible(Country.from_document(made[0].document), tuple(document["phases"]))
    if not head.is_list("pool"):
        head.choice("pool", ("all",))
        document["pool"] = list(able)
    else:
        for word in head.words("pool", required=True):
            if word.text in able:
                document["pool"].append(word.text)
                continue
            known = word.text in KINDS
            what = f"“{word.text}” cannot show in these parts of this country's day"
            remedy = f"these can: {listed(able)}"
            if not known:
                what = f"no kind of irregularity “{word.text}”"
                remedy = did_you_mean(word.text, able, remedy)
            context.report.problem(head.path, word.line, what, remedy)
    if document["worked"] and document["phases"] != ["protocol"]:
        head.wrong("worked", "a worked protocol is no night", "write parts: [protocol]")
    if document["phases"] and len(document["pool"]) < document["draw"][1]:
        what = f"{document['draw'][1]} are drawn of {len(document['pool'])}"
        head.wrong("draw", what, "draw fewer, or widen the pool")


def _ballots_suffice(head: Table, document: Document) -> None:
    """The ballots of the head must cover the busiest night that it allows."""
    issued = (document["voters"][1] + 20) * document["turnout"][1] // 100
    needed = issued + issued // 5 + 130
    if document["ballots"][0] < needed:
        what = f"{document['ballots'][0]} ballots, and the busiest night needs {needed}"
        head.wrong("ballots", what, "write more ballots, or lower voters or turnout")
