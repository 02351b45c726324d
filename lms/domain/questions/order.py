"""Items to be put in order."""

from dataclasses import dataclass
from itertools import pairwise
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
from lms.domain.questions.reading import exact, read_number


@dataclass(frozen=True)
class Ordering(Question):
    """Items whose order matters; an answer lists all ids, the first first.

    Of every two items that are neighbours in the right order, the answer must have the first
    somewhere before the second; the share earned is those pairs over all pairs. One item
    moved to the wrong place therefore costs one pair or two, not the whole question.
    """

    kind: ClassVar[str] = "order"

    items: tuple[str, ...]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document, whose key lists the items in the right order."""
        items = tuple(document["key"]["items"])
        if not items or len(set(items)) != len(items):
            raise ValueError(f"{document['slug']}: items must be there, and differ")
        return cls(**shared(document), items=items)

    @property
    def parts(self) -> tuple[str, ...]:
        """The items as they were written: in the right order, so never for a page."""
        return self.items

    @property
    def right_answer(self) -> Answer:
        """The items in the right order."""
        return list(self.items)

    def shuffled(self, random: Random) -> Order:
        """The items in a drawn order that is not the right one, if there is more than one."""
        shown = shuffle(self.items, random)
        if tuple(shown) == self.items:
            shown = shown[1:] + shown[:1]
        return {"items": shown}

    def read(self, fields: Fields) -> Answer | None:
        """Read the fields ``place-<id>``, each a place from 1 to the number of items.

        Raises Unreadable with ``place-missing``, ``place-outside``, ``place-twice`` or
        ``not-a-number``, naming the item in ``part``.
        """
        given = {item: values for item in self.items if (values := typed(fields, f"place-{item}"))}
        if not given:
            return None
        at_place: dict[int, str] = {}
        for item in self.items:
            if item not in given:
                raise Unreadable("place-missing", part=item)
            place = self._place(item, given[item])
            if place in at_place:
                raise Unreadable("place-twice", part=item, place=place)
            at_place[place] = item
        return [at_place[place] for place in sorted(at_place)]

    def _place(self, item: str, values: list[str]) -> int:
        if len(set(values)) > 1:
            raise Unreadable("one-only", field=f"place-{item}")
        place = exact(read_number(values[0]))
        if place is None or place.denominator != 1 or not 1 <= place <= len(self.items):
            raise Unreadable("place-outside", part=item, highest=len(self.items))
        return int(place)

    def earned(self, answer: Answer | None) -> int:
        """Neighbours in the right order, over all neighbours. A list of other items is nothing."""
        if not isinstance(answer, list) or sorted(answer) != sorted(self.items):
            return 0
        if len(self.items) == 1:
            return self.points
        place = {item: number for number, item in enumerate(answer)}
        kept = sum(place[first] < place[second] for first, second in pairwise(self.items))
        return self.points * kept // (len(self.items) - 1)

    def right_parts(self, answer: Answer | None) -> frozenset[str]:
        """The items that stand in their right place."""
        if not isinstance(answer, list):
            return frozenset()
        return frozenset(a for a, b in zip(answer, self.items, strict=False) if a == b)
