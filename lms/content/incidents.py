"""Sets of incidents for calibration: one heading, one incident, judged by how grave it is."""

from __future__ import annotations

from lms.content.blocks import Section, is_quote, split_sections, unquoted
from lms.content.context import Bundle, Context, Document
from lms.content.heads import split_head
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.content.translations import Translation, finish_head, open_translations, states
from lms.domain.severity import ABOUT, SEVERITIES

LEAST = 5


def read_incidents(bundle: Bundle, context: Context) -> None:
    """Make the document of a set of incidents."""
    report, path = context.report, bundle.source.path
    head, body = split_head(bundle.source, report)
    context.index.define("incidents", bundle.slug, path, 1)
    title = head.text("title")
    head.finish()
    before, sections = split_sections(body, report)
    document: Document = {
        "kind": "incidents",
        "slug": bundle.slug,
        "incidents": [],
        "texts": {},
    }
    seen: set[str] = set()
    for section in sections:
        entry = _entry(section, context)
        if entry is not None and entry["id"] in seen:
            report.problem(
                path, section.line, f"the incident “{entry['id']}” again", "give it another id"
            )
        elif entry is not None:
            seen.add(entry["id"])
            document["incidents"].append(entry)
    if len(sections) < LEAST:
        what = f"{len(sections)} incidents"
        report.problem(path, body.start, what, f"write at least {LEAST}: ## title {{#id …}}")
    pages = Page("en")
    document["texts"]["en"] = {
        "title": title,
        "intro_html": context.renderer.block(before.trimmed(), pages, report),
        "incidents": _texts(sections, pages, context),
    }
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    for translation in translations:
        finish_head(translation, head)
        _translate(translation, document, context)
    context.keep(document, bundle)


def _entry(section: Section, context: Context) -> Document | None:
    report, attributes = context.report, section.attributes
    path, line = attributes.path, section.line
    attributes.known(report, ["severity", "about", "rules"], [], [], "on an incident")
    if attributes.id is None:
        report.problem(path, line, "an incident without an id", "end the heading with {#id …}")
        return None
    for key, known in (("severity", SEVERITIES), ("about", ABOUT)):
        if attributes.pairs.get(key) not in known:
            report.problem(
                path,
                line,
                f"“{key}” is “{attributes.pairs.get(key, '')}”",
                f"write {key}= and one of: {', '.join(known)}",
            )
    rules = attributes.words_of("rules")
    for rule in rules:
        context.index.refer("rule", rule, path, line)
    return {
        "id": attributes.id,
        "severity": attributes.pairs.get("severity", SEVERITIES[0]),
        "about": attributes.pairs.get("about", ABOUT[0]),
        "rules": rules,
    }


def _texts(sections: list[Section], page: Page, context: Context) -> Document:
    renderer, report = context.renderer, context.report
    found: Document = {}
    for section in sections:
        path = section.attributes.path
        told, why = _told_and_why(section.body.trimmed())
        if not told:
            report.problem(path, section.line, "an incident without words", "tell what was seen")
        if why is None:
            report.problem(
                path, section.line, "nothing says why", "end with a quote: > The law asks …"
            )
        found[section.attributes.id or ""] = {
            "title": renderer.words(section.title, path, section.line, report, page.language),
            "html": renderer.block(told.trimmed(), page, report),
            "why_html": renderer.block(why, page, report) if why is not None else "",
        }
    return found


def _told_and_why(body: Piece) -> tuple[Piece, Piece | None]:
    """What was seen, and the quote at the end that says how it is to be judged and why."""
    first = last = len(body.lines)
    while first and (is_quote(body.lines[first - 1]) or not body.lines[first - 1].strip()):
        first -= 1
    if first == last:
        return body, None
    return body.part(0, first), unquoted(body.part(first, last).trimmed())


def _translate(translation: Translation, document: Document, context: Context) -> None:
    before, sections = split_sections(translation.body, context.report)
    ids = [entry["id"] for entry in document["incidents"]]
    for section in sections:
        section.attributes.known(translation.report, [], [], [], "on a translated incident")
    if [section.attributes.id for section in sections] != ids:
        translation.report.problem(
            translation.file.path,
            translation.body.start,
            "other incidents than in the source, or in another order",
            "keep the ids and the order of the source",
        )
        return
    page = Page(translation.language)
    texts = _texts(sections, page, context)
    intro = context.renderer.block(before.trimmed(), page, context.report)
    if translation.shown:
        document["texts"][translation.language] = {
            "title": translation.title,
            "intro_html": intro,
            "incidents": texts,
        }
