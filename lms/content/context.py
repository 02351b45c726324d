"""What one run of the compiler carries along: what was found, named, referred to and covered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.content.problems import Report
from lms.content.reading import TextFile
from lms.content.rendering import Renderer

Document = dict[str, Any]


@dataclass(frozen=True)
class Place:
    path: str
    line: int


@dataclass(frozen=True)
class Use:
    """Somebody refers to ``id``, one of these ``kinds`` of things."""

    kinds: tuple[str, ...]
    id: str
    place: Place


@dataclass
class Index:
    """Every id that was written, and every id that was referred to."""

    defined: dict[str, dict[str, list[Place]]] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    # Kinds of things of which some stand in a file that could not be read. Nobody is told that
    # such a thing does not exist: one mistake would be reported many times.
    lost: set[str] = field(default_factory=set)

    def define(self, kind: str, id_: str, path: str, line: int) -> None:
        self.defined.setdefault(kind, {}).setdefault(id_, []).append(Place(path, line))

    def refer(self, kind: str | tuple[str, ...], id_: str, path: str, line: int) -> None:
        kinds = (kind,) if isinstance(kind, str) else kind
        self.uses.append(Use(kinds, id_, Place(path, line)))

    def ids(self, kind: str) -> Mapping[str, list[Place]]:
        return self.defined.get(kind, {})


@dataclass(frozen=True)
class Bundle:
    """One source file and its translations. ``slug`` is its name without number and language."""

    kind: str
    slug: str
    source: TextFile
    translations: Mapping[str, TextFile]
    # Files that stand there but could not be read: they are not missing, they are wrong.
    unreadable: Collection[str] = ()


@dataclass(frozen=True)
class Coverage:
    """One cell of the table of translations."""

    kind: str
    slug: str
    source: str
    language: str
    state: str
    reviewed_by: str | None
    path: str | None


@dataclass(frozen=True)
class Figure:
    """A picture that may be shown: its address in the program, its size in pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True)
class Made:
    """A document, with the files whose problems would spoil it and where it was written."""

    document: Document
    place: Place
    files: frozenset[str]


@dataclass
class Context:
    """Handed to every parser. ``fresh`` are translations to be taken as made from the source."""

    report: Report
    renderer: Renderer
    index: Index = field(default_factory=Index)
    coverage: list[Coverage] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    # Pictures that were looked into, by where they lie; None for those that were refused.
    figures: dict[str, Figure | None] = field(default_factory=dict)
    fresh: frozenset[str] = frozenset()
    sources: dict[str, Document] = field(default_factory=dict)
    # Lines that later checks need, by kind and id: where each draw, scene or rule was written.
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    # Each translation beside its source, as reviewers read them.
    writings: list[Document] = field(default_factory=list)
    # Rules that a programme calls critical by name.
    critical: list[tuple[str, Place]] = field(default_factory=list)

    def keep(self, document: Document, bundle: Bundle, line: int = 1) -> None:
        paths = {bundle.source.path, *(file.path for file in bundle.translations.values())}
        self.made.append(Made(document, Place(bundle.source.path, line), frozenset(paths)))

    def documents(self, kind: str) -> list[Made]:
        return [made for made in self.made if made.document["kind"] == kind]
