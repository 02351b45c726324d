"""What a trainer does in the room, and what a trainee sees of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.accounts.queries import Person
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.errors import NotThere
from lms.domain.permissions import Permission
from lms.domain.signoffs import Sheet, State
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import queries as learning
from lms.privacy import vault
from lms.signoffs import (  # noqa: F401 - the other pages of the room
    actions,
    assessing,
    assessors,
    forms,
    offline,
    onpaper,
    proofs,
    queries,
    recorded,
    wording,
)
from lms.signoffs.blueprint import bp
from lms.web.access import actor, needs
from lms.web.forms import given_key
from lms.web.languages import language
from lms.web.sorting import in_order

STATES = ("not-evaluated", "repeat", "failed", "passed")
MOST_COLUMNS = 6
ORDER = [State(state) for state in STATES]


def checklist_of(books: Library, slug: str) -> str:
    """The slug of a checklist that is published. Raises NotThere."""
    if slug not in books.checklists:
        raise NotThere
    return slug


@bp.get("/cohorts/<uuid:cohort_id>/practical")
@needs(Permission.SEE_COHORTS)
def overview(cohort_id: uuid.UUID) -> str | AnyResponse:
    """Everybody on every checklist, with states and deadlines."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id)
    books = learning.library(session)
    people = [person for _c, person in cohorts.learners(session, [found.id], vault())]
    asked = queries.asked_of(books, found.programme)
    standings = queries.standings_of(session, books, [p.id for p in people], asked, found.held_on)
    wanted = request.args.get("state", "")
    if wanted in STATES:
        people = [p for p in people if any(x.state == wanted for x in standings[p.id].values())]
    # Columns are what the programme asks for; where it asks for nothing and there are many
    # checklists, those on which somebody was marked.
    named = queries.is_asked(books, found.programme) or len(asked) <= MOST_COLUMNS
    begun = {x for of in standings.values() for x, one in of.items() if one.last_at or one.waiting}
    columns = [slug for slug, _n in asked if named or slug in begun]
    if file_format := wanted_format():
        return as_file(_table(people, standings, [slug for slug, _n in asked]), file_format)
    people, sort = in_order(
        people,
        {"name": lambda p: p.label.casefold()}
        | {
            slug: (lambda p, slug=slug: ORDER.index(standings[p.id][slug].state))
            for slug, _n in asked
        },
    )
    return render_template(
        "signoffs/overview.html",
        cohort=found,
        people=people,
        sort=sort,
        due={slug: queries.usual_due(books, slug, found.held_on) for slug, _n in asked},
        asked=[(slug, wording.title(books, slug, language())) for slug in columns],
        others=[
            (slug, wording.title(books, slug, language()))
            for slug, _n in asked
            if slug not in columns
        ],
        standings=standings,
        state_of=wording.state,
        wanted=wanted if wanted in STATES else "",
        states=_state_choices(),
        bars={
            slug: [
                (code, wording.bar(code))
                for code in assessors.bars_to(
                    session, books, actor(), found, slug, None, clock.now().date()
                )
            ]
            for slug, _n in asked
        },
        **_may(found),
    )


def _state_choices() -> list[tuple[str, str]]:
    words = [_("not evaluated"), _("asked to repeat"), _("failed"), _("passed")]
    return [("", _("all")), *zip(STATES, words, strict=True)]


def _may(cohort: CohortView) -> dict[str, bool]:
    from lms.domain.permissions import may

    return {
        "may_assess": may(actor(), Permission.ASSESS, cohort.place),
        "may_accredit": may(actor(), Permission.ACCREDIT, cohort.place),
    }


def _table(people: list[Person], standings: Mapping[Any, Any], slugs: list[str]) -> Table:
    columns = ["person"]
    for slug in slugs:
        columns += [slug, f"{slug}_due", f"{slug}_signed_by"]
    rows = []
    for person in people:
        row: list[Any] = [person.label]
        for slug in slugs:
            one = standings[person.id][slug]
            due = one.due.isoformat() if one.due else None
            row += [one.state.value, due, len(one.signed_by)]
        rows.append(row)
    return Table("practical", columns, rows)


# --- one sheet -----------------------------------------------------------------------------------


@bp.get("/cohorts/<uuid:cohort_id>/practical/<checklist>/<uuid:account_id>")
@needs(Permission.ASSESS)
def sheet(cohort_id: uuid.UUID, checklist: str, account_id: uuid.UUID) -> str:
    return _sheet_page(cohort_id, checklist, account_id, {}, {})


def _sheet_page(
    cohort_id: uuid.UUID,
    slug: str,
    account_id: uuid.UUID,
    given: Mapping[str, int],
    errors: Mapping[str, list[str]],
) -> str:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    books = learning.library(session)
    slug = checklist_of(books, slug)
    person = cohorts.member(session, found, account_id, vault())
    trainers = dict(queries.asked_of(books, found.programme)).get(slug, 1)
    standings = queries.standings_of(session, books, [person.id], [(slug, trainers)], found.held_on)
    mine = [s for s in queries.sheets_of(session, books, [person.id]) if s.checklist == slug]
    bars = assessors.bars_to(session, books, actor(), found, slug, person.id, clock.now().date())
    knock_outs = frozenset(line.id for line in books.checklist(slug).knock_outs)
    standing = standings[person.id][slug]
    words = books.checklists[slug]["texts"]
    return render_template(
        "signoffs/sheet.html",
        cohort=found,
        person=person,
        slug=slug,
        title=wording.title(books, slug, language()),
        intro_html=words.get(language(), words["en"])["intro_html"],
        lines=wording.lines(books, slug, language(), found.held_on),
        knock_outs=wording.lines(books, slug, language(), found.held_on, knock_outs),
        standing=standing,
        state=wording.state(standing),
        # One open assessment: who has signed a pass already is not asked again.
        done=standing.state is State.PASSED or actor().id in standing.signed_by,
        sheets=mine,
        stage_of=wording.stage,
        result_of=lambda s: wording.result(books, s),
        filled=queries.forms_of(session, [person.id]),
        labels=assessing.labels(session, [s.assessor for s in mine]),
        bars=[(code, wording.bar(code)) for code in bars],
        given=given,
        errors=errors,
        me=actor().id,
        proof=forms.ProofForm(formdata=None),
    )


@bp.post("/cohorts/<uuid:cohort_id>/practical/<checklist>/<uuid:account_id>")
@needs(Permission.ASSESS, audit=True)
def sign(cohort_id: uuid.UUID, checklist: str, account_id: uuid.UUID) -> Any:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    books = learning.library(session)
    slug = checklist_of(books, checklist)
    cohorts.member(session, found, account_id, vault())
    marks, errors = forms.read_marks(books.checklist(slug).lines)
    if errors:
        return _sheet_page(cohort_id, slug, account_id, marks, errors), 422
    with db.transaction() as writing:
        actions.sign(writing, actor(), books, found, account_id, slug, marks, **_told())
    flash(_("Signed."), "good")
    return to_sheet(cohort_id, slug, account_id)


def _told() -> dict[str, Any]:
    """What every deed in the room is told: its key, the vault, the moment."""
    return {"key": given_key(), "vault": vault(), "now": clock.now()}


def to_sheet(cohort_id: uuid.UUID, slug: str, account_id: uuid.UUID) -> AnyResponse:
    """Back to somebody's sheet after a deed about it."""
    address = url_for(".sheet", cohort_id=cohort_id, checklist=slug, account_id=account_id)
    return redirect(address, code=303)


@bp.post("/cohorts/<uuid:cohort_id>/sheets/<uuid:sheet_id>/second")
@needs(Permission.ASSESS, audit=True)
def second(cohort_id: uuid.UUID, sheet_id: uuid.UUID) -> AnyResponse:
    found, books, about = _own_room(cohort_id, sheet_id)
    checklist_of(books, about.checklist)
    marks, errors = forms.read_marks(
        books.checklist(about.checklist).knock_outs, f"second-{sheet_id}-"
    )
    if errors:
        flash(_("Say of every knock-out line what you saw."), "stop")
    else:
        with db.transaction() as writing:
            actions.see_again(writing, actor(), books, found, sheet_id, marks, **_told())
    return to_sheet(cohort_id, about.checklist, about.trainee)


@bp.post("/cohorts/<uuid:cohort_id>/sheets/<uuid:sheet_id>/withdraw")
@needs(Permission.ASSESS, audit=True)
def withdraw(cohort_id: uuid.UUID, sheet_id: uuid.UUID) -> AnyResponse:
    found, books, about = _own_room(cohort_id, sheet_id)
    with db.transaction() as writing:
        actions.withdraw(writing, actor(), books, found, sheet_id, **_told())
    flash(_("Withdrawn. It stays in the record and counts no more."), "attention")
    return to_sheet(cohort_id, about.checklist, about.trainee)


def _own_room(cohort_id: uuid.UUID, sheet_id: uuid.UUID) -> tuple[CohortView, Library, Sheet]:
    """The cohort, the content, and a sheet of it. Raises NotThere."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    books = learning.library(session)
    return found, books, queries.sheet(session, books, sheet_id, found.id)


# --- a whole group -------------------------------------------------------------------------------


@bp.get("/cohorts/<uuid:cohort_id>/practical/<checklist>/group")
@needs(Permission.ASSESS)
def group(cohort_id: uuid.UUID, checklist: str) -> str:
    return _group_page(cohort_id, checklist, {}, frozenset(), {})


def _group_page(
    cohort_id: uuid.UUID,
    slug: str,
    given: Mapping[str, int],
    chosen: frozenset[str],
    errors: Mapping[str, list[str]],
) -> str:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    books = learning.library(session)
    slug = checklist_of(books, slug)
    bars = assessors.bars_to(session, books, actor(), found, slug, None, clock.now().date())
    return render_template(
        "signoffs/group.html",
        cohort=found,
        slug=slug,
        title=wording.title(books, slug, language()),
        lines=wording.lines(books, slug, language(), found.held_on),
        people=[p for _c, p in cohorts.learners(session, [found.id], vault())],
        bars=[wording.bar(code) for code in bars],
        given=given,
        chosen=chosen,
        errors=errors,
    )


@bp.post("/cohorts/<uuid:cohort_id>/practical/<checklist>/group")
@needs(Permission.ASSESS, audit=True)
def sign_group(cohort_id: uuid.UUID, checklist: str) -> Any:
    """The same marks for everybody chosen; whoever differed is left out and gets a sheet alone."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    books = learning.library(session)
    slug = checklist_of(books, checklist)
    chosen = frozenset(request.form.getlist("people"))
    people = [
        person.id
        for _c, person in cohorts.learners(session, [found.id], vault())
        if str(person.id) in chosen
    ]
    marks, errors = forms.read_marks(books.checklist(slug).lines)
    if not people:
        errors = {"people": [_("Choose at least one person.")], **errors}
    if errors:
        return _group_page(cohort_id, slug, marks, chosen, errors), 422
    with db.transaction() as writing:
        for person in people:
            actions.sign(writing, actor(), books, found, person, slug, marks, **_told())
    flash(_("Signed for %(num)s people.", num=len(people)), "good")
    return redirect(url_for(".overview", cohort_id=cohort_id), code=303)


# --- for the trainee -----------------------------------------------------------------------------


@bp.get("/practical/<checklist>")
@needs(Permission.LEARN)
def own(checklist: str) -> str:
    """What will be looked at in the room, and how one stands."""
    session = db.session()
    books = learning.library(session)
    slug = checklist_of(books, checklist)
    me = learning.reader(session, actor())
    held_on = me.cohort.held_on if me.cohort else None
    programme = me.cohort.programme if me.cohort else ""
    found = None
    if programme in books.programmes:
        found = queries.own_standings(session, actor(), books, programme, held_on).get(slug)
    return render_template(
        "signoffs/own.html",
        title=wording.title(books, slug, language()),
        minutes=books.checklists[slug]["minutes"],
        lines=wording.lines(books, slug, language(), held_on),
        standing=found,
        state=wording.state(found) if found else None,
    )
