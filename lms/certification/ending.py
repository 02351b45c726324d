"""Deeds about certificates that were issued: suspend, lift, revoke, and the list that says so.

Which deed may follow which is the domain's to say (``refusal``); whoever does one at the same
moment waits for the certificate's row, and is then told what has become of it.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts.models import Account
from lms.certification import histories, lists, queries
from lms.certification.keys import Keyring
from lms.certification.making import EVERYBODYS
from lms.certification.models import Certificate, CertificateCode, CertificateEvent, StatusList
from lms.certification.wording import LIFT_REASONS, REASONS, SUSPEND_REASONS
from lms.domain.certification import LISTED, Kind, refusal, status_at
from lms.domain.errors import TooLate
from lms.domain.permissions import Actor, Permission


def locked(
    session: Session, actor: Actor, serial: str, permission: Permission = Permission.REVOKE
) -> Certificate:
    """One certificate, held against everybody else until the transaction ends.

    Its holder's account is held first, as in certifying: in another order two deeds about one
    person would wait for each other. Raises NotThere, and NotYours for those who may look but not
    do this.
    """
    holder = sa.select(Certificate.account_id).where(Certificate.serial == serial)
    session.execute(
        sa.select(Account.id).where(Account.id == holder.scalar_subquery()).with_for_update()
    )
    session.execute(
        sa.select(Certificate.serial).where(Certificate.serial == serial).with_for_update()
    )
    return queries.row(session, actor, serial, permission)


def must(session: Session, row: Certificate, kind: Kind, now: datetime, change: str = "") -> None:
    """Raises TooLate with the domain's reason when this cannot happen to the certificate now."""
    code = refusal(histories.one(session, row.serial, row), kind, now, change)
    if code is not None:
        raise TooLate(code)


def add_event(
    session: Session,
    row: Certificate,
    kind: Kind,
    *,
    actor: Actor | None,
    now: datetime,
    reason: str | None = None,
    change: str = "",
    due: date | None = None,
) -> None:
    """Write down what happens to a certificate. Raises TooLate when it cannot happen now."""
    must(session, row, kind, now, change)
    last = session.scalar(
        sa.select(sa.func.max(CertificateEvent.number)).where(CertificateEvent.serial == row.serial)
    )
    session.add(
        CertificateEvent(
            serial=row.serial,
            number=(last or 0) + 1,
            at=now,
            kind=kind.value,
            actor_id=actor.id if actor else None,
            reason=reason,
            change=change,
            due=due,
        )
    )
    session.flush()


def revoke(
    session: Session, actor: Actor, serial: str, reason: str, *, now: datetime, keys: Keyring
) -> bool:
    """Revoke a certificate for one of the fixed reasons, and publish a list that says so.

    False means that there is no key here to sign a list with: the page for checking says revoked,
    and the list has to be exported where the key is.
    Raises NotThere, NotYours, TooLate for one that is revoked or replaced already, and ValueError
    for a reason that is not on the list.
    """
    _on_the_list(reason, REASONS)
    row = locked(session, actor, serial)
    must(session, row, Kind.REVOKED, now)
    row.revoked_at, row.revoked_by, row.revoked_reason = now, actor.id, reason
    session.flush()
    return _tell(session, actor, "revoke", serial, reason, now, keys)


def suspend(
    session: Session, actor: Actor, serial: str, reason: str, *, now: datetime, keys: Keyring
) -> bool:
    """Take a certificate out of use until it is lifted or revoked. Answers as ``revoke`` does.

    Raises NotThere, NotYours, TooLate for one that is over, suspended or ended, and ValueError.
    """
    _on_the_list(reason, SUSPEND_REASONS)
    row = locked(session, actor, serial)
    add_event(session, row, Kind.SUSPENDED, actor=actor, now=now, reason=reason)
    return _tell(session, actor, "suspend-certificate", serial, reason, now, keys)


def lift(
    session: Session, actor: Actor, serial: str, reason: str, *, now: datetime, keys: Keyring
) -> bool:
    """End a suspension; the certificate stands as if there had been none. Answers as ``revoke``.

    Raises NotThere, NotYours, TooLate for one that is not suspended, and ValueError.
    """
    _on_the_list(reason, LIFT_REASONS)
    row = locked(session, actor, serial)
    add_event(session, row, Kind.LIFTED, actor=actor, now=now, reason=reason)
    return _tell(session, actor, "lift-certificate", serial, reason, now, keys)


def publish_list(session: Session, keys: Keyring, *, now: datetime) -> StatusList:
    """Sign a new list of all that no longer counts by now, with the next number.

    It holds what is revoked, replaced, suspended, or has missed a top-up: everything that the
    paper cannot tell. On PostgreSQL the caller's entry in the trail keeps two from taking one
    number.
    """
    standings = histories.every(session)
    places = session.execute(
        sa.select(Certificate.serial, Certificate.status_index).execution_options(**EVERYBODYS)
    )
    codes = session.execute(
        sa.select(CertificateCode.certificate, CertificateCode.status_index).execution_options(
            **EVERYBODYS
        )
    )
    over = {serial for serial, found in standings.items() if status_at(found, now) in LISTED}
    listed = [place for serial, place in chain(places, codes) if serial in over]
    number = (session.scalar(sa.select(sa.func.max(StatusList.number))) or 0) + 1
    text = lists.publish(number, now, listed, keys.must_issue(), keys.public)
    found = StatusList(number=number, issued_at=now, body=text.encode())
    session.add(found)
    session.flush()
    return found


def _on_the_list(reason: str, reasons: tuple[str, ...]) -> None:
    if reason not in reasons:
        raise ValueError("not a reason on the list")


def _tell(
    session: Session,
    actor: Actor,
    deed: str,
    serial: str,
    reason: str,
    now: datetime,
    keys: Keyring,
) -> bool:
    """Leave the line in the trail and publish a list; False where no key can sign one."""
    subject = f"certificate:{serial}"
    trail.record(
        session, deed, actor_id=actor.id, subject=subject, facts={"reason": reason}, now=now
    )
    if keys.issuing is None:
        return False
    publish_list(session, keys, now=now)
    return True
