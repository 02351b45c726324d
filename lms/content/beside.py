"""What stands beside a question: hints, notes for trainers, and a stem that several share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lms.content.blocks import Section
from lms.content.context import Context, Document
from lms.content.problems import Report
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.domain.languages import SOURCE_LANGUAGE

_OPEN = re.compile(r"///\s*(hint|trainer)\s*\Z")
MOST_HINTS = 5


@dataclass
class Beside:
    """The blocks that were taken out of a question, in their order."""

    hints: list[Piece] = field(default_factory=list)
    trainer: Piece | None = None

    def texts(self, page: Page, context: Context) -> Document:
        render = context.renderer.block
        return {
            "hints_html": [render(hint, page, context.report) for hint in self.hints],
            "trainer_html": render(self.trainer, page, context.report) if self.trainer else "",
        }

    def compare(self, source: Beside, report: Report, path: str, line: int) -> None:
        """Report hints and notes that a translation has not, or has too many of."""
        for what, here, there in (
            ("hints", len(self.hints), len(source.hints)),
            ("notes for trainers", int(bool(self.trainer)), int(bool(source.trainer))),
        ):
            if here != there:
                report.problem(
                    path, line, f"{here} {what}, the source has {there}", "translate the source"
                )


def take_beside(body: Piece, report: Report) -> tuple[Piece, Beside]:
    """The body of a question without its ``/// hint`` and ``/// trainer`` blocks, and those.

    The lines of a block become empty, so that all others keep their numbers.
    """
    lines, found = list(body.lines), Beside()
    index = 0
    while index < len(lines):
        opened = _OPEN.match(lines[index].rstrip())
        if opened is None:
            index += 1
            continue
        after = index + 1
        while after < len(lines) and lines[after].rstrip() != "///":
            after += 1
        _keep(found, opened.group(1), body.part(index + 1, after).trimmed(), report)
        if after == len(lines):
            report.problem(
                body.path,
                body.start + index,
                "this block is not closed",
                "write /// on a line after its text",
            )
        for number in range(index, min(after + 1, len(lines))):
            lines[number] = ""
        index = after + 1
    return Piece(body.path, body.start, tuple(lines)), found


def _keep(found: Beside, kind: str, text: Piece, report: Report) -> None:
    if not text:
        report.problem(text.path, text.start, f"an empty {kind}", "write its text, or delete it")
    elif kind == "trainer" and found.trainer is not None:
        report.problem(text.path, text.start, "a second note for trainers", "join the two")
    elif kind == "trainer":
        found.trainer = text
    elif len(found.hints) == MOST_HINTS:
        report.problem(text.path, text.start, "too many hints", f"write at most {MOST_HINTS}")
    else:
        found.hints.append(text)


class Stems:
    """The stems of one bank: ``## title {#id .stem}`` and a text that several questions share."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._texts: dict[str, dict[str, str]] = {}

    def __contains__(self, id_: str | None) -> bool:
        return id_ in self._texts

    def read(self, section: Section, language: str, report: Report, path: str) -> None:
        """Read a stem, or its words in another language."""
        id_ = section.attributes.id or ""
        if language == SOURCE_LANGUAGE:
            section.attributes.known(report, [], [], ["stem"], "on a stem")
            self._context.index.define("stem", id_, path, section.line)
            if not id_:
                report.problem(path, section.line, "a stem without an id", "write {#id .stem}")
            if id_ in self._texts:
                report.problem(path, section.line, f"the stem “{id_}” again", "rename one")
        if not section.body:
            report.problem(path, section.line, "a stem without a text", "write it, or delete it")
        page = Page(language, scope=id_)
        body = self._context.renderer.take_notes(section.body, page, self._context.report)
        markup = self._context.renderer.block(body, page, self._context.report)
        self._texts.setdefault(id_, {})[language] = markup

    def untranslated(self, language: str) -> list[str]:
        return [id_ for id_, texts in self._texts.items() if language not in texts]

    def give(self, document: Document) -> None:
        """Put the stem's words into each language of a question that has one."""
        texts = self._texts.get(document["stem"] or "")
        for language, words in document["texts"].items():
            found = texts.get(language) or texts[SOURCE_LANGUAGE] if texts else ""
            words["stem_html"] = found
