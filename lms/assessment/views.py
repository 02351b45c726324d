"""Sitting a quiz: read what it asks, start, one question a page, finish, look at the result."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.assessment import (
    actions,
    canaries,
    correcting_pages,
    essay_pages,
    handing_pages,
    leak_pages,
    marking,
    outcomes,
    queries,
    repairs,
    shown,
    sittings,
    tending_pages,
)
from lms.assessment.blueprint import bp
from lms.assessment.models import Repair
from lms.assessment.receipts import receipt
from lms.assessment.sittings import Sitting
from lms.content import publishing
from lms.content.library import Document, Library
from lms.domain import ending
from lms.domain.attempts import State
from lms.domain.errors import NotThere, TooLate
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.domain.questions import Unreadable
from lms.domain.showing import has_closed
from lms.learning import pages
from lms.learning import queries as learning
from lms.web import kept
from lms.web.access import actor, needs
from lms.web.forms import given_key
from lms.web.languages import language, spoken
from lms.web.templating import ngettext

# Their routes are pages of this room too.
PAGES = (correcting_pages, essay_pages, handing_pages, leak_pages, tending_pages)


@bp.get("/quizzes/<slug>")
@needs(Permission.LEARN)
def quiz(slug: str) -> str:
    books = learning.library(db.session())
    document = _document(books, slug)
    words, used = pick(document["texts"], language())
    earlier = queries.own_attempts(db.session(), actor(), slug)
    open_ones = queries.open_repairs(db.session(), actor(), slug)
    return render_template(
        "assessment/quiz.html",
        quiz=books.quiz(slug),
        words=words,
        used=used,
        translation=document["translations"].get(language()),
        earlier=earlier,
        hindrance=queries.hindrance(db.session(), actor(), books.quiz(slug), clock.now()),
        repairs=open_ones,
        repair_names={
            r.rule: pages.rule_chip(books, r.rule, language(), None)["name"]
            for r in open_ones
            if r.rule in books.rules
        },
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
    sitting = sittings.own(db.session(), actor(), attempt_id)
    if sitting.attempt.ended_at is not None:
        return redirect(url_for(".result", attempt_id=attempt_id), code=303)
    blank = (q for q in sitting.attempt.questions if sitting.attempt.latest(q) == 0)
    first = next(blank, None)
    if first is None or sitting.attempt.is_over(clock.now()):
        return redirect(url_for(".last_look", attempt_id=attempt_id), code=303)
    return redirect(url_for(".question", attempt_id=attempt_id, question_id=first), code=303)


@bp.get("/attempts/<uuid:attempt_id>/<question_id>")
@needs(Permission.SIT_QUIZ)
def question(attempt_id: uuid.UUID, question_id: str) -> kept.Drawn | AnyResponse:
    sitting = sittings.own(db.session(), actor(), attempt_id)
    sitting.number_of(question_id)
    if sitting.attempt.ended_at is not None:
        return redirect(url_for(".result", attempt_id=attempt_id), code=303)
    return _question_page(sitting, question_id)


def _question_page(
    sitting: Sitting, question_id: str, error: str | None = None, typed: Any = None
) -> kept.Drawn:
    """The page of one question. While nothing is said about an answer it is the same for all who
    are at such a place of such a paper, and is kept, with blanks for what is one reader's."""
    questions, attempt = sitting.attempt.questions, sitting.attempt
    number, seen = sitting.number_of(question_id), sitting.attempt.latest(question_id)
    told = sitting.quiz.feedback == "each" and seen > 0
    again = told and sitting.may_answer(question_id)
    minutes = _minutes_left(sitting)
    document = sitting.books.question_documents[question_id]
    words, used = pick(document["texts"], language())
    translation = document["translations"].get(language())
    certainty = attempt.certainties.get(question_id) if sitting.quiz.confidence else None
    own = {
        "attempt": str(sitting.id),
        "id": question_id,
        "number": str(number),
        "total": str(len(questions)),
        "before": questions[number - 2] if number > 1 else "",
        "after": questions[number] if number < len(questions) else "",
        "seen": str(seen),
        "question": shown.drawn_question(sitting, question_id, told, again, error, typed),
        "minutes": "" if minutes is None else _in_minutes(minutes, spoken()),
        "receipt": receipt(sitting.id, seen, attempt.answers.get(question_id)) if seen else "",
    }

    def draw(put: Callable[[str], str] = kept.blank) -> str:
        return render_template(
            "assessment/question.html",
            put=put,
            is_first=not own["before"],
            is_last=not own["after"],
            timed=minutes is not None,
            answered=seen > 0,
            quiz=sitting.quiz,
            quiz_words=pick(sitting.books.quizzes[sitting.quiz.slug]["texts"], language())[0],
            used=used,
            translation=translation,
            error=error,
            told=told,
            again=again,
            tries=attempt.tries.get(question_id, 0),
            hint=shown.hint(sitting, question_id, words) if again else None,
            certainty=certainty,
        )

    if told or error:
        return draw(own.__getitem__)
    place = (not own["before"], not own["after"], minutes is None, seen > 0, certainty)
    noted = (translation or {}).get("state"), (translation or {}).get("reviewed_by")
    key = ("question", sitting.books.release, sitting.quiz.slug, used, *noted, *place)
    return kept.page(key, draw, own)


@lru_cache(maxsize=2000)
def _in_minutes(minutes: int, spoken: str) -> Markup:  # noqa: ARG001 - the words depend on it
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)


def _minutes_left(sitting: Sitting) -> int | None:
    if sitting.attempt.deadline is None:
        return None
    return max(0, int((sitting.attempt.deadline - clock.now()).total_seconds()) // 60)


@bp.post("/attempts/<uuid:attempt_id>/<question_id>")
@needs(Permission.SIT_QUIZ)
def answer(attempt_id: uuid.UUID, question_id: str) -> tuple[kept.Drawn, int] | AnyResponse:
    typed = request.form.to_dict(flat=False)
    with db.transaction() as session:
        sitting = sittings.own(session, actor(), attempt_id, locked=True)
        number = sitting.number_of(question_id)
        trouble = _keep(session, sitting, question_id, typed)
    if trouble is not None:
        return _question_page(sitting, question_id, trouble, typed), 422
    following = _after(sitting, question_id, number)
    if request.environ.get("HTTP_X_KEPT") == "ask":  # sent by queue.js, which goes on by itself
        return Response(status=204, headers={"X-Next": following})
    return redirect(following, code=303)


def _keep(
    session: Session, sitting: Sitting, question_id: str, typed: dict[str, list[str]]
) -> str | None:
    """Keep what was typed as the answer; what is to be mended where that cannot be."""
    found = sitting.books.questions[question_id]
    try:
        given = found.read(typed)
    except Unreadable as problem:
        return pages.unreadable_words(problem, sitting.books, question_id, language())
    if found.is_blank(given) and not sitting.attempt.latest(question_id):
        told_at_once = sitting.quiz.feedback == "each"
        return _("Choose or write an answer first.") if told_at_once else None
    actions.keep(
        session,
        sitting,
        question_id,
        given,
        seen=_seen(),
        client_key=given_key(),
        now=clock.now(),
        certainty=_certainty(),
    )
    return None


def _certainty() -> int | None:
    text = request.form.get("certainty", "")
    return int(text) if text in ("1", "2", "3") else None


def _seen() -> int:
    """Which answer the page showed; a page that says nothing has seen none."""
    text = request.form.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _after(sitting: Sitting, question_id: str, number: int) -> str:
    """Where to go on; the questions' pages name each other in the same way."""
    questions = sitting.attempt.questions
    if sitting.quiz.feedback == "each":  # the same page, now with what is said about the answer
        following = question_id
    else:
        following = questions[number] if number < len(questions) else "finish"
    return f"/attempts/{sitting.id}/{following}"


@bp.get("/attempts/<uuid:attempt_id>/finish")
@needs(Permission.SIT_QUIZ)
def last_look(attempt_id: uuid.UUID) -> kept.Drawn | AnyResponse:
    sitting = sittings.own(db.session(), actor(), attempt_id)
    attempt, now = sitting.attempt, clock.now()
    if attempt.ended_at is not None:
        return redirect(url_for(".result", attempt_id=attempt_id), code=303)
    over, minutes = attempt.is_over(now), _minutes_left(sitting)
    lost = ending.close(attempt, now=now) is not None and attempt.policy != "submit"
    own = {
        "attempt": str(sitting.id),
        "minutes": "" if minutes is None else _in_minutes(minutes, spoken()),
        "lines": shown.lines(sitting, over=over),
    }

    def draw() -> str:
        return render_template(
            "assessment/finish.html",
            put=kept.blank,
            quiz_words=pick(sitting.books.quizzes[sitting.quiz.slug]["texts"], language())[0],
            over=over,
            lost=lost,
            timed=minutes is not None,
        )

    key = ("last look", sitting.books.release, sitting.quiz.slug, over, lost, minutes is None)
    return kept.page(key, draw, own)


@bp.post("/attempts/<uuid:attempt_id>/finish")
@needs(Permission.SIT_QUIZ)
def finish(attempt_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        actions.finish(session, actor(), attempt_id, client_key=given_key(), now=clock.now())
    return redirect(url_for(".result", attempt_id=attempt_id), code=303)


@bp.get("/attempts/<uuid:attempt_id>/result")
@needs(Permission.SIT_QUIZ)
def result(attempt_id: uuid.UUID) -> str | AnyResponse:
    sitting = sittings.own(db.session(), actor(), attempt_id)
    if sitting.attempt.ended_at is None:
        return redirect(url_for(".attempt", attempt_id=attempt_id), code=303)
    books, day = sitting.books, sitting.day
    found = outcomes.own_result(db.session(), sitting)
    if found is None:
        return render_template(
            "assessment/pending.html",
            sitting=sitting,
            quiz_words=pick(books.quizzes[sitting.quiz.slug]["texts"], language())[0],
            abandoned=sitting.attempt.state(clock.now()) is State.ABANDONED,
            essays=outcomes.own_essays(db.session(), actor(), attempt_id),
        )
    closed = has_closed(queries.closes_at(db.session(), actor(), sitting.quiz.slug), clock.now())
    corrections = marking.in_force(db.session(), sitting.account_id)
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
        reviewed=shown.after(sitting, language(), closed=closed),
        knocked_out=found.knocked_out,
        repairs=queries.open_repairs(db.session(), actor(), sitting.quiz.slug)
        if sitting.quiz.repair
        else [],
        changes=outcomes.own_changes(db.session(), sitting),
        certainty=shown.certainty(sitting, corrections, language())
        if sitting.quiz.confidence
        else None,
    )


@bp.get("/repairs/<uuid:repair_id>")
@needs(Permission.SIT_QUIZ)
def repair(repair_id: uuid.UUID) -> str:
    """The passage of a rule that was missed, and another question about it."""
    return _repair_page(repairs.own(db.session(), actor(), repair_id))


def _repair_page(found: Repair, error: str | None = None, typed: Any = None) -> str:
    books = publishing.at(db.session(), found.release_id)
    asked = repairs.question_of(db.session(), found)
    words, used = None, "en"
    if asked is not None:
        text, used = pick(books.question_documents[asked.id]["texts"], language())
        words = canaries.own_words(books, found.account_id, asked.id, text)
    day = learning.reader(db.session(), actor()).clock
    return render_template(
        "assessment/repair.html",
        repair=found,
        rule=pages.rule_chip(books, found.rule, language(), day, with_sources=True),
        question=asked,
        words=words,
        used=used,
        error=error,
        typed=typed,
    )


@bp.post("/repairs/<uuid:repair_id>")
@needs(Permission.SIT_QUIZ)
def mend(repair_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    found = repairs.own(db.session(), actor(), repair_id)
    asked = repairs.question_of(db.session(), found)
    typed = request.form.to_dict(flat=False)
    if asked is None or request.form.get("question") != asked.id:
        raise TooLate("stale")
    try:
        given = asked.read(typed)
    except Unreadable as problem:
        books = publishing.at(db.session(), found.release_id)
        words = pages.unreadable_words(problem, books, asked.id, language())
        return _repair_page(found, words, typed), 422
    if asked.is_blank(given):
        return _repair_page(found, _("Choose or write an answer first."), typed), 422
    day = learning.reader(db.session(), actor()).clock
    with db.transaction() as session:
        repairs.answer(session, actor(), repair_id, asked.id, given, day=day, now=clock.now())
    return redirect(url_for(".repair", repair_id=repair_id), code=303)
