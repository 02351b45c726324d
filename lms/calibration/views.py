"""Calibration: judge the same incidents as everybody, and see alone where one leans."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.calibration import actions, queries
from lms.cohorts import queries as cohorts
from lms.content.library import Document
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.permissions import Permission, may
from lms.domain.severity import ABOUT, SEVERITIES
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import pages
from lms.learning import queries as learning
from lms.web.access import actor, needs
from lms.web.languages import language

bp = Blueprint("calibration", __name__)
FIELD = "i-"


def severity_words() -> dict[str, str]:
    return {
        "in-order": _("in order: nothing to report"),
        "irregularity": _("an irregularity: write it down"),
        "violation": _("a violation: act and report at once"),
    }


def about_words() -> dict[str, str]:
    words = (
        _("access to the station"),
        _("voting"),
        _("secrecy of the vote"),
        _("ballots and boxes"),
        _("the count"),
        _("the protocol"),
    )
    return dict(zip(ABOUT, words, strict=True))


def _words(document: Document) -> Any:
    return pick(document["texts"], language())[0]


@bp.get("/calibrations/")
@needs(Permission.LEARN)
def shelf() -> str:
    """The sets there are; for staff also the cohorts whose judgements they may see together."""
    session = db.session()
    books = learning.library(session)
    done = queries.own_slugs(session, actor())
    sees = may(actor(), Permission.SEE_STATISTICS)
    return render_template(
        "calibration/shelf.html",
        sets=[
            {
                "slug": slug,
                "title": _words(d)["title"],
                "count": len(d["incidents"]),
                "done": slug in done,
            }
            for slug, d in books.incidents.items()
        ],
        may_judge=may(actor(), Permission.SIT_QUIZ),
        cohorts=cohorts.visible(session, actor()) if sees else (),
    )


@bp.get("/calibrations/<slug>")
@needs(Permission.SIT_QUIZ)
def incidents(slug: str) -> str | AnyResponse:
    session = db.session()
    document = queries.document(learning.library(session), slug)
    if queries.own(session, actor(), slug) is not None:
        return redirect(url_for(".result", slug=slug), code=303)
    return _form(document, {}, {})


def _form(document: Document, given: dict[str, str], errors: dict[str, list[str]]) -> str:
    return render_template(
        "calibration/incidents.html",
        document=document,
        words=_words(document),
        severities=list(severity_words().items()),
        given=given,
        errors=errors,
        field=FIELD,
    )


@bp.post("/calibrations/<slug>")
@needs(Permission.SIT_QUIZ)
def judge(slug: str) -> str | AnyResponse | tuple[str, int]:
    """Keep the judgements when every incident has one; else say which has none."""
    session = db.session()
    books = learning.library(session)
    document = queries.document(books, slug)
    texts = _words(document)["incidents"]
    given = {}
    errors: dict[str, list[str]] = {}
    for entry in document["incidents"]:
        value = request.form.get(f"{FIELD}{entry['id']}", "")
        if value in SEVERITIES:
            given[entry["id"]] = value
        else:
            title = texts[entry["id"]]["title"]
            errors[f"{FIELD}{entry['id']}"] = [_("Judge “%(title)s”.", title=title)]
    if errors:
        return _form(document, given, errors), 422
    try:
        with db.transaction() as writing:
            actions.judge(
                writing, actor(), slug, given, release_id=books.published, now=clock.now()
            )
    except IntegrityError:
        pass  # handed in from two tabs at once: the other one stands
    return redirect(url_for(".result", slug=slug), code=303)


@bp.get("/calibrations/<slug>/result")
@needs(Permission.SIT_QUIZ)
def result(slug: str) -> str:
    """One's own judgements beside the key: for nobody else's eyes."""
    session = db.session()
    mine = queries.own(session, actor(), slug)
    if mine is None:
        raise NotThere
    document = queries.of_release(session, mine)
    books = learning.library(session)
    return render_template(
        "calibration/result.html",
        document=document,
        words=_words(document),
        found=queries.beside_the_key(document, mine.judgements),
        mine=mine.judgements,
        severity=severity_words(),
        order=SEVERITIES,
        chips={
            entry["id"]: [
                pages.rule_chip(books, rule, language(), None)
                for rule in entry["rules"]
                if rule in books.rules
            ]
            for entry in document["incidents"]
        },
    )


@bp.get("/calibrations/<slug>/cohorts/<uuid:cohort_id>")
@needs(Permission.SEE_STATISTICS)
def cohort(slug: str, cohort_id: uuid.UUID) -> str | AnyResponse:
    """A cohort's judgements together; nobody is named and no person can be told apart."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.SEE_STATISTICS)
    document = queries.document(learning.library(session), slug)
    together = queries.together(session, document, [found.id])
    if together is not None and (file_format := wanted_format()):
        rows = [
            (line.entry["id"], line.entry["about"], line.entry["severity"], *line.counts)
            for line in together.lines
        ]
        return as_file(
            Table("incidents", ("incident", "about", "key", *SEVERITIES), rows), file_format
        )
    return render_template(
        "calibration/cohort.html",
        cohort=found,
        document=document,
        words=_words(document),
        found=together,
        severity=severity_words(),
        order=SEVERITIES,
        about=about_words(),
    )
