"""Planning joint sessions: the list, one session, its cards, who was there, and what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice  # type: ignore[attr-defined]  # as in forms

from lms import clock, db
from lms.cohorts import queries as cohorts
from lms.content.library import Library
from lms.domain.errors import NotThere
from lms.domain.languages import LANGUAGES
from lms.domain.permissions import Permission
from lms.exports.tables import Table, as_file, wanted_format
from lms.joint import (  # noqa: F401 - the other pages of the room
    actions,
    calendar,
    console,
    queries,
    redeeming,
    showing,
    taking_part,
)
from lms.joint.forms import CardsForm, HeadsForm, NumberForm, PlanForm, TermsForm
from lms.joint.queries import Seen
from lms.joint.room import bp
from lms.learning import queries as learning
from lms.web.access import actor, needs
from lms.web.languages import NAMES, language
from lms.web.squares import square

# States in which a session is still to be held, or is being held.
RUNS = ("planned", "open")


@bp.get("/sessions/")
@needs(Permission.SEE_SESSIONS)
def shelf() -> str | AnyResponse:
    session = db.session()
    today = clock.now().date()
    lines = [_line(seen) for seen in queries.visible(session, actor())]
    if file_format := wanted_format():
        columns = ("day", "time", "place", "exercise", "language", "with", "state")
        rows = [
            (
                line["day"].isoformat(),
                line["time"],
                line["place"],
                line["title"],
                line["code"],
                line["partner"],
                line["state"],
            )
            for line in lines
        ]
        return as_file(Table("sessions", columns, rows), file_format)
    return render_template(
        "joint/shelf.html",
        coming=[x for x in lines if x["day"] >= today and x["state"] in RUNS],
        past=[x for x in reversed(lines) if x["day"] < today or x["state"] not in RUNS],
        may_plan=bool(_own_organisations()),
    )


def _line(seen: Seen) -> dict[str, Any]:
    row = seen.row
    books = queries.books_of(db.session(), row)
    return {
        "id": row.id,
        "day": row.starts_on,
        "time": row.starts_time,
        "place": row.place,
        "title": showing.title(books, row.exercise, language()),
        "language": NAMES[row.language],
        "code": row.language,
        "partner": seen.partner if seen.hosts else seen.host,
        "state": row.state,
        "word": showing.state_word(row.state),
    }


def _own_organisations() -> list[tuple[uuid.UUID, str]]:
    """The organisations of observers for which this person may plan."""
    held = actor().places_where(Permission.HOLD_SESSIONS)
    mine = {one.organisation_id for one in held}
    return [o for o in cohorts.organisations(db.session(), "observers") if o[0] in mine]


def _plan_form(books: Library, data: dict[str, Any] | None = None) -> PlanForm:
    form = PlanForm(data=data)
    form.exercise.choices = [
        SelectChoice(slug, showing.title(books, slug, language())) for slug in books.joint
    ]
    found = cohorts.organisations(db.session(), "commission")
    form.partner.choices = [SelectChoice(str(id_), name) for id_, name in found]
    form.language.choices = _languages()
    return form


def _languages() -> list[SelectChoice]:
    return [SelectChoice(code, NAMES[code]) for code in LANGUAGES]


@bp.get("/sessions/new")
@needs(Permission.HOLD_SESSIONS)
def new() -> str:
    books = learning.library(db.session())
    found = cohorts.organisations(db.session(), "commission")
    given = {
        "exercise": next(iter(books.joint), ""),
        "partner": str(found[0][0]) if found else "",
        "language": language(),
        "seats": 20,
    }
    return _plan_page(_plan_form(books, given))


def _plan_page(form: PlanForm) -> str:
    return render_template("joint/new.html", form=form, organisations=_own_organisations())


@bp.post("/sessions/new")
@needs(Permission.HOLD_SESSIONS, audit=True)
def plan() -> tuple[str, int] | AnyResponse:
    books = learning.library(db.session())
    form, mine = _plan_form(books), _own_organisations()
    if not form.validate() or not mine:
        return _plan_page(form), 422
    wanted = actions.Plan(
        exercise=form.exercise.data, partner_id=uuid.UUID(form.partner.data), **_terms(form)
    )
    with db.transaction() as session:
        made = actions.plan(session, actor(), mine[0][0], books, wanted, now=clock.now())
    return redirect(url_for("joint.session", joint_id=made), code=303)


def _terms(form: TermsForm) -> dict[str, Any]:
    """What a form that was found right says of when, where and for how many."""
    return {
        "co_held": bool(form.co_held.data),
        "language": form.language.data,
        "starts_on": form.starts_on.data or clock.now().date(),
        "starts_time": f"{form.starts_time.data:0>5}",
        "place": (form.place.data or "").strip(),
        "seats": form.seats.data or 0,
    }


@bp.get("/sessions/<uuid:joint_id>/change")
@needs(Permission.HOLD_SESSIONS)
def change(joint_id: uuid.UUID) -> str:
    row = _hosted(joint_id).row
    given = {name: getattr(row, name) for name in _TERMS}
    return _change_page(joint_id, TermsForm(formdata=None, data=given))


_TERMS = ("co_held", "language", "starts_on", "starts_time", "place", "seats")


def _hosted(joint_id: uuid.UUID) -> Seen:
    """A session that this person's organisation has planned. Raises NotThere."""
    seen = queries.one(db.session(), actor(), joint_id, Permission.HOLD_SESSIONS)
    if not seen.hosts:
        raise NotThere
    return seen


def _change_page(joint_id: uuid.UUID, form: TermsForm) -> str:
    seen = _hosted(joint_id)
    form.language.choices = _languages()
    return render_template("joint/change.html", form=form, seen=seen, line=_line(seen))


@bp.post("/sessions/<uuid:joint_id>/change")
@needs(Permission.HOLD_SESSIONS, audit=True)
def change_post(joint_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    _hosted(joint_id)
    form = TermsForm()
    form.language.choices = _languages()
    if not form.validate():
        return _change_page(joint_id, form), 422
    with db.transaction() as writing:
        terms = actions.Terms(**_terms(form))
        actions.change(writing, actor(), joint_id, terms, now=clock.now())
    flash(_("Changed. Tell those who have a card already."), "good")
    return redirect(url_for("joint.session", joint_id=joint_id), code=303)


@bp.get("/sessions/<uuid:joint_id>")
@needs(Permission.SEE_SESSIONS)
def session(joint_id: uuid.UUID) -> str:
    return _session_page(joint_id)


def _session_page(
    joint_id: uuid.UUID, cards: CardsForm | None = None, number: NumberForm | None = None
) -> str:
    reading = db.session()
    seen = queries.one(reading, actor(), joint_id)
    holds = _holds(seen)
    mine = queries.cards_of(reading, seen.id, seen.side) if holds else []
    out = [card.number for card in mine if not card.returned]
    return render_template(
        "joint/session.html",
        seen=seen,
        line=_line(seen),
        clock=queries.exercise_of(reading, seen.row).clock,
        minutes=queries.exercise_of(reading, seen.row).minutes,
        holds=holds,
        conducts=holds and queries.may_conduct(seen),
        seated=out[: seen.row.seats],
        waiting=out[seen.row.seats :],
        given_back=[card.number for card in mine if card.returned],
        cards=cards or CardsForm(formdata=None),
        number=number or NumberForm(formdata=None),
    )


@bp.get("/sessions/<uuid:joint_id>/sheet")
@needs(Permission.SEE_SESSIONS)
def sheet(joint_id: uuid.UUID) -> str:
    """What is printed and handed over with a card: when, where, and how one comes in."""
    seen = queries.one(db.session(), actor(), joint_id)
    exercise = queries.exercise_of(db.session(), seen.row)
    address = url_for("joint.card", _external=True)
    return render_template(
        "joint/sheet.html",
        seen=seen,
        line=_line(seen),
        clock=exercise.clock,
        minutes=exercise.minutes,
        address=address,
        square=square(address),
    )


def _holds(seen: Seen) -> bool:
    """Whether this person holds sessions for the organisation through which they see this one."""
    mine = seen.row.organisation_id if seen.hosts else seen.row.partner_id
    held = actor().places_where(Permission.HOLD_SESSIONS)
    return mine in {one.organisation_id for one in held}


@bp.post("/sessions/<uuid:joint_id>/cards")
@needs(Permission.HOLD_SESSIONS)
def hand_out(joint_id: uuid.UUID) -> tuple[str, int] | str:
    queries.one(db.session(), actor(), joint_id, Permission.HOLD_SESSIONS)
    form = CardsForm()
    if not form.validate():
        return _session_page(joint_id, cards=form), 422
    with db.transaction() as writing:
        made = actions.hand_out(writing, actor(), joint_id, form.how_many.data or 0)
    seen = queries.one(db.session(), actor(), joint_id, Permission.HOLD_SESSIONS)
    return render_template(
        "joint/cards.html",
        seen=seen,
        line=_line(seen),
        made=made,
        address=url_for("joint.card", _external=True),
        side=showing.side_word(seen.side),
    )


@bp.post("/sessions/<uuid:joint_id>/give-back")
@needs(Permission.HOLD_SESSIONS)
def give_back(joint_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    queries.one(db.session(), actor(), joint_id, Permission.HOLD_SESSIONS)
    form = NumberForm()
    if not form.validate():
        return _session_page(joint_id, number=form), 422
    mine = queries.one(db.session(), actor(), joint_id, Permission.HOLD_SESSIONS).side
    known = {card.number for card in queries.cards_of(db.session(), joint_id, mine)}
    if form.number.data not in known:
        form.number.errors = [_("No card of this session has this number.")]
        return _session_page(joint_id, number=form), 422
    with db.transaction() as writing:
        actions.give_back(writing, actor(), joint_id, form.number.data)
    flash(_("Card %(number)s opens nothing any more.", number=form.number.data), "good")
    return redirect(url_for("joint.session", joint_id=joint_id), code=303)


@bp.post("/sessions/<uuid:joint_id>/cancel")
@needs(Permission.HOLD_SESSIONS, audit=True)
def cancel(joint_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as writing:
        actions.cancel(writing, actor(), joint_id, now=clock.now())
    return redirect(url_for("joint.session", joint_id=joint_id), code=303)


# --- who was there -------------------------------------------------------------------------------


@bp.get("/sessions/<uuid:joint_id>/attendance")
@needs(Permission.HOLD_SESSIONS)
def attendance(joint_id: uuid.UUID) -> str:
    return _attendance_page(joint_id, None)


def _attendance_page(joint_id: uuid.UUID, form: HeadsForm | None) -> str:
    reading = db.session()
    seen = queries.one(reading, actor(), joint_id, Permission.HOLD_SESSIONS)
    found = queries.reckoning(reading, seen.id, seen.side)
    names = {"codes": _("codes"), "heads": _("heads"), "paper": _("paper list")}
    return render_template(
        "joint/attendance.html",
        seen=seen,
        line=_line(seen),
        found=found,
        differences=[(names[a], names[b]) for a, b in found.differences],
        form=form or HeadsForm(data={"heads": found.heads, "paper": found.paper}),
    )


@bp.post("/sessions/<uuid:joint_id>/attendance")
@needs(Permission.HOLD_SESSIONS)
def count_heads(joint_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    queries.one(db.session(), actor(), joint_id, Permission.HOLD_SESSIONS)
    form = HeadsForm()
    if not form.validate():
        return _attendance_page(joint_id, form), 422
    with db.transaction() as writing:
        actions.count_heads(writing, actor(), joint_id, form.heads.data, form.paper.data)
    flash(_("Written down."), "good")
    return redirect(url_for("joint.attendance", joint_id=joint_id), code=303)


# --- what came of it -----------------------------------------------------------------------------


@bp.get("/sessions/<uuid:joint_id>/report")
@needs(Permission.HOLD_SESSIONS)
def report(joint_id: uuid.UUID) -> str | AnyResponse:
    """The same report for both organisations: groups alone, and nothing before the end."""
    reading = db.session()
    seen = queries.one(reading, actor(), joint_id, Permission.HOLD_SESSIONS)
    row, books = seen.row, queries.books_of(reading, seen.row)
    exercise, over = queries.exercise_of(reading, row), row.state == "closed"
    scenes = showing.settled_scenes(reading, row, books, exercise, language()) if over else []
    if file_format := wanted_format():
        return as_file(_report_table(scenes), file_format)
    return render_template(
        "joint/report.html",
        seen=seen,
        line=_line(seen),
        over=over,
        scenes=scenes,
        agenda=showing.agenda(reading, row, books, exercise, language()) if over else [],
        feedback=queries.feedback_of(reading, seen.id) if over else [],
    )


def _report_table(scenes: list[dict[str, Any]]) -> Table:
    rows = [
        (scene["id"], share["side"], line["letter"], "" if share["small"] else line["tenths"])
        for scene in scenes
        for share in scene["shares"]
        for line in share["lines"]
    ]
    return Table("session-report", ("scene", "side", "answer", "tenths"), rows)
