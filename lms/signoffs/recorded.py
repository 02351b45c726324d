"""What was signed in a cohort: by whom, on what right, and on which content.

One row for each sheet, so that later anybody can ask how the people did whom a trainer signed off
(the lineage of beyond the peers 15).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from lms import db
from lms.accounts import queries as accounts
from lms.accounts.queries import Person
from lms.cohorts import queries as cohorts
from lms.content.library import Library
from lms.domain.permissions import Permission
from lms.domain.signoffs import Sheet, Stage, result
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import queries as learning
from lms.privacy import vault
from lms.signoffs import queries, wording
from lms.signoffs.blueprint import bp
from lms.signoffs.models import SignoffEvent
from lms.web.access import actor, needs
from lms.web.languages import language
from lms.web.sorting import in_order

COLUMNS = (
    "day", "person", "checklist", "stage", "result", "trainer", "certificate", "programme",
    "certified_by", "accredited_by", "release",
)  # fmt: skip


@dataclass(frozen=True)
class Signed:
    """One sheet with its lineage. ``basis`` is what its assessor rested on at the time, with people
    by their ids; ``release`` is the published content whose lines were marked."""

    sheet: Sheet
    basis: Mapping[str, Any]
    release: uuid.UUID

    @property
    def day(self) -> date:
        return self.sheet.at.date()

    def by(self, key: str) -> uuid.UUID | None:
        """Who certified (``certified_by``) or accredited (``accredited_by``) the assessor."""
        found = self.basis.get(key)
        return uuid.UUID(found) if found else None


def signed(
    session: Session, books: Library, cohort_id: uuid.UUID, people: Sequence[uuid.UUID]
) -> list[Signed]:
    """Every sheet about these people of a cohort that was looked up, the latest first."""
    rows = session.execute(
        sa.select(SignoffEvent.sheet_id, SignoffEvent.basis, SignoffEvent.release_id)
        .where(SignoffEvent.cohort_id == cohort_id, SignoffEvent.account_id.in_(people))
        .order_by(SignoffEvent.kind != "sign", SignoffEvent.received_at.desc(), SignoffEvent.id)
    ).all()
    # Of the events of a sheet the signature speaks; a draft has its last mark.
    first = {row.sheet_id: row for row in reversed(rows)}
    return [
        Signed(sheet, first[sheet.id].basis, first[sheet.id].release_id)
        for sheet in queries.sheets_of(session, books, people)
        if sheet.id in first
    ]


@bp.get("/cohorts/<uuid:cohort_id>/practical/record")
@needs(Permission.SEE_COHORTS)
def record(cohort_id: uuid.UUID) -> str | AnyResponse:
    """Every sheet with who signed it, certified or accredited by whom, on which content."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id)
    books = learning.library(session)
    people = {person.id: person for _c, person in cohorts.learners(session, [found.id], vault())}
    rows = signed(session, books, found.id, list(people))
    named = {row.sheet.assessor for row in rows}
    named |= {x for row in rows for x in (row.by("certified_by"), row.by("accredited_by")) if x}
    labels = {p.id: p.label for p in accounts.people(session, list(named), vault())}
    if file_format := wanted_format():
        return as_file(_table(books, rows, people, labels), file_format)
    rows, sort = in_order(
        rows,
        {
            "name": lambda row: people[row.sheet.trainee].label.casefold(),
            "day": lambda row: row.sheet.at,
            "list": lambda row: row.sheet.checklist,
            "state": lambda row: row.sheet.stage.value,
            "trainer": lambda row: labels.get(row.sheet.assessor, "").casefold(),
            "right": lambda row: row.basis.get("certificate") or "",
            "content": lambda row: str(row.release),
        },
    )
    return render_template(
        "signoffs/record.html",
        cohort=found,
        rows=rows,
        sort=sort,
        people=people,
        labels=labels,
        title_of=lambda slug: wording.title(books, slug, language()),
        known=books.checklists,
        stage_of=wording.stage,
        result_of=lambda sheet: wording.result(books, sheet),
    )


def _table(
    books: Library,
    rows: list[Signed],
    people: Mapping[uuid.UUID, Person],
    labels: Mapping[uuid.UUID, str],
) -> Table:
    def name(of: uuid.UUID | None) -> str | None:
        return labels.get(of) if of else None

    def came_to(sheet: Sheet) -> str | None:
        if sheet.stage in (Stage.OPEN, Stage.VOID) or sheet.checklist not in books.checklists:
            return None
        return result(books.checklist(sheet.checklist), sheet.marks).value

    return Table(
        "signed",
        COLUMNS,
        [
            (
                row.day.isoformat(),
                people[row.sheet.trainee].label,
                row.sheet.checklist,
                row.sheet.stage.value,
                came_to(row.sheet),
                name(row.sheet.assessor),
                row.basis.get("certificate"),
                row.basis.get("programme"),
                name(row.by("certified_by")),
                name(row.by("accredited_by")),
                str(row.release),
            )
            for row in rows
        ],
    )
