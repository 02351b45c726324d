"""Signing in: whose login and secret these are, the session that begins, and doors tried in vain.

Prepared statements: in the hour before a training begins everybody does this at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets as random_bytes
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import secrets
from lms.accounts.actions import IDLE, LIFETIMES, kind_of
from lms.accounts.models import Account, DeviceSession, Failures, RoleHeld
from lms.accounts.queries import User, digest_of
from lms.db import new_id
from lms.domain.permissions import Actor, Held, Role
from lms.prepared import Prepared, PreparedInsert, PreparedWrite

FREE_FAILURES = 3
LONGEST_WAIT = 60


@dataclass(frozen=True)
class Signer:
    """Somebody who may sign in."""

    actor: Actor
    language: str


_BY_LOGIN = Prepared(
    sa.select(
        Account.id,
        Account.secret_hash,
        Account.suspended_on,
        Account.language,
        RoleHeld.role,
        RoleHeld.organisation_id,
        RoleHeld.cohort_id,
    )
    .outerjoin(RoleHeld, RoleHeld.account_id == Account.id)
    .where(Account.login_skeleton == sa.bindparam("skeleton"))
    .order_by(RoleHeld.id)
)
_BEGUN = PreparedInsert(DeviceSession)
_OVER = PreparedWrite(
    sa.delete(DeviceSession).where(
        DeviceSession.expires_at <= sa.bindparam("now", type_=DeviceSession.expires_at.type)
    )
)


def account_for(session: Session, name: str, secret: str) -> Signer | None:
    """Whose login, by its skeleton, and secret these are; None for anything else, after the same
    work."""
    rows = _BY_LOGIN.all(session, skeleton=name)
    if not secrets.matches(rows[0].secret_hash if rows else None, secret):
        return None
    if not rows or rows[0].suspended_on is not None:
        return None
    return _signer(rows[0].id, rows[0].language, (row for row in rows if row.role))


def signer_of(account: Account) -> Signer:
    """The same of an account that was just made or changed."""
    return _signer(account.id, account.language, account.held)


def _signer(account_id: uuid.UUID, language: str, held: Iterable[Any]) -> Signer:
    places = tuple(Held(Role(one.role), one.organisation_id, one.cohort_id) for one in held)
    return Signer(Actor(account_id, places), language)


def begin_session(session: Session, signer: Signer, *, now: datetime) -> User:
    """Sign this person in on one more browser. The secret is given once and not kept."""
    secret, kind = random_bytes.token_urlsafe(32), kind_of(signer.actor.roles)
    row = {
        "id": new_id(),
        "digest": digest_of(secret),
        "account_id": signer.actor.id,
        "began_at": now,
        "seen_at": now,
        "expires_at": now + min(LIFETIMES[kind], IDLE[kind]),
    }
    _BEGUN.add(session, [row])
    _OVER.each(session, [{"now": now}])
    return User(signer.actor.id, secret, row["id"], signer.language, signer.actor, now)


# --- doors tried in vain -------------------------------------------------------------------------

_FAILED = Prepared(
    sa.select(Failures.count, Failures.last_at).where(Failures.bucket == sa.bindparam("door"))
)
_FORGET = PreparedWrite(sa.delete(Failures).where(Failures.bucket == sa.bindparam("door")))


def bucket(key: bytes, *parts: str) -> bytes:
    """A keyed digest that names a door without naming who stands before it."""
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).digest()


class Tried(NamedTuple):
    """How often a door was tried in vain, and when last."""

    times: int
    last_at: datetime


def failures_at(session: Session, door: bytes) -> Tried | None:
    """What a door has counted; None when nobody has failed at it."""
    row = _FAILED.first(session, door=door)
    return Tried(row.count, row.last_at) if row is not None else None


def seconds_to_wait(tried: Tried | None, *, now: datetime) -> int:
    """How long a door stays shut: nothing for the first failures, then 1, 2, 4 … 60 s."""
    if tried is None or tried.times <= FREE_FAILURES:
        return 0
    wait = min(LONGEST_WAIT, 2 ** min(tried.times - FREE_FAILURES - 1, 6))
    left = wait - (now - tried.last_at).total_seconds()
    return max(0, int(left) + 1) if left > 0 else 0


def tried_in_vain(session: Session, door: bytes) -> int:
    """How many failures a door has counted."""
    row = session.get(Failures, door)
    return row.count if row is not None else 0


def count_failure(session: Session, door: bytes, *, now: datetime) -> int:
    """One more failure at this door; forgotten after a quiet hour."""
    row = session.get(Failures, door)
    if row is None:
        row = Failures(bucket=door, count=0, last_at=now)
        session.add(row)
    if now - row.last_at > timedelta(hours=1):
        row.count = 0
    row.count += 1
    row.last_at = now
    session.flush()
    return row.count


def forget_failures(session: Session, door: bytes) -> None:
    _FORGET.each(session, [{"door": door}])
