"""A joint exercise: the same incident from both sides, as its file tells it.

Source: content format, "joint/refused-copy.md"; docs/authoring.md, "A joint exercise".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lms.domain.dates import Document, day

OBSERVER, COMMISSION = "observer", "commission"
SIDES = (OBSERVER, COMMISSION)
BOTH = "both"

# Cards are raised where nothing else works, and there are four of them.
LETTERS = ("a", "b", "c", "d")

# How good a choice is, as in scenarios.
GRADES = ("best", "ok", "weak", "fail")


def other_side(side: str) -> str:
    """The side across the table. Raises KeyError for a side that does not exist."""
    return {OBSERVER: COMMISSION, COMMISSION: OBSERVER}[side]


@dataclass(frozen=True)
class Role:
    """A part that is dealt. ``most`` people play it; None takes everybody who is left."""

    id: str
    side: str
    most: int | None


@dataclass(frozen=True)
class Option:
    """One answer, by its letter; ``grade`` is what the law makes of it."""

    letter: str
    grade: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What is asked of both sides alike, before anybody meets."""

    id: str
    rules: tuple[str, ...]
    options: tuple[Option, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(option.letter for option in self.options)


@dataclass(frozen=True)
class Scene:
    """A moment of the incident. ``parts`` holds what each side may choose.

    A scene for both sides alike has the same options under either side, and ``shared`` is true.
    ``minutes`` is the time that the facilitator's script gives it; at a ``swap`` everybody has
    changed sides before the scene begins. ``rules`` settle it.
    """

    id: str
    minutes: int
    swap: bool
    shared: bool
    parts: Mapping[str, tuple[Option, ...]]
    rules: tuple[str, ...]

    def letters(self, side: str) -> tuple[str, ...]:
        """The letters that a side may answer with. Raises KeyError for an unknown side."""
        return tuple(option.letter for option in self.parts[side])


@dataclass(frozen=True)
class Inject:
    """Something that happens in the middle of a scene: the light goes out, the police arrive.

    ``at`` is the minute of the scene at which the script wants it; ``side`` is who sees it, None
    for everybody.
    """

    id: str
    scene: str
    at: int
    side: str | None


@dataclass(frozen=True)
class Exercise:
    """A whole exercise. Words are elsewhere: this is what can happen in it."""

    slug: str
    clock: date
    minutes: int
    roles: tuple[Role, ...]
    questions: tuple[Question, ...]
    scenes: tuple[Scene, ...]
    injects: tuple[Inject, ...]

    @classmethod
    def from_document(cls, document: Document) -> Exercise:
        """Read the document of an exercise, as the compiler makes it. Raises KeyError."""
        clock = day(document["clock"])
        if clock is None:
            raise KeyError("clock")
        return cls(
            slug=document["slug"],
            clock=clock,
            minutes=document["minutes"],
            roles=tuple(Role(r["id"], r["side"], r["most"]) for r in document["roles"]),
            questions=tuple(
                Question(q["id"], tuple(q["rules"]), _options(q["options"]))
                for q in document["questions"]
            ),
            scenes=tuple(_scene(entry) for entry in document["scenes"]),
            injects=tuple(
                Inject(i["id"], i["scene"], i["at"], i["side"]) for i in document["injects"]
            ),
        )

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """Every rule that it asks for or settles, in the order of the text, each once."""
        found: dict[str, None] = {}
        for question in self.questions:
            found.update(dict.fromkeys(question.rules))
        for scene in self.scenes:
            found.update(dict.fromkeys(scene.rules))
            for options in scene.parts.values():
                for option in options:
                    found.update(dict.fromkeys(option.rules))
        return tuple(found)

    def roles_of(self, side: str) -> tuple[Role, ...]:
        return tuple(role for role in self.roles if role.side == side)

    def scene(self, id_: str) -> Scene:
        """Raises KeyError."""
        return {scene.id: scene for scene in self.scenes}[id_]

    def question(self, id_: str) -> Question:
        """Raises KeyError."""
        return {question.id: question for question in self.questions}[id_]

    def inject(self, id_: str) -> Inject:
        """Raises KeyError."""
        return {inject.id: inject for inject in self.injects}[id_]

    def injects_of(self, scene: str) -> tuple[Inject, ...]:
        """What may happen in a scene, by the minute at which the script wants it."""
        found = [inject for inject in self.injects if inject.scene == scene]
        return tuple(sorted(found, key=lambda inject: inject.at))


def _options(entries: list[Document]) -> tuple[Option, ...]:
    return tuple(Option(o["letter"], o["grade"], tuple(o["rules"])) for o in entries)


def _scene(entry: Document) -> Scene:
    shared = BOTH in entry["parts"]
    parts = {side: _options(entry["parts"][BOTH if shared else side]) for side in SIDES}
    return Scene(entry["id"], entry["minutes"], entry["swap"], shared, parts, tuple(entry["rules"]))
