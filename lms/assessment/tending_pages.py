"""Exams of a cohort and of one person, for those who run them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.accounts import queries as accounts
from lms.accounts.queries import Person
from lms.assessment import handed, handing, queries, sittings, tending
from lms.assessment.blueprint import bp
from lms.assessment.forms import (
    ClosingForm,
    FileForm,
    GrantForm,
    RefuseForm,
    ReopenForm,
    reason_words,
)
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
        files=_files(rows, people, titles),
        more=max(0, len(exams_only) - PER_PAGE),
        closings={titles.get(q, q): at for q, at in tending.closings_of(session, found.id).items()},
        form=form,
        may_mark=may(actor(), Permission.MARK_ESSAYS, found.place),
    )


def _files(
    rows: Sequence[tuple[Attempt, AttemptResult | None]],
    people: Mapping[uuid.UUID, Person],
    titles: dict[str, str],
) -> list[dict[str, Any]]:
    """The attempts for which a file of answers waits for a second person."""
    found = handing.all_waiting(db.session(), {attempt.id for attempt, _result in rows})
    return [
        {"person": people[attempt.account_id], **_line(attempt, result, titles)}
        for attempt, result in rows
        if attempt.id in found
    ]


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


ATTEMPT = "/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/attempts/<uuid:attempt_id>"


@bp.get(ATTEMPT)
@needs(Permission.TEND_EXAMS)
def attempt_for_staff(cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID) -> str:
    return attempt_page(cohort_id, account_id, attempt_id)


def attempt_page(
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
        "refuse_form": RefuseForm(formdata=None),
        "plan": None,
        "trouble": None,
        "waiting": None,
    }
    waits = handing.waiting(session, row.id)
    if waits is not None:
        given |= {
            "waiting": waits,
            "why": reason_words()[waits.reason],
            "waiting_plan": handed.read((waits.text or "").encode(), sittings.of(session, row.id)),
            "by": accounts.labels(session, [waits.handed_by], vault())[waits.handed_by],
            "own_file": waits.handed_by == actor().id,
            "may_take_in": handing.may_take_in(actor(), waits, row),
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


@bp.post(f"{ATTEMPT}/reopen")
@needs(Permission.TEND_EXAMS, audit=True)
def reopen(
    cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID
) -> tuple[str, int] | AnyResponse:
    found = cohorts.one(db.session(), actor(), cohort_id, Permission.TEND_EXAMS)
    cohorts.member(db.session(), found, account_id, vault())
    form = ReopenForm()
    if not form.validate():
        return attempt_page(cohort_id, account_id, attempt_id, reopen_form=form), 422
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
    return back(cohort_id, account_id, attempt_id)


def back(cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID) -> AnyResponse:
    there = url_for(
        ".attempt_for_staff", cohort_id=cohort_id, account_id=account_id, attempt_id=attempt_id
    )
    return redirect(there, code=303)
