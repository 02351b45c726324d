"""Living through a night: one moment a page, every act a plain form, the debrief at the end."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.counts import actions, debriefing, moments, printing, queries, telling, words
from lms.counts.queries import Living
from lms.counts.reading import read_act
from lms.domain.counts.play import Impossible
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.learning import pages
from lms.learning import queries as learning
from lms.web import kept
from lms.web.access import actor, needs
from lms.web.forms import given_key
from lms.web.languages import language

bp = Blueprint("counts", __name__)
SEEDS = 2**31


@bp.get("/counts/")
@needs(Permission.LEARN)
def shelf() -> str:
    books = learning.library(db.session())
    return render_template(
        "counts/shelf.html",
        exercises=[
            {
                "slug": slug,
                "minutes": found["minutes"],
                "title": pick(found["texts"], language())[0]["title"],
                "country": _country(books.count_rules[found["rules"]]),
                "invented": books.count_rules[found["rules"]]["invented"],
            }
            for slug, found in books.counts.items()
        ],
    )


def _country(document: Any) -> str:
    found: str = pick(document["texts"], language())[0]["title"]
    return found


@bp.get("/counts/<slug>")
@needs(Permission.LEARN)
def exercise(slug: str) -> str:
    books = learning.library(db.session())
    document = books.counts.get(slug)
    if document is None:
        raise NotThere
    text, used = pick(document["texts"], language())
    rules = books.count_rules[document["rules"]]
    steps = words.steps()
    night = queries.night_of(books, slug, 0)
    return render_template(
        "counts/exercise.html",
        document=document,
        words=text,
        used=used,
        translation=document["translations"].get(language()),
        country=_country(rules),
        rules=rules,
        order=[
            {
                "title": steps[step.id][0],
                "sources": pages.sources_of(
                    books, step.sources, language(), telling.day_of(document)
                ),
            }
            for step in night.country.steps
            if night.has(step.id)
        ],
        open_run=queries.open_run(db.session(), actor(), slug),
        runs=queries.own_runs(db.session(), actor(), slug),
        allowed=queries.certifying(db.session(), actor(), document, clock.now()),
        may_print=debriefing.may_print(actor()),
    )


@bp.post("/counts/<slug>/start")
@needs(Permission.PLAY_SCENARIO)
def start(slug: str) -> AnyResponse:
    books = learning.library(db.session())
    try:
        with db.transaction() as session:
            run_id = actions.start(
                session,
                actor(),
                books,
                slug,
                certifying=request.form.get("kind") == "certifying",
                draw=lambda: secrets.randbelow(SEEDS),
                now=clock.now(),
            )
    except IntegrityError:  # another tab began it at this moment
        return redirect(url_for(".exercise", slug=slug), code=303)
    return redirect(url_for(".run", count_run_id=run_id), code=303)


@bp.get("/count-runs/<uuid:count_run_id>")
@needs(Permission.PLAY_SCENARIO)
def run(count_run_id: uuid.UUID) -> kept.Drawn | AnyResponse:
    living = queries.own_run(db.session(), actor(), count_run_id)
    if living.finished_at is not None:
        return redirect(url_for(".debrief", count_run_id=count_run_id), code=303)
    return moments.page(living, {}, {})


@bp.post("/count-runs/<uuid:count_run_id>/acts")
@needs(Permission.PLAY_SCENARIO)
def act(count_run_id: uuid.UUID) -> tuple[kept.Drawn, int] | AnyResponse:
    living = queries.own_run(db.session(), actor(), count_run_id)
    typed = request.form.to_dict()
    done, errors = read_act(typed, living)
    step = typed.get("step", "")
    if not step.isascii() or not step.isdecimal() or len(step) > 6:
        errors, done = {"verb": [_("Choose what you do.")]}, None
    if done is None:
        if living.finished_at is not None:
            return redirect(url_for(".debrief", count_run_id=count_run_id), code=303)
        return moments.page(living, errors, typed), 422
    try:
        with db.transaction() as session:
            actions.act(
                session,
                actor(),
                count_run_id,
                done,
                step=int(step),
                client_key=given_key(),
                now=clock.now(),
            )
    except Impossible:
        return moments.page(living, {"verb": [_("This cannot be done here.")]}, typed), 422
    # What was done is shown where it was done; the next moment begins at its top.
    anchor = None if done.verb == "on" else "done"
    return redirect(url_for(".run", count_run_id=count_run_id, _anchor=anchor), code=303)


@bp.get("/count-runs/<uuid:count_run_id>/debrief")
@needs(Permission.PLAY_SCENARIO)
def debrief(count_run_id: uuid.UUID) -> str | AnyResponse:
    living = queries.own_run(db.session(), actor(), count_run_id)
    if living.finished_at is None:
        return redirect(url_for(".run", count_run_id=count_run_id), code=303)
    text, used = pick(living.document["texts"], language())
    return render_template(
        "counts/debrief.html",
        living=living,
        words=text,
        used=used,
        **debriefing.looking_back(living, language()),
    )


@bp.get("/counts/<slug>/paper")
@needs(Permission.PREPARE_DRILLS)
def paper(slug: str) -> str:
    """One night to be played with paper and pen, and its answer sheet behind it."""
    return _printed(slug, "counts/paper.html", printing.paper)


@bp.get("/counts/<slug>/kit")
@needs(Permission.PREPARE_DRILLS)
def kit(slug: str) -> str:
    """What a trainer lays out in a room: ballots, forms, role cards, the script."""
    return _printed(slug, "counts/kit.html", printing.kit)


def _printed(slug: str, template: str, told: Callable[[Living, str], dict[str, Any]]) -> str:
    books = learning.library(db.session())
    seed = request.args.get("seed", "1")
    number = int(seed) if seed.isascii() and seed.isdecimal() and len(seed) <= 10 else 1
    number = min(number, SEEDS - 1)
    night = queries.night_of(books, slug, number)
    living = printing.unlived(books, night)
    text, used = pick(living.document["texts"], language())
    return render_template(
        template,
        document=living.document,
        words=text,
        used=used,
        translation=living.document["translations"].get(language()),
        seed=number,
        **told(living, language()),
    )
