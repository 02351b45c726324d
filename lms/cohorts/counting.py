"""Where everybody of a cohort stands, in numbers that the database counts.

A page shows fifty people and says what each lacks; of all others it only has to know where they
come in the order. So whole rows are fetched for the fifty (``overview.lines``), and numbers for the
rest. A test holds the two together.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import RoleHeld
from lms.certification import queries as certification
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.counts.models import CountRun
from lms.domain.certification import Programme, Requirements, missing_for
from lms.domain.permissions import Role
from lms.drills.models import Gate, Run
from lms.learning.models import Pledge, Reading, RuleStanding

# Above this many the order costs more than it tells: a cohort is shown as it was enrolled then.
MOST_IN_ORDER = 2_000
_LEARN = (Role.TRAINEE, Role.OFFICIAL)
_COHORT = sa.bindparam("cohort", type_=sa.Uuid())
_OF_COHORT = sa.select(RoleHeld.account_id).where(
    RoleHeld.cohort_id == _COHORT, RoleHeld.role.in_(_LEARN)
)
_NUMBER = sa.select(sa.func.count()).select_from(_OF_COHORT.subquery())
_ORDER = (RoleHeld.role, RoleHeld.since, RoleHeld.account_id)


def _key(column: Any) -> sa.ColumnElement[Any]:
    """An id as the database hands it out: text from SQLite, an id from PostgreSQL. Thousands are
    only compared with each other, and making ids of them costs more than asking."""
    return sa.type_coerce(column, sa.String)


def _counted(model: Any, *what: Any, where: Any = None) -> sa.Select[Any]:
    of_those = model.account_id.in_(_OF_COHORT)
    return (
        sa.select(_key(model.account_id), *what)
        .where(of_those if where is None else sa.and_(of_those, where))
        .group_by(model.account_id)
    )


_ASKED: sa.BindParameter[Any] = sa.bindparam("asked", expanding=True)
_EVERYBODY = _OF_COHORT.with_only_columns(_key(RoleHeld.account_id)).order_by(*_ORDER)
_LESSONS = _counted(
    Reading,
    sa.func.count(),
    sa.func.sum(sa.case((Reading.lesson.in_(_ASKED), 1), else_=0)),
    where=Reading.finished_at.is_not(None),
)
_WEAK = _counted(RuleStanding, sa.func.count(), where=RuleStanding.last.like("%0"))
_PLAYED = _counted(
    Run,
    sa.func.count(sa.distinct(Run.scenario)),
    where=sa.and_(Run.scenario.in_(_ASKED), Run.passed.is_(True), Run.finished_at.is_not(None)),
)
_PROGRAMME: sa.BindParameter[Any] = sa.bindparam("programme")
_PLEDGED = _counted(Pledge, sa.func.count(), where=Pledge.programme == _PROGRAMME)
_DRAWN = _counted(
    Gate, sa.literal(1), where=sa.and_(Gate.programme == _PROGRAMME, Gate.passed.is_(True))
)
# As ``certification.queries`` has it: passed, and only where there was something to find.
_NIGHTS = (
    _counted(
        CountRun,
        CountRun.exercise,
        sa.func.max(100 * CountRun.detected // CountRun.planted),
        where=sa.and_(
            CountRun.exercise.in_(_ASKED),
            CountRun.certifying.is_(True),
            CountRun.passed.is_(True),
            CountRun.planted > 0,
        ),
    )
).group_by(CountRun.exercise)


@dataclass(frozen=True)
class Counted:
    """One learner in numbers: lessons finished, rules answered wrongly last, things missing.

    ``key`` stands for the id (``id_of``)."""

    key: Any
    lessons: int
    weak: int
    missing: int


def id_of(key: Any) -> uuid.UUID:
    """The id that a key stands for."""
    return key if isinstance(key, uuid.UUID) else uuid.UUID(key)


def key_of(session: Session, person: uuid.UUID) -> Any:
    """The key that stands for an id."""
    return person.hex if session.get_bind().dialect.name == "sqlite" else person


def number_of(session: Session, cohort: CohortView) -> int:
    """How many learn in the cohort."""
    return session.scalar(_NUMBER, {"cohort": cohort.id}) or 0


def enrolled(session: Session, cohort: CohortView, first: int, most: int) -> Sequence[uuid.UUID]:
    """Some of the learners, in the order in which they were enrolled."""
    statement = _OF_COHORT.order_by(*_ORDER).offset(first).limit(most)
    return session.scalars(statement, {"cohort": cohort.id}).all()


def everybody(session: Session, books: Library, cohort: CohortView) -> list[Counted]:
    """Every learner of the cohort in numbers, in the order in which they were enrolled."""
    programme = books.programme(cohort.programme) if cohort.programme in books.programmes else None
    asked = programme.requires if programme else Requirements()
    people = session.scalars(_EVERYBODY.limit(MOST_IN_ORDER), {"cohort": cohort.id}).all()

    def counts(statement: sa.Select[Any], **about: Any) -> dict[Any, int]:
        rows = session.execute(statement, {"cohort": cohort.id, **about}).all()
        return {row[0]: int(row[-1]) for row in rows}

    told = {"cohort": cohort.id, "asked": list(asked.lessons)}
    lessons = {row[0]: (row[1], int(row[2])) for row in session.execute(_LESSONS, told)}
    weak = counts(_WEAK)
    played = counts(_PLAYED, asked=list(asked.scenarios)) if asked.scenarios else {}
    pledged = counts(_PLEDGED, programme=cohort.programme) if asked.pledge else {}
    drawn = counts(_DRAWN, programme=cohort.programme) if asked.drawn else {}
    nights = _nights(session, cohort, asked) if asked.counts else {}
    of_cohort = _OF_COHORT.params(cohort=cohort.id)
    passed = certification.passed_among(session, books, of_cohort, asked.quizzes)
    others = _others(session, books, programme, people) if programme else {}
    every = len(asked.lessons) + len(asked.scenarios) + len(asked.quizzes) + asked.pledge
    every += len(asked.counts) + (asked.drawn is not None)
    none: set[str] = set()
    return [
        Counted(
            key,
            lessons.get(key, (0, 0))[0],
            weak.get(key, 0),
            every
            - lessons.get(key, (0, 0))[1]
            - played.get(key, 0)
            - pledged.get(key, 0)
            - drawn.get(key, 0)
            - nights.get(key, 0)
            - len(passed.get(key, none))
            + others.get(key, 0),
        )
        for key in people
    ]


def _nights(session: Session, cohort: CohortView, asked: Requirements) -> dict[Any, int]:
    """In how many of the exercises that are asked for somebody has found enough."""
    told = {"cohort": cohort.id, "asked": list(asked.counts)}
    found: dict[Any, int] = {}
    for key, exercise, share in session.execute(_NIGHTS, told).all():
        found[key] = found.get(key, 0) + (share >= asked.counts[exercise])
    return found


def _others(
    session: Session, books: Library, programme: Programme, people: Sequence[Any]
) -> dict[Any, int]:
    """What is missing of all that has no count of its own here; few programmes ask for any."""
    asked = programme.requires
    rest = replace(asked, lessons=(), quizzes=(), scenarios=(), pledge=False, counts={}, drawn=None)
    if rest == Requirements():
        return {}
    ids = {id_of(key): key for key in people}
    done = certification.done_for_all(session, books, list(ids), programme.slug)
    lacking = replace(programme, requires=rest)
    return {key: len(missing_for(lacking, done[person])) for person, key in ids.items()}
