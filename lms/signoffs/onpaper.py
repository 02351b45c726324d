"""Sheets on paper: printed with a square and check characters, read back by typing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms import clock, db
from lms.cohorts import queries as cohorts
from lms.content import publishing
from lms.domain import paper
from lms.domain.errors import NotThere
from lms.domain.permissions import Permission
from lms.domain.signoffs import Standing, State
from lms.learning import queries as learning
from lms.privacy import vault
from lms.signoffs import actions, forms, preparing, queries, wording
from lms.signoffs.blueprint import bp
from lms.web.access import actor, needs
from lms.web.languages import language
from lms.web.squares import square

MOST_SHEETS = 60


@bp.post("/cohorts/<uuid:cohort_id>/practical/<checklist>/paper")
@needs(Permission.ASSESS, audit=True)
def print_sheets(cohort_id: uuid.UUID, checklist: str) -> Any:
    """A page to print: a sheet for each person chosen, or for everybody not passed yet.

    At most sixty at a time; the page leads on to those who come after.
    """
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    books = learning.library(session)
    if checklist not in books.checklists:
        raise NotThere
    people = [p for _c, p in cohorts.learners(session, [found.id], vault())]
    chosen = set(request.form.getlist("people"))
    if chosen:
        people = [p for p in people if str(p.id) in chosen]
        if not people:
            raise NotThere
    else:
        asked = queries.asked_of(books, found.programme)
        standings = queries.standings_of(
            session, books, [p.id for p in people], asked, found.held_on
        )
        people = [p for p in people if not _has_passed(standings[p.id], checklist)]
    everybody, start = len(people), _start()
    people = people[start : start + MOST_SHEETS]
    if not people:
        flash(_("Everybody has passed this already; there is nothing to print."), "plain")
        return redirect(url_for(".overview", cohort_id=cohort_id), code=303)
    with db.transaction() as writing:
        codes = preparing.print_sheets(
            writing, actor(), books, found, checklist, [p.id for p in people], now=clock.now()
        )
    lines = wording.lines(books, checklist, language(), found.held_on)
    return render_template(
        "signoffs/paper.html",
        cohort=found,
        title=wording.title(books, checklist, language()),
        lines=lines,
        key=[(paper.shown_code(codes[person.id]), person.label) for person in people],
        sheets=[
            {
                "person": person,
                "code": paper.shown_code(codes[person.id]),
                "square": square(paper.shown_code(codes[person.id])),
                "boxes": [
                    [
                        (paper.pair(codes[person.id], number, mark, line.top), words)
                        for mark, words in line.choices
                    ]
                    for number, line in enumerate(lines)
                ],
            }
            for person in people
        ],
        version=str(books.published)[:8],
        checklist=checklist,
        first=start + 1,
        last=start + len(people),
        everybody=everybody,
        chosen=bool(chosen),
    )


def _has_passed(standings: Mapping[str, Standing], checklist: str) -> bool:
    return checklist in standings and standings[checklist].state is State.PASSED


def _start() -> int:
    """After how many people to go on: what the page before says; anything else is the beginning."""
    typed = request.form.get("start", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


@bp.get("/cohorts/<uuid:cohort_id>/practical/read-back")
@needs(Permission.ASSESS)
def read_back(cohort_id: uuid.UUID) -> str:
    found = cohorts.one(db.session(), actor(), cohort_id, Permission.ASSESS)
    form = forms.StripForm(formdata=None, data={"code": request.args.get("code", "")})
    return render_template("signoffs/read-back.html", cohort=found, form=form, read=None)


@bp.post("/cohorts/<uuid:cohort_id>/practical/read-back")
@needs(Permission.ASSESS, audit=True)
def read_strip(cohort_id: uuid.UUID) -> Any:
    """Read a strip; show it in words; sign only what a person has confirmed."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    form = forms.StripForm()
    read = _read(session, found, form) if form.validate() else None
    if read is None:
        page = render_template("signoffs/read-back.html", cohort=found, form=form, read=None)
        return page, 422
    if "confirmed" not in request.form:
        return render_template("signoffs/read-back.html", cohort=found, form=form, read=read)
    with db.transaction() as writing:
        actions.sign(
            writing,
            actor(),
            read["books"],
            found,
            read["person"].id,
            read["slug"],
            read["marks"],
            key=preparing.key_of_paper(read["code"]),
            vault=vault(),
            now=clock.now(),
        )
    flash(_("Signed as on paper."), "good")
    return redirect(
        url_for(
            ".sheet",
            cohort_id=cohort_id,
            checklist=read["slug"],
            account_id=read["person"].id,
        ),
        code=303,
    )


def _read(session: Any, found: Any, form: forms.StripForm) -> dict[str, Any] | None:
    """What the strip says; None, with the reason beside its field, when it cannot be read."""
    code = paper.read_code(form.code.data or "")
    try:
        if code is None:
            raise NotThere
        row = queries.paper_sheet(session, code, found.id)
        person = cohorts.member(session, found, row.account_id, vault())
    except NotThere:
        form.code.errors = [_("No sheet of this cohort has this code. Look at it once more.")]
        return None
    books = publishing.at(session, row.release_id)
    lines = wording.lines(books, row.checklist, language(), found.held_on)
    try:
        marks = paper.read_strip(code, [line.top for line in lines], form.strip.data or "")
    except paper.Unreadable as refused:
        form.strip.errors = [
            _("Line %(line)s does not fit. Nothing was read.", line=refused.line)
            if refused.line
            else _(
                "There are %(num)s lines, so type %(signs)s signs.",
                num=len(lines),
                signs=2 * len(lines),
            )
        ]
        return None
    return {
        "code": code,
        "books": books,
        "slug": row.checklist,
        "title": wording.title(books, row.checklist, language()),
        "person": person,
        "marks": {line.id: mark for line, mark in zip(lines, marks, strict=True)},
        "rows": [
            (line.html, dict(line.choices)[mark]) for line, mark in zip(lines, marks, strict=True)
        ],
    }
