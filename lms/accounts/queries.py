"""Who is signed in, what they hold, and what we keep about them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Session

from lms.accounts.models import Account, DeviceSession, OneTimeCode, RoleHeld
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor, Held, Role
from lms.prepared import Prepared
from lms.privacy import CannotOpen, Vault


@dataclass(frozen=True)
class User(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The signed-in person of a request. ``get_id`` names the session, not the person."""

    id: uuid.UUID
    session_secret: str
    session_id: uuid.UUID
    language: str
    actor: Actor
    seen_at: datetime

    def get_id(self) -> str:
        return self.session_secret


@dataclass(frozen=True)
class Person:
    """A person as those allowed to see them see them."""

    id: uuid.UUID
    login: str | None
    name: str | None
    language: str
    suspended: bool

    @property
    def label(self) -> str:
        """A name where the organisation keeps one, else the pseudonym."""
        return self.name or self.login or f"№ {str(self.id)[:8]}"


def digest_of(session_secret: str) -> bytes:
    return hashlib.sha256(session_secret.encode()).digest()


_SIGNED_IN = Prepared(
    sa.select(
        DeviceSession.id,
        DeviceSession.seen_at,
        Account.id.label("account_id"),
        Account.language,
        RoleHeld.role,
        RoleHeld.organisation_id,
        RoleHeld.cohort_id,
    )
    .join(Account, Account.id == DeviceSession.account_id)
    .outerjoin(RoleHeld, RoleHeld.account_id == Account.id)
    .where(
        DeviceSession.digest == sa.bindparam("digest"),
        DeviceSession.expires_at > sa.bindparam("now", type_=DeviceSession.expires_at.type),
        Account.suspended_on.is_(None),
    )
    .order_by(RoleHeld.id),
    kept=10_000,  # a person reads on for minutes, and the row says the same each time
)


def signed_in(session: Session, session_secret: str, now: datetime) -> User | None:
    """The person behind a session secret; None when it is unknown, over, or they are suspended.

    One statement: it runs before every page.
    """
    rows = _SIGNED_IN.all(session, digest=digest_of(session_secret), now=now)
    return _user(session_secret, tuple(rows)) if rows else None


@lru_cache(maxsize=10_000)
def _user(session_secret: str, rows: tuple[Any, ...]) -> User:
    """What the rows say, put together once for as long as they say the same."""
    session_id, seen_at, account_id, language = rows[0][:4]
    held = tuple(Held(Role(row[4]), row[5], row[6]) for row in rows if row[4])
    return User(account_id, session_secret, session_id, language, Actor(account_id, held), seen_at)


def actor_of(session: Session, account_id: uuid.UUID) -> Actor | None:
    """Somebody as they are now, for what they began and the machine finishes; None when they are
    suspended or gone."""
    rows = session.execute(
        sa.select(RoleHeld.role, RoleHeld.organisation_id, RoleHeld.cohort_id)
        .join(Account, Account.id == RoleHeld.account_id)
        .where(Account.id == account_id, Account.suspended_on.is_(None))
        .order_by(RoleHeld.id)
    ).all()
    held = tuple(Held(Role(row.role), row.organisation_id, row.cohort_id) for row in rows)
    return Actor(account_id, held) if held else None


def own_account(session: Session, actor: Actor) -> Account:
    account = session.get(Account, actor.id)
    if account is None:
        raise NotThere
    return account


def own_sessions(session: Session, actor: Actor) -> list[DeviceSession]:
    """The browsers this person is signed in on, the latest first."""
    return list(
        session.scalars(
            sa.select(DeviceSession)
            .where(DeviceSession.account_id == actor.id)
            .order_by(DeviceSession.began_at.desc())
        )
    )


def person_of(account: Account, vault: Vault) -> Person:
    name = None
    if account.name_sealed is not None:
        try:
            name = vault.open(
                account.id, account.person_key, "accounts.name_sealed", account.name_sealed
            )
        except CannotOpen:
            name = None
    return Person(
        account.id, account.login, name, account.language, account.suspended_on is not None
    )


def people_holding(
    session: Session, role: Role, cohorts: Iterable[uuid.UUID], vault: Vault
) -> list[tuple[uuid.UUID, Person]]:
    """(cohort, person) for everybody who holds this role in these cohorts.

    The caller has asked which cohorts the actor may see.
    """
    rows = session.execute(
        sa.select(
            RoleHeld.cohort_id,
            Account.id,
            Account.login,
            Account.language,
            Account.suspended_on,
            Account.person_key,
            Account.name_sealed,
        )
        .join(Account, Account.id == RoleHeld.account_id)
        .where(RoleHeld.role == role, RoleHeld.cohort_id.in_(list(cohorts)))
    )
    found: list[tuple[uuid.UUID, Person]] = []
    for cohort, account_id, login, language, suspended, key, sealed in rows:
        name = None
        if sealed is not None and key is not None:
            try:
                name = vault.open(account_id, key, "accounts.name_sealed", sealed)
            except CannotOpen:
                name = None
        person = Person(account_id, login, name, language, suspended is not None)
        if cohort is not None:
            found.append((cohort, person))
    return sorted(found, key=lambda pair: (pair[1].label.casefold(), str(pair[1].id)))


def holder(session: Session, account_id: uuid.UUID, cohort_id: uuid.UUID, vault: Vault) -> Person:
    """Somebody who learns in this cohort. Raises NotThere for anybody else."""
    account = session.scalar(
        sa.select(Account)
        .join(RoleHeld, RoleHeld.account_id == Account.id)
        .where(
            Account.id == account_id,
            RoleHeld.cohort_id == cohort_id,
            RoleHeld.role.in_([Role.TRAINEE, Role.OFFICIAL]),
        )
    )
    if account is None:
        raise NotThere
    return person_of(account, vault)


def posts(session: Session, cohort_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Person → post, of everybody in a cohort who has one."""
    rows = session.execute(
        sa.select(RoleHeld.account_id, RoleHeld.post).where(
            RoleHeld.cohort_id == cohort_id, RoleHeld.post.is_not(None)
        )
    )
    return {account_id: post for account_id, post in rows if post}


def of_ids(session: Session, ids: Iterable[uuid.UUID]) -> list[Account]:
    """These accounts, for a deed that has looked them up within its cohort."""
    return list(session.scalars(sa.select(Account).where(Account.id.in_(list(ids)))))


def people(session: Session, ids: Iterable[uuid.UUID], vault: Vault) -> list[Person]:
    """These people. The caller has asked whether the actor may know who they are."""
    rows = session.scalars(sa.select(Account).where(Account.id.in_(list(ids))))
    return [person_of(account, vault) for account in rows]


def person_key(session: Session, account_id: uuid.UUID) -> bytes | None:
    """A person's wrapped key; None once it was destroyed, and with it all that it sealed."""
    return session.scalar(sa.select(Account.person_key).where(Account.id == account_id))


def person_keys(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes | None]:
    """The wrapped key of each of these people."""
    rows = session.execute(
        sa.select(Account.id, Account.person_key).where(Account.id.in_(list(ids)))
    )
    return {row[0]: row[1] for row in rows}


def languages_of(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The language of each of these people."""
    rows = session.execute(sa.select(Account.id, Account.language).where(Account.id.in_(list(ids))))
    return {row[0]: row[1] for row in rows}


def code_row(session: Session, selector: str) -> OneTimeCode | None:
    return session.get(OneTimeCode, selector)


def ids_holding(
    session: Session, roles: Iterable[Role], cohort_ids: Iterable[uuid.UUID]
) -> set[uuid.UUID]:
    """The ids of those who hold one of these roles in these cohorts; nobody's name is opened."""
    rows = session.scalars(
        sa.select(RoleHeld.account_id).where(
            RoleHeld.cohort_id.in_(list(cohort_ids)), RoleHeld.role.in_([*roles])
        )
    )
    return set(rows)


def labels(session: Session, ids: Iterable[uuid.UUID], vault: Vault) -> dict[uuid.UUID, str]:
    """What these people are called, for somebody who may know them."""
    rows = session.scalars(sa.select(Account).where(Account.id.in_(list(ids))))
    return {row.id: person_of(row, vault).label for row in rows}


def holding(cohort_ids: Sequence[uuid.UUID], roles: Sequence[Role]) -> sa.Select[uuid.UUID]:
    """The ids of all who hold one of these roles in these cohorts, as part of a statement."""
    return sa.select(RoleHeld.account_id).where(
        RoleHeld.cohort_id.in_(cohort_ids), RoleHeld.role.in_(roles)
    )
