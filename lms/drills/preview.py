"""Playing a draft: from the files as they are, meters in sight, any scene a click away.

Where one stands is in the address: the scene one jumped to and the choices made since. Nothing is
kept, so that no database is needed. Registered only by ``lms preview``.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _

from lms.content.compiling import Compiled, compile_tree
from lms.content.library import Library
from lms.domain import runs, scenarios
from lms.domain.errors import NotThere, TooLate
from lms.domain.languages import pick
from lms.drills import wording
from lms.web.access import public
from lms.web.languages import language

bp = Blueprint("preview", __name__)
MOST_CHOICES = 500


class Draft:
    """The content of a folder, compiled anew when a file of it has changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self.compiled: Compiled
        self.books: Library

    def read(self) -> Draft:
        with self._lock:
            seen = self._stamp()
            if seen != self._seen:
                self.compiled = compile_tree(self.root)
                self.books = Library(None, self.compiled.documents)
                self._seen = seen
        return self

    def _stamp(self) -> tuple[int, int]:
        """How many files there are, and when the latest of them was changed."""
        times = [
            file.stat().st_mtime_ns
            for part in ("courses", "quizzes")
            for file in (self.root / part).rglob("*")
            if file.is_file()
        ]
        return len(times), max(times, default=0)


def _draft() -> Draft:
    draft: Draft = current_app.extensions["lms.draft"]
    return draft.read()


@bp.get("/preview/")
@public
def index() -> str:
    draft = _draft()
    lines = [
        {"slug": slug, "title": pick(document["texts"], language())[0]["title"]}
        for slug, document in draft.books.scenarios.items()
    ]
    return render_template(
        "drills/preview_index.html", lines=lines, problems=draft.compiled.problems
    )


@bp.get("/preview/<slug>")
@public
def play(slug: str) -> str:
    draft = _draft()
    document = draft.books.scenarios.get(slug)
    if document is None:
        raise NotThere
    scenario = draft.books.scenario(slug)
    at, seed = _jump(scenario), _seed()
    given = request.args.getlist("c")[:MOST_CHOICES]
    position, taken = scenarios.start(scenario), list[str]()
    try:
        beats = runs.unfold(scenario, given, seed, begin=at)
        taken = given
    except (NotThere, TooLate, ValueError):  # the draft has changed under the address
        beats = runs.unfold(scenario, [], seed, begin=at)
    position = beats[-1].after if beats else at or position
    words, used = pick(document["texts"], language())
    names = {s["id"]: pick(s["texts"], language())[0]["title"] for s in document["scenes"]}
    scene = next(s for s in document["scenes"] if s["id"] == position.scene)
    return render_template(
        "drills/preview.html",
        document=document,
        words=words,
        used=used,
        scene=scene,
        text=pick(scene["texts"], language())[0],
        position=position,
        meters=[(wording.meters().get(m, m), m, v) for m, v in position.meters.items()],
        time=wording.hour(document, position.elapsed),
        ways=_ways(scenario, scene, position),
        beats=beats,
        names=names,
        ending=scenarios.outcome(scenario, position),
        outcomes=wording.outcomes(),
        taken=taken,
        at=at.scene if at else "",
        seed=seed,
        problems=[p for p in draft.compiled.problems if f"/{slug}." in p.path],
    )


def _jump(scenario: scenarios.Scenario) -> scenarios.Position | None:
    """The position of a scene that was jumped to, with first values where none were given."""
    scene = request.args.get("at", "")
    if scene not in scenario.scenes:
        return None
    begin = scenarios.start(scenario)
    values = {}
    for meter, value in begin.meters.items():
        text = request.args.get(f"m-{meter}", "")
        given = int(text) if text.lstrip("-").isdecimal() and len(text) < 6 else value
        values[meter] = scenarios.clamp(scenario, meter, given)
    return scenarios.Position(scene, values, begin.flags, endangered=scenarios.in_danger(values))


def _seed() -> int:
    text = request.args.get("seed", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _ways(
    scenario: scenarios.Scenario, scene: Any, position: scenarios.Position
) -> list[dict[str, Any]]:
    """Every choice of the scene with what it does, the closed ones too, and why they are."""
    may = scenarios.open_choices(scenario, position)
    ways = []
    for document, choice in zip(
        scene["choices"], scenario.scenes[scene["id"]].choices, strict=True
    ):
        unmet = runs.unmet(choice.condition, position.values()) if choice.condition else ()
        used = (scene["id"], choice.id) in position.used and not choice.again
        ways.append(
            {
                "id": choice.id,
                "html": pick(document["texts"], language())[0]["html"],
                "grade": choice.grade,
                "target": choice.target,
                "minutes": choice.minutes,
                "effects": [
                    f"{wording.meters().get(m, m)} {n:+d}" for m, n in choice.effects.items()
                ],
                "sets": [f"{flag}={str(value).lower()}" for flag, value in choice.sets.items()],
                "open": choice in may,
                "why": [_("used already")] if used else [wording.condition(p) for p in unmet],
            }
        )
    return ways
