"""Sitting a quiz: read what it asks, start, one question a page, finish, look at the result."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.assessment import actions, queries
from lms.assessment.queries import Sitting
from lms.content.library import Document, Library
from lms.domain import attempts as domain
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.domain.questions import Unreadable
from lms.learning import pages
from lms.learning import queries as learning
from lms.web.access import actor, needs
from lms.web.forms import given_key
from lms.web.languages import language

bp = Blueprint("assessment", __name__)


@bp.get("/quizzes/<slug>")
@needs(Permission.LEARN)
def quiz(slug: str) -> str:
    books = learning.library(db.session())
    document = _document(books, slug)
    words, used = pick(document["texts"], language())
    earlier = queries.own_attempts(db.session(), actor(), slug)
    return render_template(
        "assessment/quiz.html",
        quiz=books.quiz(slug),
        words=words,
        used=used,
        translation=document["translations"].get(language()),
        earlier=earlier,
        hindrance=domain.may_start(earlier, books.quiz(slug), clock.now()),
    )


def _document(books: Library, slug: str) -> Document:
    found = books.quizzes.get(slug)
    if found is None:
        raise NotThere
    return found


@bp.post("/quizzes/<slug>/start")
@needs(Permission.SIT_QUIZ)
def start(slug: str) -> AnyResponse:
    books = learning.library(db.session())
    _document(books, slug)
    day = learning.reader(db.session(), actor()).clock
    try:
        with db.transaction() as session:
            attempt_id = actions.start(
                session,
                actor(),
                books,
                slug,
                day=day,
                client_key=given_key(),
                now=clock.now(),
            )
    except IntegrityError:  # another tab started it at this moment: go on with that one
        return redirect(url_for(".quiz", slug=slug), code=303)
    return redirect(url_for(".attempt", attempt_id=attempt_id), code=303)


@bp.get("/attempts/<uuid:attempt_id>")
@needs(Permission.SIT_QUIZ)
def attempt(attempt_id: uuid.UUID) -> AnyResponse:
    """Where to go on: the first question without an answer, else the last look."""
    sitting = queries.own_sitting(db.session(), actor(), attempt_id)
    if sitting.attempt.ended_at is not None:
        return redirect(url_for(".result", attempt_id=attempt_id), code=303)
    blank = (q for q in sitting.attempt.questions if sitting.attempt.latest(q) == 0)
    first = next(blank, None)
    if first is None or sitting.attempt.is_over(clock.now()):
        return redirect(url_for(".last_look", attempt_id=attempt_id), code=303)
    return redirect(url_for(".question", attempt_id=attempt_id, question_id=first), code=303)


@bp.get("/attempts/<uuid:attempt_id>/<question_id>")
@needs(Permission.SIT_QUIZ)
def question(attempt_id: uuid.UUID, question_id: str) -> str | AnyResponse:
    sitting = queries.own_sitting(db.session(), actor(), attempt_id)
    sitting.number_of(question_id)
    if sitting.attempt.ended_at is not None:
        return redirect(url_for(".result", attempt_id=attempt_id), code=303)
    return _question_page(sitting, question_id)


def _question_page(
    sitting: Sitting, question_id: str, error: str | None = None, typed: Any = None
) -> str:
    found = sitting.books.questions[question_id]
    words, used = pick(sitting.books.question_documents[question_id]["texts"], language())
    number, total = sitting.number_of(question_id), len(sitting.attempt.questions)
    answered = sitting.attempt.latest(question_id) > 0
    answer = sitting.attempt.answers.get(question_id)
    told = sitting.quiz.feedback == "each" and answered
    order = sitting.attempt.order.get(question_id, {})
    untouched = answer is None and typed is None and error is None and not told
    return render_template(
        "assessment/question.html",
        sitting=sitting,
        here=url_for(".attempt", attempt_id=sitting.id),
        quiz_words=pick(sitting.books.quizzes[sitting.quiz.slug]["texts"], language())[0],
        question=found,
        words=words,
        used=used,
        translation=sitting.books.question_documents[question_id]["translations"].get(language()),
        order=order,
        fresh=pages.unanswered(sitting.books, question_id, language(), order)
        if untouched
        else None,
        value=typed if typed is not None else pages.typed_again(found.kind, answer),
        error=error,
        feedback=pages.feedback_for(sitting.books, question_id, answer, language(), sitting.day)
        if told
        else None,
        number=number,
        total=total,
        before=sitting.attempt.questions[number - 2] if number > 1 else None,
        after=sitting.attempt.questions[number] if number < total else None,
        seen=sitting.attempt.latest(question_id),
        answered=answered,
        minutes_left=_minutes_left(sitting),
    )


def _minutes_left(sitting: Sitting) -> int | None:
    if sitting.attempt.deadline is None:
        return None
    return max(0, int((sitting.attempt.deadline - clock.now()).total_seconds()) // 60)


@bp.post("/attempts/<uuid:attempt_id>/<question_id>")
@needs(Permission.SIT_QUIZ)
def answer(attempt_id: uuid.UUID, question_id: str) -> tuple[str, int] | AnyResponse:
    sitting = queries.own_sitting(db.session(), actor(), attempt_id)
    number = sitting.number_of(question_id)
    found = sitting.books.questions[question_id]
    typed = request.form.to_dict(flat=False)
    try:
        given = found.read(typed)
    except Unreadable as problem:
        words = pages.unreadable_words(problem, sitting.books, question_id, language())
        return _question_page(sitting, question_id, words, typed), 422
    each = sitting.quiz.feedback == "each"
    if found.is_blank(given) and each and not sitting.attempt.latest(question_id):
        return _question_page(sitting, question_id, _("Choose or write an answer first.")), 422
    if not found.is_blank(given) or sitting.attempt.latest(question_id):
        with db.transaction() as session:
            actions.keep_answer(
                session,
                actor(),
                attempt_id,
                question_id,
                given,
                seen=_seen(),
                client_key=given_key(),
                now=clock.now(),
            )
    return redirect(_after(sitting, question_id, number, each), code=303)


def _seen() -> int:
    """Which answer the page showed; a page that says nothing has seen none."""
    text = request.form.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _after(sitting: Sitting, question_id: str, number: int, each: bool) -> str:
    if each:  # the same page again, now with what is said about the answer
        return url_for(".question", attempt_id=sitting.id, question_id=question_id)
    if number < len(sitting.attempt.questions):
        following = sitting.attempt.questions[number]
        return url_for(".question", attempt_id=sitting.id, question_id=following)
    return url_for(".last_look", attempt_id=sitting.id)


@bp.get("/attempts/<uuid:attempt_id>/finish")
@needs(Permission.SIT_QUIZ)
def last_look(attempt_id: uuid.UUID) -> str | AnyResponse:
    sitting = queries.own_sitting(db.session(), actor(), attempt_id)
    if sitting.attempt.ended_at is not None:
        return redirect(url_for(".result", attempt_id=attempt_id), code=303)
    return render_template(
        "assessment/finish.html",
        sitting=sitting,
        quiz_words=pick(sitting.books.quizzes[sitting.quiz.slug]["texts"], language())[0],
        lines=[
            {"id": q, "number": n, "answered": sitting.attempt.answers.get(q) is not None}
            for n, q in enumerate(sitting.attempt.questions, start=1)
        ],
        over=sitting.attempt.is_over(clock.now()),
        minutes_left=_minutes_left(sitting),
    )


@bp.post("/attempts/<uuid:attempt_id>/finish")
@needs(Permission.SIT_QUIZ)
def finish(attempt_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        actions.finish(session, actor(), attempt_id, client_key=given_key(), now=clock.now())
    return redirect(url_for(".result", attempt_id=attempt_id), code=303)


@bp.get("/attempts/<uuid:attempt_id>/result")
@needs(Permission.SIT_QUIZ)
def result(attempt_id: uuid.UUID) -> str | AnyResponse:
    sitting = queries.own_sitting(db.session(), actor(), attempt_id)
    found = queries.result_of(db.session(), attempt_id)
    if found is None:
        return redirect(url_for(".attempt", attempt_id=attempt_id), code=303)
    books, day = sitting.books, sitting.day
    return render_template(
        "assessment/result.html",
        sitting=sitting,
        quiz_words=pick(books.quizzes[sitting.quiz.slug]["texts"], language())[0],
        result=found,
        percent=found.earned * 100 // found.possible,
        missed=[
            {
                **pages.rule_chip(books, rule, language(), day, with_sources=True),
                "knock_out": rule in found.missed_critical,
            }
            for rule in sorted(
                found.missed_rules, key=lambda rule: (rule not in found.missed_critical, rule)
            )
        ],
        reviewed=_reviewed(sitting) if sitting.quiz.feedback != "rules" else [],
    )


def _reviewed(sitting: Sitting) -> list[dict[str, Any]]:
    """Each question with the answer and its feedback: for practice, never after an exam."""
    lines = []
    for number, question_id in enumerate(sitting.attempt.questions, start=1):
        found = sitting.books.questions[question_id]
        given = sitting.attempt.answers.get(question_id)
        lines.append(
            {
                "number": number,
                "question": found,
                "words": pick(sitting.books.question_documents[question_id]["texts"], language())[
                    0
                ],
                "order": sitting.attempt.order.get(question_id, {}),
                "value": pages.typed_again(found.kind, given),
                "feedback": pages.feedback_for(
                    sitting.books, question_id, given, language(), sitting.day
                ),
            }
        )
    return lines
