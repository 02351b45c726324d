"""A statement that is true or false."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar, Self

from lms.domain.dates import Document
from lms.domain.questions.base import Order
from lms.domain.questions.single import Single


@dataclass(frozen=True)
class TrueFalse(Single):
    """Exactly two options, one of them right; read and marked like a choice of one."""

    kind: ClassVar[str] = "truefalse"

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document. Raises ValueError unless it has two options, one of them right."""
        if len(document["key"]["options"]) != 2:
            raise ValueError(f"{document['slug']}: a true or false question has two options")
        return super().from_document(document)

    def shuffled(self, random: Random) -> Order:  # noqa: ARG002 - this type stays as written
        """The options as written: *true* before *false* is what a reader expects."""
        return {"options": list(self.options)}
