"""Pairs to be matched."""

from collections.abc import Mapping
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
class Matching(Question):
    """Each left part has one right part, which may serve several; an answer maps left to right.

    The share earned is right pairs over all pairs; a pair left open is not right.
    """

    kind: ClassVar[str] = "match"

    lefts: tuple[str, ...]
    rights: tuple[str, ...]
    pairs: Mapping[str, str]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document. Raises ValueError when a left part has no right part."""
        key = document["key"]
        lefts, rights, pairs = tuple(key["left"]), tuple(key["right"]), dict(key["pairs"])
        if not lefts or set(pairs) != set(lefts) or not set(pairs.values()) <= set(rights):
            raise ValueError(f"{document['slug']}: every left part needs a right part")
        return cls(**shared(document), lefts=lefts, rights=rights, pairs=pairs)

    @property
    def parts(self) -> tuple[str, ...]:
        """The left parts, then the right ones, as they were written."""
        return self.lefts + self.rights

    @property
    def right_answer(self) -> Answer:
        """Every left part with its right part."""
        return dict(self.pairs)

    def shuffled(self, random: Random) -> Order:
        """The left parts as written and the right ones in a drawn order."""
        return {"left": list(self.lefts), "right": shuffle(self.rights, random)}

    def read(self, fields: Fields) -> Answer | None:
        """Read the fields ``match-<left>``; pairs left open are left out."""
        chosen: dict[str, str] = {}
        for left in self.lefts:
            values = set(typed(fields, f"match-{left}"))
            if not values <= set(self.rights):
                raise Unreadable("unknown-option", part=left)
            if len(values) > 1:
                raise Unreadable("one-only", field=f"match-{left}")
            if values:
                chosen[left] = values.pop()
        return chosen or None

    def earned(self, answer: Answer | None) -> int:
        """Right pairs over all pairs."""
        return self.points * len(self.right_parts(answer)) // len(self.lefts)

    def right_parts(self, answer: Answer | None) -> frozenset[str]:
        """The left parts that were given their right part."""
        if not isinstance(answer, dict):
            return frozenset()
        return frozenset(left for left in self.lefts if answer.get(left) == self.pairs[left])
