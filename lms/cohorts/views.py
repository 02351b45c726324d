"""What trainers and coordinators see of their cohorts, and how people come in."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.certification import queries as certification
from lms.cohorts import (  # noqa: F401 - the other pages of the room
    actions,
    attention,
    importing,
    listing,
    managing,
    overview,
    people,
    queries,
    today,
)
from lms.cohorts.blueprint import bp
from lms.cohorts.forms import UploadForm
from lms.cohorts.importing import Plan, Row
from lms.domain.languages import pick
from lms.domain.permissions import Permission, may
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import pages, progress
from lms.learning import queries as learning
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.languages import language
from lms.web.sorting import in_order
from lms.web.squares import square

PEOPLE_IN_HEATMAP = 40
UPLOAD_LIMIT = importing.MOST_BYTES + 64 * 1024
# How long a trainer may look at a dry run before confirming it.
PLAN_SECONDS = 3600


@bp.get("/cohorts/")
@needs(Permission.SEE_COHORTS)
def shelf() -> str | AnyResponse:
    session = db.session()
    cohorts = queries.visible(session, actor())
    counts: dict[uuid.UUID, int] = {}
    for cohort_id, _person in queries.learners(session, [c.id for c in cohorts], vault()):
        counts[cohort_id] = counts.get(cohort_id, 0) + 1
    if file_format := wanted_format():
        rows = [
            (c.name, c.organisation, c.election, _day(c.held_on), counts.get(c.id, 0))
            for c in cohorts
        ]
        columns = ("cohort", "organisation", "election", "held_on", "people")
        return as_file(Table("groups", columns, rows), file_format)
    cohorts, sort = in_order(
        cohorts,
        {
            "name": lambda c: c.name.casefold(),
            "organisation": lambda c: c.organisation.casefold(),
            "election": lambda c: c.election and c.election.casefold(),
            "day": lambda c: c.held_on,
            "people": lambda c: counts.get(c.id, 0),
        },
    )
    return render_template("cohorts/shelf.html", cohorts=cohorts, counts=counts, sort=sort)


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


@bp.get("/cohorts/<uuid:cohort_id>/rules")
@needs(Permission.SEE_COHORTS)
def rules(cohort_id: uuid.UUID) -> str | AnyResponse:
    """The heatmap: rule × trainee, the weakest rule first."""
    session = db.session()
    found = queries.one(session, actor(), cohort_id)
    books = learning.library(session)
    everybody = [person for _c, person in queries.learners(session, [found.id], vault())]
    file_format = wanted_format()
    number = _heat_page(len(everybody))
    first = (number - 1) * PEOPLE_IN_HEATMAP
    shown = everybody if file_format else everybody[first : first + PEOPLE_IN_HEATMAP]
    knows = attention.shares_of_rules(session, found.id)
    rows = sorted(
        overview.heatmap(session, books, found, shown),
        key=lambda row: (knows.get(row.rule, 0), row.share, row.rule),
    )
    chips = {r.rule: pages.rule_chip(books, r.rule, language(), found.held_on) for r in rows}
    may_write = may(actor(), Permission.MESSAGE, found.place)
    if file_format:
        table = Table(
            "rules",
            ("rule", *(person.label for person in shown)),
            [(str(chips[row.rule]["name"]), *row.cells) for row in rows],
        )
        return as_file(table, file_format)
    return render_template(
        "cohorts/rules.html",
        cohort=found,
        number=number,
        last=max(1, -(-len(everybody) // PEOPLE_IN_HEATMAP)),
        columns=[
            {
                "label": person.label,
                "href": url_for(".person", cohort_id=cohort_id, account_id=person.id),
            }
            for person in shown
        ],
        rows=[
            {
                "label": chips[row.rule]["name"],
                "href": chips[row.rule]["href"],
                "critical": chips[row.rule]["critical"],
                "known": _(
                    "%(num)s of %(all)s know it", num=knows.get(row.rule, 0), all=len(everybody)
                ),
                "write": url_for("messages.write", cohort_id=cohort_id, filter=f"weak:{row.rule}")
                if may_write
                else None,
                "cells": [
                    None
                    if cell is None
                    else {"percent": cell, "trouble": weak, "word": _("last wrong") if weak else ""}
                    for cell, weak in zip(row.cells, row.troubled, strict=True)
                ],
            }
            for row in rows
        ],
    )


def _heat_page(total: int) -> int:
    text = request.args.get("page", "1")
    number = int(text) if text.isdecimal() and len(text) < 7 else 1
    return min(max(number, 1), max(1, -(-total // PEOPLE_IN_HEATMAP)))


@bp.get("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>")
@needs(Permission.SEE_COHORTS)
def person(cohort_id: uuid.UUID, account_id: uuid.UUID) -> str:
    session = db.session()
    found = queries.one(session, actor(), cohort_id)
    member = queries.member(session, found, account_id, vault())
    books = learning.library(session)
    programme = books.programmes.get(found.programme)
    missing = certification.missing(session, books, programme, account_id) if programme else ()
    shown = learning.standings(session, account_id)
    return render_template(
        "cohorts/person.html",
        cohort=found,
        person=member,
        needs=[progress.need_line(books, need, language()) for need in missing],
        programme=pick(programme["texts"], language())[0] if programme else None,
        rules=progress.rule_lines(books, shown, language(), found.held_on),
        certificates=[
            held
            for held in certification.of_cohort(session, actor(), found.id)
            if held.account_id == account_id
        ],
        may_certify=may(actor(), Permission.CERTIFY, found.place) and account_id != actor().id,
        may_import=may(actor(), Permission.IMPORT_PEOPLE, found.place),
        may_manage=may(actor(), Permission.MANAGE_PEOPLE, found.place),
        post=queries.posts(session, found).get(account_id, ""),
        posts=people.post_words() if found.organisation_kind == "commission" else {},
        me=actor().id,
    )


# --- bringing people in --------------------------------------------------------------------------


@bp.get("/cohorts/<uuid:cohort_id>/import")
@needs(Permission.IMPORT_PEOPLE)
def import_people(cohort_id: uuid.UUID) -> str:
    found = queries.one(db.session(), actor(), cohort_id, Permission.IMPORT_PEOPLE)
    undoable = managing.undoable(db.session(), found.id, clock.now())
    return render_template(
        "cohorts/import.html", cohort=found, form=UploadForm(), plan=None, undoable=undoable
    )


@bp.post("/cohorts/<uuid:cohort_id>/import")
@needs(Permission.IMPORT_PEOPLE, body_limit=UPLOAD_LIMIT)
def dry_run(cohort_id: uuid.UUID) -> str | tuple[str, int]:
    """What would come of the file; nothing is written."""
    session = db.session()
    found = queries.one(session, actor(), cohort_id, Permission.IMPORT_PEOPLE)
    form = UploadForm()
    if not form.validate():
        return render_template("cohorts/import.html", cohort=found, form=form, plan=None), 422
    learners = [person for _c, person in queries.learners(session, [found.id], vault())]
    present = [person.name or "" for person in learners]
    held = queries.posts(session, found)
    here = {
        str(person.id): (person.name or "", person.language, held.get(person.id, ""))
        for person in learners
    }
    body = form.file.data.read(importing.MOST_BYTES + 1)
    members = found.organisation_kind == "commission"
    plan = importing.plan(body, {found.name: present}, language(), found.name, here, posts=members)
    page = render_template(
        "cohorts/import.html",
        cohort=found,
        form=UploadForm(formdata=None),
        plan=plan,
        words=_problem_words(),
        trouble=_trouble_words(plan),
        signed=_sign(found.id, plan) if plan.is_clean and plan.coming else None,
    )
    return page if plan.is_clean else (page, 422)


def _problem_words() -> dict[str, str]:
    return {
        "no-name": _("There is no name."),
        "long-name": _("The name is too long."),
        "lost-letters": _(
            "Letters were lost when this file was saved. Save it as “CSV UTF-8” or XLSX."
        ),
        "twice": _("This name stands twice, or is in the group already."),
        "language": _("The language must be en, ru or kk."),
        "post": _("The post must be chair, secretary or member."),
        "cohort": _("This line is for another cohort. Send it there."),
        "unknown-id": _("Nobody here has this id. To add the person anew, take the column id out."),
        "differs": _(
            "This person is here under another name, language or post. An import changes nobody."
        ),
        "no-cohort": _("The line does not say which cohort it is for."),
    }


def _trouble_words(plan: Plan) -> str | None:
    if plan.trouble is None:
        return None
    code, fact = plan.trouble
    words: dict[str, str] = {
        "too-big": _("The file is too big. Send at most 2 MB."),
        "empty": _("There are no people in this file."),
        "too-many": _("At most %(most)s people at once. Divide the file.", most=fact),
        "column": _(
            "The column “%(name)s” is not known. Known are: name, firstname, lastname, language.",
            name=fact,
        ),
        "no-name-column": _("No column is called name. Put the headings into the first row."),
        "encoding": _("This is not a text we can read. Save it as “CSV UTF-8” or XLSX."),
        "broken": _("The file breaks off at line %(line)s. Save it again.", line=fact),
        "xlsx": _("This XLSX file cannot be opened. Save it again, or save it as CSV UTF-8."),
    }
    return words[code]


def _signer() -> URLSafeTimedSerializer:
    key = current_app.config["LMS_SETTINGS"].session_key
    return URLSafeTimedSerializer(key, salt="import-plan")


def _sign(cohort_id: uuid.UUID, plan: Plan) -> str:
    rows = [[row.number, row.name, row.language, row.post] for row in plan.coming]
    return str(_signer().dumps([str(actor().id), str(cohort_id), rows]))


@bp.post("/cohorts/<uuid:cohort_id>/import/confirm")
@needs(Permission.IMPORT_PEOPLE, audit=True, body_limit=UPLOAD_LIMIT)
def confirm_import(cohort_id: uuid.UUID) -> str | tuple[str, int]:
    found = queries.one(db.session(), actor(), cohort_id, Permission.IMPORT_PEOPLE)
    try:
        who, where, rows = _signer().loads(request.form.get("plan", ""), max_age=PLAN_SECONDS)
    except (BadSignature, ValueError):
        who = where = rows = None
    if who != str(actor().id) or where != str(cohort_id):
        form = UploadForm(formdata=None)
        form.file.errors = [_("The dry run is too old. Send the file once more.")]
        return render_template("cohorts/import.html", cohort=found, form=form, plan=None), 422
    with db.transaction() as session:
        cards = actions.import_people(
            session,
            actor(),
            found,
            [Row(number, name, given, post=post) for number, name, given, post in rows],
            vault=vault(),
            now=clock.now(),
        )
    return render_template("cohorts/cards.html", cohort=found, square=square, cards=cards)


@bp.post("/cohorts/<uuid:cohort_id>/invite")
@needs(Permission.IMPORT_PEOPLE, audit=True)
def invite(cohort_id: uuid.UUID) -> str:
    found = queries.one(db.session(), actor(), cohort_id, Permission.IMPORT_PEOPLE)
    with db.transaction() as session:
        card = actions.invite_one(session, actor(), cohort_id, now=clock.now())
    return render_template("cohorts/cards.html", cohort=found, square=square, cards=[card])


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/code")
@needs(Permission.IMPORT_PEOPLE, audit=True)
def issue_code(cohort_id: uuid.UUID, account_id: uuid.UUID) -> str:
    found = queries.one(db.session(), actor(), cohort_id, Permission.IMPORT_PEOPLE)
    with db.transaction() as session:
        card = actions.issue_code_again(
            session, actor(), cohort_id, account_id, vault=vault(), now=clock.now()
        )
    return render_template("cohorts/cards.html", cohort=found, square=square, cards=[card])
