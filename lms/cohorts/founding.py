"""Setting up from the command line: organisations, their elections and their cohorts.

No page does this: whoever may set up organisations is whoever has the machine.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.cohorts.models import Cohort, Organisation
from lms.content import publishing
from lms.deployment.models import Election
from lms.domain.errors import NotThere

KINDS = ("observers", "commission")
LONGEST = 200


class Taken(Exception):
    """There is one of this name already."""


def add_organisation(session: Session, name: str, kind: str, *, now: datetime) -> uuid.UUID:
    """Found an organisation. Raises Taken, and ValueError for a name that says nothing."""
    name = _name(name)
    if session.scalar(sa.select(Organisation.id).where(Organisation.name == name)) is not None:
        raise Taken
    row = Organisation(name=name, kind=kind)
    return _added(session, row, "found-organisation", now)


def add_election(
    session: Session, organisation: str, name: str, held_on: date, *, now: datetime
) -> uuid.UUID:
    """Enter an election of an organisation. Raises NotThere, Taken and ValueError."""
    name, ours = _name(name), _organisation(session, organisation)
    if _election(session, ours.id, name) is not None:
        raise Taken
    row = Election(organisation_id=ours.id, name=name, held_on=held_on)
    return _added(session, row, "enter-election", now)


def add_cohort(
    session: Session,
    organisation: str,
    name: str,
    programme: str,
    election: str | None,
    *,
    now: datetime,
) -> uuid.UUID:
    """Begin a cohort, which learns for a published programme.

    Raises NotThere for an organisation or election that is not here, Taken, LookupError for a
    programme that is not published, and ValueError.
    """
    name, ours = _name(name), _organisation(session, organisation)
    if programme not in publishing.current(session).programmes:
        raise LookupError(programme)
    held = _election(session, ours.id, election) if election else None
    if election and held is None:
        raise NotThere
    mine = sa.select(Cohort.id).where(Cohort.organisation_id == ours.id, Cohort.name == name)
    if session.scalar(mine) is not None:
        raise Taken
    row = Cohort(
        organisation_id=ours.id,
        name=name,
        programme=programme,
        election_id=held.id if held else None,
        created_on=now.date(),
    )
    return _added(session, row, "begin-cohort", now)


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise ValueError("a name of 1 to 200 characters")
    return name


def _organisation(session: Session, name: str) -> Organisation:
    found = session.scalar(sa.select(Organisation).where(Organisation.name == _name(name)))
    if found is None:
        raise NotThere
    return found


def _election(session: Session, organisation_id: uuid.UUID, name: str) -> Election | None:
    return session.scalar(
        sa.select(Election).where(
            Election.organisation_id == organisation_id, Election.name == _name(name)
        )
    )


def _added(
    session: Session, row: Organisation | Election | Cohort, deed: str, now: datetime
) -> uuid.UUID:
    session.add(row)
    session.flush()
    trail.record(session, deed, actor_id=None, subject=f"{row.__tablename__}:{row.id}", now=now)
    return row.id


def overview(session: Session) -> list[str]:
    """Every organisation with its kind, elections and cohorts, a line for each."""
    lines = []
    for ours in session.scalars(sa.select(Organisation).order_by(Organisation.name)):
        lines.append(f"{ours.name} ({ours.kind})")
        held = sa.select(Election).where(Election.organisation_id == ours.id)
        for one in session.scalars(held.order_by(Election.held_on, Election.name)):
            lines.append(f"  election  {one.held_on.isoformat()}  {one.name}")
        learns = sa.select(Cohort).where(Cohort.organisation_id == ours.id).order_by(Cohort.name)
        lines += [f"  cohort    {one.name} ({one.programme})" for one in session.scalars(learns)]
    return lines
