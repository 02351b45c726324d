"""Becoming an assessor: the samples of a checklist, and a coordinator's accreditation."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.accounts import queries as accounts
from lms.cohorts import queries as cohorts
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.permissions import Permission, Role
from lms.domain.signoffs import Agreement
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import queries as learning
from lms.privacy import vault
from lms.signoffs import assessors, forms, preparing, queries, wording
from lms.signoffs.blueprint import bp
from lms.web.access import actor, needs
from lms.web.filters import authored
from lms.web.languages import language
from lms.web.sorting import in_order


def labels(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What trainers of one's cohort are called."""
    return {person.id: person.label for person in accounts.people(session, list(ids), vault())}


@bp.get("/assessing/<checklist>")
@needs(Permission.ASSESS)
def samples(checklist: str) -> str:
    return _samples_page(checklist, {}, {}, None)


def _samples_page(
    slug: str, given: Any, errors: dict[str, list[str]], found: Agreement | None
) -> str:
    session = db.session()
    books = learning.library(session)
    if slug not in books.checklists:
        raise NotThere
    words = pick(books.checklists[slug]["texts"], language())[0]["samples"]
    lines = wording.lines(books, slug, language(), None)
    return render_template(
        "signoffs/samples.html",
        slug=slug,
        title=wording.title(books, slug, language()),
        lines=lines,
        samples=[
            {
                "id": sample.id,
                "title": words[sample.id]["title"],
                "html": authored(words[sample.id]["html"]),
                "why": authored(words[sample.id]["why_html"]),
                "given": given.get(sample.id, {}),
                "key": sample.key,
            }
            for sample in books.checklist(slug).samples
        ],
        errors=errors,
        found=found,
        since=queries.calibrated(session, books, actor().id).get(slug),
    )


@bp.post("/assessing/<checklist>")
@needs(Permission.ASSESS, audit=True)
def calibrate(checklist: str) -> Any:
    """Mark the samples. Where the marks differ from the key the reasons are shown."""
    books = learning.library(db.session())
    if checklist not in books.checklists:
        raise NotThere
    given: dict[str, dict[str, int]] = {}
    errors: dict[str, list[str]] = {}
    for sample in books.checklist(checklist).samples:
        marks, wrong = forms.read_marks(books.checklist(checklist).lines, f"{sample.id}-line-")
        given[sample.id] = marks
        errors |= wrong
    if errors:
        return _samples_page(checklist, given, errors, None), 422
    with db.transaction() as session:
        found = preparing.calibrate(session, actor(), books, checklist, given, now=clock.now())
    return _samples_page(checklist, given, {}, found)


@bp.get("/cohorts/<uuid:cohort_id>/trainers")
@needs(Permission.ACCREDIT)
def trainers(cohort_id: uuid.UUID) -> str | AnyResponse:
    """Who trains this cohort, and whether each may assess."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ACCREDIT)
    people = [
        person for _c, person in accounts.people_holding(session, Role.TRAINER, [found.id], vault())
    ]
    today = clock.now().date()
    given = queries.accredited(session, [p.id for p in people], found.organisation_id)
    books = learning.library(session)
    people, sort = in_order(
        people,
        {
            "name": lambda p: p.label.casefold(),
            "until": lambda p: given[p.id].until if p.id in given else None,
        },
    )
    certified = assessors.certified_for(session, books, [p.id for p in people])
    accredited = {x: row.until for x, row in given.items() if row.until >= today}
    calibrated = {p.id: sorted(queries.calibrated(session, books, p.id)) for p in people}
    if file_format := wanted_format():
        rows = [
            (
                p.label,
                " ".join(sorted(certified.get(p.id, ()))),
                accredited[p.id].isoformat() if p.id in accredited else None,
                " ".join(calibrated[p.id]),
            )
            for p in people
        ]
        columns = ("name", "certified", "accredited_until", "calibrated")
        return as_file(Table("assessors", columns, rows), file_format)
    return render_template(
        "signoffs/trainers.html",
        cohort=found,
        people=people,
        sort=sort,
        accredited=accredited,
        certified={
            person: [pick(books.programmes[x]["texts"], language())[0]["title"] for x in held]
            for person, held in certified.items()
        },
        calibrated={
            person: [wording.title(books, slug, language()) for slug in slugs]
            for person, slugs in calibrated.items()
        },
    )


@bp.post("/cohorts/<uuid:cohort_id>/trainers/<uuid:account_id>/accredit")
@needs(Permission.ACCREDIT, audit=True)
def accredit(cohort_id: uuid.UUID, account_id: uuid.UUID) -> AnyResponse:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ACCREDIT)
    trains = {
        person.id
        for _c, person in accounts.people_holding(session, Role.TRAINER, [found.id], vault())
    }
    if account_id not in trains:
        raise NotThere
    with db.transaction() as writing:
        preparing.accredit(writing, actor(), found.organisation_id, account_id, now=clock.now())
    flash(_("Accredited for a year."), "good")
    return redirect(url_for(".trainers", cohort_id=cohort_id), code=303)
