"""A sentence with words left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from lms.domain.dates import Document
from lms.domain.questions.base import Answer, Fields, Question, in_every_language, shared
from lms.domain.questions.reading import read_text
from lms.domain.questions.text import accepts


@dataclass(frozen=True)
class Gaps(Question):
    """Gaps in a sentence; an answer maps each filled gap to the words typed.

    The share earned is right gaps over all gaps. Each gap accepts the answers of any language.
    """

    kind: ClassVar[str] = "gaps"

    gaps: tuple[str, ...]
    accepted: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document. Raises ValueError when a gap accepts nothing."""
        gaps = tuple(document["key"]["gaps"])
        languages = in_every_language(document, "accepted")
        accepted = {
            gap: tuple(text for words in languages for text in words.get(gap, ())) for gap in gaps
        }
        if not gaps or not all(accepted.values()):
            raise ValueError(f"{document['slug']}: every gap must accept an answer")
        return cls(**shared(document), gaps=gaps, accepted=accepted)

    @property
    def parts(self) -> tuple[str, ...]:
        """The gaps in the order of the sentence."""
        return self.gaps

    @property
    def right_answer(self) -> Answer:
        """The first accepted answer of each gap."""
        return {gap: self.accepted[gap][0] for gap in self.gaps}

    def read(self, fields: Fields) -> Answer | None:
        """Read the fields ``gap-<id>``; gaps left open are left out.

        Raises Unreadable with ``too-long`` above 500 characters.
        """
        filled = {gap: read_text(fields, f"gap-{gap}") for gap in self.gaps}
        return {gap: text for gap, text in filled.items() if text} or None

    def earned(self, answer: Answer | None) -> int:
        """Right gaps over all gaps."""
        return self.points * len(self.right_parts(answer)) // len(self.gaps)

    def right_parts(self, answer: Answer | None) -> frozenset[str]:
        """The gaps that were filled with accepted words."""
        if not isinstance(answer, dict):
            return frozenset()
        return frozenset(
            gap
            for gap in self.gaps
            if isinstance(words := answer.get(gap), str) and accepts(self.accepted[gap], words)
        )
