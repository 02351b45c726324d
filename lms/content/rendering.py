"""Markdown to safe HTML: the one door for authored text.

What comes out has passed three gates: the text was looked at before (``guarding``), Markdown runs
without raw HTML, reference links, pictures and autolinks, and an allow-list (nh3) reads the result,
always. There is no other way from an author's words to markup.

Source: security, C-26 and C-31.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from lms.content.guarding import is_own_address, refuse, without_code
from lms.content.heads import ID
from lms.content.problems import Report, did_you_mean
from lms.content.reading import Piece

# Placeholders for gaps; authors cannot write these characters (``reading`` refuses them).
GAP_OPEN, GAP_CLOSE = "\ue000", "\ue001"

_TAGS_WORDS = (
    "a abbr aside blockquote br code dd div dl dt em figcaption figure h2 h3 h4 h5 h6 hr img li ol"
    " p pre section strong sup table tbody td th thead tr ul"
)
TAGS = frozenset(_TAGS_WORDS.split())
_CLASSES_WORDS = (
    "term footnote footnote-ref footnote-backref block-case block-checklist block-warning"
    " block-figure block-title cite"
)
CLASSES = frozenset(_CLASSES_WORDS.split())
ATTRIBUTES = {
    "*": {"id", "class"},
    "a": {"href", "title", "aria-label"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "table": {"tabindex"},
    "td": {"align"},
    "th": {"align", "scope"},
}
_BACK = {"en": "Back to the text", "ru": "Назад к тексту", "kk": "Мәтінге қайту"}

_LINK = r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]"
_LINK_IN_SOURCE = re.compile(_LINK)
_FOOTNOTE_USE = re.compile(r"\[\^([A-Za-z0-9-]+)\](?!:)")
_FOOTNOTE_START = re.compile(r"\[\^([A-Za-z0-9-]+)\]:")
_ABBREVIATION = re.compile(r"\*\[([^\]]+)\]:\s*(.+)\Z")
_NOTE_ID = re.compile(r"(fn(?:ref[0-9]*)?):([A-Za-z0-9-]+)\Z")
_PICTURE_ADDRESS = re.compile(r"/content-files/[0-9a-f]{12}/[a-z0-9.-]+\Z")
_NUMBER = re.compile(r"[0-9]{1,5}\Z")
_TARGET = re.compile(r"\]\(#([A-Za-z0-9-]+)\)")
_BLOCK_END = re.compile(r"</(?:p|h[2-6]|li|td|th|dt|dd|blockquote|figcaption)>|<br>")
_ONE_PARAGRAPH = re.compile(r"\A<p>(.*)</p>\Z", re.S)


@dataclass(frozen=True)
class _Note:
    """A footnote's own lines, and whether some piece used it is kept by the page."""

    line: int
    piece: Piece


@dataclass
class Page:
    """What is shared by the pieces that end up on one page, in one language.

    ``given`` are the heading ids of the source language, in order: a translation takes them, so
    that a reader who changes the language keeps the place. ``notes`` are the footnotes of the whole
    file: a footnote may be written at its end and used in any piece.
    """

    language: str
    scope: str = ""
    given: list[str] | None = None
    headings: list[str] = field(default_factory=list)
    twins: dict[str, int] = field(default_factory=dict)
    notes: dict[str, _Note] = field(default_factory=dict)
    notes_used: set[str] = field(default_factory=set)
    abbreviations: list[str] = field(default_factory=list)
    targets: list[tuple[str, int]] = field(default_factory=list)
    pieces: int = 0

    def heading_id(self, words: str) -> str:
        """A fresh id for a heading: the source's own, or made from its words."""
        position = len(self.headings)
        if self.given is not None and position < len(self.given):
            made = self.given[position]
        else:
            made = stem = slug(words) or f"part-{position + 1}"
            while made in self.headings:
                self.twins[stem] = self.twins.get(stem, 1) + 1
                made = f"{stem}-{self.twins[stem]}"
        self.headings.append(made)
        return made


def slug(words: str, most: int = 48) -> str:
    """Words as a kebab-case id, cut at a whole word; empty when they hold no Latin letters."""
    made = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    if len(made) > most:
        made = made[: most + 1].rpartition("-")[0] or made[:most]
    return made


class _TermLinks(InlineProcessor):
    """``[[id]]`` and ``[[id|words]]`` become links to the glossary."""

    terms: Mapping[str, str] = {}

    def handleMatch(  # type: ignore[override]  # another shape than its base, as documented
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[etree.Element, int, int]:
        term = m.group(1).strip()
        link = etree.Element("a", {"class": "term", "href": f"/glossary#{term}"})
        link.text = (m.group(2) or self.terms.get(term) or term).strip()
        return link, m.start(0), m.end(0)


# No line ends inside a number that is written in groups, before its %, or behind №.
_IN_A_NUMBER = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9])|%)|(?<=№) (?=[0-9])")


class _Finish(Treeprocessor):
    """Gives each heading the id that links and languages find, and each table its axes."""

    page: Page

    def run(self, root: etree.Element) -> None:
        for element in root.iter():
            if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                words = element.get("id") or "".join(element.itertext())
                element.set("id", self.page.heading_id(words))
            elif element.tag == "th":
                element.set("scope", "col")
            elif element.tag == "table":  # scrolls sideways on a phone, also by keyboard
                element.set("tabindex", "0")
        for element in root.iter():
            element.text = element.text and _IN_A_NUMBER.sub("\u00a0", element.text)
            element.tail = element.tail and _IN_A_NUMBER.sub("\u00a0", element.tail)


class _House(Extension):
    """Our own pieces, and everything taken away that authors do not need."""

    def __init__(self) -> None:
        super().__init__()
        self.links = _TermLinks(_LINK)
        self.finish = _Finish()

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        for name in (
            "reference",
            "image_link",
            "image_reference",
            "short_reference",
            "short_image_ref",
            "autolink",
            "automail",
            "html",
        ):
            md.inlinePatterns.deregister(name)
        md.parser.blockprocessors.deregister("reference")
        md.inlinePatterns.register(self.links, "term", 172)
        # After attr_list (8), which sets the ids that an author wrote.
        md.treeprocessors.register(self.finish, "finish", 5)


# What makes blocks out of lines. A line of its own (an option, a title) is never a list or a quote.
_BLOCKS = ("indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote")


class _Machine:
    """One Markdown parser, kept for all pieces of a language: making one is slow."""

    def __init__(self, language: str, *, inline: bool) -> None:
        self.house = _House()
        extensions: list[str | Extension] = ["attr_list"]
        configs: dict[str, dict[str, Any]] = {}
        if not inline:
            extensions += ["abbr", "sane_lists", "tables", "footnotes", "def_list"]
            configs["tables"] = {"use_align_attribute": True}
            configs["footnotes"] = {"BACKLINK_TITLE": _BACK[language]}
        self.markdown = Markdown(
            extensions=[*extensions, self.house], extension_configs=configs, output_format="html"
        )
        if inline:
            for name in _BLOCKS:
                self.markdown.parser.blockprocessors.deregister(name)

    def convert(self, text: str, page: Page, terms: Mapping[str, str]) -> str:
        self.markdown.reset()
        self.house.links.terms = terms
        self.house.finish.page = page
        return self.markdown.convert(text)


class Renderer:
    """Renders pieces of authored text. ``terms`` maps a language to the words of each term id."""

    def __init__(self) -> None:
        self.terms: dict[str, dict[str, str]] = {}
        # Without a glossary that can be read nobody knows which terms there are.
        self.knows_terms = True
        self._machines: dict[tuple[str, bool], _Machine] = {}
        self._prefix = self._scope = ""
        self._cleaner = nh3.Cleaner(
            tags=set(TAGS),
            attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
            attribute_filter=self._attribute,
            link_rel=None,
            url_schemes=set(),
        )

    def block(
        self, piece: Piece, page: Page, report: Report, *, before: str = "", after: str = ""
    ) -> str:
        """Some paragraphs as safe HTML; empty, with the problems reported, when it is refused.

        ``before`` and ``after`` are markup of ours that goes around it and is cleaned with it.
        """
        page.pieces += 1
        if not refuse(piece, report):
            return ""
        self._links(piece, page, report)
        parts = [piece.text]
        for label, line in self._uses(piece):
            note = page.notes.get(label)
            if note is None:
                report.problem(
                    piece.path,
                    line,
                    f"the footnote [^{label}] is not written",
                    f"write [^{label}]: and its text, with an empty line before it",
                )
            elif note.piece.text not in parts:
                page.notes_used.add(label)
                parts.append(note.piece.text)
        text = "\n\n".join([*parts, *page.abbreviations])
        made = self._convert(text, piece, page, report, inline=False)
        return self._clean(f"{before}{made}{after}", page)

    def inline(self, text: str, path: str, line: int, page: Page, report: Report) -> str:
        """One line of words as safe HTML without a paragraph around it."""
        piece = Piece(path, line, (text,))
        if not refuse(piece, report):
            return ""
        self._links(piece, page, report)
        made = self._convert(text, piece, page, report, inline=True)
        found = _ONE_PARAGRAPH.match(made.strip())
        return self._clean(found.group(1) if found else made, page)

    def words(self, text: str, path: str, line: int, report: Report, language: str = "en") -> str:
        """A title or a name: its words without any markup, as plain text."""
        page = Page(language)
        return plain(self.inline(text, path, line, page, report))

    def take_notes(self, body: Piece, page: Page, report: Report) -> Piece:
        """Take footnotes and abbreviations out of a body; their lines stay as empty lines."""
        lines = list(body.lines)
        index = 0
        while index < len(lines):
            first = index
            index += 1
            if found := _FOOTNOTE_START.match(lines[first]):
                while index < len(lines) and lines[index].startswith("    "):
                    index += 1
                note = _Note(body.start + first, body.part(first, index))
                if found.group(1) in page.notes:
                    twin = page.notes[found.group(1)].line
                    report.problem(
                        body.path,
                        note.line,
                        f"the footnote [^{found.group(1)}] again (first on line {twin})",
                        "give it another mark",
                    )
                elif refuse(note.piece, report):
                    self._links(note.piece, page, report)
                    page.notes[found.group(1)] = note
                else:
                    # It stands there, so nobody is told that it is missing; it is not shown.
                    page.notes[found.group(1)] = _Note(note.line, body.part(first, first))
            elif _ABBREVIATION.match(lines[first]):
                if refuse(body.part(first, index), report):
                    page.abbreviations.append(lines[first])
            else:
                continue
            lines[first:index] = [""] * (index - first)
        return Piece(body.path, body.start, tuple(lines))

    def unused_notes(self, page: Page, path: str, report: Report) -> None:
        for label, note in page.notes.items():
            if label not in page.notes_used:
                report.warning(
                    path,
                    note.line,
                    f"nothing refers to the footnote [^{label}]",
                    f"write [^{label}] in the text, or delete it",
                )

    def _uses(self, piece: Piece) -> list[tuple[str, int]]:
        return [
            (label, number)
            for number, line in enumerate(without_code(piece), piece.start)
            for label in _FOOTNOTE_USE.findall(line)
        ]

    def _links(self, piece: Piece, page: Page, report: Report) -> None:
        known = self.terms.get("en", {})
        for number, line in enumerate(without_code(piece), piece.start):
            for found in _LINK_IN_SOURCE.finditer(line):
                term = found.group(1).strip()
                if found.group(2) and line.lstrip().startswith("|"):
                    report.problem(
                        piece.path,
                        number,
                        f"the bar inside [[{term}|…]] ends the cell of this table",
                        f"write [[{term}]] alone, or link the term outside the table",
                    )
                if self.knows_terms and term not in known:
                    report.problem(
                        piece.path,
                        number,
                        f"the glossary has no term “{term}”",
                        did_you_mean(term, known, "add it to courses/glossary.md first"),
                    )
            page.targets += [(target, number) for target in _TARGET.findall(line)]

    def _convert(self, text: str, piece: Piece, page: Page, report: Report, *, inline: bool) -> str:
        terms = self.terms.get(page.language, {})
        try:
            return self._machine(page.language, inline=inline).convert(text, page, terms)
        except RecursionError:
            # The parser calls itself for what stands inside what. The guard stops what is known
            # to drive it too deep; what is not known yet is still no crash.
            report.problem(piece.path, piece.start, "nested too deep", "write it flatter")
            return ""

    def _machine(self, language: str, *, inline: bool) -> _Machine:
        key = (language, inline)
        if key not in self._machines:
            self._machines[key] = _Machine(language, inline=inline)
        return self._machines[key]

    def _clean(self, markup: str, page: Page) -> str:
        self._scope = f"{page.scope}-" if page.scope else ""
        self._prefix = f"{self._scope}{page.pieces}"
        return self._cleaner.clean(markup).strip()

    def _attribute(self, _tag: str, name: str, value: str) -> str | None:
        """The last word on every attribute: what it becomes, or None to drop it."""
        if name == "id":
            return self._place(value)
        if name == "href":
            if value.startswith("#"):
                target = self._place(value[1:])
                return f"#{target}" if target else None
            return value if is_own_address(value) else None
        if name == "class":
            return " ".join(c for c in value.split() if c in CLASSES) or None
        if name == "src":
            return value if _PICTURE_ADDRESS.match(value) else None
        if name in ("width", "height", "start"):
            return value if _NUMBER.match(value) else None
        if name == "align":
            return value if value in ("left", "right", "center") else None
        if name in ("scope", "tabindex"):
            return value if value in ("col", "row", "0") else None
        return value

    def _place(self, value: str) -> str | None:
        """An id as it stands on the page. Authored ids have their own room, ``h-``: they can never
        take the place of an id that the page itself uses."""
        if value.startswith("rule-"):
            return value if ID.match(value) else None
        if found := _NOTE_ID.match(value):
            return f"{self._prefix}-{found.group(1)}-{found.group(2)}"
        return f"h-{self._scope}{value}" if ID.match(value) else None


def plain(markup: str) -> str:
    """The words of some HTML, for search and for titles."""
    text = nh3.clean(_BLOCK_END.sub(" ", markup), tags=set())
    return " ".join(html.unescape(text).split())
