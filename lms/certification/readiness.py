"""Whether somebody may be certified now, and everything that stands in the way.

One examination serves the page that explains, the half of certifying that prepares, and the half
that writes; none of them can disagree with another.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Account, RoleHeld
from lms.certification import histories, parity, queries
from lms.certification.models import Certificate
from lms.certification.queries import Passed
from lms.certification.tokens import PURPOSES
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain import certification as domain
from lms.domain.certification import (
    Cause,
    History,
    Kind,
    Need,
    Period,
    Programme,
    Renewal,
)
from lms.domain.errors import Missing, NotThere, NotYours, TooLate
from lms.domain.permissions import Actor, Permission, Role, may
from lms.domain.rules import legal_clock


@dataclass(frozen=True)
class Readiness:
    """One person, one programme, one purpose. Empty ``missing`` and ``blocked`` mean: ready.

    ``blocked`` pairs a critical rule with the sources of which none is confirmed for the election.
    ``standing`` is the serial of a certificate that makes another one needless, or is suspended;
    ``follows`` of the one before, whose next period this would be; ``renewal`` says why it may be
    issued, and ``period`` for which days.
    """

    cohort: CohortView
    programme: Programme
    purpose: str
    release_id: uuid.UUID
    languages: tuple[str, ...]
    missing: tuple[Need, ...]
    blocked: tuple[tuple[str, tuple[str, ...]], ...]
    exam: Passed | None
    period: Period
    election_is_over: bool
    standing: str | None
    is_suspended: bool
    follows: str | None
    renewal: Renewal | None

    @property
    def valid_until(self) -> date:
        return self.period.valid_until

    @property
    def needs(self) -> tuple[Need, ...]:
        """All that is missing, the sources that block deployment among it."""
        found = dict.fromkeys(self.missing)
        for rule, sources in self.blocked:
            ids = [Need("source", source) for source in sources] or [Need("rule", rule)]
            found.update(dict.fromkeys(ids))
        return tuple(found)

    @property
    def is_ready(self) -> bool:
        return not self.needs and not self.election_is_over and self.standing is None

    @property
    def attempt_id(self) -> uuid.UUID:
        """The passed exam it rests on. Raises Missing where there is none."""
        return self._passed_exam().attempt_id

    @property
    def law_on(self) -> date:
        """The day whose law was learned. Raises Missing where there is none."""
        return self._passed_exam().day

    def _passed_exam(self) -> Passed:
        if self.exam is None:
            raise Missing(self.needs)
        return self.exam

    def must_be_ready(self) -> None:
        """Raises Missing with everything that is missing, TooLate once the election is over."""
        if self.needs:
            raise Missing(self.needs)
        if self.election_is_over:
            raise TooLate("election-over", held_on=self.cohort.held_on)


def examine(
    session: Session,
    actor: Actor,
    trainee_id: uuid.UUID,
    cohort_id: uuid.UUID,
    purpose: str,
    *,
    now: datetime,
    library: Library,
) -> Readiness:
    """Look at everything a certificate needs.

    Raises NotThere for a cohort or person that is not this actor's to know of, NotYours for
    oneself and for those who may look but not certify, TooLate("no-programme") for a cohort whose
    programme is not published, and ValueError for a purpose that does not exist.
    """
    cohort = _cohort(session, actor, cohort_id, purpose)
    suspended = _suspended(session, cohort_id, [trainee_id])
    if trainee_id not in suspended:
        raise NotThere
    if trainee_id == actor.id:
        raise NotYours
    return _examined(session, actor, cohort, purpose, suspended, now, library)[trainee_id]


def examine_all(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    purpose: str,
    people: Sequence[uuid.UUID] | None = None,
    *,
    now: datetime,
    library: Library,
) -> dict[uuid.UUID, Readiness]:
    """The same for everybody who learns in a cohort (or these of them), in a few statements.

    Oneself is left out, and so is who does not learn there. Raises as ``examine`` does.
    """
    cohort = _cohort(session, actor, cohort_id, purpose)
    suspended = _suspended(session, cohort_id, people)
    suspended.pop(actor.id, None)
    return _examined(session, actor, cohort, purpose, suspended, now, library)


def _cohort(session: Session, actor: Actor, cohort_id: uuid.UUID, purpose: str) -> CohortView:
    if purpose not in PURPOSES:
        raise ValueError("no such purpose")
    return cohorts.one(session, actor, cohort_id)


def _examined(
    session: Session,
    actor: Actor,
    cohort: CohortView,
    purpose: str,
    suspended: Mapping[uuid.UUID, bool],
    now: datetime,
    library: Library,
) -> dict[uuid.UUID, Readiness]:
    """How each of these people stands; ``suspended`` says of each whether they are."""
    if not may(actor, Permission.CERTIFY, cohort.place):
        raise NotYours
    if cohort.programme not in library.programmes or library.release is None:
        raise TooLate("no-programme")
    programme, people = library.programme(cohort.programme), list(suspended)
    for_deployment = purpose == "deployment"
    today, held_on = now.date(), cohort.held_on if for_deployment else None
    done = queries.done_for_all(session, library, people, programme.slug)
    passed = queries.passed_by(session, library, people)
    befores = _before(session, people, cohort, purpose)
    blocked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if held_on is not None:
        rules = library.rules.values()
        blocked = domain.blocked_sources(programme, rules, library.sources, held_on)
    languages = parity.languages(library, programme.slug)
    found = {}
    for person in people:
        before, history = befores.get(person, (None, None))
        renewal = domain.next_step(history, programme, now)
        cause = renewal.cause if renewal else Cause.FIRST
        period = domain.next_period(
            programme, cause, today, held_on, history.period if history else None
        )
        if _adds_nothing(renewal, history, period):
            renewal = None
        missing = [Need("account", "suspended")] if suspended[person] else []
        missing += domain.missing_for(programme, done[person])
        if before is not None and renewal is not None:
            missing += _again(session, library, programme, person, before.issued_at, renewal)
        exam, lacking = _exam(library, programme, passed[person], held_on)
        missing += [need for need in lacking if need not in missing]
        if for_deployment and not programme.trains_observers:
            missing.append(Need("observers", programme.slug))
        if for_deployment and held_on is None:
            missing.append(Need("election", cohort.name))
        stands = before is not None and renewal is None
        found[person] = Readiness(
            cohort=cohort,
            programme=programme,
            purpose=purpose,
            release_id=library.release,
            languages=languages,
            missing=tuple(missing),
            blocked=blocked,
            exam=exam,
            # Training is learned for good and lapses with the months; an election ends deployment.
            period=period,
            election_is_over=held_on is not None and held_on < today,
            standing=before.serial if before is not None and stands else None,
            is_suspended=history is not None and domain.refusal(history, Kind.LIFTED, now) is None,
            follows=before.serial if before is not None and cause is not Cause.FIRST else None,
            renewal=renewal,
        )
    return found


def _adds_nothing(renewal: Renewal | None, history: History | None, period: Period) -> bool:
    """Whether a renewal would end no later than what it renews: an election bounds both."""
    early = renewal is not None and renewal.cause is Cause.RENEWAL
    return early and history is not None and period.valid_until <= history.period.valid_until


def _again(
    session: Session,
    library: Library,
    programme: Programme,
    trainee_id: uuid.UUID,
    since: datetime,
    renewal: Renewal,
) -> list[Need]:
    """What has to be passed once more since the certificate before, and was not.

    Source: hard parts 5.5, the re-qualification check before a renewal.
    """
    if renewal.cause is Cause.FIRST:
        return []
    asked = programme.for_repair() if renewal.whole_path else programme.for_renewal()
    done = queries.done_again(session, library, trainee_id, since)
    return [
        Need(f"{need.kind}-again", need.id)
        for need in domain.missing_for(asked, done)
        if need.kind in ("quiz", "scenario")
    ]


def _suspended(
    session: Session, cohort_id: uuid.UUID, people: Sequence[uuid.UUID] | None
) -> dict[uuid.UUID, bool]:
    """Who learns in this cohort, of these people or of all; and whether they are suspended."""
    asked = (
        sa.select(Account.id, Account.suspended_on)
        .join(RoleHeld, RoleHeld.account_id == Account.id)
        .where(RoleHeld.cohort_id == cohort_id, RoleHeld.role.in_([Role.TRAINEE, Role.OFFICIAL]))
        .execution_options(scope="all")  # the accounts of one cohort, which was looked up
    )
    if people is not None:
        asked = asked.where(Account.id.in_(list(people)))
    return {row.id: row.suspended_on is not None for row in session.execute(asked)}


def _exam(
    library: Library, programme: Programme, passed: Sequence[Passed], held_on: date | None
) -> tuple[Passed | None, list[Need]]:
    """The latest passed exam that the programme asks for; else what is missing about it.

    For deployment it has to be an exam on the law of that election.
    """
    exams = [one for one in passed if one.kind == "exam" and one.quiz in programme.requires.quizzes]
    if held_on is not None:
        wanted = [one for one in exams if legal_clock(one.day) == legal_clock(held_on)]
        if exams and not wanted:
            return None, [Need("exam-of-this-law", exams[0].quiz)]
        exams = wanted
    if exams:
        return exams[0], []
    asked = [
        slug
        for slug in programme.requires.quizzes
        if slug in library.quizzes and library.quizzes[slug]["quiz_kind"] == "exam"
    ]
    return None, [Need("quiz", slug) for slug in asked] or [Need("exam", programme.slug)]


def _before(
    session: Session, people: Sequence[uuid.UUID], cohort: CohortView, purpose: str
) -> dict[uuid.UUID, tuple[Any, History]]:
    """The latest certificate that each of them has for this, and its history."""
    rows = session.execute(
        sa.select(
            Certificate.account_id,
            Certificate.serial,
            Certificate.issued_at,
            *histories.COLUMNS,
        )
        .where(
            Certificate.account_id.in_(list(people)),
            Certificate.programme == cohort.programme,
            Certificate.purpose == purpose,
            Certificate.election_id.is_(None)
            if purpose == "training"
            else Certificate.election_id == cohort.election_id,
        )
        # The one that stands comes first, then the latest of those that ended.
        .order_by(
            Certificate.replaced_at.is_not(None),
            Certificate.revoked_at.is_not(None),
            Certificate.issued_at.desc(),
            Certificate.serial,
        )
    )
    latest: dict[uuid.UUID, Any] = {}
    for row in rows:
        latest.setdefault(row.account_id, row)
    found = histories.many(session, latest.values())
    return {person: (row, found[row.serial]) for person, row in latest.items()}
