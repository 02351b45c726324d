"""A text that a trainer marks by a rubric, such as an act of violation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from lms.domain.dates import Document
from lms.domain.elements import ELEMENTS
from lms.domain.folding import clean_lines
from lms.domain.questions.base import Answer, Fields, Question, Unreadable, shared, typed

LONGEST_ESSAY = 6000
MOST_POINTS = 20


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric: what it is worth, and the element a machine may look for, if any."""

    id: str
    points: int
    element: str | None = None


@dataclass(frozen=True)
class Essay(Question):
    """A written answer. A machine marks none of it: a person gives points by the rubric."""

    kind: ClassVar[str] = "essay"
    marked_by_hand: ClassVar[bool] = True

    criteria: tuple[Criterion, ...]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document. Raises ValueError for a rubric that cannot be used."""
        criteria = tuple(
            Criterion(row["id"], int(row["points"]), row.get("element"))
            for row in document["key"]["criteria"]
        )
        sound = all(
            1 <= c.points <= MOST_POINTS and (c.element is None or c.element in ELEMENTS)
            for c in criteria
        )
        if not criteria or not sound or len({c.id for c in criteria}) != len(criteria):
            raise ValueError(f"{document['slug']}: a rubric has lines of 1 to {MOST_POINTS} points")
        return cls(**shared(document), criteria=criteria)

    @property
    def parts(self) -> tuple[str, ...]:
        """The lines of the rubric."""
        return tuple(criterion.id for criterion in self.criteria)

    @property
    def right_answer(self) -> Answer:
        """None exists that a machine could tell; an empty text stands for it."""
        return ""

    @property
    def rubric_points(self) -> int:
        """What all lines of the rubric give together."""
        return sum(criterion.points for criterion in self.criteria)

    def read(self, fields: Fields) -> Answer | None:
        """Read the field ``answer``, its lines kept. Raises Unreadable with ``too-long``."""
        values = typed(fields, "answer")
        if len(values) > 1:
            raise Unreadable("one-only", field="answer")
        if not values:
            return None
        if len(values[0]) > LONGEST_ESSAY:
            raise Unreadable("too-long", limit=LONGEST_ESSAY, field="answer")
        return clean_lines(values[0]) or None

    def earned(self, answer: Answer | None) -> int:  # noqa: ARG002 - no machine judges a text
        """Nothing, until a person has marked it: ``earned_by`` says what that is worth."""
        return 0

    def earned_by(self, given: Mapping[str, int]) -> int:
        """Points given for each line of the rubric, as a share of the question, rounded down.

        A line that is not in ``given`` got nothing. Raises ValueError for points outside a line.
        """
        total = 0
        for criterion in self.criteria:
            points = given.get(criterion.id, 0)
            if not 0 <= points <= criterion.points:
                raise ValueError(f"{self.id}: {points} points for {criterion.id}")
            total += points
        return self.points * total // self.rubric_points

    def right_parts(self, answer: Answer | None) -> frozenset[str]:  # noqa: ARG002 - as above
        """No part is right by itself."""
        return frozenset()
