"""The list of sources beside the fact sheet it was made from: nothing added, nothing promoted.

A fact sheet is Markdown with tables: a row begins with the id of a source in backticks and says
``confirmed`` or ``recalled``. Where a table has the columns *stood* and *confirmed for*, what is
cited is compared with those too: each names legal clocks by their letters, *stood* also ``from``
a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lms.content.context import Document
from lms.domain.rules import CLOCK_C_BEGINS, RuleWording, Source, Standing, legal_clock

# A day on which each legal clock is looked at: elections that the courses speak of, and the first
# day of the law that nobody has read yet.
DAYS = (date(2019, 6, 9), date(2023, 3, 19), date(2026, 4, 19), CLOCK_C_BEGINS)
# Methods of training are no law and stand in no fact sheet about law.
METHOD = "training-"

_ID = re.compile(r"`([a-z0-9-]+)`")
_FROM = re.compile(r"from (\d{4}-\d{2}-\d{2})")
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Fact:
    """One row: whether somebody read it, and the clocks in which it stood and is confirmed."""

    confirmed: bool
    stood: str | None = None
    confirmed_for: str | None = None


def read_facts(text: str) -> dict[str, Fact]:
    """Every row of a fact sheet, by id. A section may say *all confirmed* in its heading."""
    facts: dict[str, Fact] = {}
    columns: list[str] = []
    all_confirmed = False
    for line in text.splitlines():
        if line.startswith("#"):
            all_confirmed = "all confirmed" in line
        if not line.startswith("|"):
            columns = []
            continue
        cells = [cell.strip() for cell in _BAR.split(line.strip().strip("|"))]
        found = _ID.fullmatch(cells[0])
        if found is None:
            columns = columns or [cell.lower() for cell in cells]
            continue
        row = dict(zip(columns, cells, strict=False))
        confirmed = all_confirmed or "confirmed" in cells
        facts[found[1]] = Fact(confirmed, row.get("stood"), row.get("confirmed for"))
    return facts


def compare(documents: Iterable[Document], facts: Mapping[str, Fact]) -> list[str]:
    """A sentence for every disagreement: sources unknown, promoted, or out of their time."""
    everything = list(documents)
    sources = {
        entry["id"]: Source.from_document(entry)
        for document in everything
        if document["kind"] == "sources"
        for entry in document["sources"]
    }
    found = [*_standing(sources, facts)]
    for document in everything:
        if document["kind"] == "lesson":
            found += _rules(document, sources, facts)
            found += _cases(document, facts)
    return found


def shown(wording: RuleWording, sources: Mapping[str, Source], day: date) -> tuple[str, ...]:
    """The sources that carry a wording on a day: those in force, or all when none of them is."""
    standing = tuple(
        s for s in wording.sources if sources[s].standing(day) is not Standing.NOT_IN_FORCE
    )
    return standing or wording.sources


def _standing(sources: Mapping[str, Source], facts: Mapping[str, Fact]) -> Iterator[str]:
    for id_, source in sources.items():
        if id_.startswith(METHOD):
            if source.status is Standing.CONFIRMED:
                yield f"{id_} is a method and cannot be confirmed as law"
            continue
        fact = facts.get(id_)
        if fact is None:
            yield f"{id_} stands in no row of the fact sheet"
        elif source.status is Standing.CONFIRMED and not fact.confirmed:
            yield f"{id_} is shown as confirmed, and only recalled in the fact sheet"
        elif fact.confirmed_for is not None:
            for day in DAYS:
                confirmed = source.standing(day) is Standing.CONFIRMED
                if confirmed and legal_clock(day) not in fact.confirmed_for:
                    yield f"{id_} is shown as confirmed on {day}, which nobody has read"


def _rules(
    lesson: Document, sources: Mapping[str, Source], facts: Mapping[str, Fact]
) -> Iterator[str]:
    for document in lesson["rules"]:
        wording = RuleWording.from_document(document)
        for day in DAYS:
            if wording.holds(day):
                for id_ in shown(wording, sources, day):
                    if not _stood(id_, day, facts):
                        yield f"the rule {document['id']} cites {id_} for {day}"


def _cases(lesson: Document, facts: Mapping[str, Fact]) -> Iterator[str]:
    for segment in lesson["texts"]["en"]["segments"]:
        told = segment.get("clock") or lesson["clock"]
        if segment.get("block") == "case" and told:
            for id_ in segment["sources"]:
                if not _stood(id_, date.fromisoformat(told), facts):
                    yield f"a case of {told} in {lesson['slug']} cites {id_}"


def _stood(id_: str, day: date, facts: Mapping[str, Fact]) -> bool:
    fact = facts.get(id_)
    if fact is None or fact.stood is None:
        return True
    begins = _FROM.fullmatch(fact.stood)
    if begins:
        return day >= date.fromisoformat(begins[1])
    return legal_clock(day) in fact.stood
