"""Published documents as a process keeps them: titles and numbers in the open, the rest packed.

Read as JSON a library takes three times the memory of its text, in each process: Python counts
references inside its objects, so that processes which only read what they share come to own it.
Most of it is words that are looked at once in a while, since drawn pages are kept. Packed they are
a few long strings of bytes, which nobody's counting touches.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

# Longer values are packed. Titles, kinds and numbers, of which lists are made, stay in the open.
LONGEST_OPEN = 300  # characters of JSON
# A lesson's words are some 60 kB as objects, the scenes of a scenario four times that.
MOST_READ = 12
QUICK = 1  # of zlib: a third more bytes than its best, in a third of the time


class Packed(Mapping[str, Any]):
    """A mapping that nobody changes, its long values kept as compressed JSON until asked for.

    ``packed`` may hold those of several mappings; ``path`` leads to the ones of this.
    """

    __slots__ = ("_names", "_open", "_packed", "_path")

    def __init__(
        self,
        known: Mapping[str, Any],
        names: tuple[str, ...],
        packed: bytes,
        path: tuple[str, ...] = (),
    ) -> None:
        self._open = known
        self._names = names
        self._packed = packed
        self._path = path

    def __getitem__(self, name: str) -> Any:
        found = self._open.get(name, self)
        if found is not self:
            return found
        if name not in self._names:
            raise KeyError(name)
        long = _read(self._packed)
        for step in self._path:
            long = long[step]
        return long[name]

    def __contains__(self, name: object) -> bool:
        return name in self._open or name in self._names

    def __iter__(self) -> Iterator[str]:
        yield from self._open
        yield from self._names

    def __len__(self) -> int:
        return len(self._open) + len(self._names)


class Packer:
    """Packs the documents of one release; short values that many of them share are kept once."""

    def __init__(self) -> None:
        self._same: dict[Any, Any] = {}

    def pack(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same document. Its words are packed for each language by itself; those of questions,
        of which there are hundreds with few words each, in all languages together."""
        texts = document.get("texts")
        if not isinstance(texts, dict):
            return self._apart(document)
        rest = {name: value for name, value in document.items() if name != "texts"}
        if document.get("kind") != "question":
            said = {language: self._apart(words) for language, words in texts.items()}
            return self._apart(rest, {"texts": said})
        known, long = self._sorted(rest)
        packed = _written({**long, "texts": texts})
        known["texts"] = {
            language: Packed(_NOTHING, self._names(words), packed, self._one(("texts", language)))
            for language, words in texts.items()
        }
        return Packed(known, self._names(long), packed)

    def _apart(
        self, values: Mapping[str, Any], ready: Mapping[str, Any] = MappingProxyType({})
    ) -> Mapping[str, Any]:
        """``ready`` are values that stay in the open as they are."""
        known, long = self._sorted(values)
        known.update(ready)
        return Packed(known, self._names(long), _written(long)) if long else known

    def _sorted(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What stays in the open, and what is packed."""
        known: dict[str, Any] = {}
        long: dict[str, Any] = {}
        for name, value in values.items():
            written = json.dumps(value, sort_keys=True)
            if len(written) > LONGEST_OPEN:
                long[name] = value
            else:
                known[sys.intern(name)] = self._same.setdefault(written, value)
        return known, long

    def _names(self, of: Iterable[str]) -> tuple[str, ...]:
        names: tuple[str, ...] = self._one(tuple(sys.intern(name) for name in of))
        return names

    def _one(self, value: Any) -> Any:
        return self._same.setdefault(value, value)


_NOTHING: Mapping[str, Any] = {}


def _written(values: Mapping[str, Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), QUICK)


@lru_cache(MOST_READ)
def _read(packed: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zlib.decompress(packed))
    return found
