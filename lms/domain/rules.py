"""Rules and the sources they rest on: what holds, on which day, and who has confirmed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from lms.domain.dates import Document, day

CLOCK_B_BEGINS = date(2021, 5, 24)
CLOCK_C_BEGINS = date(2026, 7, 1)


def legal_clock(on: date) -> str:
    """Name the version of the election law that a day falls under: ``A``, ``B`` or ``C``.

    A is the text of 9 June 2019, B begins with the amendments of 24 May 2021, C with the new
    Constitution on 1 July 2026. Teaching the wrong one gets people hurt.

    Source: legal basis, "Three legal clocks the product must keep apart".
    """
    if on < CLOCK_B_BEGINS:
        return "A"
    return "B" if on < CLOCK_C_BEGINS else "C"


class Standing(Enum):
    """How far a source may be relied on."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    CHANGED = "changed"
    REPEALED = "repealed"
    NOT_IN_FORCE = "not-in-force"


def _within(on: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)


@dataclass(frozen=True)
class Source:
    """Where a rule comes from: an instrument, an article, and the day somebody checked it.

    ``valid_from`` and ``valid_to`` are the first and last day on which it was law;
    ``confirmed_from`` and ``confirmed_until`` bound the days for which somebody vouches.
    ``reviewed`` says of which languages a native speaker has read the paraphrase, who and when.
    """

    id: str
    status: Standing
    instrument: str = ""
    article: str = ""
    jurisdiction: str = ""
    version: str = ""
    found_in: str = ""
    url: str = ""
    checked_on: date | None = None
    review_by: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    confirmed_from: date | None = None
    confirmed_until: date | None = None
    paraphrase: Mapping[str, str] = field(default_factory=dict)
    reviewed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_document(cls, document: Document) -> "Source":
        """Read one entry of the document of sources. Raises ValueError for an unknown status."""
        return cls(
            id=document["id"],
            status=Standing(document["status"]),
            instrument=document.get("instrument") or "",
            article=str(document.get("article") or ""),
            jurisdiction=document.get("jurisdiction") or "",
            version=str(document.get("version") or ""),
            found_in=document.get("found_in") or "",
            url=document.get("url") or "",
            checked_on=day(document.get("checked_on")),
            review_by=day(document.get("review_by")),
            valid_from=day(document.get("valid_from")),
            valid_to=day(document.get("valid_to")),
            confirmed_from=day(document.get("confirmed_from")),
            confirmed_until=day(document.get("confirmed_until")),
            paraphrase=document.get("paraphrase") or {},
            reviewed=document.get("reviewed") or {},
        )

    def standing(self, on: date | None = None) -> Standing:
        """How far the source may be relied on for a day, or in general when none is named.

        A source marked changed or repealed keeps that standing for every day: whoever rests
        on it has to look again. A text that only stopped being law has a ``valid_to`` instead,
        and still counts for the days before. Bounds are inclusive.

        Source: docs/authoring.md, "sources.yml".
        """
        if self.status in (Standing.CHANGED, Standing.REPEALED) or on is None:
            return self.status
        if not _within(on, self.valid_from, self.valid_to):
            return Standing.NOT_IN_FORCE
        if not _within(on, self.confirmed_from, self.confirmed_until):
            return Standing.UNCONFIRMED
        return self.status

    def is_due_for_review(self, today: date) -> bool:
        """Whether the day on which somebody meant to check the source again has passed."""
        return self.review_by is not None and self.review_by < today


@dataclass(frozen=True)
class RuleWording:
    """What a rule says between two days, both included; None leaves that side open.

    ``texts`` holds the words of each language as the lesson's document has them.
    """

    sources: tuple[str, ...]
    critical: bool = False
    contested: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    texts: Mapping[str, Document] = field(default_factory=dict)

    @classmethod
    def from_document(cls, document: Document) -> "RuleWording":
        """Read one rule of a lesson's document."""
        return cls(
            sources=tuple(document["sources"]),
            critical=bool(document.get("critical")),
            contested=bool(document.get("contested")),
            valid_from=day(document.get("from")),
            valid_until=day(document.get("until")),
            texts=document.get("texts") or {},
        )

    def holds(self, on: date) -> bool:
        """Whether this is the rule's wording on that day."""
        return _within(on, self.valid_from, self.valid_until)

    def overlaps(self, other: "RuleWording") -> bool:
        """Whether some day has both wordings; an author has to end one of them first."""
        first = max(self.valid_from or date.min, other.valid_from or date.min)
        last = min(self.valid_until or date.max, other.valid_until or date.max)
        return first <= last


@dataclass(frozen=True)
class Rule:
    """One teachable point: an id and its wordings, the earliest first."""

    id: str
    wordings: tuple[RuleWording, ...]

    def at(self, on: date | None = None) -> RuleWording | None:
        """The wording that holds on a day; the latest wording when no day is named.

        None means that the rule has nothing to say on that day.
        """
        if on is None:
            return self.wordings[-1] if self.wordings else None
        return next((w for w in reversed(self.wordings) if w.holds(on)), None)

    @property
    def critical(self) -> bool:
        """Whether a wrong answer is a knock-out under any of the wordings."""
        return any(wording.critical for wording in self.wordings)

    @property
    def contested(self) -> bool:
        """Whether the latest wording is unsettled law."""
        return bool(self.wordings) and self.wordings[-1].contested

    def is_critical(self, on: date | None) -> bool:
        """Whether a wrong answer is a knock-out on that day."""
        wording = self.at(on)
        return wording is not None and wording.critical


def rules_from_documents(entries: Iterable[Document]) -> dict[str, Rule]:
    """Join the rules of all lessons, wordings of one id together, ordered by first day."""
    wordings: dict[str, list[RuleWording]] = {}
    for entry in entries:
        wordings.setdefault(entry["id"], []).append(RuleWording.from_document(entry))
    return {
        rule_id: Rule(rule_id, tuple(sorted(found, key=lambda w: w.valid_from or date.min)))
        for rule_id, found in wordings.items()
    }


def critical_rules(rules: Iterable[Rule], on: date | None) -> frozenset[str]:
    """The ids of the rules on which a wrong answer is a knock-out on that day."""
    return frozenset(rule.id for rule in rules if rule.is_critical(on))


def unconfirmed_critical(
    rules: Iterable[Rule], sources: Mapping[str, Source], on: date | None
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Name the critical rules that no confirmed source carries on a day, with their sources.

    One confirmed source is enough. A source that is not in ``sources`` confirms nothing. A
    rule without a wording on that day is not in play and is left out. Empty means that
    every critical rule stands on something.

    Source: content format, "Legal clocks".
    """
    found = []
    for rule in rules:
        wording = rule.at(on)
        if wording is None or not wording.critical:
            continue
        known = [sources[s] for s in wording.sources if s in sources]
        if not any(source.standing(on) is Standing.CONFIRMED for source in known):
            found.append((rule.id, wording.sources))
    return tuple(found)
