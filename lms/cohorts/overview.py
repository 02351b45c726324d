"""A cohort at a glance: who stands where, what is missing, which rule nobody knows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts.queries import Person
from lms.certification import queries as certification
from lms.cohorts.counting import Counted
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.certification import Need, missing_for
from lms.domain.mastery import Tally
from lms.domain.permissions import Actor
from lms.learning import queries as learning


@dataclass(frozen=True)
class Line:
    """One learner of a cohort."""

    person: Person
    lessons: int
    quizzes: int
    scenarios: int
    missing: tuple[Need, ...]
    weak: int
    certificate: str | None  # the status of the latest one

    @property
    def joined(self) -> bool:
        return self.person.login is not None


def lines(
    session: Session,
    books: Library,
    cohort: CohortView,
    people: Sequence[Person],
    standing: Mapping[uuid.UUID, str],
) -> list[Line]:
    """These learners of the cohort in their order, in a constant number of statements.

    ``standing`` is the status of each one's latest certificate (``certificates``).
    """
    ids = [person.id for person in people]
    done = certification.done_for_all(session, books, ids, cohort.programme)
    weak = weak_counts(session, ids)
    programme = books.programme(cohort.programme) if cohort.programme in books.programmes else None
    found = []
    for person in people:
        has = done[person.id]
        found.append(
            Line(
                person,
                len(has.lessons),
                len(has.quizzes),
                len(has.scenarios),
                missing_for(programme, has) if programme else (),
                weak.get(person.id, 0),
                standing.get(person.id),
            )
        )
    return found


def certificates(
    session: Session,
    actor: Actor,
    cohort: CohortView,
    people: Sequence[uuid.UUID] | None = None,
) -> dict[uuid.UUID, str]:
    """Person → the status of their latest certificate of this cohort."""
    found: dict[uuid.UUID, str] = {}
    for held in certification.of_cohort(session, actor, cohort.id, people=people):
        found.setdefault(held.account_id, held.status.value)
    return found


def weak_counts(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many rules each person got wrong last."""
    return {
        account: sum(last.endswith("0") for last in rules.values())
        for account, rules in learning.standings_of(session, ids).items()
    }


SORTS = ("name", "missing", "lessons", "weak")


def in_order(counted: Sequence[Counted], by: str, names: Mapping[Any, str]) -> list[Any]:
    """The keys of the learners in the order asked for, or else whoever lacks most comes first.

    Of those who are equal the one whose name (``names``, where it was opened) comes first.
    """
    keys: dict[str, Callable[[Counted], Any]] = {
        "name": lambda one: names.get(one.key, ""),
        "missing": lambda one: one.missing,
        "lessons": lambda one: one.lessons,
        "weak": lambda one: one.weak,
    }
    found = sorted(counted, key=keys["name"])
    key = keys.get(by.removeprefix("-"))
    if key is None:
        found.sort(key=lambda one: -one.missing)
    else:
        found.sort(key=key, reverse=by.startswith("-"))
    return [one.key for one in found]


@dataclass(frozen=True)
class Heat:
    """One rule over a cohort: a share per learner, the weakest rules first."""

    rule: str
    cells: tuple[int | None, ...]  # per cent of the last answers that were right
    troubled: tuple[bool, ...]

    @property
    def share(self) -> float:
        """How many of the cohort know it: weak or unseen count as not knowing."""
        pairs = zip(self.cells, self.troubled, strict=True)
        known = sum(1 for cell, weak in pairs if cell and not weak)
        return known / len(self.cells) if self.cells else 0.0


def heatmap(
    session: Session, books: Library, cohort: CohortView, people: Sequence[Person]
) -> list[Heat]:
    """Rule × learner, for the rules that hold on the cohort's legal clock."""
    standings = learning.standings_of(session, [person.id for person in people])
    rows = []
    for rule_id, rule in books.rules.items():
        if rule.at(cohort.held_on) is None:
            continue
        cells, troubled = [], []
        for person in people:
            last = standings.get(person.id, {}).get(rule_id, "")
            cells.append(100 * last.count("1") // len(last) if last else None)
            troubled.append(Tally(last=last).standing.value == "weak")
        rows.append(Heat(rule_id, tuple(cells), tuple(troubled)))
    return sorted(rows, key=lambda row: (row.share, row.rule))
