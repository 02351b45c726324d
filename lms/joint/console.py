"""The facilitator's console: what is on, what comes, and one button for each next thing."""

from __future__ import annotations

import secrets
import uuid

from flask import Response, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.domain.errors import NotThere, TooLate
from lms.domain.joint.attendance import SECONDS, code_at
from lms.domain.joint.live import MOST_RAISED
from lms.domain.permissions import Permission
from lms.joint import actions, queries, showing
from lms.joint.queries import Seen
from lms.joint.room import bp
from lms.web.access import actor, needs
from lms.web.languages import language
from lms.web.squares import square

DEEDS = (
    "open",
    "take",
    "next",
    "back",
    "pause",
    "resume",
    "hold",
    "release",
    "show",
    "inject",
    "raise",
    "close",
)


def _conducted(joint_id: uuid.UUID) -> Seen:
    """A session at whose console this person may stand. Raises NotThere."""
    seen = queries.one(db.session(), actor(), joint_id, Permission.HOLD_SESSIONS)
    if not queries.may_conduct(seen):
        raise NotThere
    return seen


def _device() -> str:
    """What this browser is called at the console; a name that says nothing."""
    return str(cookie.get("console", ""))


@bp.get("/sessions/<uuid:joint_id>/console")
@needs(Permission.HOLD_SESSIONS)
def console(joint_id: uuid.UUID) -> str | Response:
    reading, now = db.session(), clock.now()
    seen = _conducted(joint_id)
    row = seen.row
    books, exercise = queries.books_of(reading, row), queries.exercise_of(reading, row)
    state = queries.live_of(reading, row)
    answered = None
    if state.scene:
        answered = queries.answered_tenths(reading, row, state.scene, seen.side)
    mark = f"{state.mark(exercise, now)}.{answered}"
    if "mark" in request.args:
        return Response(mark, mimetype="text/plain")
    return render_template(
        "joint/console.html",
        seen=seen,
        row=row,
        mark=mark,
        title=showing.title(books, row.exercise, language()),
        facts_=showing.console(reading, row, books, exercise, state, now, language(), answered),
        paused=state.paused,
        timed=state.timed,
        number=row.number,
        in_charge=not state.console or state.console == _device(),
        refused=_refused(seen),
        over=row.state in ("closed", "cancelled"),
    )


def _refused(seen: Seen) -> bool:
    """Whether this person may not open it: a facilitator is a certified trainer.

    In a house that serves nothing but joint sessions there are no certificates of trainers; who
    has an account there was given it as one.
    """
    from flask import current_app

    if seen.row.state != "planned" or "signoffs.trainers" not in current_app.view_functions:
        return False
    mine = [seen.row.organisation_id, seen.row.partner_id]
    return not queries.is_trained(db.session(), actor(), mine, clock.now().date())


@bp.post("/sessions/<uuid:joint_id>/console")
@needs(Permission.HOLD_SESSIONS)
def conduct(joint_id: uuid.UUID) -> AnyResponse:
    seen = _conducted(joint_id)
    name = request.form.get("deed", "")
    if name not in DEEDS:
        raise NotThere
    here = url_for("joint.console", joint_id=joint_id)
    if name == "open" and _refused(seen):
        raise TooLate("not-certified", href=here)
    if name in ("open", "take"):
        cookie["console"] = _device() or secrets.token_hex(8)
    deed = actions.Deed(
        name=name,
        number=_whole("number", 10**9),
        console=_device(),
        inject=request.form.get("inject", "")[:80],
        side=request.form.get("side", ""),
        counts={
            letter: _whole(f"raised-{letter}", MOST_RAISED)
            for letter in "abcd"
            if f"raised-{letter}" in request.form
        },
    )
    try:
        with db.transaction() as writing:
            actions.conduct(writing, actor(), joint_id, deed, now=clock.now())
    except TooLate as late:
        raise TooLate(late.reason, href=here) from None
    except ValueError:
        raise TooLate("stale", href=here) from None
    return redirect(here, code=303)


def _whole(name: str, most: int) -> int:
    """A number from the form; nothing and nonsense are 0, too much is the most."""
    text = request.form.get(name, "").strip()
    if not text.isascii() or not text.isdecimal():
        return 0
    return min(int(text[:12]), most)


@bp.get("/sessions/<uuid:joint_id>/wall")
@needs(Permission.HOLD_SESSIONS)
def wall(joint_id: uuid.UUID) -> str | Response:
    """What hangs on the wall: where one comes in, and the digits of this minute."""
    seen = _conducted(joint_id)
    now = clock.now()
    opened = seen.row.state == "open"
    digits = code_at(seen.row.wall_key, now) if opened else ""
    if "mark" in request.args:
        return Response(digits or seen.row.state, mimetype="text/plain")
    address = url_for("joint.card", _external=True)
    return render_template(
        "joint/wall.html",
        seen=seen,
        address=address,
        square=square(address),
        open=opened,
        mark=digits or seen.row.state,
        digits=digits,
        seconds=SECONDS - int(now.timestamp()) % SECONDS,
    )
