"""What a reader does: go on, read, answer inside a lesson, look things up, sign the pledge."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.content.library import Document, Library
from lms.domain.errors import NotThere, TooLate
from lms.domain.languages import pick
from lms.domain.permissions import Permission, may
from lms.domain.questions import Unreadable
from lms.learning import actions, cards, mine, pages, progress, queries
from lms.web import kept
from lms.web.access import actor, needs, public
from lms.web.forms import given_key
from lms.web.languages import language

bp = Blueprint("learning", __name__)


@bp.get("/my/")
@needs(Permission.SIT_QUIZ)
def my() -> kept.Drawn:
    return mine.page(db.session(), actor())


@bp.get("/my/pledge")
@needs(Permission.SIT_QUIZ)
def pledge() -> str:
    programme, words, used = _own_programme()
    signed = queries.has_pledged(db.session(), actor().id, programme["slug"])
    return render_template(
        "learning/pledge.html",
        programme=request.args.get("programme"),
        words=words,
        used=used,
        translation=programme["translations"].get(language()),
        signed=signed,
    )


@bp.get("/my/card")
@needs(Permission.SIT_QUIZ)
def card() -> Response:
    """The pocket card of one's own programme, on the law of one's own election."""
    session = db.session()
    me, books = queries.reader(session, actor()), queries.library(session)
    paper = request.args.get("paper", "a4")
    if me.cohort is None or me.cohort.programme not in books.programmes:
        raise NotThere
    if paper not in cards.PAPERS:
        raise NotThere
    version = str(books.published)[:8]
    try:
        made = cards.pdf(books, me.cohort.programme, language(), me.clock, paper, version)
    except cards.Stale:
        raise TooLate("card-stale") from None
    except cards.TooLong:
        raise TooLate("card-too-long") from None
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="card-{paper}.pdf"'
    return answer


@bp.post("/my/pledge")
@needs(Permission.SIT_QUIZ, audit=True)
def sign_pledge() -> AnyResponse:
    programme, _words, used = _own_programme()
    release = queries.library(db.session()).published
    with db.transaction() as session:
        actions.sign_pledge(
            session,
            actor(),
            programme["slug"],
            release_id=release,
            language=used,
            now=clock.now(),
        )
    return redirect(url_for(".my"), code=303)


def _own_programme() -> tuple[Document, Any, str]:
    """The programme of one's cohort (of several the one that is named), its words and their
    language. Raises NotThere without one, or without a pledge."""
    session = db.session()
    me = queries.reader(session, actor())
    own = [c.programme for c in me.learns] or ([me.cohort.programme] if me.cohort else [])
    asked = request.args.get("programme") or (own[0] if own else "")
    found = queries.library(session).programmes.get(asked) if asked in own else None
    if found is None or not found["requires"].get("pledge"):
        raise NotThere
    words, used = pick(found["texts"], language())
    return found, words, used


@bp.get("/courses/")
@needs(Permission.LEARN)
def shelf() -> str:
    session = db.session()
    books = queries.library(session)
    read = queries.readings(session, actor().id)
    return render_template(
        "learning/shelf.html",
        courses=progress.course_lines(books, read, language()),
        quizzes=[
            {"slug": slug, **pick(quiz["texts"], language())[0], "kind": quiz["quiz_kind"]}
            for slug, quiz in books.quizzes.items()
        ],
        scenarios=[
            {"slug": slug, **pick(found["texts"], language())[0], "minutes": found["minutes"]}
            for slug, found in books.scenarios.items()
        ],
    )


@bp.get("/courses/<course>/")
@needs(Permission.LEARN)
def course(course: str) -> str:
    session = db.session()
    books = queries.library(session)
    found = books.courses.get(course)
    if found is None:
        raise NotThere
    words, used = pick(found["texts"], language())
    read = queries.readings(session, actor().id)
    return render_template(
        "learning/course.html",
        course=found,
        words=words,
        used=used,
        translation=found["translations"].get(language()),
        steps=progress.lesson_steps(books, found, read, language()),
        leads=may(actor(), Permission.SEE_COHORTS),
    )


@bp.get("/courses/<course>/for-trainers")
@needs(Permission.SEE_COHORTS)
def trainer_notes(course: str) -> str:
    """What those who lead a group know of each lesson; trainees are not shown it."""
    books = queries.library(db.session())
    found = books.courses.get(course)
    if found is None:
        raise NotThere
    words, used = pick(found["texts"], language())
    lessons = (books.lessons[f"{course}/{slug}"] for slug in found["lessons"])
    return render_template(
        "learning/trainer_notes.html",
        course=found,
        words=words,
        used=used,
        lessons=[(lesson, *pick(lesson["texts"], language())) for lesson in lessons],
    )


@bp.get("/courses/<course>/<lesson>")
@needs(Permission.LEARN)
def lesson(course: str, lesson: str) -> kept.Drawn:
    return _lesson_page(course, lesson)


def _lesson_page(
    course: str, lesson: str, error: tuple[str, str] | None = None, typed: Any = None
) -> kept.Drawn:
    session = db.session()
    books = queries.library(session)
    found = queries.lesson_document(books, course, lesson)
    slug = f"{course}/{lesson}"
    mine = queries.place_in_lesson(session, actor(), slug, found["questions"])
    day = mine.clock
    spoken = language()
    place = progress.place_in_course(books, course, lesson, spoken)

    def draw() -> str:
        words, used = pick(found["texts"], spoken)
        return render_template(
            "learning/lesson.html",
            here=f"/courses/{slug}",
            course_href=f"/courses/{course}/",
            course_title=pick(books.courses[course]["texts"], spoken)[0]["title"],
            lesson=found,
            words=words,
            used=used,
            translation=found["translations"].get(spoken),
            pieces=pages.pieces(books, found, spoken, day),
            checks={q: pages.question_title(books, q, spoken) for q in found["questions"]},
            finished=mine.finished,
            place=place,
        )

    checks = {
        f"check-{q}": _check(books, q, mine.answers, day, error, typed) for q in found["questions"]
    }
    holds = pages.holding(books, found, day)
    return kept.page(("lesson", books.release, slug, holds, mine.finished), draw, checks)


def _check(
    books: Library,
    question_id: str,
    answers: Mapping[str, Any],
    day: date | None,
    error: tuple[str, str] | None,
    typed: Any,
) -> Markup:
    """A question inside a lesson, with the last answer and what is said about it."""
    failed = error[1] if error is not None and error[0] == question_id else None
    if question_id not in answers and failed is None:
        return pages.unanswered(books, question_id, language())
    answer = answers.get(question_id)
    told = None
    if failed is None:
        told = pages.feedback_for(books, question_id, answer, language(), day)
    return pages.answered(
        books, question_id, language(), answer, typed=typed, error=failed, feedback=told
    )


@bp.post("/courses/<course>/<lesson>/checks/<question_id>")
@needs(Permission.SIT_QUIZ)
def answer_check(
    course: str, lesson: str, question_id: str
) -> tuple[kept.Drawn, int] | AnyResponse:
    books = queries.library(db.session())
    found = queries.lesson_document(books, course, lesson)
    if question_id not in found["questions"]:
        raise NotThere
    question = books.questions[question_id]
    try:
        answer = question.read(request.form.to_dict(flat=False))
    except Unreadable as problem:
        words = pages.unreadable_words(problem, books, question_id, language())
        typed = request.form.to_dict(flat=False)
        return _lesson_page(course, lesson, (question_id, words), typed), 422
    if question.is_blank(answer):
        words = _("Choose or write an answer first.")
        return _lesson_page(course, lesson, (question_id, words)), 422
    with db.transaction() as session:
        actions.open_lesson(session, actor(), f"{course}/{lesson}", now=clock.now())
        actions.answer_check(
            session,
            actor(),
            question,
            answer,
            release_id=books.published,
            client_key=given_key(),
            now=clock.now(),
        )
    target = url_for(".lesson", course=course, lesson=lesson, _anchor=f"q-{question_id}")
    return redirect(target, code=303)


@bp.post("/courses/<course>/<lesson>/finish")
@needs(Permission.SIT_QUIZ)
def finish_lesson(course: str, lesson: str) -> AnyResponse:
    books = queries.library(db.session())
    queries.lesson_document(books, course, lesson)
    with db.transaction() as session:
        actions.finish_lesson(session, actor(), f"{course}/{lesson}", now=clock.now())
    after = progress.place_in_course(books, course, lesson, language()).after
    return redirect(after.href if after else url_for(".course", course=course), code=303)


@bp.get("/search")
@needs(Permission.LEARN)
def search() -> str:
    asked = request.args.get("q", "")[:200].strip()
    books = queries.library(db.session())
    hits = progress.search(books, asked, language()) if asked else []
    return render_template("learning/search.html", asked=asked, hits=hits)


@bp.get("/glossary")
@needs(Permission.LEARN)
def glossary() -> str:
    books = queries.library(db.session())
    return render_template(
        "learning/glossary.html",
        terms=progress.terms(books, language()),
        translation=books.glossary["translations"].get(language()),
    )


@bp.get("/sources")
@needs(Permission.LEARN)
def sources() -> str:
    """Every source the rules rest on, and how far it may be relied on today."""
    session = db.session()
    books, me = queries.library(session), queries.reader(session, actor())
    used = sorted({s for rule in books.rules.values() for w in rule.wordings for s in w.sources})
    # Each asked for alone: what is no law on the day is named here all the same.
    lines = [(id, pages.sources_of(books, (id,), language(), me.clock)[0]) for id in used]
    return render_template(
        "learning/sources.html",
        sources=lines,
        none_reviewed=bool(lines) and all(source["unreviewed"] for _, source in lines),
    )


@bp.get("/content-files/<digest>/<name>")
@public
def content_file(digest: str, name: str) -> Response:
    """A picture beside a lesson, under its own digest: it never changes."""
    if len(digest) < 12:
        raise NotThere
    body = queries.published_file(db.session(), digest, name)
    answer = Response(body, mimetype=mimetypes.guess_type(name)[0])
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    # An SVG opened on its own may run nothing and load nothing.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
