"""Certifying many people of a cohort: a batch is drawn up and confirmed; ``working`` works it off.

Names to print wait sealed with each person's own key, and are forgotten as they are printed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts import queries as accounts
from lms.certification import making
from lms.certification.models import BatchPerson, CertificateBatch
from lms.certification.sealing import open_name, seal_name
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.domain.errors import NotThere, NotYours
from lms.domain.permissions import Actor, Permission, may
from lms.privacy import CannotOpen, Vault

MOST = 500  # people in one batch
DRAFT_LIFE = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """Whom to certify, under which name and in which language."""

    account_id: uuid.UUID
    name: str
    language: str


@dataclass(frozen=True)
class Line:
    """How one person of a batch stands. ``outcome`` is None while they wait; ``needs`` is what was
    missing when ``problem`` is ``missing``."""

    account_id: uuid.UUID
    language: str
    name: str | None
    outcome: str | None
    serial: str | None
    problem: str | None
    needs: tuple[tuple[str, str], ...]


def draw_up(
    session: Session,
    actor: Actor,
    cohort_id: uuid.UUID,
    purpose: str,
    wishes: Sequence[Wish],
    *,
    now: datetime,
    vault: Vault,
) -> uuid.UUID:
    """Write down whom to certify; nobody is certified yet. Gives the id of the batch.

    Drafts of the cohort that nobody confirmed within a day are forgotten, with their names.
    Raises NotThere for a person of elsewhere, NotYours, and ValueError for nobody, too many, or a
    name that cannot be printed.
    """
    cohort = _mine(session, actor, cohort_id)
    people = {wish.account_id for wish in wishes}
    learners = set(session.scalars(cohorts.learner_ids([cohort.id])))
    if not people <= learners:
        raise NotThere
    if not 0 < len(people) == len(wishes) <= MOST:
        raise ValueError("nobody, somebody twice, or too many")
    _forget_drafts(session, cohort_id, now)
    batch = CertificateBatch(cohort_id=cohort_id, purpose=purpose, drawn_up_at=now)
    session.add(batch)
    session.flush()
    keys = accounts.person_keys(session, people)
    for wish in wishes:
        key = keys[wish.account_id]
        if key is None:
            raise NotThere  # an erased person
        sealed = seal_name(vault, wish.account_id, key, making.named(wish.name))
        session.add(
            BatchPerson(
                batch_id=batch.id,
                account_id=wish.account_id,
                language=wish.language,
                name_sealed=sealed,
            )
        )
    session.flush()
    return batch.id


def begin(
    session: Session, actor: Actor, cohort_id: uuid.UUID, batch_id: uuid.UUID, *, now: datetime
) -> bool:
    """Confirm a batch: from now on it is worked off. False when it was confirmed before.

    Raises NotThere, NotYours.
    """
    batch = batch_of(session, actor, cohort_id, batch_id)
    done: Any = session.execute(
        sa.update(CertificateBatch)
        .where(CertificateBatch.id == batch.id, CertificateBatch.begun_at.is_(None))
        .values(begun_at=now, begun_by=actor.id)
    )
    count = session.scalar(sa.select(sa.func.count()).where(BatchPerson.batch_id == batch.id))
    trail.record(
        session,
        "certify-together",
        actor_id=actor.id,
        subject=f"batch:{batch.id}",
        facts={
            "cohort": str(cohort_id),
            "purpose": batch.purpose,
            "people": count,
            "again": done.rowcount == 0,
        },
        now=now,
    )
    return bool(done.rowcount)


def batch_of(
    session: Session, actor: Actor, cohort_id: uuid.UUID, batch_id: uuid.UUID
) -> CertificateBatch:
    """A batch of a cohort in which this person certifies. Raises NotThere, NotYours."""
    _mine(session, actor, cohort_id)
    found = session.get(CertificateBatch, batch_id, populate_existing=True)
    if found is None or found.cohort_id != cohort_id:
        raise NotThere
    return found


def batches_of(session: Session, actor: Actor, cohort_id: uuid.UUID) -> list[CertificateBatch]:
    """The confirmed batches of a cohort, the latest first. Raises NotThere, NotYours."""
    _mine(session, actor, cohort_id)
    return list(
        session.scalars(
            sa.select(CertificateBatch)
            .where(CertificateBatch.cohort_id == cohort_id, CertificateBatch.begun_at.is_not(None))
            .order_by(CertificateBatch.begun_at.desc())
        )
    )


def lines_of(session: Session, batch: CertificateBatch, vault: Vault) -> list[Line]:
    """Everybody of a batch, in no order. The caller has looked the batch up."""
    rows = list(session.scalars(sa.select(BatchPerson).where(BatchPerson.batch_id == batch.id)))
    waiting = [row.account_id for row in rows if row.name_sealed is not None]
    keys = accounts.person_keys(session, waiting)
    return [
        Line(
            row.account_id,
            row.language,
            _name(row, keys.get(row.account_id), vault),
            row.outcome,
            row.serial,
            row.problem,
            tuple((kind, id_) for kind, id_ in row.needs or ()),
        )
        for row in rows
    ]


def unfinished(session: Session) -> list[uuid.UUID]:
    """The confirmed batches in which somebody still waits, the oldest first."""
    return list(
        session.scalars(
            sa.select(CertificateBatch.id)
            .where(
                CertificateBatch.begun_at.is_not(None),
                sa.exists().where(
                    BatchPerson.batch_id == CertificateBatch.id, BatchPerson.outcome.is_(None)
                ),
            )
            .order_by(CertificateBatch.begun_at)
            .execution_options(scope="all")  # for the operator, who sees ids only
        )
    )


def _mine(session: Session, actor: Actor, cohort_id: uuid.UUID) -> CohortView:
    found = cohorts.one(session, actor, cohort_id)
    if not may(actor, Permission.CERTIFY, found.place):
        raise NotYours
    return found


def _name(row: BatchPerson, key: bytes | None, vault: Vault) -> str | None:
    if row.name_sealed is None:
        return None
    try:
        return open_name(vault, row.account_id, key, row.name_sealed)
    except CannotOpen:
        return None


def _forget_drafts(session: Session, cohort_id: uuid.UUID, now: datetime) -> None:
    old = sa.select(CertificateBatch.id).where(
        CertificateBatch.cohort_id == cohort_id,
        CertificateBatch.begun_at.is_(None),
        CertificateBatch.drawn_up_at < now - DRAFT_LIFE,
    )
    ids = list(session.scalars(old))
    session.execute(sa.delete(BatchPerson).where(BatchPerson.batch_id.in_(ids)))
    session.execute(sa.delete(CertificateBatch).where(CertificateBatch.id.in_(ids)))
