"""Playing a scenario: one scene a page, every decision a plain form, looking back at the end."""

from __future__ import annotations

import secrets
import uuid

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.papers import LONGEST_PAPER
from lms.domain.permissions import Permission
from lms.domain.runs import SEEDS, certifies
from lms.drills import (
    actions,
    certifying_views,
    looking_back,
    queries,
    scenes,
    trainer_views,
    wording,
)
from lms.drills.queries import Playing
from lms.drills.room import bp
from lms.learning import queries as learning
from lms.privacy import vault
from lms.web import kept
from lms.web.access import actor, needs
from lms.web.forms import given_key
from lms.web.languages import language

# The other views of the room stand in files of their own; importing them puts them on the map.
__all__ = ["bp", "certifying_views", "trainer_views"]


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
        law=wording.law(document),
        timed=[scene["seconds"] for scene in document["scenes"] if scene.get("seconds")],
        open_run=queries.open_run(db.session(), actor(), slug),
        runs=queries.own_runs(db.session(), actor(), slug),
        outcomes=wording.outcomes(),
    )


@bp.post("/scenarios/<slug>/start")
@needs(Permission.PLAY_SCENARIO)
def start(slug: str) -> AnyResponse:
    books = learning.library(db.session())
    if slug not in books.scenarios:
        raise NotThere
    try:
        with db.transaction() as session:
            run_id = actions.start(
                session,
                actor(),
                books,
                slug,
                timed=request.form.get("pace") == "clock",
                seed=secrets.randbelow(SEEDS),
                now=clock.now(),
            )
    except IntegrityError:  # another tab began it at this moment
        return redirect(url_for(".scenario", slug=slug), code=303)
    return redirect(url_for(".run", run_id=run_id), code=303)


@bp.get("/runs/<uuid:run_id>")
@needs(Permission.PLAY_SCENARIO)
def run(run_id: uuid.UUID) -> kept.Drawn | AnyResponse:
    playing = queries.own_run(db.session(), actor(), run_id)
    return _present(playing)


def _present(playing: Playing, error: str | None = None) -> kept.Drawn | AnyResponse:
    """Whatever comes next in a run: a paper to write, a decision, or the way to the end."""
    if playing.writing is not None:
        return _paper_page(playing)
    if playing.ending is not None:
        return redirect(url_for(".debrief", run_id=playing.id), code=303)
    return scenes.page(playing, clock.now(), error)


def _paper_page(playing: Playing, text: str = "", error: str | None = None) -> str:
    kind, (words, used) = str(playing.writing), pick(playing.document["texts"], language())
    return render_template(
        "drills/paper.html",
        playing=playing,
        used=used,
        translation=playing.document["translations"].get(language()),
        about=scenes.about(playing, words),
        time=wording.hour(playing.document, playing.position.elapsed),
        step=len(playing.taken),
        kind=wording.papers()[kind],
        task=wording.paper_tasks()[kind],
        echo=scenes.echo(playing, used),
        text=text,
        error=error,
    )


def _step() -> int | None:
    step = request.form.get("step", "")
    return int(step) if step.isascii() and step.isdecimal() and len(step) <= 6 else None


@bp.post("/runs/<uuid:run_id>/choices")
@needs(Permission.PLAY_SCENARIO)
def choose(run_id: uuid.UUID) -> tuple[kept.Drawn, int] | AnyResponse:
    chosen, step = request.form.get("choice", ""), _step()
    if not chosen or step is None:
        page = _present(queries.own_run(db.session(), actor(), run_id), _("Choose what you do."))
        return (page, 422) if isinstance(page, str | bytes) else page
    with db.transaction() as session:
        actions.choose(
            session,
            actor(),
            run_id,
            chosen,
            step=step,
            up=request.form.get("up") == "1",
            client_key=given_key(),
            now=clock.now(),
        )
    return redirect(url_for(".run", run_id=run_id), code=303)


@bp.post("/runs/<uuid:run_id>/clock")
@needs(Permission.PLAY_SCENARIO)
def start_clock(run_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        step = _step()
        actions.start_clock(
            session, actor(), run_id, step=-1 if step is None else step, now=clock.now()
        )
    return redirect(url_for(".run", run_id=run_id), code=303)


@bp.post("/runs/<uuid:run_id>/unhurried")
@needs(Permission.PLAY_SCENARIO)
def stop_hurrying(run_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        actions.stop_hurrying(session, actor(), run_id)
    return redirect(url_for(".run", run_id=run_id), code=303)


def _plain(text: str) -> str:
    """What was typed, without characters that no keyboard gives and no database keeps."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or c.isprintable())


@bp.post("/runs/<uuid:run_id>/papers")
@needs(Permission.PLAY_SCENARIO)
def write(run_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    text, step = _plain(request.form.get("text", "")), _step()
    skips = request.form.get("do") == "skip"
    error = None
    if not skips and not text.strip():
        error = _("Write it, or go on without it.")
    elif len(text) > LONGEST_PAPER:
        error = _(
            "At most %(most)s characters; these are %(count)s.", most=LONGEST_PAPER, count=len(text)
        )
    if error or step is None:
        playing = queries.own_run(db.session(), actor(), run_id)
        if playing.writing is None:
            return redirect(url_for(".run", run_id=run_id), code=303)
        return _paper_page(playing, text, error), 422
    with db.transaction() as session:
        actions.write(
            session,
            actor(),
            run_id,
            None if skips else text.strip(),
            step=step,
            vault=vault(),
            now=clock.now(),
        )
    return redirect(url_for(".run", run_id=run_id), code=303)


@bp.get("/runs/<uuid:run_id>/debrief")
@needs(Permission.PLAY_SCENARIO)
def debrief(run_id: uuid.UUID) -> str | AnyResponse:
    session = db.session()
    playing = queries.own_run(session, actor(), run_id)
    ending = playing.ending
    if ending is None or playing.writing is not None:
        return redirect(url_for(".run", run_id=run_id), code=303)
    drawn = playing.gate_id is not None
    words, used = pick(playing.document["texts"], language())
    return render_template(
        "drills/debrief.html",
        playing=playing,
        words=words,
        used=used,
        translation=playing.document["translations"].get(language()),
        law=wording.law(playing.document),
        meters=scenes.meters(playing.document, playing.position.meters),
        ending=ending,
        passed=certifies(playing.scenario, playing.position) if drawn else ending.passed,
        drawn=certifying_views.programme_of(session, playing),
        outcome=wording.outcomes()[ending.outcome],
        last=looking_back.words_of(playing, playing.position.scene),
        scores=looking_back.scores(playing),
        takes=None if ending.passed else looking_back.what_it_takes(playing),
        picture=looking_back.picture(playing),
        points=looking_back.turning_points(playing, queries.papers(session, playing, vault())),
    )
