"""What is known of everybody in a cohort, for the list of whom to call, the funnel and the
comparison: a constant number of statements, however many people there are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import RoleHeld
from lms.accounts.queries import Person
from lms.assessment.models import Attempt, AttemptResult
from lms.certification import queries as certification
from lms.cohorts import queries
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain import attention
from lms.domain.attention import Progress, Reason
from lms.domain.certification import Need, Status, missing_for
from lms.domain.permissions import Actor, Role
from lms.domain.signoffs import State
from lms.learning.models import Reading, RuleStanding
from lms.privacy import Vault
from lms.signoffs import queries as signoffs

# What an exam without a time of its own is taken to last, and a scenario.
MINUTES = 20


@dataclass(frozen=True)
class Known:
    """One learner with all that the pages of a cohort say about them."""

    person: Person
    progress: Progress
    missing: tuple[Need, ...]
    reasons: tuple[Reason, ...]
    minutes: int
    begun: bool
    read_all: bool
    exam_passed: bool
    shown_all: bool


def known(
    session: Session,
    books: Library,
    actor: Actor,
    cohort: CohortView,
    vault: Vault,
    today: date,
) -> list[Known]:
    """Everybody who learns in the cohort, in order of name."""
    people = [person for _c, person in queries.learners(session, [cohort.id], vault)]
    facts = _Facts(session, books, actor, cohort, people, today)
    return [facts.of(person) for person in people]


class _Facts:
    """All rows that are needed, fetched once, by person."""

    def __init__(
        self,
        session: Session,
        books: Library,
        actor: Actor,
        cohort: CohortView,
        people: Sequence[Person],
        today: date,
    ) -> None:
        self.books, self.cohort, self.today = books, cohort, today
        ids = [person.id for person in people]
        self.done = certification.done_for_all(session, books, ids, cohort.programme)
        self.programme = (
            books.programme(cohort.programme) if cohort.programme in books.programmes else None
        )
        self.since = _since(session, cohort.id)
        self.readings = _readings(session, cohort.id)
        self.attempts = _attempts(session, cohort.id)
        critical = books.critical(cohort.held_on)
        self.seen, self.weak = _standings(session, cohort.id, critical)
        self.certified: set[uuid.UUID] = set()
        self.top_ups: dict[uuid.UUID, date] = {}
        for held in certification.of_cohort(session, actor, cohort.id):
            if held.standing.holds:
                self.certified.add(held.account_id)
            by = held.standing.top_up_by
            if by and held.status in (Status.TOP_UP_DUE, Status.TOP_UP_OVERDUE):
                self.top_ups[held.account_id] = min(by, self.top_ups.get(held.account_id, by))
        asked = self.programme.requires.practical if self.programme else ()
        self.shown = signoffs.standings_of(session, books, ids, asked, cohort.held_on)

    def of(self, person: Person) -> Known:
        done = self.done[person.id]
        missing = missing_for(self.programme, done) if self.programme else ()
        lessons = self.readings.get(person.id, {})
        attempts = self.attempts.get(person.id, [])
        standings = self.shown.get(person.id, {})
        exams = [a for a in attempts if a.kind == "exam" and a.passed is not None]
        passed = any(a.passed for a in exams)
        moments = [x for x in (self.seen.get(person.id), *(a.started for a in attempts)) if x]
        moments += [moment for _lesson, moment in lessons.values()]
        progress = Progress(
            since=self.since.get(person.id, self.today),
            joined=person.login is not None,
            last_seen=max(moments).date() if moments else None,
            minutes_left=sum(self._minutes(need) for need in missing),
            failed_exams=0 if passed else sum(not a.passed for a in exams),
            weak_critical=self.weak.get(person.id, 0),
            due=min((x.due for x in standings.values() if x.due), default=None),
            certified=person.id in self.certified,
            suspended=person.suspended,
            top_up_by=self.top_ups.get(person.id),
        )
        return Known(
            person,
            progress,
            missing,
            attention.at_risk(progress, self.today, self.cohort.held_on),
            self._spent(lessons, attempts),
            begun=bool(lessons or attempts),
            read_all=not any(need.kind == "lesson" for need in missing),
            exam_passed=passed,
            shown_all=all(x.state is State.PASSED for x in standings.values()),
        )

    def _minutes(self, need: Need) -> int:
        shelves: Mapping[str, Mapping[str, Mapping[str, object]]] = {
            "lesson": self.books.lessons,
            "quiz": self.books.quizzes,
            "scenario": self.books.scenarios,
            "count": self.books.counts,
            "practical": self.books.checklists,
        }
        document = shelves.get(need.kind, {}).get(need.id, {})
        minutes = document.get("minutes")
        if need.kind == "pledge":
            return 2
        if need.kind == "drawn-runs":
            drawn = self.books.programme(need.id).requires.drawn
            return MINUTES * (drawn.runs if drawn else 1)
        return minutes if isinstance(minutes, int) else MINUTES

    def _spent(self, lessons: Mapping[str, tuple[bool, datetime]], attempts: list[_Try]) -> int:
        """About how long somebody has learned: the time that finished lessons are made for, and
        the time that attempts took."""
        read = sum(
            int(self.books.lessons[slug]["minutes"])
            for slug, (finished, _at) in lessons.items()
            if finished and slug in self.books.lessons
        )
        return read + sum(attempt.minutes for attempt in attempts)


@dataclass(frozen=True)
class _Try:
    kind: str
    started: datetime
    finished: datetime | None
    passed: bool | None

    @property
    def minutes(self) -> int:
        """Whole minutes; somebody who went away for the night did not learn all night."""
        if self.finished is None:
            return 0
        return min(int((self.finished - self.started).total_seconds() // 60), 60)


def _in(cohort_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    return sa.select(RoleHeld.account_id).where(
        RoleHeld.cohort_id == cohort_id, RoleHeld.role.in_([Role.TRAINEE, Role.OFFICIAL])
    )


def _since(session: Session, cohort_id: uuid.UUID) -> dict[uuid.UUID, date]:
    rows = session.execute(
        sa.select(RoleHeld.account_id, sa.func.min(RoleHeld.since))
        .where(RoleHeld.cohort_id == cohort_id, RoleHeld.account_id.in_(_in(cohort_id)))
        .group_by(RoleHeld.account_id)
    )
    return {row[0]: row[1] for row in rows}


def _readings(
    session: Session, cohort_id: uuid.UUID
) -> dict[uuid.UUID, dict[str, tuple[bool, datetime]]]:
    found: dict[uuid.UUID, dict[str, tuple[bool, datetime]]] = {}
    rows = session.execute(
        sa.select(Reading.account_id, Reading.lesson, Reading.opened_at, Reading.finished_at).where(
            Reading.account_id.in_(_in(cohort_id))
        )
    )
    for account, lesson, opened, finished in rows:
        found.setdefault(account, {})[lesson] = (finished is not None, finished or opened)
    return found


def _attempts(session: Session, cohort_id: uuid.UUID) -> dict[uuid.UUID, list[_Try]]:
    found: dict[uuid.UUID, list[_Try]] = {}
    rows = session.execute(
        sa.select(
            Attempt.account_id,
            Attempt.quiz_kind,
            Attempt.started_at,
            Attempt.finished_at,
            AttemptResult.passed,
        )
        .outerjoin(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .where(Attempt.account_id.in_(_in(cohort_id)))
    )
    for account, kind, started, finished, passed in rows:
        found.setdefault(account, []).append(_Try(kind, started, finished, passed))
    return found


def _standings(
    session: Session, cohort_id: uuid.UUID, critical: frozenset[str]
) -> tuple[dict[uuid.UUID, datetime], dict[uuid.UUID, int]]:
    """(person → when they last showed anything, person → critical rules wrong last)."""
    weak = sa.case(
        (
            sa.and_(RuleStanding.last.like("%0"), RuleStanding.rule.in_(sorted(critical))),
            1,
        ),
        else_=0,
    )
    rows = session.execute(
        sa.select(RuleStanding.account_id, sa.func.max(RuleStanding.at), sa.func.sum(weak))
        .where(RuleStanding.account_id.in_(_in(cohort_id)))
        .group_by(RuleStanding.account_id)
    ).all()
    return {x: at for x, at, _n in rows}, {x: int(n) for x, _at, n in rows}


def shares_of_rules(session: Session, cohort_id: uuid.UUID) -> dict[str, int]:
    """Rule → how many people of the cohort answered it rightly last."""
    right = sa.case((RuleStanding.last.like("%1"), 1), else_=0)
    rows = session.execute(
        sa.select(RuleStanding.rule, sa.func.sum(right))
        .where(RuleStanding.account_id.in_(_in(cohort_id)))
        .group_by(RuleStanding.rule)
    )
    return {rule: int(number) for rule, number in rows}
