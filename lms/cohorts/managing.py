"""Deeds about people who are here already: move, suspend, merge, undo an import, a way back in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts.models import Account, DeviceSession, OneTimeCode, RoleHeld
from lms.cohorts import queries
from lms.cohorts.actions import Card, role_in
from lms.cohorts.importing import POSTS
from lms.cohorts.merging import hand_over, obstacles
from lms.cohorts.models import ImportedPerson, PeopleImport
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.permissions import Actor, Permission, Role
from lms.privacy import Vault
from lms.signoffs import queries as signoffs

UNDO_HOURS = 24
LEARNS = (Role.TRAINEE, Role.OFFICIAL)
# How the person who asks for a way back in was recognised. Source: security C-46.
RECOGNISED = ("in-person", "two-facts")


def move(
    session: Session,
    actor: Actor,
    from_id: uuid.UUID,
    account_id: uuid.UUID,
    to_id: uuid.UUID,
    *,
    now: datetime,
) -> None:
    """Move a learner to another cohort of the organisation; what they did comes along.

    Raises NotThere for a cohort or a person that is not there, TooLate("already-there").
    """
    before = queries.one(session, actor, from_id, Permission.MANAGE_PEOPLE)
    after = queries.one(session, actor, to_id, Permission.MANAGE_PEOPLE)
    if before.organisation_id != after.organisation_id or before.id == after.id:
        raise NotThere
    held = _enrolment(session, account_id, before.id)
    if session.scalar(_enrolled(account_id, after.id)) is not None:
        raise TooLate("already-there")
    held.cohort_id, held.since = after.id, now.date()
    accounts.close_codes(session, account_id, now=now)  # an open code would lead to the old place
    session.flush()
    _record(session, "move", actor, account_id, now, {"from": str(from_id), "to": str(to_id)})


def suspend(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    account_id: uuid.UUID,
    *,
    now: datetime,
) -> None:
    """Stop a learner at every door, at once. Raises NotYours for oneself and for staff."""
    _manageable(session, actor, cohort_id, account_id)
    accounts.suspend(session, actor.id, account_id, now=now)


def resume(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    account_id: uuid.UUID,
    *,
    now: datetime,
) -> None:
    """Let a suspended learner in again."""
    account = _manageable(session, actor, cohort_id, account_id)
    account.suspended_on = None
    session.flush()
    _record(session, "resume", actor, account_id, now, {})


def give_post(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    account_id: uuid.UUID,
    post: str | None,
    *,
    now: datetime,
) -> None:
    """Write down what a member of a commission is in it, one of POSTS, or None for nothing.

    Raises NotThere for another word, and in a cohort of observers: they have no posts.
    """
    cohort = queries.one(session, actor, cohort_id, Permission.IMPORT_PEOPLE)
    if cohort.organisation_kind != "commission" or post not in (None, *POSTS):
        raise NotThere
    held = _enrolment(session, account_id, cohort_id)
    if held.post == post:
        return
    held.post = post
    session.flush()
    _record(session, "give-post", actor, account_id, now, {"post": post})


def merge(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    kept_id: uuid.UUID,
    gone_id: uuid.UUID,
    *,
    vault: Vault,
    now: datetime,
) -> None:
    """Make one person of two entries: all that the second did becomes the first's.

    The second can never be used again. Raises TooLate with what stands in the way.
    """
    _manageable(session, actor, cohort_id, kept_id)
    gone = _manageable(session, actor, cohort_id, gone_id)
    if kept_id == gone_id:
        raise NotThere
    if found := obstacles(session, kept_id, gone_id):
        raise TooLate(found[0])
    moved = hand_over(session, gone_id, kept_id, vault=vault)
    for held in session.scalars(sa.select(RoleHeld).where(RoleHeld.account_id == gone_id)).all():
        there = session.scalar(
            sa.select(RoleHeld).where(
                RoleHeld.account_id == kept_id,
                RoleHeld.role == held.role,
                RoleHeld.cohort_id == held.cohort_id,
            )
        )
        if there is None:
            held.account_id = kept_id
        else:
            there.post = there.post or held.post
            session.delete(held)
        session.flush()
    accounts.close_codes(session, gone_id, now=now)
    accounts.end_all_sessions(session, gone_id)
    session.expire(gone)
    gone.login = gone.login_skeleton = gone.secret_hash = None
    gone.name_sealed = gone.person_key = None
    gone.suspended_on = now.date()
    session.flush()
    _record(session, "merge", actor, kept_id, now, {"gone": str(gone_id), **moved})


def way_back(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    account_id: uuid.UUID,
    recognised: str,
    *,
    vault: Vault,
    now: datetime,
) -> Card:
    """A code that gives somebody who has joined a new passphrase: one hour, once.

    Only downward: raises NotYours for anybody who is more than a learner, NotThere for somebody
    of another cohort, TooLate("not-joined") for who has not joined. Source: security C-46.
    """
    cohort = queries.one(session, actor, cohort_id, Permission.IMPORT_PEOPLE)
    found = queries.member(session, cohort, account_id, vault)
    _must_be_learner(session, actor, account_id)
    if found.login is None:
        raise TooLate("not-joined")
    if found.suspended:
        raise TooLate("suspended")
    accounts.close_codes(session, account_id, now=now)
    code = accounts.invite(
        session,
        role=role_in(cohort),
        place=cohort.place,
        issuer=actor,
        account_id=account_id,
        purpose="reset",
        now=now,
    )
    _record(session, "issue-reset", actor, account_id, now, {"recognised": recognised})
    return Card(found.label, str(code), found.language)


def _manageable(
    session: Session, actor: Actor, cohort_id: uuid.UUID, account_id: uuid.UUID
) -> Account:
    queries.one(session, actor, cohort_id, Permission.MANAGE_PEOPLE)
    _enrolment(session, account_id, cohort_id)
    _must_be_learner(session, actor, account_id)
    return session.get_one(Account, account_id)


def _must_be_learner(session: Session, actor: Actor, account_id: uuid.UUID) -> None:
    roles = session.scalars(sa.select(RoleHeld.role).where(RoleHeld.account_id == account_id))
    if account_id == actor.id or not {Role(role) for role in roles} <= set(LEARNS):
        raise NotYours


def _enrolled(account_id: uuid.UUID, cohort_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    return sa.select(RoleHeld.id).where(
        RoleHeld.account_id == account_id,
        RoleHeld.cohort_id == cohort_id,
        RoleHeld.role.in_(LEARNS),
    )


def _enrolment(session: Session, account_id: uuid.UUID, cohort_id: uuid.UUID) -> RoleHeld:
    found = session.scalar(
        sa.select(RoleHeld)
        .where(
            RoleHeld.account_id == account_id,
            RoleHeld.cohort_id == cohort_id,
            RoleHeld.role.in_(LEARNS),
        )
        .with_for_update()
    )
    if found is None:
        raise NotThere
    return found


def _record(
    session: Session,
    deed: str,
    actor: Actor,
    account_id: uuid.UUID,
    now: datetime,
    facts: dict[str, str | int | bool | None],
) -> None:
    trail.record(
        session, deed, actor_id=actor.id, subject=f"account:{account_id}", facts=facts, now=now
    )


# --- undoing an import ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Undone:
    """What came of it: who was taken out, and how many stay because they were here already."""

    gone: int
    stayed: int


def undoable(session: Session, cohort_id: uuid.UUID, now: datetime) -> list[PeopleImport]:
    """The imports of a cohort that can still be undone, the latest first."""
    return list(
        session.scalars(
            sa.select(PeopleImport)
            .where(
                PeopleImport.cohort_id == cohort_id,
                PeopleImport.undone_at.is_(None),
                PeopleImport.at > now - timedelta(hours=UNDO_HOURS),
            )
            .order_by(PeopleImport.at.desc())
        )
    )


def undo_import(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    import_id: uuid.UUID,
    *,
    now: datetime,
) -> Undone:
    """Take out whoever an import brought in and who has not joined. Whoever has joined, or was
    assessed in the room already, stays.

    Raises NotThere for an import of another cohort, TooLate once a day has passed or it is undone.
    """
    queries.one(session, actor, cohort_id, Permission.IMPORT_PEOPLE)
    row = session.scalar(
        sa.select(PeopleImport)
        .where(PeopleImport.id == import_id, PeopleImport.cohort_id == cohort_id)
        .with_for_update()
    )
    if row is None:
        raise NotThere
    if row.undone_at is not None or row.at <= now - timedelta(hours=UNDO_HOURS):
        raise TooLate("undo-over")
    ids = list(
        session.scalars(
            sa.select(ImportedPerson.account_id).where(ImportedPerson.import_id == import_id)
        )
    )
    going = _unused(session, ids)
    for model, column in (
        (ImportedPerson, ImportedPerson.account_id),
        (OneTimeCode, OneTimeCode.account_id),
        (RoleHeld, RoleHeld.account_id),
        (DeviceSession, DeviceSession.account_id),
        (Account, Account.id),
    ):
        session.execute(sa.delete(model).where(column.in_(going)))
    row.undone_at = now
    session.flush()
    found = Undone(len(going), len(ids) - len(going))
    trail.record(
        session,
        "undo-import",
        actor_id=actor.id,
        subject=f"cohort:{cohort_id}",
        facts={"gone": found.gone, "stayed": found.stayed},
        now=now,
    )
    return found


def _unused(session: Session, ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Those who have not joined and of whom nothing was written down yet."""
    assessed = signoffs.people_with_sheets(session, ids)
    waiting = [person.id for person in people.of_ids(session, ids) if person.login is None]
    return [one for one in waiting if one not in assessed]
