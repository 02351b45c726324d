"""Answers in bulk, as far as the person who asks may see them: whose cohorts, which quizzes."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Account, RoleHeld
from lms.assessment.models import Attempt, AttemptResult, Correction
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.content import publishing
from lms.domain import corrections as domain
from lms.domain.permissions import Actor, Permission, may
from lms.domain.questions import Question
from lms.statistics.keeping import Rests
from lms.statistics.reading import LEARNERS

WHICH = ("first", "last", "best", "all")


@dataclass(slots=True)
class Paper:
    """One marked attempt: whose, where, in which language the person reads, and how it ended."""

    id: uuid.UUID
    account_id: uuid.UUID
    cohort_id: uuid.UUID
    language: str
    release_id: uuid.UUID
    earned: int
    possible: int
    passed: bool


def reach(session: Session, actor: Actor) -> list[CohortView]:
    """The cohorts whose answers this person may see, in order of name."""
    return [
        cohort
        for cohort in cohorts.visible(session, actor)
        if may(actor, Permission.SEE_STATISTICS, cohort.place)
    ]


def _papers(cohort_ids: Sequence[uuid.UUID]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Attempt.id,
            Attempt.account_id,
            RoleHeld.cohort_id,
            Account.language,
            Attempt.release_id,
            AttemptResult.earned,
            AttemptResult.possible,
            AttemptResult.passed,
        )
        .join(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .join(Account, Account.id == Attempt.account_id)
        .join(RoleHeld, RoleHeld.account_id == Attempt.account_id)
        .where(RoleHeld.role.in_(LEARNERS), RoleHeld.cohort_id.in_(cohort_ids))
        .order_by(Attempt.started_at, Attempt.id, RoleHeld.cohort_id)
    )


def people_by_quiz(session: Session, cohort_ids: Sequence[uuid.UUID]) -> dict[str, int]:
    """How many people of these cohorts have a marked attempt at each quiz."""
    rows = session.execute(
        sa.select(Attempt.quiz, sa.func.count(sa.distinct(Attempt.account_id)))
        .join(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .join(RoleHeld, RoleHeld.account_id == Attempt.account_id)
        .where(RoleHeld.role.in_(LEARNERS), RoleHeld.cohort_id.in_(cohort_ids))
        .group_by(Attempt.quiz)
    )
    return {row[0]: row[1] for row in rows}


def papers(session: Session, cohort_ids: Sequence[uuid.UUID], quiz: str, which: str) -> list[Paper]:
    """The marked attempts at a quiz, in the order in which they were begun.

    ``which`` takes each person's first, last or best attempt, or all. Somebody who learns in
    two cohorts counts in the first of them.
    """
    found: dict[uuid.UUID, Paper] = {}
    for row in session.execute(_papers(cohort_ids).where(Attempt.quiz == quiz)):
        found.setdefault(row.id, Paper(*row))
    return _chosen(found.values(), which)


def _chosen(found: Iterable[Paper], which: str) -> list[Paper]:
    if which == "all":
        return list(found)
    kept: dict[uuid.UUID, Paper] = {}
    for paper in found:
        other = kept.get(paper.account_id)
        if (
            other is None
            or which == "last"
            or (which == "best" and paper.earned * other.possible > other.earned * paper.possible)
        ):
            kept[paper.account_id] = paper
    return list(kept.values())


def questions_of(
    session: Session, releases: Iterable[uuid.UUID]
) -> dict[uuid.UUID, Mapping[str, Question]]:
    """The questions of every release that was asked in."""
    return {release: publishing.at(session, release).questions for release in set(releases)}


@dataclass(frozen=True)
class Corrected:
    """The corrections in force for the people of some cohorts, and by which questions they mark."""

    by_account: Mapping[uuid.UUID, Sequence[domain.Correction]]
    versions: Mapping[str, Question]


def corrections_of(session: Session, cohort_ids: Sequence[uuid.UUID]) -> Corrected:
    """The corrections in force for each person of these cohorts, as marking applies them."""
    people = sa.select(RoleHeld.account_id).where(
        RoleHeld.role.in_(LEARNERS), RoleHeld.cohort_id.in_(cohort_ids)
    )
    rows = session.execute(
        sa.select(
            RoleHeld.account_id,
            Correction.id,
            Correction.question,
            Correction.kind,
            Correction.value,
        )
        .join(Correction, Correction.organisation_id == RoleHeld.organisation_id)
        .where(
            RoleHeld.account_id.in_(people),
            Correction.applied_at.is_not(None),
            Correction.undone_at.is_(None),
        )
        .order_by(Correction.applied_at, Correction.id)
    )
    made: dict[uuid.UUID, domain.Correction] = {}
    held: dict[uuid.UUID, dict[uuid.UUID, domain.Correction]] = {}
    for row in rows:
        if row.id not in made:
            made[row.id] = domain.Correction(str(row.id), row.question, row.kind, row.value)
        held.setdefault(row.account_id, {})[row.id] = made[row.id]
    versions = {}
    for correction in made.values():
        if correction.kind == "version":
            books = publishing.at(session, uuid.UUID(correction.value))
            if correction.question in books.questions:
                versions[correction.id] = books.questions[correction.question]
    by_account = {account: tuple(found.values()) for account, found in held.items()}
    return Corrected(by_account, versions)


def rules_on(
    session: Session, cohort_ids: Sequence[uuid.UUID], release: uuid.UUID | None
) -> Hashable:
    """By what reports on these cohorts are judged now: the release, the corrections in force."""
    organisations = sa.select(RoleHeld.organisation_id).where(RoleHeld.cohort_id.in_(cohort_ids))
    corrections = session.execute(
        sa.select(Correction.id, Correction.applied_at)
        .where(
            Correction.organisation_id.in_(organisations),
            Correction.applied_at.is_not(None),
            Correction.undone_at.is_(None),
        )
        .order_by(Correction.id)
    )
    return release, tuple(tuple(row) for row in corrections)


def rests_on(
    session: Session, cohort_ids: Sequence[uuid.UUID], quiz: str, rules: Hashable
) -> Rests:
    """What a report on this quiz rests on now, in one statement that counts all who sat it."""
    groups = session.execute(
        sa.select(
            Account.language,
            RoleHeld.cohort_id,
            sa.func.count(),
            sa.func.sum(AttemptResult.earned),
            sa.func.sum(AttemptResult.possible),
            sa.func.max(AttemptResult.at),
        )
        .select_from(Attempt)
        .join(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .join(Account, Account.id == Attempt.account_id)
        .join(RoleHeld, RoleHeld.account_id == Attempt.account_id)
        .where(
            Attempt.quiz == quiz,
            RoleHeld.role.in_(LEARNERS),
            RoleHeld.cohort_id.in_(cohort_ids),
        )
        .group_by(Account.language, RoleHeld.cohort_id)
    )
    people: list[tuple[Any, ...]] = sorted((tuple(row) for row in groups), key=str)
    return Rests(rules, tuple(people), sum(row[2] for row in people))


def has_passed(session: Session, actor: Actor, quiz: str) -> bool:
    """Whether this person passed this quiz once."""
    found = session.scalar(
        sa.select(Attempt.id)
        .join(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .where(Attempt.account_id == actor.id, Attempt.quiz == quiz, AttemptResult.passed.is_(True))
        .limit(1)
    )
    return found is not None


def may_see_keys(session: Session, actor: Actor, quiz: str, *, is_exam: bool) -> bool:
    """Whether this person may see which answer of a question is right.

    The key of a practice is shown to whoever answered. Whoever may still have to sit an exam
    sees its key in no table either: trainers after they passed it, coordinators sit none.

    Source: security C-72.
    """
    return not is_exam or not may(actor, Permission.SIT_QUIZ) or has_passed(session, actor, quiz)
