"""Pages about changes of the law: what a source touches, announcing it, learning what changed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.certification import changing, law, wording
from lms.certification.room import bp, keys
from lms.content.library import Library
from lms.domain.errors import NotThere
from lms.domain.impact import KINDS, LESSON, QUESTION, SCENARIO, Decision, Item
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.domain.questions import Unreadable
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import pages
from lms.learning import queries as learning
from lms.web.access import actor, needs
from lms.web.languages import language

USUAL_DAYS = 14
# The field that decides whatever is not decided by itself; no item can be called so.
OTHERS = "others"


def decisions() -> dict[str, str]:
    """What may be decided of a touched item, by code."""
    return {
        "still-right": _("Still right"),
        "reword": _("Reworded: read it again"),
        "retest": _("Changed: learn and show it again"),
        "void": _("Falls away"),
    }


@bp.get("/law-changes/")
@needs(Permission.CHANGE_LAW)
def law_changes() -> str | AnyResponse:
    session = db.session()
    books = learning.library(session)
    touched = {source: len(law.touched(books, source)) for source in sorted(books.sources)}
    if file_format := wanted_format():
        rows = [(source, _line(books, source), number) for source, number in touched.items()]
        return as_file(Table("sources", ("id", "source", "items"), rows), file_format)
    instruments: dict[str, list[dict[str, Any]]] = {}
    for source, number in touched.items():
        found = books.sources[source]
        line = {"id": source, "article": found.article, "touched": number}
        instruments.setdefault(found.instrument, []).append(line)
    return render_template(
        "certification/law-changes.html",
        # What most rests on comes first; within a law as its articles are numbered.
        instruments=sorted(
            instruments.items(), key=lambda pair: (-sum(x["touched"] for x in pair[1]), pair[0])
        ),
        announced=[
            {
                "line": _line(books, one.source) if one.source in books.sources else one.source,
                "is": one,
            }
            for one in law.announced(session, actor())
        ],
    )


@bp.post("/law-changes/announced/<uuid:change_id>/take-back")
@needs(Permission.CHANGE_LAW, audit=True)
def take_back_change(change_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        freed = changing.take_back(session, actor(), change_id, now=clock.now(), keys=keys())
    flash(
        ngettext(
            "Taken back. %(num)s certificate has nothing to learn any more.",
            "Taken back. %(num)s certificates have nothing to learn any more.",
            freed,
        ),
        "good",
    )
    return redirect(url_for(".law_changes"), code=303)


@bp.get("/law-changes/<source_id>")
@needs(Permission.CHANGE_LAW)
def law_change(source_id: str) -> str:
    return _change_page(source_id, {}, {})


@bp.post("/law-changes/<source_id>")
@needs(Permission.CHANGE_LAW, audit=True)
def announce_change(source_id: str) -> tuple[str, int] | AnyResponse:
    books, me = learning.library(db.session()), actor()
    if source_id not in books.sources:
        raise NotThere
    typed = {name: request.form.get(name, "") for name in request.form}
    decided, due, errors = _read(typed, law.touched(books, source_id), clock.now().date())
    if errors:
        return _change_page(source_id, typed, errors), 422
    asked, now = 0, clock.now()
    with db.transaction() as session:
        for held in me.places_where(Permission.CHANGE_LAW):
            if held.organisation_id is not None:
                asked += changing.announce(
                    session,
                    me,
                    held.organisation_id,
                    source_id,
                    decided,
                    due,
                    now=now,
                    library=books,
                )[1]
    flash(
        ngettext(
            "Announced. %(num)s certificate is now valid, top-up due.",
            "Announced. %(num)s certificates are now valid, top-up due.",
            asked,
        ),
        "good",
    )
    return redirect(url_for(".law_changes"), code=303)


def _read(
    typed: Mapping[str, str], items: tuple[Item, ...], today: date
) -> tuple[dict[Item, Decision], date, dict[str, list[str]]]:
    """The decisions and the day in a form, and what is wrong with them by field."""
    errors: dict[str, list[str]] = {}
    decided = {}
    for item in items:
        try:
            decided[item] = Decision(typed.get(_field(item)) or typed.get(OTHERS, ""))
        except ValueError:
            errors[_field(item)] = [_("Decide about each: %(item)s", item=item.id)]
    due = today
    try:
        due = date.fromisoformat(typed.get("due", ""))
    except ValueError:
        errors["due"] = [_("Write the day as 2026-11-01.")]
    if not today <= due <= today + timedelta(days=changing.MOST_DAYS):
        errors["due"] = [_("Choose a day from today on, within a year.")]
    if typed.get("sure") != "yes":
        errors["sure"] = [_("Say that you are sure.")]
    return decided, due, errors


def _field(item: Item) -> str:
    return f"{item.kind}-{item.id}".replace("/", ".")


def _change_page(source_id: str, typed: Mapping[str, str], errors: Mapping[str, list[str]]) -> str:
    session, now = db.session(), clock.now()
    books = learning.library(session)
    found = law.impact(session, books, source_id, now, law.reach(session, actor()))
    return render_template(
        "certification/law-change.html",
        source=pages.sources_of(books, (source_id,), language(), None)[0],
        source_id=source_id,
        found=found,
        items=[
            {"field": _field(item), "kind": item.kind, **_item(books, item), **_to_read(item)}
            for item in found.items
        ],
        rules=[pages.rule_chip(books, rule, language(), None) for rule in found.rules],
        choices=list(decisions().items()),
        typed=typed,
        errors=errors,
        due=typed.get("due") or (now.date() + timedelta(days=USUAL_DAYS)).isoformat(),
    )


def _item(books: Library, item: Item) -> dict[str, str]:
    """A touched item in words, with the page where it can be read."""
    if item.kind == LESSON and item.id in books.lessons:
        title = pick(books.lessons[item.id]["texts"], language())[0]["title"]
        return {"title": title, "href": f"/courses/{item.id}"}
    if item.kind == SCENARIO and item.id in books.scenarios:
        title = pick(books.scenarios[item.id]["texts"], language())[0]["title"]
        return {"title": title, "href": f"/scenarios/{item.id}"}
    if item.kind == QUESTION and item.id in books.question_documents:
        words = pick(books.question_documents[item.id]["texts"], language())[0]
        return {"title": words.get("title") or item.id, "href": ""}
    return {"title": item.id, "href": ""}


def _to_read(item: Item) -> dict[str, str]:
    """Where whoever decides about a question reads it; its holders are asked it and no more."""
    may_read = item.kind == QUESTION and actor().places_where(Permission.CORRECT_MARKS)
    return {"href": f"/questions/{item.id}"} if may_read else {}


def _line(books: Library, source_id: str) -> str:
    source = books.sources[source_id]
    return ", ".join(part for part in (source.instrument, source.article) if part)


# --- the holder ----------------------------------------------------------------------------------


@bp.get("/my/top-ups/<uuid:change_id>")
@needs(Permission.SIT_QUIZ)
def top_up(change_id: uuid.UUID) -> str:
    return _top_up_page(change_id)


@bp.post("/my/top-ups/<uuid:change_id>")
@needs(Permission.SIT_QUIZ)
def learn_change(change_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    books = learning.library(db.session())
    kind, id_ = request.form.get("kind", ""), request.form.get("item", "")
    if kind not in KINDS:
        raise NotThere
    item, answer = Item(kind, id_), None
    if kind == QUESTION and id_ in books.questions:
        question = books.questions[id_]
        typed = request.form.to_dict(flat=False)
        try:
            answer = question.read(typed)
        except Unreadable as problem:
            words = pages.unreadable_words(problem, books, id_, language())
            return _top_up_page(change_id, item, words, typed), 422
        if question.is_blank(answer):
            words = _("Choose or write an answer first.")
            return _top_up_page(change_id, item, words, typed), 422
    try:
        with db.transaction() as session:
            complete = changing.learn(
                session,
                actor(),
                change_id,
                item,
                answer,
                now=clock.now(),
                library=books,
                keys=keys(),
            )
    except changing.NotRight:
        words = _("Not right yet. Read the lesson again and try once more.")
        if kind == SCENARIO:
            words = _("Play the scenario until you pass it, then come back.")
        typed = request.form.to_dict(flat=False)
        return _top_up_page(change_id, item, words, typed), 422
    if complete:
        flash(_("You have learned what changed. Your certificate is valid."), "good")
        return redirect(url_for("learning.my"), code=303)
    return redirect(url_for(".top_up", change_id=change_id), code=303)


def _top_up_page(
    change_id: uuid.UUID,
    wrong: Item | None = None,
    words: str = "",
    typed: Mapping[str, Any] | None = None,
) -> str:
    session = db.session()
    found, books = law.top_up(session, actor(), change_id), learning.library(session)
    return render_template(
        "certification/top-up.html",
        found=found,
        due=wording.day(found.due),
        source=pages.sources_of(books, (found.source,), language(), None),
        items=[
            {
                "kind": item.kind,
                "id": item.id,
                "done": item in found.done,
                "error": words if item == wrong else "",
                "typed": typed if item == wrong else {},
                "question": books.questions.get(item.id) if item.kind == QUESTION else None,
                "words": _question_words(books, item),
                "order": _order(books, item),
                **_item(books, item),
            }
            for item in found.items
        ],
        left=len(found.items) - len(found.done),
    )


def _question_words(books: Library, item: Item) -> Any:
    if item.kind != QUESTION or item.id not in books.question_documents:
        return None
    return pick(books.question_documents[item.id]["texts"], language())[0]


def _order(books: Library, item: Item) -> Any:
    question = books.questions.get(item.id) if item.kind == QUESTION else None
    return pages.steady_order(question) if question else None
