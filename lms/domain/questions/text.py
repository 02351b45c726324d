"""A word or a few words to be typed."""

from dataclasses import dataclass
from typing import ClassVar, Self

from lms.domain.dates import Document
from lms.domain.folding import fold_answer
from lms.domain.questions.base import Answer, Fields, Question, in_every_language, shared
from lms.domain.questions.reading import read_text


@dataclass(frozen=True)
class Text(Question):
    """Words that are right when they are one of the accepted answers of any language.

    An answer is the text as typed. Case, spaces, ё/е and the punctuation around it do not
    count. No partial credit.
    """

    kind: ClassVar[str] = "text"

    accepted: tuple[str, ...]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document. Raises ValueError when no answer is accepted."""
        lists = in_every_language(document, "accepted")
        accepted = tuple(text for texts in lists for text in texts if fold_answer(text))
        if not accepted:
            raise ValueError(f"{document['slug']}: at least one answer must be accepted")
        return cls(**shared(document), accepted=accepted)

    @property
    def parts(self) -> tuple[str, ...]:
        """The one field."""
        return ("answer",)

    @property
    def right_answer(self) -> Answer:
        """The first accepted answer."""
        return self.accepted[0]

    def read(self, fields: Fields) -> Answer | None:
        """Read the field ``answer``. Raises Unreadable with ``too-long`` above 500 characters."""
        return read_text(fields, "answer")

    def earned(self, answer: Answer | None) -> int:
        """All the points or none."""
        return self.points if self.right_parts(answer) else 0

    def right_parts(self, answer: Answer | None) -> frozenset[str]:
        """The one field, when the words are accepted."""
        right = isinstance(answer, str) and accepts(self.accepted, answer)
        return frozenset(self.parts) if right else frozenset()


def accepts(accepted: tuple[str, ...], text: str) -> bool:
    """Whether a typed text is one of the accepted answers, spelling variants aside."""
    return fold_answer(text) in {fold_answer(answer) for answer in accepted}
