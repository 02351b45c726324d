"""By what each answer counts now: the question as it was asked, under the corrections in force.

People of one organisation who sat the same release are judged alike, so that each different answer
is marked once for all of them.
"""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.domain.corrections import Correction, earned, fits, voided
from lms.domain.questions import Question
from lms.domain.questions.essay import Essay
from lms.domain.questions.number import Number
from lms.domain.questions.text import Text
from lms.statistics.queries import Paper
from lms.statistics.reading import Asked

RIGHT = "="  # what was typed and is right, however it was spelt
Corrections = tuple[Correction, ...]


@dataclass(frozen=True)
class Marked:
    """The marks of one question, as it stood when it was asked last: ``who`` are the numbers of
    the papers, rising, ``given`` what was picked on each. ``older`` answers were to a question
    whose key has changed since. ``question`` is None where nothing of it counts."""

    question: Question | None
    who: array[int]
    marks: array[int]
    given: Sequence[tuple[str, ...]]
    older: int


class Judge:
    """Marks the answers of papers. ``versions`` is as in ``corrections.earned``."""

    def __init__(
        self,
        papers: Sequence[Paper],
        questions: Mapping[uuid.UUID, Mapping[str, Question]],
        corrections: Mapping[uuid.UUID, Sequence[Correction]],
        versions: Mapping[str, Question],
    ) -> None:
        self._questions, self._versions = questions, versions
        # Everybody of a kind is judged alike: the release, and the corrections in force.
        numbers: dict[tuple[uuid.UUID, tuple[str, ...]], int] = {}
        self._kinds: list[tuple[uuid.UUID, Corrections]] = []
        self._kind_of = array("I")
        for paper in papers:
            held = tuple(corrections.get(paper.account_id, ()))
            key = (paper.release_id, tuple(one.id for one in held))
            if key not in numbers:
                numbers[key] = len(self._kinds)
                self._kinds.append((paper.release_id, held))
            self._kind_of.append(numbers[key])

    def marked(self, slug: str, asked: Asked) -> Marked:
        """The marks of one question on all papers that hold it and on which it counts."""
        out = [slug in voided(held) for _release, held in self._kinds]
        judges = [self._question(kind, slug) for kind in range(len(self._kinds))]
        latest = self._latest(asked, judges, out)
        who, marks, given = array("I"), array("H"), []
        known: dict[tuple[int, int], tuple[int, tuple[str, ...]]] = {}
        older = 0
        kind_of = self._kind_of
        for number, which in zip(asked.who, asked.given, strict=True):
            key = kind_of[number], which
            entry = known.get(key)
            if entry is None:
                kind, judge = key[0], judges[key[0]]
                if out[kind]:
                    continue
                if judge is None or judge != latest:
                    older += not isinstance(judge, Essay)
                    continue
                entry = known[key] = self._judged(kind, judge, asked.values[which])
            who.append(number)
            marks.append(entry[0])
            given.append(entry[1])
        return Marked(latest, who, marks, given, older)

    def _latest(
        self, asked: Asked, judges: Sequence[Question | None], out: Sequence[bool]
    ) -> Question | None:
        """The question as it stood when it was asked last; people, not we, mark essays."""
        for number in reversed(asked.who):
            kind = self._kind_of[number]
            question = judges[kind]
            if question is not None and not out[kind] and not isinstance(question, Essay):
                return question
        return None

    def _question(self, kind: int, slug: str) -> Question | None:
        """The question that marks: another version of it where a correction says so."""
        release, held = self._kinds[kind]
        question = self._questions[release].get(slug)
        for correction in held:
            if correction.question == slug and correction.kind == "version" and question:
                version = self._versions.get(correction.id)
                question = version if version and fits(question, version) else question
        return question

    def _judged(self, kind: int, question: Question, answer: Any) -> tuple[int, tuple[str, ...]]:
        held = [one for one in self._kinds[kind][1] if one.question == question.id]
        points = earned(question, answer, held, self._versions) if held else question.earned(answer)
        return points, picks_of(question, answer)

    def corrected(self, asked: Mapping[str, Asked]) -> dict[str, tuple[str, ...]]:
        """The questions on these papers that corrections in force touch, and how."""
        found: dict[str, set[str]] = {}
        for slug, one in asked.items():
            for kind in {self._kind_of[number] for number in one.who}:
                for correction in self._kinds[kind][1]:
                    if correction.question == slug:
                        found.setdefault(slug, set()).add(correction.kind)
        return {slug: tuple(sorted(kinds)) for slug, kinds in sorted(found.items())}


def picks_of(question: Question, answer: object) -> tuple[str, ...]:
    """What an answer picked: options, pairs, places, or what was typed."""
    if answer is None or answer == "" or answer == [] or answer == {}:
        return ()
    if isinstance(question, Text | Number):
        return (RIGHT,) if question.earned(str(answer)) else (str(answer).strip().casefold()[:60],)
    if isinstance(answer, str):
        return (answer,)
    if isinstance(answer, dict):
        right = question.right_parts(dict(answer))
        return tuple(f"{k} {RIGHT}" if k in right else f"{k}: {v}"[:80] for k, v in answer.items())
    if question.kind == "order" and isinstance(answer, list):
        return tuple(f"{place}. {part}" for place, part in enumerate(answer, 1))
    return tuple(str(part) for part in answer) if isinstance(answer, list) else ()
