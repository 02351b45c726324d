"""Practical checklists: what is shown in the room, line by line, and samples marked beforehand."""

from __future__ import annotations

import re

from lms.content.attributes import Attributes
from lms.content.blocks import Item, Section, is_quote, read_items, split_sections, unquoted
from lms.content.context import Bundle, Context, Document
from lms.content.heads import split_head
from lms.content.problems import Report
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.content.translations import Translation, finish_head, open_translations, states
from lms.domain.paper import MARKS, MOST_LINES

FEWEST_SAMPLES = 2
_LEVEL = re.compile(r"[-*+]\s+(.*)\Z")


def read_checklist(bundle: Bundle, context: Context) -> None:
    """Make the document of a checklist. Every line needs a rule, and every sample a whole key."""
    head, body = split_head(bundle.source, context.report)
    path = bundle.source.path
    context.index.define("checklist", bundle.slug, path, 1)
    title = head.text("title")
    document: Document = {
        "kind": "checklist",
        "slug": bundle.slug,
        "minutes": head.whole("minutes", 1, 240),
        "pass_percent": head.whole("pass", 1, 100),
        "again_days": head.whole("again_within", 1, 90),
        "before_days": head.whole("before_election", 0, 90),
    }
    head.finish()
    source = _Body(body, path, context.report, context)
    source.judge_lines(context)
    document["lines"] = [
        {
            "id": item.attributes.id,
            "rules": item.attributes.words_of("rules"),
            "top": max(1, len(levels) - 1),
            "knock_out": "knock-out" in item.attributes.classes,
        }
        for item, levels in zip(source.items, source.levels, strict=True)
    ]
    document["samples"] = source.keys(document["lines"])
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    document["texts"] = {"en": source.texts(title, "en", document)}
    for translation in translations:
        finish_head(translation, head)
        text = _translated(translation, source, document, context)
        if translation.shown:
            document["texts"][translation.language] = text
    context.keep(document, bundle)


def _translated(
    translation: Translation, source: _Body, document: Document, context: Context
) -> Document:
    theirs = _Body(translation.body, translation.file.path, translation.report, context)
    theirs.compare(source)
    return theirs.texts(translation.title, translation.language, document)


class _Body:
    """What stands below the head: set-up, lines, samples. Problems go to ``report``."""

    def __init__(self, body: Piece, path: str, report: Report, context: Context) -> None:
        self.path, self.report, self.context = path, report, context
        self.start = body.start
        self.before, sections = split_sections(body, report)
        self.items: list[Item] = []
        self.samples: list[Section] = []
        for section in sections:
            if section.attributes.id == "lines":
                self.items = read_items(section.body, report)
            elif (section.attributes.id or "").startswith("sample-"):
                self.samples.append(section)
            else:
                self._say(
                    section.line,
                    f"the section “{section.title}”",
                    "a checklist has {#lines} and samples, {#sample-…}",
                )
        if not self.before:
            self._say(self.start, "no set-up", "write what the trainer prepares, under the head")
        self.levels = [_levels(item) for item in self.items]

    def _say(self, line: int, what: str, remedy: str) -> None:
        self.report.problem(self.path, line, what, remedy)

    def judge_lines(self, context: Context) -> None:
        if not 1 <= len(self.items) <= MOST_LINES:
            what = f"{len(self.items)} lines" if self.items else "no lines"
            self._say(self.start, what, f"write 1 to {MOST_LINES} below ## Lines {{#lines}}")
        seen: set[str] = set()
        for item, levels in zip(self.items, self.levels, strict=True):
            about: Attributes = item.attributes
            about.known(self.report, ["rules"], [], ["knock-out"], "on a line")
            if about.id is None:
                self._say(item.line, "a line without an id", "end it with {#id rules=…}")
                about.id = f"line-{item.line}"
            if about.id in seen:
                self._say(item.line, f"the line “{about.id}” again", "give it another id")
            seen.add(about.id)
            if not about.words_of("rules"):
                self._say(item.line, "a line without a rule", 'write rules="…"')
            for rule in about.words_of("rules"):
                context.index.refer("rule", rule, self.path, item.line)
            if not item.feedback:
                self._say(
                    item.line,
                    "a line that does not say when it is shown",
                    "write it below, as an indented quote: “    > …”",
                )
            if len(levels) in (1, 2) or len(levels) > len(MARKS):
                self._say(
                    item.line,
                    f"{len(levels)} levels",
                    f"write 3 to {len(MARKS)}, the worst first, or one sentence without levels",
                )

    def keys(self, lines: list[Document]) -> list[Document]:
        """The samples with the mark of every line, judged."""
        found = []
        if len(self.samples) < FEWEST_SAMPLES:
            self._say(
                self.start,
                f"{len(self.samples)} samples",
                f"write at least {FEWEST_SAMPLES}: ## title {{#sample-… key=…}}",
            )
        for section in self.samples:
            section.attributes.known(self.report, ["key"], [], [], "on a sample")
            found.append({"id": section.attributes.id, "key": self._key(section, lines)})
        ids = [sample["id"] for sample in found]
        for section in self.samples:
            if ids.count(section.attributes.id) > 1:
                self._say(section.line, "a sample's id twice", "give it another id")
        return found

    def _key(self, section: Section, lines: list[Document]) -> dict[str, int]:
        given: dict[str, str] = {}
        for word in section.attributes.words_of("key"):
            name, _, mark = word.partition("=")
            given[name] = mark
        key = {}
        for line in lines:
            mark = given.pop(line["id"], "")
            if mark in [str(n) for n in range(line["top"] + 1)]:
                key[line["id"]] = int(mark)
            else:
                key[line["id"]] = 0
                self._say(
                    section.line,
                    f"the key has “{mark}” for “{line['id']}”",
                    f"write {line['id']}=0 to {line['id']}={line['top']} in key=",
                )
        for name in given:
            self._say(section.line, f"the key names “{name}”, which is no line", "take it out")
        return key

    def compare(self, source: _Body) -> None:
        """A translation has the lines and samples of its source, in the same order."""
        if len(self.items) != len(source.items):
            self._say(
                self.start,
                f"{len(self.items)} lines, the source has {len(source.items)}",
                "translate each of them, in the same order",
            )
        for item, theirs in zip(self.items, source.items, strict=False):
            item.attributes.known(self.report, [], [], [], "on a line of a translation")
            if len(_levels(item)) != len(_levels(theirs)) or not item.feedback:
                self._say(item.line, "not the levels of the source", "translate each of them")
        mine = [section.attributes.id for section in self.samples]
        wanted = [section.attributes.id for section in source.samples]
        if mine != wanted:
            self._say(self.start, "not the samples of the source", f"write {wanted} in this order")
        for section in self.samples:
            section.attributes.known(self.report, [], [], [], "on a sample of a translation")

    def texts(self, title: str, language: str, document: Document) -> Document:
        page = Page(language)
        draw, report = self.context.renderer, self.context.report
        lines: Document = {}
        for line, item, levels in zip(document["lines"], self.items, self.levels, strict=False):
            lines[line["id"]] = {
                "html": draw.inline(item.words, self.path, item.line, page, report),
                "shown_html": "" if levels else draw.block(item.feedback, page, report),
                "levels": [
                    draw.inline(words, self.path, item.line, page, report) for words in levels
                ],
            }
        samples: Document = {}
        for sample, section in zip(document["samples"], self.samples, strict=False):
            told, why = _told(section.body)
            samples[sample["id"]] = {
                "title": section.title,
                "html": draw.block(told, page, report),
                "why_html": draw.block(why, page, report),
            }
            if not why:
                self._say(section.line, "a sample without its reasons", "write them as a > quote")
        notes = draw.take_notes(self.before, page, report)
        return {
            "title": title,
            "intro_html": draw.block(notes, page, report),
            "lines": lines,
            "samples": samples,
        }


def _levels(item: Item) -> list[str]:
    """The levels of a rubric, the worst first; none for a line that is shown or not."""
    lines = [line for line in item.feedback.lines if line.strip()]
    if not lines or not _LEVEL.match(lines[0].strip()):
        return []
    found: list[str] = []
    for line in lines:
        mark = _LEVEL.match(line.strip())
        if mark:
            found.append(mark.group(1).strip())
        else:
            found[-1] = f"{found[-1]} {line.strip()}"
    return found


def _told(body: Piece) -> tuple[Piece, Piece]:
    """What happens in a sample, and (quoted, at the end) why it is marked as the key has it."""
    for index, line in enumerate(body.lines):
        if is_quote(line):
            return body.part(0, index).trimmed(), unquoted(body.part(index, len(body.lines)))
    return body, body.part(len(body.lines), len(body.lines))
