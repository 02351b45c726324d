"""Marking essays: the queue, one text without a name, the rubric."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.assessment import essays, sittings
from lms.assessment.blueprint import bp
from lms.assessment.models import Essay
from lms.domain.elements import judgements, present
from lms.domain.errors import TooLate
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.learning import queries as learning
from lms.web.access import actor, needs
from lms.web.languages import language


@bp.get("/essays/")
@needs(Permission.MARK_ESSAYS)
def essay_queue() -> str:
    books = learning.library(db.session())
    lines = []
    for line in essays.queue(db.session(), actor()):
        document = books.question_documents.get(line.question)
        title = pick(document["texts"], language())[0]["title"] if document else line.question
        lines.append({"line": line, "title": title, "late": line.due_on < clock.now().date()})
    return render_template("assessment/essays.html", lines=lines)


@bp.get("/essays/<uuid:essay_id>")
@needs(Permission.MARK_ESSAYS)
def essay(essay_id: uuid.UUID) -> str:
    return _page(essays.one(db.session(), actor(), essay_id))


def _page(found: Essay, errors: dict[str, list[str]] | None = None) -> str:
    sitting = sittings.of(db.session(), found.attempt_id)
    asked = essays.asked(sitting, found)
    text = str(sitting.attempt.answers.get(found.question) or "")
    there = present(text)
    words, used = pick(sitting.books.question_documents[found.question]["texts"], language())
    mine = essays.own_mark(db.session(), actor(), found.id)
    return render_template(
        "assessment/essay.html",
        essay=found,
        asked=asked,
        words=words,
        used=used,
        text=text,
        advice={c.id: c.element in there for c in asked.criteria if c.element},
        judged=judgements(text),
        given=mine.points if mine else None,
        typed=request.form if errors else {},
        errors=errors or {},
    )


@bp.post("/essays/<uuid:essay_id>")
@needs(Permission.MARK_ESSAYS, audit=True)
def mark_essay(essay_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    found = essays.one(db.session(), actor(), essay_id)
    if essays.own_mark(db.session(), actor(), essay_id) is not None:
        raise TooLate("finished")
    sitting = sittings.of(db.session(), found.attempt_id)
    points: dict[str, int] = {}
    errors: dict[str, list[str]] = {}
    for criterion in essays.asked(sitting, found).criteria:
        number = _points(request.form.get(f"points-{criterion.id}", ""), criterion.points)
        if number is None:
            problem: Any = _("Write a whole number from 0 to %(most)s.", most=criterion.points)
            errors[f"points-{criterion.id}"] = [problem]
        else:
            points[criterion.id] = number
    if errors:
        return _page(found, errors), 422
    with db.transaction() as session:
        essays.mark(session, actor(), essay_id, points, now=clock.now())
    flash(_("The mark is kept."))
    return redirect(url_for(".essay_queue"), code=303)


def _points(text: str, most: int) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 4 and int(text) <= most else None
