"""What a rule is used for: where it is taught, which questions test it, what applies it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lms.content.context import Document

# A rule that fewer questions test can be passed or failed by luck with one of them.
LEAST_QUESTIONS = 3
APPLIED_BY = ("scenario", "count", "checklist", "joint", "essay")


@dataclass(frozen=True)
class Row:
    """One rule: the lesson that teaches it, how many questions test it, how often it is applied."""

    rule: str
    lesson: str
    critical: bool
    contested: bool
    questions: int
    applied: Mapping[str, int]

    @property
    def empty(self) -> tuple[str, ...]:
        """The cells that lack something: ``tested`` or ``applied``."""
        cells = []
        if self.questions < LEAST_QUESTIONS:
            cells.append("tested")
        if not any(self.applied.values()):
            cells.append("applied")
        return tuple(cells)


def table(documents: Iterable[Document]) -> list[Row]:
    """A row for every rule that is taught, in the order of the lessons.

    An essay is counted as what applies a rule, not as what tests it: nobody is knocked out by one.
    Scenarios, count and joint exercises and checklists are counted once for a rule, however often
    they cite it.
    """
    everything = list(documents)
    tested: Counter[str] = Counter()
    applied: dict[str, Counter[str]] = {way: Counter() for way in APPLIED_BY}
    counts = {d["slug"]: d for d in everything if d["kind"] == "count-rules"}
    for document in everything:
        kind = document["kind"]
        if kind == "question":
            into = applied["essay"] if document["type"] == "essay" else tested
            into.update(set(document["rules"]))
        elif kind in ("scenario", "checklist", "count", "joint"):
            applied[kind].update(_cited(document, counts))
    critical = {
        r["id"] for d in everything if d["kind"] == "lesson" for r in d["rules"] if r["critical"]
    }
    rows: dict[str, Row] = {}
    for document in everything:
        if document["kind"] == "lesson":
            for rule in document["rules"]:
                id_ = rule["id"]
                uses = {way: applied[way][id_] for way in APPLIED_BY}
                rows.setdefault(
                    id_,
                    Row(
                        id_, document["slug"], id_ in critical, rule["contested"], tested[id_], uses
                    ),
                )
    return list(rows.values())


def _cited(document: Document, countries: Mapping[str, Document]) -> set[str]:
    if document["kind"] == "scenario":
        choices = [choice for scene in document["scenes"] for choice in scene["choices"]]
        return {rule for choice in choices for rule in choice.get("rules", ())}
    if document["kind"] == "checklist":
        return {rule for line in document["lines"] for rule in line["rules"]}
    if document["kind"] == "joint":
        return set(_rules_within([document["questions"], document["scenes"], document["injects"]]))
    breaks = countries[document["rules"]]["breaks"] if document["rules"] in countries else {}
    return {rule for kind in document["pool"] for rule in breaks.get(kind, ())}


def _rules_within(part: object) -> Iterator[str]:
    """Every rule that a part of a joint exercise cites, its answers and injects included."""
    if isinstance(part, list):
        for one in part:
            yield from _rules_within(one)
    elif isinstance(part, dict):
        yield from part.get("rules", ())
        for value in part.values():
            yield from _rules_within(value)
