"""What trainers see of their own cohorts' runs, and the scenario as a booklet to be printed."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lms import db
from lms.cohorts import queries as cohorts
from lms.content.library import Library
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.drills import booklets, flow, wording
from lms.drills.room import bp
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import queries as learning
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.filters import authored
from lms.web.languages import language


@bp.get("/cohorts/<uuid:cohort_id>/scenarios")
@needs(Permission.SEE_COHORTS)
def cohort_scenarios(cohort_id: uuid.UUID) -> str | AnyResponse:
    """Every scenario: how many have played it, and how many passed at their first run."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id)
    books, runs = learning.library(session), _ended(found.id)
    lines = []
    for slug, document in books.scenarios.items():
        mine = [run for run in runs if run.scenario == slug]
        first = flow.one_each(mine, "first")
        lines.append(
            {
                "slug": slug,
                "title": pick(document["texts"], language())[0]["title"],
                "people": len(first),
                "passed_first": sum(run.passed for run in first),
                "passed": len({run.account_id for run in mine if run.passed}),
            }
        )
    if file_format := wanted_format():
        columns = ("scenario", "people", "passed_first", "passed")
        rows = [tuple(line[column] for column in ("slug", *columns[1:])) for line in lines]
        return as_file(Table("scenarios", columns, rows), file_format)
    return render_template("drills/cohort_scenarios.html", cohort=found, lines=lines)


def _ended(cohort_id: uuid.UUID) -> list[flow.Ended]:
    session = db.session()
    people = [person.id for _c, person in cohorts.learners(session, [cohort_id], vault())]
    return flow.ended(session, people)


@bp.get("/cohorts/<uuid:cohort_id>/scenarios/<slug>")
@needs(Permission.SEE_COHORTS)
def cohort_flow(cohort_id: uuid.UUID, slug: str) -> str | AnyResponse:
    """Where the cohort leaves the best path, as a picture and as a table."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id)
    books = learning.library(session)
    document = books.scenarios.get(slug)
    if document is None:
        raise NotThere
    which = request.args.get("runs", "first")
    which = which if which in flow.WHICH else "first"
    mine = [run for run in _ended(found.id) if run.scenario == slug]
    counted = flow.flow(session, document, flow.one_each(mine, which))
    titles, choices = _words(document)
    if file_format := wanted_format():
        return as_file(_table(counted), file_format)
    return render_template(
        "drills/flow.html",
        cohort=found,
        document=document,
        words=pick(document["texts"], language())[0],
        used=pick(document["texts"], language())[1],
        which=which,
        flow=counted,
        titles=titles,
        choices=choices,
        outcomes=wording.outcomes(),
    )


def _words(document: Any) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    titles, choices = {}, {}
    for scene in document["scenes"]:
        titles[scene["id"]] = pick(scene["texts"], language())[0]["title"]
        for choice in scene["choices"]:
            html = pick(choice["texts"], language())[0]["html"]
            choices[scene["id"], choice["id"]] = authored(html).striptags()
    return titles, choices


def _table(counted: flow.Flow) -> Table:
    rows = [
        (stop.scene, decision.choice, decision.grade, decision.choice == stop.best, decision.people)
        for stop in (*counted.along, *counted.aside)
        for decision in stop.decisions
    ]
    return Table("decisions", ("scene", "choice", "grade", "best_path", "people"), rows)


@bp.get("/scenarios/<slug>/booklet")
@needs(Permission.SEE_COHORTS)
def booklet(slug: str) -> AnyResponse:
    """The whole scenario to be printed, with its answers: for those who train."""
    books: Library = learning.library(db.session())
    if slug not in books.scenarios:
        raise NotThere
    as_page = request.args.get("form") == "page"
    made = booklets.booklet(books, slug, language())
    content = booklets.page(made).encode() if as_page else booklets.pdf(made)
    name = f"{slug}-{language()}.{'html' if as_page else 'pdf'}"
    return Response(
        content,
        mimetype="text/html" if as_page else "application/pdf",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )
