"""Sheets and standings, as those may see them who may look into the cohort."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.content.library import Library
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor
from lms.domain.signoffs import Checklist, Event, Sheet, Standing, State, merge, standing
from lms.signoffs.models import (
    Accreditation,
    AssessorCalibration,
    FilledForm,
    PaperSheet,
    SignoffEvent,
)

_EVENTS = sa.select(SignoffEvent).order_by(SignoffEvent.received_at, SignoffEvent.id)


def event_of(row: SignoffEvent) -> Event:
    """A kept event as the domain reads it."""
    return Event(
        id=row.id,
        sheet=row.sheet_id,
        kind=row.kind,
        assessor=row.assessor_id,
        trainee=row.account_id,
        checklist=row.checklist,
        device=row.origin_id,
        counter=row.counter,
        at=row.happened_at,
        marks=row.marks,
    )


def kept(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Event]:
    """The events of these ids that are kept already. Nothing of them is shown to anybody."""
    rows = session.scalars(sa.select(SignoffEvent).where(SignoffEvent.id.in_(list(ids))))
    return {row.id: event_of(row) for row in rows}


def events_of_sheets(session: Session, sheets: Iterable[uuid.UUID]) -> list[Event]:
    """All events of these sheets."""
    rows = session.scalars(_EVENTS.where(SignoffEvent.sheet_id.in_(list(sheets))))
    return [event_of(row) for row in rows]


def people_with_sheets(session: Session, people: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people about whom something was marked."""
    rows = session.scalars(
        sa.select(SignoffEvent.account_id)
        .where(SignoffEvent.account_id.in_(list(people)))
        .distinct()
    )
    return set(rows)


def checklists(books: Library) -> dict[str, Checklist]:
    return {slug: books.checklist(slug) for slug in books.checklists}


def asked_of(books: Library, programme: str) -> tuple[tuple[str, int], ...]:
    """What a programme wants to see in the room, with how many trainers sign each; every checklist
    once if it names none."""
    asked = books.programme(programme).requires.practical if programme in books.programmes else ()
    return asked or tuple((slug, 1) for slug in books.checklists)


def is_asked(books: Library, programme: str) -> bool:
    """Whether a programme wants to see anything in the room."""
    return programme in books.programmes and bool(books.programme(programme).requires.practical)


def usual_due(books: Library, slug: str, held_on: date | None) -> date | None:
    """By when everybody who has shown nothing yet has to show it."""
    return standing(books.checklist(slug), (), 1, held_on).due if slug in books.checklists else None


def sheets_of(session: Session, books: Library, people: Sequence[uuid.UUID]) -> list[Sheet]:
    """Every sheet about these people. The caller has asked whether the actor may see them."""
    if not people:
        return []
    rows = session.scalars(_EVENTS.where(SignoffEvent.account_id.in_(list(people))))
    found = merge((event_of(row) for row in rows), checklists(books))
    return sorted(found.values(), key=lambda sheet: (sheet.at, str(sheet.id)), reverse=True)


def standings_of(
    session: Session,
    books: Library,
    people: Sequence[uuid.UUID],
    asked: Iterable[tuple[str, int]],
    held_on: date | None,
) -> dict[uuid.UUID, dict[str, Standing]]:
    """Person → checklist → how they stand, for the checklists asked for (slug, trainers)."""
    by_person: dict[uuid.UUID, list[Sheet]] = {person: [] for person in people}
    for sheet in sheets_of(session, books, people):
        by_person[sheet.trainee].append(sheet)
    wanted = [(slug, n) for slug, n in asked if slug in books.checklists]
    return {
        person: {
            slug: standing(books.checklist(slug), sheets, trainers, held_on)
            for slug, trainers in wanted
        }
        for person, sheets in by_person.items()
    }


def shown_by(
    session: Session, books: Library, people: Sequence[uuid.UUID], programme: str | None
) -> dict[uuid.UUID, frozenset[str]]:
    """Person → the checklists that enough trainers signed, as the programme counts them."""
    asked = dict.fromkeys(books.checklists, 1)
    if programme in books.programmes:
        asked = dict(books.programme(programme).requires.practical)
    if not asked:
        return dict.fromkeys(people, frozenset())
    found = standings_of(session, books, people, asked.items(), None)
    return {
        person: frozenset(x for x, one in of.items() if one.state is State.PASSED)
        for person, of in found.items()
    }


def sheet(session: Session, books: Library, sheet_id: uuid.UUID, cohort_id: uuid.UUID) -> Sheet:
    """One sheet of a cohort that was looked up. Raises NotThere."""
    rows = session.scalars(
        _EVENTS.where(SignoffEvent.sheet_id == sheet_id, SignoffEvent.cohort_id == cohort_id)
    )
    found = merge((event_of(row) for row in rows), checklists(books)).get(sheet_id)
    if found is None:
        raise NotThere
    return found


# --- who may assess ------------------------------------------------------------------------------


def lines_of(checklist: Checklist) -> str:
    """A short digest of the lines: who agreed on these is not asked again for a new spelling."""
    text = repr([(line.id, line.top, line.knock_out) for line in checklist.lines])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def calibrated(session: Session, books: Library, account_id: uuid.UUID) -> dict[str, date]:
    """Checklist → the day on which this trainer agreed with its key, as its lines are now."""
    rows = session.execute(
        sa.select(
            AssessorCalibration.checklist, AssessorCalibration.lines, AssessorCalibration.on
        ).where(AssessorCalibration.account_id == account_id)
    )
    return {
        slug: on
        for slug, lines, on in rows
        if slug in books.checklists and lines == lines_of(books.checklist(slug))
    }


def accredited(
    session: Session, accounts: Iterable[uuid.UUID], organisation_id: uuid.UUID
) -> dict[uuid.UUID, Accreditation]:
    """Trainer → the latest accreditation by a coordinator of this organisation."""
    rows = session.scalars(
        sa.select(Accreditation)
        .where(
            Accreditation.account_id.in_(list(accounts)),
            Accreditation.organisation_id == organisation_id,
        )
        .order_by(Accreditation.given_at, Accreditation.id)
    )
    return {row.account_id: row for row in rows}


# --- paper and filled forms ----------------------------------------------------------------------


def paper_sheet(session: Session, code: str, cohort_id: uuid.UUID) -> PaperSheet:
    """A printed sheet of a cohort that was looked up. Raises NotThere."""
    row = session.scalar(
        sa.select(PaperSheet).where(PaperSheet.code == code, PaperSheet.cohort_id == cohort_id)
    )
    if row is None:
        raise NotThere
    return row


def forms_of(session: Session, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """Sheet → (id, keep until) of the filled forms kept with it."""
    rows = session.execute(
        sa.select(FilledForm.sheet_id, FilledForm.id, FilledForm.keep_until).where(
            FilledForm.account_id.in_(list(people))
        )
    )
    found: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.sheet_id, []).append(row)
    return found


def own_standings(
    session: Session, actor: Actor, books: Library, programme: str, held_on: date | None
) -> Mapping[str, Standing]:
    """How one stands oneself on everything that a programme wants to see in the room."""
    asked = books.programme(programme).requires.practical
    return standings_of(session, books, [actor.id], asked, held_on)[actor.id]
