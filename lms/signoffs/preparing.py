"""Deeds around the room: agree with the samples, accredit, print sheets."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms import trail
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain import paper
from lms.domain.errors import NotYours
from lms.domain.permissions import Actor, Permission
from lms.domain.signoffs import Agreement, agreement
from lms.signoffs import queries
from lms.signoffs.actions import WEB
from lms.signoffs.models import Accreditation, AssessorCalibration, PaperSheet

ACCREDITED_DAYS = 365


# --- who may assess ------------------------------------------------------------------------------


def calibrate(
    session: Session,
    actor: Actor,
    books: Library,
    slug: str,
    given: Mapping[str, Mapping[str, int]],
    *,
    now: datetime,
) -> Agreement:
    """Compare a trainer's marks of the samples with the key; enough agreement is kept."""
    checklist = books.checklist(slug)
    found = agreement(checklist, given)
    if found.enough:
        row = AssessorCalibration(
            account_id=actor.id,
            checklist=slug,
            lines=queries.lines_of(checklist),
            release_id=books.published,
            agreed=found.agreed,
            of=found.of,
            on=now.date(),
        )
        session.merge(row)
        session.flush()
    trail.record(
        session,
        "calibrate",
        actor_id=actor.id,
        subject=f"checklist:{slug}",
        facts={"agreed": found.agreed, "of": found.of, "enough": found.enough},
        now=now,
    )
    return found


def accredit(
    session: Session,
    actor: Actor,
    organisation_id: uuid.UUID,
    trainer_id: uuid.UUID,
    *,
    now: datetime,
) -> None:
    """Let a trainer of one's organisation assess for a year; for those no certificate exists for.

    Raises NotYours for oneself and for who is no coordinator there. The caller has looked the
    trainer up within the organisation.
    """
    coordinates = any(
        held.organisation_id == organisation_id and held.cohort_id is None
        for held in actor.places_where(Permission.ACCREDIT)
    )
    if not coordinates or trainer_id == actor.id:
        raise NotYours
    session.add(
        Accreditation(
            account_id=trainer_id,
            organisation_id=organisation_id,
            given_by=actor.id,
            given_at=now,
            until=now.date() + timedelta(days=ACCREDITED_DAYS),
        )
    )
    session.flush()
    trail.record(session, "accredit", actor_id=actor.id, subject=f"account:{trainer_id}", now=now)


# --- paper ---------------------------------------------------------------------------------------


def print_sheets(
    session: Session,
    actor: Actor,
    books: Library,
    cohort: CohortView,
    slug: str,
    people: Iterable[uuid.UUID],
    *,
    now: datetime,
) -> dict[uuid.UUID, str]:
    """A fresh code for the paper sheet of each of these learners; person → code."""
    found = {}
    for person in people:
        code = "".join(secrets.choice(paper.ALPHABET) for _ in range(paper.CODE_LENGTH))
        session.add(
            PaperSheet(
                code=code,
                account_id=person,
                cohort_id=cohort.id,
                checklist=slug,
                release_id=books.published,
                printed_by=actor.id,
                printed_at=now,
            )
        )
        found[person] = code
    session.flush()
    trail.record(
        session,
        "print-sheets",
        actor_id=actor.id,
        subject=f"cohort:{cohort.id}",
        facts={"checklist": slug, "sheets": len(found)},
        now=now,
    )
    return found


def key_of_paper(code: str) -> uuid.UUID:
    """The key of the deed of reading a sheet back: typed twice it is one deed."""
    return uuid.uuid5(WEB, f"paper {code}")
