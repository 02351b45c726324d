"""A new passphrase for who lost theirs, with a code from their trainer. Source: security C-46."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts import actions, secrets
from lms.accounts.codes import Code
from lms.accounts.models import Account, OneTimeCode
from lms.domain.errors import TooLate

TOLD_DAYS = 14


def renew(
    session: Session, code: Code, account_id: uuid.UUID, secret_hash: str, *, now: datetime
) -> Account:
    """Use a reset code: the new passphrase holds, every browser is signed out.

    Raises TooLate("used") when the code opens nothing any more: of two at once, one wins.
    """
    burnt = session.execute(
        sa.update(OneTimeCode)
        .where(
            OneTimeCode.selector == code.selector,
            OneTimeCode.account_id == account_id,
            OneTimeCode.purpose == "reset",
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(OneTimeCode.selector)
    ).scalar()
    account = session.get(Account, account_id)
    if burnt is None or account is None or account.suspended_on is not None:
        raise TooLate("used")
    account.secret_hash = secret_hash
    actions.end_all_sessions(session, account_id)
    session.flush()
    trail.record(
        session, "renew-secret", actor_id=account_id, subject=f"account:{account_id}", now=now
    )
    return account


def hashed(passphrase: str) -> str:
    """Made before the transaction, as every hash."""
    return secrets.hash_secret(passphrase)


def renewed_on(session: Session, account_id: uuid.UUID, now: datetime) -> date | None:
    """The day of the latest renewal with a code, if it is not long ago: its owner is told."""
    at = session.scalar(
        sa.select(sa.func.max(trail.Entry.at)).where(
            trail.Entry.subject == f"account:{account_id}", trail.Entry.deed == "renew-secret"
        )
    )
    return at.date() if at is not None and now - at < timedelta(days=TOLD_DAYS) else None
