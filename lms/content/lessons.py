"""Lessons: Markdown with blocks, and the rules that they teach."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lms.content.blocks import Block, split_blocks
from lms.content.context import Bundle, Context, Document
from lms.content.figures import read_figure
from lms.content.heads import Word, split_head
from lms.content.options import Options
from lms.content.pictured import figure_html
from lms.content.problems import Report, did_you_mean
from lms.content.reading import Piece
from lms.content.rendering import Page, plain
from lms.content.rules import RuleBlock, read_rule, rule_text
from lms.content.sources import citation
from lms.content.translations import Translation, finish_head, open_translations, states

LONGEST_LESSON_MINUTES = 120
# Blocks whose name is an id, equal in every language; the name of the others is a translated title.
NAMED_BY_ID = ("rule", "duty", "figure", "check")

_HEADING = re.compile(r"(#{1,6})\s+\S")

Parts = Sequence[Piece | Block]


@dataclass
class _Lesson:
    """A lesson in one language, while it is being read."""

    context: Context
    page: Page
    report: Report
    pictures: dict[str, Path]
    source: _Lesson | None = None
    segments: list[Document] = field(default_factory=list)
    rules: list[RuleBlock] = field(default_factory=list)
    rule_texts: list[Document] = field(default_factory=list)
    cases: list[Document] = field(default_factory=list)
    duties: list[str] = field(default_factory=list)
    level: int = 1
    # The note for those who lead the group, which trainees are not shown: its title and its text.
    trainer: Document | None = None

    @property
    def language(self) -> str:
        return self.page.language


def read_lesson(bundle: Bundle, course: str, pictures: dict[str, Path], context: Context) -> None:
    """Make the document of a lesson, in every language that may be shown."""
    report, path = context.report, bundle.source.path
    head, body = split_head(bundle.source, report)
    slug = f"{course}/{bundle.slug}"
    context.index.define("lesson", slug, path, 1)
    title = head.text("title")
    objectives = head.texts("objectives", required=True)
    document: Document = {
        "kind": "lesson",
        "slug": slug,
        "course": course,
        "lesson": bundle.slug,
        "minutes": head.whole("minutes", 1, LONGEST_LESSON_MINUTES),
        "clock": head.date("clock"),
    }
    head.finish()
    page = Page("en")
    body = context.renderer.take_notes(body, page, report)
    parts = split_blocks(body, report)
    if not parts:
        report.problem(path, body.start, "a lesson without text", "write it below the head")
    source = _Lesson(context, page, report, pictures)
    _read_parts(parts, source)
    _heading_levels(parts, report)
    _targets(source, path)
    context.renderer.unused_notes(page, path, report)
    document["texts"] = {"en": _text(title, objectives, source)}
    document["rules"] = [rule.document for rule in source.rules]
    for position, rule in enumerate(source.rules):
        context.lines["rule", f"{slug} {position}"] = rule.line
    document["questions"] = [s["check"] for s in source.segments if "check" in s]
    document["rule_ids"] = list(dict.fromkeys(rule.id for rule in source.rules))
    document["duties"] = list(dict.fromkeys(source.duties))
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    for translation in translations:
        own_objectives = translation.head.texts("objectives", required=True)
        finish_head(translation, head)
        if len(own_objectives) != len(objectives):
            translation.report.problem(
                translation.file.path,
                translation.head.line_of("objectives"),
                f"{len(own_objectives)} objectives, the source has {len(objectives)}",
                "translate each of them, in the same order",
            )
        read = _translated(translation, parts, source)
        if read is not None and translation.shown:
            document["texts"][translation.language] = _text(translation.title, own_objectives, read)
            for rule, words in zip(source.rules, read.rule_texts, strict=True):
                rule.document["texts"][translation.language] = words
    context.keep(document, bundle)


def _text(title: str, objectives: list[Word], lesson: _Lesson) -> Document:
    words = [title, *(o.text for o in objectives)]
    rules = iter(lesson.rule_texts)
    for segment in lesson.segments:
        if "html" in segment:
            words.append(plain(segment["html"]))
        elif "rule" in segment:
            words.append(_spoken(next(rules)))
    return {
        "title": title,
        "objectives": [o.text for o in objectives],
        "segments": lesson.segments,
        "trainer": lesson.trainer,
        "plain": " ".join(w for w in words if w),
    }


def _spoken(rule: Document) -> str:
    parts = [rule["name"], rule["say"], rule["duty"], *rule["practice"], rule["do"], rule["write"]]
    return " ".join([*(p for p in parts if p), plain(rule["html"])])


def _translated(translation: Translation, parts: Parts, source: _Lesson) -> _Lesson | None:
    """The translated lesson; None, with the first difference reported, when it is built unlike
    its source."""
    context, path = source.context, translation.file.path
    page = Page(translation.language, given=source.page.headings)
    body = context.renderer.take_notes(translation.body, page, context.report)
    own = split_blocks(body, context.report)
    if not _same_blocks(parts, own, translation) or not _same_headings(parts, own, translation):
        return None
    lesson = _Lesson(context, page, translation.report, source.pictures, source)
    _read_parts(own, lesson)
    _targets(lesson, path)
    context.renderer.unused_notes(page, path, context.report)
    return lesson


def _blocks(parts: Parts) -> list[Block]:
    return [part for part in parts if isinstance(part, Block)]


def _called(block: Block) -> str:
    return f"{block.kind} | {block.name}" if block.kind in NAMED_BY_ID else block.kind


def _same_blocks(parts: Parts, own: Parts, translation: Translation) -> bool:
    theirs, ours = _blocks(parts), _blocks(own)
    for expected, found in zip(theirs, ours, strict=False):
        if _called(expected) != _called(found):
            translation.report.problem(
                found.path,
                found.line,
                f"“{_called(found)}” where the source has "
                f"“{_called(expected)}” (its line {expected.line})",
                "keep the blocks and their ids in the order of the source",
            )
            return False
    if len(theirs) != len(ours):
        longer = theirs if len(theirs) > len(ours) else ours
        extra = longer[min(len(theirs), len(ours))]
        line = extra.line if longer is ours else (ours[-1].line if ours else translation.body.start)
        what = (
            f"the block “{_called(extra)}” (line {extra.line} of the source) is not translated"
            if longer is theirs
            else f"the source has no block “{_called(extra)}” here"
        )
        remedy = "translate it" if longer is theirs else "delete it, or add it to the source first"
        translation.report.problem(translation.file.path, line, what, remedy)
        return False
    return True


def _headings(parts: Parts) -> list[tuple[int, int]]:
    """Line and level of every heading, those inside blocks too."""
    return [
        (number, len(found.group(1)))
        for part in parts
        for number, line in enumerate(_markdown(part).lines, _markdown(part).start)
        if (found := _HEADING.match(line))
    ]


def _markdown(part: Piece | Block) -> Piece:
    return part.body if isinstance(part, Block) else part


def _same_headings(parts: Parts, own: Parts, translation: Translation) -> bool:
    theirs, ours = _headings(parts), _headings(own)
    levels, own_levels = [level for _, level in theirs], [level for _, level in ours]
    if levels == own_levels:
        return True
    at = next(
        (i for i, (a, b) in enumerate(zip(levels, own_levels, strict=False)) if a != b),
        min(len(levels), len(own_levels)),
    )
    line = ours[min(at, len(ours) - 1)][0] if ours else translation.body.start
    translation.report.problem(
        translation.file.path,
        line,
        f"{len(ours)} headings where the source has {len(theirs)}, or of other levels",
        "keep the headings of the source: a reader who changes the language keeps the place",
    )
    return False


def _heading_levels(parts: Parts, report: Report) -> None:
    before = 1
    for part in parts:
        piece = _markdown(part)
        for number, line in enumerate(piece.lines, piece.start):
            found = _HEADING.match(line)
            if not found:
                continue
            level = len(found.group(1))
            if level == 1:
                report.problem(
                    piece.path,
                    number,
                    "a heading with one #",
                    "write ##; the title of the page stands in the head",
                )
            elif level > before + 1:
                report.problem(
                    piece.path,
                    number,
                    f"a heading of level {level} under one of level {before}",
                    f"write {'#' * (before + 1)}",
                )
            before = max(level, 2)


def _read_parts(parts: Parts, lesson: _Lesson) -> None:
    for part in parts:
        if isinstance(part, Piece):
            markup = lesson.context.renderer.block(part, lesson.page, lesson.context.report)
            lesson.segments.append({"html": markup})
            levels = _headings([part])
            lesson.level = levels[-1][1] if levels else lesson.level
        elif part.kind == "rule":
            _rule(part, lesson)
        elif part.kind == "duty":
            _duty(part, lesson)
        elif part.kind == "check":
            _check(part, lesson)
        elif part.kind == "trainer":
            _trainer(part, lesson)
        elif part.kind == "figure":
            _figure(part, lesson)
        else:
            _aside(part, lesson)


def _rule(block: Block, lesson: _Lesson) -> None:
    context = lesson.context
    expected = lesson.source.rules[len(lesson.rules)] if lesson.source else None
    rule = read_rule(block, context, lesson.report, expected)
    text = rule_text(rule, lesson.language, lesson.page, context, lesson.report, expected)
    if expected is None:
        rule.document["texts"]["en"] = text
    lesson.rules.append(rule)
    lesson.rule_texts.append(text)
    document = (expected or rule).document
    lesson.segments.append({"rule": document["id"], "from": document["from"]})


def _duty(block: Block, lesson: _Lesson) -> None:
    """A rule that another lesson teaches as a right, shown here as the duty that fulfils it.

    Both sides read one record, so there is no text of its own. Source: beyond the peers, 21.
    """
    context = lesson.context
    Options(block, lesson.report).finish()
    if block.body:
        lesson.report.problem(
            block.path,
            block.body.start,
            "a duty with a text",
            "the rule itself says it",
        )
    if lesson.source is None:
        context.index.refer("rule", block.name, block.path, block.line)
        if block.name in lesson.duties:
            lesson.report.problem(
                block.path, block.line, f"the duty “{block.name}” again", "show it once"
            )
    lesson.duties.append(block.name)
    lesson.segments.append({"duty": block.name})


def _check(block: Block, lesson: _Lesson) -> None:
    Options(block, lesson.context.report).finish()
    if block.body:
        lesson.context.report.problem(
            block.path, block.body.start, "a check with a text", "the question stands in its bank"
        )
    if lesson.source is None:
        lesson.context.index.refer("question", block.name, block.path, block.line)
    lesson.segments.append({"check": block.name})


def _figure(block: Block, lesson: _Lesson) -> None:
    report = lesson.context.report
    options = Options(block, report)
    alt = options.one("alt", required=True)
    options.finish()
    file = lesson.pictures.get(block.name)
    if file is None:
        if lesson.source is None:
            report.problem(
                block.path,
                block.line,
                f"no picture “{block.name}” beside this lesson",
                did_you_mean(block.name, lesson.pictures, "put an SVG or PNG file there"),
            )
        return
    figure = read_figure(file, lesson.context, (block.path, block.line))
    lesson.context.index.define("shown picture", str(file), block.path, block.line)
    if figure is None:
        return
    markup = figure_html(block, figure, alt.value if alt else "", lesson.page, lesson.context)
    lesson.segments.append({"html": markup})


def _trainer(block: Block, lesson: _Lesson) -> None:
    context, report = lesson.context, lesson.report
    Options(block, report).finish()
    if lesson.trainer is not None:
        report.problem(block.path, block.line, "a second note for trainers", "join the two")
    if not block.body:
        report.problem(block.path, block.line, "a note without text", "write it below the title")
    lesson.trainer = {
        "title": context.renderer.words(
            block.name, block.path, block.line, report, lesson.language
        ),
        "html": context.renderer.block(block.body, lesson.page, report),
    }


def _aside(block: Block, lesson: _Lesson) -> None:
    """A case, a checklist or a warning: its title, its text, and for a case where it stands."""
    context, report = lesson.context, lesson.context.report
    options = Options(block, report, ("sources", "clock") if lesson.source else ())
    segment: Document = {}
    cited = ""
    if block.kind == "case" and lesson.source is None:
        sources = options.ids("sources")
        options.one("sources", required=True)
        for word in sources:
            context.index.refer("source", word.text, block.path, word.line)
        segment = {"block": "case", "sources": [w.text for w in sources]}
        segment["clock"] = options.date("clock")
    elif block.kind == "case" and lesson.source is not None:
        segment = lesson.source.cases[len(lesson.cases)]
    if block.kind == "case":
        lesson.cases.append(segment)
    options.finish()
    for id_ in segment.get("sources", []):
        if id_ in context.sources:
            named = html.escape(citation(context.sources[id_], lesson.language))
            cited += f'<p class="cite">{named}</p>'
    if not block.body:
        report.problem(
            block.path, block.line, f"a {block.kind} without text", "write it below the title"
        )
    title = context.renderer.words(block.name, block.path, block.line, report, lesson.language)
    level = min(lesson.level + 1, 6)
    tag = "aside" if block.kind == "warning" else "section"
    before = (
        f'<{tag} class="block-{block.kind}"><h{level} class="block-title">{html.escape(title)}'
        f"</h{level}>"
    )
    markup = context.renderer.block(
        block.body, lesson.page, report, before=before, after=f"{cited}</{tag}>"
    )
    lesson.segments.append({**segment, "html": markup})


def _targets(lesson: _Lesson, path: str) -> None:
    """Links to a place on the page must find it."""
    source = lesson.source or lesson
    rules = {f"rule-{id_}" for id_ in (*(r.id for r in source.rules), *source.duties)}
    known = {*lesson.page.headings, *rules}
    for target, line in lesson.page.targets:
        if target not in known:
            lesson.report.problem(
                path,
                line,
                f"this page has no place “#{target}”",
                did_you_mean(target, known, "link to a heading's id or to #rule-id"),
            )
