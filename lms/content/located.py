"""YAML that remembers its lines, and refuses what authors never need.

The parser's events are read directly: nothing is resolved behind our back. Scalars follow YAML 1.2
(``no``, ``12:30`` and ``010`` stay what an author means), duplicate keys, aliases, anchors and tags
are refused, and so is a document that is too deep or too large to be honest.

Source: security, C-34.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

MOST_NODES = 10_000
MOST_DEPTH = 20

Plain = str | int | float | bool | None

_WHOLE = re.compile(r"[-+]?[0-9]+\Z")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Refused(Exception):
    """The text is not YAML that we take. Says on which line, what is wrong and the remedy."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        super().__init__(f"{line}: {what}; {remedy}")
        self.line, self.what, self.remedy = line, what, remedy


@dataclass(frozen=True)
class Scalar:
    """One value. ``text`` is what was written, ``value`` what YAML 1.2 makes of it."""

    line: int
    text: str
    value: Plain


@dataclass(frozen=True)
class Sequence:
    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Mapping:
    """Keys in the order they were written; each remembers the line of its key."""

    line: int
    entries: dict[str, Entry]


@dataclass(frozen=True)
class Entry:
    line: int
    node: Node


Node = Scalar | Sequence | Mapping


def load(text: str, first_line: int = 1) -> Node | None:
    """Read one YAML document; None when it is empty. Lines count from ``first_line``.

    Raises Refused.
    """
    return _Reader(text, first_line).document()


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self.first_line = first_line
        self.nodes = 0
        # Only events are taken from this loader: no object is ever built from a tag.
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Node | None:
        try:
            self._next()
            if isinstance(self._next(), yaml.StreamEndEvent):
                return None
            node = self._node(self._next(), 1)
            self._next()
            after = self._next()
            if not isinstance(after, yaml.StreamEndEvent):
                raise Refused(
                    self._line(after), "a second YAML document begins here", "write one document"
                )
            return node
        except yaml.MarkedYAMLError as error:
            mark: Any = error.problem_mark or error.context_mark
            line = self.first_line + (int(mark.line) if mark else 0)
            what = f"this is not YAML ({error.problem})"
            raise Refused(
                line, what, "check indentation, colons and quotes; quote a value with “: ” in it"
            ) from None
        except yaml.YAMLError:
            raise Refused(
                self.first_line, "this is not YAML", "check for characters that cannot be printed"
            ) from None

    def _next(self) -> yaml.Event:
        return next(self.events)

    def _line(self, event: yaml.Event) -> int:
        mark: Any = event.start_mark
        return self.first_line + int(mark.line)

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = self._line(event)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Refused(line, f"more than {MOST_NODES} values in one file", "split the file")
        if depth > MOST_DEPTH:
            raise Refused(line, f"nested more than {MOST_DEPTH} deep", "write it flatter")
        if isinstance(event, yaml.AliasEvent):
            raise Refused(line, "an alias (*name)", "write the value out, or quote a text with *")
        if getattr(event, "anchor", None) is not None:
            raise Refused(line, "an anchor (&name)", "leave it out, or quote a text with &")
        if getattr(event, "tag", None) is not None:
            raise Refused(line, "a tag (!name)", "leave it out, or quote a text with !")
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None or event.style == ""
            return Scalar(line, event.value, _value(event.value) if plain else event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(inner := self._next(), yaml.SequenceEndEvent):
                items.append(self._node(inner, depth + 1))
            return Sequence(line, tuple(items))
        return self._mapping(line, depth)

    def _mapping(self, line: int, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(inner := self._next(), yaml.MappingEndEvent):
            key = self._node(inner, depth + 1)
            if not isinstance(key, Scalar):
                raise Refused(key.line, "a key that is not a word", "write a plain key")
            if key.text in entries:
                first = entries[key.text].line
                raise Refused(
                    key.line, f"the key “{key.text}” again (first on line {first})", "keep one"
                )
            entries[key.text] = Entry(key.line, self._node(self._next(), depth + 1))
        return Mapping(line, entries)


def _value(text: str) -> Plain:
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if len(text) <= 18:
        if _WHOLE.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return float(text)
    return text
