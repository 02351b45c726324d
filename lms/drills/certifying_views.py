"""The certifying runs of a programme: the rule, what was drawn, how often one may still begin."""

from __future__ import annotations

import secrets
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.drills import certifying, wording
from lms.drills.queries import Playing
from lms.drills.room import bp
from lms.learning import queries as learning
from lms.web.access import actor, needs
from lms.web.languages import language


@bp.get("/certifying/<programme>")
@needs(Permission.PLAY_SCENARIO)
def certifying_runs(programme: str) -> str:
    session = db.session()
    books = learning.library(session)
    found = certifying.desk(session, actor(), books, programme, now=clock.now())
    words, used = pick(books.programmes[programme]["texts"], language())

    def title(slug: str) -> str:
        document = books.scenarios.get(slug)
        return str(pick(document["texts"], language())[0]["title"]) if document else slug

    return render_template(
        "drills/certifying.html",
        desk=found,
        programme=programme,
        words=words,
        used=used,
        title=title,
        outcomes=wording.outcomes(),
    )


@bp.post("/certifying/<programme>/start")
@needs(Permission.PLAY_SCENARIO, audit=True)
def begin_certifying(programme: str) -> AnyResponse:
    books = learning.library(db.session())
    try:
        with db.transaction() as session:
            certifying.begin(
                session,
                actor(),
                books,
                programme,
                timed=request.form.get("pace") == "clock",
                chance=secrets.SystemRandom(),
                now=clock.now(),
            )
    except IntegrityError:  # another tab began it at this moment
        pass
    return redirect(url_for(".certifying_runs", programme=programme), code=303)


def programme_of(session: Session, playing: Playing) -> dict[str, Any] | None:
    """The programme for which a run was drawn, None for practice."""
    if playing.gate_id is None:
        return None
    slug = certifying.programme_of(session, playing.gate_id)
    return {"href": url_for("drills.certifying_runs", programme=slug)}
