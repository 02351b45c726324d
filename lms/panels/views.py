"""The modified Angoff page: each trainer judges alone, then the panel's cut is computed."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.permissions import Permission, may
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import queries as learning
from lms.panels import actions, queries
from lms.panels.models import Panel
from lms.panels.queries import Asked
from lms.web.access import actor, needs
from lms.web.languages import language

bp = Blueprint("panels", __name__)
FIELD = "q-"


@bp.get("/panels/")
@needs(Permission.JUDGE_QUESTIONS)
def shelf() -> str:
    session = db.session()
    books = learning.library(session)
    exams = [
        (slug, pick(document["texts"], language())[0]["title"])
        for slug, document in books.quizzes.items()
        if books.quiz(slug).is_exam
    ]
    titles = dict(exams)
    return render_template(
        "panels/shelf.html",
        panels=queries.visible(session, actor()),
        titles=titles,
        exams=exams,
        may_open=may(actor(), Permission.OPEN_PANEL),
    )


@bp.post("/panels/open")
@needs(Permission.OPEN_PANEL, audit=True)
def open_panel() -> AnyResponse:
    books = learning.library(db.session())
    organisations = sorted(queries.organisations(actor(), Permission.OPEN_PANEL))
    if not organisations:
        raise NotThere
    with db.transaction() as session:
        panel_id = actions.open_panel(
            session,
            actor(),
            organisations[0],
            books,
            request.form.get("quiz", ""),
            now=clock.now(),
        )
    return redirect(url_for(".panel", panel_id=panel_id), code=303)


@bp.get("/panels/<uuid:panel_id>")
@needs(Permission.JUDGE_QUESTIONS)
def panel(panel_id: uuid.UUID) -> str | AnyResponse:
    """The questions with one's own judgements; after closing the cut and its error."""
    session = db.session()
    found = queries.one(session, actor(), panel_id, permission=Permission.JUDGE_QUESTIONS)
    asked = queries.asked(session, found)
    if found.closed_at is not None:
        return _closed(found, asked)
    mine = queries.own_judgements(session, actor(), found)
    return _form(found, asked, {question: str(percent) for question, percent in mine.items()}, {})


def _form(found: Panel, asked: Asked, given: dict[str, str], errors: dict[str, list[str]]) -> str:
    counts = queries.judges(db.session(), found)
    return render_template(
        "panels/panel.html",
        panel=found,
        title=_title(asked, found),
        questions=[
            (q, pick(asked.books.question_documents[q]["texts"], language())[0])
            for q in asked.questions
        ],
        given=given,
        errors=errors,
        field=FIELD,
        judges=len(counts),
        complete=sum(count == len(asked.questions) for count in counts.values()),
        may_close=_may_close(found),
    )


def _title(asked: Asked, found: Panel) -> str:
    return str(pick(asked.books.quizzes[found.quiz]["texts"], language())[0]["title"])


def _may_close(found: Panel) -> bool:
    return found.organisation_id in queries.organisations(actor(), Permission.OPEN_PANEL)


def _closed(found: Panel, asked: Asked) -> str | AnyResponse:
    session = db.session()
    cut = queries.cut(session, found)
    mine = queries.own_judgements(session, actor(), found)
    titles = {
        q: pick(asked.books.question_documents[q]["texts"], language())[0]["title"]
        for q in asked.questions
    }
    if file_format := wanted_format():
        rows = [(q, mean, spread) for q, (mean, spread) in cut.by_item.items()]
        return as_file(Table("panel", ("question", "mean", "sd"), rows), file_format)
    return render_template(
        "panels/closed.html",
        panel=found,
        title=_title(asked, found),
        cut=cut,
        titles=titles,
        mine=mine,
        own_cut=cut.by_judge.get(str(actor().id)),
        pass_percent=asked.books.quiz(found.quiz).pass_percent,
    )


@bp.post("/panels/<uuid:panel_id>")
@needs(Permission.JUDGE_QUESTIONS)
def judge(panel_id: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Keep what was judged so far; a question may be left empty and judged later."""
    session = db.session()
    found = queries.one(session, actor(), panel_id, permission=Permission.JUDGE_QUESTIONS)
    asked = queries.asked(session, found)
    given = {q: request.form.get(f"{FIELD}{q}", "").strip() for q in asked.questions}
    errors = {
        f"{FIELD}{question}": [_("Write a whole number from 0 to 100, or leave it empty.")]
        for question, text in given.items()
        if text and not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= 100)
    }
    if errors:
        return _form(found, asked, given, errors), 422
    with db.transaction() as writing:
        actions.judge(
            writing, actor(), panel_id, {q: int(text) for q, text in given.items() if text}
        )
    return redirect(url_for(".panel", panel_id=panel_id), code=303)


@bp.post("/panels/<uuid:panel_id>/close")
@needs(Permission.OPEN_PANEL, audit=True)
def close(panel_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        actions.close(session, actor(), panel_id, now=clock.now())
    return redirect(url_for(".panel", panel_id=panel_id), code=303)
