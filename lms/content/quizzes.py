"""Quizzes: how questions are drawn, timed and marked."""

from __future__ import annotations

from lms.content.context import Bundle, Context, Document
from lms.content.heads import ID, Table, split_head
from lms.content.problems import did_you_mean, listed
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.content.translations import finish_head, open_translations, states
from lms.domain.attempts import POLICIES
from lms.domain.questions import KINDS as KINDS_OF_QUESTION
from lms.domain.quizzes import FEEDBACK, KINDS
from lms.domain.showing import MOMENTS, THINGS

LEVELS = (1, 2, 3)
MOST_QUESTIONS = 200


def read_quiz(bundle: Bundle, context: Context) -> None:
    """Make the document of a quiz. That its draws can be filled is checked when all is read."""
    head, body = split_head(bundle.source, context.report)
    context.index.define("quiz", bundle.slug, bundle.source.path, 1)
    title = head.text("title")
    document: Document = {
        "kind": "quiz",
        "slug": bundle.slug,
        "quiz_kind": head.choice("kind", KINDS),
        "minutes": head.maybe_whole("minutes", 1, 600),
        "attempts": head.maybe_whole("attempts", 1, 100),
        "wait_hours": head.maybe_whole("wait_hours", 0, 720),
        "pass_percent": head.whole("pass", 1, 100),
        "critical": head.choice("critical", ("all", "none"), "none"),
        "feedback": head.choice("feedback", FEEDBACK),
        "tries": head.maybe_whole("tries", 1, 6) or 1,
        "penalty_percent": head.maybe_whole("penalty", 0, 100) or 0,
        "confidence": head.flag("confidence"),
        "policy": head.choice("time_over", POLICIES, "submit"),
        "grace_minutes": head.maybe_whole("grace_minutes", 1, 120) or 0,
        "exposure_percent": head.maybe_whole("exposure", 1, 100),
        "seen_percent": head.maybe_whole("seen", 1, 100),
        "repair": head.flag("repair"),
        "second_marker": head.flag("second_marker"),
        "marking_days": head.maybe_whole("marking_days", 1, 60) or 7,
        "show": _show(head),
        "draw": [],
    }
    for number, table in enumerate(head.tables("draw", required=True)):
        document["draw"].append(_line(table, context))
        context.lines["draw", f"{bundle.slug} {number}"] = table.line
    head.finish()
    if document["quiz_kind"] == "exam" and document["feedback"] != "rules":
        head.wrong(
            "feedback",
            f"an exam with feedback “{document['feedback']}”",
            "write rules: the key of an exam is never shown",
        )
    _fitting(document, head)
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    document["texts"] = {"en": words_of(title, body, "en", context)}
    for translation in translations:
        finish_head(translation, head)
        text = words_of(translation.title, translation.body, translation.language, context)
        if bool(body) != bool(translation.body):
            translation.report.problem(
                translation.file.path,
                translation.body.start,
                "the introduction is missing here or in the source",
                "translate the source",
            )
        if translation.shown:
            document["texts"][translation.language] = text
    context.keep(document, bundle)


def _show(head: Table) -> Document | None:
    """What is seen when, where the head says more than ``feedback`` does."""
    table = head.table("show")
    if table is None:
        return None
    found: Document = {}
    for moment in list(table.keys()):
        if moment.text not in MOMENTS:
            remedy = did_you_mean(moment.text, MOMENTS, f"write one of: {listed(MOMENTS)}")
            table.wrong(moment.text, f"the moment “{moment.text}”", remedy)
            continue
        found[moment.text] = []
        for thing in table.texts(moment.text):
            if thing.text not in THINGS:
                remedy = did_you_mean(thing.text, THINGS, f"write some of: {listed(THINGS)}")
                table.wrong(moment.text, f"“{thing.text}” cannot be shown", remedy)
            found[moment.text].append(thing.text)
    return found


def _fitting(document: Document, head: Table) -> None:
    """What the head asks for must go together."""
    is_exam, shown = document["quiz_kind"] == "exam", document["show"] or {}
    if document["tries"] > 1 and document["feedback"] != "each":
        head.wrong("tries", "several tries without feedback after each", "write feedback: each")
    if document["penalty_percent"] and document["tries"] == 1:
        head.wrong("penalty", "a penalty without further tries", "write tries: 3, or delete it")
    if (document["policy"] == "grace") != bool(document["grace_minutes"]):
        head.wrong("grace_minutes", "a grace and its minutes go together", "write both, or neither")
    if document["confidence"] and document["feedback"] == "each":
        head.wrong("confidence", "certainty beside feedback after each", "write feedback: end")
    if is_exam and any("key" in things for things in shown.values()):
        head.wrong("show", "an exam that shows its key", "delete key: it is drawn again")
    if is_exam and {"right", "options"} & {*shown.get("during", ()), *shown.get("after", ())}:
        head.wrong(
            "show",
            "an exam that shows what was right before it closes",
            "write right and options under closed alone",
        )
    for moment, things in shown.items():
        if {"options", "key"} & set(things) and "right" not in things:
            head.wrong("show", f"options or key without right ({moment})", "add right")
    if document["repair"] and not (is_exam and document["critical"] == "all"):
        head.wrong("repair", "repair without knock-outs", "it is for an exam with critical: all")


def words_of(title: str, body: Piece, language: str, context: Context) -> Document:
    """The words of a file that is a head and an introduction."""
    page = Page(language)
    notes = context.renderer.take_notes(body.trimmed(), page, context.report)
    return {"title": title, "intro_html": context.renderer.block(notes, page, context.report)}


def _line(table: Table, context: Context) -> Document:
    bank = table.text("bank")
    if bank and not ID.match(bank):
        table.wrong("bank", f"“{bank}” is not an id", "write the name of a bank's file")
    elif bank:
        context.index.refer("bank", bank, table.path, table.line_of("bank"))
    table.allow("rules", "level", "critical", "type")
    rules = table.words("rules") if "rules" in table else None
    for word in rules or []:
        context.index.refer("rule", word.text, table.path, word.line)
    levels = table.texts("level") if "level" in table else None
    for word in levels or []:
        if word.text not in ("1", "2", "3"):
            table.wrong("level", f"the level “{word.text}”", "write 1, 2 or 3: level: [1, 2]")
    types = table.texts("type") if "type" in table else None
    for word in types or []:
        if word.text not in KINDS_OF_QUESTION:
            remedy = did_you_mean(word.text, KINDS_OF_QUESTION, "write type: [single, spot]")
            table.wrong("type", f"the type “{word.text}”", remedy)
    line: Document = {
        "bank": bank,
        "rules": None if rules is None else [word.text for word in rules],
        "level": None
        if levels is None
        else [int(word.text) for word in levels if word.text in ("1", "2", "3")],
        "types": None if types is None else [word.text for word in types],
        "critical": table.flag("critical") if "critical" in table else None,
        "count": table.whole("count", 1, MOST_QUESTIONS),
    }
    table.finish("a line of “draw”")
    return line
