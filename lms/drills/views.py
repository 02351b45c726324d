"""Playing a scenario: one scene a page, every choice a plain form, the debrief at the end."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.content.library import Document
from lms.domain import scenarios as domain
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.domain.rules import legal_clock
from lms.drills import actions, queries
from lms.drills.queries import Playing
from lms.learning import pages
from lms.learning import queries as learning
from lms.web.access import actor, needs
from lms.web.filters import authored
from lms.web.forms import given_key
from lms.web.languages import language

bp = Blueprint("drills", __name__)


def outcome_words() -> dict[str, str]:
    return {
        "observed-documented": _("You stayed, and there is a record"),
        "removed-documented": _("You were removed, and there is a record"),
        "removed-undocumented": _("You were removed, and nothing is on paper"),
        "harmed-or-charged": _("Somebody was harmed or charged"),
        "breach": _("A safety limit was broken"),
    }


def meter_words() -> dict[str, str]:
    return {
        "safety": _("Safety"),
        "record": _("Record"),
        "tone": _("The chair’s tone"),
        "witnesses": _("Witnesses"),
    }


@bp.get("/scenarios/<slug>")
@needs(Permission.LEARN)
def scenario(slug: str) -> str:
    books = learning.library(db.session())
    document = books.scenarios.get(slug)
    if document is None:
        raise NotThere
    words, used = pick(document["texts"], language())
    return render_template(
        "drills/scenario.html",
        document=document,
        words=words,
        used=used,
        translation=document["translations"].get(language()),
        law=_law(document),
        open_run=queries.open_run(db.session(), actor(), slug),
        runs=queries.own_runs(db.session(), actor(), slug),
        outcomes=outcome_words(),
    )


def _law(document: Document) -> dict[str, str] | None:
    """The legal clock of a scenario: its day and its letter."""
    if not document.get("clock"):
        return None
    day = datetime.fromisoformat(document["clock"]).date()
    return {"day": document["clock"], "letter": legal_clock(day)}


@bp.post("/scenarios/<slug>/start")
@needs(Permission.PLAY_SCENARIO)
def start(slug: str) -> AnyResponse:
    books = learning.library(db.session())
    if slug not in books.scenarios:
        raise NotThere
    try:
        with db.transaction() as session:
            run_id = actions.start(session, actor(), books, slug, now=clock.now())
    except IntegrityError:  # another tab began it at this moment
        return redirect(url_for(".scenario", slug=slug), code=303)
    return redirect(url_for(".run", run_id=run_id), code=303)


@bp.get("/runs/<uuid:run_id>")
@needs(Permission.PLAY_SCENARIO)
def run(run_id: uuid.UUID) -> str | AnyResponse:
    playing = queries.own_run(db.session(), actor(), run_id)
    if playing.ending is not None:
        return redirect(url_for(".debrief", run_id=run_id), code=303)
    return _scene_page(playing)


def _scene_page(playing: Playing, error: str | None = None) -> str:
    position = playing.position
    words, used = pick(playing.document["texts"], language())
    scene = pick(playing.scene_document(position.scene)["texts"], language())[0]
    choices = [
        {
            "id": choice.id,
            "html": pick(playing.choice_document(position.scene, choice.id)["texts"], language())[
                0
            ]["html"],
            "minutes": choice.minutes,
        }
        for choice in domain.open_choices(playing.scenario, position)
    ]
    return render_template(
        "drills/scene.html",
        playing=playing,
        words=words,
        used=used,
        translation=playing.document["translations"].get(language()),
        scene=scene,
        choices=choices,
        meters=_meters(playing, position),
        time=time_at(playing, position),
        law=_law(playing.document),
        step=len(playing.taken),
        error=error,
    )


def _meters(playing: Playing, position: domain.Position) -> list[dict[str, Any]]:
    limits, names = playing.scenario.limits, meter_words()
    return [
        {
            "label": names.get(meter, meter),
            "value": value,
            "low": limits.get(meter, (0, 5))[0],
            "high": limits.get(meter, (0, 5))[1],
        }
        for meter, value in position.meters.items()
    ]


def time_at(playing: Playing, position: domain.Position) -> str:
    """The hour in the scenario, such as 18:42."""
    began = datetime.strptime(playing.document["time"], "%H:%M")  # noqa: DTZ007 - a clock face
    return f"{began + timedelta(minutes=position.elapsed):%H:%M}"


@bp.post("/runs/<uuid:run_id>/choices")
@needs(Permission.PLAY_SCENARIO)
def choose(run_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    chosen, step = request.form.get("choice", ""), request.form.get("step", "")
    if not chosen or not step.isdecimal() or len(step) > 6:
        playing = queries.own_run(db.session(), actor(), run_id)
        if playing.ending is not None:
            return redirect(url_for(".debrief", run_id=run_id), code=303)
        return _scene_page(playing, _("Choose what you do.")), 422
    with db.transaction() as session:
        actions.choose(
            session,
            actor(),
            run_id,
            chosen,
            step=int(step),
            client_key=given_key(),
            now=clock.now(),
        )
    return redirect(url_for(".run", run_id=run_id), code=303)


@bp.get("/runs/<uuid:run_id>/debrief")
@needs(Permission.PLAY_SCENARIO)
def debrief(run_id: uuid.UUID) -> str | AnyResponse:
    playing = queries.own_run(db.session(), actor(), run_id)
    ending = playing.ending
    if ending is None:
        return redirect(url_for(".run", run_id=run_id), code=303)
    last = playing.scene_document(playing.position.scene)
    best = tuple((scene, choice) for scene, choice in playing.document["best_path"])
    along = domain.replay(playing.scenario, [choice for _scene, choice in best])
    steps = _steps(playing, playing.taken, playing.positions)
    return render_template(
        "drills/debrief.html",
        playing=playing,
        words=pick(playing.document["texts"], language())[0],
        used=pick(playing.document["texts"], language())[1],
        ending=ending,
        outcome=outcome_words()[ending.outcome],
        last=pick(last["texts"], language())[0],
        meters=_meters(playing, playing.position),
        time=time_at(playing, playing.position),
        steps=steps,
        yours=_path(playing, steps, playing.positions),
        best=_path(playing, _steps(playing, best, along), along),
    )


def _path(
    playing: Playing, steps: list[dict[str, Any]], positions: tuple[domain.Position, ...]
) -> list[dict[str, Any]]:
    """A path as the picture draws it: its turning points, then its ending."""
    points = [
        {
            "time": step["time"],
            "scene": step["scene"],
            "choice": authored(step["html"]).striptags(),
            "grade": step["grade"],
        }
        for step in steps
    ]
    end = pick(playing.scene_document(positions[-1].scene)["texts"], language())[0]["title"]
    return [*points, {"time": time_at(playing, positions[-1]), "scene": end}]


def _steps(
    playing: Playing,
    taken: tuple[tuple[str, str], ...],
    positions: tuple[domain.Position, ...],
) -> list[dict[str, Any]]:
    """A path as its turning points: when, where, what was chosen, and the article behind it."""
    day = playing.scenario.clock
    lines = []
    for (scene_id, choice_id), position in zip(taken, positions, strict=False):
        choice = playing.scenario.scenes[scene_id].choice(choice_id)
        if choice is None:
            continue
        words = pick(playing.choice_document(scene_id, choice_id)["texts"], language())[0]
        scene = pick(playing.scene_document(scene_id)["texts"], language())[0]
        lines.append(
            {
                "time": time_at(playing, position),
                "scene_id": scene_id,
                "choice_id": choice_id,
                "scene": scene["title"],
                "html": words["html"],
                "feedback_html": words.get("feedback_html") or "",
                "grade": choice.grade,
                "minutes": choice.minutes,
                "rules": [
                    pages.rule_chip(playing.books, rule, language(), day, with_sources=True)
                    for rule in choice.rules
                ],
            }
        )
    return lines
