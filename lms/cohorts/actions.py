"""Deeds of those who bring people in: import a list, issue a code again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.cohorts import queries
from lms.cohorts.importing import Row
from lms.cohorts.models import Cohort, ImportedPerson, PeopleImport
from lms.cohorts.queries import CohortView
from lms.domain.errors import TooLate
from lms.domain.permissions import Actor, Permission, Role
from lms.privacy import Vault


@dataclass(frozen=True)
class Card:
    """A person and the code that lets them in; shown once, printed, handed over."""

    label: str
    code: str
    language: str


def role_in(cohort: CohortView) -> Role:
    """What people of this cohort are: members of a commission, or trainees."""
    return Role.OFFICIAL if cohort.organisation_kind == "commission" else Role.TRAINEE


def import_people(
    session: Session,
    actor: Actor | None,
    cohort: CohortView,
    rows: Iterable[Row],
    *,
    vault: Vault,
    now: datetime,
) -> list[Card]:
    """Add every row to the cohort, or nobody. Each person gets an account and a one-time code.

    ``actor`` None is the operator at the machine. Raises TooLate("changed") when somebody of the
    list is in the cohort by now, so that the same file sent twice adds nobody twice.
    """
    if actor is not None:
        queries.one(session, actor, cohort.id, Permission.IMPORT_PEOPLE)
    rows, role = list(rows), role_in(cohort)
    # Of two who confirm one list at once the second waits here, and then finds the first one's.
    session.execute(sa.select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())
    present = {p.name for _c, p in people.people_holding(session, role, [cohort.id], vault)}
    if present & {row.name for row in rows if not row.here}:
        raise TooLate("changed")
    cards = []
    rows = [row for row in rows if not row.here]
    done = PeopleImport(
        cohort_id=cohort.id, actor_id=actor.id if actor else None, at=now, people=len(rows)
    )
    session.add(done)
    session.flush()
    for row in rows:
        account = accounts.add_account(session, vault=vault, language=row.language, name=row.name)
        post = row.post if role is Role.OFFICIAL else ""
        accounts.add_role(session, account.id, role, cohort.place, now=now, post=post or None)
        code = accounts.invite(
            session,
            role=role,
            place=cohort.place,
            issuer=actor,
            account_id=account.id,
            now=now,
        )
        session.add(ImportedPerson(import_id=done.id, account_id=account.id))
        cards.append(Card(row.name, str(code), row.language))
    trail.record(
        session,
        "import-people",
        actor_id=actor.id if actor else None,
        subject=f"cohort:{cohort.id}",
        facts={"people": len(rows)},
        now=now,
    )
    return cards


def issue_code_again(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    account_id: uuid.UUID,
    *,
    vault: Vault,
    now: datetime,
) -> Card:
    """A fresh code for somebody of the cohort who has not joined yet; older codes stop working.

    Raises NotThere for anybody else, TooLate("joined") for somebody who has.
    """
    cohort = queries.one(session, actor, cohort_id, Permission.IMPORT_PEOPLE)
    role = role_in(cohort)
    found = queries.member(session, cohort, account_id, vault)
    if found.login is not None:
        raise TooLate("joined")
    accounts.close_codes(session, account_id, now=now)
    code = accounts.invite(
        session, role=role, place=cohort.place, issuer=actor, account_id=account_id, now=now
    )
    trail.record(
        session,
        "issue-code",
        actor_id=actor.id,
        subject=f"account:{account_id}",
        facts={"cohort": str(cohort_id)},
        now=now,
    )
    return Card(found.label, str(code), found.language)


def invite_one(session: Session, actor: Actor, cohort_id: uuid.UUID, *, now: datetime) -> Card:
    """A code for one more person, who brings no name."""
    cohort = queries.one(session, actor, cohort_id, Permission.IMPORT_PEOPLE)
    code = accounts.invite(session, role=role_in(cohort), place=cohort.place, issuer=actor, now=now)
    trail.record(session, "invite", actor_id=actor.id, subject=f"cohort:{cohort_id}", now=now)
    return Card("", str(code), "")
