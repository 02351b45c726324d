"""Deeds about accounts: invite, join, sign in and out, change one's secret or language."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts import secrets
from lms.accounts.codes import Code, new_code
from lms.accounts.models import Account, DeviceSession, OneTimeCode, RoleHeld
from lms.db import new_id
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.folding import clean, skeleton
from lms.domain.permissions import Actor, Permission, Place, Role, may
from lms.privacy import Vault

# A reset code lives shortly: it is handed over in the room. Source: security C-44, C-46.
INVITATION_LIFE = timedelta(hours=72)
LIVES = {"invitation": INVITATION_LIFE, "reset": timedelta(minutes=60)}
# An issuer's codes that are still open. Source: security C-44 (AB14).
QUOTA = 500
LIFETIMES = {"staff": timedelta(hours=8), "trainee": timedelta(days=14)}
IDLE = {"staff": timedelta(minutes=30), "trainee": timedelta(days=14)}
STAFF = frozenset(Role) - {Role.TRAINEE}
# A session's row is touched this often at most: reading a page should not write.
TOUCH_EVERY = timedelta(minutes=5)
# All failed codes together, whoever types them: keeps a guess below one in a million per 72 h.
CODES_PER_MINUTE = 100


class SecretRefused(Exception):
    """A chosen login or secret cannot be used; ``reason`` says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


@dataclass(frozen=True)
class Prepared:
    """A login and the hash of its secret, made before the transaction: hashing takes its time,
    and nobody else should wait behind it."""

    login: str
    skeleton: str
    secret_hash: str


def prepare(login: str, secret: str) -> Prepared:
    """Check and hash what a person chose. Raises SecretRefused."""
    login = clean(login)  # what cannot be seen cannot be typed again
    wanted = skeleton(login)
    if len(wanted) < 3:
        raise SecretRefused("login", "short")
    if len(login) > 60 or len(wanted) > 64:  # a ligature unfolds, so the skeleton may be longer
        raise SecretRefused("login", "long")
    if reason := secrets.weakness(secret, login):
        raise SecretRefused("secret", reason)
    return Prepared(login, wanted, secrets.hash_secret(secret))


def kind_of(roles: set[Role] | frozenset[Role]) -> str:
    return "staff" if roles & STAFF else "trainee"


# --- codes ---------------------------------------------------------------------------------------


def invite(
    session: Session,
    *,
    role: Role,
    place: Place | None,
    issuer: Actor | None,
    now: datetime,
    account_id: uuid.UUID | None = None,
    purpose: str = "invitation",
) -> Code:
    """A one-time code that lets somebody join with this role at this place.

    ``issuer`` None is the operator at the machine. With ``account_id`` the code opens an account
    that exists already and has no secret. Raises NotYours for a role at or above the issuer's own,
    TooLate("quota") when the issuer has too many open codes.
    """
    if issuer is not None:
        allowed = role in (Role.TRAINEE, Role.OFFICIAL)
        if not (allowed and place and may(issuer, Permission.IMPORT_PEOPLE, place)):
            raise NotYours
        open_codes = session.scalar(
            sa.select(sa.func.count())
            .select_from(OneTimeCode)
            .where(
                OneTimeCode.issuer_id == issuer.id,
                OneTimeCode.used_at.is_(None),
                OneTimeCode.expires_at > now,
            )
        )
        if (open_codes or 0) >= QUOTA:
            raise TooLate("quota")
    code = new_code(lambda selector: session.get(OneTimeCode, selector))
    session.add(
        OneTimeCode(
            selector=code.selector,
            purpose=purpose,
            secret_hash=secrets.hash_code(code.secret),
            role=role,
            organisation_id=place.organisation_id if place else None,
            cohort_id=place.cohort_id if place else None,
            account_id=account_id,
            issuer_id=issuer.id if issuer else None,
            expires_at=now + LIVES[purpose],
        )
    )
    session.flush()
    return code


def close_codes(session: Session, account_id: uuid.UUID, *, now: datetime) -> None:
    """Close every code of this person that is still open."""
    session.execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.account_id == account_id, OneTimeCode.used_at.is_(None))
        .values(used_at=now)
    )


def open_code(
    session: Session,
    code: Code | None,
    *,
    now: datetime,
    purposes: tuple[str, ...] = ("invitation",),
) -> OneTimeCode | None:
    """What this code opens, or None: unknown, used, over, wrong and for something else look alike.

    Spends the same work either way. The caller counts failures.
    """
    row = session.get(OneTimeCode, code.selector) if code else None
    if not secrets.code_matches(row.secret_hash if row else None, code.secret if code else "-"):
        return None
    if row is None or row.purpose not in purposes or row.used_at or row.expires_at <= now:
        return None
    return row


def join(
    session: Session,
    code: Code,
    *,
    prepared: Prepared,
    language: str,
    vault: Vault,
    now: datetime,
) -> uuid.UUID:
    """Use an invitation: make (or open) the account, give it its role, and burn the code.

    Raises SecretRefused("login", "taken"), and TooLate("used") when the code is no longer open: of
    two at once, one wins.
    """
    row = open_code(session, code, now=now)
    if row is None:
        raise TooLate("used")
    if session.scalar(sa.select(Account.id).where(Account.login_skeleton == prepared.skeleton)):
        raise SecretRefused("login", "taken")
    burnt = session.execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.selector == row.selector, OneTimeCode.used_at.is_(None))
        .values(used_at=now)
        .returning(OneTimeCode.selector)
    ).scalar()
    if burnt is None:
        raise TooLate("used")
    account = session.get(Account, row.account_id) if row.account_id else None
    if account is None:
        account = add_account(session, vault=vault, language=language)
        add_role(session, account.id, Role(row.role or ""), _place(row), now=now)
    account.login, account.login_skeleton = prepared.login, prepared.skeleton
    account.secret_hash = prepared.secret_hash
    account.language, account.joined_on = language, now.date()
    session.flush()
    trail.record(
        session,
        "join",
        actor_id=account.id,
        subject=f"account:{account.id}",
        facts={"role": row.role},
        now=now,
    )
    return account.id


def _place(row: OneTimeCode) -> Place | None:
    return Place(row.organisation_id, row.cohort_id) if row.organisation_id else None


def add_account(
    session: Session, *, vault: Vault, language: str, name: str | None = None
) -> Account:
    """A new person with their own key, and their name sealed with it if there is one."""
    identity = new_id()
    key = vault.new_person_key(identity)
    sealed = vault.seal(identity, key, "accounts.name_sealed", name) if name else None
    account = Account(id=identity, language=language, person_key=key, name_sealed=sealed)
    session.add(account)
    session.flush()
    return account


def add_role(
    session: Session,
    account_id: uuid.UUID,
    role: Role,
    place: Place | None,
    *,
    now: datetime,
    post: str | None = None,
) -> None:
    session.add(
        RoleHeld(
            account_id=account_id,
            role=role,
            organisation_id=place.organisation_id if place else None,
            cohort_id=place.cohort_id if place else None,
            since=now.date(),
            post=post,
        )
    )
    session.flush()


# --- signing out --------------------------------------------------------------------------


def touch_session(
    session: Session, session_id: uuid.UUID, roles: frozenset[Role], *, now: datetime
) -> None:
    """Move the idle limit on, never past the whole lifetime of the session."""
    row = session.get(DeviceSession, session_id)
    if row is None or row.expires_at <= now:
        return
    kind = kind_of(roles)
    row.seen_at = now
    row.expires_at = min(row.began_at + LIFETIMES[kind], now + IDLE[kind])
    session.flush()


def end_session(session: Session, actor: Actor, session_id: uuid.UUID) -> None:
    """Sign out one browser of one's own. Raises NotThere for anybody else's."""
    gone = session.execute(
        sa.delete(DeviceSession)
        .where(DeviceSession.id == session_id, DeviceSession.account_id == actor.id)
        .returning(DeviceSession.id)
    ).scalar()
    if gone is None:
        raise NotThere


def end_all_sessions(session: Session, account_id: uuid.UUID) -> None:
    session.execute(sa.delete(DeviceSession).where(DeviceSession.account_id == account_id))


def knows_secret(session: Session, actor: Actor, secret: str) -> bool:
    account = session.get(Account, actor.id)
    return secrets.matches(account.secret_hash if account else None, secret)


def change_secret(session: Session, actor: Actor, prepared: Prepared, *, now: datetime) -> None:
    """Replace one's secret and sign out everywhere."""
    account = session.get(Account, actor.id)
    if account is None:
        raise NotThere
    account.secret_hash = prepared.secret_hash
    end_all_sessions(session, account.id)
    trail.record(
        session, "change-secret", actor_id=actor.id, subject=f"account:{actor.id}", now=now
    )


def suspend(
    session: Session, actor_id: uuid.UUID | None, account_id: uuid.UUID, *, now: datetime
) -> None:
    """Stop a person at every door, at once."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotThere
    account.suspended_on = now.date()
    end_all_sessions(session, account_id)
    trail.record(session, "suspend", actor_id=actor_id, subject=f"account:{account_id}", now=now)


def choose_language(session: Session, actor: Actor, language: str) -> None:
    account = session.get(Account, actor.id)
    if account is None:
        raise NotThere
    account.language = language
    session.flush()
