"""course.md and programmes: a head, a few paragraphs, and what they require."""

from __future__ import annotations

from lms.content.blocks import split_sections
from lms.content.certifying import drawn_runs
from lms.content.context import Bundle, Context, Document, Place
from lms.content.heads import Table, Word, split_head
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.content.translations import finish_head, open_translations, states

AUDIENCES = ("observer", "trainer", "commission")
LONGEST_COURSE_MINUTES = 2_000
MOST_TRAINERS = 5
MOST_JOINT = 5


def read_course(bundle: Bundle, folder: str, context: Context) -> list[Word] | None:
    """Make the document of a course; gives the lessons that its head lists.

    None when the head could not be read: then nobody knows which lessons it lists.
    """
    head, body = split_head(bundle.source, context.report)
    path = bundle.source.path
    title = head.text("title")
    document: Document = {
        "kind": "course",
        "slug": folder,
        "audience": head.choice("audience", AUDIENCES),
        "minutes": head.whole("minutes", 1, LONGEST_COURSE_MINUTES),
        "requires": [],
        "lessons": [],
    }
    requires = head.words("requires")
    lessons = head.words("lessons", required=True)
    head.finish()
    for word in requires:
        context.index.refer("course", word.text, path, word.line)
    for word in lessons:
        context.index.refer("lesson", f"{folder}/{word.text}", path, word.line)
    _twice(lessons, path, context)
    document["requires"] = [word.text for word in requires]
    document["lessons"] = [word.text for word in lessons]
    context.index.define("course", folder, path, 1)
    context.lines["course requires", folder] = head.line_of("requires")
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    document["texts"] = {"en": _course_text(title, body, "en", context)}
    for translation in translations:
        finish_head(translation, head)
        text = _course_text(translation.title, translation.body, translation.language, context)
        if bool(body) != bool(translation.body):
            translation.report.problem(
                translation.file.path,
                translation.body.start,
                "the source has a text here and the translation has none, or the other way round",
                "translate the text below the head",
            )
        if translation.shown:
            document["texts"][translation.language] = text
    context.keep(document, bundle)
    return None if head.broken else lessons


def _course_text(title: str, body: Piece, language: str, context: Context) -> Document:
    page = Page(language)
    notes = context.renderer.take_notes(body.trimmed(), page, context.report)
    return {"title": title, "body_html": context.renderer.block(notes, page, context.report)}


def _twice(words: list[Word], path: str, context: Context) -> None:
    seen: set[str] = set()
    for word in words:
        if word.text in seen:
            context.report.problem(path, word.line, f"“{word.text}” is listed twice", "keep one")
        seen.add(word.text)


def read_programme(bundle: Bundle, context: Context) -> None:
    """Make the document of a programme: what it takes, how long it holds, what renews it."""
    head, body = split_head(bundle.source, context.report)
    path = bundle.source.path
    context.index.define("programme", bundle.slug, path, 1)
    title = head.text("title")
    document: Document = {
        "kind": "programme",
        "slug": bundle.slug,
        "level": head.whole("level", 0, 9),
        "audience": head.choice("audience", AUDIENCES),
        "requires": _requirements(head.table("requires", required=True), context),
        "critical_rules": _critical_rules(head, context),
        "valid": _validity(head.table("valid", required=True)),
        "renewal": _renewal(head.table("renewal"), context),
    }
    if "assesses" in head:
        document["assesses"] = _assesses(head, context)
    for key in ("requires", "critical_rules"):
        context.lines[f"programme {key}", bundle.slug] = head.line_of(key)
    head.finish()
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    pledge = bool(document["requires"]["pledge"])
    source = _programme_text(title, body, "en", pledge, path, context)
    document["texts"] = {"en": source}
    for translation in translations:
        finish_head(translation, head)
        text = _programme_text(
            translation.title,
            translation.body,
            translation.language,
            pledge,
            translation.file.path,
            context,
        )
        if translation.shown:
            document["texts"][translation.language] = text
    context.keep(document, bundle)


def _requirements(table: Table | None, context: Context) -> Document:
    found: Document = {
        "lessons": [],
        "quizzes": [],
        "scenarios": [],
        "practical": {},
        "counts": {},
        "pledge": False,
        "certificates": [],
    }
    if table is None:
        return found
    for key, kinds in (
        ("lessons", ("course", "lesson")),
        ("quizzes", ("quiz",)),
        ("scenarios", ("scenario",)),
        ("certificates", ("programme",)),
    ):
        for word in table.words(key):
            context.index.refer(kinds, word.text, table.path, word.line)
            found[key].append(word.text)
    found["practical"] = _practical(table.table("practical"), context)
    counts = table.table("counts")
    for word in counts.keys() if counts else []:
        context.index.refer("count", word.text, table.path, word.line)
        if counts:
            found["counts"][word.text] = counts.whole(word.text, 1, 100)
    found["pledge"] = table.flag("pledge")
    if "joint" in table:
        found["joint"] = table.whole("joint", 1, MOST_JOINT)
    if "drawn_runs" in table:
        found["drawn_runs"] = drawn_runs(table.table("drawn_runs", required=True))
    table.finish("“requires”")
    if not any(found.values()):
        context.report.problem(
            table.path,
            table.line,
            "“requires” asks for nothing",
            "write certificates, lessons, quizzes, scenarios, drawn_runs, counts, practical, "
            "joint or pledge",
        )
    return found


def _practical(table: Table | None, context: Context) -> dict[str, int]:
    """Which checklists are shown in the room, and how many trainers have to sign each."""
    if table is None:
        return {}
    found = {}
    for key in table.keys():  # noqa: SIM118 - a table of ours, whose keys know their lines
        context.index.refer("checklist", key.text, table.path, key.line)
        found[key.text] = table.whole(key.text, 1, MOST_TRAINERS)
    return found


def _assesses(head: Table, context: Context) -> str | list[str]:
    """On which checklists a holder may assess others."""
    if not head.is_list("assesses"):
        head.choice("assesses", ("all",))
        return "all"
    words = head.words("assesses", required=True)
    for word in words:
        context.index.refer("checklist", word.text, head.path, word.line)
    return [word.text for word in words]


def _critical_rules(head: Table, context: Context) -> str | list[str]:
    if not head.is_list("critical_rules"):
        head.choice("critical_rules", ("all",))
        return "all"
    rules = head.words("critical_rules", required=True)
    for word in rules:
        context.index.refer("rule", word.text, head.path, word.line)
        context.critical.append((word.text, Place(head.path, word.line)))
    return [word.text for word in rules]


def _validity(table: Table | None) -> Document:
    if table is None:
        return {}
    found = {
        "days_after_election": table.maybe_whole("days_after_election", 0, 3_650),
        "months": table.maybe_whole("months", 1, 120, required=True),
    }
    table.finish("“valid”")
    return found


def _renewal(table: Table | None, context: Context) -> Document | None:
    if table is None:
        return None
    found = {
        "requires": _requirements(table.table("requires", required=True), context),
        "lead_days": table.whole("lead_days", 0, 365),
    }
    grace_days = table.maybe_whole("grace_days", 0, 90)
    if grace_days is not None:
        found["grace_days"] = grace_days
    table.finish("“renewal”")
    return found


def _programme_text(
    title: str, body: Piece, language: str, pledge: bool, path: str, context: Context
) -> Document:
    before, sections = split_sections(body, context.report)
    page = Page(language)
    text: Document = {
        "title": title,
        "body_html": context.renderer.block(before, page, context.report),
        "pledge_html": "",
    }
    found = False
    for section in sections:
        if section.attributes.id != "pledge":
            context.report.problem(
                path,
                section.line,
                f"the section “{section.title}”",
                "a programme has the certificate's text, and ## Pledge {#pledge}",
            )
            continue
        found = True
        text["pledge_title"] = section.title
        text["pledge_html"] = context.renderer.block(section.body, page, context.report)
        if not section.body:
            context.report.problem(
                path, section.line, "an empty pledge", "write what the holder promises"
            )
    if not before:
        context.report.problem(
            path, body.start, "no text for the certificate", "write a paragraph under the head"
        )
    if pledge and not found:
        context.report.problem(
            path,
            body.start,
            "a pledge is required, and there is none",
            "write ## Pledge {#pledge} and what the holder promises",
        )
    return text
