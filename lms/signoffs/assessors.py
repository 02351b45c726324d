"""Whether a trainer may assess: trained as one, agreed with the samples, and never on oneself."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lms.certification import queries as certification
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.certification import Status
from lms.domain.permissions import Actor
from lms.domain.signoffs import Assessor, bars
from lms.signoffs import queries


@dataclass(frozen=True)
class Basis:
    """What a trainer's right to assess rests on: a certificate and its issuer, or a coordinator."""

    certificate: str | None = None
    accredited_by: uuid.UUID | None = None

    @property
    def trained(self) -> bool:
        return self.certificate is not None or self.accredited_by is not None

    def as_document(self) -> dict[str, Any]:
        by = str(self.accredited_by) if self.accredited_by else None
        return {"certificate": self.certificate, "accredited_by": by}


def basis_of(session: Session, books: Library, actor: Actor, cohort: CohortView, on: date) -> Basis:
    """A valid certificate of a programme for trainers, or else a coordinator's accreditation."""
    for held in certification.own(session, actor, on):
        programme = books.programmes.get(held.printed["programme"])
        if held.status is Status.VALID and programme and programme["audience"] == "trainer":
            return Basis(certificate=held.serial)
    found = queries.accredited(session, [actor.id], cohort.organisation_id).get(actor.id)
    if found is not None and found.until >= on:
        return Basis(accredited_by=found.given_by)
    return Basis()


def bars_to(
    session: Session,
    books: Library,
    actor: Actor,
    cohort: CohortView,
    checklist: str,
    trainee: uuid.UUID | None,
    on: date,
) -> tuple[str, ...]:
    """What keeps this trainer from assessing on this checklist (codes of domain/signoffs)."""
    trained = basis_of(session, books, actor, cohort, on).trained
    day = queries.calibrated(session, books, actor.id).get(checklist)
    return bars(Assessor(actor.id, trained, day), trainee, on)
