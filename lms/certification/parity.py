"""The language parity gate: a programme is certified in a language in which all of it can be read.

A translation that is missing or older than its source has no words in what is published, and the
source language stands in on the pages. That is good enough to read on, and not to certify somebody
in a language in which they could not have learned what is on the paper.
Source: beyond the peers 16, complaint 20.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from lms.certification import law
from lms.content.library import Library
from lms.domain.impact import LESSON, QUESTION, SCENARIO
from lms.domain.languages import LANGUAGES

Gaps = Mapping[str, tuple[str, ...]]


def languages(library: Library, programme: str) -> tuple[str, ...]:
    """The languages in which this programme can be certified, in the order of the house."""
    found = gaps(library, programme)
    return tuple(code for code in LANGUAGES if code in found and not found[code])


@lru_cache(maxsize=8)
def gaps(library: Library, programme: str) -> Gaps:
    """For each language that the programme itself is written in: what is missing or out of date
    in it, as ``kind slug``, in order. A library never changes, so the answer is kept.

    Raises KeyError for a programme that is not published.
    """
    written = library.programmes[programme]["texts"]
    asked = sorted(_asked(library, programme))
    return {
        code: tuple(name for name, document in asked if code not in document["texts"])
        for code in LANGUAGES
        if code in written
    }


def _asked(library: Library, programme: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everything that somebody reads on the way to the certificate, each with a name of its own."""
    requires = library.programme(programme).requires
    shelves: dict[str, Mapping[str, Mapping[str, Any]]] = {
        LESSON: library.lessons,
        QUESTION: library.question_documents,
        SCENARIO: library.scenarios,
    }
    for item in law.asked_for(library, programme):
        if item.id in shelves[item.kind]:
            yield f"{item.kind} {item.id}", shelves[item.kind][item.id]
    for kind, slugs, shelf in (
        ("quiz", requires.quizzes, library.quizzes),
        ("checklist", tuple(slug for slug, _people in requires.practical), library.checklists),
        ("count", tuple(requires.counts), library.counts),
    ):
        for slug in slugs:
            if slug in shelf:
                yield f"{kind} {slug}", shelf[slug]
