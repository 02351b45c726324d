"""Heads: the short YAML at the top of a file, read field by field.

A ``Table`` hands out typed values and reports what does not fit. A key that nobody asked for is
unknown, so no list of keys has to be kept beside the code that reads them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass

from lms.content.located import Entry, Mapping, Node, Refused, Scalar, Sequence, load
from lms.content.problems import Report, did_you_mean, listed
from lms.content.reading import Piece, TextFile

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True)
class Word:
    """A value that refers to something, with its line."""

    text: str
    line: int


def split_head(file: TextFile, report: Report, *, optional: bool = False) -> tuple[Table, Piece]:
    """The head of a file as a table, and its body. A missing head is a problem.

    With ``optional`` a file may begin with its body at once.
    """
    lines = file.lines
    if not lines or lines[0].rstrip() != "---":
        if not optional:
            report.problem(file.path, 1, "no head", "begin the file with --- and a title")
        empty = Table(Mapping(1, {}), file.path, report, broken=not optional)
        return empty, Piece(file.path, 1, lines)
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            table = table_of("\n".join(lines[1 : number - 1]), 2, file.path, report)
            return table, Piece(file.path, number + 1, lines[number:])
    report.problem(file.path, 1, "the head is not closed", "write --- on a line after it")
    return Table(Mapping(1, {}), file.path, report, broken=True), Piece(file.path, 1, ())


def table_of(text: str, first_line: int, path: str, report: Report) -> Table:
    """Read YAML that must be a table of keys and values."""
    try:
        node = load(text, first_line)
    except Refused as refused:
        report.problem(path, refused.line, refused.what, refused.remedy)
        return Table(Mapping(first_line, {}), path, report, broken=True)
    if node is None:
        node = Mapping(first_line, {})
    if not isinstance(node, Mapping):
        report.problem(path, node.line, "the head is not a table", "write lines like title: …")
        return Table(Mapping(first_line, {}), path, report, broken=True)
    return Table(node, path, report)


class Table:
    """A YAML mapping whose fields are asked for by name and kind.

    A field that is missing or does not fit is reported once, and a harmless value stands in.
    ``finish`` reports the keys that were not asked for. A ``broken`` table stays quiet: what is
    wrong with it has been said.
    """

    def __init__(
        self, mapping: Mapping, path: str, report: Report, *, broken: bool = False
    ) -> None:
        self.path = path
        self.report = report
        self.line = mapping.line
        self.broken = broken
        self._entries = mapping.entries
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def line_of(self, key: str) -> int:
        entry = self._entries.get(key)
        return entry.line if entry else self.line

    def keys(self) -> list[Word]:
        """Every key as written: for tables whose keys the author chooses."""
        self._asked.update(self._entries)
        return [Word(key, entry.line) for key, entry in self._entries.items()]

    def unasked(self) -> list[Word]:
        """The keys that nobody has asked for so far."""
        entries = self._entries.items()
        return [Word(key, entry.line) for key, entry in entries if key not in self._asked]

    def allow(self, *keys: str) -> None:
        """Take these keys as known, whether they are asked for or not."""
        self._asked.update(keys)

    def wrong(self, key: str, what: str, remedy: str) -> None:
        if not self.broken:
            self.report.problem(self.path, self.line_of(key), what, remedy)

    def finish(self, context: str = "the head") -> None:
        """Report every key that was not asked for."""
        for key, entry in self._entries.items():
            if key not in self._asked:
                remedy = did_you_mean(key, self._asked, f"known here: {listed(self._asked)}")
                self.report.problem(
                    self.path, entry.line, f"unknown key “{key}” in {context}", remedy
                )

    def _entry(self, key: str, required: bool) -> Entry | None:
        self._asked.add(key)
        entry = self._entries.get(key)
        empty = entry is None or (isinstance(entry.node, Scalar) and entry.node.value is None)
        if empty and required:
            self.wrong(key, f"“{key}” is missing", f"write {key}: and a value")
        return None if empty else entry

    def _scalar(self, key: str, required: bool) -> Scalar | None:
        entry = self._entry(key, required)
        if entry is None:
            return None
        if not isinstance(entry.node, Scalar):
            self.wrong(key, f"“{key}” is not one value", f"write {key}: value on one line")
            return None
        return entry.node

    def maybe_text(self, key: str) -> str | None:
        node = self._scalar(key, required=False)
        return " ".join(node.text.split()) if node else None

    def text(self, key: str) -> str:
        node = self._scalar(key, required=True)
        return " ".join(node.text.split()) if node else ""

    def maybe_whole(self, key: str, low: int, high: int, *, required: bool = False) -> int | None:
        node = self._scalar(key, required)
        if node is None:
            return None
        if type(node.value) is not int or not low <= node.value <= high:
            self.wrong(key, f"“{key}” is “{node.text}”", f"write a whole number, {low} to {high}")
            return None
        return node.value

    def whole(self, key: str, low: int, high: int) -> int:
        value = self.maybe_whole(key, low, high, required=True)
        return low if value is None else value

    def flag(self, key: str, *, default: bool = False) -> bool:
        node = self._scalar(key, required=False)
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.wrong(key, f"“{key}” is “{node.text}”", "write true or false")
            return default
        return node.value

    def date(self, key: str, *, required: bool = False) -> str | None:
        """A day as ``YYYY-MM-DD``."""
        node = self._scalar(key, required)
        if node is None:
            return None
        if not is_date(node.text):
            self.wrong(key, f"“{key}” is “{node.text}”", "write a date like 2019-06-09")
            return None
        return node.text

    def choice(self, key: str, options: Collection[str], default: str | None = None) -> str:
        node = self._scalar(key, required=default is None)
        if node is not None and node.text in options:
            return node.text
        if node is not None:
            remedy = did_you_mean(node.text, options, f"write one of: {listed(options)}")
            self.wrong(key, f"“{key}” is “{node.text}”", remedy)
        return default if default is not None else next(iter(options))

    def words(self, key: str, *, required: bool = False) -> list[Word]:
        """A list of ids, as ``[a, b]`` or one per line."""
        found = []
        for word in self.texts(key, required=required):
            if ID.match(word.text) or _is_path(word.text):
                found.append(word)
            else:
                self.report.problem(
                    self.path, word.line, f"“{word.text}” is not an id", "write it as kebab-case"
                )
        return found

    def texts(self, key: str, *, required: bool = False) -> list[Word]:
        entry = self._entry(key, required)
        if entry is None:
            return []
        if not isinstance(entry.node, Sequence):
            self.wrong(key, f"“{key}” is not a list", f"write {key}: [first, second]")
            return []
        found = []
        for item in entry.node.items:
            if isinstance(item, Scalar) and item.value is not None:
                found.append(Word(" ".join(item.text.split()), item.line))
            else:
                self.report.problem(
                    self.path,
                    item.line,
                    f"“{key}” holds something that is not a text",
                    "write one text per entry; quote a text with “: ” in it",
                )
        if required and not entry.node.items:
            self.wrong(key, f"“{key}” is empty", "write at least one entry")
        return found

    def table(self, key: str, *, required: bool = False) -> Table | None:
        entry = self._entry(key, required)
        if entry is None:
            return None
        return self._as_table(key, entry.node)

    def tables(self, key: str, *, required: bool = False) -> list[Table]:
        entry = self._entry(key, required)
        if entry is None:
            return []
        if not isinstance(entry.node, Sequence) or not entry.node.items:
            self.wrong(key, f"“{key}” is not a list", "write one entry per line, each after “- ”")
            return []
        return [t for t in (self._as_table(key, node) for node in entry.node.items) if t]

    def _as_table(self, key: str, node: Node) -> Table | None:
        if isinstance(node, Mapping):
            return Table(node, self.path, self.report)
        self.report.problem(
            self.path, node.line, f"“{key}” is not a table", "write it as {key: value, …}"
        )
        return None

    def is_list(self, key: str) -> bool:
        entry = self._entries.get(key)
        return entry is not None and isinstance(entry.node, Sequence)

    def plain(self, key: str) -> Scalar | None:
        """A value of any plain kind, as YAML 1.2 reads it."""
        return self._scalar(key, required=True)


def is_date(text: str) -> bool:
    """Is this a real day, written ``YYYY-MM-DD``?"""
    if not DATE.match(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_path(text: str) -> bool:
    return len(parts := text.split("/")) == 2 and all(ID.match(part) for part in parts)
