"""A number to be typed."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from lms.domain.dates import Document
from lms.domain.folding import fold
from lms.domain.questions.base import Answer, Fields, Question, in_every_language, shared
from lms.domain.questions.reading import exact, read_number, read_text


@dataclass(frozen=True)
class Number(Question):
    """A number, right within ``tolerance`` on either side. No partial credit.

    An answer is the number written plainly, as ``1240.5``. ``units`` are the words a person
    may add after it, in any language.
    """

    kind: ClassVar[str] = "number"

    value: str
    tolerance: str
    units: tuple[str, ...]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document. Raises Unreadable when its value is no number."""
        key = document["key"]
        return cls(
            **shared(document),
            value=read_number(str(key["value"])),
            tolerance=read_number(str(key.get("tolerance") or "0")),
            units=tuple(fold(unit) for unit in in_every_language(document, "unit")),
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """The one field."""
        return ("answer",)

    @property
    def right_answer(self) -> Answer:
        """The value itself."""
        return self.value

    def read(self, fields: Fields) -> Answer | None:
        """Read the field ``answer``; a unit of the question may stand behind the number.

        Raises Unreadable with ``not-a-number`` or ``too-long``.
        """
        text = read_text(fields, "answer")
        if text is None:
            return None
        folded = fold(text)
        unit = next((unit for unit in self.units if unit and folded.endswith(unit)), "")
        return read_number(folded.removesuffix(unit))

    def earned(self, answer: Answer | None) -> int:
        """All the points or none. Values are compared exactly, the tolerance included."""
        given = exact(answer) if isinstance(answer, str) else None
        if given is None:
            return 0
        return self.points if abs(given - Fraction(self.value)) <= Fraction(self.tolerance) else 0

    def right_parts(self, answer: Answer | None) -> frozenset[str]:
        """The one field, when the number is right."""
        return frozenset(self.parts) if self.earned(answer) else frozenset()
