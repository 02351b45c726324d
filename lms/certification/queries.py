"""What people have done towards a certificate, and certificates as each may see them.

The statements of hot pages are built once, here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import Account
from lms.assessment.models import Attempt, AttemptResult
from lms.certification import wording
from lms.certification.models import Certificate, StatusList
from lms.cohorts import queries as cohorts
from lms.content.library import Library
from lms.content.models import ReleaseItem
from lms.counts.models import CountRun
from lms.domain import certification as domain
from lms.domain.certification import Done, Need, Status
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor, Permission
from lms.domain.rules import critical_rules
from lms.drills.models import Run
from lms.learning.models import Pledge, Reading

# --- what has been done --------------------------------------------------------------------------

_PEOPLE = sa.bindparam("people", expanding=True, type_=sa.Uuid())
_READ = sa.select(Reading.account_id, Reading.lesson).where(
    Reading.account_id.in_(_PEOPLE), Reading.finished_at.is_not(None)
)
_PLAYED = (
    sa.select(Run.account_id, Run.scenario)
    .where(Run.account_id.in_(_PEOPLE), Run.passed.is_(True), Run.finished_at.is_not(None))
    .distinct()
)
# Only what was drawn and counted, and only nights in which there was something to find.
_COUNTED = (
    sa.select(
        CountRun.account_id,
        CountRun.exercise,
        sa.func.max(100 * CountRun.detected / CountRun.planted).label("detection"),
    )
    .where(
        CountRun.account_id.in_(_PEOPLE),
        CountRun.certifying.is_(True),
        CountRun.passed.is_(True),
        CountRun.planted > 0,
    )
    .group_by(CountRun.account_id, CountRun.exercise)
)
_PLEDGED = sa.select(Pledge.account_id, Pledge.programme).where(Pledge.account_id.in_(_PEOPLE))
_PASSED = (
    sa.select(
        Attempt.account_id,
        Attempt.id,
        Attempt.quiz,
        Attempt.quiz_kind,
        Attempt.clock,
        Attempt.started_at,
        AttemptResult.earned,
        AttemptResult.possible,
        AttemptResult.missed_rules,
    )
    .join(AttemptResult, AttemptResult.attempt_id == Attempt.id)
    .where(Attempt.account_id.in_(_PEOPLE), AttemptResult.passed.is_(True))
    .order_by(Attempt.finished_at.desc(), Attempt.id)
)


@dataclass(frozen=True)
class Passed:
    """A quiz that was passed and would be today. ``day`` is the one whose law was asked for."""

    attempt_id: uuid.UUID
    quiz: str
    kind: str
    day: date


def passed_by(
    session: Session, library: Library, people: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Passed]]:
    """Each person's passed quizzes, the latest first.

    A result on an older release counts while its marks would still pass: the quiz is still there,
    its present pass mark is reached, and no rule was missed that is critical now.
    """
    found: dict[uuid.UUID, list[Passed]] = {person: [] for person in people}
    critical: dict[date, frozenset[str]] = {}
    for row in session.execute(_PASSED, {"people": list(people)}):
        if row.quiz not in library.quizzes:
            continue
        quiz = library.quiz(row.quiz)
        day = date.fromisoformat(row.clock) if row.clock else row.started_at.date()
        if day not in critical:
            critical[day] = critical_rules(library.rules.values(), day)
        knocked_out = quiz.critical == "all" and not critical[day].isdisjoint(row.missed_rules)
        if row.earned * 100 >= quiz.pass_percent * row.possible and not knocked_out:
            passed = Passed(row.id, row.quiz, row.quiz_kind, day)
            found[row.account_id].append(passed)
    return found


def done_for_all(
    session: Session,
    library: Library,
    people: Sequence[uuid.UUID],
    programme: str | None = None,
) -> dict[uuid.UUID, Done]:
    """What each of these people has done, in five statements however many they are.

    The pledge is that of ``programme``; without one, any pledge counts.
    """
    wanted = {"people": list(people)}
    lessons = _gathered(session.execute(_READ, wanted))
    scenarios = _gathered(session.execute(_PLAYED, wanted))
    pledges = _gathered(session.execute(_PLEDGED, wanted))
    counts: dict[uuid.UUID, dict[str, int]] = {}
    for row in session.execute(_COUNTED, wanted):
        counts.setdefault(row.account_id, {})[row.exercise] = int(row.detection)
    passed = passed_by(session, library, people)
    found = {}
    for person in people:
        signed = pledges.get(person, set())
        found[person] = Done(
            lessons=frozenset(lessons.get(person, ())),
            quizzes=frozenset(one.quiz for one in passed[person]),
            scenarios=frozenset(scenarios.get(person, ())),
            counts=counts.get(person, {}),
            pledge=bool(signed) if programme is None else programme in signed,
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


def release_items(session: Session, release_id: uuid.UUID) -> list[tuple[str, str, str]]:
    """(kind, slug, digest) of all that a release holds, in order."""
    rows = session.execute(
        sa.select(ReleaseItem.kind, ReleaseItem.slug, ReleaseItem.digest).where(
            ReleaseItem.release_id == release_id
        )
    )
    return sorted((kind, slug, digest) for kind, slug, digest in rows)


# --- certificates --------------------------------------------------------------------------------


@dataclass(frozen=True)
class CertificateView:
    """A certificate as its holder and trainers see it; the name is not known to the system."""

    serial: str
    account_id: uuid.UUID
    cohort_id: uuid.UUID
    printed: Mapping[str, Any]
    issued_at: datetime
    valid_from: date
    valid_until: date
    revoked_at: datetime | None
    revoked_reason: str | None
    replaced_at: datetime | None
    status: Status

    @property
    def title(self) -> str:
        title: str = self.printed["programme_title"]
        return title

    @property
    def purpose(self) -> str:
        purpose: str = self.printed["purpose"]
        return purpose

    @property
    def purpose_word(self) -> str:
        return wording.purpose(self.printed)

    @property
    def status_word(self) -> str:
        return wording.holds(self.status.value)

    @property
    def facts(self) -> list[tuple[str, str]]:
        return wording.facts(self.printed)


_VIEW = sa.select(
    Certificate.serial,
    Certificate.account_id,
    Certificate.cohort_id,
    Certificate.claims,
    Certificate.issued_at,
    Certificate.valid_from,
    Certificate.valid_until,
    Certificate.revoked_at,
    Certificate.revoked_reason,
    Certificate.replaced_at,
).order_by(Certificate.issued_at.desc(), Certificate.serial)
_OWN = _VIEW.where(Certificate.account_id == sa.bindparam("account", type_=sa.Uuid()))
_OF_COHORT = _VIEW.where(Certificate.cohort_id == sa.bindparam("cohort", type_=sa.Uuid()))
_ONE = _VIEW.where(Certificate.serial == sa.bindparam("serial"))


def _view(row: Any, on: date) -> CertificateView:
    status = domain.status(row.valid_from, row.valid_until, row.revoked_at, on)
    return CertificateView(*row, status)  # type: ignore[call-arg]  # a row of just these columns


def own(session: Session, actor: Actor, on: date | None = None) -> list[CertificateView]:
    """One's own certificates, the latest first, as they stand on a day (today)."""
    day = on or clock.now().date()
    return [_view(row, day) for row in session.execute(_OWN, {"account": actor.id})]


def of_cohort(
    session: Session, actor: Actor, cohort_id: uuid.UUID, on: date | None = None
) -> list[CertificateView]:
    """All certificates issued in a cohort, the latest first. Raises NotThere."""
    cohorts.one(session, actor, cohort_id)
    day = on or clock.now().date()
    return [_view(row, day) for row in session.execute(_OF_COHORT, {"cohort": cohort_id})]


def one(session: Session, actor: Actor, serial: str, on: date | None = None) -> CertificateView:
    """One certificate of a cohort this person may look into. Raises NotThere."""
    row = session.execute(_ONE, {"serial": serial}).first()
    # Asked in any case, so that an unknown serial costs what a foreign one does (security C-12).
    cohorts.one(session, actor, row.cohort_id if row else uuid.uuid4())
    if row is None:
        raise NotThere
    return _view(row, on or clock.now().date())


def may_see_file(session: Session, actor: Actor, serial: str) -> Certificate:
    """A certificate whose file is this person's to open: the holder's, or one they trained.

    Raises NotThere.
    """
    found = session.get(Certificate, serial)
    if found is None or found.account_id != actor.id:
        wanted = found.cohort_id if found else uuid.uuid4()
        cohorts.one(session, actor, wanted, Permission.SEE_COHORTS)
    if found is None:
        raise NotThere
    return found


def holders_key(session: Session, found: Certificate) -> bytes | None:
    """The holder's wrapped key; None once it was destroyed, and with it what it sealed."""
    return session.scalar(sa.select(Account.person_key).where(Account.id == found.account_id))


@dataclass(frozen=True)
class PublicView:
    """What anybody learns who holds a serial: how it stands, and what is printed. No person."""

    printed: Mapping[str, Any]
    status: Status
    token_sha256: str


_PUBLIC = sa.select(
    Certificate.claims,
    Certificate.valid_from,
    Certificate.valid_until,
    Certificate.revoked_at,
    Certificate.token_sha256,
).where(Certificate.serial == sa.bindparam("serial"))


def by_serial(session: Session, serial: str, on: date) -> PublicView | None:
    """A certificate as anybody may see it; None when there is none of this serial."""
    row = session.execute(_PUBLIC, {"serial": serial}).first()
    if row is None:
        return None
    status = domain.status(row.valid_from, row.valid_until, row.revoked_at, on)
    return PublicView(row.claims, status, row.token_sha256)


_SEALED_TOKEN = (
    sa.select(Certificate.account_id, Account.person_key, Certificate.token_sealed)
    .join(Account, Account.id == Certificate.account_id)
    .where(Certificate.serial == sa.bindparam("serial"))
)


def sealed_token(session: Session, serial: str) -> tuple[uuid.UUID, bytes | None, bytes] | None:
    """(holder, their wrapped key, the sealed token), for checking a name against it."""
    row = session.execute(_SEALED_TOKEN, {"serial": serial}).first()
    return (row[0], row[1], row[2]) if row else None


def newest_list(session: Session) -> StatusList | None:
    """The revocation list that holds now; None before the first."""
    return session.scalar(sa.select(StatusList).order_by(StatusList.number.desc()).limit(1))


def unsupported(session: Session) -> list[str]:
    """Serials of certificates that do not rest on a passed attempt of their holder.

    Empty, unless somebody wrote to the tables by hand. Source: security C-83.
    """
    return list(
        session.scalars(
            sa.select(Certificate.serial)
            .outerjoin(AttemptResult, AttemptResult.attempt_id == Certificate.attempt_id)
            .outerjoin(Attempt, Attempt.id == Certificate.attempt_id)
            .where(
                sa.or_(
                    AttemptResult.passed.is_not(True),
                    Attempt.account_id.is_(None),
                    Attempt.account_id != Certificate.account_id,
                )
            )
            .order_by(Certificate.serial)
        )
    )
