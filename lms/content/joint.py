"""Joint exercises: one incident, two sides; headings are roles, questions, scenes and injects."""

from __future__ import annotations

from lms.content.blocks import Section, split_sections
from lms.content.context import Bundle, Context, Document
from lms.content.heads import split_head
from lms.content.joint_checks import check_whole
from lms.content.joint_parts import SETTLED, Part, read_parts
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.content.translations import Translation, finish_head, open_translations, states

MOST_MINUTES = 480


def read_joint(bundle: Bundle, context: Context) -> None:
    """Make the document of a joint exercise. Everything that is wrong goes to the report."""
    report, path = context.report, bundle.source.path
    head, body = split_head(bundle.source, report)
    context.index.define("joint exercise", bundle.slug, path, 1)
    title = head.text("title")
    document: Document = {
        "kind": "joint",
        "slug": bundle.slug,
        "clock": head.date("clock", required=True),
        "minutes": head.whole("minutes", 1, MOST_MINUTES),
        "roles": [],
        "questions": [],
        "scenes": [],
        "injects": [],
    }
    head.finish()
    before, sections = split_sections(body, report)
    parts = read_parts(sections, report, None)
    for part in parts:
        part.judge(context)
        part.write(document)
    for part in parts:
        if SETTLED in part.below:
            where = part.below[SETTLED].line
            context.lines["joint scene", f"{bundle.slug} {part.id}"] = where
    check_whole(parts, before, head, context)
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    document["texts"] = {"en": _texts(title, before, parts, Page("en"), context)}
    for translation in translations:
        finish_head(translation, head)
        _translate(translation, before, parts, document, context)
    context.keep(document, bundle)


def _texts(title: str, before: Piece, parts: list[Part], page: Page, context: Context) -> Document:
    notes = context.renderer.take_notes(before, page, context.report)
    found: Document = {
        "title": title,
        "intro_html": context.renderer.block(notes, page, context.report),
        "script_html": "",
        "debriefs": {},
        "roles": {},
        "questions": {},
        "scenes": {},
        "injects": {},
    }
    for part in parts:
        part.word(found, page, context)
    return found


def _translate(
    translation: Translation,
    before: Piece,
    source: list[Part],
    document: Document,
    context: Context,
) -> None:
    report, path = translation.report, translation.file.path
    problems = len(report.problems)
    theirs, sections = split_sections(translation.body, context.report)
    if bool(theirs) != bool(before):
        what = "the introduction is missing here or in the source"
        report.problem(path, translation.body.start, what, "translate what the source has")
    if [section.attributes.id for section in sections] != [part.id for part in source]:
        _other_sections(sections, source, translation)
        return
    parts = read_parts(sections, report, [part.kind for part in source])
    for part, original in zip(parts, source, strict=True):
        part.compare(original)
        part.document = original.document
    if len(report.problems) > problems:
        return
    texts = _texts(translation.title, theirs, parts, Page(translation.language), context)
    if translation.shown:
        document["texts"][translation.language] = texts


def _other_sections(sections: list[Section], source: list[Part], translation: Translation) -> None:
    for section, original in zip(sections, source, strict=False):
        if section.attributes.id != original.id:
            translation.report.problem(
                translation.file.path,
                section.line,
                f"the section “{section.attributes.id}” where the source has “{original.id}”",
                "keep the sections and their ids in the order of the source",
            )
            return
    translation.report.problem(
        translation.file.path,
        sections[-1].line if sections else translation.body.start,
        f"{len(sections)} sections, the source has {len(source)}",
        "translate each of them, in the order of the source",
    )
