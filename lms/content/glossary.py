"""courses/glossary.md: the terms, in a definition list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.content.attributes import Attributes, split_attributes
from lms.content.context import Bundle, Context, Document
from lms.content.heads import split_head
from lms.content.problems import Report, did_you_mean
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.content.translations import Translation, finish_head, open_translations, states

_MEANING = re.compile(r":\s+(.*)\Z")


@dataclass(frozen=True)
class Term:
    line: int
    words: str
    attributes: Attributes
    meaning: Piece


def read_glossary(bundle: Bundle, context: Context) -> None:
    """Read the terms, first their ids and words, so that meanings may link to each other."""
    report = context.report
    head, body = split_head(bundle.source, report, optional=True)
    head.maybe_text("title")
    head.finish()
    terms = [t for t in _terms(body, report) if t.attributes.id]
    for term in terms:
        term.attributes.known(report, [], [], ["unsure"], "on a term")
        context.index.define("term", term.attributes.id or "", bundle.source.path, term.line)
    ids = [t.attributes.id or "" for t in terms]
    languages: dict[str, list[Term]] = {"en": terms}
    translations = open_translations(bundle, context, titled=False)
    for translation in translations:
        finish_head(translation, head)
        found = _translated(translation, ids)
        if translation.shown:
            languages[translation.language] = found
    for language, found in languages.items():
        context.renderer.terms[language] = {t.attributes.id or "": t.words for t in found}
    documents: dict[str, Document] = {
        t.attributes.id or "": {
            "id": t.attributes.id,
            "unsure": "unsure" in t.attributes.classes,
            "texts": {},
        }
        for t in terms
    }
    for language, found in languages.items():
        for term in found:
            page = Page(language, scope=term.attributes.id or "")
            documents[term.attributes.id or ""]["texts"][language] = {
                "term": term.words,
                "meaning_html": context.renderer.block(term.meaning, page, report),
            }
    context.keep(
        {
            "kind": "glossary",
            "slug": "glossary",
            "translations": states(translations),
            "terms": list(documents.values()),
        },
        bundle,
    )


def _translated(translation: Translation, ids: list[str]) -> list[Term]:
    """The terms of a translation that the source knows; the others are reported."""
    report, path = translation.report, translation.file.path
    found: dict[str, Term] = {}
    for term in _terms(translation.body, report):
        id_ = term.attributes.id
        if not id_:
            continue
        term.attributes.known(report, [], [], ["unsure"], "on a term")
        if id_ not in ids:
            report.problem(
                path,
                term.line,
                f"the source has no term “{id_}”",
                did_you_mean(id_, ids, "add it to the source first"),
            )
        elif id_ in found:
            report.problem(path, term.line, f"the term “{id_}” again", "keep one")
        else:
            found[id_] = term
    missing = [id_ for id_ in ids if id_ not in found]
    if missing:
        report.problem(
            path,
            translation.body.start,
            f"{len(missing)} terms are not translated",
            f"add {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}",
        )
    return list(found.values())


def _terms(body: Piece, report: Report) -> list[Term]:
    terms: list[Term] = []
    index = 0
    while index < len(body.lines):
        line, number = body.lines[index].rstrip(), body.start + index
        index += 1
        if not line.strip():
            continue
        words, attributes = split_attributes(line, body.path, number, report)
        first = index
        if first >= len(body.lines) or not _MEANING.match(body.lines[first]):
            report.problem(
                body.path,
                number,
                f"this is neither a term nor a meaning: {line.strip()[:40]}",
                "write the term {#id}, and under it “:   meaning”",
            )
            continue
        index += 1
        while index < len(body.lines) and _goes_on(body.lines, index):
            index += 1
        if attributes.id is None:
            report.problem(body.path, number, f"the term “{words}” has no id", "end it with {#id}")
        terms.append(Term(number, words.strip("*"), attributes, _meaning(body.part(first, index))))
    return terms


def _goes_on(lines: tuple[str, ...], index: int) -> bool:
    """Does this line still belong to a meaning? Indented lines do, and empty lines between them."""
    following = next((line for line in lines[index:] if line.strip()), "")
    return following.startswith("    ")


def _meaning(piece: Piece) -> Piece:
    lines = [piece.lines[0][1:].strip(), *(line.strip() for line in piece.lines[1:])]
    return Piece(piece.path, piece.start, tuple(lines)).trimmed()
