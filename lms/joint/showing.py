"""What pages of joint sessions show, as finished facts in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.content.library import Library, words
from lms.domain.joint import live
from lms.domain.joint.exercise import BOTH, COMMISSION, OBSERVER, SIDES, Exercise, Scene
from lms.domain.joint.live import Live
from lms.domain.languages import pick
from lms.joint import queries
from lms.joint.models import JointSession
from lms.learning import pages

Facts = dict[str, Any]


def side_word(side: str) -> str:
    found: str = {OBSERVER: _("Observers"), COMMISSION: _("Commission")}[side]
    return found


def playing_word(side: str) -> str:
    """The side that somebody plays."""
    found: str = {OBSERVER: _("an observer"), COMMISSION: _("the commission")}[side]
    return found


def state_word(state: str) -> str:
    found: str = {
        "planned": _("planned"),
        "open": _("open"),
        "closed": _("over"),
        "cancelled": _("called off"),
    }[state]
    return found


def texts(books: Library, slug: str, language: str) -> tuple[Mapping[str, Any], str]:
    """The words of an exercise for a reader, and what the page owes them to say about these."""
    found = words(books.joint[slug], language)
    return found.texts, found.note


def title(books: Library, slug: str, language: str) -> str:
    found: str = texts(books, slug, language)[0]["title"]
    return found


def part_of(found: Mapping[str, Any], side: str) -> Facts:
    """What a side is asked in a scene."""
    parts = found["parts"]
    asked: Facts = parts[side] if side in parts else parts[BOTH]
    return asked


def rules(books: Library, ids: tuple[str, ...], language: str, exercise: Exercise) -> list[Facts]:
    """The rules that settle something: the right, the duty that fulfils it, and the articles."""
    shown = []
    for rule_id in ids:
        rule = books.rules.get(rule_id)
        if rule is None:
            continue
        wording = rule.at(exercise.clock) or rule.wordings[-1]
        text = pick(wording.texts, language)[0]
        shown.append(
            {
                "name": text["name"],
                "html": text.get("html") or "",
                "duty": text.get("duty"),
                "sources": pages.sources_of(books, wording.sources, language, exercise.clock),
            }
        )
    return shown


def shares(
    scene: Scene, found: Mapping[str, Any], told: Mapping[str, dict[str, int] | None]
) -> list[Facts]:
    """Both sides' answers beside each other: what could be chosen, and how many tenths chose it."""
    return [
        {
            "side": side_word(side),
            "small": told[side] is None,
            "lines": [
                {
                    "letter": option.letter.upper(),
                    "html": part_of(found, side)["options"][option.letter]["html"],
                    "grade": option.grade,
                    "tenths": (told[side] or {}).get(option.letter, 0),
                }
                for option in scene.parts[side]
            ],
        }
        for side in SIDES
    ]


def injects(
    exercise: Exercise, state: Live, found: Mapping[str, Any], now: datetime, side: str | None
) -> list[Facts]:
    """What has happened in this scene, as a side sees it (None: as the facilitator does)."""
    return [
        found["injects"][one.id]
        for one in state.happened(exercise, now)
        if side is None or one.side in (None, side)
    ]


def settled_scenes(
    session: Session, row: JointSession, books: Library, exercise: Exercise, language: str
) -> list[Facts]:
    """Every scene whose answers were laid open, with both sides' shares and what settles it."""
    found, state = texts(books, row.exercise, language)[0], queries.live_of(session, row)
    shown = []
    for scene in exercise.scenes:
        if scene.id not in state.shown:
            continue
        told = queries.shares_of_scene(session, row, exercise, state, scene.id)
        of_scene = found["scenes"][scene.id]
        shown.append(
            {
                "id": scene.id,
                "title": of_scene["title"],
                "settled_html": of_scene["settled_html"],
                "shares": shares(scene, of_scene, told),
                "rules": rules(books, scene.rules, language, exercise),
            }
        )
    return shown


def agenda(
    session: Session, row: JointSession, books: Library, exercise: Exercise, language: str
) -> list[Facts]:
    """Where the sides disagreed before they met, with the words of the questions."""
    found = texts(books, row.exercise, language)[0]["questions"]
    shown = []
    for point in queries.agenda_of(session, row, exercise):
        question, asked = exercise.question(point["question"]), found[point["question"]]
        shown.append(
            {
                "title": asked["title"],
                "html": asked["html"],
                "tenths": point["tenths"],
                "lines": [
                    {
                        "letter": option.letter.upper(),
                        "html": asked["options"][option.letter]["html"],
                        "best": option.grade == "best",
                        OBSERVER: point[OBSERVER][option.letter],
                        COMMISSION: point[COMMISSION][option.letter],
                    }
                    for option in question.options
                ],
            }
        )
    return shown


def console(
    session: Session,
    row: JointSession,
    books: Library,
    exercise: Exercise,
    state: Live,
    now: datetime,
    language: str,
    answered: int | None,
) -> Facts:
    """Everything that the facilitator has before them. ``answered`` is how many of their own
    people have answered, in tenths."""
    found = texts(books, row.exercise, language)[0]
    way = live.steps(exercise)
    here = (state.stage, state.scene)
    place = way.index(here) if here in way else None
    facts: Facts = {
        "stage": state.stage,
        "possible": live.possible(exercise, state),
        "script_html": found["script_html"],
        "place": place,
        "steps": _steps(exercise, found, place),
        "scene": None,
        "agenda": agenda(session, row, books, exercise, language)
        if state.stage == live.LOBBY and not state.questions_are_open
        else [],
    }
    if state.scene is not None:
        facts["scene"] = {
            **_scene_at_console(session, row, books, exercise, state, now, language),
            "answered": answered,
        }
    return facts


def _steps(exercise: Exercise, found: Mapping[str, Any], place: int | None) -> list[Facts]:
    titles = [_("People come in")]
    titles += [found["scenes"][scene.id]["title"] for scene in exercise.scenes]
    titles.append(_("Debrief"))
    notes = [""] + [_scene_note(scene) for scene in exercise.scenes] + [""]
    states = []
    for number in range(len(titles)):
        if place is None or number > place:
            states.append("later")
        else:
            states.append("now" if number == place else "done")
    return [
        {"title": one, "note": note, "state": is_}
        for one, note, is_ in zip(titles, notes, states, strict=True)
    ]


def _scene_note(scene: Scene) -> str:
    note: str = _("about %(minutes)s minutes", minutes=scene.minutes)
    return f"{note}; {_('the sides change')}" if scene.swap else note


def _scene_at_console(
    session: Session,
    row: JointSession,
    books: Library,
    exercise: Exercise,
    state: Live,
    now: datetime,
    language: str,
) -> Facts:
    found = texts(books, row.exercise, language)[0]
    scene = exercise.scene(state.scene or "")
    of_scene = found["scenes"][scene.id]
    happened = {one.id for one in state.happened(exercise, now)}
    shown = scene.id in state.shown
    told = queries.shares_of_scene(session, row, exercise, state, scene.id) if shown else {}
    return {
        "id": scene.id,
        "title": of_scene["title"],
        "html": of_scene["html"],
        "script_html": of_scene["script_html"],
        "settled_html": of_scene["settled_html"],
        "minutes": scene.minutes,
        "elapsed": int(state.elapsed(now) / timedelta(minutes=1)),
        "shown": shown,
        "shares": shares(scene, of_scene, told) if shown else [],
        "rules": rules(books, scene.rules, language, exercise) if shown else [],
        "parts": [
            {
                "side": side,
                "word": side_word(side),
                **part_of(of_scene, side),
                "letters": scene.letters(side),
                "raised": state.raised.get(scene.id, {}).get(side, {}),
            }
            for side in SIDES
        ],
        "injects": [
            {
                **found["injects"][one.id],
                "id": one.id,
                "at": one.at,
                "side": side_word(one.side) if one.side else None,
                "happened": one.id in happened,
            }
            for one in exercise.injects_of(scene.id)
        ],
    }
