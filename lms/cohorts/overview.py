"""A cohort at a glance: who stands where, what is missing, which rule nobody knows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.accounts.queries import Person
from lms.certification import queries as certification
from lms.cohorts import queries
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.certification import Need, missing_for
from lms.domain.mastery import Tally
from lms.domain.permissions import Actor
from lms.learning import queries as learning
from lms.privacy import Vault


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
    session: Session, books: Library, actor: Actor, cohort: CohortView, vault: Vault
) -> list[Line]:
    """Every learner of the cohort, in a constant number of statements."""
    people = [person for _c, person in queries.learners(session, [cohort.id], vault)]
    ids = [person.id for person in people]
    done = certification.done_for_all(session, books, ids, cohort.programme)
    weak = weak_counts(session, ids)
    standing: dict[uuid.UUID, str] = {}
    for held in certification.of_cohort(session, actor, cohort.id):
        standing.setdefault(held.account_id, held.status.value)
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


def weak_counts(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many rules each person got wrong last."""
    return {
        account: sum(last.endswith("0") for last in rules.values())
        for account, rules in learning.standings_of(session, ids).items()
    }


SORTS = {
    "name": lambda line: line.person.label.casefold(),
    "missing": lambda line: len(line.missing),
    "lessons": lambda line: line.lessons,
    "weak": lambda line: line.weak,
}


def sorted_lines(found: list[Line], by: str) -> list[Line]:
    """In the order asked for; whoever lacks most comes first when nothing is asked."""
    key = SORTS.get(by.removeprefix("-"))
    if key is None:
        return sorted(found, key=lambda line: (-len(line.missing), line.person.label.casefold()))
    return sorted(found, key=key, reverse=by.startswith("-"))


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
