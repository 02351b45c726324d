"""Splitting a body into its parts: ``///`` blocks, sections under headings, items of a list.

Every part knows its lines, so that a problem inside it can be named by file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lms.content.attributes import Attributes, split_attributes
from lms.content.problems import Report, did_you_mean, listed
from lms.content.reading import Piece

KINDS = ("rule", "duty", "case", "checklist", "warning", "figure", "check", "trainer")

_OPEN = re.compile(r"///\s*([^|\s]+)\s*(?:\|(.*))?\Z")
_OPTION = re.compile(r"    ([\w-]+):(?:\s+(.*))?\Z")
# Words that begin an option; at the margin they would be read as text, and lost.
_FORGOTTEN = re.compile(
    r" {0,3}(?:name|sources|critical|say|duty|no-duty|from|until|contested|practice|do|write|alt"
    r"|clock):\s"
)
_HEADING = re.compile(r"(#{1,6})\s+(.*)\Z")
_TASK = re.compile(r"[-*+] \[([ xX])\](?:\s+(.*))?\Z")
_BULLET = re.compile(r"[-*+]\s+(.*)\Z")
_NUMBERED = re.compile(r"[0-9]{1,3}[.)]\s+(.*)\Z")
_QUOTE = re.compile(r"\s{0,8}>\s?(.*)\Z")


@dataclass(frozen=True)
class Option:
    key: str
    value: str
    line: int


@dataclass(frozen=True)
class Block:
    """A ``///`` block: its kind, what stands after the bar, its options, its text."""

    path: str
    line: int
    kind: str
    name: str
    options: tuple[Option, ...]
    body: Piece


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it. ``title`` is without the attribute list."""

    line: int
    title: str
    attributes: Attributes
    body: Piece


@dataclass
class Item:
    """One entry of a list: ``mark`` is ``x``, a space, ``-`` or ``1``; below it its feedback."""

    line: int
    mark: str
    text: str
    attributes: Attributes
    feedback: Piece
    more: list[str] = field(default_factory=list)
    # The lines of `more`, so that what is wrong in one of them can be named.
    more_lines: list[int] = field(default_factory=list)

    @property
    def words(self) -> str:
        return " ".join([self.text, *self.more]).strip()


def split_blocks(body: Piece, report: Report) -> list[Piece | Block]:
    """The Markdown and the blocks of a lesson, in their order. Empty Markdown is left out."""
    parts: list[Piece | Block] = []
    text_from = 0
    index = 0
    while index < len(body.lines):
        line = body.lines[index].rstrip()
        if not line.startswith("///"):
            index += 1
            continue
        _keep(parts, body.part(text_from, index))
        if line == "///":
            report.problem(
                body.path,
                body.start + index,
                "/// closes a block that was not opened",
                "open it with /// kind | name, or delete the line",
            )
            index += 1
        else:
            index = _block(parts, body, index, report)
        text_from = index
    _keep(parts, body.part(text_from, len(body.lines)))
    return parts


def _keep(parts: list[Piece | Block], piece: Piece) -> None:
    if piece:
        parts.append(piece.trimmed())


def _block(parts: list[Piece | Block], body: Piece, first: int, report: Report) -> int:
    """Read the block that opens at ``first``; the index after it."""
    opened_on = body.start + first
    after = first + 1
    while after < len(body.lines) and not body.lines[after].startswith("///"):
        after += 1
    closed = after < len(body.lines) and body.lines[after].rstrip() == "///"
    if not closed:
        report.problem(
            body.path, opened_on, "this block is not closed", "write /// on a line after its text"
        )
    found = _OPEN.match(body.lines[first].rstrip())
    kind = found.group(1) if found else ""
    if found is None or kind not in KINDS:
        report.problem(
            body.path,
            opened_on,
            f"unknown block “{kind or body.lines[first].strip()}”",
            did_you_mean(kind, KINDS, f"write /// and one of: {listed(KINDS)}"),
        )
    else:
        name = (found.group(2) or "").strip()
        if not name:
            report.problem(
                body.path, opened_on, f"a {kind} without a name", f"write /// {kind} | name"
            )
        inside = body.part(first + 1, after)
        count, options = _options(inside, report)
        parts.append(
            Block(
                body.path,
                opened_on,
                kind,
                name,
                options,
                inside.part(count, len(inside.lines)).trimmed(),
            )
        )
    return after + 1 if closed else after


def _options(inside: Piece, report: Report) -> tuple[int, tuple[Option, ...]]:
    options: list[Option] = []
    for index, line in enumerate(inside.lines):
        number = inside.start + index
        if not line.strip():
            return index, tuple(options)
        found = _OPTION.match(line.rstrip())
        if found:
            options.append(Option(found.group(1), (found.group(2) or "").strip(), number))
        elif options and line.startswith("      "):
            last = options[-1]
            options[-1] = Option(last.key, f"{last.value} {line.strip()}".strip(), last.line)
        elif line.startswith("    "):
            report.problem(
                inside.path,
                number,
                f"an option that cannot be read: {line.strip()[:40]}",
                "write key: value, indented by four spaces",
            )
        else:
            if _FORGOTTEN.match(line):
                report.problem(
                    inside.path,
                    number,
                    f"an option at the margin: {line.strip()[:40]}",
                    "indent it by four spaces; before the text leave an empty line",
                )
            return index, tuple(options)
    return len(inside.lines), tuple(options)


def split_sections(body: Piece, report: Report, *, level: int = 2) -> tuple[Piece, list[Section]]:
    """What stands before the first ``##``, and the sections. ``#`` alone is a problem.

    With ``level`` 3 a section is split once more, at its ``###``.
    """
    starts = []
    for index, written in enumerate(body.lines):
        found = _HEADING.match(written)
        if found and len(found.group(1)) == 1 and level == 2:
            report.problem(
                body.path,
                body.start + index,
                "a heading with one #",
                "write ##; the title of the page stands in the head",
            )
        elif found and len(found.group(1)) == level:
            starts.append((index, found.group(2).strip()))
    sections = []
    for position, (index, text) in enumerate(starts):
        after = starts[position + 1][0] if position + 1 < len(starts) else len(body.lines)
        line = body.start + index
        title, attributes = split_attributes(text, body.path, line, report)
        if not title:
            remedy = f"write {'#' * level} and a title"
            report.problem(body.path, line, "a heading without words", remedy)
        below = body.part(index + 1, after)
        sections.append(Section(line, title, attributes, below.trimmed()))
    return body.part(0, starts[0][0] if starts else len(body.lines)).trimmed(), sections


def is_task(line: str) -> bool:
    return _TASK.match(line) is not None


def is_bullet(line: str) -> bool:
    return _BULLET.match(line) is not None


def is_numbered(line: str) -> bool:
    return _NUMBERED.match(line) is not None


def is_quote(line: str) -> bool:
    """A quote at the margin: an explanation, not feedback."""
    return line.startswith(">")


def unquoted(piece: Piece) -> Piece:
    """The text inside a quote. Lines that go on without > belong to it, as in Markdown."""
    lines = tuple(m.group(1) if (m := _QUOTE.match(line)) else line.strip() for line in piece.lines)
    return Piece(piece.path, piece.start, lines).trimmed()


def read_items(piece: Piece, report: Report) -> list[Item]:
    """The entries of a list at the margin. Indented quotes below an entry are its feedback.

    Other indented lines go on with the entry. A line that belongs to no entry is a problem.
    """
    items: list[Item] = []
    quote_from: int | None = None
    for index, line in enumerate(piece.lines):
        number = piece.start + index
        if not line.strip():
            continue
        mark, text = _marked(line)
        if mark:
            _close(items, piece, quote_from, index)
            quote_from = None
            words, attributes = split_attributes(text, piece.path, number, report)
            empty = Piece(piece.path, number, ())
            items.append(Item(number, mark, words, attributes, empty))
        elif items and line[0] == " " and line.lstrip().startswith(">"):
            quote_from = index if quote_from is None else quote_from
        elif items and line[0] == " ":
            if quote_from is None:
                items[-1].more.append(line.strip())
                items[-1].more_lines.append(number)
        else:
            report.problem(
                piece.path,
                number,
                f"text between the entries of a list: {line.strip()[:40]}",
                "indent it under its entry, or move it above the list",
            )
    _close(items, piece, quote_from, len(piece.lines))
    return items


def _close(items: list[Item], piece: Piece, quote_from: int | None, end: int) -> None:
    if items and quote_from is not None:
        items[-1].feedback = unquoted(piece.part(quote_from, end).trimmed())


def _marked(line: str) -> tuple[str, str]:
    if found := _TASK.match(line):
        return found.group(1).lower(), (found.group(2) or "").strip()
    if found := _BULLET.match(line):
        return "-", found.group(1).strip()
    if found := _NUMBERED.match(line):
        return "1", found.group(1).strip()
    return "", ""
