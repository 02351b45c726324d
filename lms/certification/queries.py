"""What people have done towards a certificate, and (from ``papers``) certificates as each may see
them. The statements of hot pages are built once, here and there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.assessment.models import Attempt, AttemptResult
from lms.certification.models import Certificate, LogEntry
from lms.certification.papers import (
    CertificateView,
    PublicView,
    by_serial,
    holders_key,
    languages_of,
    may_see_file,
    newest_list,
    of_cohort,
    one,
    own,
    programmes_held,
    renewable,
    rests_on_nothing,
    row,
    sealed_code,
    sealed_token,
    unsupported,
)
from lms.content.library import Library
from lms.content.models import ReleaseItem
from lms.counts.models import CountRun
from lms.domain import certification as domain
from lms.domain.certification import Done, Need
from lms.drills.models import Gate, Run
from lms.joint.models import JointAttendance
from lms.learning.models import Pledge, Reading
from lms.prepared import About, Several
from lms.signoffs import queries as signoffs

__all__ = [
    "CertificateView",
    "Passed",
    "PublicView",
    "by_serial",
    "done_again",
    "done_for",
    "done_for_all",
    "holders_key",
    "languages_of",
    "last_practised",
    "may_see_file",
    "missing",
    "missing_for_all",
    "newest_list",
    "of_cohort",
    "one",
    "own",
    "passed_among",
    "passed_by",
    "programmes_held",
    "release_items",
    "renewable",
    "rests_on_nothing",
    "row",
    "sealed_code",
    "sealed_token",
    "tokens_of_key",
    "unsupported",
]

# --- what has been done --------------------------------------------------------------------------

_DONE = Several(
    lessons=lambda of: sa.select(Reading.account_id, Reading.lesson).where(
        of(Reading.account_id), Reading.finished_at.is_not(None)
    ),
    scenarios=lambda of: (
        sa.select(Run.account_id, Run.scenario)
        .where(of(Run.account_id), Run.passed.is_(True), Run.finished_at.is_not(None))
        .distinct()
    ),
    # Only what was drawn and counted, and only nights in which there was something to find.
    counts=lambda of: (
        sa.select(
            CountRun.account_id,
            CountRun.exercise,
            sa.func.max(100 * CountRun.detected // CountRun.planted).label("detection"),
        )
        .where(
            of(CountRun.account_id),
            CountRun.certifying.is_(True),
            CountRun.passed.is_(True),
            CountRun.planted > 0,
        )
        .group_by(CountRun.account_id, CountRun.exercise)
    ),
    gates=lambda of: sa.select(Gate.account_id, Gate.programme).where(
        of(Gate.account_id), Gate.passed.is_(True)
    ),
    pledges=lambda of: sa.select(Pledge.account_id, Pledge.programme).where(of(Pledge.account_id)),
)
_JOINT = About(
    lambda of: sa.select(JointAttendance.account_id, JointAttendance.receipts).where(
        of(JointAttendance.account_id)
    )
)
_RESULT = (
    Attempt.quiz,
    Attempt.clock,
    Attempt.started_at,
    AttemptResult.earned,
    AttemptResult.possible,
    AttemptResult.missed_rules,
)
_PASSED = About(
    lambda of: (
        sa.select(Attempt.account_id, Attempt.id, Attempt.quiz_kind, *_RESULT)
        .join(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .where(of(Attempt.account_id), AttemptResult.passed.is_(True))
        .order_by(Attempt.finished_at.desc(), Attempt.id)
    )
)


def _last_finished(table: type[Attempt | Run]) -> About:
    return About(
        lambda of: (
            sa.select(table.account_id, sa.func.max(table.finished_at))
            .where(of(table.account_id), table.finished_at.is_not(None))
            .group_by(table.account_id)
        )
    )


_FINISHED = (_last_finished(Attempt), _last_finished(Run))


@dataclass(frozen=True)
class Passed:
    """A quiz that was passed and would be today. ``day`` is the one whose law was asked for."""

    attempt_id: uuid.UUID
    quiz: str
    kind: str
    day: date
    started_at: datetime


def passed_by(
    session: Session, library: Library, people: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Passed]]:
    """Each person's passed quizzes, the latest first.

    A result on an older release counts while its marks would still pass: the quiz is still there,
    its present pass mark is reached, and no rule was missed that is critical now.
    """
    found: dict[uuid.UUID, list[Passed]] = {person: [] for person in people}
    today = _Today(library)
    for row_of_one in _PASSED.rows(session, people):
        if (day := today.counts(row_of_one)) is not None:
            passed = Passed(
                row_of_one.id, row_of_one.quiz, row_of_one.quiz_kind, day, row_of_one.started_at
            )
            found[row_of_one.account_id].append(passed)
    return found


class _Today:
    """Whether a result would pass today, and on the law of which day it was asked."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def counts(self, found: Any) -> date | None:
        """The day whose law was asked for; None when the result does not pass any more."""
        if found.quiz not in self._library.quizzes:
            return None
        quiz = self._library.quiz(found.quiz)
        day = date.fromisoformat(found.clock) if found.clock else found.started_at.date()
        knocked_out = quiz.critical == "all" and not self._library.critical(day).isdisjoint(
            found.missed_rules
        )
        enough = found.earned * 100 >= quiz.pass_percent * found.possible
        return day if enough and not knocked_out else None


def passed_among(
    session: Session, library: Library, learners: sa.Select[uuid.UUID], quizzes: Sequence[str]
) -> dict[Any, set[str]]:
    """Key of a person → which of these quizzes they have passed, as ``passed_by`` has it.

    ``learners`` selects their ids. The key is the id as the database hands it out: of thousands,
    making ids of them would cost more than asking.
    """
    rows = session.execute(
        sa.select(sa.type_coerce(Attempt.account_id, sa.String), *_RESULT)
        .join(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .where(
            Attempt.account_id.in_(learners),
            Attempt.quiz.in_(quizzes),
            AttemptResult.passed.is_(True),
        )
    )
    found: dict[Any, set[str]] = {}
    today = _Today(library)
    for row_of_one in rows:
        if today.counts(row_of_one) is not None:
            found.setdefault(row_of_one[0], set()).add(row_of_one.quiz)
    return found


def done_for_all(
    session: Session,
    library: Library,
    people: Sequence[uuid.UUID],
    programme: str | None = None,
) -> dict[uuid.UUID, Done]:
    """What each of these people has done, in a few statements however many they are.

    Pledge and drawn runs are those of ``programme``; without one, any counts.
    """
    rows = _DONE.rows(session, people)
    lessons, scenarios = _gathered(rows["lessons"]), _gathered(rows["scenarios"])
    pledges, gates = _gathered(rows["pledges"]), _gathered(rows["gates"])
    counts: dict[uuid.UUID, dict[str, int]] = {}
    for person, exercise, detection in rows["counts"]:
        counts.setdefault(person, {})[exercise] = int(detection)
    passed = passed_by(session, library, people)
    shown = signoffs.shown_by(session, library, people, programme)
    # Few programmes build on another one: the others are spared the statement.
    builds = programme in library.programmes and library.programme(programme).requires.certificates
    held = programmes_held(session, people) if builds else {}
    # The same of joint trainings.
    meets = programme in library.programmes and library.programme(programme).requires.joint
    joint = {one.account_id: one.receipts for one in _JOINT.rows(session, people)} if meets else {}
    found = {}
    for person in people:
        signed, drawn = pledges.get(person, set()), gates.get(person, set())
        found[person] = Done(
            lessons=frozenset(lessons.get(person, ())),
            quizzes=frozenset(one.quiz for one in passed[person]),
            scenarios=frozenset(scenarios.get(person, ())),
            counts=counts.get(person, {}),
            pledge=bool(signed) if programme is None else programme in signed,
            practical=shown[person],
            joint=joint.get(person, 0),
            drawn=bool(drawn) if programme is None else programme in drawn,
            certificates=frozenset(held.get(person, ())),
        )
    return found


def _gathered(rows: Iterable[Any]) -> dict[uuid.UUID, set[str]]:
    found: dict[uuid.UUID, set[str]] = {}
    for person, value in rows:
        found.setdefault(person, set()).add(value)
    return found


def done_for(
    session: Session, library: Library, account_id: uuid.UUID, programme: str | None = None
) -> Done:
    """What one person has done: lessons finished, quizzes and scenarios passed, the pledge."""
    return done_for_all(session, library, [account_id], programme)[account_id]


_PLAYED_SINCE = sa.select(Run.scenario).where(
    Run.account_id == sa.bindparam("account", type_=sa.Uuid()),
    Run.passed.is_(True),
    Run.finished_at.is_not(None),
    Run.started_at > sa.bindparam("since"),
)


def done_again(session: Session, library: Library, account_id: uuid.UUID, since: datetime) -> Done:
    """The quizzes and scenarios that somebody began after a moment and passed."""
    passed = passed_by(session, library, [account_id])[account_id]
    played = session.scalars(_PLAYED_SINCE, {"account": account_id, "since": since})
    return Done(
        quizzes=frozenset(one.quiz for one in passed if one.started_at > since),
        scenarios=frozenset(played),
    )


def last_practised(
    session: Session, people: Sequence[uuid.UUID]
) -> dict[uuid.UUID, datetime | None]:
    """When each person last finished a quiz or a scenario; what currency is judged by."""
    moments: dict[uuid.UUID, list[datetime]] = {person: [] for person in people}
    for statement in _FINISHED:
        rows = statement.rows(session, people)
        for person, at in rows:
            moments[person].append(cast(datetime, at))
    return {person: max(found, default=None) for person, found in moments.items()}


def missing_for_all(
    session: Session,
    library: Library,
    programme: str | Mapping[str, Any],
    people: Sequence[uuid.UUID],
) -> dict[uuid.UUID, tuple[Need, ...]]:
    """What each of these people still lacks for a programme (its slug or its document)."""
    slug = programme if isinstance(programme, str) else programme["slug"]
    asked = library.programme(slug)
    done = done_for_all(session, library, people, slug)
    return {person: domain.missing_for(asked, done[person]) for person in people}


def missing(
    session: Session,
    library: Library,
    programme: str | Mapping[str, Any],
    account_id: uuid.UUID,
) -> tuple[Need, ...]:
    """What one person still lacks for a programme, in the order in which it is meant to be done."""
    return missing_for_all(session, library, programme, [account_id])[account_id]


def tokens_of_key(session: Session, key_id: str) -> list[tuple[str, int | None, str]]:
    """(serial, place in the log, SHA-256 of the token) of all that a key has signed here."""
    rows = session.execute(
        sa.select(Certificate.serial, LogEntry.place, Certificate.token_sha256)
        .outerjoin(LogEntry, LogEntry.serial == Certificate.serial)
        .where(Certificate.key_id == key_id)
        .order_by(Certificate.serial)
        .execution_options(scope="all")  # for the operator: no person is named
    )
    return [(serial, place, digest) for serial, place, digest in rows]


def release_items(session: Session, release_id: uuid.UUID) -> list[tuple[str, str, str]]:
    """(kind, slug, digest) of all that a release holds, in order."""
    rows = session.execute(
        sa.select(ReleaseItem.kind, ReleaseItem.slug, ReleaseItem.digest).where(
            ReleaseItem.release_id == release_id
        )
    )
    return sorted((kind, slug, digest) for kind, slug, digest in rows)
