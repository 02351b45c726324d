"""The page of a scene: its frame is drawn once and kept, with blanks for what one run shows.

People on the same way through a scenario see the same scene, choices and meters, so that these are
kept too (web/pieces.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import render_template
from markupsafe import Markup

from lms.domain import scenarios as domain
from lms.domain.languages import pick
from lms.drills import looking_back, wording
from lms.drills.queries import Playing
from lms.web import kept
from lms.web.filters import authored
from lms.web.forms import csrf_token
from lms.web.languages import language
from lms.web.pieces import NOTHING, Pieces, part

# Some 15 scenarios of a dozen scenes in three languages, most of them seen in several states.
_pieces = Pieces(2000)


def page(playing: Playing, now: datetime, error: str | None = None) -> kept.Drawn:
    """The scene in which a run is; with an error, which says what is missing."""
    words, used = pick(playing.document["texts"], language())
    translation = playing.document["translations"].get(language())
    up, reading = playing.time_is_up(now), playing.seconds is not None and not playing.decide_from
    left = _left(playing, now) if playing.seconds and not up else None
    shown = {
        "token": csrf_token(),
        "run": str(playing.id),
        "step": str(len(playing.taken)),
        "seconds": str(playing.seconds or ""),
        "left": "" if left is None else str(left),
        "late": playing.scene.late or "",
        **_shown(playing, words, used, up, error),
    }

    def draw(put: Callable[[str], str] = kept.blank) -> str:
        return render_template(
            "drills/scene.html",
            put=put,
            used=used,
            translation=translation,
            reading=reading,
            up=up,
            hurried=left is not None,
            error=error,
        )

    if up or error:
        return draw(shown.__getitem__)
    noted = (translation or {}).get("state"), (translation or {}).get("reviewed_by")
    return kept.page(("scene", used, *noted, reading, left is not None), draw, shown)


def _left(playing: Playing, now: datetime) -> int | None:
    """The seconds that are left to decide; None while the scene is still read."""
    if not playing.seconds or not playing.decide_from:
        return None
    over = playing.decide_from + timedelta(seconds=playing.seconds)
    return max(math.ceil((over - now).total_seconds()), 0)


def _shown(
    playing: Playing, words: dict[str, Any], used: str, up: bool, error: str | None
) -> dict[str, str]:
    """What this run shows: the scene, how it came to be, what may be done, and the meters."""
    position = playing.position
    scene = looking_back.words_of(playing, position.scene)
    of_scenario = playing.books.published, playing.scenario.slug
    offered = [
        choice
        for choice in domain.open_choices(playing.scenario, position)
        if not up or choice.id == playing.scene.late
    ]
    ids = tuple(choice.id for choice in offered)

    def options() -> Markup:
        choices = [
            {
                "id": choice.id,
                "html": looking_back.choice_words(playing, position.scene, choice.id)["html"],
                "minutes": choice.minutes,
            }
            for choice in offered
        ]
        return part("drills/_run.html", "late" if up else "options")(choices, used, error)

    drawn = ("options", *of_scenario, position.scene, ids)
    return {
        "about": about(playing, words),
        "title": scene["title"],
        "time": wording.hour(playing.document, position.elapsed),
        "scene": authored(scene["html"]),
        "echo": echo(playing, used),
        "options": options() if up or error else _pieces.again(drawn, options),
        "meters": _pieces.again(
            ("meters", *of_scenario, *position.meters.items()),
            lambda: part("drills/_run.html", "meters")(meters(playing.document, position.meters)),
        ),
    }


def about(playing: Playing, words: dict[str, Any]) -> Markup:
    """The name of the scenario, and the day whose law it is about."""
    return _pieces.again(
        ("about", playing.books.published, playing.scenario.slug),
        lambda: part("drills/_run.html", "about")(words["title"], wording.law(playing.document)),
    )


def echo(playing: Playing, used: str) -> Markup:
    """What was just done, what one says with it, and what chance made of it."""
    chosen = [number for number, beat in enumerate(playing.beats) if not beat.by_chance]
    since = playing.beats[chosen[-1] if chosen else 0 :]
    if not since:
        return NOTHING
    late = bool(playing.taken) and playing.taken[-1].late
    beats = tuple((beat.scene, beat.choice.id) for beat in since)

    def draw() -> Markup:
        told = []
        for beat in since:
            words = looking_back.choice_words(playing, beat.scene, beat.choice.id)
            told.append(
                {
                    "by_chance": beat.by_chance,
                    "scene_html": looking_back.words_of(playing, beat.scene)["html"],
                    "html": words["html"],
                }
            )
        say = None
        if not since[0].by_chance:
            document = playing.choice_document(since[0].scene, since[0].choice.id)
            say = wording.sentence(playing.books, playing.document, document)
        return part("drills/_run.html", "echo")({"told": told, "say": say, "late": late}, used)

    return _pieces.again(
        ("echo", playing.books.published, playing.scenario.slug, beats, chosen == [], late), draw
    )


def meters(document: Any, values: Any) -> list[dict[str, Any]]:
    """The meters of a scenario with their names and limits."""
    limits, names = document["limits"], wording.meters()
    return [
        {
            "label": names.get(meter, meter),
            "value": value,
            "low": (limits.get(meter) or (0, 5))[0],
            "high": (limits.get(meter) or (0, 5))[1],
        }
        for meter, value in values.items()
    ]
