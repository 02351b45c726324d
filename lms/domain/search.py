"""Finding pages by words: a small index in memory, one per release of the content."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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


class Index:
    """Which word stands where, for each language. Built once and then only read."""

    def __init__(self, pages: Iterable[Page], stemmer: Stemmer | None = None) -> None:
        self.pages = tuple(pages)
        self._stemmer = stemmer
        # language -> stem -> a triple for each place: page number * 2 + in the title?, start, end.
        # Numbers side by side: as objects they would take ten times the room.
        self._postings: dict[str, dict[str, array[int]]] = {}
        stems: dict[tuple[str, str], str] = {}
        for number, page in enumerate(self.pages):
            postings = self._postings.setdefault(page.language, {})
            for in_title, text in ((1, page.title), (0, page.text)):
                for word, (start, end) in _words(text):
                    one = stems.get((page.language, word))
                    if one is None:
                        one = stems[page.language, word] = stem(word, page.language, stemmer)
                    places = postings.get(one)
                    if places is None:
                        places = postings[one] = array("I")
                    places.extend((2 * number + in_title, start, end))

    def search(self, query: str, language: str, limit: int = 20) -> tuple[Hit, ...]:
        """The pages of a language that have a word of the query, the best first.

        Pages with more of the words come first, then those where rarer words stand more often
        or in the title, then the order in which the pages were given. Case, endings and ё/е do
        not count. A query is cut after 300 characters and 20 words; without a word it finds
        nothing.
        """
        postings = self._postings.get(language, {})
        asked = [word for word, _ in _words(query[:LONGEST_QUERY])][:MOST_WORDS]
        wanted = {stem(word, language, self._stemmer): word for word in asked}
        matches: dict[int, list[tuple[float, _Found]]] = {}
        for one, typed in wanted.items():
            found = _by_page(
                [postings[one]] if one in postings else _beginning_with(typed, postings)
            )
            rarity = log(1 + len(self.pages) / max(len(found), 1))
            for number, places in found.items():
                matches.setdefault(number, []).append((rarity * places.weight, places))
        hits = [self._hit(number, parts) for number, parts in sorted(matches.items())]
        hits.sort(key=lambda hit: (-hit.words, -hit.score))
        return tuple(hits[:limit])

    def _hit(self, number: int, parts: list[tuple[float, _Found]]) -> Hit:
        page = self.pages[number]
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


def _beginning_with(typed: str, postings: dict[str, array[int]]) -> Iterator[array[int]]:
    if len(typed) >= SHORTEST_PREFIX:
        for one, places in postings.items():
            if one.startswith(typed):
                yield places


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
