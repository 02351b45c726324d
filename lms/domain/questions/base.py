"""What every type of question shares: what it is worth, how it is read and how it is marked."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, ClassVar, Self, TypedDict

from lms.domain.dates import Document, day

# Halves, thirds, quarters, fifths and sixths of a question are whole points.
POINTS = 60

Answer = str | list[str] | dict[str, str]
Fields = Mapping[str, Sequence[str]]
Order = dict[str, list[str]]


class Unreadable(ValueError):
    """Something typed that cannot be an answer; the form says what to mend.

    ``code`` is one of ``not-a-number``, ``too-long``, ``unknown-option``, ``one-only``,
    ``place-missing``, ``place-outside`` and ``place-twice``; ``facts`` hold what the
    sentence needs, such as ``limit``, ``part`` or ``place``.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Shared(TypedDict):
    """The fields that every type of question has."""

    id: str
    bank: str
    rules: tuple[str, ...]
    level: int
    asks: str | None
    clock: date | None
    stem: str | None
    knockouts: frozenset[str]
    hints: int


def shared(document: Document) -> Shared:
    """Read the fields that do not depend on the type of question."""
    return {
        "id": document["slug"],
        "bank": document.get("bank") or "",
        "rules": tuple(document["rules"]),
        "level": int(document["level"]),
        "asks": document.get("asks"),
        "clock": day(document.get("clock")),
        "stem": document.get("stem"),
        "knockouts": frozenset((document.get("key") or {}).get("knockouts") or ()),
        "hints": int(document.get("hints") or 0),
    }


def in_every_language(document: Document, name: str) -> tuple[Any, ...]:
    """What the words of each language say under ``name``, where they say anything."""
    texts: Mapping[str, Document] = document.get("texts") or {}
    return tuple(words[name] for words in texts.values() if words.get(name))


def typed(fields: Fields, name: str) -> list[str]:
    """The values of one form field that are not blank, outer spaces removed.

    Raises TypeError when a field is one bare string: it would be read letter by letter, and
    a repeated field would lose all values but the first.
    """
    values = fields.get(name, ())
    if isinstance(values, str):
        raise TypeError(f"field {name!r} must be a list of strings, not one string")
    return [value.strip() for value in values if value.strip()]


def shuffle(parts: Sequence[str], random: Random) -> list[str]:
    """The same parts in an order drawn from ``random``."""
    return random.sample(parts, len(parts))


@dataclass(frozen=True)
class Question(ABC):
    """A question of a bank. It is worth ``POINTS``; a blank answer earns nothing.

    ``rules`` are the rules it tests, ``level`` runs from 1 to 3, ``asks`` is ``action`` when
    it tests what the observer does, and ``clock`` ties it to the law of one day's legal clock.
    ``stem`` names what it shares with other questions, ``hints`` counts its hints, and
    ``knockouts`` are the parts whose choice disqualifies whatever else was answered.
    """

    kind: ClassVar[str]
    points: ClassVar[int] = POINTS
    # Whether a person marks it; then ``earned`` is nothing until one has.
    marked_by_hand: ClassVar[bool] = False

    id: str
    bank: str
    rules: tuple[str, ...]
    level: int
    asks: str | None
    clock: date | None
    stem: str | None
    knockouts: frozenset[str]
    hints: int

    @classmethod
    @abstractmethod
    def from_document(cls, document: Document) -> Self:
        """Read the document that the compiler made of a question."""

    @property
    @abstractmethod
    def parts(self) -> tuple[str, ...]:
        """The ids of what is shown or filled in, in the order in which they were written."""

    @property
    @abstractmethod
    def right_answer(self) -> Answer:
        """An answer that earns everything."""

    @abstractmethod
    def read(self, fields: Fields) -> Answer | None:
        """Turn the fields of a form into an answer that JSON can carry; blank means None.

        ``fields`` maps a field's name to all its values; other fields are ignored.
        Raises Unreadable, and nothing else, whatever was typed.
        """

    @abstractmethod
    def earned(self, answer: Answer | None) -> int:
        """The points an answer earns, from 0 to ``POINTS``, rounded down.

        Only a right answer earns all of them. An answer of another shape, or naming parts
        that this version of the question does not have, earns nothing for them.
        """

    @abstractmethod
    def right_parts(self, answer: Answer | None) -> frozenset[str]:
        """The parts of an answer that are right, for the feedback beside each of them."""

    def shuffled(self, random: Random) -> Order:  # noqa: ARG002 - used by types that can be moved
        """The order in which one trainee sees the parts; empty when nothing can be moved.

        It is drawn once, kept with the attempt's start, and has no part in marking.
        """
        return {}

    def is_knocked_out(self, answer: Answer | None) -> bool:
        """Whether an answer chooses something that disqualifies, whatever the score.

        Source: beyond the peers, 17.
        """
        chosen = {answer} if isinstance(answer, str) else set(answer or ())
        return not self.knockouts.isdisjoint(chosen)

    def is_blank(self, answer: Answer | None) -> bool:
        """Whether nothing was answered."""
        return not answer
