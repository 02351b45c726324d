"""A choice of one option."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar, Self

from lms.domain.dates import Document
from lms.domain.questions.base import (
    Answer,
    Fields,
    Order,
    Question,
    Unreadable,
    shared,
    shuffle,
    typed,
)


@dataclass(frozen=True)
class Single(Question):
    """One right option among several; an answer is the id of the option. No partial credit."""

    kind: ClassVar[str] = "single"

    options: tuple[str, ...]
    right: str

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document. Raises ValueError unless exactly one of its options is right."""
        options, right = tuple(document["key"]["options"]), document["key"]["right"]
        if len(right) != 1 or right[0] not in options:
            raise ValueError(f"{document['slug']}: exactly one option must be right")
        return cls(**shared(document), options=options, right=right[0])

    @property
    def parts(self) -> tuple[str, ...]:
        """The options as they were written."""
        return self.options

    @property
    def right_answer(self) -> Answer:
        """The right option."""
        return self.right

    def shuffled(self, random: Random) -> Order:
        """The options in a drawn order."""
        return {"options": shuffle(self.options, random)}

    def read(self, fields: Fields) -> Answer | None:
        """Read the field ``answer``."""
        chosen = set(typed(fields, "answer"))
        if not chosen <= set(self.options):
            raise Unreadable("unknown-option")
        if len(chosen) > 1:
            raise Unreadable("one-only", field="answer")
        return chosen.pop() if chosen else None

    def earned(self, answer: Answer | None) -> int:
        """All the points or none."""
        return self.points if answer == self.right else 0

    def right_parts(self, answer: Answer | None) -> frozenset[str]:
        """The chosen option, when it is the right one."""
        return frozenset({self.right}) if answer == self.right else frozenset()
