"""Certificates as each may see them: their holder, those who train them, and anybody."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import Account
from lms.assessment.models import Attempt, AttemptResult
from lms.certification import histories, parity, wording
from lms.certification.models import Certificate, CertificateCode, CertificateEvent, StatusList
from lms.certification.tokens import serial_shown
from lms.cohorts import queries as cohorts
from lms.content import publishing
from lms.domain.certification import (
    History,
    Programme,
    Standing,
    Status,
    next_step,
    standing_at,
)
from lms.domain.errors import NotThere, NotYours
from lms.domain.permissions import Actor, Permission, may
from lms.prepared import Prepared


@dataclass(frozen=True)
class CertificateView:
    """A certificate as its holder and trainers see it; the name is not known to the system."""

    serial: str
    account_id: uuid.UUID
    cohort_id: uuid.UUID
    printed: Mapping[str, Any]
    issued_at: datetime
    issued_by: uuid.UUID
    revoked_reason: str | None
    follows: str | None
    history: History
    standing: Standing

    @property
    def status(self) -> Status:
        return self.standing.status

    @property
    def valid_until(self) -> date:
        return self.history.period.valid_until

    @property
    def number(self) -> str:
        """The serial as it is printed: in groups."""
        return serial_shown(self.serial)

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
        return wording.holds(self.standing)

    @property
    def facts(self) -> list[tuple[str, str]]:
        return wording.facts(self.printed)


_VIEW = sa.select(
    Certificate.serial,
    Certificate.account_id,
    Certificate.cohort_id,
    Certificate.claims,
    Certificate.issued_at,
    Certificate.issued_by,
    Certificate.revoked_reason,
    Certificate.follows,
    *histories.COLUMNS,
).order_by(Certificate.issued_at.desc(), Certificate.serial)
_OWN = Prepared(
    _VIEW.add_columns(*histories.OF_EVENT)
    .outerjoin(CertificateEvent, CertificateEvent.serial == Certificate.serial)
    .where(Certificate.account_id == sa.bindparam("account", type_=sa.Uuid()))
    .order_by(CertificateEvent.number)
)
_OF_COHORT = _VIEW.where(Certificate.cohort_id == sa.bindparam("cohort", type_=sa.Uuid()))
_PROGRAMMES = sa.select(
    Certificate.account_id, Certificate.programme, Certificate.serial, *histories.COLUMNS
).where(
    Certificate.account_id.in_(sa.bindparam("people", expanding=True, type_=sa.Uuid())),
    Certificate.revoked_at.is_(None),
    Certificate.replaced_at.is_(None),
)
_ONE = _VIEW.where(Certificate.serial == sa.bindparam("serial"))


def _views(session: Session, rows: list[Any], at: date) -> list[CertificateView]:
    found = histories.many(session, rows)
    return [_view(row, found[row.serial], at) for row in rows]


def _view(row: Any, history: History, at: date) -> CertificateView:
    return CertificateView(
        row.serial,
        row.account_id,
        row.cohort_id,
        row.claims,
        row.issued_at,
        row.issued_by,
        row.revoked_reason,
        row.follows,
        history,
        standing_at(history, at),
    )


def own(session: Session, actor: Actor, at: date | None = None) -> list[CertificateView]:
    """One's own certificates, the latest first, as they stand at a moment (now)."""
    rows = _OWN.all(session, account=actor.id)
    of_each = [list(found) for _serial, found in groupby(rows, key=attrgetter("serial"))]
    return [_view(found[0], histories.joined(found), at or clock.now()) for found in of_each]


def programmes_held(
    session: Session, people: Sequence[uuid.UUID], at: datetime | None = None
) -> dict[uuid.UUID, set[str]]:
    """Person → the programmes of which they hold a certificate that is good at a moment (now)."""
    rows = session.execute(_PROGRAMMES, {"people": list(people)}).all()
    histories_of, moment = histories.many(session, rows), at or clock.now()
    found: dict[uuid.UUID, set[str]] = {}
    for one_row in rows:
        if standing_at(histories_of[one_row.serial], moment).holds:
            found.setdefault(one_row.account_id, set()).add(one_row.programme)
    return found


def of_cohort(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    at: date | None = None,
    *,
    people: Sequence[uuid.UUID] | None = None,
) -> list[CertificateView]:
    """All certificates issued in a cohort (to these people), the latest first. Raises NotThere."""
    cohorts.one(session, actor, cohort_id)
    asked = _OF_COHORT if people is None else _OF_COHORT.where(Certificate.account_id.in_(people))
    rows = session.execute(asked, {"cohort": cohort_id}).all()
    return _views(session, list(rows), at or clock.now())


def one(session: Session, actor: Actor, serial: str, at: date | None = None) -> CertificateView:
    """One certificate of a cohort this person may look into. Raises NotThere."""
    found = session.execute(_ONE, {"serial": serial}).first()
    # Asked in any case, so that an unknown serial costs what a foreign one does (security C-12).
    cohorts.one(session, actor, found.cohort_id if found else uuid.uuid4())
    if found is None:
        raise NotThere
    return _views(session, [found], at or clock.now())[0]


def row(session: Session, actor: Actor, serial: str, permission: Permission) -> Certificate:
    """The row of a certificate, for a deed that needs this permission in its cohort.

    Raises NotThere, and NotYours for those who may look but not do it.
    """
    found = session.get(Certificate, serial, populate_existing=True)
    cohort = cohorts.one(session, actor, found.cohort_id if found else uuid.uuid4())
    if found is None:
        raise NotThere
    if not may(actor, permission, cohort.place) or found.account_id == actor.id:
        raise NotYours
    return found


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
    standing: Standing
    token_sha256: str


# One statement: whoever stands at the gate of a station waits for it.
_PUBLIC = Prepared(
    sa.select(Certificate.claims, Certificate.token_sha256, *histories.COLUMNS, *histories.OF_EVENT)
    .outerjoin(CertificateEvent, CertificateEvent.serial == Certificate.serial)
    .where(Certificate.serial == sa.bindparam("serial"))
    .order_by(CertificateEvent.number)
)


_PUBLIC_CODE = Prepared(
    sa.select(
        Certificate.claims,
        CertificateCode.token_sha256,
        CertificateCode.key_id,
        *histories.COLUMNS,
        *histories.OF_EVENT,
    )
    .join(CertificateCode, CertificateCode.certificate == Certificate.serial)
    .outerjoin(CertificateEvent, CertificateEvent.serial == Certificate.serial)
    .where(CertificateCode.serial == sa.bindparam("serial"))
    .order_by(CertificateEvent.number)
)


def by_serial(session: Session, serial: str, at: date) -> PublicView | None:
    """A certificate, or one of the codes without a name that belong to one, as anybody may see
    it; None when there is none of this serial. A code says nothing that names its certificate."""
    own: dict[str, Any] = {}
    found = _PUBLIC.all(session, serial=serial)
    if not found:
        found = _PUBLIC_CODE.all(session, serial=serial)
        if not found:
            return None
        own = {"serial": serial, "key_id": found[0].key_id}
    standing = standing_at(histories.joined(found), at)
    claims = found[0].claims | own if own else found[0].claims
    return PublicView(claims, standing, found[0].token_sha256)


_SEALED_TOKEN = (
    sa.select(Certificate.account_id, Account.person_key, Certificate.token_sealed)
    .join(Account, Account.id == Certificate.account_id)
    .where(Certificate.serial == sa.bindparam("serial"))
)


def sealed_token(session: Session, serial: str) -> tuple[uuid.UUID, bytes | None, bytes] | None:
    """(holder, their wrapped key, the sealed token), for checking a name against it."""
    found = session.execute(_SEALED_TOKEN, {"serial": serial}).first()
    return (found[0], found[1], found[2]) if found else None


_SEALED_CODE = (
    sa.select(Certificate.account_id, Account.person_key, CertificateCode.token_sealed)
    .join(Certificate, Certificate.serial == CertificateCode.certificate)
    .join(Account, Account.id == Certificate.account_id)
    .where(CertificateCode.serial == sa.bindparam("serial"))
)


def sealed_code(session: Session, serial: str) -> tuple[uuid.UUID, bytes | None, bytes] | None:
    """The same for a code without a name."""
    found = session.execute(_SEALED_CODE, {"serial": serial}).first()
    return (found[0], found[1], found[2]) if found else None


def newest_list(session: Session) -> StatusList | None:
    """The revocation list that holds now; None before the first."""
    return session.scalar(sa.select(StatusList).order_by(StatusList.number.desc()).limit(1))


_WITHOUT_BASIS = (
    sa.select(Certificate.serial)
    .outerjoin(AttemptResult, AttemptResult.attempt_id == Certificate.attempt_id)
    .outerjoin(Attempt, Attempt.id == Certificate.attempt_id)
    .where(
        sa.or_(
            AttemptResult.passed.is_not(True),
            AttemptResult.at > Certificate.issued_at,
            Attempt.account_id.is_(None),
            Attempt.account_id != Certificate.account_id,
            Attempt.quiz_kind != "exam",
        )
    )
    .order_by(Certificate.serial)
)


def unsupported(session: Session) -> list[str]:
    """Serials of certificates that rest on no exam that their holder had passed when they were
    issued. Empty, unless somebody wrote to the tables by hand, or a result was taken back since.

    Source: security C-83.
    """
    return list(session.scalars(_WITHOUT_BASIS.execution_options(scope="all")))


def rests_on_nothing(session: Session, serial: str) -> bool:
    """Whether this certificate is one of the unsupported."""
    asked = _WITHOUT_BASIS.where(Certificate.serial == serial)
    return session.scalar(asked) is not None


def languages_of(session: Session, serial: str) -> tuple[str, ...]:
    """The languages in which a certificate's programme could be certified when it was issued."""
    found = session.get_one(Certificate, serial)
    return parity.languages(publishing.at(session, found.release_id), found.programme)


def renewable(found: CertificateView, programme: Programme, at: date) -> bool:
    """Whether something may follow this certificate now."""
    step = next_step(found.history, programme, at)
    return step is not None and found.standing.status is not Status.REVOKED
