"""Words of other programs as the Markdown of a bank: HTML by a safe reduction, plain text escaped.

What carries meaning is kept (paragraphs, lists, emphasis, pictures that came along), what only
decorates is dropped, and what would be lost without a trace (a film, a table, a formula) makes the
question refused. The result passes the same gates as everything an author writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from lms.exchange.items import MOST_CHARACTERS_IN_A_TEXT, Notes, Refused

_TAGS_WORDS = "a b blockquote br div em h1 h2 h3 h4 h5 h6 i img li ol p strong sub sup ul"
_TAGS = frozenset(_TAGS_WORDS.split())
_LOST = re.compile(
    r"<\s*(iframe|video|audio|object|embed|svg|math|canvas|table|form|input|select|map)\b", re.I
)
_MULTILANG = re.compile(r"class\s*=\s*[\"']?multilang|\{mlang\b", re.I)
_BEHAVIOUR = re.compile(r"<\s*(script|style)\b", re.I)
_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_RAISED = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_BLANK = re.compile(r"_{4,}")
_INLINE = re.compile(r"[\\`*_\[\]]")
_ENTITY = re.compile(r"&(?=#?\w)")
_STARTS = re.compile(r"(?:[#+>-]|[0-9]{1,9}(?=[.)]))")
_HAS_MARKUP = re.compile(r"<[A-Za-z/!]|&#?\w{1,31};")

Pictures = Callable[[str, str], str]
"""From an address and a text alternative to the block that shows the picture."""


def escaped(text: str) -> str:
    """One line of plain words that Markdown shows exactly so. Runs of spaces become one."""
    line = _BLANK.sub("____", " ".join(text.split()))
    line = _INLINE.sub(lambda found: "\\" + found.group(), line)
    line = _ENTITY.sub("&amp;", line).replace("<", "&lt;").replace("|", "&#124;")
    return line.replace("{", "&#123;").replace("}", "&#125;")


def guarded(line: str) -> str:
    """A line whose beginning is not taken for a list, a heading, a quote or an answer."""
    if line[:1] in (":", "=", "~"):
        return f"&#{ord(line[0])};{line[1:]}"
    if line.startswith("///"):
        return "&#47;" + line[1:]
    found = _STARTS.match(line)
    if found is None:
        return line
    if found.group().isdigit():
        return f"{found.group()}\\{line[found.end() :]}"
    return "\\" + line


def from_plain(text: str) -> str:
    """Plain text: each of its lines a paragraph."""
    _not_too_long(text)
    _one_language(text)
    return "\n\n".join(guarded(escaped(line)) for line in text.split("\n") if line.strip())


def from_automatic(text: str, notes: Notes, pictures: Pictures | None = None) -> str:
    """Text that may hold some HTML, its line ends kept, as older programs write it."""
    if _HAS_MARKUP.search(text):
        return from_html(text.strip().replace("\n", "<br>"), notes, pictures)
    return from_plain(text)


def from_html(markup: str, notes: Notes, pictures: Pictures | None = None) -> str:
    """HTML as Markdown. Raises Refused when more would be lost than decoration."""
    _not_too_long(markup)
    _one_language(markup)
    if lost := _LOST.search(markup):
        raise Refused(
            f"it holds <{lost.group(1).lower()}>, which a bank cannot show; "
            "say the same in words, or write the question in the bank by hand"
        )
    if _BEHAVIOUR.search(markup):
        notes("scripts and style sheets were left out")
    clean = nh3.clean(
        markup,
        tags=set(_TAGS),
        attributes={"img": {"src", "alt"}},
        clean_content_tags={"script", "style"},
        url_schemes={"http", "https", "data"},
        link_rel=None,
    )
    if re.search(r"<a\b", markup, re.I):
        notes("addresses of links were left out, their words were kept")
    reducer = _Reducer(pictures)
    reducer.feed(clean)
    reducer.close()
    return reducer.finish()


def one_line(markdown: str) -> str:
    """The same words in one paragraph, as options, titles and cells want them."""
    return " ".join(markdown.split())


def from_markdown(text: str) -> str:
    """Markdown of others is looked at by the gates of a bank; here only its ends are cut."""
    _not_too_long(text)
    _one_language(text)
    return text.expandtabs(4).strip()


def _not_too_long(text: str) -> None:
    if len(text) > MOST_CHARACTERS_IN_A_TEXT:
        raise Refused(
            f"a text of {len(text)} characters, the most is {MOST_CHARACTERS_IN_A_TEXT}; shorten it"
        )


def _one_language(text: str) -> None:
    if _MULTILANG.search(text):
        raise Refused(
            "one text holds several languages (multilang); "
            "write the English words here, and the others in the translation of the bank"
        )


@dataclass
class _Run:
    text: str
    bold: bool
    italic: bool


@dataclass
class _List:
    numbered: bool
    count: int = 0


@dataclass
class _Block:
    """A paragraph or an entry of a list, while it is being read."""

    indent: str = ""
    mark: str = ""
    runs: list[_Run] = field(default_factory=list)


class _Reducer(HTMLParser):
    """Reads markup that was cleaned before: well-formed, and of a few tags only."""

    def __init__(self, pictures: Pictures | None) -> None:
        super().__init__(convert_charrefs=True)
        self._pictures = pictures
        self._made: list[tuple[str, bool]] = []
        self._block = _Block()
        self._lists: list[_List] = []
        self._bold = self._italic = 0
        self._moved = ""

    def finish(self) -> str:
        """All blocks; entries of a list stand close together."""
        self._end()
        text = ""
        before_in_list = False
        for block, in_list in self._made:
            text += ("\n" if in_list and before_in_list else "\n\n") + block
            before_in_list = in_list
        return text.strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BOLD:
            self._bold += 1
        elif tag in _ITALIC:
            self._italic += 1
        elif tag in ("sub", "sup"):
            self._moved = tag
        elif tag == "img":
            self._picture({key: value or "" for key, value in attrs})
        elif tag in ("ul", "ol"):
            self._end()
            self._lists.append(_List(tag == "ol"))
            if len(self._lists) > 4:
                raise Refused("lists inside lists, more than four deep; write it flatter")
        elif tag == "li":
            self._entry()
        elif tag == "br" and self._block.mark:
            self._add(" ")
        elif tag != "a":
            self._end()
            self._bold += tag in _HEADINGS

    def handle_endtag(self, tag: str) -> None:
        if tag in _BOLD:
            self._bold = max(0, self._bold - 1)
        elif tag in _ITALIC:
            self._italic = max(0, self._italic - 1)
        elif tag in ("sub", "sup"):
            self._moved = ""
        elif tag in ("ul", "ol"):
            self._end()
            if self._lists:
                self._lists.pop()
        elif tag not in ("a", "br", "img"):
            self._end()
            if tag in _HEADINGS:
                self._bold = max(0, self._bold - 1)

    def handle_data(self, data: str) -> None:
        if self._moved and data.strip():
            table = _RAISED if self._moved == "sup" else _LOWERED
            if any(ord(sign) not in table for sign in data.strip()):
                raise Refused(
                    "raised or lowered letters, which a bank cannot show; say it in words"
                )
            data = data.strip().translate(table)
        self._add(data)

    def _add(self, text: str) -> None:
        runs = self._block.runs
        bold, italic = self._bold > 0, self._italic > 0
        if runs and (runs[-1].bold, runs[-1].italic) == (bold, italic):
            runs[-1].text += text
        else:
            runs.append(_Run(text, bold, italic))

    def _entry(self) -> None:
        self._end()
        if not self._lists:
            self._lists.append(_List(numbered=False))
        inner = self._lists[-1]
        inner.count += 1
        mark = f"{inner.count}. " if inner.numbered else "- "
        self._block = _Block("    " * (len(self._lists) - 1), mark)

    def _picture(self, attributes: dict[str, str]) -> None:
        if self._pictures is None:
            raise Refused("a picture where a bank takes words only; say in words what it shows")
        block = self._pictures(attributes.get("src", ""), attributes.get("alt", ""))
        self._end()
        self._made.append((block, False))

    def _end(self) -> None:
        block, self._block = self._block, _Block()
        words = _worded(block.runs)
        if not words:
            return
        in_list = bool(block.mark)
        self._made.append((f"{block.indent}{block.mark}{guarded(words)}", in_list))


def _worded(runs: list[_Run]) -> str:
    """Runs of words with their emphasis; the spaces around them stand outside of it."""
    made = ""
    emphasised = False
    for run in runs:
        text = escaped(run.text)
        before = " " if run.text[:1].isspace() else ""
        after = " " if run.text[-1:].isspace() and text else ""
        mark = "*" * (2 * run.bold + run.italic)
        if not text:
            made += before
            continue
        if mark and not (emphasised and not before and not made.endswith(" ")):
            text = f"{mark}{text}{mark}"
            emphasised = True
        else:
            # Two emphases without a space between them cannot be told apart: the words win.
            emphasised = False
        made += before + text + after
    return " ".join(made.split())
