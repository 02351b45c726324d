"""courses/sources.yml as a reviewer reads it: what each source says, beside its translation.

The file is a list and holds all languages, so a block is the paraphrase of one source, and what was
reviewed stands with that source: ``reviewed: {kk: who, day, seal}``. Words are put into the file
where they stand; whatever else is in it, comments included, stays as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lms.content import parting
from lms.content.parting import Pair
from lms.domain.languages import SOURCE_LANGUAGE

PATH = "courses/sources.yml"
REVIEWED = "reviewed"
MOST_LETTERS = 2_000
_LAW = ("instrument", "article")


@dataclass(frozen=True)
class _Entry:
    """One source of the file: its words, and where in the text they stand."""

    id: str
    # The instrument and article, so that a reviewer knows of what these words are.
    law: str
    said: str
    words: str
    at: tuple[int, int]
    # Where its review stands; None when nobody has reviewed these words.
    review: tuple[int, int] | None
    # Where a review is put in, and what has to stand before and after it there.
    insert: tuple[int, str, str]

    @property
    def pair(self) -> Pair:
        return Pair(self.said, self.words, about=f"{self.id}: {self.law}")


def pairs(text: str, language: str) -> list[Pair]:
    """What each source says beside its translation; nothing of those that have none."""
    return [entry.pair for entry in _entries(text, language)]


def amended(text: str, language: str, words: Mapping[str, str]) -> str:
    """The file with other words in the paraphrases that these ids name."""
    edits = [
        (*entry.at, _value(words[entry.pair.id], text[slice(*entry.at)]))
        for entry in _entries(text, language)
        if entry.pair.id in words
    ]
    return _edited(text, edits)


def with_review(text: str, language: str, reviewed: str) -> str:
    """The file with every paraphrase of a language sealed as reviewed by whom and when."""
    edits = []
    for entry in _entries(text, language):
        sealed = json.dumps(f"{reviewed}, {seal_of(entry.said, entry.words)}", ensure_ascii=False)
        if entry.review:
            edits.append((*entry.review, sealed))
        else:
            at, before, after = entry.insert
            edits.append((at, at, f"{before}{language}: {sealed}{after}"))
    return _edited(text, edits)


def seal_of(said: str, words: str) -> str:
    """What a review of one paraphrase is sealed with: the words on both sides."""
    return hashlib.sha256(f"{said}\0{words}".encode()).hexdigest()[:12]


def seal_of_all(text: str, language: str) -> str:
    """What a review of the whole list is sealed with; other languages may change under it."""
    return _digest(f"{e.id}\0{e.said}\0{e.words}" for e in _entries(text, language))


def source_digest(text: str, language: str) -> str:
    """What the translation into a language is made from."""
    return _digest(f"{e.id}\0{e.said}" for e in _entries(text, language))


def fitted(words: str) -> str:
    """Words as they stand in the list: one line."""
    return " ".join(words.split())


def refusal(before: str, after: str) -> tuple[str, Mapping[str, str]] | None:
    """Why an amendment cannot stand in the list, as a code and facts; None when it can."""
    if len(after) > MOST_LETTERS:
        return "long", {"most": str(MOST_LETTERS)}
    return parting.refusal(before, after)


def _digest(said: Iterable[str]) -> str:
    return hashlib.sha256("\1".join(said).encode()).hexdigest()[:12]


@lru_cache(maxsize=8)
def _entries(text: str, language: str) -> tuple[_Entry, ...]:
    return tuple(_read(text, language))


def _read(text: str, language: str) -> Iterator[_Entry]:
    """Of a file in which nothing is wrong: the compiler has read it."""
    import yaml  # only reviewers need it while pages are served

    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    for item in node.value if node is not None and node.id == "sequence" else ():
        keys = {key.value: (key, value) for key, value in item.value}
        key, words = keys["paraphrase"]
        said = {name.value: value for name, value in words.value}
        if not all(_text(said.get(one)) for one in (SOURCE_LANGUAGE, language)):
            continue
        reviews = keys[REVIEWED][1] if REVIEWED in keys else None
        own = _own(reviews, language)
        yield _Entry(
            fitted(keys["id"][1].value),
            ", ".join(
                _text(keys[name][1]) for name in _LAW if name in keys and _text(keys[name][1])
            ),
            _text(said[SOURCE_LANGUAGE]),
            _text(said[language]),
            _span(said[language]),
            _span(own) if own is not None else None,
            _place(text, key, words, reviews),
        )


def _own(reviews: Any, language: str) -> Any:
    if reviews is None or reviews.id != "mapping":
        return None
    return next((value for key, value in reviews.value if key.value == language), None)


def _text(node: Any) -> str:
    return fitted(node.value) if node is not None else ""


def _span(node: Any) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _place(text: str, key: Any, words: Any, reviews: Any) -> tuple[int, str, str]:
    """Where the review of a language is put into an entry that has none of it yet."""
    if reviews is not None and reviews.id == "mapping" and reviews.value:
        first = reviews.value[0][0].start_mark
        if reviews.flow_style:
            return first.index, "", ", "
        return first.index, "", "\n" + " " * first.column
    indent = " " * key.start_mark.column
    last = words.end_mark.index if words.flow_style else words.value[-1][1].end_mark.index
    before = "" if text[last - 1] == "\n" else "\n"
    if before:
        end = text.find("\n", last)
        last, before = (len(text), "\n") if end < 0 else (end + 1, "")
    return last, f"{before}{indent}{REVIEWED}:\n{indent}  ", "\n"


def _value(words: str, old: str) -> str:
    """Words as a quoted value, with the line ends that the old value took along."""
    return json.dumps(words, ensure_ascii=False) + old[len(old.rstrip("\n")) :]


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    for first, last, new in sorted(edits, reverse=True):
        text = text[:first] + new + text[last:]
    return text
