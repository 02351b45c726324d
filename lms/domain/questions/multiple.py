"""A choice of several options."""

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
class Multiple(Question):
    """One or more right options; an answer lists the chosen ids in the order as written.

    The share earned is right ones chosen less wrong ones chosen, over the right ones, and
    never below zero: choosing everything does not pay.
    """

    kind: ClassVar[str] = "multiple"

    options: tuple[str, ...]
    right: frozenset[str]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document. Raises ValueError unless an option of it is right."""
        options, right = tuple(document["key"]["options"]), frozenset(document["key"]["right"])
        if not right or not right <= set(options):
            raise ValueError(f"{document['slug']}: at least one of the options must be right")
        return cls(**shared(document), options=options, right=right)

    @property
    def parts(self) -> tuple[str, ...]:
        """The options as they were written."""
        return self.options

    @property
    def right_answer(self) -> Answer:
        """All right options and no other."""
        return [option for option in self.options if option in self.right]

    def shuffled(self, random: Random) -> Order:
        """The options in a drawn order."""
        return {"options": shuffle(self.options, random)}

    def read(self, fields: Fields) -> Answer | None:
        """Read the repeated field ``answer``; no box ticked is blank."""
        chosen = set(typed(fields, "answer"))
        if not chosen <= set(self.options):
            raise Unreadable("unknown-option")
        return [option for option in self.options if option in chosen] or None

    def earned(self, answer: Answer | None) -> int:
        """Right ones chosen less wrong ones chosen, over the right ones."""
        chosen = self._chosen(answer)
        balance = len(chosen & self.right) - len(chosen - self.right)
        return self.points * max(balance, 0) // len(self.right)

    def right_parts(self, answer: Answer | None) -> frozenset[str]:
        """The right options that were chosen."""
        return self._chosen(answer) & self.right

    def _chosen(self, answer: Answer | None) -> frozenset[str]:
        return frozenset(answer) if isinstance(answer, list) else frozenset()
