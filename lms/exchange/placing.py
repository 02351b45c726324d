"""From what a file holds to what a bank takes: ids, rules, levels, feedback, and the last gate.

Nothing is kept that ``lms check`` would refuse, and nothing that reads back from the bank as
another question than the one that was read.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lms.content.banks import read_bank
from lms.content.context import Bundle, Context, Document
from lms.content.problems import Report, did_you_mean
from lms.content.reading import read_text
from lms.content.rendering import Renderer, slug
from lms.exchange.bank import CHOICES, questions_of, section_of
from lms.exchange.items import Found, Item, Part
from lms.exchange.reduction import one_line

_BANK = "quizzes/banks/import.md"
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_RIGHT, _WRONG = "Right.", "Not right."


@dataclass(frozen=True)
class Known:
    """What the content holds already: rules (and whether they are contested), questions by id."""

    rules: Mapping[str, bool] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Known:
        rules: dict[str, bool] = {}
        questions: dict[str, str] = {}
        terms: dict[str, dict[str, str]] = {}
        for document in documents:
            if document["kind"] == "lesson":
                for rule in document["rules"]:
                    rules[rule["id"]] = bool(rule.get("contested"))
            elif document["kind"] == "question":
                questions[document["slug"]] = document["bank"]
            elif document["kind"] == "glossary":
                terms = {"en": {term["id"]: term["id"] for term in document["terms"]}}
        return cls(rules, questions, terms)


@dataclass(frozen=True)
class Placed:
    """One found question as it would stand in the bank; ``section`` is empty when it cannot.

    ``there`` says that the bank holds exactly this question already.
    """

    found: Found
    item: Item | None
    section: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    there: bool = False


class Placing:
    """Places one question after another into one bank."""

    def __init__(
        self,
        bank: str,
        known: Known,
        *,
        rules: Sequence[str] = (),
        level: int = 1,
        present: Mapping[str, Item | None] | None = None,
    ) -> None:
        self.bank, self.known = bank, known
        self.rules, self.level = tuple(rules), level
        self.present = dict(present or {})
        self._taken: set[str] = set()
        self._renderer = Renderer()
        self._renderer.terms = {lang: dict(words) for lang, words in known.terms.items()}
        self._renderer.knows_terms = bool(known.terms)

    def place(self, found: Found) -> Placed:
        """The question in the bank's words, or every reason why it cannot stand there."""
        if found.item is None:
            return Placed(found, None, "", found.reasons, found.notes)
        notes = list(found.notes)
        item = self._completed(found.item, notes)
        if self._is_there(item, own=bool(found.item.id)):
            return Placed(found, item, "", (), tuple(notes), there=True)
        section = section_of(item)
        reasons = [*self._rules(item), *self._id(item, own=bool(found.item.id))]
        reasons += reasons or self._gate(item, section)
        if reasons:
            return Placed(found, item, "", tuple(reasons), tuple(notes))
        self._taken.add(item.id)
        return Placed(found, item, section, (), tuple(notes))

    def _is_there(self, item: Item, *, own: bool) -> bool:
        """Whether the bank has exactly this question; an id that was made does not count."""
        if own:
            return item == self.present.get(item.id)
        return any(one and replace(one, id=item.id) == item for one in self.present.values())

    def _completed(self, item: Item, notes: list[str]) -> Item:
        rules = item.rules or self.rules
        title = one_line(item.title)[:200] or "Question"
        given = replace(item, rules=rules, level=item.level or self.level, title=title)
        given = replace(given, parts=self._parts(given, notes))
        if not given.id:
            given = replace(given, id=self._fresh(slug(title) or f"{self.bank}-question"))
        if len(_CYRILLIC.findall(given.title + given.prompt)) > 20:
            notes.append(
                "it is not in English, the source language of banks: translate it, "
                "and put these words into the translation"
            )
        return given

    def _fresh(self, stem: str) -> str:
        id_, number = stem, 1
        while id_ in self._taken or id_ in self.known.questions:
            number += 1
            id_ = f"{stem}-{number}"
        return id_

    def _parts(self, item: Item, notes: list[str]) -> tuple[Part, ...]:
        parts = list(item.parts)
        if item.type in CHOICES and any(not part.feedback for part in parts):
            notes.append("an option had no feedback: write why it is right or not")
            parts = [
                p if p.feedback else replace(p, feedback=_RIGHT if p.right else _WRONG)
                for p in parts
            ]
        made = [part.id or slug(part.text, 40) for part in parts]
        if all(made) and len(set(made)) == len(made):
            return tuple(parts)
        return tuple(
            replace(part, id=f"{_LETTERS[n % 26]}{n // 26 or ''}") for n, part in enumerate(parts)
        )

    def _rules(self, item: Item) -> list[str]:
        if not item.rules:
            return [
                "it names no rule; say --rules RULE for the whole file, or give the question "
                "the tag rule:RULE (lessons of courses/ write the rules)"
            ]
        unknown = [rule for rule in item.rules if rule not in self.known.rules]
        if unknown:
            remedy = did_you_mean(unknown[0], self.known.rules, "name a rule that a lesson teaches")
            return [f"no rule “{unknown[0]}”; {remedy}"]
        if item.asks != "action" and all(self.known.rules[rule] for rule in item.rules):
            return [
                "it rests on contested rules alone; ask what the observer does, "
                "and give it the tag asks:action"
            ]
        return []

    def _id(self, item: Item, *, own: bool) -> list[str]:
        if item.id in self._taken:
            return [f"the id “{item.id}” again in this file; give each question its own"]
        home = self.known.questions.get(item.id)
        if home == self.bank and own:
            return [
                f"the bank has another question “{item.id}”; "
                "change it there, or give this one another id"
            ]
        if home is not None and own:
            return [f"the bank “{home}” has a question “{item.id}”; give this one another id"]
        return []

    def _gate(self, item: Item, section: str) -> list[str]:
        """What the compiler says of it, and whether it reads back as the same question."""
        text = f"---\ntitle: Import\n---\n{section}"
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            file = root / _BANK
            file.parent.mkdir(parents=True)
            for picture in item.pictures:
                (file.parent / picture.name).write_bytes(picture.data)
            file.write_text(text, "utf-8")
            report = Report()
            read = read_text(file, root, report)
            if read is not None:
                context = Context(report, self._renderer)
                read_bank(Bundle("bank", "import", read, {}), context)
            if report.problems:
                return list(dict.fromkeys(f"{p.what}; {p.remedy}" for p in report.problems))
            written = questions_of(read)[1] if read else []
        same = len(written) == 1 and _alone(written[0].item) == _alone(item)
        if not same:
            return [
                "its words would be read as something else in a bank; write it in the bank by hand"
            ]
        return []


def _alone(item: Item | None) -> Item | None:
    """The words of a question without the bytes of its pictures."""
    return replace(item, pictures=()) if item else None
