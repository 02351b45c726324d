"""Whether a trainer may assess: trained as one, agreed with the samples, and never on oneself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lms import clock
from lms.certification import queries as certification
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.permissions import Actor
from lms.domain.signoffs import Assessor, bars
from lms.signoffs import queries


@dataclass(frozen=True)
class Basis:
    """What a trainer's right to assess rests on: a certificate, of which programme and by whom, or
    the coordinator who accredited them."""

    certificate: str | None = None
    programme: str | None = None
    certified_by: uuid.UUID | None = None
    accredited_by: uuid.UUID | None = None

    @property
    def trained(self) -> bool:
        return self.certificate is not None or self.accredited_by is not None

    def as_document(self) -> dict[str, Any]:
        return {
            "certificate": self.certificate,
            "programme": self.programme,
            "certified_by": str(self.certified_by) if self.certified_by else None,
            "accredited_by": str(self.accredited_by) if self.accredited_by else None,
        }


def basis_of(
    session: Session, books: Library, actor: Actor, cohort: CohortView, checklist: str, on: date
) -> Basis:
    """A certificate that holds and whose programme lets its holder assess on this checklist, or
    else a coordinator's accreditation."""
    for held in certification.own(session, actor, on):
        slug = held.printed["programme"]
        if (
            held.standing.holds
            and slug in books.programmes
            and books.programme(slug).lets_assess(checklist)
        ):
            return Basis(held.serial, slug, certified_by=held.issued_by)
    found = queries.accredited(session, [actor.id], cohort.organisation_id).get(actor.id)
    if found is not None and found.until >= on:
        return Basis(accredited_by=found.given_by)
    return Basis()


def certified_for(
    session: Session, books: Library, people: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[str]]:
    """Trainer → the programmes, held today, that let them assess on some checklist."""
    held = certification.programmes_held(session, people, clock.now())
    assess = {slug for slug in books.programmes if books.programme(slug).assesses != ()}
    return {person: sorted(slugs & assess) for person, slugs in held.items()}


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
    _basis, assessor = right_of(session, books, actor, cohort, checklist, on)
    return bars(assessor, trainee, on)


def right_of(
    session: Session, books: Library, actor: Actor, cohort: CohortView, checklist: str, on: date
) -> tuple[Basis, Assessor]:
    """What this trainer's right rests on, and how they stand as an assessor on this checklist: the
    same for everybody whom they assess."""
    basis = basis_of(session, books, actor, cohort, checklist, on)
    day = queries.calibrated(session, books, actor.id).get(checklist)
    return basis, Assessor(actor.id, basis.trained, day)
