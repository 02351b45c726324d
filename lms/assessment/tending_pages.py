"""Exams of a cohort and of one person, for those who run them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.assessment import handed, queries, tending
from lms.assessment.blueprint import bp
from lms.assessment.forms import (
    ClosingForm,
    FileForm,
    GrantForm,
    ReopenForm,
    TakeInForm,
    reason_words,
)
from lms.assessment.handed import NotOurs
from lms.assessment.models import Attempt, AttemptResult
from lms.cohorts import queries as cohorts
from lms.content.library import Library
from lms.domain.languages import pick
from lms.domain.permissions import Permission, may
from lms.learning import pages
from lms.learning import queries as learning
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.languages import language

UPLOAD_LIMIT = handed.MOST_BYTES + 64 * 1024
PER_PAGE = 100


def _quizzes(books: Library) -> dict[str, str]:
    return {
        slug: pick(document["texts"], language())[0]["title"]
        for slug, document in books.quizzes.items()
    }


def _line(attempt: Attempt, result: AttemptResult | None, titles: dict[str, str]) -> dict[str, Any]:
    state = "marked" if result else "waiting"
    if attempt.finished_at is None:
        late = attempt.due_at is not None and attempt.due_at < clock.now()
        state = "over" if late else "open"
    elif attempt.abandoned:
        state = "abandoned"
    return {
        "id": attempt.id,
        "account_id": attempt.account_id,
        "quiz": titles.get(attempt.quiz, attempt.quiz),
        "started_at": attempt.started_at,
        "state": state,
        "percent": result.earned * 100 // result.possible if result and result.possible else None,
        "passed": result.passed if result else None,
    }


@bp.get("/cohorts/<uuid:cohort_id>/exams")
@needs(Permission.TEND_EXAMS)
def exams(cohort_id: uuid.UUID) -> str:
    """The latest exams of a cohort, and when each quiz closes."""
    books = learning.library(db.session())
    return _exams(cohort_id, ClosingForm(_quizzes(books).items(), formdata=None))


def _exams(cohort_id: uuid.UUID, form: ClosingForm) -> str:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.TEND_EXAMS)
    titles = _quizzes(learning.library(session))
    people = {person.id: person for _c, person in cohorts.learners(session, [found.id], vault())}
    rows = tending.attempts_of(session, people)
    exams_only = [row for row in rows if row[0].quiz_kind == "exam"]
    return render_template(
        "assessment/exams.html",
        cohort=found,
        people=people,
        lines=[_line(attempt, result, titles) for attempt, result in exams_only[:PER_PAGE]],
        more=max(0, len(exams_only) - PER_PAGE),
        closings={titles.get(q, q): at for q, at in tending.closings_of(session, found.id).items()},
        form=form,
        may_mark=may(actor(), Permission.MARK_ESSAYS, found.place),
    )


@bp.post("/cohorts/<uuid:cohort_id>/exams")
@needs(Permission.TEND_EXAMS, audit=True)
def close_quiz(cohort_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    found = cohorts.one(db.session(), actor(), cohort_id, Permission.TEND_EXAMS)
    form = ClosingForm(_quizzes(learning.library(db.session())).items())
    if not form.validate():
        return _exams(cohort_id, form), 422
    # Validated: both are there.
    at = datetime.combine(form.day.data, form.time.data, tzinfo=UTC)  # type: ignore[arg-type]
    with db.transaction() as session:
        tending.close_for_cohort(session, actor(), found, form.quiz.data, at, now=clock.now())
    return redirect(url_for(".exams", cohort_id=cohort_id), code=303)


@bp.get("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/exams")
@needs(Permission.TEND_EXAMS)
def exams_of_person(cohort_id: uuid.UUID, account_id: uuid.UUID) -> str:
    return _of_person(cohort_id, account_id)


def _of_person(cohort_id: uuid.UUID, account_id: uuid.UUID, form: GrantForm | None = None) -> str:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.TEND_EXAMS)
    member = cohorts.member(session, found, account_id, vault())
    books = learning.library(session)
    titles = _quizzes(books)
    return render_template(
        "assessment/person_exams.html",
        cohort=found,
        person=member,
        lines=[_line(a, r, titles) for a, r in tending.attempts_of(session, [account_id])],
        grants=tending.grants_of(session, account_id),
        repairs=[
            {"row": r, "rule": pages.rule_chip(books, r.rule, language(), found.held_on)}
            for r in tending.repairs_of(session, account_id)
            if r.rule in books.rules
        ],
        titles=titles,
        reasons=reason_words(),
        form=form or GrantForm(titles.items(), formdata=None),
    )


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/exams")
@needs(Permission.TEND_EXAMS, audit=True)
def grant(cohort_id: uuid.UUID, account_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    found = cohorts.one(db.session(), actor(), cohort_id, Permission.TEND_EXAMS)
    cohorts.member(db.session(), found, account_id, vault())
    form = GrantForm(_quizzes(learning.library(db.session())).items())
    if not form.validate():
        return _of_person(cohort_id, account_id, form), 422
    with db.transaction() as session:
        tending.grant(
            session,
            actor(),
            account_id,
            form.quiz.data,
            minutes=form.minutes.data or 0,
            attempts=form.attempts.data or 0,
            reason=form.reason.data,
            now=clock.now(),
        )
    return redirect(
        url_for(".exams_of_person", cohort_id=cohort_id, account_id=account_id), code=303
    )


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/repairs/<uuid:repair_id>")
@needs(Permission.TEND_EXAMS, audit=True)
def clear_repair(cohort_id: uuid.UUID, account_id: uuid.UUID, repair_id: uuid.UUID) -> AnyResponse:
    found = cohorts.one(db.session(), actor(), cohort_id, Permission.TEND_EXAMS)
    cohorts.member(db.session(), found, account_id, vault())
    with db.transaction() as session:
        tending.clear_repair(session, actor(), account_id, repair_id, now=clock.now())
    return redirect(
        url_for(".exams_of_person", cohort_id=cohort_id, account_id=account_id), code=303
    )


_ATTEMPT = "/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/attempts/<uuid:attempt_id>"


@bp.get(_ATTEMPT)
@needs(Permission.TEND_EXAMS)
def attempt_for_staff(cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID) -> str:
    return _attempt(cohort_id, account_id, attempt_id)


def _attempt(
    cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID, **more: Any
) -> str:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.TEND_EXAMS)
    member = cohorts.member(session, found, account_id, vault())
    row = tending.of_person(session, account_id, attempt_id)
    titles = _quizzes(learning.library(session))
    given: dict[str, Any] = {
        "reopen_form": ReopenForm(formdata=None),
        "file_form": FileForm(formdata=None),
        "plan": None,
        "trouble": None,
    }
    return render_template(
        "assessment/staff_attempt.html",
        cohort=found,
        person=member,
        line=_line(row, queries.result_of(session, row.id), titles),
        here=url_for(
            ".attempt_for_staff",
            cohort_id=cohort_id,
            account_id=account_id,
            attempt_id=attempt_id,
        ),
        **given | more,
    )


@bp.post(f"{_ATTEMPT}/reopen")
@needs(Permission.TEND_EXAMS, audit=True)
def reopen(
    cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID
) -> tuple[str, int] | AnyResponse:
    found = cohorts.one(db.session(), actor(), cohort_id, Permission.TEND_EXAMS)
    cohorts.member(db.session(), found, account_id, vault())
    form = ReopenForm()
    if not form.validate():
        return _attempt(cohort_id, account_id, attempt_id, reopen_form=form), 422
    with db.transaction() as session:
        row = tending.of_person(session, account_id, attempt_id)
        tending.reopen(
            session,
            actor(),
            row,
            minutes=form.minutes.data or 0,
            reason=form.reason.data,
            now=clock.now(),
        )
    return _back(cohort_id, account_id, attempt_id)


def _back(cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID) -> AnyResponse:
    there = url_for(
        ".attempt_for_staff", cohort_id=cohort_id, account_id=account_id, attempt_id=attempt_id
    )
    return redirect(there, code=303)


@bp.post(f"{_ATTEMPT}/file")
@needs(Permission.TEND_EXAMS, body_limit=UPLOAD_LIMIT)
def read_file(
    cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID
) -> str | tuple[str, int]:
    """What would come of a file of answers; nothing is written."""
    found = cohorts.one(db.session(), actor(), cohort_id, Permission.TEND_EXAMS)
    cohorts.member(db.session(), found, account_id, vault())
    tending.of_person(db.session(), account_id, attempt_id)
    form = FileForm()
    if not form.validate():
        return _attempt(cohort_id, account_id, attempt_id, file_form=form), 422
    body = form.file.data.read(handed.MOST_BYTES + 1)
    try:
        plan = handed.read(body, queries.sitting_of(db.session(), attempt_id))
    except NotOurs as problem:
        words = _file_words(problem.code)
        return _attempt(cohort_id, account_id, attempt_id, trouble=words), 422
    confirm = TakeInForm(formdata=None)
    text = body.decode("utf-8-sig")
    return _attempt(
        cohort_id, account_id, attempt_id, plan=plan, take_in_form=confirm, file_text=text
    )


def _file_words(code: str) -> str:
    words: dict[str, str] = {
        "too-big": _("The file is too big to be a file of answers."),
        "another-attempt": _("This file belongs to another attempt."),
    }
    otherwise: str = _("This is not a file of answers that was saved here.")
    return words.get(code, otherwise)


@bp.post(f"{_ATTEMPT}/take-in")
@needs(Permission.TEND_EXAMS, audit=True, body_limit=UPLOAD_LIMIT)
def take_in(
    cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID
) -> tuple[str, int] | AnyResponse:
    found = cohorts.one(db.session(), actor(), cohort_id, Permission.TEND_EXAMS)
    cohorts.member(db.session(), found, account_id, vault())
    tending.of_person(db.session(), account_id, attempt_id)
    form = TakeInForm()
    text = form.text.data or ""
    try:
        sitting = queries.sitting_of(db.session(), attempt_id)
        plan = handed.read(text.encode("utf-8", "replace"), sitting)
    except NotOurs as problem:
        return _attempt(cohort_id, account_id, attempt_id, trouble=_file_words(problem.code)), 422
    if not form.validate():
        more = {"plan": plan, "take_in_form": form, "file_text": text}
        return _attempt(cohort_id, account_id, attempt_id, **more), 422
    with db.transaction() as session:
        row = tending.of_person(session, account_id, attempt_id)
        count = tending.take_in(
            session, actor(), row, plan, reason=form.reason.data, now=clock.now()
        )
    flash(_("%(count)s answers were taken in.", count=count))
    return _back(cohort_id, account_id, attempt_id)


@bp.get("/attempts/<uuid:attempt_id>/answers.txt")
@needs(Permission.SIT_QUIZ)
def own_answers(attempt_id: uuid.UUID) -> Response:
    """One's own answers as a text file, with their receipts: to keep, or to hand to a trainer."""
    sitting = queries.own_sitting(db.session(), actor(), attempt_id)
    text = handed.written(sitting, clock.now())
    return Response(
        text,
        mimetype="text/plain",
        headers={"Content-Disposition": "attachment; filename=answers.txt"},
    )
