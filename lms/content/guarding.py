"""What authored text may not hold, found on its line before any of it is rendered.

Markdown passes raw HTML and foreign addresses through, and some short inputs keep its parser busy
for minutes. Here both are refused by looking at the text alone, in time linear in its length.

Source: security, C-31 and AB18, AB19.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lms.content.problems import Report
from lms.content.reading import Piece

# Three of them open and close a strong emphasis; more in a row mean nothing to a reader.
LONGEST_RUN = 12
DEEPEST_BRACKETS = 6
MOST_CONTAINERS = 5
MOST_ENTRIES = 400
MOST_PARAGRAPHS = 1_000
MOST_COLUMNS = 40
DEEPEST_INDENT = 24
MOST_MARKS_IN_A_PARAGRAPH = 200
MOST_MARKS_IN_A_LIST = 1_500

_CODE_MARK = re.compile("`+")
_RAW_HTML = re.compile(r"<(?:[A-Za-z/!?])")
_FOREIGN = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{0,20}://|\]\(\s*//|\bwww\.\w|mailto:|javascript:|data:\w+/", re.I
)
_TARGET = re.compile(r"\]\(([^()\s]*)[^()]*\)?")
_OWN = re.compile(
    r"(?:#[A-Za-z0-9-]+|/(?:[A-Za-z0-9_-][A-Za-z0-9_./?=&%-]*)?(?:#[A-Za-z0-9-]+)?)\Z"
)
_REFERENCE = re.compile(r"\s{0,3}\[(?!\^)[^\]\n]{1,200}\]:")
_PICTURE = re.compile(r"!\[")
_FOOTNOTE = re.compile(r"\[\^([^\]\n]{0,200})\]")
_FOOTNOTE_LABEL = re.compile(r"[A-Za-z0-9-]{1,40}\Z")
_BAD_ATTRIBUTE = re.compile(
    r"\{[^{}\n]*\b(on[a-z]+|style|href|src|srcset|action|formaction|target|title)\s*=", re.I
)
_RUN = re.compile(rf"([\[\]()<>*_`!{{}}~\\^#&])\1{{{LONGEST_RUN},}}")
_BRACKET = re.compile(r"[\[\]]")
_ESCAPED = re.compile(r"\\[^\n]")
_TABLE_OR_LIST = re.compile(r"\s*(?:\||[-*+] |[0-9]+[.)] )")
_CONTAINER = re.compile(r"\s*(?:>|(?:[-*+:]|[0-9]{1,9}[.)])(?=\s|\Z))")
_MARKS = re.compile(r"[\[\]*_`<&{}\\]")


def is_own_address(address: str) -> bool:
    """Does this lead to a place on the same page (``#…``) or in this program (``/…``)?"""
    return _OWN.match(address) is not None and "//" not in address


def without_code(piece: Piece) -> list[str]:
    """The lines with everything inside `code` blanked: it is shown, never read.

    A code span ends where the paragraph ends at the latest.
    """
    if not piece.lines:
        return []
    text = piece.text
    blanked = list(text)
    marks = [(m.start(), m.end()) for m in _CODE_MARK.finditer(text)]
    later: dict[int, list[int]] = {}
    for index in range(len(marks) - 1, -1, -1):
        later.setdefault(marks[index][1] - marks[index][0], []).append(index)
    index = 0
    while index < len(marks):
        start, end = marks[index]
        same = later[end - start]
        while same and same[-1] <= index:
            same.pop()
        closing = same[-1] if same else None
        if closing is None or "\n\n" in text[end : marks[closing][0]]:
            index += 1
            continue
        for position in range(end, marks[closing][0]):
            if blanked[position] != "\n":
                blanked[position] = " "
        index = closing + 1
    return "".join(blanked).split("\n")


def refuse(piece: Piece, report: Report) -> bool:
    """Report everything in this text that may not be rendered. True when nothing was found."""
    before = len(report.problems)
    shown = without_code(piece)
    for number, (line, seen) in enumerate(zip(piece.lines, shown, strict=True), piece.start):
        for what, remedy in _line_problems(line, seen):
            report.problem(piece.path, number, what, remedy)
    for number, what, remedy in (*_paragraph_problems(piece, shown), *_too_many(piece)):
        report.problem(piece.path, number, what, remedy)
    return len(report.problems) == before


def _line_problems(line: str, seen: str) -> Iterator[tuple[str, str]]:
    if _RAW_HTML.search(seen):
        yield "raw HTML", "write Markdown; for the sign itself write &lt;"
    if _FOREIGN.search(seen):
        yield "the address of another site", "write the source's name instead"
    elif any(not is_own_address(m.group(1)) for m in _TARGET.finditer(seen)):
        yield (
            "a link that does not stay in this program",
            "link to #a-heading or to an address that begins with one /",
        )
    if _REFERENCE.match(seen):
        yield "a list of link addresses", "write the link where it stands: [words](#target)"
    if _PICTURE.search(seen):
        yield "a picture in running text", "put it in a block: /// figure | name.svg"
    if _BAD_ATTRIBUTE.search(seen):
        yield "an attribute that may not be set", "write {#id} alone"
    for label in _FOOTNOTE.findall(seen):
        if not _FOOTNOTE_LABEL.match(label):
            yield f"the footnote mark “{label}”", "use Latin letters, digits and hyphens: [^1]"
    if run := _RUN.search(line):
        yield (
            f"“{run.group(1)}” more than {LONGEST_RUN} times in a row",
            "shorten it, or write it in words",
        )
    if seen.count("|") > MOST_COLUMNS:
        yield f"more than {MOST_COLUMNS} signs | on one line", "make the table narrower"
    if (depth := _containers(line)) > MOST_CONTAINERS:
        yield f"{depth} lists and quotes begin on one line", f"begin at most {MOST_CONTAINERS}"
    if len(line) - len(line.lstrip()) > DEEPEST_INDENT and line.strip():
        yield "an indentation this deep", f"indent by at most {DEEPEST_INDENT} spaces"


def _containers(line: str) -> int:
    """How many lists and quotes a line opens: the parser calls itself for each of them."""
    depth = position = 0
    while found := _CONTAINER.match(line, position):
        depth, position = depth + 1, found.end()
    return depth


def _too_many(piece: Piece) -> Iterator[tuple[int, str, str]]:
    """Headings, entries, paragraphs: the parser looks at all that came before for each of them."""
    entries = paragraphs = 0
    after_empty = True
    for number, line in enumerate(piece.lines, piece.start):
        entries += line.startswith("#") or _containers(line) > 0
        paragraphs += after_empty and bool(line.strip())
        after_empty = not line.strip()
        if entries > MOST_ENTRIES:
            what = f"more than {MOST_ENTRIES} headings and entries of lists in one stretch"
            yield number, what, "split the text in two"
            return
        if paragraphs > MOST_PARAGRAPHS:
            yield number, f"more than {MOST_PARAGRAPHS} paragraphs", "split the text in two"
            return


def _paragraph_problems(piece: Piece, shown: list[str]) -> Iterator[tuple[int, str, str]]:
    """Unclosed brackets and too many marks: both make the parser start over and over again."""
    depth = marks = 0
    most = MOST_MARKS_IN_A_PARAGRAPH
    for number, seen in enumerate([*shown, ""], piece.start):
        if not seen.strip():
            depth = marks = 0
            most = MOST_MARKS_IN_A_PARAGRAPH
            continue
        if _TABLE_OR_LIST.match(seen):
            most = MOST_MARKS_IN_A_LIST
        seen = _ESCAPED.sub("  ", seen)
        marks += len(_MARKS.findall(seen))
        for mark in _BRACKET.findall(seen):
            depth = depth + 1 if mark == "[" else max(depth - 1, 0)
            if depth > DEEPEST_BRACKETS:
                yield (
                    number,
                    f"more than {DEEPEST_BRACKETS} brackets left open",
                    "close each [ with ], or leave it out",
                )
                return
        if marks > most:
            yield (
                number,
                f"more than {most} Markdown signs in one paragraph",
                "split the paragraph",
            )
            return
