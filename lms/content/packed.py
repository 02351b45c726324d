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
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

# Longer values are packed. Titles, kinds and numbers, of which lists are made, stay in the open.
LONGEST_OPEN = 300  # characters of JSON
# A lesson's words are some 60 kB as objects, the scenes of a scenario four times that.
MOST_READ = 12
QUICK = 1  # of zlib: a third more bytes than its best, in a third of the time


class Packed(Mapping[str, Any]):
    """A mapping that nobody changes, its long values kept as compressed JSON until asked for."""

    __slots__ = ("_long", "_names", "_open")

    def __init__(self, known: Mapping[str, Any], long: Mapping[str, Any]) -> None:
        self._open = dict(known)
        self._names = tuple(long)
        written = json.dumps(dict(long), ensure_ascii=False, separators=(",", ":"))
        self._long = zlib.compress(written.encode(), QUICK)

    def __getitem__(self, name: str) -> Any:
        found = self._open.get(name, self)
        if found is not self:
            return found
        if name not in self._names:
            raise KeyError(name)
        return _read(self._long)[name]

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
        self._same: dict[str, Any] = {}

    def pack(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same document; its words are packed for each language by itself, and those of
        questions, of which there are hundreds with few words each, in all languages together."""
        texts = document.get("texts")
        if not isinstance(texts, dict) or document.get("kind") == "question":
            return self._packed(document)
        rest = {name: value for name, value in document.items() if name != "texts"}
        words = {language: self._packed(said) for language, said in texts.items()}
        return self._packed(rest, {"texts": words})

    def _packed(
        self, values: Mapping[str, Any], ready: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        """``ready`` are values that stay in the open as they are."""
        known: dict[str, Any] = {}
        long: dict[str, Any] = {}
        for name, value in values.items():
            written = json.dumps(value, sort_keys=True)
            if len(written) > LONGEST_OPEN:
                long[sys.intern(name)] = value
            else:
                known[sys.intern(name)] = self._same.setdefault(written, value)
        known.update(ready or {})
        return Packed(known, long) if long else known


@lru_cache(MOST_READ)
def _read(packed: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zlib.decompress(packed))
    return found
