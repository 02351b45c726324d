"""How hard a lesson is to read, by a figure that needs no list of words of a language.

LIX (Björnsson 1968): words to a sentence, plus how many of a hundred words have more than six
letters. Below 40 reads easily, above 50 is hard, above 60 is the language of authorities, for
English; Russian and above all Kazakh words are longer, so figures compare within a language only.

A lesson may not read harder than easily. The same fifty lessons that ship lie 17 points higher in
Russian and 24 in Kazakh than in English, so that the limits of these languages do. No sentence
has more than 25 words in any of them (the limit of the British government's style guide, set after
studies of how people understand sentences by their length).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lms.content.context import Document

LONG = 6
MOST_LIX: Mapping[str, int] = {"en": 40, "ru": 57, "kk": 64}
MOST_WORDS = 25

_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th|dd|dt|figcaption|caption)>|<br>")
_TAG = re.compile(r"<[^>]*>")
_SENTENCE = re.compile(r"(?<=[.!?…:;])[\"”»)]*\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


@dataclass(frozen=True)
class Reading:
    """The figure of one lesson in one language, and what it is made of.

    ``too_long`` are the sentences beyond the limit, by their beginning, each with its words.
    """

    lesson: str
    language: str
    words: int
    sentence: float
    long_percent: float
    too_long: tuple[tuple[int, str], ...] = ()

    @property
    def lix(self) -> float:
        return self.sentence + self.long_percent

    @property
    def is_hard(self) -> bool:
        """Whether it reads harder than a lesson in this language may."""
        return self.lix > MOST_LIX[self.language]


def readings(lessons: Iterable[Document]) -> Iterator[Reading]:
    """The figure of every lesson in every language that is shown, its rules included."""
    for lesson in lessons:
        for language, text in lesson["texts"].items():
            said = [*_sentences(lesson, text, language)]
            found = measured(said)
            if found is not None:
                words, sentence, long_percent = found
                long_ones = tuple(_too_long(said))
                yield Reading(lesson["slug"], language, words, sentence, long_percent, long_ones)


def _too_long(said: Iterable[str]) -> Iterator[tuple[int, str]]:
    for one in said:
        words = len(_WORD.findall(one))
        if words > MOST_WORDS:
            yield words, " ".join(one.split()[:8])


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
