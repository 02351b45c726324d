"""How hard a lesson is to read, by a figure that needs no list of words of a language.

LIX (Björnsson 1968): words to a sentence, plus how many of a hundred words have more than six
letters. Below 40 reads easily, above 50 is hard, above 60 is the language of authorities, for
English; Russian and above all Kazakh words are longer, so figures compare within a language only.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lms.content.context import Document

LONG = 6

_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th|dd|dt|figcaption|caption)>|<br>")
_TAG = re.compile(r"<[^>]*>")
_SENTENCE = re.compile(r"(?<=[.!?…:;])[\"”»)]*\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


@dataclass(frozen=True)
class Reading:
    """The figure of one lesson in one language, and what it is made of."""

    lesson: str
    language: str
    words: int
    sentence: float
    long_percent: float

    @property
    def lix(self) -> float:
        return self.sentence + self.long_percent


def readings(lessons: Iterable[Document]) -> Iterator[Reading]:
    """The figure of every lesson in every language that is shown, its rules included."""
    for lesson in lessons:
        for language, text in lesson["texts"].items():
            found = measured(_sentences(lesson, text, language))
            if found is not None:
                words, sentence, long_percent = found
                yield Reading(lesson["slug"], language, words, sentence, long_percent)


def measured(sentences: Iterable[str]) -> tuple[int, float, float] | None:
    """Words, words to a sentence and the share of long words; None for a text without words."""
    counted = [words for one in sentences if (words := _WORD.findall(one))]
    total = sum(len(words) for words in counted)
    if not total:
        return None
    long_ones = sum(len(word) > LONG for words in counted for word in words)
    return total, total / len(counted), 100 * long_ones / total


def _sentences(lesson: Document, text: Document, language: str) -> Iterator[str]:
    for segment in text["segments"]:
        if "html" in segment:
            yield from sentences(segment["html"])
    for rule in lesson["rules"]:
        words = rule["texts"].get(language)
        if words:
            yield from sentences(words["html"])
            for part in (words["say"], words["duty"], *words["practice"]):
                yield from sentences(part or "")


def sentences(markup: str) -> list[str]:
    """The sentences of a piece of HTML. The end of a paragraph, entry or cell ends one too."""
    parted = html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", markup)))
    return [one for one in _SENTENCE.split(parted) if one.strip()]
