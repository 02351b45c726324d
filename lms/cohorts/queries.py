"""Cohorts as those who may see them see them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.queries import Person
from lms.cohorts.models import Cohort, Organisation
from lms.deployment.models import Election
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor, Permission, Place, Role
from lms.prepared import Prepared
from lms.privacy import Vault


@dataclass(frozen=True)
class CohortView:
    """A cohort with its organisation and its election; the election's day is its legal clock."""

    id: uuid.UUID
    name: str
    programme: str
    organisation_id: uuid.UUID
    organisation: str
    organisation_kind: str
    election_id: uuid.UUID | None
    election: str | None
    held_on: date | None

    @property
    def place(self) -> Place:
        return Place(self.organisation_id, self.id)


_COLUMNS = (
    sa.select(
        Cohort.id,
        Cohort.name,
        Cohort.programme,
        Organisation.id,
        Organisation.name,
        Organisation.kind,
        Election.id,
        Election.name,
        Election.held_on,
    )
    .join(Organisation, Organisation.id == Cohort.organisation_id)
    .outerjoin(Election, Election.id == Cohort.election_id)
)


@cache
def _by_ids(count: int) -> Prepared:
    """So many cohorts by their ids: nearly everybody is in one, and every lesson asks for it."""
    ids = [sa.bindparam(f"id{number}", type_=sa.Uuid()) for number in range(count)]
    return Prepared(_COLUMNS.where(Cohort.id.in_(ids)))


def next_election(ids: Sequence[sa.BindParameter[uuid.UUID]]) -> sa.ScalarSelect[date]:
    """The day of the next election of these cohorts, as a column of a statement: the same as
    ``held_on`` of the first of ``own_cohorts``."""
    return (
        sa.select(sa.func.min(Election.held_on))
        .join(Cohort, Cohort.election_id == Election.id)
        .where(Cohort.id.in_(ids))
        .scalar_subquery()
    )


def cohort_ids(actor: Actor) -> list[uuid.UUID]:
    """The cohorts this person learns or trains in."""
    return [held.cohort_id for held in actor.held if held.cohort_id is not None]


def own_cohorts(session: Session, actor: Actor) -> list[CohortView]:
    """The cohorts this person learns or trains in, the next election first."""
    ids = cohort_ids(actor)
    if not ids:
        return []
    asked = {f"id{number}": found for number, found in enumerate(ids)}
    found = [CohortView(*row) for row in _by_ids(len(ids)).all(session, **asked)]
    return sorted(found, key=lambda c: (c.held_on is None, c.held_on, c.name))


def _reach(actor: Actor, permission: Permission) -> sa.ColumnElement[bool]:
    """The part of the cohorts in which this person holds the permission."""
    conditions: list[sa.ColumnElement[bool]] = [sa.false()]
    for held in actor.places_where(permission):
        if held.cohort_id is not None:
            conditions.append(Cohort.id == held.cohort_id)
        elif held.organisation_id is not None:
            conditions.append(Cohort.organisation_id == held.organisation_id)
    return sa.or_(*conditions)


def learner_ids(cohort_ids: Sequence[uuid.UUID]) -> sa.Select[uuid.UUID]:
    """The ids of all who learn in these cohorts, to ask other tables by."""
    return accounts.holding(cohort_ids, (Role.TRAINEE, Role.OFFICIAL))


def visible(session: Session, actor: Actor) -> list[CohortView]:
    """Every cohort this person may look into, in order of name."""
    rows = session.execute(
        _COLUMNS.where(_reach(actor, Permission.SEE_COHORTS)).order_by(Cohort.name)
    )
    return [CohortView(*row) for row in rows]


def one(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    permission: Permission = Permission.SEE_COHORTS,
) -> CohortView:
    """One cohort in which the person holds this permission. Raises NotThere otherwise."""
    row = session.execute(_COLUMNS.where(Cohort.id == cohort_id, _reach(actor, permission))).first()
    if row is None:
        raise NotThere
    return CohortView(*row)


def by_name(session: Session, name: str) -> Sequence[CohortView]:
    """For the operator at the machine: every cohort of this name."""
    return [CohortView(*row) for row in session.execute(_COLUMNS.where(Cohort.name == name))]


def for_operator(session: Session) -> list[CohortView]:
    """Every cohort there is, for the operator at the machine."""
    statement = _COLUMNS.execution_options(scope="all").order_by(Cohort.name)
    return [CohortView(*row) for row in session.execute(statement)]


def organisations(session: Session, kind: str) -> list[tuple[uuid.UUID, str]]:
    """(id, name) of every organisation of a kind, ``observers`` or ``commission``, by name."""
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(Organisation.kind == kind)
        .order_by(Organisation.name)
    )
    return [(row[0], row[1]) for row in rows]


def organisation_names(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of these organisations."""
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(list(ids)))
    )
    return {row[0]: row[1] for row in rows}


def kind_of(session: Session, organisation_id: uuid.UUID) -> str | None:
    """``observers`` or ``commission``; None for an organisation that does not exist."""
    return session.scalar(sa.select(Organisation.kind).where(Organisation.id == organisation_id))


def learners(
    session: Session, cohort_ids: list[uuid.UUID], vault: Vault
) -> list[tuple[uuid.UUID, Person]]:
    """(cohort, person) for everybody who learns in these cohorts, in order of name.

    The caller has asked which cohorts the actor may see.
    """
    found = []
    for role in (Role.TRAINEE, Role.OFFICIAL):
        found += accounts.people_holding(session, role, cohort_ids, vault)
    return found


def posts(session: Session, cohort: CohortView) -> dict[uuid.UUID, str]:
    """The post of everybody in a commission's cohort who has one. The caller has looked it up."""
    return accounts.posts(session, cohort.id)


def member(session: Session, cohort: CohortView, account_id: uuid.UUID, vault: Vault) -> Person:
    """One learner, looked up within the cohort. Raises NotThere."""
    return accounts.holder(session, account_id, cohort.id, vault)
