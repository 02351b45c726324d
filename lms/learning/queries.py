"""Where a reader is and what they know. Statements of hot pages are built once, here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.content import publishing
from lms.content.library import Document, Library
from lms.content.models import PublishedFile
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor, Role
from lms.learning.models import CheckAnswer, Pledge, Reading, RuleStanding
from lms.prepared import Prepared


@dataclass(frozen=True)
class Reader:
    """A person's place in training: their cohort, and with its election their legal clock.

    ``learns`` are the cohorts in which they learn, should it be several: observers become leads,
    and leads trainers. Where they only train, it is empty.
    """

    cohort: CohortView | None
    learns: tuple[CohortView, ...] = ()

    @property
    def clock(self) -> date | None:
        """The election's day; None means the latest wording of every rule."""
        return self.cohort.held_on if self.cohort else None


def reader(session: Session, actor: Actor) -> Reader:
    found = cohorts.own_cohorts(session, actor)
    learns = {held.cohort_id for held in actor.held if held.role in (Role.TRAINEE, Role.OFFICIAL)}
    return Reader(found[0] if found else None, tuple(c for c in found if c.id in learns))


def library(session: Session) -> Library:
    """The current library. Raises NothingPublished before the first release."""
    return publishing.current(session)


_FINISHED = Prepared(
    sa.select(Reading.lesson).where(
        Reading.account_id == sa.bindparam("account", type_=sa.Uuid()),
        Reading.finished_at.is_not(None),
    )
)
_READINGS = Prepared(
    sa.select(Reading.lesson, Reading.finished_at).where(
        Reading.account_id == sa.bindparam("account", type_=sa.Uuid())
    )
)


@cache
def _place_in_lesson(checks: int, cohorts_held: int) -> Prepared:
    """Where a reader is in a lesson of so many questions, and their legal clock: one row, or one
    for each answer.

    One statement, for it is asked on every view of a lesson.
    """
    account = sa.bindparam("account", type_=sa.Uuid())
    asked = [sa.bindparam(f"question{number}", type_=sa.String()) for number in range(checks)]
    held = [sa.bindparam(f"cohort{number}", type_=sa.Uuid()) for number in range(cohorts_held)]
    clock = cohorts.next_election(held) if held else sa.cast(sa.null(), sa.Date)
    anyway = sa.select(sa.literal(1).label("one")).subquery()
    return Prepared(
        sa.select(
            Reading.opened_at.is_not(None).label("opened"),
            Reading.finished_at.is_not(None).label("finished"),
            CheckAnswer.question,
            CheckAnswer.answer,
            clock.label("clock"),
        )
        .select_from(anyway)
        .outerjoin(
            Reading,
            sa.and_(Reading.account_id == account, Reading.lesson == sa.bindparam("lesson")),
        )
        .outerjoin(
            CheckAnswer,
            sa.and_(CheckAnswer.account_id == account, CheckAnswer.question.in_(asked)),
        )
        .order_by(CheckAnswer.at)
    )


_STANDINGS_OF = sa.select(RuleStanding.account_id, RuleStanding.rule, RuleStanding.last).where(
    RuleStanding.account_id.in_(sa.bindparam("accounts", expanding=True))
)


def readings(session: Session, account_id: uuid.UUID) -> dict[str, datetime | None]:
    """Lesson → when it was finished (None: opened only)."""
    return {row.lesson: row.finished_at for row in _READINGS.all(session, account=account_id)}


def finished(session: Session, account_id: uuid.UUID) -> frozenset[str]:
    """The lessons that somebody finished."""
    return frozenset(row.lesson for row in _FINISHED.all(session, account=account_id))


@dataclass(frozen=True)
class PlaceInLesson:
    """Whether a lesson was opened and finished, the last answer to each question inside it, and
    the day of the reader's election (None: the latest wording of every rule)."""

    opened: bool
    finished: bool
    answers: Mapping[str, object]
    clock: date | None


def place_in_lesson(
    session: Session, actor: Actor, lesson: str, questions: Sequence[str]
) -> PlaceInLesson:
    """Where a reader is in a lesson with these questions."""
    # A lesson without questions asks for one that nobody has: "in nothing" is no condition at all.
    asked = {f"question{number}": asked for number, asked in enumerate(questions or [""])}
    held = {f"cohort{number}": id_ for number, id_ in enumerate(cohorts.cohort_ids(actor))}
    statement = _place_in_lesson(len(asked), len(held))
    rows = statement.all(session, account=actor.id, lesson=lesson, **asked, **held)
    answers = {row.question: row.answer for row in rows if row.question is not None}
    return PlaceInLesson(bool(rows[0].opened), bool(rows[0].finished), answers, rows[0].clock)


_STANDINGS = Prepared(
    sa.select(RuleStanding.rule, RuleStanding.last).where(
        RuleStanding.account_id == sa.bindparam("account", type_=sa.Uuid())
    )
)


def standings(session: Session, account_id: uuid.UUID) -> dict[str, str]:
    """Rule → one's latest answers to it ("1" right, "0" not, the newest last)."""
    return dict(_STANDINGS.all(session, account=account_id))


def has_pledged(session: Session, account_id: uuid.UUID, programme: str) -> bool:
    return session.get(Pledge, (account_id, programme)) is not None


def lesson_document(books: Library, course: str, lesson: str) -> Document:
    """One lesson, looked up within its course. Raises NotThere."""
    found = books.lessons.get(f"{course}/{lesson}")
    if found is None or course not in books.courses:
        raise NotThere
    return found


def published_file(session: Session, digest: str, name: str) -> bytes:
    """A picture beside a lesson. Raises NotThere."""
    body = session.scalar(
        sa.select(PublishedFile.body).where(
            PublishedFile.digest.startswith(digest, autoescape=True), PublishedFile.name == name
        )
    )
    if body is None:
        raise NotThere
    return body


def standings_of(
    session: Session, account_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, dict[str, str]]:
    """Account → rule → the latest answers ("1" right, "0" not), for those given.

    The caller has asked which people the actor may see.
    """
    found: dict[uuid.UUID, dict[str, str]] = {}
    if not account_ids:
        return found
    rows = session.execute(_STANDINGS_OF, {"accounts": list(account_ids)})
    for account, rule, last in rows:
        found.setdefault(account, {})[rule] = last
    return found
