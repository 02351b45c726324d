"""Places on a picture to be found."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import ClassVar, Self

from lms.domain.dates import Document
from lms.domain.questions.base import Order, shared
from lms.domain.questions.multiple import Multiple

# Left, top, width and height in per cent of the picture.
Area = tuple[int, int, int, int]


@dataclass(frozen=True)
class Spot(Multiple):
    """Named areas of a picture, one or more of them right; read and marked like several options.

    ``areas`` says where each option lies. The same options are read as a list, so that a
    person who does not see the picture answers the same question.
    """

    kind: ClassVar[str] = "spot"

    areas: Mapping[str, Area]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document. Raises ValueError for an area that is missing or off the picture."""
        key = document["key"]
        options, right = tuple(key["options"]), frozenset(key["right"])
        areas = {name: tuple(area) for name, area in key["areas"].items()}
        if not right or not right <= set(options):
            raise ValueError(f"{document['slug']}: at least one of the areas must be right")
        if set(areas) != set(options) or not all(lies_on(area) for area in areas.values()):
            raise ValueError(f"{document['slug']}: every area must lie on the picture")
        return cls(**shared(document), options=options, right=right, areas=areas)

    def shuffled(self, random: Random) -> Order:  # noqa: ARG002 - letters go with the picture
        """The areas as written: their letters stand on the picture in that order."""
        return {"options": list(self.options)}


def lies_on(area: tuple[int, ...]) -> bool:
    """Whether left, top, width and height (per cent) are a rectangle on the picture."""
    if len(area) != 4:
        return False
    left, top, width, height = area
    in_place = left >= 0 and top >= 0 and width > 0 and height > 0
    return in_place and left + width <= 100 and top + height <= 100
