"""Finding pages by words: a small index in memory, one per release of the content."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import log

from lms.domain.folding import Stemmer, fold, stem

Span = tuple[int, int]

TITLE_WEIGHT = 3
SNIPPET_LENGTH = 200
MOST_WORDS = 20
LONGEST_QUERY = 300
# A word that no page has may be the beginning of one that some page has.
SHORTEST_PREFIX = 3

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Page:
    """Something that can be found: its words in one language, without markup."""

    id: str
    language: str
    title: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A page that was found.

    ``words`` is how many of the words asked for it has. Spans are (start, end) positions:
    ``title_marks`` in the title, ``marks`` in the text, ``snippet`` the part of the text to
    show, which is where most of the marks lie.
    """

    page: Page
    words: int
    score: float
    title_marks: tuple[Span, ...]
    marks: tuple[Span, ...]
    snippet: Span


@dataclass
class _Found:
    title: list[Span] = field(default_factory=list)
    text: list[Span] = field(default_factory=list)

    @property
    def weight(self) -> float:
        """More is better, but the tenth time says little that the third did not."""
        times = len(self.text) + TITLE_WEIGHT * len(self.title)
        return times / (times + 1)


class _Postings:
    """Where each word of a language stands, in a few long rows of numbers.

    As an object for each word it would take twice the room, and processes that share it would
    each come to own it, since Python counts references inside its objects.
    """

    def __init__(self, places: Mapping[str, array[int]]) -> None:
        """``places`` are three numbers for each place of a stem: page number * 2 + in the title?,
        start, end."""
        stems = sorted(places)
        largest = max((max(found) for found in places.values()), default=0)
        self._places = array("H" if largest < 2**16 else "I")
        for one in stems:
            self._places.extend(array(self._places.typecode, places[one]))
        self._stems = "".join(stems)
        self._spelt = _ends(map(len, stems))
        self._found = _ends(len(places[one]) for one in stems)

    def of(self, one: str) -> list[array[int]]:
        """The places of a stem; none where nobody wrote it."""
        at = self._first(one)
        return [self._at(at)] if self._stem(at) == one else []

    def beginning_with(self, typed: str) -> Iterator[array[int]]:
        """The places of each stem that begins so."""
        at = self._first(typed)
        while self._stem(at).startswith(typed):
            yield self._at(at)
            at += 1

    def _first(self, one: str) -> int:
        return bisect_left(range(len(self._spelt) - 1), one, key=self._stem)

    def _stem(self, at: int) -> str:
        """A stem by its number, empty after the last."""
        return self._stems[slice(*self._spelt[at : at + 2])] if at + 1 < len(self._spelt) else ""

    def _at(self, at: int) -> array[int]:
        return self._places[slice(*self._found[at : at + 2])]


def _ends(lengths: Iterable[int]) -> array[int]:
    """Where parts of these lengths end that lie one after the other; before them a zero."""
    return array("I", accumulate(lengths, initial=0))


class Index:
    """Which word stands where, for each language. Built once and then only read.

    ``text_of`` gives the text of a page again by its id; without it the index keeps the texts.
    """

    def __init__(
        self,
        pages: Iterable[Page],
        stemmer: Stemmer | None = None,
        text_of: Callable[[str], str] | None = None,
    ) -> None:
        self._pages: list[Page] = []
        self._stemmer = stemmer
        self._text_of = text_of
        places: dict[str, dict[str, array[int]]] = {}
        stems: dict[tuple[str, str], str] = {}
        for number, page in enumerate(pages):
            self._pages.append(page if text_of is None else replace(page, text=""))
            spoken = places.setdefault(page.language, {})
            for in_title, text in ((1, page.title), (0, page.text)):
                for word, (start, end) in _words(text):
                    one = stems.get((page.language, word))
                    if one is None:
                        one = stems[page.language, word] = stem(word, page.language, stemmer)
                    if one not in spoken:
                        spoken[one] = array("I")
                    spoken[one].extend((2 * number + in_title, start, end))
        self._postings = {language: _Postings(found) for language, found in places.items()}

    def search(self, query: str, language: str, limit: int = 20) -> tuple[Hit, ...]:
        """The pages of a language that have a word of the query, the best first.

        Pages with more of the words come first, then those where rarer words stand more often
        or in the title, then the order in which the pages were given. Case, endings and ё/е do
        not count. A query is cut after 300 characters and 20 words; without a word it finds
        nothing.
        """
        postings = self._postings.get(language)
        if postings is None:
            return ()
        asked = [word for word, _ in _words(query[:LONGEST_QUERY])][:MOST_WORDS]
        wanted = {stem(word, language, self._stemmer): word for word in asked}
        matches: dict[int, list[tuple[float, _Found]]] = {}
        for one, typed in wanted.items():
            long_enough = len(typed) >= SHORTEST_PREFIX
            found = _by_page(
                postings.of(one) or (postings.beginning_with(typed) if long_enough else ())
            )
            rarity = log(1 + len(self._pages) / max(len(found), 1))
            for number, places in found.items():
                matches.setdefault(number, []).append((rarity * places.weight, places))
        best = sorted(
            sorted(matches.items()),
            key=lambda match: (-len(match[1]), -sum(score for score, _ in match[1])),
        )
        return tuple(self._hit(number, parts) for number, parts in best[:limit])

    def _hit(self, number: int, parts: list[tuple[float, _Found]]) -> Hit:
        page = self._pages[number]
        if self._text_of is not None:
            page = replace(page, text=self._text_of(page.id))
        marks = tuple(sorted({span for _, places in parts for span in places.text}))
        return Hit(
            page=page,
            words=len(parts),
            score=sum(score for score, _ in parts),
            title_marks=tuple(sorted({span for _, places in parts for span in places.title})),
            marks=marks,
            snippet=_snippet(page.text, marks),
        )


def _words(text: str) -> Iterable[tuple[str, Span]]:
    """The folded words of a text with the positions where they stand as written."""
    for match in _WORD.finditer(text):
        if word := fold(match.group()):
            yield word, match.span()


def _by_page(postings: Iterable[array[int]]) -> dict[int, _Found]:
    together: dict[int, _Found] = {}
    for places in postings:
        for at in range(0, len(places), 3):
            number, in_title = divmod(places[at], 2)
            found = together.setdefault(number, _Found())
            (found.title if in_title else found.text).append((places[at + 1], places[at + 2]))
    return together


def _snippet(text: str, marks: tuple[Span, ...]) -> Span:
    """The stretch of whole words with the most marks; the beginning when there is none."""
    best, most = 0, 0
    for start, _ in marks:
        inside = sum(start <= at and end <= start + SNIPPET_LENGTH for at, end in marks)
        if inside > most:
            best, most = start, inside
    # A few words before the first mark, so that it does not hang in the air.
    start = max(0, best - SNIPPET_LENGTH // 4)
    end = min(len(text), start + SNIPPET_LENGTH + SNIPPET_LENGTH // 4)
    if start:
        start = next((m.start() for m in _WORD.finditer(text, start) if _opens(text, m)), start)
    while end < len(text) and end > start and text[end].isalnum() and text[end - 1].isalnum():
        end -= 1
    return start, max(end, start)


def _opens(text: str, match: re.Match[str]) -> bool:
    return match.start() == 0 or not text[match.start() - 1].isalnum()
