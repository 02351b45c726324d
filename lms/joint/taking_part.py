"""The room as somebody with a card sees it: no account, no script needed, one page that goes on.

Nothing here asks who is signed in. Where a script runs it asks for a mark every few seconds, or is
told through an event stream; where none runs the page is opened again by hand.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.accounts import signing_in
from lms.accounts.actions import CODES_PER_MINUTE
from lms.accounts.codes import read_code
from lms.domain.errors import NotThere, TooLate
from lms.domain.joint import live
from lms.domain.joint.aliases import alias
from lms.domain.joint.exercise import Exercise
from lms.domain.joint.live import Live
from lms.joint import answering, marks, queries, receipts, showing, streaming
from lms.joint.forms import FeedbackForm, UseCardForm, WallForm
from lms.joint.models import JointCard, JointSession
from lms.joint.room import bp
from lms.web.access import public
from lms.web.forms import given_key
from lms.web.languages import language
from lms.web.squares import square

DOOR = "joint-card"


# --- coming in -----------------------------------------------------------------------------------


@bp.get("/sessions/join")
@public
def card() -> str:
    return _card_page(UseCardForm(), 0)


def _card_page(form: UseCardForm, wait: int) -> str:
    signed_in = bool(current_user.is_authenticated)
    return render_template("joint/card.html", form=form, wait=wait, signed_in=signed_in)


@bp.post("/sessions/join")
@public
def use_card() -> tuple[str, int] | AnyResponse:
    """A card opens the room on this phone, and on another one if this one is lost."""
    if current_user.is_authenticated:
        # One cookie would know both, and so would whoever seizes the phone.
        raise TooLate("signed-in", href=url_for("joint.card"))
    form = UseCardForm()
    if not form.validate():
        return _card_page(form, 0), 422
    now = clock.now()
    # Everybody's door for this minute: a code has fifty random bits, so a hundred are nothing.
    door = signing_in.bucket(_key(), DOOR, now.strftime("%Y-%m-%dT%H:%M"))
    if signing_in.tried_in_vain(db.session(), door) >= CODES_PER_MINUTE:
        return _card_page(form, wait=60), 429
    code = read_code(form.code.data or "")
    found = queries.card_of(db.session(), code) if code else None
    if found is None:
        with db.transaction() as writing:
            signing_in.count_failure(writing, door, now=now)
        form.code.errors = [
            _("This code opens nothing. Check it letter by letter, or ask for another card.")
        ]
        return _card_page(form, 0), 422
    chosen = cookie.get("language")
    cookie.clear()
    cookie["joint_card"] = str(found.id)
    if chosen:
        cookie["language"] = chosen
    _come_in(found.id)
    return redirect(url_for("joint.room"), code=303)


def _key() -> bytes:
    key: bytes = current_app.config["LMS_SETTINGS"].session_key
    return key


def _come_in(card_id: uuid.UUID) -> None:
    try:
        with db.transaction() as writing:
            answering.come_in(writing, card_id)
    except TooLate:
        return  # on the waiting list: the room says so
    except NotThere:
        return  # called off: the room says so too


def _named_card() -> uuid.UUID | None:
    """The card that this browser's cookie names, whether or not it is still out."""
    try:
        return uuid.UUID(str(cookie.get("joint_card", "")))
    except ValueError:
        return None


def _mine() -> tuple[JointCard, JointSession] | None:
    """The card of this browser with its session; None when it has none that is out."""
    card_id = _named_card()
    return queries.card(db.session(), card_id) if card_id else None


def _card_id() -> uuid.UUID:
    """The card of this browser. Raises NotThere."""
    found = _mine()
    if found is None:
        raise NotThere
    return found[0].id


# --- the room ------------------------------------------------------------------------------------


@bp.get("/sessions/room")
@public
def room() -> str | AnyResponse:
    found = _mine()
    if found is None:
        return redirect(url_for("joint.card"), code=303)
    return _room_page(*found)


def _room_page(
    mine: JointCard,
    row: JointSession,
    wall: WallForm | None = None,
    feedback: FeedbackForm | None = None,
    receipt: str | None = None,
) -> str:
    reading, now = db.session(), clock.now()
    books, exercise = queries.books_of(reading, row), queries.exercise_of(reading, row)
    state = queries.with_role(queries.live_of(reading, row), mine)
    found, note = showing.texts(books, row.exercise, language())
    waiting = queries.waiting_place(reading, row, mine)
    over = row.state == "closed" or state.stage == live.DEBRIEF
    facts: dict[str, Any] = {
        "title": found["title"],
        "note": note,
        "intro_html": found["intro_html"],
        "clock": exercise.clock,
        "alias": alias(mine.alias, language()),
        "side": showing.side_word(mine.side),
        # Of what is drawn here, and not asked for anew: a page that carried the mark of something
        # it does not show yet would never be fetched again.
        "mark": marks.mark(row.state, mine.present, waiting, state, exercise, now),
        "waiting": waiting,
        "state": row.state,
        "stage": state.stage,
        "present": mine.present,
        # Somebody who waited has a seat now, and takes it by saying so.
        "may_sit": not waiting and not mine.joined,
        "questions": _questions(mine, exercise, found)
        if state.questions_are_open and row.state in ("planned", "open")
        else [],
        "scene": _scene(row, mine, books, exercise, state)
        if state.scene and not waiting and row.state == "open"
        else None,
        "over": over and row.state != "cancelled",
        "debrief": found["debriefs"][mine.side] if over else None,
        "scenes": showing.settled_scenes(db.session(), row, books, exercise, language())
        if over
        else [],
        "agenda": showing.agenda(db.session(), row, books, exercise, language()) if over else [],
        "receipt_given": mine.receipt_given,
        "feedback_given": mine.feedback_given,
    }
    return render_template(
        "joint/room.html",
        **facts,
        wall=wall or WallForm(formdata=None),
        feedback=feedback or FeedbackForm(formdata=None),
        receipt=receipt,
        square=square(receipt.replace("-", "")) if receipt else None,
    )


def _questions(mine: JointCard, exercise: Exercise, found: Any) -> list[dict[str, Any]]:
    given = queries.own_answers(db.session(), mine.id)
    return [
        {
            **found["questions"][question.id],
            "id": question.id,
            "letters": question.letters,
            "given": given.get(question.id),
        }
        for question in exercise.questions
    ]


def _scene(
    row: JointSession, mine: JointCard, books: Any, exercise: Exercise, state: Live
) -> dict[str, Any]:
    found = showing.texts(books, row.exercise, language())[0]
    scene = exercise.scene(state.scene or "")
    of_scene = found["scenes"][scene.id]
    role = live.role_of(exercise, state, str(mine.id))
    shown = scene.id in state.shown
    given = queries.own_answer(db.session(), mine.id, scene.id)
    facts: dict[str, Any] = {
        "id": scene.id,
        "title": of_scene["title"],
        "html": of_scene["html"],
        "second": live.half_of(exercise, scene.id) == live.SECOND,
        "injects": showing.injects(
            exercise, state, found, clock.now(), role.side if role else None
        ),
        "shown": shown,
        "paused": state.paused,
        "given": given,
        "role": None,
        "part": None,
    }
    if role is not None:
        facts["role"] = {**found["roles"][role.id], "playing": showing.playing_word(role.side)}
        facts["part"] = showing.part_of(of_scene, role.side)
        facts["letters"] = scene.letters(role.side)
    if shown:
        told = queries.shares_of_scene(db.session(), row, exercise, state, scene.id)
        facts["shares"] = showing.shares(scene, of_scene, told)
        facts["settled_html"] = of_scene["settled_html"]
        facts["rules"] = showing.rules(books, scene.rules, language(), exercise)
    return facts


@bp.post("/sessions/room/seat")
@public
def seat() -> AnyResponse:
    """Take the seat that somebody else's card has left."""
    card_id = _card_id()
    with db.transaction() as writing:
        answering.come_in(writing, card_id)
    return redirect(url_for("joint.room"), code=303)


@bp.post("/sessions/room/answer")
@public
def answer() -> AnyResponse:
    card_id = _card_id()
    scene, letter = request.form.get("scene", "")[:80], request.form.get("letter", "")[:1]
    if not letter:
        flash(_("Choose one of the answers first."), "attention")
        return redirect(url_for("joint.room"), code=303)
    with db.transaction() as writing:
        answering.answer(writing, card_id, scene, letter, key=given_key())
    return redirect(url_for("joint.room"), code=303)


@bp.post("/sessions/room/present")
@public
def present() -> tuple[str, int] | AnyResponse:
    card_id, form = _card_id(), WallForm()
    before = _mine()
    if before is not None and before[0].present:  # a second time says nothing new
        return redirect(url_for("joint.room"), code=303)
    if form.validate():
        with db.transaction() as writing:
            if answering.be_present(writing, card_id, form.digits.data or "", now=clock.now()):
                flash(_("You were there: that is written down, and not who you are."), "good")
                return redirect(url_for("joint.room"), code=303)
        form.digits.errors = [_("These are not the digits of this minute. Look again.")]
    found = _mine()
    if found is None:
        raise NotThere
    return _room_page(*found, wall=form), 422


@bp.post("/sessions/room/receipt")
@public
def receipt() -> str:
    """The receipt is shown once and is kept nowhere here."""
    card_id = _card_id()
    with db.transaction() as writing:
        on = answering.take_receipt(writing, card_id, clock.now().date())
    key = receipts.private_key(current_app.config["LMS_SETTINGS"].keys)
    found = _mine()
    if found is None:
        raise NotThere
    return _room_page(*found, receipt=receipts.new_receipt(key, on))


@bp.post("/sessions/room/feedback")
@public
def say() -> tuple[str, int] | AnyResponse:
    card_id, form = _card_id(), FeedbackForm()
    if not form.validate():
        found = _mine()
        if found is None:
            raise NotThere
        if found[0].feedback_given:
            raise TooLate("joint-feedback", href=url_for("joint.room"))
        return _room_page(*found, feedback=form), 422
    with db.transaction() as writing:
        answering.say(writing, card_id, int(form.useful.data), form.words.data or "")
    flash(_("Thank you. Nobody can tell that it was you."), "good")
    return redirect(url_for("joint.room"), code=303)


@bp.post("/sessions/room/leave")
@public
def go() -> AnyResponse:
    """Forget the card on this phone; it opens the room again on this one or another."""
    cookie.pop("joint_card", None)
    return redirect(url_for("joint.card"), code=303)


# --- what is new ---------------------------------------------------------------------------------


@bp.get("/sessions/room/now")
@public
def now() -> Response:
    """The mark of the page: a few bytes that change when there is something to see."""
    card_id = _named_card()
    mark = marks.mark_of(db.session(), card_id, clock.now()) if card_id else None
    return Response(mark or "none", mimetype="text/plain")


@bp.get("/sessions/room/stream")
@public
def stream() -> Response:
    """The same as an event stream, where there is a thread to spare for one."""
    found = _mine()
    if found is None:
        return Response(status=204, mimetype="text/event-stream")
    return streaming.stream(found[0].id, found[0].side)
