"""A trainer's phone without a network: the page, what it keeps, and what it sends on return.

The page itself names nobody, so that the browser's cache may hold it. Names and checklists come as
data, which the phone keeps encrypted under a word of the trainer's own (static/sheets.js).
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import Response, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms import clock, db
from lms.accounts.queries import Person
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.permissions import Permission
from lms.domain.signoffs import KINDS, Event
from lms.learning import queries as learning
from lms.privacy import vault
from lms.signoffs import actions, assessors, queries, wording
from lms.signoffs.actions import Sent
from lms.signoffs.blueprint import bp
from lms.web.access import actor, needs, public
from lms.web.assets import FOLDER
from lms.web.languages import language

# Names leave the phone by themselves after this; marks stay until they are sent.
NAMES_KEPT = timedelta(hours=72)
MOST_EVENTS = 500
BODY_LIMIT = 512 * 1024
MOST_COUNTER = 1_000_000_000


@bp.get("/sheets/")
@needs(Permission.ASSESS)
def sheets() -> str:
    return render_template("signoffs/offline.html", me=actor().id)


@bp.get("/sheets/worker.js")
@public
def worker() -> Response:
    """The helper that shows the page when there is no network. It has to lie above its pages."""
    return Response((FOLDER / "sheets-worker.js").read_bytes(), mimetype="text/javascript")


@bp.get("/sheets/<uuid:cohort_id>")
@needs(Permission.ASSESS)
def bundle(cohort_id: uuid.UUID) -> Response:
    """Names and checklists of one cohort, as data for the phone that asks."""
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    books = learning.library(session)
    people = [person for _c, person in cohorts.learners(session, [found.id], vault())]
    return _json(
        {
            "cohort": str(found.id),
            "title": found.name,
            "who": str(actor().id),
            "release": str(books.published),
            "until": (clock.now() + NAMES_KEPT).isoformat(),
            "people": [_person(person) for person in people if person.id != actor().id],
            "checklists": [
                # Said before the day in the room, not when the marks come back refused.
                {
                    **_checklist(books, slug, found.held_on),
                    "bars": _bars(session, books, found, slug),
                }
                for slug, _n in queries.asked_of(books, found.programme)
                if slug in books.checklists
            ],
        }
    )


def _bars(session: Session, books: Library, found: CohortView, slug: str) -> list[str]:
    """Why whoever asks may not assess on a checklist yet, in words; empty when they may."""
    today = clock.now().date()
    codes = assessors.bars_to(session, books, actor(), found, slug, None, today)
    return [wording.bar(code) for code in codes]


def _person(person: Person) -> dict[str, str]:
    return {"id": str(person.id), "label": person.label}


def _checklist(books: Library, slug: str, on: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": wording.title(books, slug, language()),
        "lines": [
            {
                "id": line.id,
                "words": line.html.striptags(),
                "shown": line.shown.striptags(),
                "knockOut": line.knock_out,
                "choices": [[mark, _plain(words)] for mark, words in line.choices],
            }
            for line in wording.lines(books, slug, language(), on)
        ],
    }


def _plain(words: Any) -> str:
    return str(words.striptags()) if isinstance(words, Markup) else str(words)


@bp.post("/sheets/events")
@needs(Permission.ASSESS, audit=True, body_limit=BODY_LIMIT)
def take_events() -> tuple[Response, int] | Response:
    """Take what a phone kept. Answers with what became of each event, by its id."""
    try:
        sent = _events(json.loads(request.form.get("events", "")))
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return _json({"said": {}, "refused": "unreadable"}), 422
    with db.transaction() as session:
        books = learning.library(session)
        said = actions.take(session, actor(), books, sent, vault=vault(), now=clock.now())
    status = 200 if any(word in ("kept", "known") for word in said.values()) or not said else 409
    return _json({"said": {str(event): word for event, word in said.items()}}), status


def _events(given: Any) -> list[Sent]:
    """Read strictly. Raises ValueError, TypeError or KeyError for anything else than events."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_EVENTS:
        raise ValueError("no list of events")
    return [_event(one) for one in given]


def _event(one: Any) -> Sent:
    if one["kind"] not in KINDS or not isinstance(one["marks"], dict):
        raise ValueError("no event")
    marks = {str(line)[:80]: _whole(mark, 100) for line, mark in one["marks"].items()}
    at = datetime.fromisoformat(one["at"])
    if at.tzinfo is None or not isinstance(one["checklist"], str):
        raise ValueError("no moment")
    event = Event(
        id=uuid.UUID(one["id"]),
        sheet=uuid.UUID(one["sheet"]),
        kind=one["kind"],
        assessor=uuid.UUID(one["assessor"]),
        trainee=uuid.UUID(one["trainee"]),
        checklist=one["checklist"][:160],
        device=uuid.UUID(one["device"]),
        counter=_whole(one["counter"], MOST_COUNTER),
        at=at,
        marks=marks,
    )
    return Sent(event, uuid.UUID(one["cohort"]), uuid.UUID(one["release"]))


def _whole(given: Any, most: int) -> int:
    if type(given) is not int or not 0 <= given <= most:
        raise ValueError("no whole number")
    return given


def _json(found: dict[str, Any]) -> Response:
    return Response(json.dumps(found, ensure_ascii=False), mimetype="application/json")
